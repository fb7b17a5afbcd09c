//! Normalize of a long ride: through the sandbox, and by the same source run natively.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context as _, ensure};
use gearshift_adapters::Lease;
use gearshift_adapters::contract::{Document, Subject};
use gearshift_runtime::Call;
use gearshift_sdk::{Adapter as _, Body, Fetched};
use strava::Strava;
use wasmtime::Store;
use wasmtime::component::Instance;

use crate::document;
use crate::house::House;
use crate::report::Report;
use crate::sample::Samples;
use crate::settings::{Settings, target};
use crate::warm::{self, Idle, Linked};

/// One peer a row: to records as the host has them, and from there on to JSON.
#[derive(Default)]
struct Times {
    native: Samples,
    native_json: Samples,
    fresh: Samples,
    fresh_json: Samples,
    warm: Samples,
    instantiation: Samples,
    /// The most memory that the guest had.
    memory: usize,
}

pub(crate) async fn measure(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let plugin = house.component("strava")?;
    let lease = house.loader.open(plugin.clone()).await?;
    let linked = Linked::new(&house.runtime, plugin).await?;
    let document = document::ride();
    let subject = Subject { provider: "STRAVA".into(), account: None, zone: None, settings: Vec::new() };
    let json = same_answer(&lease, &subject, &document).await?;

    let (warm_subject, warm_document) = (warm::subject("STRAVA"), warm::document(&document));
    let mut times = Times::default();
    let run = async |store: &mut Store<Call<Idle>>, instance: &Instance| {
        let warm = linked.warm(store, instance)?;
        // The first calls grow the instance's memory, and fault the pages of its peers in.
        for round in 0..settings.normalize_rounds + 3 {
            if round == 3 {
                times = Times::default();
            }
            native(&document, &mut times).map_err(wasmtime::Error::msg)?;
            fresh(&lease, &subject, &document, &mut times).await.map_err(wasmtime::Error::msg)?;
            let begun = Instant::now();
            black_box(warm.normalize(store, &warm_subject, &warm_document).await?);
            times.warm.since(begun);
        }
        Ok(())
    };
    warm::told(house.runtime.call(&linked.pre, warm::unbounded(), Idle, run).await)?;

    let bytes: usize = document.parts.iter().map(|part| part.body.len()).sum();
    tell(&times, bytes, json, report);
    Ok(())
}

/// Without this the peers might be quick at different things. Returns the bytes of JSON that it comes to.
async fn same_answer(lease: &Lease, subject: &Subject, document: &Document) -> anyhow::Result<usize> {
    let (sandboxed, _) = lease.normalize(subject, document).await?;
    let native = Strava::normalize(&gearshift_sdk::Subject::default(), &fetched(document))
        .map_err(|failure| anyhow::anyhow!("{failure:?}"))?;
    let (sandboxed, native) = (serde_json::to_value(&sandboxed.records)?, serde_json::to_value(&native.records)?);
    ensure!(sandboxed == native, "the sandbox and the native code disagree about the ride");
    let series =
        sandboxed.pointer("/0/series").and_then(|series| series.as_array()).context("the ride has no series")?;
    ensure!(series.len() == 10, "the ride has {} series instead of 10", series.len());
    Ok(serde_json::to_vec(&sandboxed)?.len())
}

fn fetched(document: &Document) -> Fetched {
    let body = |part: &gearshift_adapters::contract::Part| Body {
        name: part.name.clone(),
        media_type: part.media_type.clone(),
        bytes: part.body.clone(),
    };
    Fetched {
        stream: document.stream.clone(),
        endpoint: document.endpoint.clone(),
        id: document.id.clone(),
        parts: document.parts.iter().map(body).collect(),
        fetched_at: document.fetched_at,
        context: document.context.clone(),
    }
}

/// The native code is given its bytes as a call in the host's own process would be: by reference.
fn native(document: &Document, times: &mut Times) -> Result<(), String> {
    let (subject, document) = (gearshift_sdk::Subject::default(), fetched(document));
    let begun = Instant::now();
    let found = Strava::normalize(&subject, black_box(&document)).map_err(|failure| failure.message)?;
    times.native.since(begun);
    black_box(serde_json::to_vec(&found.records).map_err(|error| error.to_string())?);
    times.native_json.since(begun);
    Ok(())
}

async fn fresh(lease: &Lease, subject: &Subject, document: &Document, times: &mut Times) -> Result<(), String> {
    let begun = Instant::now();
    let (found, spent) = lease.normalize(subject, document).await.map_err(|error| error.to_string())?;
    times.fresh.since(begun);
    times.instantiation.push(spent.instantiation);
    times.memory = spent.memory;
    black_box(serde_json::to_vec(&found.records).map_err(|error| error.to_string())?);
    times.fresh_json.since(begun);
    Ok(())
}

fn tell(times: &Times, bytes: usize, json: usize, report: &mut Report) {
    report.part("Normalize of one ride with detail, streams and laps");
    let native = report.time("normalize.native", "native, to records", &times.native);
    let native_json = report.time("normalize.native-json", "native, to records and JSON", &times.native_json);
    let fresh = report.time("normalize.fresh", "sandbox, fresh instance, to records", &times.fresh);
    let fresh_json =
        report.time("normalize.fresh-json", "sandbox, fresh instance, to records and JSON", &times.fresh_json);
    report.time("normalize.instantiation", "of that: store made and instance instantiated", &times.instantiation);
    let warm = report.time("normalize.warm", "sandbox, instance that is there, to records", &times.warm);
    report.fact("normalize.bytes", "bytes of the document", bytes);
    report.fact("normalize.json-bytes", "bytes of its record as JSON", json);
    report.fact("normalize.memory", "bytes of the guest's memory at its end", times.memory);
    // Making JSON of the records is the host's work, and natively the same.
    let warm_json = warm.p50 + (fresh_json.p50 - fresh.p50);
    let of = |what: &str| format!("{what}, p50");
    report.ratio(
        "normalize.warm-json/native-json",
        &of("instance that is there against native, to JSON"),
        warm_json / native_json.p50,
        Some(target::NORMALIZE_JSON),
    );
    report.ratio(
        "normalize.warm/native",
        &of("instance that is there against native, to records"),
        warm.p50 / native.p50,
        Some(target::NORMALIZE_RECORDS),
    );
    report.ratio(
        "normalize.fresh/warm",
        &of("fresh instance against one that is there"),
        fresh.p50 / warm.p50,
        Some(target::NORMALIZE_FRESH),
    );
    report.ratio(
        "normalize.fresh/native",
        &of("fresh instance against native, to records"),
        fresh.p50 / native.p50,
        None,
    );
    report.ratio(
        "normalize.fresh-json/native-json",
        &of("fresh instance against native, to JSON"),
        fresh_json.p50 / native_json.p50,
        None,
    );
}
