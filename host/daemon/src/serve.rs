//! `gearshift serve`: listeners up, work on, until a signal; then drain, and nothing is lost.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::house::House;
use crate::{admin, public};

/// How long requests and pages under way may take once a signal has come. Default 20 s: a page's calls end in less, and what does
/// not is taken up again after the next start.
const GRACE: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or SIGINT.
pub(crate) async fn serve(mut config: Config) -> anyhow::Result<()> {
    let stopping = CancellationToken::new();
    let public_listener =
        TcpListener::bind(config.public).await.with_context(|| format!("cannot listen on {}", config.public))?;
    let admin_listener =
        TcpListener::bind(config.admin).await.with_context(|| format!("cannot listen on {}", config.admin))?;
    let (public_at, admin_at) = (public_listener.local_addr()?, admin_listener.local_addr()?);
    // Port 0 is any that is free: callbacks have to come to the one that it is.
    config.public = public_at;
    let data = config.data.clone();
    let house = Arc::new(House::open(config, stopping.clone()).await?);

    let mut tasks: JoinSet<anyhow::Result<()>> = JoinSet::new();
    tasks.spawn(listen(public_listener, public::routes(house.clone()), stopping.clone()));
    tasks.spawn(listen(admin_listener, admin::routes(house.clone()), stopping.clone()));
    let sync = house.sync.clone();
    let alone = Claim::take(&data)?;
    let name = if alone.is_some() { "host".to_owned() } else { format!("guest-{}", uuid::Uuid::new_v4().simple()) };
    tasks.spawn(async move {
        let heir = alone.is_some();
        let ended = sync.run(&name, heir).await;
        drop(alone);
        Ok(ended?)
    });
    let deliver = house.deliver.clone();
    tasks.spawn(async move {
        deliver.run().await;
        Ok(())
    });
    announce(public_at, admin_at, &data);

    let failed = tokio::select! {
        () = signalled() => None,
        Some(ended) = tasks.join_next() => Some(ended),
    };
    tracing::info!("stopping: no new work is begun");
    stopping.cancel();
    let drained = tokio::time::timeout(GRACE, async { while tasks.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!("work under way did not end in time: it is taken up again after the next start");
    }
    house.store.close().await;
    match failed {
        None => Ok(()),
        Some(ended) => ended.context("a part of the host ended by itself")?,
    }
}

/// The right to take up what a process that was killed left behind in this data folder. The system takes it back when its owner
/// ends, however that comes about; a second daemon on the same folder does not get it, and waits for leases to run out.
struct Claim {
    _file: std::fs::File,
}

impl Claim {
    fn take(data: &std::path::Path) -> anyhow::Result<Option<Self>> {
        let path = data.join("host.lock");
        let file = std::fs::OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}

fn announce(public: SocketAddr, admin: SocketAddr, data: &std::path::Path) {
    let ready = serde_json::json!({"ready": true, "public": format!("http://{public}"), "admin": format!("http://{admin}"), "data": data});
    println!("{ready}");
    tracing::info!(%public, %admin, data = %data.display(), "serving");
}

async fn listen(listener: TcpListener, routes: Router, stopping: CancellationToken) -> anyhow::Result<()> {
    axum::serve(listener, routes).with_graceful_shutdown(async move { stopping.cancelled().await }).await?;
    Ok(())
}

async fn signalled() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}
