//! What else the machine did meanwhile, from /proc: numbers of a busy machine mean less.

use serde::Serialize;

use crate::report::hundredths;

/// What the machine was like.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Machine {
    /// Cores that this process may use.
    pub(crate) cores: usize,
    /// Load average over a minute, before.
    pub(crate) load_before: f64,
    /// The same, afterwards.
    pub(crate) load_after: f64,
    /// Share of all cores' time that others took, 0 to 1.
    pub(crate) others: f64,
}

/// A look at the machine before the work.
pub(crate) struct Watch {
    load: f64,
    ticks: Ticks,
}

/// Counted in hundredths of a second.
#[derive(Clone, Copy, Default)]
struct Ticks {
    all: u64,
    idle: u64,
    own: u64,
}

impl Watch {
    pub(crate) fn begin() -> Self {
        Self { load: load(), ticks: ticks() }
    }

    pub(crate) fn end(self) -> Machine {
        let now = ticks();
        let all = now.all.saturating_sub(self.ticks.all);
        let mine = now.own.saturating_sub(self.ticks.own) + now.idle.saturating_sub(self.ticks.idle);
        let others = if all == 0 { 0.0 } else { all.saturating_sub(mine) as f64 / all as f64 };
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        Machine { cores, load_before: self.load, load_after: load(), others: hundredths(others) }
    }
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(f64::NAN)
}

/// The machine's time from the first line of /proc/stat; this process's and its children's from /proc/self/stat.
fn ticks() -> Ticks {
    let read = |path| std::fs::read_to_string(path).unwrap_or_default();
    let numbers = |text: &str| text.split_whitespace().map_while(|word| word.parse().ok()).collect::<Vec<u64>>();
    let machine = read("/proc/stat");
    let machine = numbers(machine.lines().next().and_then(|line| line.strip_prefix("cpu")).unwrap_or_default());
    // user, nice, system, idle, iowait, irq, softirq, steal; a guest's time is within user's.
    let all = machine.iter().take(8).sum();
    let idle = machine.iter().skip(3).take(2).sum();
    let own = read("/proc/self/stat");
    // Behind the name, which may hold anything, utime to cstime are the 12th to the 15th.
    let own = own.rsplit_once(')').map(|(_, rest)| rest).unwrap_or_default();
    let own = own.split_whitespace().skip(11).take(4).filter_map(|word| word.parse::<u64>().ok()).sum();
    Ticks { all, idle, own }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_work_is_not_counted_as_others() {
        let before = ticks();
        let begun = std::time::Instant::now();
        while begun.elapsed().as_millis() < 200 {
            std::hint::spin_loop();
        }
        let now = ticks();
        assert!(now.own > before.own && now.all > before.all, "a fifth of a second is twenty ticks");
    }
}
