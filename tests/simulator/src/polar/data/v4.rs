//! The Dynamic API v4.
//!
//! Without `features` a range of days tells on which there is something, and with them there is what was asked for on one day.
//! Training sessions alone are all there without. `to` does not belong to the range.

use serde_json::{Map, Value, json};

use crate::clock::{DAY, bare, day};
use crate::message::{Asked, Reply};
use crate::oauth::Viewer;

use super::made::{Day, Member, Night, Session};
use super::v3::zoned;
use super::{fault, nothing};

/// A call, the scope that it needs, and the longest range of it in days.
const CALLS: [(&str, &str, i64); 5] = [
    ("activity/list", "activity:read", 90),
    ("sleeps", "sleep:read", 30),
    ("nightly-recharge-results", "nightly_recharge:read", 28),
    ("continuous-samples", "continuous_samples:read", 30),
    ("training-sessions/list", "training_sessions:read", 90),
];

/// What was asked for.
struct Wanted {
    /// Days from the first up to and not including the last, as text.
    from: String,
    to: String,
    features: Vec<String>,
}

impl Wanted {
    fn holds(&self, date: &str) -> bool {
        *self.from <= *date && *date < *self.to
    }

    fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|wanted| wanted == feature)
    }
}

pub(super) fn read(member: &Member<'_>, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let path = path.join("/");
    let Some((call, scope, most)) = CALLS.iter().find(|(call, _, _)| *call == path) else {
        return fault(404, "not found");
    };
    if !viewer.may(scope) {
        return fault(403, &format!("Missing required scope: {scope}")).at(call);
    }
    let wanted = match wanted(asked, *call == "training-sessions/list", *most) {
        Ok(wanted) => wanted,
        Err(message) => return fault(400, message).at(call),
    };
    let nights = || member.nights().into_iter().filter(|night| wanted.holds(&night.date)).collect::<Vec<_>>();
    let days = || member.days().into_iter().filter(|day| wanted.holds(&day.date)).collect::<Vec<_>>();
    match *call {
        "activity/list" => list("activityDays", days().iter().map(|day| (day.date.clone(), activity(day, &wanted)))),
        "sleeps" => {
            list("nightSleeps", nights().iter().map(|night| (night.date.clone(), sleep(member, night, &wanted))))
        }
        "continuous-samples" => {
            list("heartRateSamplesPerDay", days().iter().map(|day| (day.date.clone(), heart(day, &wanted))))
        }
        "training-sessions/list" => {
            let sessions = member.sessions().into_iter();
            let sessions = sessions.filter(|session| wanted.holds(&bare(session.wall())));
            list("trainingSessions", sessions.map(|session| (session.session.clone(), told(&session))))
        }
        _ => list(
            "nightlyRechargeResults",
            nights().iter().filter_map(|night| Some((night.date.clone(), recharge(night, &wanted)?))),
        ),
    }
    .at(call)
}

/// Days or, for sessions, times without an offset; and not more than are allowed.
fn wanted(asked: &Asked, times: bool, most: i64) -> Result<Wanted, &'static str> {
    let (Some(from), Some(to)) = (asked.query("from"), asked.query("to")) else {
        return Err("from and to are required");
    };
    let read = |text: &str| match (times, text.split_once('T')) {
        (true, Some((date, clock))) if clock.len() == 8 => day(date),
        (false, None) => day(text),
        _ => None,
    };
    let (Some(first), Some(end)) = (read(&from), read(&to)) else { return Err("could not be parsed") };
    let queries = url::form_urlencoded::parse(asked.query.as_bytes());
    let features: Vec<String> =
        queries.filter(|(name, _)| name == "features").map(|(_, value)| value.into_owned()).collect();
    match end - first {
        range if range <= 0 || range > most * DAY => Err("the range is too long"),
        range if !features.is_empty() && range != DAY => Err("with features, one day at a time"),
        _ => Ok(Wanted { from, to, features }),
    }
}

fn list(name: &str, items: impl Iterator<Item = (String, Value)>) -> Reply {
    let (ids, items): (Vec<String>, Vec<Value>) = items.unzip();
    if items.is_empty() { nothing() } else { Reply::json(200, &json!({ name: items })).about("", ids) }
}

/// Consecutive minutes are one row; what lies between two rows was not counted.
fn rows(steps: &[(i64, i64)]) -> Vec<Value> {
    let runs = steps.chunk_by(|before, after| before.0 + 1 == after.0);
    let row = |run: &[(i64, i64)]| {
        let start = run.first().map_or(0, |(minute, _)| *minute);
        let counted: Vec<i64> = run.iter().map(|(_, steps)| *steps).collect();
        json!({ "stepSamples": { "startTime": format!("{:02}:{:02}:00", start / 60, start % 60), "interval": 60_000, "steps": counted } })
    };
    runs.map(row).collect()
}

fn activity(day: &Day, wanted: &Wanted) -> Value {
    if !wanted.has("samples") {
        return json!({ "date": day.date });
    }
    let devices = day.second.iter().chain([&day.steps]);
    let devices: Vec<Value> = devices.map(|steps| json!({ "activitySamples": rows(steps) })).collect();
    json!({ "date": day.date, "activitiesPerDevice": devices })
}

fn heart(day: &Day, wanted: &Wanted) -> Value {
    if !wanted.has("heart-rate-samples") {
        return json!({ "date": day.date });
    }
    let sample = |(minute, rate): &(i64, i64)| json!({ "heartRate": rate, "offsetMillis": minute * 60_000, "triggerType": "TRIGGER_TIMED_247" });
    json!({ "date": day.date, "samples": day.heart.iter().map(sample).collect::<Vec<_>>() })
}

fn sleep(member: &Member<'_>, night: &Night, wanted: &Wanted) -> Value {
    let mut fields = Map::from_iter([("sleepDate".to_owned(), json!(night.date))]);
    let mut put = |feature: &str, name: &str, value: Value| {
        if wanted.has(feature) {
            fields.insert(name.to_owned(), value);
        }
    };
    let span = |numbers: &[i64]| format!("{}s", night.seconds(numbers));
    let (start, end) = (zoned(member, night.start), zoned(member, night.end));
    put("sleep-result", "sleepResult", json!({ "hypnogram": { "sleepStart": start, "sleepEnd": end } }));
    put(
        "sleep-evaluation",
        "sleepEvaluation",
        json!({
            "sleepSpan": span(&[0, 1, 2, 3, 4, 5]),
            "asleepDuration": span(&[1, 2, 3, 4, 5]),
            "phaseDurations": {
                "wake": span(&[0]), "rem": span(&[1]), "light": span(&[2, 3]), "deep": span(&[4]), "unknown": span(&[5]),
                "remPercentage": 26.6, "deepPercentage": 20.0,
            },
        }),
    );
    put("sleep-score", "sleepScore", json!({ "sleepScore": night.score as f64 }));
    Value::Object(fields)
}

fn recharge(night: &Night, wanted: &Wanted) -> Option<Value> {
    let recharge = night.recharge.as_ref()?;
    if !wanted.has("samples") {
        return Some(json!({ "sleepResultDate": night.date }));
    }
    Some(json!({
        "sleepResultDate": night.date,
        "ansStatus": recharge.charge,
        "recoveryIndicator": recharge.status,
        "recoveryIndicatorSubLevel": 40,
        "ansRate": 3,
        "meanNightlyRecoveryRri": recharge.interval,
        "meanNightlyRecoveryRmssd": recharge.variability,
        "meanNightlyRecoveryRespirationInterval": recharge.breath,
        "exerciseTip": "",
        "sleepTip": "",
        "vitalityTip": "",
    }))
}

fn told(session: &Session) -> Value {
    let value = json!({
        "identifier": { "id": session.session },
        "name": session.kind.name,
        "startTime": bare(session.wall()),
        "stopTime": bare(session.wall() + session.millis),
        "durationMillis": session.millis,
        "distanceMeters": session.meters,
        "calories": session.calories,
        "trainingLoad": session.load,
        "trainingBenefit": "TEMPO_TRAINING",
        "feeling": 0.75,
        "startTrigger": "MANUAL",
        "sport": { "id": session.kind.number },
        "product": { "modelName": "Polar Vantage V3" },
        "exercises": [],
    });
    let Value::Object(mut fields) = value else { return Value::Null };
    if let Some((mean, highest)) = session.heart_rate {
        fields.insert("hrAvg".into(), json!(mean));
        fields.insert("hrMax".into(), json!(highest));
    }
    Value::Object(fields)
}
