//! The one place in the tree that connects.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::pool::Link;
use crate::destination::Destination;
use crate::{EgressError, EgressSettings, Roots};

pub(super) struct Dialer {
    /// Kept as a failure where the platform has no certificates: a host that only reaches rewritten origins needs none.
    tls: Result<TlsConnector, String>,
    within: Duration,
    http: http1::Builder,
}

impl Dialer {
    pub(super) fn new(settings: &EgressSettings) -> Self {
        let mut http = http1::Builder::new();
        http.max_headers(settings.max_answer_headers).max_buf_size(settings.max_answer_head.max(8 << 10));
        Self { tls: tls(&settings.roots).map_err(|error| error.to_string()), within: settings.connect_timeout, http }
    }

    /// Connects to exactly this address; TLS and HTTP speak of the name.
    pub(super) async fn dial(&self, to: &Destination, address: SocketAddr) -> Result<Link, EgressError> {
        let silent = |_| {
            EgressError::Connect(format!(
                "{} does not take a connection within {:?}: try again later",
                to.host, self.within
            ))
        };
        timeout(self.within, self.connect(to, address)).await.map_err(silent)?
    }

    #[expect(clippy::disallowed_methods, reason = "the one connect of the tree: its address has been judged")]
    async fn connect(&self, to: &Destination, address: SocketAddr) -> Result<Link, EgressError> {
        let failed = |error: &dyn std::fmt::Display| {
            EgressError::Connect(format!("{} cannot be reached ({error}): try again later", to.host))
        };
        let stream = TcpStream::connect(address).await.map_err(|error| failed(&error))?;
        // Requests are written whole: waiting to fill a packet only delays them.
        stream.set_nodelay(true).map_err(|error| failed(&error))?;
        if !to.tls {
            return self.speak(to, stream).await;
        }
        let tls = self.tls.as_ref().map_err(|error| {
            EgressError::Connect(format!(
                "there are no certificates to trust ({error}): install the platform's, such as ca-certificates"
            ))
        })?;
        let name = ServerName::try_from(to.host.to_string()).map_err(|error| failed(&error))?;
        self.speak(to, tls.connect(name, stream).await.map_err(|error| failed(&error))?).await
    }

    async fn speak<S>(&self, to: &Destination, stream: S) -> Result<Link, EgressError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (sender, connection) =
            self.http.handshake(TokioIo::new(stream)).await.map_err(|error| super::broken(to, &error))?;
        Ok(Link::new(sender, connection))
    }
}

fn tls(roots: &Roots) -> Result<TlsConnector, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?;
    let mut config = match roots {
        Roots::Platform => builder.with_platform_verifier()?.with_no_client_auth(),
        Roots::Given(roots) => builder.with_root_certificates(roots.clone()).with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}
