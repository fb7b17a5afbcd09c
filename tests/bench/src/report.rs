//! What is printed: a table for people on the way, one line of JSON for machines at the end.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::machine::Machine;
use crate::sample::{Samples, Summary};
use crate::swap::Swaps;

/// As much as these numbers are good for.
pub(crate) fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Others take more than this of the machine: then the numbers are not worth much.
const NOISE: f64 = 0.10;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Report {
    times: BTreeMap<&'static str, Summary>,
    ratios: BTreeMap<&'static str, Ratio>,
    facts: BTreeMap<&'static str, serde_json::Value>,
    misses: Vec<String>,
    machine: Option<Machine>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Ratio {
    ratio: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<f64>,
}

impl Report {
    /// A new part of the table.
    pub(crate) fn part(&mut self, title: &str) {
        println!("\n{title}");
        println!("  {:<52} {:>11} {:>11} {:>11} {:>7}", "microseconds", "min", "p50", "p99", "n");
    }

    /// Times of one thing. Returns them, for ratios.
    pub(crate) fn time(&mut self, key: &'static str, what: &str, samples: &Samples) -> Summary {
        let summary = samples.summary();
        let Summary { min, p50, p99, n } = summary;
        println!("  {what:<52} {min:>11.2} {p50:>11.2} {p99:>11.2} {n:>7}");
        self.times.insert(key, summary);
        summary
    }

    /// One number beside what it is aimed at.
    pub(crate) fn aim(&mut self, what: &str, found: f64, target: f64) {
        let far = found / target;
        let verdict = if far <= 1.0 { "met".to_owned() } else { format!("{far:.2} times the target") };
        println!("  {what:<52} {found:>11.2}  target {target:.2}: {verdict}");
        if far > 1.0 {
            self.misses.push(format!("{what}: {found:.2}, target {target:.2}"));
        }
    }

    /// How one thing compares to another.
    pub(crate) fn ratio(&mut self, key: &'static str, what: &str, found: f64, target: Option<f64>) {
        match target {
            Some(target) => self.aim(what, found, target),
            None => println!("  {what:<52} {found:>11.2}"),
        }
        self.ratios.insert(key, Ratio { ratio: hundredths(found), target });
    }

    /// Something to know of what was measured.
    pub(crate) fn fact(&mut self, key: &'static str, what: &str, value: impl Into<serde_json::Value>) {
        let value = value.into();
        println!("  {what:<52} {value:>11}");
        self.facts.insert(key, value);
    }

    /// What the machine was like.
    pub(crate) fn machine(&mut self, machine: &Machine) {
        let Machine { cores, load_before, load_after, others } = *machine;
        println!(
            "\nThe machine: {cores} cores, load {load_before:.2} before and {load_after:.2} after; others took {:.0} % of it.",
            others * 100.0
        );
        if others > NOISE {
            println!("That is too much to trust the times; the ratios suffer less. Run it again on a quiet machine.");
        }
        if cfg!(debug_assertions) {
            println!("This build is not optimised: its numbers say nothing. ./dev bench makes one that is.");
        }
        match self.misses.as_slice() {
            [] => println!("All targets are met."),
            misses => println!("Targets not met, {}:\n  {}", misses.len(), misses.join("\n  ")),
        }
        self.machine = Some(*machine);
    }

    /// Everything, on one line.
    pub(crate) fn json(&self, swaps: &Swaps) -> String {
        let optimised = !cfg!(debug_assertions);
        json!({
            "optimised": optimised,
            "machine": self.machine,
            "microseconds": self.times,
            "ratios": self.ratios,
            "facts": self.facts,
            "swaps": swaps.swaps,
            "calls": swaps.calls,
            "errors": swaps.errors,
        })
        .to_string()
    }
}
