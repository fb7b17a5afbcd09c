//! The listener: reads requests, meets faults, notes what was answered.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Handed};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::faults::{Fault, LONGEST_WAIT, Provider};
use crate::message::{Asked, Reply};
use crate::places::{self, Place};
use crate::settings::BODY_LIMIT;
use crate::state::{Shared, State};
use crate::{
    control, dexcom, fatsecret, freestylelibre, garmin, polar, rouvy, strava, trainerroad, virtuagym, whoop, withings,
};

/// How long open requests get to end when a simulator is stopped.
const GRACE: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) async fn start(address: SocketAddr, shared: Arc<Shared>) -> std::io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, mut stopped) = watch::channel(false);
        let router = Router::new().fallback(answer).with_state(shared);
        let task = tokio::spawn(async move {
            let ended = async move {
                // An error means that the sender is gone, which is an end too.
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(ended).await {
                tracing::error!(%error, "the listener ended");
            }
        });
        Ok(Server { address, stop, task: Some(task) })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(GRACE, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

async fn answer(Handed(shared): Handed<Arc<Shared>>, request: Request) -> Result<Response, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
        return Ok(send(Reply::text(413, "Payload Too Large")));
    };
    let path = head.uri.path().trim_start_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    let first = first.to_owned();
    let asked = Asked {
        method: head.method,
        path: format!("/{rest}"),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    if first == "_sim" {
        return Ok(send(control::answer(&shared, &asked).await));
    }
    Ok(match places::by_prefix(&first) {
        Some(place) => play(&shared, place, &asked).await,
        None => {
            let prefixes: Vec<String> = places::PLACES.iter().map(|place| format!("/{}", place.prefix)).collect();
            send(Reply::text(404, &format!("Nobody is played here: try {} or /_sim", prefixes.join(", "))))
        }
    })
}

async fn play(shared: &Shared, place: &Place, asked: &Asked) -> Response {
    let provider = place.provider;
    let (reply, fault) = decide(&mut shared.lock(), place, asked);
    // The path alone: queries and bodies hold secrets.
    tracing::info!(provider = provider.name(), method = %asked.method, path = asked.path, status = reply.status.as_u16(),
        endpoint = reply.endpoint, user = reply.user, fault = fault.as_ref().map(tracing::field::debug), "request");
    match fault {
        Some(fault) => send_faulty(reply, &fault).await,
        None => send(reply),
    }
}

fn decide(state: &mut State, place: &Place, asked: &Asked) -> (Reply, Option<Fault>) {
    let (provider, prefix) = (place.provider, place.prefix);
    let user = whose(state, place, asked);
    let fault = state.faults.take(provider, asked, user.as_deref());
    let reply = match fault.as_ref().filter(|fault| fault.replaces()) {
        Some(fault) => fail(state, place, asked, fault),
        None => match provider {
            Provider::Strava => strava::answer(state, asked),
            Provider::Trainerroad => trainerroad::answer(state, asked),
            Provider::Whoop => whoop::answer(state, asked),
            Provider::Garmin => garmin::answer(state, prefix, asked),
            Provider::Withings => withings::answer(state, prefix, asked),
            Provider::Polar => polar::answer(state, prefix, asked),
            Provider::Dexcom => dexcom::answer(state, prefix, asked),
            Provider::Rouvy => rouvy::answer(state, asked),
            Provider::Freestylelibre => freestylelibre::answer(state, prefix, asked),
            Provider::Virtuagym => virtuagym::answer(state, asked),
            Provider::Fatsecret => fatsecret::answer(state, prefix, asked),
        },
    };
    let whole = fault.as_ref().is_none_or(Fault::delivers);
    let generation = match provider {
        Provider::Trainerroad => state.settings.trainerroad.generation.name(),
        Provider::Rouvy => state.settings.rouvy.generation.name(),
        _ => "",
    };
    let now = state.clock.now();
    state.book.note(provider, generation, &reply, (whole, fault.is_some()), now);
    (reply, fault)
}

fn whose(state: &State, place: &Place, asked: &Asked) -> Option<String> {
    match place.provider {
        Provider::Strava => strava::whose(state, asked),
        Provider::Trainerroad => trainerroad::whose(state, asked),
        Provider::Whoop => whoop::whose(state, asked),
        Provider::Garmin => garmin::whose(state, asked),
        Provider::Withings => withings::whose(state, asked),
        Provider::Polar => polar::whose(state, asked),
        Provider::Dexcom => dexcom::whose(state, place.prefix, asked),
        Provider::Rouvy => rouvy::whose(state, asked),
        Provider::Freestylelibre => freestylelibre::whose(state, asked),
        Provider::Virtuagym => virtuagym::whose(state, asked),
        Provider::Fatsecret => fatsecret::whose(state, asked),
    }
}

/// The provider's look for a fault that was planned.
fn fail(state: &mut State, place: &Place, asked: &Asked, fault: &Fault) -> Reply {
    let prefix = place.prefix;
    match place.provider {
        Provider::Strava => strava::fail(state, fault),
        Provider::Trainerroad => trainerroad::fail(asked, fault),
        Provider::Whoop => whoop::fail(asked, fault),
        Provider::Garmin => garmin::fail(asked, fault),
        Provider::Withings => withings::fail(fault),
        Provider::Polar => polar::fail(asked, fault),
        Provider::Dexcom => dexcom::fail(asked, fault),
        Provider::Rouvy => rouvy::fail(state, fault),
        Provider::Freestylelibre => freestylelibre::fail(fault),
        Provider::Virtuagym => virtuagym::fail(asked, fault),
        Provider::Fatsecret => fatsecret::fail(prefix, fault),
    }
}

fn response(reply: &Reply, body: Body) -> Response {
    let mut builder = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        builder = builder.header(*name, value);
    }
    builder.body(body).unwrap_or_else(|_| Response::new(Body::empty()))
}

fn send(reply: Reply) -> Response {
    response(&reply, Body::from(reply.body.clone()))
}

fn broken() -> Result<Bytes, std::io::Error> {
    Err(std::io::Error::new(std::io::ErrorKind::ConnectionAborted, "the simulated connection breaks"))
}

async fn send_faulty(reply: Reply, fault: &Fault) -> Response {
    let wait = |ms: u64| tokio::time::sleep(Duration::from_millis(ms).min(LONGEST_WAIT));
    match fault {
        Fault::Delay { ms } => {
            wait(*ms).await;
            send(reply)
        }
        Fault::Hang { ms } => {
            wait(*ms).await;
            response(&reply, Body::from_stream(stream::iter([broken()])))
        }
        Fault::Lose => response(&reply, Body::from_stream(stream::iter([broken()]))),
        Fault::Cut => {
            let half = reply.body.slice(..reply.body.len() / 2);
            response(&reply, Body::from_stream(stream::iter([Ok(half), broken()])))
        }
        Fault::Drip { bytes, ms } => {
            let (piece, pause) = ((*bytes).max(1), Duration::from_millis(*ms).min(LONGEST_WAIT));
            let pieces: Vec<Bytes> = reply.body.chunks(piece).map(Bytes::copy_from_slice).collect();
            let drops = stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, std::io::Error>(piece)
            });
            response(&reply, Body::from_stream(drops))
        }
        _ => send(reply),
    }
}
