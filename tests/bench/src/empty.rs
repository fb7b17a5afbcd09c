//! A call that does nothing: what the sandbox costs by itself.

use std::sync::Arc;
use std::time::Instant;

use gearshift_adapters::Nothing;
use gearshift_adapters::contract::{PullRequest, Subject};
use gearshift_runtime::Call;
use wasmtime::Store;
use wasmtime::component::Instance;

use crate::house::House;
use crate::report::Report;
use crate::sample::Samples;
use crate::settings::{Settings, target};
use crate::warm::{self, Idle, Linked};

/// Calls of each kind in turn before the other kind has its own.
const TURN: usize = 100;

/// Somebody at the provider of the pebble, the smallest adapter.
pub(crate) fn subject() -> Subject {
    Subject { provider: "PEBBLE".into(), account: None, zone: None, settings: Vec::new() }
}

/// A page of nothing.
pub(crate) fn request() -> PullRequest {
    PullRequest {
        stream: "nothing".into(),
        window: None,
        cursor: None,
        since: None,
        id: None,
        requests: 0,
        extra: Vec::new(),
    }
}

pub(crate) async fn measure(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<()> {
    let pebble = house.component("gearshift_guest_pebble")?;
    let lease = house.loader.open(pebble.clone()).await?;
    let linked = Linked::new(&house.runtime, pebble).await?;
    let (subject, request) = (subject(), request());
    let (warm_subject, warm_request) = (warm::subject("PEBBLE"), warm_request());
    let (mut fresh, mut instantiation, mut reused) = (Samples::default(), Samples::default(), Samples::default());

    let run = async |store: &mut Store<Call<Idle>>, instance: &Instance| {
        let warm = linked.warm(store, instance)?;
        for _ in 0..settings.empty_calls / TURN {
            for _ in 0..TURN {
                let begun = Instant::now();
                let (_, spent) =
                    lease.pull(&subject, &request, Arc::new(Nothing)).await.map_err(wasmtime::Error::new)?;
                fresh.since(begun);
                instantiation.push(spent.instantiation);
            }
            for _ in 0..TURN {
                let begun = Instant::now();
                warm.pull(store, &warm_subject, &warm_request).await?;
                reused.since(begun);
            }
        }
        Ok(())
    };
    warm::told(house.runtime.call(&linked.pre, warm::unbounded(), Idle, run).await)?;

    report.part("An empty call, one after the other");
    let fresh = report.time("empty.fresh", "fresh instance and empty call, as the host makes it", &fresh);
    report.time("empty.instantiation", "of that: store made and instance instantiated", &instantiation);
    let reused = report.time("empty.warm", "empty call in an instance that is there already", &reused);
    report.aim("fresh instance and empty call, p50", fresh.p50, target::FRESH_P50);
    report.aim("fresh instance and empty call, p99", fresh.p99, target::FRESH_P99);
    report.aim("empty call in an instance that is there, p50", reused.p50, target::WARM_P50);
    report.ratio("empty.fresh/warm", "a fresh instance against one that is there, p50", fresh.p50 / reused.p50, None);
    Ok(())
}

/// The same, for an instance that is there already.
pub(crate) fn warm_request() -> warm::PullRequest {
    let PullRequest { stream, cursor, since, id, requests, extra, .. } = request();
    warm::PullRequest { stream, window: None, cursor, since, id, requests, extra }
}
