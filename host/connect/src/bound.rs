//! The outside of one call: one connection, one version, and the exchanges that it made.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use gearshift_adapters::contract::{HttpError, HttpRequest, HttpResponse};
use gearshift_adapters::{Lease, Outside};
use gearshift_egress::{Caller, Egress, EgressError, Purpose, Request};
use gearshift_store::Connection;

use crate::connect::manifest_of;
use crate::keyring::Keyring;

/// What a call of an adapter reaches. The guest knows its exchanges by their order in this call, so that it cannot name another's.
pub struct Bound {
    egress: Arc<Egress>,
    keyring: Arc<Keyring>,
    caller: Caller,
    exchanges: Mutex<Vec<i64>>,
}

impl Bound {
    pub(crate) fn new(
        egress: Arc<Egress>,
        keyring: Arc<Keyring>,
        lease: &Lease,
        connection: &Connection,
        purpose: Purpose,
        requests: u32,
    ) -> Self {
        let caller = Caller {
            project: connection.project.clone(),
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            version: lease.digest().to_string(),
            manifest: manifest_of(lease, &connection.provider),
            purpose,
            remaining: AtomicU32::new(requests),
        };
        Self { egress, keyring, caller, exchanges: Mutex::default() }
    }

    /// The archive's ids of the exchanges made so far. An exchange's number in the contract is its place here, from 1 on;
    /// 0 stands for an inbound call.
    #[must_use]
    pub fn exchanges(&self) -> Vec<i64> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bound").field("caller", &self.caller).finish_non_exhaustive()
    }
}

#[async_trait]
impl Outside for Bound {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = Request {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body.map(Into::into),
            credential: request.credential,
            fill: request.fill,
            once: request.once,
            read: request.read,
        };
        let response = self.egress.send(&self.caller, request).await.map_err(refused)?;
        let id = {
            let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
            exchanges.push(response.exchange);
            u32::try_from(exchanges.len()).unwrap_or(u32::MAX)
        };
        Ok(HttpResponse {
            id,
            status: response.status,
            headers: response.headers,
            body: response.body.into(),
            extra: Vec::new(),
        })
    }

    async fn sign(&self, rule: &str, fields: &[String]) -> Result<String, String> {
        self.keyring.sign(&self.caller, rule, fields).await.map_err(|error| error.to_string())
    }
}

fn refused(error: EgressError) -> HttpError {
    HttpError { code: error.code().to_owned(), message: error.to_string(), retry_after: None }
}
