//! Training stress by day, as TrainerRoad adds it up.

use std::collections::BTreeMap;

use crate::clock::{DAY, date, day};

use super::{Rider, Workout};

/// One day of a rider's own calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Day {
    pub(crate) date: String,
    /// From TrainerRoad's rides, and from elsewhere.
    pub(crate) ridden: i64,
    pub(crate) other: i64,
    pub(crate) planned: i64,
    pub(crate) has_rides: bool,
}

impl Day {
    pub(crate) fn total(&self) -> i64 {
        self.ridden + self.other
    }
}

/// Every day from the Monday before the first that has anything to the last that has, or today.
pub(crate) fn days(rider: &Rider, workouts: &[Workout], now: i64) -> Vec<Day> {
    let mut by_date: BTreeMap<String, Day> = BTreeMap::new();
    let mut at = |date: &str, change: &dyn Fn(&mut Day)| change(by_date.entry(date.to_owned()).or_default());
    at(&rider.zone.date(now), &|_| {});
    for ride in rider.done() {
        at(&ride.date, &|day| (day.ridden, day.has_rides) = (day.ridden + ride.tss, true));
    }
    for (date, load) in &rider.other_load {
        at(date, &|day| (day.other, day.has_rides) = (day.other + load, true));
    }
    for planned in rider.planned() {
        let tss = workouts.iter().find(|workout| workout.id == planned.workout).map_or(0, |workout| workout.tss);
        at(&planned.date, &|day| day.planned += tss);
    }
    let first = by_date.keys().next().and_then(|text| day(text)).unwrap_or(now);
    let last = by_date.keys().next_back().and_then(|text| day(text)).unwrap_or(now);
    // 1970-01-01 was a Thursday.
    let monday = first - (first.div_euclid(DAY) + 3).rem_euclid(7) * DAY;
    let mut all = Vec::new();
    let mut at = monday;
    while at <= last {
        let date = date(at);
        let known = by_date.remove(&date).unwrap_or_default();
        all.push(Day { date, ..known });
        at += DAY;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_start_on_a_monday_leave_none_out_and_add_up() {
        let mut rider = Rider::default();
        rider.other_load.insert("2026-03-11".into(), 40);
        rider.other_load.insert("2026-03-17".into(), 5);
        let days = days(&rider, &[], day("2026-03-18").unwrap());
        assert_eq!(days.first().unwrap().date, "2026-03-09");
        assert_eq!(days.last().unwrap().date, "2026-03-18");
        assert_eq!(days.len(), 10);
        assert_eq!(days[2].total(), 40);
        assert!(days[2].has_rides && !days[3].has_rides);
    }
}
