//! The door itself.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use gearshift_store::Store;
use tokio::time::Instant;
use tracing::{debug, warn};
use url::Url;

use crate::destination::Destination;
use crate::held::Held;
use crate::outgoing::{Outgoing, shown};
use crate::secrets::Secrets;
use crate::settle::settle;
use crate::wire::Wire;
use crate::{
    Caller, Credentials, DirectRequest, DirectResponse, EgressError, EgressSettings, Request, Resolve, Response,
    headers, rewrite, target,
};

/// The one door out. One a process, shared by all that send.
pub struct Egress {
    settings: EgressSettings,
    wire: Wire,
    store: Arc<dyn Store>,
    credentials: Arc<dyn Credentials>,
}

impl Egress {
    /// Builds the door. Nothing is connected yet.
    pub fn new(
        settings: EgressSettings,
        resolver: Arc<dyn Resolve>,
        store: Arc<dyn Store>,
        credentials: Arc<dyn Credentials>,
    ) -> Self {
        let wire = Wire::new(&settings, resolver);
        Self { settings, wire, store, credentials }
    }

    /// Where a browser goes that is meant for this address: what the operator rewrites goes elsewhere for users too.
    #[must_use]
    pub fn rewritten(&self, url: &str) -> String {
        let target = Url::parse(url).ok().and_then(|url| rewrite::apply(&self.settings.rewrites, &url));
        target.map_or_else(|| url.to_owned(), Into::into)
    }

    /// Sends an adapter's request. What comes back is archived and without secrets; a redirect or a 401 is an answer.
    ///
    /// Safe to drop at any await: the connection is closed, and what was captured by then is kept.
    ///
    /// # Errors
    /// See [`EgressError`]; the message tells the adapter's author or the operator what to change.
    pub async fn send(&self, caller: &Caller, request: Request) -> Result<Response, EgressError> {
        let started = Instant::now();
        let result = self.pass(caller, request).await;
        let took = started.elapsed();
        match &result {
            Ok((response, url)) => debug!(
                connection = %caller.connection, provider = %caller.provider, purpose = caller.purpose.as_str(),
                %url, status = response.status, bytes = response.body.len(), exchange = response.exchange, ?took, "answered"
            ),
            Err(error) => warn!(
                connection = %caller.connection, provider = %caller.provider, purpose = caller.purpose.as_str(),
                version = %caller.version, code = error.code(), %error, ?took, "request failed"
            ),
        }
        result.map(|(response, _)| response)
    }

    async fn pass(&self, caller: &Caller, request: Request) -> Result<(Response, String), EgressError> {
        caller.spend()?;
        let mut outgoing = Outgoing::read(&caller.manifest, &request, &self.settings)?;
        let held = Held::load(&*self.credentials, caller).await?;
        held.refuse_stray(&outgoing.url, &request)?;
        outgoing.arm(caller, request.fill.as_deref(), &held)?;
        drop(held);

        let to = Destination::of_adapter(&outgoing.url, &self.settings)?;
        let (headers, body) = (std::mem::take(&mut outgoing.headers), outgoing.body.take());
        let limit = self.settings.request_timeout;
        let answered = self.wire.exchange(&to, outgoing.method.clone(), headers, body, Instant::now() + limit).await;
        let answer = answered.unwrap_or_else(|| Err(late(&to, limit)))?;

        let settled = settle(&*self.credentials, caller, &mut outgoing, answer).await?;
        // A filled body holds a secret, of which not even a digest is kept.
        let unfilled = request.body.filter(|_| request.fill.is_none());
        let hash = unfilled.map(|body| hex::encode(digest(&SHA256, &body)));
        let row = settled.exchange(caller, outgoing.method.as_str(), hash);
        let exchange = self
            .store
            .archive(row, &settled.body)
            .await
            .map_err(|error| EgressError::internal("archive the answer", error))?;
        let body = if request.read { settled.body } else { Default::default() };
        Ok((Response { exchange, status: settled.status, headers: settled.headers, body }, settled.url))
    }

    /// Sends a request of the host's own. There are no routes, nothing is injected, scrubbed or archived; addresses, rewrites and
    /// limits are the same, and [`EgressSettings::allow_private`] counts.
    ///
    /// # Errors
    /// See [`EgressError`].
    pub async fn direct(&self, request: DirectRequest) -> Result<DirectResponse, EgressError> {
        let started = Instant::now();
        let purpose = request.purpose.as_str();
        let (url, result) = self.pass_directly(request).await;
        let took = started.elapsed();
        match &result {
            Ok(response) => {
                debug!(purpose, url, status = response.status, bytes = response.body.len(), ?took, "answered")
            }
            Err(error) => warn!(purpose, url, code = error.code(), %error, ?took, "request failed"),
        }
        result
    }

    /// Also returns what may be shown of the URL: no query, no secrets.
    async fn pass_directly(&self, request: DirectRequest) -> (String, Result<DirectResponse, EgressError>) {
        let url = match target::parse(&request.url, self.settings.max_url) {
            Ok(url) => url,
            Err(error) => return (String::new(), Err(error)),
        };
        let mut secrets = Secrets::default();
        request.secrets.iter().for_each(|secret| secrets.add(secret));
        let visible = secrets.finder().map(|finder| finder.scrub_text(&shown(&url))).unwrap_or_default();
        (visible, self.converse_directly(request, &url).await)
    }

    async fn converse_directly(&self, request: DirectRequest, url: &Url) -> Result<DirectResponse, EgressError> {
        let method = http::Method::from_bytes(request.method.as_bytes())
            .map_err(|_| EgressError::invalid("the method is none: write GET or POST"))?;
        let sent = headers::of_host(&request.headers)?;
        let to = Destination::of_host(url, &self.settings)?;
        let limit =
            request.timeout.map_or(self.settings.request_timeout, |timeout| timeout.min(self.settings.request_timeout));
        let answered = self.wire.exchange(&to, method, sent, request.body, Instant::now() + limit).await;
        let answer = answered.unwrap_or_else(|| Err(late(&to, limit)))?;
        let headers =
            answer.headers.iter().map(|(name, value)| (name.as_str().to_owned(), headers::text(value))).collect();
        Ok(DirectResponse { status: answer.status, headers, body: answer.body })
    }
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress").field("settings", &self.settings).finish_non_exhaustive()
    }
}

fn late(to: &Destination, after: Duration) -> EgressError {
    EgressError::Timeout { host: to.host.to_string(), after }
}
