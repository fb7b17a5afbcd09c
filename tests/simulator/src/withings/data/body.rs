//! Measures of the body. The odd cases: a guest on the scale, parts of the body beside the whole, the same measure twice in a
//! group, what was typed in, and a goal.

use serde_json::{Value, json};

use crate::clock::{SECOND, date};
use crate::random::Random;

use super::made::{HOUR, Item, MINUTE, Member, local};

impl Member<'_> {
    /// What was measured at once.
    fn group(&self, (number, slot): (i64, i64), at: i64, attrib: i64, model: &str, measures: Vec<Value>) -> Item {
        let at = at - at.rem_euclid(SECOND);
        let id = self.id(5, number, slot);
        let stored = at / SECOND + 30;
        // Typed in: no device.
        let device = (attrib != 2).then(|| self.device(model));
        let value = json!({
            "grpid": id,
            "attrib": attrib,
            "date": at / SECOND,
            "created": stored,
            "modified": stored,
            "category": 1,
            "deviceid": device,
            "hash_deviceid": device,
            "measures": measures,
            "modelid": device.is_some().then_some(10),
            "model": device.is_some().then_some(model),
            "comment": null,
        });
        Item { id: id.to_string(), start: at, end: Some(at), date: date(at), modified: stored, value }
    }

    /// Measures, oldest first, and the goal that the rider has set.
    pub(super) fn groups(&self) -> Vec<Item> {
        let groups = self.numbers().flat_map(|number| {
            let mut random = self.random("measures", number);
            let morning = local(&self.rider.zone, number, 6 * HOUR) + random.between(0, 90) * MINUTE;
            let weight = (self.rider.weight * 1_000.0) as i64 + random.between(-900, 900);
            let mut groups = vec![self.group((number, 0), morning, 0, "Body Scan", weighing(&mut random, weight))];
            if number % 5 == 2 {
                let guest = vec![measure(random.between(12_000, 30_000), 1, -3)];
                groups.push(self.group((number, 1), morning + 20 * MINUTE, 1, "Body Scan", guest));
            }
            if number % 3 == 1 {
                let pressure = vec![
                    measure(random.between(64, 88), 9, 0),
                    measure(random.between(104, 138), 10, 0),
                    measure(random.between(48, 74), 11, 0),
                ];
                groups.push(self.group((number, 2), morning + 30 * MINUTE, 5, "BPM Connect", pressure));
            }
            if number % 4 == 3 {
                let warmth =
                    vec![measure(random.between(3_610, 3_740), 71, -2), measure(random.between(190, 230), 12, -1)];
                groups.push(self.group((number, 3), morning + 40 * MINUTE, 8, "Thermo", warmth));
                let oxygen = vec![measure(random.between(93, 99), 54, 0)];
                groups.push(self.group((number, 4), morning + 50 * MINUTE, 2, "", oxygen));
            }
            groups
        });
        let first = *self.numbers().start();
        let mut goal = self.group((first, 9), local(&self.rider.zone, first, 5 * HOUR), 2, "", vec![measure(70, 1, 0)]);
        if let Some(value) = goal.value.as_object_mut() {
            value.insert("category".into(), 2.into());
        }
        self.there(groups.chain([goal]))
    }
}

fn measure(value: i64, kind: i64, unit: i64) -> Value {
    json!({ "value": value, "type": kind, "unit": unit, "algo": 0, "fm": 3 })
}

/// A weight in grams, and what a scale reckons from it. Fat-free mass stands there twice; 2 and 12 are an arm and the torso.
fn weighing(random: &mut Random, grams: i64) -> Vec<Value> {
    let fat = random.between(120, 260);
    // In units of ten grams.
    let (all, fat_mass) = (grams / 10, grams * fat / 10_000);
    let at = |mut measure: Value, position: i64| {
        if let Some(fields) = measure.as_object_mut() {
            fields.insert("position".into(), position.into());
        }
        measure
    };
    vec![
        measure(grams, 1, -3),
        at(measure(all - fat_mass, 5, -2), 7),
        at(measure(all - fat_mass, 5, -2), 7),
        measure(fat, 6, -1),
        at(measure(fat_mass, 8, -2), 7),
        at(measure((all - fat_mass) * 95 / 100, 76, -2), 7),
        at(measure(all * 55 / 100, 77, -2), 7),
        at(measure(all * 4 / 100, 88, -2), 7),
        at(measure(all * 23 / 100, 168, -2), 6),
        at(measure(random.between(10, 90), 170, -1), 7),
        at(measure(all / 20, 173, -2), 2),
        at(measure(all / 2, 173, -2), 12),
    ]
}
