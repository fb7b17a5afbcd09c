//! The CPU time of a call.
//!
//! The thread's CPU clock is read when a poll of the call begins and when it ends, and what lies between is the call's:
//! the guest and the host functions that it calls. A call that waits outside is not polled, so its waits cost it
//! nothing; nor do its turns in tokio's queue, nor other programs on the machine. Ticks of the epoch only tell when to
//! look.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

use crate::limiter::Exceeded;

fn thread_cpu() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    u64::try_from(time.tv_sec).unwrap_or(0) * 1_000_000_000 + u64::try_from(time.tv_nsec).unwrap_or(0)
}

/// What a call has used so far. All numbers are nanoseconds of a thread's CPU clock.
#[derive(Debug)]
pub(crate) struct Meter {
    budget: u64,
    deadline: Instant,
    /// The clock at the begin of the poll that runs now.
    entered: AtomicU64,
    /// In polls that ended.
    spent: AtomicU64,
    /// Of that, what was the host's own work during a wait.
    forgiven: AtomicU64,
}

/// A poll under way.
struct Polling<'a>(&'a Meter);

impl Drop for Polling<'_> {
    fn drop(&mut self) {
        let used = thread_cpu().saturating_sub(self.0.entered.load(Relaxed));
        self.0.spent.fetch_add(used, Relaxed);
    }
}

impl Meter {
    pub(crate) fn new(budget: Duration, deadline: Instant) -> Self {
        let budget = u64::try_from(budget.as_nanos()).unwrap_or(u64::MAX);
        Self { budget, deadline, entered: AtomicU64::new(0), spent: AtomicU64::new(0), forgiven: AtomicU64::new(0) }
    }

    /// Runs the call, counting what its polls take.
    pub(crate) async fn meter<F: Future>(&self, call: F) -> F::Output {
        let mut call = pin!(call);
        poll_fn(|context| {
            self.entered.store(thread_cpu(), Relaxed);
            let _polling = Polling(self);
            call.as_mut().poll(context)
        })
        .await
    }

    /// Runs the host's work for the call. If it really waited, its CPU is not the guest's; if it did not, such as a
    /// refused request or a log line, the guest pays, or it could spin for nothing.
    pub(crate) async fn outside<F: Future>(&self, work: F) -> F::Output {
        let mut work = pin!(work);
        let mut used = 0;
        let mut waited = false;
        poll_fn(|context| {
            let before = thread_cpu();
            let poll = work.as_mut().poll(context);
            used += thread_cpu().saturating_sub(before);
            match &poll {
                Poll::Pending => waited = true,
                Poll::Ready(_) if waited => _ = self.forgiven.fetch_add(used, Relaxed),
                Poll::Ready(_) => {}
            }
            poll
        })
        .await
    }

    /// At a tick, from within a poll: may the guest go on?
    pub(crate) fn check(&self) -> Result<(), Exceeded> {
        let running = thread_cpu().saturating_sub(self.entered.load(Relaxed));
        if (self.spent.load(Relaxed) + running).saturating_sub(self.forgiven.load(Relaxed)) >= self.budget {
            return Err(Exceeded::Cpu);
        }
        // The timer would end it too, but not while guests hold all workers.
        if Instant::now() >= self.deadline { Err(Exceeded::Wall) } else { Ok(()) }
    }

    /// Between polls: what the call has used.
    pub(crate) fn spent(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Relaxed).saturating_sub(self.forgiven.load(Relaxed)))
    }
}
