//! Polar's sports in the registry's words.

use gearshift_sdk::word::sport as word;

/// The registry's word for a `detailed_sport_info` or a `sport`. None: it then stands in `sport-name` alone.
pub(super) fn of(name: &str) -> Option<&'static str> {
    SPORTS.iter().find(|(known, _)| *known == name).map(|(_, word)| *word)
}

/// Names as AccessLink writes them, as far as they are known to have a word here. `OTHER` comes last in a search: it stands in
/// `sport` where the detail says more.
const SPORTS: &[(&str, &str)] = &[
    ("AEROBICS", word::AEROBICS),
    ("BADMINTON", word::BADMINTON),
    ("BASKETBALL", word::BASKETBALL),
    ("BOXING", word::BOXING),
    ("CIRCUIT_TRAINING", word::CIRCUIT_TRAINING),
    ("CORE", word::CORE_TRAINING),
    ("CROSS-COUNTRY_SKIING", word::CROSS_COUNTRY_SKIING),
    ("CROSS_FIT", word::CROSSFIT),
    ("CROSS_TRAINER", word::ELLIPTICAL),
    ("CYCLING", word::CYCLING),
    ("DANCING", word::DANCING),
    ("DOWNHILL_SKIING", word::ALPINE_SKIING),
    ("DUATHLON", word::DUATHLON),
    ("GOLF", word::GOLF),
    ("HIKING", word::HIKING),
    ("INDOOR_CYCLING", word::INDOOR_CYCLING),
    ("INDOOR_ROWING", word::INDOOR_ROWING),
    ("INLINE_SKATING", word::INLINE_SKATING),
    ("JOGGING", word::JOGGING),
    ("MOUNTAIN_BIKING", word::MOUNTAIN_BIKING),
    ("NORDIC_WALKING", word::NORDIC_WALKING),
    ("OPEN_WATER_SWIMMING", word::OPEN_WATER_SWIMMING),
    ("ORIENTEERING", word::ORIENTEERING),
    ("OTHER", word::OTHER),
    ("OTHER_INDOOR", word::OTHER),
    ("OTHER_OUTDOOR", word::OTHER),
    ("PILATES", word::PILATES),
    ("POOL_SWIMMING", word::POOL_SWIMMING),
    ("ROAD_BIKING", word::ROAD_CYCLING),
    ("ROWING", word::ROWING),
    ("RUNNING", word::RUNNING),
    ("SNOWBOARDING", word::SNOWBOARDING),
    ("SOCCER", word::FOOTBALL),
    ("SQUASH", word::SQUASH),
    ("STRENGTH_TRAINING", word::STRENGTH_TRAINING),
    ("STRETCHING", word::STRETCHING),
    ("SWIMMING", word::SWIMMING),
    ("TENNIS", word::TENNIS),
    ("TRAIL_RUNNING", word::TRAIL_RUNNING),
    ("TREADMILL_RUNNING", word::TREADMILL_RUNNING),
    ("TRIATHLON", word::TRIATHLON),
    ("WALKING", word::WALKING),
    ("WATERSPORTS_KAYAKING", word::KAYAKING),
    ("WATERSPORTS_WATERSKI", word::WATER_SKIING),
    ("YOGA", word::YOGA),
];
