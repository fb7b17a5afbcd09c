//! The food diary: a document for each day, its meals, and what was eaten at each.

use std::collections::BTreeSet;

use gearshift_sdk::flex;
use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use crate::api;
use crate::days::{self, DAY, Days, Watermark};
use crate::wire::{Diary, Eaten, Entry, Month};

/// The shape of a day.
pub(crate) const ENDPOINT: &str = "food-entries";

/// FatSecret's names of nutrients, and what they are here. All of them are in the registry's unit.
const NUTRIENTS: [(&str, &str); 13] = [
    ("calories", metric::ENERGY_INTAKE),
    ("carbohydrate", metric::CARBOHYDRATE_INTAKE),
    ("sugar", metric::SUGAR_INTAKE),
    ("fiber", metric::FIBER_INTAKE),
    ("protein", metric::PROTEIN_INTAKE),
    ("fat", metric::FAT_INTAKE),
    ("saturated_fat", metric::SATURATED_FAT_INTAKE),
    ("monounsaturated_fat", metric::MONOUNSATURATED_FAT_INTAKE),
    ("polyunsaturated_fat", metric::POLYUNSATURATED_FAT_INTAKE),
    ("trans_fat", metric::TRANS_FAT_INTAKE),
    ("cholesterol", metric::CHOLESTEROL_INTAKE),
    ("sodium", metric::SODIUM_INTAKE),
    ("potassium", metric::POTASSIUM_INTAKE),
];

/// FatSecret's meals; the last is what was eaten in between.
const MEALS: [(&str, &str); 4] = [
    ("breakfast", word::meal::BREAKFAST),
    ("lunch", word::meal::LUNCH),
    ("dinner", word::meal::DINNER),
    ("other", word::meal::OTHER),
];

/// At first the months say on which days there is something. Later the last days are asked for one by one, so that one from which
/// everything was taken away is seen too.
pub(crate) fn pull(host: &Host<'_>, request: &PullRequest) -> Result<Page, Failure> {
    let wanted = Days::wanted(host, request)?;
    let (at_once, days) = match request.since {
        Some(_) => (wanted, wanted.each().collect()),
        None => (wanted.month(), eaten(host, wanted.month())?),
    };
    let mut page = Page::new();
    for day in days {
        let left = Days { first: day, ..wanted };
        if host.left() == 0 {
            return Ok(page.next(&left));
        }
        match api::get(host, ENDPOINT, "food-entries/v2", day) {
            Ok(answer) => page = page.document(Document::new(ENDPOINT).id(day.to_string()).part("entries", &answer)),
            Err(failure) => return page.stop(failure, &left),
        }
    }
    Ok(match wanted.from(at_once.last.plus(1)) {
        Some(left) => page.next(&left),
        None => page.watermark(&Watermark::now(host)),
    })
}

/// Those of a month's days on which something was eaten.
fn eaten(host: &Host<'_>, month: Days) -> Result<Vec<Date>, Failure> {
    let answer = api::get(host, "food-entries-month", "food-entries/month/v2", month.first)?;
    let listed: Month<Eaten> = answer.json()?;
    let listed = listed.month.map(|month| month.day).unwrap_or_default();
    if let Some(bad) = listed.first_bad() {
        let pointer = format!("/month/day/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("food-entries-month", &pointer, bad.wrong.message.clone()));
    }
    let listed: BTreeSet<Date> = listed.good().filter_map(|eaten| days::day(eaten.date_int)).collect();
    Ok(month.each().filter(|day| listed.contains(day)).collect())
}

pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let day = document.id.as_deref().and_then(|id| Date::parse(id).ok());
    let day = day.ok_or_else(|| document.changed("entries", "", "a document without its day"))?;
    let diary: Diary = document.json("entries")?;
    let entries = diary.food_entries.map(|entries| entries.food_entry).unwrap_or_default();
    let mut out = Normalized::new();
    if entries.is_empty() {
        return Ok(out.deleted(kind::NUTRITION, day.to_string()));
    }
    let (count, mut foods) = (entries.len(), Vec::new());
    out.each(document, "/food_entries/food_entry", entries, |entry, _| {
        foods.push(Food::of(entry, day)?);
        Ok(None)
    })?;
    // What could not be read is missing in every sum in which it may belong.
    let whole = foods.len() == count;
    Ok(out.record(record(day, &foods, whole)))
}

/// One food, with as much of each nutrient as FatSecret says.
struct Food {
    entry: Entry,
    meal: Option<String>,
    nutrients: Vec<Option<f64>>,
}

impl Food {
    fn of(entry: Entry, day: Date) -> Result<Self, Reject> {
        if days::day(entry.date_int) != Some(day) {
            return Err(Reject::new("/date_int", format!("not of {day}, which was asked for")));
        }
        let nutrient = |(name, _): &(&str, &str)| {
            let value = entry.rest.get(*name).cloned().unwrap_or_default();
            flex::opt_f64(value).map_err(|error| Reject::new(format!("/{name}"), error.to_string()))
        };
        let nutrients = NUTRIENTS.iter().map(nutrient).collect::<Result<_, _>>()?;
        let meal = entry.meal.as_deref().map(str::trim).filter(|meal| !meal.is_empty()).map(str::to_lowercase);
        Ok(Self { entry, meal, nutrients })
    }
}

/// A nutrient's sum; none where one of the foods does not tell how much of it there was.
fn total(foods: &[&Food], index: usize) -> Option<f64> {
    let sum: f64 = foods.iter().map(|food| food.nutrients.get(index).copied().flatten()).sum::<Option<f64>>()?;
    // Texts have three digits behind the point at most: what adding them in binary brings beyond that is not theirs.
    Some((sum * 1_000_000.0).round() / 1_000_000.0)
}

fn record(day: Date, foods: &[Food], whole: bool) -> Record {
    let sums = |foods: &[&Food]| -> Vec<(&'static str, Option<f64>)> {
        let sums = NUTRIENTS.iter().enumerate();
        sums.map(|(index, (_, metric))| (*metric, total(foods, index).filter(|_| whole))).collect()
    };
    let key = day.to_string();
    let record = Record::new(kind::NUTRITION, &key).date(&key).window(day.midnight(), day.midnight() + DAY).floating();
    let all: Vec<&Food> = foods.iter().collect();
    let mut record = sums(&all).into_iter().fold(record, |record, (metric, sum)| record.measure(metric, sum));
    let mut meals: Vec<Option<&str>> = Vec::new();
    for food in foods {
        if !meals.contains(&food.meal.as_deref()) {
            meals.push(food.meal.as_deref());
        }
    }
    for meal in meals {
        let of_meal: Vec<&Food> = foods.iter().filter(|food| food.meal.as_deref() == meal).collect();
        let parent = meal.map(|meal| {
            let known = MEALS.iter().find(|(name, _)| *name == meal).map(|(_, word)| *word);
            let segment = Segment::new(role::MEAL).attribute(attribute::MEAL, known);
            let segment = segment.attribute(attribute::NAME, Some(meal).filter(|_| known.is_none()));
            let sums = sums(&of_meal).into_iter();
            record.push_segment(sums.fold(segment, |segment, (metric, sum)| segment.measure(metric, sum)))
        });
        for food in of_meal {
            let segment = segment(food);
            record.push_segment(match parent {
                Some(parent) => segment.within(parent),
                None => segment,
            });
        }
    }
    record
}

fn segment(food: &Food) -> Segment {
    let Entry { food_entry_id, food_entry_name, food_entry_description, .. } = &food.entry;
    let segment = Segment::new(role::FOOD)
        .attribute(attribute::NAME, food_entry_name.as_deref())
        .attribute(attribute::DESCRIPTION, food_entry_description.as_deref())
        .attribute(attribute::PROVIDER_ID, food_entry_id.as_str());
    let nutrients = NUTRIENTS.iter().zip(&food.nutrients);
    nutrients.fold(segment, |segment, ((_, metric), value)| segment.measure(metric, *value))
}
