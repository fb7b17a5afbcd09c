//! What members have measured.
//!
//! Each of the last twelve mornings there is a weight, and every second a share of fat. Of the tenth day back there are height
//! and waist, of the ninth a pulse whose unit is empty, of the eighth a weight that was deleted and a score that is not
//! documented. Who does not like the metric system has pounds and inches.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::{DAY, SECOND};
use crate::ledger::Thing;
use crate::random::Random;
use crate::world::{Rider, World, round};

const DAYS: i64 = 12;

/// One value.
#[derive(Debug)]
pub(super) struct Row {
    id: i64,
    kind: &'static str,
    value: f64,
    unit: &'static str,
    /// Unix seconds.
    at: i64,
    deleted: bool,
}

impl Row {
    /// When it was last changed, Unix seconds.
    pub(super) fn edited(&self) -> i64 {
        self.at + 600
    }

    pub(super) fn value(&self, user: Option<i64>) -> Value {
        json!({
            "id": self.id, "user_id": user, "type": self.kind, "value": self.value, "unit": self.unit, "timestamp": self.at,
            "deleted": i32::from(self.deleted), "timestamp_edit": self.edited(),
        })
    }
}

/// All there is of a rider, oldest first.
pub(super) fn rows(seed: u64, rider: &Rider, now: i64) -> Vec<Row> {
    let today = now - now.rem_euclid(DAY);
    let mut rows = Vec::new();
    for ago in (0..DAYS).rev() {
        let at = (today - ago * DAY) / SECOND + 7 * 3_600;
        if at * SECOND > now {
            continue;
        }
        let mut random = Random::of(seed, &format!("{} virtuagym {at}", rider.username));
        // The same day has the same ids, whenever it is asked for.
        let first = 1_000_000 * (rider.number as i64 + 1) + at / (DAY / SECOND) * 10;
        let mut add = |kind, value, unit, deleted| {
            let id = first + rows.iter().filter(|row: &&Row| row.at == at).count() as i64;
            rows.push(Row { id, kind, value, unit, at, deleted });
        };
        let kilograms = rider.weight + random.between(-9, 9) as f64 / 10.0;
        let (mass, length) =
            if rider.metric { (("kg", 1.0), ("cm", 1.0)) } else { (("lbs", 2.204_622), ("in", 0.393_701)) };
        add("weight", round(kilograms * mass.1, 1), mass.0, false);
        if ago % 2 == 0 {
            add("fat", random.between(120, 290) as f64 / 10.0, "%", false);
        }
        match ago {
            10 => {
                add("height", round(random.between(158, 194) as f64 * length.1, 1), length.0, false);
                add("waist", round(random.between(70, 104) as f64 * length.1, 1), length.0, false);
            }
            9 => add("hr_rest", random.between(44, 68) as f64, "", false),
            8 => {
                add("weight", 7.1, mass.0, true);
                add("sleep_score", random.between(50, 95) as f64, "", false);
            }
            _ => {}
        }
    }
    rows
}

/// What the club could know of a rider now that has not been deleted; the unit stands beside the name.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let kept = rows(world.seed, rider, now).into_iter().filter(|row| !row.deleted);
    kept.map(|row| Thing {
        kind: "body".into(),
        id: row.id.to_string(),
        start: Some(row.at * SECOND),
        end: Some(row.at * SECOND),
        values: BTreeMap::from([(format!("{} {}", row.kind, row.unit).trim().to_owned(), row.value)]),
    })
    .collect()
}
