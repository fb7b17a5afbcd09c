//! From a name to addresses: once for each request.

use std::io;
use std::net::SocketAddr;

use async_trait::async_trait;

/// Looks a name up. Injected, so that a test can answer as an attacker's name server would.
#[async_trait]
pub trait Resolve: Send + Sync {
    /// The addresses of `host`, in the order to try them. What is returned is checked, and connected to as it is.
    ///
    /// # Errors
    /// Where the name has no address.
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// The operating system's resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one look-up of the tree: what it returns is judged before it is used"
    )]
    async fn resolve(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        Ok(tokio::net::lookup_host((host, port)).await?.collect())
    }
}
