//! What ROUVY has of a rider, made up from seed, name and day.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fit::{Base, Column, File, moment};
use super::turbo::DATE;
use crate::clock::{DAY, SECOND};
use crate::faults::Provider;
use crate::ledger::Thing;
use crate::oauth::user_id;
use crate::random::Random;
use crate::world::{Course, Rider, Samples, Sensors, Sport, Totals, World};

/// Days back for which there may be a ride.
const DAYS: i64 = 16;

/// Some rides, on roads that were filmed elsewhere.
const TITLES: [&str; 4] = ["Lakeside Loop", "Over the Saddle", "Vineyard Rollers", "Harbour Sprint"];

/// A ride, or a workout without a road.
#[derive(Debug, Clone)]
pub(super) struct Ride {
    pub(super) id: String,
    title: &'static str,
    workout: bool,
    start: i64,
    offset: i32,
    course: Course,
    totals: Totals,
    /// Whether there is an original file.
    pub(super) filed: bool,
}

/// The rides of a rider, newest first. None on every fifth day; a heart strap is left at home on every third, every fourth ride is a
/// workout, and of every seventh there is no file.
pub(super) fn rides(seed: u64, rider: &Rider, now: i64) -> Vec<Ride> {
    let today = now.div_euclid(DAY);
    (1..=DAYS).map(|ago| today - ago).filter(|day| day % 5 != 0).map(|day| ride(seed, rider, day)).collect()
}

fn ride(seed: u64, rider: &Rider, day: i64) -> Ride {
    let mut random = Random::of(seed, &format!("{} rouvy {day}", rider.username));
    let start = day * DAY + random.between(5 * 3_600, 20 * 3_600) * SECOND;
    let workout = day % 4 == 0;
    let course = Course {
        seed: random.next(),
        seconds: random.between(240, 420),
        pause: (!workout && day % 2 == 0).then(|| (120, random.between(10, 50))),
        sport: Sport::VirtualRide,
        sensors: Sensors { heartrate: day % 3 != 0, power: true, cadence: true, outside: !workout },
        start: (46.0 + random.unit(), 11.0 + random.unit()),
    };
    let samples = Samples::of(&course);
    let totals = Totals::of(&samples, 0, samples.len().saturating_sub(1));
    let title = if workout { "Two Hills" } else { random.pick(&TITLES) };
    let offset = rider.zone.offset(start);
    Ride { id: random.guid(), title, workout, start, offset, course, totals, filed: day % 7 != 0 }
}

fn whole(value: Option<f64>) -> Option<f64> {
    value.map(f64::round)
}

impl Ride {
    /// An item of the list.
    pub(super) fn item(&self, base: &str) -> Value {
        let totals = &self.totals;
        let mut item = json!({
            "id": self.id,
            "title": self.title,
            "training": if self.workout { "WORKOUT" } else { "ROUTE_TIME_TRIAL" },
            "startUTC": timestamp(self.start),
            "total": {
                "distM": totals.distance,
                "movingTimeSec": totals.moving,
                "elevM": totals.climbed.unwrap_or(0.0),
                "avgPower": whole(totals.average_watts),
                "avgHeartRate": whole(totals.average_heartrate),
                "avgCadence": whole(totals.average_cadence),
                "avgSpeed": totals.average_speed,
                "normalizedPower": totals.weighted_watts,
                "if": 0.8,
            },
            "routeId": (!self.workout).then_some(5_150),
        });
        if let (true, Some(members)) = (self.filed, item.as_object_mut()) {
            members.insert("fitUrl".into(), json!(format!("{base}/resources/activity-fit/{}", self.id)));
        }
        item
    }

    /// The original file.
    pub(super) fn file(&self) -> Vec<u8> {
        const ID: [Column; 4] =
            [(0, Base::Enum, 1.0), (1, Base::Short, 1.0), (2, Base::Short, 1.0), (4, Base::Long, 1.0)];
        let mut file = File::default();
        // An activity, of a maker in development: ROUVY has no number of its own.
        file.table(0, &ID, [vec![Some(4.0), Some(255.0), Some(0.0), moment(self.start)]]);
        self.records(&mut file);
        let end = self.start + self.totals.elapsed * SECOND;
        let seconds = Some(self.totals.elapsed as f64);
        let moving = Some(self.totals.moving as f64);
        let both = |kind: u16, columns: &[Column], head: Vec<Option<f64>>, file: &mut File| {
            let rest = [seconds, moving, Some(self.totals.distance), whole(self.totals.average_watts)];
            let beats = [whole(self.totals.average_heartrate), self.totals.max_heartrate.map(|beats| beats as f64)];
            file.table(kind, columns, [[head, rest.to_vec(), beats.to_vec()].concat()]);
        };
        let head = [(253, Base::Long, 1.0), (2, Base::Long, 1.0)];
        let times = [(7, Base::Long, 1_000.0), (8, Base::Long, 1_000.0), (9, Base::Long, 100.0)];
        let lap = [&head[..], &times, &[(19, Base::Short, 1.0), (15, Base::Byte, 1.0), (16, Base::Byte, 1.0)]].concat();
        both(19, &lap, vec![moment(end), moment(self.start)], &mut file);
        let sport = [(5, Base::Enum, 1.0), (6, Base::Enum, 1.0)];
        let tail = [(20, Base::Short, 1.0), (16, Base::Byte, 1.0), (17, Base::Byte, 1.0)];
        let session = [&head[..], &sport, &times, &tail].concat();
        // Cycling, a virtual activity.
        both(18, &session, vec![moment(end), moment(self.start), Some(2.0), Some(58.0)], &mut file);
        let activity = [(253, Base::Long, 1.0), (0, Base::Long, 1_000.0), (5, Base::Long, 1.0)];
        let local = moment(end + i64::from(self.offset) * SECOND);
        file.table(34, &activity, [vec![moment(end), moving, local]]);
        file.finish()
    }

    fn records(&self, file: &mut File) {
        const HALF_TURN: f64 = 2_147_483_648.0 / 180.0;
        const ROW: [Column; 9] = [
            (253, Base::Long, 1.0),
            (0, Base::Place, HALF_TURN),
            (1, Base::Place, HALF_TURN),
            (2, Base::Short, 5.0),
            (3, Base::Byte, 1.0),
            (4, Base::Byte, 1.0),
            (5, Base::Long, 100.0),
            (6, Base::Short, 1_000.0),
            (7, Base::Short, 1.0),
        ];
        let samples = Samples::of(&self.course);
        let at = |column: &[f64], index: usize| column.get(index).copied();
        let count = |column: &[i64], index: usize| column.get(index).map(|value| *value as f64);
        let rows = samples.time.iter().enumerate().map(|(index, second)| {
            let place = samples.latlng.get(index);
            vec![
                moment(self.start + second * SECOND),
                place.map(|place| place.0),
                place.map(|place| place.1),
                // Half a kilometre below the sea is zero.
                at(&samples.altitude, index).map(|metres| metres + 500.0),
                count(&samples.heartrate, index),
                count(&samples.cadence, index),
                at(&samples.distance, index),
                at(&samples.velocity, index),
                count(&samples.watts, index),
            ]
        });
        file.table(20, &ROW, rows);
    }

    fn thing(&self) -> Thing {
        let totals = &self.totals;
        let length = if self.filed { totals.elapsed } else { totals.moving };
        let values = [
            ("distM", Some(totals.distance)),
            ("movingTimeSec", Some(totals.moving as f64)),
            ("avgPower", whole(totals.average_watts)),
            ("avgHeartRate", whole(totals.average_heartrate)),
            ("avgCadence", whole(totals.average_cadence)),
            ("samples", self.filed.then(|| Samples::of(&self.course).len() as f64)),
        ];
        Thing {
            kind: "activity".into(),
            id: self.id.clone(),
            start: Some(self.start),
            end: Some(self.start + length * SECOND),
            values: values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect(),
        }
    }
}

fn timestamp(millis: i64) -> String {
    let moment = jiff::Timestamp::from_millisecond(millis).unwrap_or_default();
    format!("{moment:.3}")
}

/// The profile, as every page has it.
pub(super) fn profile(seed: u64, rider: &Rider) -> Value {
    json!({
        "email": rider.email,
        "userProfile": {
            "userId": user_id(Provider::Rouvy, seed, rider, ""),
            "userName": rider.username,
            "firstName": rider.first,
            "lastName": rider.last,
            "ftp": rider.ftp,
            "ftpSource": "MANUAL",
            "weight": rider.weight,
            "height": height(rider),
            "gender": if rider.female { "FEMALE" } else { "MALE" },
            "maxHeartRate": null,
            "countryIsoCode": null,
            "timezone": rider.zone.name,
            "units": if rider.metric { "METRIC" } else { "IMPERIAL" },
            "accountPrivacy": "PUBLIC",
            "birthDate": { DATE: 631_152_000_000_i64 },
        },
    })
}

/// Centimetres.
fn height(rider: &Rider) -> i64 {
    160 + rider.number as i64 % 35
}

/// What this cloud holds of a rider, newest last.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let athlete = Thing {
        kind: "athlete".into(),
        id: user_id(Provider::Rouvy, world.seed, rider, ""),
        start: None,
        end: None,
        values: BTreeMap::from([
            ("ftp".to_owned(), rider.ftp as f64),
            ("weight".to_owned(), rider.weight),
            ("height".to_owned(), height(rider) as f64),
        ]),
    };
    let rides = rides(world.seed, rider, now);
    std::iter::once(athlete).chain(rides.iter().rev().map(Ride::thing)).collect()
}
