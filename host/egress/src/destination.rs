//! From a URL to what is connected to: rewritten, private by the operator's word, or public.

use std::str::FromStr;

use ipnet::IpNet;
use url::{Host, Url};

use crate::{AddressPolicy, EgressError, EgressSettings, rewrite};

/// A destination of the host's own requests that may be private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivateDestination {
    /// Addresses in this block, on any port and by http too where they are written as addresses; a name that leads into it only
    /// by https on the default port.
    Net(IpNet),
    /// This host and port, whatever it resolves to.
    Place {
        /// Name or address, without brackets.
        host: String,
        /// Port.
        port: u16,
    },
}

impl FromStr for PrivateDestination {
    type Err = EgressError;

    fn from_str(text: &str) -> Result<Self, EgressError> {
        if let Ok(net) = text.parse() {
            return Ok(Self::Net(net));
        }
        text.rsplit_once(':')
            .and_then(|(host, port)| Some((host.trim_start_matches('[').trim_end_matches(']'), port.parse().ok()?)))
            .filter(|(host, _)| !host.is_empty())
            .map(|(host, port)| Self::Place { host: host.to_ascii_lowercase(), port })
            .ok_or_else(|| {
                EgressError::invalid(format!(
                    "`{text}` in egress.allow_private is neither a block nor a place: write 10.1.0.0/16 or receiver.internal:8080"
                ))
            })
    }
}

/// What is connected to, and what is said there.
pub(crate) struct Destination {
    pub(crate) tls: bool,
    pub(crate) host: Host<String>,
    pub(crate) port: u16,
    /// Value of the `host` header.
    pub(crate) authority: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) addresses: AddressPolicy,
}

impl Destination {
    /// Where an adapter's request goes.
    pub(crate) fn of_adapter(url: &Url, settings: &EgressSettings) -> Result<Self, EgressError> {
        match rewrite::apply(&settings.rewrites, url) {
            Some(target) => Self::at(&target, AddressPolicy::anywhere()),
            None => Self::public(url, settings),
        }
    }

    /// Where the host's own request goes.
    pub(crate) fn of_host(url: &Url, settings: &EgressSettings) -> Result<Self, EgressError> {
        if let Some(target) = rewrite::apply(&settings.rewrites, url) {
            return Self::at(&target, AddressPolicy::anywhere());
        }
        let host = bare_host(url);
        let port = url.port_or_known_default().unwrap_or_default();
        let named = PrivateDestination::Place { host: host.clone(), port };
        if settings.allow_private.contains(&named) {
            return Self::at(url, AddressPolicy::anywhere());
        }
        let mut addresses = settings.addresses.clone();
        for destination in &settings.allow_private {
            if let PrivateDestination::Net(net) = destination {
                addresses = addresses.permitting(*net);
            }
        }
        match host.parse() {
            Ok(address) if inside(settings, address) => Self::at(url, addresses),
            _ => Ok(Self { addresses, ..Self::public(url, settings)? }),
        }
    }

    fn public(url: &Url, settings: &EgressSettings) -> Result<Self, EgressError> {
        let host = bare_host(url);
        if !matches!(url.host(), Some(Host::Domain(_))) {
            return Err(EgressError::denied(format!(
                "{host} is an address: ask for a name, since certificates and routes are for names"
            )));
        }
        if url.scheme() != "https" {
            return Err(EgressError::denied(format!(
                "{}://{host} is not encrypted: use https, or rewrite the origin (egress.rewrites) for a test",
                url.scheme()
            )));
        }
        if let Some(port) = url.port() {
            return Err(EgressError::denied(format!(
                "port {port} of {host} is closed: leave the port out; only a rewritten origin or a destination in \
                 egress.allow_private has another"
            )));
        }
        Self::at(url, settings.addresses.clone())
    }

    fn at(url: &Url, addresses: AddressPolicy) -> Result<Self, EgressError> {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(EgressError::invalid("the URL has no host: write https://name/path"));
        };
        let authority = url.port().map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        let target = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        Ok(Self { tls: url.scheme() == "https", host: host.to_owned(), port, authority, target, addresses })
    }
}

/// The host without the brackets of IPv6.
fn bare_host(url: &Url) -> String {
    url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned()
}

fn inside(settings: &EgressSettings, address: std::net::IpAddr) -> bool {
    settings.allow_private.iter().any(|each| matches!(each, PrivateDestination::Net(net) if net.contains(&address)))
}
