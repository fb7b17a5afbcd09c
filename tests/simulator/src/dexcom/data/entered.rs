//! What riders enter, at the same times of each day in UTC.

use serde_json::{Value, json};

use super::made::{Item, Wearer};
use crate::clock::{DAY, SECOND};

const HOUR: i64 = 3_600 * SECOND;

/// After so long, some are changed and some deleted.
const SECOND_THOUGHTS: i64 = 6 * HOUR;

/// What becomes of an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Stays,
    /// To this value.
    Changed(i64),
    Deleted,
}

struct Entry {
    at: i64,
    kind: &'static str,
    sub_type: Option<&'static str>,
    value: Value,
    unit: &'static str,
    fate: Fate,
}

fn entry(at: i64, kind: &'static str, sub_type: Option<&'static str>, value: Value, unit: &'static str) -> Entry {
    Entry { at, kind, sub_type, value, unit, fate: Fate::Stays }
}

/// Of the day with this number since 1970. The schema says that values are text, the samples show numbers: both come.
fn entries(day: i64) -> Vec<Entry> {
    let at = |hour: i64, minute: i64| day * DAY + hour * HOUR + minute * 60 * SECOND;
    let mut all = vec![
        entry(at(7, 25), "insulin", Some("fastActing"), json!(format!("{}.5", 3 + day % 3)), "units"),
        entry(at(7, 30), "carbs", None, json!(30 + day % 25), "grams"),
        entry(at(21, 0), "insulin", Some("longActing"), json!(14), "units"),
    ];
    if day % 2 == 0 {
        all.push(entry(at(12, 10), "bloodGlucose", None, json!(95 + day % 40), "mg/dL"));
    }
    let effort = match day % 9 {
        0 => Some("light"),
        3 => Some("medium"),
        6 => Some("heavy"),
        _ => None,
    };
    all.extend(effort.map(|effort| entry(at(17, 0), "exercise", Some(effort), json!(20 + day % 30), "minutes")));
    match day % 5 {
        1 => all.push(entry(at(10, 0), "health", Some("stress"), Value::Null, "unknown")),
        3 => all.push(entry(at(10, 0), "notes", None, json!("Slept badly"), "unknown")),
        _ => {}
    }
    let fate = match day % 4 {
        2 => Some(Fate::Deleted),
        3 => Some(Fate::Changed(22)),
        _ => None,
    };
    all.extend(fate.map(|fate| Entry { fate, ..entry(at(15, 0), "carbs", None, json!(15), "grams") }));
    all
}

impl Wearer<'_> {
    /// Oldest first. Of a Dexcom ONE there are none.
    pub(super) fn events(&self) -> Vec<Item> {
        if self.one || self.never {
            return Vec::new();
        }
        let all = (self.first / DAY..=self.until / DAY).flat_map(entries);
        let mut items: Vec<Item> = all.filter(|entry| entry.at <= self.until).map(|entry| self.event(&entry)).collect();
        items.sort_by_key(|item| item.at);
        items
    }

    fn event(&self, entry: &Entry) -> Item {
        let thought = self.until - entry.at > SECOND_THOUGHTS;
        let (status, value) = match entry.fate {
            Fate::Changed(value) if thought => ("updated", json!(value)),
            Fate::Deleted if thought => ("deleted", entry.value.clone()),
            _ => ("created", entry.value.clone()),
        };
        let (system, display) = self.times(entry.at);
        let id = self.id(&format!("event {} {}", entry.kind, entry.at));
        let json = json!({
            "recordId": id,
            "systemTime": system,
            "displayTime": display,
            "eventStatus": status,
            "eventType": entry.kind,
            "eventSubType": entry.sub_type,
            "value": value,
            "unit": entry.unit,
            "displayDevice": "iOS",
        });
        Item { id, at: entry.at, json }
    }
}
