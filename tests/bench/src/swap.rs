//! What callers notice of swaps: calls at a fixed rate, whatever became of those before, with a swap every so often and without.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use gearshift_adapters::{Adapters, Digest, Nothing};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;

use crate::empty;
use crate::house::{House, build, change};
use crate::report::Report;
use crate::sample::Samples;
use crate::settings::{CALLS_A_SECOND, SWAP_EVERY, Settings, target};

/// How it went.
#[derive(Debug, Default)]
pub(crate) struct Swaps {
    pub(crate) swaps: usize,
    pub(crate) calls: usize,
    pub(crate) errors: usize,
    pub(crate) first_error: String,
}

/// Outcomes of the calls of one kind of phase.
#[derive(Debug, Default)]
struct Calls {
    latency: Samples,
    /// How late the caller itself was: the clock's and the scheduler's part of the latency.
    late: Samples,
    on: [usize; 2],
    errors: Vec<String>,
}

pub(crate) async fn measure(house: &House, settings: &Settings, report: &mut Report) -> anyhow::Result<Swaps> {
    let pebble = house.component("gearshift_guest_pebble")?;
    let digests = [
        house.install("pebble", build(&pebble, 1)).await?.digest,
        house.install("pebble", build(&pebble, 2)).await?.digest,
    ];
    let (mut quiet, mut swapped, mut swaps) = (Calls::default(), Calls::default(), Samples::default());
    // The first phase of a kind would find caches cold that the others find warm.
    phase(&house.adapters, &digests, Duration::from_millis(500)).await?;
    for _ in 0..settings.phases {
        quiet.add(phase(&house.adapters, &digests, settings.phase).await?);
        let stop = Arc::new(AtomicBool::new(false));
        let swapper = swapper(house.adapters.clone(), digests.clone(), stop.clone());
        swapped.add(phase(&house.adapters, &digests, settings.phase).await?);
        stop.store(true, Ordering::Relaxed);
        swaps.extend(&swapper.await??);
    }
    ensure!(swapped.on.iter().all(|calls| *calls > 0), "no call saw a swap: {:?}", swapped.on);
    ensure!(house.adapters.loaded() <= 3, "{} versions are in memory", house.adapters.loaded());

    report.part(&format!(
        "{CALLS_A_SECOND} calls a second, each in a fresh instance, from when it was due to its answer"
    ));
    let without = report.time("swap.quiet", "without swaps", &quiet.latency);
    let with =
        report.time("swap.swapping", &format!("with a swap every {} ms", SWAP_EVERY.as_millis()), &swapped.latency);
    report.time("swap.quiet.late", "of that, the caller itself late, without swaps", &quiet.late);
    report.time("swap.swapping.late", "of that, the caller itself late, with swaps", &swapped.late);
    report.time("swap.activate", "one swap, meanwhile", &swaps);
    report.ratio("swap.p50", "with swaps against without, p50", with.p50 / without.p50, None);
    report.ratio("swap.p99", "with swaps against without, p99", with.p99 / without.p99, Some(target::SWAP_P99));
    let errors = [quiet.errors, swapped.errors].concat();
    let outcome = Swaps {
        swaps: swaps.len(),
        calls: quiet.latency.len() + swapped.latency.len() + errors.len(),
        errors: errors.len(),
        first_error: errors.into_iter().next().unwrap_or_default(),
    };
    println!("  {} swaps, {} calls, {} errors", outcome.swaps, outcome.calls, outcome.errors);
    Ok(outcome)
}

/// Activates one and the other by turns.
fn swapper(
    adapters: Arc<Adapters>,
    digests: [Digest; 2],
    stop: Arc<AtomicBool>,
) -> JoinHandle<anyhow::Result<Samples>> {
    tokio::spawn(async move {
        let mut swaps = Samples::default();
        let mut due = tokio::time::interval(SWAP_EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for digest in digests.iter().cycle() {
            due.tick().await;
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let begun = Instant::now();
            change(adapters.activate("pebble", digest, None).await?)?;
            swaps.since(begun);
        }
        Ok(swaps)
    })
}

/// Calls at their rate for so long. A thread of its own keeps the time, since tokio's clock has milliseconds.
async fn phase(adapters: &Arc<Adapters>, digests: &[Digest; 2], length: Duration) -> anyhow::Result<Calls> {
    let calls = Arc::new(Mutex::new(Calls::default()));
    let (adapters, digests, runtime) = (adapters.clone(), Arc::new(digests.clone()), Handle::current());
    let (done, all_done) = tokio::sync::oneshot::channel();
    let caller = {
        let calls = calls.clone();
        move || {
            let begun = Instant::now();
            let number = (length.as_secs_f64() * f64::from(CALLS_A_SECOND)) as u32;
            let tasks: Vec<_> = (0..number)
                .map(|call| {
                    let due = begun + Duration::from_secs(1) / CALLS_A_SECOND * call;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    runtime.spawn(one(adapters.clone(), digests.clone(), due, calls.clone()))
                })
                .collect();
            _ = done.send(tasks);
        }
    };
    let thread = std::thread::Builder::new().name("caller".into()).spawn(caller)?;
    for task in all_done.await? {
        task.await?;
    }
    thread.join().ok().context("the caller's thread has panicked")?;
    let calls = std::mem::take(&mut *calls.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(calls)
}

/// One call, by whoever serves at this moment.
async fn one(adapters: Arc<Adapters>, digests: Arc<[Digest; 2]>, due: Instant, calls: Arc<Mutex<Calls>>) {
    let late = due.elapsed();
    let ended = match adapters.lease("PEBBLE", "none") {
        None => Err("nobody serves".to_owned()),
        Some(lease) => {
            let called = lease.pull(&empty::subject(), &empty::request(), Arc::new(Nothing)).await;
            called.map(|_| lease.digest().clone()).map_err(|error| error.to_string())
        }
    };
    let latency = due.elapsed();
    let mut calls = calls.lock().unwrap_or_else(PoisonError::into_inner);
    calls.late.push(late);
    match ended {
        Ok(digest) => {
            calls.latency.push(latency);
            for (known, on) in digests.iter().zip(&mut calls.on) {
                *on += usize::from(*known == digest);
            }
        }
        Err(error) => calls.errors.push(error),
    }
}

impl Calls {
    fn add(&mut self, other: Self) {
        self.latency.extend(&other.latency);
        self.late.extend(&other.late);
        self.errors.extend(other.errors);
        for (on, other) in self.on.iter_mut().zip(other.on) {
            *on += other;
        }
    }
}
