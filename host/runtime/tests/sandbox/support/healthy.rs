//! The healthy company: calls that must not fail and a heart that must not skip, whatever else runs.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use super::{Sandbox, guest, plenty};

const BEAT: Duration = Duration::from_millis(10);
const LATE: Duration = Duration::from_secs(1);

/// Something hostile, and the company that it is in.
pub(crate) trait AmongHealthy: Future<Output: Send> + Send + Sized + 'static {
    /// Runs it on the workers, among healthy calls; panics if it disturbs them.
    async fn among_healthy(self, sandbox: &Sandbox) -> Self::Output {
        let healthy = Healthy::begin(sandbox).await;
        let outcome = tokio::spawn(self).await.expect("the hostile side itself");
        healthy.end().await;
        outcome
    }
}

impl<F: Future<Output: Send> + Send + 'static> AmongHealthy for F {}

struct Healthy {
    stop: Arc<AtomicBool>,
    latest: Arc<AtomicU64>,
    callers: Vec<tokio::task::JoinHandle<u64>>,
    heart: tokio::task::JoinHandle<u64>,
}

impl Healthy {
    async fn begin(sandbox: &Sandbox) -> Self {
        let add = r#"(func (export "run") (result i32) (local $i i32)
            (loop $more
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $more (i32.lt_u (local.get $i) (i32.const 1000))))
            (local.get $i))"#;
        let pre = sandbox.link(guest(add)).await;
        let stop = Arc::new(AtomicBool::new(false));
        let latest = Arc::new(AtomicU64::new(0));
        let callers = (0..4).map(|_| {
            let (sandbox, pre, stop) = (sandbox.clone(), pre.clone(), stop.clone());
            tokio::spawn(async move {
                let mut calls = 0;
                while !stop.load(Relaxed) {
                    let (answer, _) = sandbox.run(&pre, plenty()).await.expect("a healthy call");
                    assert_eq!(answer, 1000);
                    calls += 1;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                calls
            })
        });
        let callers = callers.collect();
        let heart = {
            let (stop, latest) = (stop.clone(), latest.clone());
            tokio::spawn(async move {
                let mut beats = 0;
                while !stop.load(Relaxed) {
                    let due = Instant::now() + BEAT;
                    tokio::time::sleep(BEAT).await;
                    let late = u64::try_from(due.elapsed().as_millis()).unwrap();
                    latest.fetch_max(late, Relaxed);
                    beats += 1;
                }
                beats
            })
        };
        Self { stop, latest, callers, heart }
    }

    async fn end(self) {
        // Something too quick to disturb anybody leaves no time to see that it did not.
        tokio::time::sleep(BEAT * 5).await;
        self.stop.store(true, Relaxed);
        for caller in self.callers {
            assert!(caller.await.expect("healthy calls go on") > 0, "a caller never had a turn");
        }
        assert!(self.heart.await.expect("the heart beats on") > 0);
        let late = Duration::from_millis(self.latest.load(Relaxed));
        assert!(late < LATE, "a heartbeat was {late:?} late");
    }
}
