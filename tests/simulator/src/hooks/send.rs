//! Sending: plain HTTP to loopback, one connection for each request.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;
use url::{Host, Url};

use crate::settings::{HOOK_ANSWER_LIMIT, HOOK_ATTEMPTS, HOOK_PATIENCE, HOOK_PAUSE};
use crate::state::Shared;

use super::{HookLine, Message};

/// The address of a hook: `http`, and this machine's own.
pub(crate) fn target(url: &str) -> Result<Url, String> {
    let url = Url::parse(url).map_err(|error| format!("the url is none: {error}"))?;
    match address(&url) {
        Some(_) if url.scheme() == "http" => Ok(url),
        _ => Err(format!("{url} is not http on loopback, and hooks go nowhere else")),
    }
}

fn address(url: &Url) -> Option<SocketAddr> {
    let address = match url.host()? {
        Host::Ipv4(address) => IpAddr::from(address),
        Host::Ipv6(address) => IpAddr::from(address),
        Host::Domain("localhost") => IpAddr::from(Ipv4Addr::LOCALHOST),
        Host::Domain(_) => return None,
    };
    address.is_loopback().then_some(SocketAddr::new(address, url.port_or_known_default()?))
}

async fn request(
    method: Method,
    url: &Url,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> anyhow::Result<(u16, Bytes)> {
    let address = address(url).ok_or_else(|| anyhow::anyhow!("not on loopback"))?;
    #[expect(clippy::disallowed_methods, reason = "the providers' side, and loopback alone")]
    let stream = TcpStream::connect(address).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let mut request = Request::builder().method(method).uri(path).header("host", address.to_string());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = sender.send_request(request.body(Full::new(body))?).await?;
    let status = answer.status().as_u16();
    let body = Limited::new(answer.into_body(), HOOK_ANSWER_LIMIT).collect().await;
    connection.abort();
    let body = body.map_err(|error| anyhow::anyhow!(error))?.to_bytes();
    Ok((status, body))
}

async fn patiently(
    method: Method,
    url: &Url,
    headers: &[(&'static str, String)],
    body: Bytes,
) -> anyhow::Result<(u16, Bytes)> {
    tokio::time::timeout(HOOK_PATIENCE, request(method, url, headers, body)).await?
}

/// Strava's challenge: who wants a hook has to repeat it.
pub(crate) async fn greet(url: &Url, challenge: &str, verify_token: &str) -> Result<(), String> {
    let mut greeted = url.clone();
    greeted
        .query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", challenge)
        .append_pair("hub.verify_token", verify_token);
    let answer = patiently(Method::GET, &greeted, &[], Bytes::new()).await;
    let (status, body) = answer.map_err(|error| format!("there was no answer to the challenge: {error}"))?;
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    if status == 200 && said.get("hub.challenge").and_then(Value::as_str) == Some(challenge) {
        return Ok(());
    }
    Err(format!("the challenge was not repeated: {status} {}", String::from_utf8_lossy(&body)))
}

/// Sends what there is to send, one after the other, and notes what came of it.
pub(crate) async fn deliver(shared: &Shared, messages: Vec<Message>) -> Vec<HookLine> {
    let mut lines = Vec::new();
    for message in messages {
        let line = insist(shared, &message).await;
        tracing::info!(
            provider = line.provider.name(),
            event = line.event,
            user = line.user,
            attempts = line.attempts,
            status = line.status,
            "hook"
        );
        shared.lock().hooks.sent.push(line.clone());
        lines.push(line);
    }
    lines
}

async fn insist(shared: &Shared, message: &Message) -> HookLine {
    let mut line = HookLine {
        provider: message.provider,
        event: message.event.to_owned(),
        user: message.user.clone(),
        attempts: 0,
        status: None,
        at: shared.lock().clock.now(),
    };
    let Ok(url) = target(&message.url) else { return line };
    while line.attempts < HOOK_ATTEMPTS {
        if line.attempts > 0 {
            tokio::time::sleep(HOOK_PAUSE).await;
        }
        line.attempts += 1;
        line.at = shared.lock().clock.now();
        let answer = patiently(Method::POST, &url, &message.headers, message.body.clone()).await;
        line.status = answer.ok().map(|(status, _)| status);
        if line.status.is_some_and(|status| (200..300).contains(&status)) {
            break;
        }
    }
    line
}
