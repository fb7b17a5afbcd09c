//! One request over one connection to an address that was judged.

mod answer;
mod dial;
mod pool;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT_ENCODING, HOST, HeaderMap, HeaderValue, USER_AGENT};
use http_body_util::Full;
use tokio::time::{Instant, timeout_at};
use url::Host;

pub(crate) use self::answer::Answer;
use self::dial::Dialer;
use self::pool::{Line, Link, Pool};
use crate::destination::Destination;
use crate::{EgressError, EgressSettings, Resolve};

pub(crate) struct Wire {
    resolver: Arc<dyn Resolve>,
    dialer: Dialer,
    pool: Pool,
    user_agent: HeaderValue,
    max_answer: usize,
}

impl Wire {
    pub(crate) fn new(settings: &EgressSettings, resolver: Arc<dyn Resolve>) -> Self {
        Self {
            resolver,
            dialer: Dialer::new(settings),
            pool: Pool::new(settings.idle, settings.idle_per_destination),
            user_agent: HeaderValue::from_str(&settings.user_agent).unwrap_or(HeaderValue::from_static("gearshift")),
            max_answer: settings.max_answer,
        }
    }

    /// Sends a request and reads its whole answer, all before `deadline`; none where that passed.
    pub(crate) async fn exchange(
        &self,
        to: &Destination,
        method: Method,
        headers: HeaderMap,
        body: Option<Bytes>,
        deadline: Instant,
    ) -> Option<Result<Answer, EgressError>> {
        timeout_at(deadline, self.converse(to, method, headers, body)).await.ok()
    }

    async fn converse(
        &self,
        to: &Destination,
        method: Method,
        mut headers: HeaderMap,
        body: Option<Bytes>,
    ) -> Result<Answer, EgressError> {
        let addresses = self.addresses(to).await?;
        headers.insert(HOST, crate::headers::value(&to.authority)?);
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        headers.entry(USER_AGENT).or_insert_with(|| self.user_agent.clone());
        let mut request = http::Request::new(Full::new(body.unwrap_or_default()));
        *request.method_mut() = method;
        *request.uri_mut() = to
            .target
            .parse()
            .map_err(|_| EgressError::invalid("path and query cannot be sent as they are: percent-encode them"))?;
        *request.headers_mut() = headers;

        // A kept connection may have been closed by the other side: then the request comes back unsent, and goes over another.
        for address in &addresses {
            while let Some(mut link) = self.pool.take(&Line::new(to, *address)).await {
                match link.send(request).await {
                    Ok(response) => return self.read(to, *address, link, response).await,
                    Err((_, Some(unsent))) => request = unsent,
                    Err((error, None)) => return Err(broken(to, &error)),
                }
            }
        }
        let (mut link, address) = self.dial(to, &addresses).await?;
        match link.send(request).await {
            Ok(response) => self.read(to, address, link, response).await,
            Err((error, _)) => Err(broken(to, &error)),
        }
    }

    /// The one look-up, and the one judgement. A name with a single refused address is refused as a whole: an attacker's name
    /// server would hide it among good ones.
    async fn addresses(&self, to: &Destination) -> Result<Vec<SocketAddr>, EgressError> {
        let addresses = match &to.host {
            Host::Ipv4(address) => vec![SocketAddr::new(IpAddr::V4(*address), to.port)],
            Host::Ipv6(address) => vec![SocketAddr::new(IpAddr::V6(*address), to.port)],
            Host::Domain(name) => self.resolver.resolve(name, to.port).await.map_err(|error| unresolved(to, &error))?,
        };
        if addresses.is_empty() {
            return Err(unresolved(to, &io::Error::from(io::ErrorKind::NotFound)));
        }
        match addresses.iter().find_map(|address| to.addresses.refusal(address.ip())) {
            Some(kind) => Err(EgressError::denied(format!(
                "{} leads to a special-purpose address ({kind}): only public ones are connected to; the operator reaches a \
                 private one by a rewrite of the origin (egress.rewrites)",
                to.host
            ))),
            None => Ok(addresses),
        }
    }

    async fn dial(&self, to: &Destination, addresses: &[SocketAddr]) -> Result<(Link, SocketAddr), EgressError> {
        let mut last = None;
        for address in addresses {
            match self.dialer.dial(to, *address).await {
                Ok(link) => return Ok((link, *address)),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| unresolved(to, &io::Error::from(io::ErrorKind::NotFound))))
    }

    async fn read(
        &self,
        to: &Destination,
        address: SocketAddr,
        link: Link,
        response: http::Response<hyper::body::Incoming>,
    ) -> Result<Answer, EgressError> {
        let answer = answer::read(to, response, self.max_answer).await?;
        self.pool.give_back(Line::new(to, address), link);
        Ok(answer)
    }
}

fn unresolved(to: &Destination, error: &io::Error) -> EgressError {
    EgressError::Connect(format!(
        "the name {} cannot be resolved ({error}): check its spelling and the host's name server",
        to.host
    ))
}

fn broken(to: &Destination, error: &hyper::Error) -> EgressError {
    EgressError::Connect(format!("the connection to {} broke off ({error}): try again later", to.host))
}
