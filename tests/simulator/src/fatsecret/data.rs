//! What a rider has eaten, and weighs.
//!
//! All numbers are texts. Days are counted from 1970-01-01 on, where the rider is. Of the last forty days every fourth has
//! nothing, every fourth one food alone, and the others three to five; every third day there is a weight. Version 1 has an
//! object where there is one thing, version 2 a list; where there is nothing, both leave it out.

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Map, Value, json};

use crate::clock::{DAY, date};
use crate::ledger::Thing;
use crate::message::{Asked, Reply};
use crate::random::Random;
use crate::state::State;
use crate::world::{Rider, World};

use super::signed::{Refusal, signed};

const DAYS: i64 = 40;

/// A food: its name, and what a serving has. What is not there FatSecret does not know.
struct Food {
    name: &'static str,
    serving: &'static str,
    nutrients: &'static [(&'static str, f64)],
}

const FOODS: [Food; 5] = [
    Food {
        name: "Porridge",
        serving: "bowl",
        nutrients: &[
            ("calories", 158.0),
            ("carbohydrate", 27.4),
            ("protein", 5.9),
            ("fat", 3.2),
            ("saturated_fat", 0.6),
            ("polyunsaturated_fat", 1.1),
            ("monounsaturated_fat", 1.0),
            ("cholesterol", 0.0),
            ("sodium", 115.0),
            ("potassium", 143.0),
            ("fiber", 4.0),
            ("sugar", 0.6),
        ],
    },
    Food {
        name: "Pear & Walnut Salad",
        serving: "plate",
        nutrients: &[
            ("calories", 231.0),
            ("carbohydrate", 19.25),
            ("protein", 4.1),
            ("fat", 15.8),
            ("saturated_fat", 2.2),
            ("cholesterol", 5.0),
            ("sodium", 210.0),
            ("potassium", 310.0),
            ("fiber", 4.6),
            ("sugar", 12.3),
        ],
    },
    Food {
        name: "Lentil Stew",
        serving: "bowl",
        nutrients: &[
            ("calories", 292.0),
            ("carbohydrate", 41.2),
            ("protein", 17.6),
            ("fat", 6.1),
            ("saturated_fat", 0.9),
            ("trans_fat", 0.0),
            ("cholesterol", 0.0),
            ("sodium", 480.0),
            ("potassium", 731.0),
            ("fiber", 15.4),
            ("sugar", 4.4),
        ],
    },
    // Somebody's own recipe, of which only this is known.
    Food {
        name: "Aunt Olga's Pie",
        serving: "slice",
        nutrients: &[("calories", 340.0), ("carbohydrate", 45.5), ("protein", 3.9), ("fat", 16.2)],
    },
    Food {
        name: "Apple Juice",
        serving: "glass",
        nutrients: &[
            ("calories", 96.0),
            ("carbohydrate", 23.7),
            ("protein", 0.2),
            ("fat", 0.3),
            ("sodium", 8.0),
            ("potassium", 210.0),
            ("sugar", 20.1),
        ],
    },
];

/// As FatSecret writes them, now so and now so.
const MEALS: [&str; 4] = ["Breakfast", "lunch", "Dinner", "Other"];

/// One food that was eaten.
struct Entry {
    id: i64,
    food: usize,
    meal: &'static str,
    units: f64,
}

impl Entry {
    /// As it is written, so that what is served and what is true are the same.
    fn nutrients(&self) -> impl Iterator<Item = (&'static str, String)> {
        let nutrients = FOODS.get(self.food).map_or(&[][..], |food| food.nutrients);
        nutrients.iter().map(|(name, value)| {
            let eaten = value * self.units;
            let written = match *name {
                "calories" | "cholesterol" | "sodium" | "potassium" => format!("{eaten:.0}"),
                _ => format!("{eaten:.2}"),
            };
            (*name, written)
        })
    }

    fn value(&self, day: i64) -> Value {
        let (name, serving) = FOODS.get(self.food).map_or(("", ""), |food| (food.name, food.serving));
        let mut value = json!({
            "food_entry_id": self.id.to_string(), "food_entry_description": format!("{} {serving} {name}", self.units),
            "food_id": (33_600 + self.food).to_string(), "serving_id": (34_300 + self.food).to_string(),
            "number_of_units": format!("{:.3}", self.units), "food_entry_name": name, "meal": self.meal,
            "date_int": day.to_string(),
        });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(self.nutrients().map(|(name, eaten)| (name.to_owned(), Value::from(eaten))));
        }
        value
    }
}

/// The day of an instant where the rider is.
fn today(rider: &Rider, now: i64) -> i64 {
    (now + i64::from(rider.zone.offset(now)) * 1_000).div_euclid(DAY)
}

fn days(rider: &Rider, now: i64) -> std::ops::RangeInclusive<i64> {
    let today = today(rider, now);
    today - DAYS + 1..=today
}

fn eaten(seed: u64, rider: &Rider, day: i64, now: i64) -> Vec<Entry> {
    if !days(rider, now).contains(&day) {
        return Vec::new();
    }
    let mut random = Random::of(seed, &format!("{} fatsecret {day}", rider.username));
    let count = match day % 4 {
        3 => 0,
        0 => 1,
        _ => random.between(3, 5),
    };
    (0..count)
        .map(|number| Entry {
            id: 10_000 * day + 100 * rider.number as i64 + number,
            food: random.between(0, FOODS.len() as i64 - 1) as usize,
            meal: MEALS.get((number % 4) as usize).copied().unwrap_or_default(),
            units: random.between(1, 6) as f64 / 2.0,
        })
        .collect()
}

/// A weight and what the rider says to it.
fn weighed(seed: u64, rider: &Rider, day: i64, now: i64) -> Option<(String, Option<&'static str>)> {
    let mut random = Random::of(seed, &format!("{} fatsecret weight {day}", rider.username));
    let there = day % 3 == 0 && days(rider, now).contains(&day);
    let weight = format!("{:.4}", rider.weight + random.between(-9, 9) as f64 / 10.0);
    there.then_some((weight, (day % 6 == 0).then_some("After breakfast")))
}

/// The first and the last day of the month in which a day lies.
fn month(day: i64) -> (i64, i64) {
    let of = |day: i64| date(day * DAY).chars().take(7).collect::<String>();
    let mut ends = (day, day);
    while of(ends.0 - 1) == of(day) {
        ends.0 -= 1;
    }
    while of(ends.1 + 1) == of(day) {
        ends.1 += 1;
    }
    ends
}

/// Things under their name, as each version has them.
fn list(name: &str, mut things: Vec<Value>, lone_object: bool) -> Map<String, Value> {
    let value = match things.len() {
        0 => return Map::new(),
        1 if lone_object => things.remove(0),
        _ => Value::Array(things),
    };
    Map::from_iter([(name.to_owned(), value)])
}

/// What is asked for, in either way of asking.
fn method(asked: &Asked, path: &[&str]) -> Option<(&'static str, bool)> {
    let named = asked.query("method").unwrap_or_default();
    Some(match (path, named.as_str()) {
        (["rest", "food-entries", "v2"], _) | (["rest", "server.api"], "food_entries.get.v2") => ("entries", false),
        (["rest", "food-entries", "v1"], _) | (["rest", "server.api"], "food_entries.get") => ("entries", true),
        (["rest", "food-entries", "month", "v2"], _) | (["rest", "server.api"], "food_entries.get_month.v2") => {
            ("entries.month", false)
        }
        (["rest", "weight", "month", "v2"], _) | (["rest", "server.api"], "weights.get_month.v2") => {
            ("weights.month", false)
        }
        _ => return None,
    })
}

pub(super) fn answer(state: &mut State, asked: &Asked, path: &[&str]) -> Reply {
    debug_assert_eq!(asked.method, Method::GET);
    let Some((method, version_1)) = method(asked, path) else {
        return Refusal::new(10, "Unknown method").reply(200);
    };
    if asked.query("format").as_deref() != Some("json") {
        return Reply::text(501, "XML is not played: ask for format=json").at(method);
    }
    match serve(state, asked, method, version_1) {
        Ok(reply) => reply,
        Err(refusal) => refusal.reply(200),
    }
    .at(method)
}

fn serve(state: &mut State, asked: &Asked, method: &str, version_1: bool) -> Result<Reply, Refusal> {
    let brought = asked.query("oauth_token").ok_or_else(|| Refusal::missing("oauth_token"))?;
    let access = state.fatsecret.access.get(&brought).cloned().ok_or(Refusal::TOKEN)?;
    signed(state, "fatsecret", asked, Some((&access.consumer, &access.secret)))?;
    let now = state.clock.now();
    let rider = state.world.rider(&access.username).ok_or(Refusal::TOKEN)?;
    let day = match asked.query("date") {
        Some(text) => text.parse().map_err(|_| Refusal::new(108, format!("Invalid type: date '{text}'")))?,
        None => today(rider, now),
    };
    let (seed, lone) = (state.world.seed, version_1 || state.settings.fatsecret.lone_objects);
    let (from, to) = month(day);
    let (body, items) = match method {
        "entries" => {
            let entries = eaten(seed, rider, day, now);
            let items = entries.iter().map(|entry| entry.id.to_string()).collect();
            let list = list("food_entry", entries.iter().map(|entry| entry.value(day)).collect(), lone);
            let list = if list.is_empty() { Value::Null } else { Value::Object(list) };
            (json!({ "food_entries": list }), items)
        }
        _ => {
            let of = |day| match method {
                "weights.month" => weighed(seed, rider, day, now).map(|(weight, comment)| {
                    let mut value = json!({ "date_int": day.to_string(), "weight_kg": weight });
                    if let (Some(comment), Some(fields)) = (comment, value.as_object_mut()) {
                        fields.insert("weight_comment".into(), comment.into());
                    }
                    value
                }),
                _ => totals(&eaten(seed, rider, day, now)).map(|totals| {
                    let mut value = json!({ "date_int": day.to_string() });
                    if let Some(fields) = value.as_object_mut() {
                        fields.extend(
                            totals.into_iter().map(|(name, sum)| (name.to_owned(), format!("{sum:.2}").into())),
                        );
                    }
                    value
                }),
            };
            let mut body = list("day", (from..=to).filter_map(of).collect(), lone);
            body.insert("from_date_int".into(), from.to_string().into());
            body.insert("to_date_int".into(), to.to_string().into());
            (json!({ "month": body }), Vec::new())
        }
    };
    Ok(Reply::json(200, &body).to(&access.username).about(date(day * DAY), items))
}

/// What a month says of a day; nothing of one on which nothing was eaten.
fn totals(entries: &[Entry]) -> Option<BTreeMap<&'static str, f64>> {
    let mut sums = BTreeMap::from([("calories", 0.0), ("carbohydrate", 0.0), ("protein", 0.0), ("fat", 0.0)]);
    for (name, eaten) in entries.iter().flat_map(Entry::nutrients) {
        if let Some(sum) = sums.get_mut(name) {
            *sum += number(&eaten);
        }
    }
    (!entries.is_empty()).then_some(sums)
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_default()
}

/// Every food that was eaten and every weight. A food says by `meal` to which of [`MEALS`] it belongs.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let thing = |kind: &str, id: String, day: i64, values| Thing {
        kind: kind.into(),
        id,
        start: Some(day * DAY),
        end: Some((day + 1) * DAY),
        values,
    };
    let of_day = |day: i64| {
        let foods = eaten(world.seed, rider, day, now).into_iter().map(move |entry| {
            let meal = MEALS.iter().position(|meal| *meal == entry.meal).unwrap_or_default();
            let eaten = entry.nutrients().map(|(name, eaten)| (name.to_owned(), number(&eaten)));
            let values = eaten.chain([("meal".to_owned(), meal as f64)]).collect();
            thing("food", entry.id.to_string(), day, values)
        });
        let weight = weighed(world.seed, rider, day, now);
        let weight = weight.map(|(weight, _)| {
            thing("body", date(day * DAY), day, BTreeMap::from([("weight_kg".to_owned(), number(&weight))]))
        });
        foods.chain(weight).collect::<Vec<_>>()
    };
    days(rider, now).flat_map(of_day).collect()
}
