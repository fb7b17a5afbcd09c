//! Strava's sports in the registry's words.

use gearshift_sdk::word::sport as word;

/// The registry's word for a `sport_type`. None: Strava has a new one, which then stands in `sport-name` alone.
pub(crate) fn of(sport_type: &str) -> Option<&'static str> {
    SPORTS.iter().find(|(known, _)| *known == sport_type).map(|(_, word)| *word)
}

/// Whether cadence counts one leg: so it is for all that is done on foot.
pub(crate) fn is_on_foot(sport_type: &str) -> bool {
    matches!(sport_type, "Run" | "TrailRun" | "VirtualRun" | "Walk" | "Hike" | "Snowshoe")
}

/// All of swagger's `SportType`, API v3 as of August 2026.
const SPORTS: &[(&str, &str)] = &[
    ("AlpineSki", word::ALPINE_SKIING),
    ("BackcountrySki", word::BACKCOUNTRY_SKIING),
    ("Badminton", word::BADMINTON),
    ("Basketball", word::BASKETBALL),
    ("Canoeing", word::CANOEING),
    ("Cricket", word::CRICKET),
    ("Crossfit", word::CROSSFIT),
    ("Dance", word::DANCING),
    ("EBikeRide", word::E_BIKING),
    ("Elliptical", word::ELLIPTICAL),
    ("EMountainBikeRide", word::E_MOUNTAIN_BIKING),
    ("Golf", word::GOLF),
    ("GravelRide", word::GRAVEL_CYCLING),
    ("Handcycle", word::HAND_CYCLING),
    ("HighIntensityIntervalTraining", word::HIIT),
    ("Hike", word::HIKING),
    ("IceSkate", word::ICE_SKATING),
    ("InlineSkate", word::INLINE_SKATING),
    ("Kayaking", word::KAYAKING),
    ("Kitesurf", word::KITESURFING),
    ("MountainBikeRide", word::MOUNTAIN_BIKING),
    ("NordicSki", word::CROSS_COUNTRY_SKIING),
    ("Padel", word::PADEL),
    ("PhysicalTherapy", word::PHYSICAL_THERAPY),
    ("Pickleball", word::PICKLEBALL),
    ("Pilates", word::PILATES),
    ("Racquetball", word::RACQUETBALL),
    ("Ride", word::CYCLING),
    ("RockClimbing", word::ROCK_CLIMBING),
    ("RollerSki", word::ROLLER_SKIING),
    ("Rowing", word::ROWING),
    ("Run", word::RUNNING),
    ("Sail", word::SAILING),
    ("Skateboard", word::SKATEBOARDING),
    ("Snowboard", word::SNOWBOARDING),
    ("Snowshoe", word::SNOWSHOEING),
    ("Soccer", word::FOOTBALL),
    ("Squash", word::SQUASH),
    ("StairStepper", word::STAIR_MACHINE),
    ("StandUpPaddling", word::STAND_UP_PADDLING),
    ("Surfing", word::SURFING),
    ("Swim", word::SWIMMING),
    ("TableTennis", word::TABLE_TENNIS),
    ("Tennis", word::TENNIS),
    ("TrailRun", word::TRAIL_RUNNING),
    ("Velomobile", word::VELOMOBILE),
    ("VirtualRide", word::VIRTUAL_CYCLING),
    ("VirtualRow", word::VIRTUAL_ROWING),
    ("VirtualRun", word::VIRTUAL_RUNNING),
    ("Volleyball", word::VOLLEYBALL),
    ("Walk", word::WALKING),
    ("WeightTraining", word::STRENGTH_TRAINING),
    ("Wheelchair", word::WHEELCHAIR),
    ("Windsurf", word::WINDSURFING),
    ("Workout", word::OTHER),
    ("Yoga", word::YOGA),
];
