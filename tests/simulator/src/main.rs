//! The simulator as a process of its own: prints one line of JSON with its addresses when it listens, and ends on
//! SIGTERM, SIGINT, or when its standard input closes if it was told to.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Context as _;
use clap::Parser;
use gearshift_simulator::{NewRiders, Settings, Simulator};
use serde_json::{Value, json};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Plays the clouds of Strava, TrainerRoad, WHOOP, Garmin, Withings, Polar, Dexcom and ROUVY on loopback.
#[derive(Debug, Parser)]
#[command(name = "simulator", version)]
struct Arguments {
    /// Port of 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// What all chance follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Riders to make at the start.
    #[arg(long, default_value_t = 0)]
    users: usize,
    /// End when standard input closes, so that nothing outlives a parent that was killed.
    #[arg(long)]
    until_stdin_closes: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let arguments = Arguments::parse();
    let mut settings = Settings { seed: arguments.seed, ..Settings::default() };
    settings.address = SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port));
    let client_id = settings.strava.client_id.clone();
    let mut terminated = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let simulator = Simulator::start(settings).await?;
    simulator.control().add_riders(&NewRiders { count: arguments.users, ..NewRiders::default() })?;
    let clients = simulator.clients().into_iter();
    let clients: BTreeMap<&str, Value> =
        clients.map(|(provider, client)| (provider, json!({ "id": client.id, "secret": client.secret }))).collect();
    let rewrites: BTreeMap<&str, String> = simulator.rewrites().into_iter().collect();
    let ready = json!({
        "address": simulator.address(),
        "base_url": simulator.base_url(),
        "strava": simulator.strava_url(),
        "trainerroad": simulator.trainerroad_url(),
        "control": format!("{}/_sim", simulator.base_url()),
        "client_id": client_id,
        "clients": clients,
        "rewrites": rewrites,
        "pid": std::process::id(),
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{ready}").and_then(|()| out.flush()).context("cannot write to standard output")?;
    drop(out);
    tokio::select! {
        _ = terminated.recv() => {}
        result = tokio::signal::ctrl_c() => result.context("cannot listen for SIGINT")?,
        () = closed(), if arguments.until_stdin_closes => {}
    }
    simulator.stop().await;
    // A read of standard input that is still waiting would keep the runtime from ending.
    std::process::exit(0)
}

/// Reads what comes and forgets it, on a thread of its own.
async fn closed() {
    let read_to_end = || std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
    // Whether it ended or failed, nobody is there any more.
    let _ = tokio::task::spawn_blocking(read_to_end).await;
}
