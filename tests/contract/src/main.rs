//! `gearshift-contract check|release [WIT]`: hold the contract to what was released, or release it. WIT: `wit` by default.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use gearshift_contract::{Freezer, Released};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let verb = args.next();
    let wit = args.next().map_or_else(|| PathBuf::from("wit"), PathBuf::from);
    match run(verb.as_deref(), &Freezer::new(wit)) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Option<&str>, freezer: &Freezer) -> Result<String> {
    let track = freezer.track()?;
    Ok(match verb {
        Some("check") if freezer.hold()? => format!("contract {track} keeps all that was released of it"),
        Some("check") => {
            format!("contract {track} is not frozen yet: any change passes, with a note in docs/decisions")
        }
        Some("release") => match freezer.release()? {
            Released::First(track) => format!("contract {track} is frozen from now on: commit wit/frozen/{track}"),
            Released::Grown(track) => format!("contract {track} grew: commit wit/frozen/{track}"),
            Released::Unchanged(track) => format!("contract {track} is frozen as it is: nothing to do"),
        },
        _ => bail!("say what to do: gearshift-contract check|release [WIT]"),
    })
}
