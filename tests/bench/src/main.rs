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

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};

use crate::house::House;
use crate::machine::Watch;
use crate::report::Report;
use crate::settings::Settings;
use crate::swap::Swaps;

/// Measures calls, normalize, installs and swaps, in one run; the last line is JSON.
#[derive(Parser)]
#[command(version)]
struct Cli {
    /// A run of seconds that shows that everything works; its numbers mean little.
    #[arg(long)]
    quick: bool,
    /// Where the components lie: where ./dev adapters puts them, unless other builds are to be measured.
    #[arg(long, default_value = house::COMPONENTS)]
    components: PathBuf,
    /// One part alone.
    #[arg(long)]
    only: Option<Part>,
}

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Calls that do nothing.
    Empty,
    /// A long ride, in the sandbox and natively.
    Normalize,
    /// New versions, compiled or not.
    Install,
    /// Calls while versions are swapped.
    Swap,
}

fn main() -> anyhow::Result<ExitCode> {
    // The same program compiles adapters, as a child under limits of its own.
    gearshift_runtime::child::run_if_asked();
    let cli = Cli::parse();
    let settings = if cli.quick { Settings::quick() } else { Settings::full() };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(settings.workers).enable_all().build()?;
    runtime.block_on(run(settings, cli.components, cli.only))
}

async fn run(settings: Settings, components: PathBuf, only: Option<Part>) -> anyhow::Result<ExitCode> {
    let house = House::new(components).await?;
    let mut report = Report::default();
    let watch = Watch::begin();
    let wanted = |part| only.is_none_or(|only| only == part);
    let mut swaps = Swaps::default();
    if wanted(Part::Empty) {
        empty::measure(&house, &settings, &mut report).await?;
    }
    if wanted(Part::Normalize) {
        normalize::measure(&house, &settings, &mut report).await?;
    }
    if wanted(Part::Install) {
        install::measure(&house, &settings, &mut report).await?;
    }
    if wanted(Part::Swap) {
        swaps = swap::measure(&house, &settings, &mut report).await?;
    }
    report.machine(&watch.end());
    println!("{}", report.json(&swaps));
    if swaps.errors == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} of {} calls failed across swaps: {}", swaps.errors, swaps.calls, swaps.first_error);
    Ok(ExitCode::FAILURE)
}
