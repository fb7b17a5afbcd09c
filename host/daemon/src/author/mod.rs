//! `gearshift new`, `check` and `test`: for those who write adapters. Nothing here serves, opens a store or leaves this machine,
//! except that a build asks crates.io for what it does not have.
//!
//! Read [`new`] for how an adapter begins, [`check`] for what a host would say of it, [`mod@test`] for how its fixtures are played.

mod check;
mod component;
mod embedded;
mod new;
mod outside;
mod play;
mod pretty;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;
use gearshift_adapters::{CallLimits, Loader};
use gearshift_runtime::{Limits, Runtime};

/// The authors' commands.
#[derive(Subcommand)]
pub(crate) enum Author {
    /// Makes an adapter that builds, passes its fixture test and loads.
    ///
    /// Within a checkout of Gearshift it becomes plugins/NAME, elsewhere a crate of its own with SDK and contract beside it.
    New {
        /// Lower case, words joined by hyphens.
        name: String,
        /// The provider's enum. Default: NAME in upper case, with underscores.
        #[arg(long, value_name = "ID")]
        provider: Option<String>,
        /// A crate of its own, within a checkout too.
        #[arg(long)]
        alone: bool,
    },
    /// Says what a component imports, exports and would be granted, and why it would be refused.
    Check {
        /// The component.
        file: PathBuf,
        /// One JSON object in place of text.
        #[arg(long)]
        json: bool,
    },
    /// Plays the fixtures of an adapter through the sandbox and compares what comes out with what is expected.
    Test {
        /// The adapter's folder, with fixtures/.
        dir: PathBuf,
        /// A component that is built already. Default: the folder's own, built now.
        #[arg(long, value_name = "FILE")]
        component: Option<PathBuf>,
        /// Writes what comes out as what is expected.
        #[arg(long)]
        accept: bool,
    },
}

/// Exit code of a command that could not do what it was asked for.
const COULD_NOT: u8 = 2;

/// Runs a command. 1: it ran, and the answer is no.
pub(crate) fn run(author: Author) -> ExitCode {
    let answer = match author {
        Author::New { name, provider, alone } => new::new(&name, provider.as_deref(), alone).map(|()| true),
        Author::Check { file, json } => block_on(check::check(&file, json)),
        Author::Test { dir, component, accept } => block_on(test::test(&dir, component.as_deref(), accept)),
    };
    match answer {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // In one line and without a backtrace, whatever the environment says: the fault is seldom in here.
            eprintln!("gearshift: {error:#}");
            ExitCode::from(COULD_NOT)
        }
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<bool>>) -> anyhow::Result<bool> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// The gates of a host with default limits.
fn loader() -> anyhow::Result<Loader> {
    let runtime = Runtime::new(Limits::default()).context("the sandbox cannot be made on this machine")?;
    Ok(Loader::new(runtime, CallLimits::default())?)
}
