//! What is told of the member in every generation.

use serde_json::{Value, json};

use crate::message::Reply;
use crate::world::{Day, days};

use super::{Seen, data, message};

const NOT_YOURS: &str = "You may not see this member's data.";

fn midnight(date: &str) -> String {
    format!("{date}T00:00:00")
}

pub(super) fn info(seen: &Seen<'_>) -> Reply {
    let rider = seen.rider;
    let value = json!({ "MemberId": rider.member, "Username": rider.username, "LoginName": rider.email });
    data(seen.asked, &value).about(rider.member.to_string(), vec![rider.member.to_string()])
}

/// Load by day, in weeks that start on a Monday.
pub(super) fn load(seen: &Seen<'_>) -> Reply {
    let rider = seen.rider;
    if !seen.path.last().is_some_and(|username| rider.answers_to(username)) {
        return message(403, NOT_YOURS);
    }
    let days = days(rider, seen.workouts, seen.now);
    let day = |day: &Day| {
        json!({
            "date": midnight(&day.date),
            "tss": day.total(),
            "tssTrainerRoad": day.ridden,
            "tssOther": day.other,
            "plannedTssTrainerRoad": day.planned,
            "plannedTssOther": 0,
            "hasRides": day.has_rides,
        })
    };
    let weeks: Value = days.chunks(7).map(|week| week.iter().map(day).collect::<Value>()).collect();
    let thresholds: Value =
        rider.thresholds.iter().map(|(date, value)| json!({ "date": midnight(date), "value": value })).collect();
    let items = days.iter().map(|day| day.date.clone()).collect();
    data(seen.asked, &json!({ "tssByDay": weeks, "ftpRecordsDate": thresholds })).about("", items)
}

pub(super) fn career(seen: &Seen<'_>) -> Reply {
    if !seen.path.get(1).is_some_and(|who| seen.own(who)) {
        return message(403, NOT_YOURS);
    }
    let rider = seen.rider;
    let value = json!({ "ftp": rider.ftp, "weightKg": rider.weight, "hasTrainingPlan": !rider.plan.is_empty() });
    data(seen.asked, &value).about(rider.member.to_string(), Vec::new())
}

pub(super) fn profile(seen: &Seen<'_>) -> Reply {
    let rider = seen.rider;
    data(seen.asked, &json!({ "ftp": rider.ftp, "weightKg": rider.weight })).about(rider.member.to_string(), Vec::new())
}

/// Only kilograms are known to be unit 1, and that not for sure.
pub(super) fn weights(seen: &Seen<'_>) -> Reply {
    if !seen.path.get(1).is_some_and(|who| seen.own(who)) {
        return message(403, NOT_YOURS);
    }
    let value: Value = seen
        .rider
        .weights
        .iter()
        .enumerate()
        .map(|(index, (date, value))| json!({ "id": index + 1, "value": value, "units": 1, "date": midnight(date) }))
        .collect();
    data(seen.asked, &value).about(seen.rider.member.to_string(), Vec::new())
}

pub(super) fn levels(seen: &Seen<'_>) -> Reply {
    if !seen.path.get(1).is_some_and(|who| seen.own(who)) {
        return message(403, NOT_YOURS);
    }
    let level = |id: i64| {
        let recent = 1.0 + ((seen.rider.member + id) % 40) as f64 / 10.0;
        (id.to_string(), json!({ "recent": recent, "predicted": recent, "activityId": null, "changeEvent": null }))
    };
    let levels: Value = [33, 16, 84, 83, 85, 79].into_iter().map(level).collect();
    let value = json!({ "levels": levels, "timestamp": crate::clock::zulu(seen.now) });
    data(seen.asked, &value).about(seen.rider.member.to_string(), Vec::new())
}
