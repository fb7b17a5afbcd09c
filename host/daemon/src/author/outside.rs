//! What a fixture's calls reach: the manifest's rules, which are the live ones, and behind them the recorded answers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use gearshift_adapters::Outside;
use gearshift_adapters::contract::{HttpError, HttpRequest, HttpResponse};
use gearshift_egress::Request;
use gearshift_manifest::Manifest;
use gearshift_sdk::testing::{Case, Recorded};
use gearshift_sdk::{Credential, Outside as _, Raw, Sent, time};

/// The provider of one fixture.
pub(super) struct Provider {
    manifest: Arc<Manifest>,
    recorded: Mutex<Recorded>,
    /// Requests that must not have been made. A guest may swallow the error, and the fixture fails all the same.
    strays: Mutex<Vec<String>>,
}

/// The provider as one call sees it: with its own numbers of exchanges, and so many requests.
pub(super) struct Call {
    provider: Arc<Provider>,
    left: AtomicU32,
    exchanges: Mutex<Vec<Raw>>,
}

impl Provider {
    pub(super) fn of(case: &Case, manifest: Arc<Manifest>) -> Arc<Self> {
        let recorded = Recorded::at(&time::format(case.now)).with(case.exchanges.clone());
        Arc::new(Self { manifest, recorded: Mutex::new(recorded), strays: Mutex::default() })
    }

    pub(super) fn call(self: &Arc<Self>, requests: u32) -> Arc<Call> {
        Arc::new(Call { provider: self.clone(), left: AtomicU32::new(requests), exchanges: Mutex::default() })
    }

    pub(super) fn strays(&self) -> Vec<String> {
        lock(&self.strays).clone()
    }

    /// What was recorded and never asked for.
    pub(super) fn unused(&self) -> Vec<String> {
        lock(&self.recorded).unused()
    }

    fn answer(&self, request: HttpRequest) -> Result<Raw, HttpError> {
        let asked = Request {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            body: request.body.clone().map(Into::into),
            credential: request.credential.clone(),
            fill: request.fill.clone(),
            once: request.once,
            read: request.read,
        };
        if let Err(error) = gearshift_egress::allowed(&self.manifest, &asked) {
            lock(&self.strays).push(format!("{} {}: {error}", asked.method, asked.url));
            return Err(HttpError { code: error.code().into(), message: error.to_string(), retry_after: None });
        }
        let sent = Sent {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
            credential: credential(&request.credential),
            fill: request.fill,
            once: request.once,
            // The whole answer, since documents are made of it.
            read: true,
        };
        lock(&self.recorded).send(&sent).map_err(|error| {
            let mend = "record its answer in exchanges.json, or find out why it is made";
            lock(&self.strays).push(format!("nothing is recorded for {} {}: {mend}", sent.method, sent.url));
            HttpError { code: error.code, message: error.message, retry_after: error.retry_after }
        })
    }
}

impl Call {
    /// An exchange of this call, by its number.
    pub(super) fn exchange(&self, number: u32) -> Option<Raw> {
        let place = usize::try_from(number).ok()?.checked_sub(1)?;
        lock(&self.exchanges).get(place).cloned()
    }

    /// How many there are.
    pub(super) fn made(&self) -> usize {
        lock(&self.exchanges).len()
    }
}

#[async_trait]
impl Outside for Call {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if self.left.try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_err() {
            let message = "this call has made all the requests that the fixture gives it".into();
            return Err(HttpError { code: "budget-spent".into(), message, retry_after: None });
        }
        let read = request.read;
        let raw = self.provider.answer(request)?;
        let mut exchanges = lock(&self.exchanges);
        exchanges.push(raw.clone());
        let body = if read { raw.body } else { Vec::new() };
        let id = u32::try_from(exchanges.len()).unwrap_or(u32::MAX);
        let headers = raw.headers.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
        Ok(HttpResponse { id, status: raw.status, headers, body, extra: Vec::new() })
    }

    async fn sign(&self, rule: &str, fields: &[String]) -> Result<String, String> {
        if !self.provider.manifest.signs.iter().any(|sign| sign.rule == rule) {
            return Err(format!("adapter.toml has no [[sign]] with rule = {rule:?}"));
        }
        lock(&self.provider.recorded).sign(rule, fields)
    }
}

fn credential(word: &str) -> Credential {
    let all = [Credential::User, Credential::Client, Credential::Operator];
    all.into_iter().find(|credential| credential.as_str() == word).unwrap_or_default()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
