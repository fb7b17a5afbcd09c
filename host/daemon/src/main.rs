//! `gearshift`: the host daemon, and the tools of those who write adapters and of those who run them.
//!
//! Read [`serve`] for the daemon's life, [`house`] for how the rooms are put together, [`public`] and [`admin`] for its faces,
//! [`author`] for the commands that serve nobody.

mod admin;
mod author;
mod config;
mod extract;
mod house;
mod keys;
mod keys_rotate;
mod operator;
mod pages;
mod problem;
mod public;
mod serve;
mod tenant;
mod terra;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::config::Config;

/// Connects health platforms to providers, through adapters that are swapped while data flows.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves: public API, admin endpoint, syncing and delivering.
    Serve {
        /// The configuration, in TOML. Every key has a default.
        #[arg(long, env = "GEARSHIFT_CONFIG")]
        config: Option<PathBuf>,
        /// The data folder, in place of the configuration's.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    #[command(flatten)]
    Operator(operator::Operator),
    #[command(flatten)]
    Author(author::Author),
}

fn main() -> anyhow::Result<ExitCode> {
    // The same program compiles adapters, as a child under limits of its own.
    gearshift_runtime::child::run_if_asked();
    let cli = Cli::parse();
    // An author wants to read what the adapter logs, and what the host thinks of it stands in the answer.
    let usual = if matches!(cli.command, Command::Author(_)) { "warn,guest=info" } else { "info" };
    let filter = EnvFilter::try_from_env("GEARSHIFT_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match cli.command {
        Command::Serve { config, data } => {
            let mut config = Config::read(config.as_deref())?;
            config.data = data.unwrap_or(config.data);
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve::serve(config))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Operator(operator) => {
            tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(operator::run(operator))?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Author(author) => Ok(author::run(author)),
    }
}
