//! What is true against what is known, and what happened against what was told.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gearshift_model::Record;
use gearshift_simulator::RiderTruth;
use gearshift_store::StoredRecord;

use crate::town::Town;
use crate::{STRAVA, TRAINERROAD};

/// A record's measure of a metric.
#[must_use]
pub fn measure(record: &Record, metric: &str) -> Option<f64> {
    record.measures.iter().find(|measure| measure.metric == metric).map(|measure| measure.value)
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() <= 0.01_f64.max(left.abs() * 1e-6)
}

/// Differences, in words.
#[derive(Default)]
struct Findings(Vec<String>);

impl Findings {
    fn same(&mut self, what: &str, wanted: impl Into<Option<f64>>, found: Option<f64>) {
        let wanted = wanted.into();
        let same = match (wanted, found) {
            (Some(wanted), Some(found)) => near(wanted, found),
            (None, None) => true,
            _ => false,
        };
        if !same {
            self.0.push(format!("{what}: {wanted:?} is true, {found:?} is known"));
        }
    }

    fn count(&mut self, what: &str, wanted: usize, found: usize) {
        if wanted != found {
            self.0.push(format!("{what}: there are {wanted}, and {found} are known"));
        }
    }
}

impl Town {
    /// Fails unless each connected rider's data is known as it is: nothing is missing, nothing is there twice.
    pub async fn knows_what_was_served(&self) {
        let mut findings = Findings::default();
        let ledger = self.simulator().ledger();
        let mut checked = 0;
        for connection in self.connections().await {
            let rider = ledger.riders.iter().find(|rider| connection["reference"] == rider.username.as_str());
            let Some(rider) = rider else { continue };
            let records = self.records(connection["id"].as_str().unwrap(), None).await;
            let mut kinds: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
            records.iter().for_each(|record| kinds.entry(&record.kind).or_default().push(&record.record));
            match connection["provider"].as_str().unwrap() {
                STRAVA => strava(rider, &kinds, &mut findings),
                TRAINERROAD => trainerroad(rider, &kinds, &mut findings),
                _ => continue,
            }
            checked += 1;
        }
        assert!(checked > 0, "nobody is connected");
        assert!(findings.0.is_empty(), "{}", findings.0.join("\n"));
    }

    /// Fails unless the platform was told every event, each revision of a record under one id, in order, and signed.
    pub async fn told_everything_once_and_in_order(&self) {
        let attempts = self.receiver().attempts();
        assert!(attempts.iter().all(|attempt| attempt.genuine), "a delivery had no valid signature");
        let taken = self.receiver().taken();
        let told: BTreeSet<&str> = taken.iter().map(|attempt| attempt.id.as_str()).collect();
        for event in self.events().await {
            assert!(told.contains(event.id.as_str()), "the event {} ({}) never arrived", event.id, event.event_type);
        }
        let mut ids: BTreeMap<(String, i64), BTreeSet<&str>> = BTreeMap::new();
        let mut last: HashMap<String, i64> = HashMap::new();
        for attempt in &taken {
            let Some((record, revision)) = attempt.revision() else { continue };
            let known = ids.entry((record.clone(), revision)).or_default();
            if known.insert(&attempt.id) && known.len() == 1 {
                let before = last.insert(record.clone(), revision).unwrap_or(0);
                assert_eq!(revision, before + 1, "{record}: revision {revision} came after {before}");
            }
        }
        let twice: Vec<_> = ids.iter().filter(|(_, ids)| ids.len() > 1).collect();
        assert!(twice.is_empty(), "revisions were told under two ids: {twice:?}");
        for connection in self.connections().await {
            for StoredRecord { id, revision, .. } in self.records(connection["id"].as_str().unwrap(), None).await {
                assert_eq!(last.get(&id), Some(&revision), "{id}: the last revision was not told");
            }
        }
    }
}

type Kinds<'a> = BTreeMap<&'a str, Vec<&'a Record>>;

fn of<'a>(kinds: &'a Kinds<'a>, kind: &str) -> &'a [&'a Record] {
    kinds.get(kind).map_or(&[], Vec::as_slice)
}

fn strava(rider: &RiderTruth, kinds: &Kinds<'_>, findings: &mut Findings) {
    let who = format!("{} at STRAVA", rider.username);
    let (true_ones, known) = (rider.activities.iter().filter(|one| !one.deleted), of(kinds, "activity"));
    findings.count(&format!("{who}, activities"), true_ones.clone().count(), known.len());
    for truth in true_ones {
        let what = format!("{who}, activity {}", truth.id);
        let Some(record) = known.iter().find(|record| record.key == truth.id.to_string()) else {
            findings.0.push(format!("{what} is missing"));
            continue;
        };
        activity(&what, truth, record, findings);
    }
    let athletes = of(kinds, "athlete");
    findings.count(&format!("{who}, athletes"), 1, athletes.len());
    for athlete in athletes {
        findings.same(&format!("{who}, weight"), rider.weight, measure(athlete, "weight"));
        findings.same(&format!("{who}, ftp"), rider.ftp as f64, measure(athlete, "functional-threshold-power"));
    }
}

fn activity(what: &str, truth: &gearshift_simulator::StravaActivityTruth, record: &Record, findings: &mut Findings) {
    let mut same = |name: &str, wanted: Option<f64>, metric: &str| {
        findings.same(&format!("{what}, {name}"), wanted, measure(record, metric));
    };
    same("distance", Some(truth.distance), "distance");
    same("moving time", Some(truth.moving as f64), "moving-duration");
    same("elapsed time", Some(truth.elapsed as f64), "duration");
    same("heart rate", truth.average_heartrate, "heart-rate");
    same("power", truth.average_watts, "power");
    same("work", truth.kilojoules, "work");
    let window = record.window.as_ref().map(|window| window.start as f64);
    findings.same(&format!("{what}, start"), truth.start as f64, window);
    findings.same(&format!("{what}, offset"), f64::from(truth.offset), record.utc_offset.map(f64::from));
    let name = record.attributes.iter().find(|attribute| attribute.attribute == "name");
    if name.map(|name| name.value.as_str()) != Some(truth.name.as_str()) {
        findings.0.push(format!("{what}: its name is {:?}, {name:?} is known", truth.name));
    }
    let laps: Vec<_> = record.segments.iter().filter(|segment| segment.role == "lap").collect();
    findings.count(&format!("{what}, laps"), truth.laps.len(), laps.len());
    for (lap, known) in truth.laps.iter().zip(laps) {
        let distance = known.measures.iter().find(|measure| measure.metric == "distance").map(|measure| measure.value);
        findings.same(&format!("{what}, distance of a lap"), lap.distance, distance);
        let start = known.window.as_ref().map(|window| window.start as f64);
        findings.same(&format!("{what}, start of a lap"), lap.start as f64, start);
    }
    let series = record.series.iter().find(|series| series.metric == "cumulative-distance");
    findings.count(&format!("{what}, samples"), truth.samples, series.map_or(0, |series| series.values.len()));
}

fn trainerroad(rider: &RiderTruth, kinds: &Kinds<'_>, findings: &mut Findings) {
    let who = format!("{} at TRAINERROAD", rider.username);
    let (true_ones, known) = (rider.rides.iter().filter(|one| !one.deleted), of(kinds, "activity"));
    findings.count(&format!("{who}, rides"), true_ones.clone().count(), known.len());
    for truth in true_ones {
        // Ids are renumbered: what stays is when a ride began.
        let what = format!("{who}, ride {}", truth.start);
        let ride = known.iter().find(|record| record.window.as_ref().is_some_and(|window| window.start == truth.start));
        let found = |metric: &str| ride.and_then(|record| measure(record, metric));
        findings.same(&format!("{what}, duration"), truth.seconds as f64, found("duration"));
        findings.same(&format!("{what}, TSS"), truth.tss as f64, found("training-stress-score"));
        findings.same(&format!("{what}, distance"), truth.distance as f64, found("distance"));
    }
    let (true_ones, known) = (rider.planned.iter().filter(|one| !one.deleted), of(kinds, "planned-workout"));
    findings.count(&format!("{who}, plans"), true_ones.clone().count(), known.len());
    for truth in true_ones {
        let what = format!("{who}, plan {}", truth.entry);
        let Some(plan) = known.iter().find(|record| record.key == format!("plan:{}", truth.entry)) else {
            findings.0.push(format!("{what} is missing"));
            continue;
        };
        let steps = plan.segments.iter().filter(|segment| segment.role == "step").count();
        findings.count(&format!("{what}, steps"), truth.steps.len(), steps);
        findings.same(&format!("{what}, duration"), truth.seconds as f64, measure(plan, "duration"));
        if plan.date.as_deref() != Some(truth.date.as_str()) {
            findings.0.push(format!("{what}: its day is {}, {:?} is known", truth.date, plan.date));
        }
    }
    let days: BTreeSet<&str> = of(kinds, "daily").iter().filter_map(|record| record.date.as_deref()).collect();
    let missing = rider.days.iter().filter(|day| !days.contains(day.date.as_str()));
    findings.0.extend(missing.map(|day| format!("{who}: the day {} is missing", day.date)));
    findings.count(&format!("{who}, athletes"), 1, of(kinds, "athlete").len());
}
