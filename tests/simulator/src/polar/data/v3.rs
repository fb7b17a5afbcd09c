//! AccessLink v3.

use serde_json::{Map, Value, json};

use crate::clock::{DAY, SECOND, bare, day, zulu};
use crate::message::{Asked, Reply};
use crate::oauth::Viewer;

use super::made::{Day, HOUR, MINUTE, Member, Night, RATE, Session};
use super::{fault, nothing};

/// Documented: nights, recharges and days that are handed out at most, and days of exercises.
const DAYS: i64 = 28;
const DAYS_OF_EXERCISES: i64 = 30;

/// What stands for the user in other answers.
fn user(viewer: &Viewer) -> String {
    format!("https://www.polaraccesslink.com/v3/users/{}", viewer.id)
}

pub(super) fn read(member: &Member<'_>, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    if !viewer.may("accesslink.read_all") {
        return fault(403, "forbidden");
    }
    let since = member.now - DAYS * DAY;
    let nights = || member.nights().into_iter().filter(|night| night.end >= since).collect::<Vec<_>>();
    match path {
        ["exercises"] => exercises(member, asked, viewer).at("exercises"),
        ["exercises", id] => exercise(member, asked, viewer, id).at("exercise"),
        ["users", "activities"] => by_days(asked, |range| {
            let days = member.days().into_iter().filter(|day| range.contains(&day.date));
            let (dates, days): (Vec<String>, Vec<Value>) = days.map(|day| (day.date.clone(), activity(&day))).unzip();
            Reply::json(200, &json!(days)).about("", dates)
        })
        .at("activities"),
        ["users", "continuous-heart-rate"] => {
            by_days(asked, |range| heart_rates(member, viewer, range)).at("heart-rate")
        }
        ["users", "sleep"] => sleep(member, viewer, &nights()).at("sleep.list"),
        ["users", "sleep", date] => match nights().iter().find(|night| night.date == *date) {
            Some(found) => Reply::json(200, &night(member, viewer, found)).about(*date, vec![(*date).to_owned()]),
            None => fault(404, "not found"),
        }
        .at("sleep"),
        ["users", "nightly-recharge"] => recharges(member, viewer, &nights()).at("nightly-recharge.list"),
        ["users", id] if *id == viewer.id => person(member, viewer).at("user"),
        _ => fault(404, "not found"),
    }
}

/// A user as registration and profile tell of them.
fn person(member: &Member<'_>, viewer: &Viewer) -> Reply {
    let rider = member.rider;
    let value = json!({
        "polar-user-id": viewer.id.parse::<i64>().unwrap_or_default(),
        "member-id": viewer.id,
        "registration-date": "2026-01-14T12:50:37.000Z",
        "first-name": rider.first,
        "last-name": rider.last,
        "birthdate": member.born(),
        "gender": if rider.female { "FEMALE" } else { "MALE" },
        "weight": rider.weight,
        "height": member.height(),
        "extra-info": [],
    });
    Reply::json(200, &value).about(viewer.id.as_str(), vec![viewer.id.clone()])
}

/// `PT1H2M3.5S`, without what is zero.
fn iso(millis: i64) -> String {
    let (hours, minutes, rest) = (millis / HOUR, millis % HOUR / MINUTE, millis % MINUTE);
    let part = |count: i64, unit: &str| if count > 0 { format!("{count}{unit}") } else { String::new() };
    let seconds = match (rest / SECOND, rest % SECOND) {
        (0, 0) if millis > 0 => String::new(),
        (seconds, 0) => format!("{seconds}S"),
        (seconds, millis) => format!("{seconds}.{millis:03}S"),
    };
    format!("PT{}{}{seconds}", part(hours, "H"), part(minutes, "M"))
}

fn exercises(member: &Member<'_>, asked: &Asked, viewer: &Viewer) -> Reply {
    let since = member.now - DAYS_OF_EXERCISES * DAY;
    let mut sessions: Vec<Session> =
        member.sessions().into_iter().filter(|session| session.uploaded >= since).collect();
    sessions.reverse();
    let ids = sessions.iter().map(|session| session.exercise.clone()).collect();
    let list: Vec<Value> = sessions.iter().map(|session| told(session, asked, viewer)).collect();
    Reply::json(200, &list.into()).about("", ids)
}

fn exercise(member: &Member<'_>, asked: &Asked, viewer: &Viewer, id: &str) -> Reply {
    match member.sessions().iter().find(|session| session.exercise == id) {
        Some(session) => Reply::json(200, &told(session, asked, viewer)).about(id, vec![id.to_owned()]),
        None => fault(404, "not found"),
    }
}

fn told(session: &Session, asked: &Asked, viewer: &Viewer) -> Value {
    let wants = |name: &str| asked.query(name).is_some_and(|value| value == "true");
    let value = json!({
        "id": session.exercise,
        "upload_time": zulu(session.uploaded),
        "polar_user": user(viewer),
        "device": "Polar Vantage V3",
        "device_id": "1111AAAA",
        "start_time": bare(session.wall()),
        "start_time_utc_offset": session.offset / 60,
        "duration": iso(session.millis),
        "calories": session.calories,
        "distance": session.meters,
        "training_load": session.load,
        "sport": session.kind.sport,
        "has_route": true,
        "detailed_sport_info": session.kind.detail,
        "fat_percentage": 40,
        "carbohydrate_percentage": 57,
        "protein_percentage": 3,
    });
    let Value::Object(mut fields) = value else { return Value::Null };
    if let Some((average, maximum)) = session.heart_rate {
        fields.insert("heart_rate".into(), json!({ "average": average, "maximum": maximum }));
        fields.insert("running-index".into(), json!(51));
    }
    if wants("zones") {
        fields.insert("heart_rate_zones".into(), zones(session));
    }
    if wants("samples") {
        fields.insert("samples".into(), samples(session));
    }
    if wants("route") {
        fields.insert("route".into(), route(session));
    }
    Value::Object(fields)
}

fn zones(session: &Session) -> Value {
    let zone = |(index, edges): (usize, &[i64])| {
        let (lower, upper) = (edges.first().copied().unwrap_or_default(), edges.last().copied().unwrap_or_default());
        let inside = session.beats.iter().flatten().filter(|beat| (lower..upper).contains(*beat)).count() as i64;
        json!({ "index": index + 1, "lower-limit": lower, "upper-limit": upper, "in-zone": iso(inside * RATE * SECOND) })
    };
    [90, 110, 130, 150, 170, 190].windows(2).enumerate().map(zone).collect()
}

/// Heart rate with gaps, and how far it has been.
fn samples(session: &Session) -> Value {
    let row =
        |kind: &str, data: Vec<String>| json!({ "recording-rate": RATE, "sample-type": kind, "data": data.join(",") });
    let count = session.millis / SECOND / RATE;
    let step = session.meters / count.max(1) as f64;
    let mut rows = vec![row("10", (0..count).map(|index| format!("{:.1}", index as f64 * step)).collect())];
    if !session.beats.is_empty() {
        let text = |beat: &Option<i64>| beat.map(|beat| beat.to_string()).unwrap_or_default();
        rows.insert(0, row("0", session.beats.iter().map(text).collect()));
    }
    rows.into()
}

fn route(session: &Session) -> Value {
    let point = |minute: i64| {
        let along = minute as f64 / 10_000.0;
        json!({ "latitude": 60.21 + along, "longitude": 24.94 + along, "time": iso(minute * MINUTE), "satellites": 9, "fix": 1 })
    };
    (0..session.millis / MINUTE).map(point).collect()
}

/// `from` and `to`, both included, and not more days than are allowed.
fn by_days(asked: &Asked, answer: impl Fn(&std::ops::RangeInclusive<String>) -> Reply) -> Reply {
    let (Some(from), Some(to)) = (asked.query("from"), asked.query("to")) else { return fault(400, "from and to") };
    match (day(&from), day(&to)) {
        (Some(first), Some(last)) if first <= last && last - first < DAYS * DAY => answer(&(from..=to)),
        _ => fault(400, "from and to"),
    }
}

fn activity(day: &Day) -> Value {
    let clock = |minute: i64| format!("{}T{:02}:{:02}:00", day.date, minute / 60, minute % 60);
    let midnight = crate::clock::day(&day.date).unwrap_or_default();
    let steps: Vec<Value> =
        day.steps.iter().map(|(minute, steps)| json!({ "steps": steps, "timestamp": clock(*minute) })).collect();
    json!({
        "start_time": bare(midnight),
        "end_time": bare(midnight + DAY),
        "active_duration": iso(day.active * SECOND),
        "inactive_duration": iso(day.inactive * SECOND),
        "daily_activity": day.goal,
        "calories": day.calories,
        "active_calories": day.active_calories,
        "steps": day.total(),
        "inactivity_alert_count": 1,
        "distance_from_steps": day.total() as f64 * 0.75,
        "samples": {
            "date": day.date,
            "steps": { "interval_ms": 60_000, "total_steps": day.total(), "samples": steps },
            "activity_zones": { "samples": [
                { "zone": "SEDENTARY", "timestamp": clock(0) },
                { "zone": "LIGHT", "timestamp": clock(9 * 60) },
                { "zone": "SEDENTARY", "timestamp": clock(21 * 60) },
            ] },
            "inactivity_stamps": [clock(14 * 60)],
        },
    })
}

fn heart_rates(member: &Member<'_>, viewer: &Viewer, range: &std::ops::RangeInclusive<String>) -> Reply {
    let days = member.days().into_iter().filter(|day| range.contains(&day.date));
    let day = |day: Day| {
        let sample = |(minute, rate): &(i64, i64)| json!({ "heart_rate": rate, "sample_time": format!("{:02}:{:02}", minute / 60, minute % 60) });
        json!({ "polar_user": user(viewer), "date": day.date, "heart_rate_samples": day.heart.iter().map(sample).collect::<Vec<_>>() })
    };
    let days: Vec<Value> = days.map(day).collect();
    if days.is_empty() { nothing() } else { Reply::json(200, &json!({ "heart_rates": days })) }
}

/// `2026-03-10T23:02:30+01:00`.
pub(super) fn zoned(member: &Member<'_>, instant: i64) -> String {
    let offset = member.offset(instant);
    let sign = if offset < 0 { '-' } else { '+' };
    let minutes = offset.abs() / 60;
    format!("{}{sign}{:02}:{:02}", bare(instant + offset * SECOND), minutes / 60, minutes % 60)
}

/// By `HH:MM` on the rider's wall.
fn by_clock(member: &Member<'_>, samples: impl Iterator<Item = (i64, Value)>) -> Value {
    let clock =
        |instant: i64| bare(instant + member.offset(instant) * SECOND).get(11..16).unwrap_or_default().to_owned();
    Value::Object(samples.map(|(instant, value)| (clock(instant), value)).collect::<Map<String, Value>>())
}

fn night(member: &Member<'_>, viewer: &Viewer, night: &Night) -> Value {
    json!({
        "polar_user": user(viewer),
        "date": night.date,
        "sleep_start_time": zoned(member, night.start),
        "sleep_end_time": zoned(member, night.end),
        "device_id": "1111AAAA",
        "continuity": 3.1,
        "continuity_class": 3,
        "light_sleep": night.seconds(&[2, 3]),
        "deep_sleep": night.seconds(&[4]),
        "rem_sleep": night.seconds(&[1]),
        "unrecognized_sleep_stage": night.seconds(&[5]),
        "sleep_score": night.score,
        "total_interruption_duration": night.seconds(&[0]),
        "sleep_charge": 3,
        "sleep_goal": 28_800,
        "sleep_rating": 3,
        "short_interruption_duration": night.seconds(&[0]),
        "long_interruption_duration": 0,
        "sleep_cycles": 5,
        "group_duration_score": 84.2,
        "group_solidity_score": 77.8,
        "group_regeneration_score": 71.0,
        "hypnogram": by_clock(member, night.stages.iter().map(|stage| (stage.start, json!(stage.number)))),
        "heart_rate_samples": by_clock(member, night.heart.iter().map(|(at, rate)| (*at, json!(rate)))),
    })
}

fn sleep(member: &Member<'_>, viewer: &Viewer, nights: &[Night]) -> Reply {
    let list: Vec<Value> = nights.iter().map(|found| night(member, viewer, found)).collect();
    let dates = nights.iter().map(|night| night.date.clone()).collect();
    if list.is_empty() {
        fault(404, "not found")
    } else {
        Reply::json(200, &json!({ "nights": list })).about("", dates)
    }
}

fn recharges(member: &Member<'_>, viewer: &Viewer, nights: &[Night]) -> Reply {
    let told = |night: &Night| {
        let recharge = night.recharge.as_ref()?;
        let breaths = night.heart.iter().take(12).map(|(at, _)| (*at, json!(recharge.breaths())));
        let variabilities = recharge.variabilities.iter().map(|(at, value)| (*at, json!(value)));
        Some(json!({
            "polar_user": user(viewer),
            "date": night.date,
            "heart_rate_avg": recharge.heart_rate,
            "beat_to_beat_avg": recharge.interval,
            "heart_rate_variability_avg": recharge.variability,
            "breathing_rate_avg": recharge.breaths(),
            "nightly_recharge_status": recharge.status,
            "ans_charge": recharge.charge,
            "ans_charge_status": 3,
            "hrv_samples": by_clock(member, variabilities),
            "breathing_samples": by_clock(member, breaths),
        }))
    };
    let list: Vec<Value> = nights.iter().filter_map(told).collect();
    if list.is_empty() { nothing() } else { Reply::json(200, &json!({ "recharges": list })) }
}

#[cfg(test)]
mod tests {
    use super::iso;

    #[test]
    fn lengths_of_time_are_iso_8601() {
        assert_eq!(iso(9_840_000), "PT2H44M");
        assert_eq!(iso(4_000), "PT4S");
        assert_eq!(iso(1_230_500), "PT20M30.500S");
        assert_eq!(iso(0), "PT0S");
    }
}
