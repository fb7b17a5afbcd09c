//! Names for what does not exist.

pub(super) const FIRST: [&str; 12] =
    ["Ada", "Bruno", "Chiara", "Dmitri", "Esra", "Folke", "Grace", "Hanna", "Ivo", "Jana", "Kofi", "Lena"];

pub(super) const LAST: [&str; 10] =
    ["Ahlgren", "Brook", "Castell", "Dohrn", "Ekström", "Færch", "Gruber", "Hale", "Ilves", "Jäger"];

pub(super) const RIDES: [&str; 8] = [
    "Morning Ride",
    "Rain, again",
    "Along the canal",
    "Coffee & <back>",
    "Zwölf Brücken",
    "To work the long way",
    "Hill repeats",
    "朝のライド",
];

pub(super) const RUNS: [&str; 4] = ["Lunch Run", "Easy 5", "Intervals on the track", "Woods"];

pub(super) const DEVICES: [&str; 4] =
    ["Garmin Edge 840", "Wahoo ELEMNT BOLT", "Hammerhead Karoo", "Garmin Forerunner 965"];

pub(super) const BIKES: [&str; 4] = ["Commuter", "Steel", "Gravel", "Time trial"];
