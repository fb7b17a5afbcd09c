//! Equal content has an equal hash, and unequal content has not.

use gearshift_model::{Record, content_hash};
use proptest::prelude::*;

#[path = "common/arbitrary.rs"]
mod arbitrary;
mod common;
use common::{measure, ride};

#[track_caller]
fn changes(change: impl FnOnce(&mut Record)) {
    let mut record = ride();
    change(&mut record);
    assert_ne!(content_hash(&record), content_hash(&ride()));
}

#[track_caller]
fn keeps(change: impl FnOnce(&mut Record)) {
    let mut record = ride();
    change(&mut record);
    assert_eq!(content_hash(&record), content_hash(&ride()));
}

/// A hash that moved would be a new revision of every record in every store, and an event for each.
#[test]
fn the_hash_of_a_record_is_what_it_always_was() {
    assert_eq!(content_hash(&ride()), "9814082438dcf5dfd26b9f724563a4c4bb764f46a904acbafbc0b062283528d3");
}

#[test]
fn content_is_hashed() {
    changes(|record| record.measures[0].value += 0.1);
    changes(|record| record.attributes[1].value.push('!'));
    changes(|record| record.series[0].values[1] = 0.0);
    changes(|record| record.series[0].spans = vec![1, 1, 1]);
    changes(|record| record.segments[0].role = "split".into());
    changes(|record| record.window = None);
    changes(|record| record.date = Some("2026-03-12".into()));
    changes(|record| record.utc_offset = Some(0));
    changes(|record| record.kind = "daily".into());
    changes(|record| record.extra = vec![("a".into(), "b".into())]);
}

#[test]
fn identity_and_the_time_of_change_are_not_content() {
    keeps(|record| record.key = "another".into());
    keeps(|record| record.same_as = vec!["former".into()]);
    keeps(|record| record.updated = Some(1));
}

#[test]
fn a_zero_has_no_sign_and_the_own_unit_no_name() {
    let hash = |value: f64, unit: Option<&str>| {
        let mut record = ride();
        record.measures[0].value = value;
        record.measures[0].unit = unit.map(str::to_owned);
        record.series[0].values[0] = value;
        content_hash(&record)
    };
    assert_eq!(hash(-0.0, None), hash(0.0, None));
    assert_eq!(hash(5.0, Some("m")), hash(5.0, None));
    assert_ne!(hash(5.0, Some("km")), hash(5.0, None));
    assert_ne!(hash(0.0, None), hash(f64::MIN_POSITIVE, None));
}

#[test]
fn absent_is_not_zero() {
    changes(|record| record.measures.push(measure("energy", 0.0)));
}

#[test]
fn a_track_is_its_words_and_not_their_numbers() {
    keeps(|record| {
        record.tracks[0].words = ["unknown", "stopped", "moving"].map(str::to_owned).into();
        record.tracks[0].codes = vec![2, 1];
    });
    changes(|record| record.tracks[0].codes.reverse());
}

#[test]
fn json_there_and_back_keeps_the_hash_and_leaves_out_what_is_absent() {
    let json = serde_json::to_value(ride()).unwrap();
    assert_eq!(json["utc-offset"], 3600);
    assert_eq!(json["offset-origin"], "provider");
    assert!(json.get("end-offset").is_none() && json.get("same-as").is_none());
    assert_eq!(serde_json::from_value::<Record>(json).unwrap(), ride());
}

fn shuffled() -> impl Strategy<Value = (Record, Record)> {
    arbitrary::record().prop_flat_map(|record| {
        let (attributes, measures) = (Just(record.attributes.clone()), Just(record.measures.clone()));
        let (series, tracks) = (Just(record.series.clone()), Just(record.tracks.clone()));
        let parts = (attributes.prop_shuffle(), measures.prop_shuffle(), series.prop_shuffle(), tracks.prop_shuffle());
        (Just(record.clone()), parts).prop_map(|(record, (attributes, measures, series, tracks))| {
            (record.clone(), Record { attributes, measures, series, tracks, ..record })
        })
    })
}

proptest! {
    #[test]
    fn the_order_of_what_has_none_does_not_matter((record, shuffled) in shuffled()) {
        prop_assert_eq!(content_hash(&record), content_hash(&shuffled));
    }

    #[test]
    fn json_keeps_every_number(value in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL) {
        let mut record = ride();
        record.measures[0].value = value;
        record.series[0].values[0] = value;
        let json = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
    }

    #[test]
    fn json_keeps_the_hash(record in arbitrary::record()) {
        let json = serde_json::to_string(&record).unwrap();
        prop_assert_eq!(content_hash(&serde_json::from_str(&json).unwrap()), content_hash(&record));
    }
}
