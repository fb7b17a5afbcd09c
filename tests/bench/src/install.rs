//! A new version: from upload to serving, by stage; and one that was compiled before, from disk to its first answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use gearshift_adapters::{Nothing, StageTime};
use gearshift_runtime::Trusted;

use crate::empty;
use crate::house::{House, build, change};
use crate::report::Report;
use crate::sample::Samples;
use crate::settings::{Settings, target};
use crate::warm::{self, Idle, Linked};

/// An adapter that is installed: its name, its file, and how the report calls each stage of it.
struct Subject {
    name: &'static str,
    file: &'static str,
    total: &'static str,
    stages: [(&'static str, &'static str); 4],
}

const SUBJECTS: [Subject; 2] = [
    Subject {
        name: "puppet",
        file: "gearshift_guest_puppet",
        total: "install.puppet",
        stages: [
            ("verified", "install.puppet.verified"),
            ("compiled", "install.puppet.compiled"),
            ("linked", "install.puppet.linked"),
            ("active", "install.puppet.active"),
        ],
    },
    Subject {
        name: "strava",
        file: "strava",
        total: "install.strava",
        stages: [
            ("verified", "install.strava.verified"),
            ("compiled", "install.strava.compiled"),
            ("linked", "install.strava.linked"),
            ("active", "install.strava.active"),
        ],
    },
];

pub(crate) async fn measure(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    report.part("A new version, from upload to serving");
    for subject in &SUBJECTS {
        let bytes = install(house, settings, report, subject).await?;
        report.fact(subject.name, &format!("{}: bytes of the component", subject.name), bytes);
    }
    report.part("A version that was compiled before");
    activate(house, settings, report).await?;
    load(house, settings, report).await
}

/// Distinct builds, each compiled anew.
async fn install(house: &House, settings: &Settings, report: &mut Report, subject: &Subject) -> anyhow::Result<usize> {
    let component = house.component(subject.file)?;
    // Whatever it asks for is granted now, and the program that compiles is in memory.
    house.install(subject.name, build(&component, 0)).await?;
    let (mut total, mut stages) = (Samples::default(), BTreeMap::<String, Samples>::new());
    for number in 1..=settings.builds {
        let begun = Instant::now();
        let change = house.install(subject.name, build(&component, number)).await?;
        total.since(begun);
        for StageTime { stage, ms } in change.timings {
            stages.entry(stage).or_default().push(Duration::from_secs_f64(ms / 1_000.0));
        }
    }
    let name = subject.name;
    let total = report.time(subject.total, &format!("{name}: upload to serving"), &total);
    for (stage, key) in subject.stages {
        let samples = stages.get(stage).with_context(|| format!("no timing of the stage `{stage}`"))?;
        report.time(key, &format!("{name}: of that, until {stage}"), samples);
    }
    if name == "puppet" {
        report.aim("puppet: upload to serving, p50", total.p50, target::INSTALL);
    }
    Ok(component.len())
}

/// Two builds by turns: each time the old one leaves memory, and the new one is read, checked, linked, tried and recorded.
async fn activate(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let pebble = house.component("gearshift_guest_pebble")?;
    let digests = [
        house.install("pebble", build(&pebble, 1)).await?.digest,
        house.install("pebble", build(&pebble, 2)).await?.digest,
    ];
    let (subject, request) = (empty::subject(), empty::request());
    let (mut whole, mut answered) = (Samples::default(), Samples::default());
    for digest in digests.iter().cycle().take(settings.activations) {
        let begun = Instant::now();
        change(house.adapters.activate("pebble", digest, None).await?)?;
        whole.since(begun);
        let lease = house.adapters.lease("PEBBLE", "none").context("the pebble does not serve")?;
        lease.pull(&subject, &request, Arc::new(Nothing)).await?;
        answered.since(begun);
    }
    report.time("activate", "activate it: read, check, link, try, record", &whole);
    report.time("activate.answered", "the same, to the first answer", &answered);
    Ok(())
}

/// The engine's part alone: compiled code in memory, to the first answer.
async fn load(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let code = house.runtime.compile(house.component("gearshift_guest_pebble")?).await?;
    let (subject, request) = (warm::subject("PEBBLE"), empty::warm_request());
    let linker = Linked::linker(&house.runtime)?;
    let mut samples = Samples::default();
    for _ in 0..settings.activations {
        let begun = Instant::now();
        let linked = Linked::of(&linker, &house.runtime.load(Trusted::vouch(&code))?)?;
        let call = house.runtime.call(&linked.pre, warm::unbounded(), Idle, async |store: &mut _, instance: &_| {
            linked.warm(store, instance)?.pull(store, &subject, &request).await
        });
        warm::told(call.await)?;
        samples.since(begun);
    }
    let found = report.time("load", "the engine's part: map the code, link, first answer", &samples);
    report.aim("the engine's part, p50", found.p50, target::LOAD_P50);
    Ok(())
}
