//! Who asks: the ways in which an application proves it, Withings' signature over a nonce among them.

use std::collections::HashMap;

use aws_lc_rs::hmac;
use url::form_urlencoded;

use crate::message::Asked;
use crate::state::State;

use super::{Client, ClientAuth, Realm, Refusal, Server, after};

/// Seconds that a nonce can be used, as Withings documents it.
const NONCE_LIFETIME: i64 = 1_800;

fn stranger() -> Refusal {
    Refusal::new("invalid_client", "the application did not prove who it is")
}

/// Lower-case hexadecimal HMAC-SHA256.
pub(crate) fn mac(key: &str, message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    hex::encode(hmac::sign(&key, message.as_bytes()))
}

/// The application that a request to the token endpoint comes from.
///
/// # Errors
/// It did not prove who it is in the way that the rules want.
pub(crate) fn client_of(server: &mut Server, asked: &Asked, now: i64) -> Result<String, Refusal> {
    match server.rules.client {
        ClientAuth::Body => by_secret(server, asked.form("client_id"), asked.form("client_secret")),
        ClientAuth::Basic => by_basic(server, asked),
        ClientAuth::Signed if asked.form("client_secret").is_some() => {
            by_secret(server, asked.form("client_id"), asked.form("client_secret"))
        }
        ClientAuth::Signed => by_signature(server, asked, now),
    }
}

fn by_secret(server: &Server, id: Option<String>, secret: Option<String>) -> Result<String, Refusal> {
    let (Some(id), Some(secret)) = (id, secret) else { return Err(stranger()) };
    if server.clients.get(&id).is_some_and(|client| client.secret == secret) { Ok(id) } else { Err(stranger()) }
}

/// RFC 6749, 2.3.1 has both parts encoded as in a form; many send them as they are.
fn by_basic(server: &Server, asked: &Asked) -> Result<String, Refusal> {
    let (id, secret) = asked.basic().ok_or_else(stranger)?;
    let plain = |text: &str| {
        let pair = form_urlencoded::parse(text.as_bytes()).next();
        pair.map(|(key, _)| key.into_owned()).unwrap_or_default()
    };
    let decoded = (plain(&id), plain(&secret));
    by_secret(server, Some(id), Some(secret)).or_else(|_| by_secret(server, Some(decoded.0), Some(decoded.1)))
}

/// `signature` is over action, client id and nonce, which is good once.
pub(crate) fn by_signature(server: &mut Server, asked: &Asked, now: i64) -> Result<String, Refusal> {
    let id = asked.form("client_id").unwrap_or_default();
    let nonce = asked.form("nonce").unwrap_or_default();
    let fresh = take(&mut server.nonces, &id, &nonce, now);
    let client = server.clients.get(&id).ok_or_else(stranger)?;
    if fresh && is_signed(client, asked, &id, &nonce) { Ok(id) } else { Err(stranger()) }
}

fn take(nonces: &mut HashMap<String, (String, i64)>, client: &str, nonce: &str, now: i64) -> bool {
    nonces.remove(nonce).is_some_and(|(of, until)| of == client && until > now)
}

fn is_signed(client: &Client, asked: &Asked, id: &str, last: &str) -> bool {
    let action = asked.form("action").unwrap_or_default();
    asked.form("signature").as_deref() == Some(&mac(&client.secret, &format!("{action},{id},{last}")))
}

/// A nonce for an application that signed action, client id and timestamp.
///
/// # Errors
/// It did not sign, or not these.
pub(crate) fn nonce(state: &mut State, realm: Realm, asked: &Asked) -> Result<String, Refusal> {
    let now = state.clock.now();
    let id = asked.form("client_id").unwrap_or_default();
    let timestamp = asked.form("timestamp").unwrap_or_default();
    if timestamp.parse::<u64>().is_err() {
        return Err(Refusal::new("invalid_request", "timestamp"));
    }
    let server = state.oauth.at_mut(realm);
    let client = server.clients.get(&id).ok_or_else(stranger)?;
    if !is_signed(client, asked, &id, &timestamp) {
        return Err(stranger());
    }
    let nonce = state.random.hex(40);
    server.nonces.retain(|_, (_, until)| *until > now);
    server.nonces.insert(nonce.clone(), (id, after(now, NONCE_LIFETIME)));
    Ok(nonce)
}
