//! The outside of one call: one connection, one version, and the exchanges that it made.

use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use gearshift_adapters::contract::{HttpError, HttpRequest, HttpResponse};
use gearshift_adapters::{Lease, Outside};
use gearshift_egress::{Caller, Egress, EgressError, Purpose, Request};
use gearshift_store::Connection;

/// What a call of an adapter reaches. The guest knows its exchanges by their order in this call, so that it cannot name another's.
#[derive(Debug)]
pub struct Bound {
    egress: Arc<Egress>,
    caller: Caller,
    exchanges: Mutex<Vec<i64>>,
}

impl Bound {
    pub(crate) fn new(
        egress: Arc<Egress>,
        lease: &Lease,
        connection: &Connection,
        purpose: Purpose,
        requests: u32,
    ) -> Self {
        let caller = Caller {
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            version: lease.digest().to_string(),
            manifest: lease.manifest().clone(),
            purpose,
            remaining: AtomicU32::new(requests),
        };
        Self { egress, caller, exchanges: Mutex::default() }
    }

    /// The archive's ids of the exchanges made so far. An exchange's number in the contract is its place here, from 1 on;
    /// 0 stands for an inbound call.
    #[must_use]
    pub fn exchanges(&self) -> Vec<i64> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

    async fn sign(&self, rule: &str, _fields: &[String]) -> Result<String, String> {
        Err(format!("no `[[sign]]` rule `{rule}` is carried out by this host"))
    }
}

fn refused(error: EgressError) -> HttpError {
    HttpError { code: error.code().to_owned(), message: error.to_string(), retry_after: None }
}
