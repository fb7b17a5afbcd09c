//! Withings' categories of workouts.

use gearshift_sdk::word::sport;

/// What a category is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sport {
    pub(crate) word: &'static str,
    /// Whether the category says that it was indoors; otherwise nobody knows.
    pub(crate) indoor: bool,
}

const fn open(word: &'static str) -> Sport {
    Sport { word, indoor: false }
}

const fn indoor(word: &'static str) -> Sport {
    Sport { word, indoor: true }
}

/// Those that the registry has a word for. BMX, bodyboarding, wrestling, ice hockey and climbing have none.
const SPORTS: [(i64, Sport); 44] = [
    (1, open(sport::WALKING)),
    (2, open(sport::RUNNING)),
    (3, open(sport::HIKING)),
    (4, open(sport::SKATING)),
    (6, open(sport::CYCLING)),
    (7, open(sport::SWIMMING)),
    (8, open(sport::SURFING)),
    (9, open(sport::KITESURFING)),
    (10, open(sport::WINDSURFING)),
    (12, open(sport::TENNIS)),
    (13, open(sport::TABLE_TENNIS)),
    (14, open(sport::SQUASH)),
    (15, open(sport::BADMINTON)),
    (16, open(sport::WEIGHTLIFTING)),
    (17, open(sport::CALISTHENICS)),
    (18, open(sport::ELLIPTICAL)),
    (19, open(sport::PILATES)),
    (20, open(sport::BASKETBALL)),
    (21, open(sport::FOOTBALL)),
    (22, open(sport::AMERICAN_FOOTBALL)),
    (23, open(sport::RUGBY)),
    (24, open(sport::VOLLEYBALL)),
    (25, open(sport::WATER_POLO)),
    (26, open(sport::HORSE_RIDING)),
    (27, open(sport::GOLF)),
    (28, open(sport::YOGA)),
    (29, open(sport::DANCING)),
    (30, open(sport::BOXING)),
    (31, open(sport::FENCING)),
    (33, open(sport::MARTIAL_ARTS)),
    (34, open(sport::SKIING)),
    (35, open(sport::SNOWBOARDING)),
    (36, open(sport::OTHER)),
    (187, open(sport::ROWING)),
    (188, open(sport::ZUMBA)),
    (191, open(sport::BASEBALL)),
    (192, open(sport::HANDBALL)),
    (193, open(sport::HOCKEY)),
    (196, open(sport::ICE_SKATING)),
    (272, open(sport::MULTISPORT)),
    (306, indoor(sport::WALKING)),
    (307, indoor(sport::INDOOR_RUNNING)),
    (308, indoor(sport::INDOOR_CYCLING)),
    // No activity: a workout of nothing that has a name.
    (128, open(sport::UNKNOWN)),
];

/// What a category is here; none for one that has no word.
pub(crate) fn of(category: i64) -> Option<Sport> {
    SPORTS.iter().find(|(known, _)| *known == category).map(|(_, sport)| *sport)
}
