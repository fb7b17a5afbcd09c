//! `gearshift-bench`: what a call in the sandbox costs beside the same code run natively, what a new version costs, and what
//! callers notice of a swap. docs/performance.md says how to read it.
//!
//! It judges nothing but correctness: a call that fails, or an answer that differs from the native one, ends it. Times are
//! printed beside their targets and decide nothing, since machines differ.

mod document;
mod empty;
mod house;
mod install;
mod machine;
mod normalize;
mod report;
mod sample;
mod settings;
mod swap;
mod warm;

use std::process::ExitCode;

use clap::Parser;

use crate::house::House;
use crate::machine::Watch;
use crate::report::Report;
use crate::settings::Settings;

/// Measures calls, normalize, installs and swaps, in one run; the last line is JSON.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// A run of seconds that shows that everything works; its numbers mean little.
    #[arg(long)]
    quick: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    // The same program compiles adapters, as a child under limits of its own.
    gearshift_runtime::child::run_if_asked();
    let settings = if Cli::parse().quick { Settings::quick() } else { Settings::full() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(settings.workers).enable_all().build()?;
    runtime.block_on(run(settings))
}

async fn run(settings: Settings) -> anyhow::Result<ExitCode> {
    let house = House::new().await?;
    let mut report = Report::default();
    let watch = Watch::begin();
    empty::measure(&house, &settings, &mut report).await?;
    normalize::measure(&house, &settings, &mut report).await?;
    install::measure(&house, &settings, &mut report).await?;
    let swaps = swap::measure(&house, &settings, &mut report).await?;
    report.machine(&watch.end());
    println!("{}", report.json(&swaps));
    if swaps.errors == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} of {} calls failed across swaps: {}", swaps.errors, swaps.calls, swaps.first_error);
    Ok(ExitCode::FAILURE)
}
