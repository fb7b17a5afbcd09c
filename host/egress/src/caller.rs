//! On whose behalf a request is made.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use gearshift_manifest::Manifest;

use crate::EgressError;

/// One call of an adapter. The host makes it: nothing in it comes from the guest.
#[derive(Debug)]
pub struct Caller {
    /// The project whose connection it is, and whose application the provider knows.
    pub project: String,
    /// The connection whose credential, cookies and archive are used.
    pub connection: String,
    /// The provider's enum, for example `STRAVA`.
    pub provider: String,
    /// Digest of the adapter's version.
    pub version: String,
    /// Its manifest, as far as the operator has granted it.
    pub manifest: Arc<Manifest>,
    /// Why the adapter is called.
    pub purpose: Purpose,
    /// How many requests the call may still make. A refused request costs one too, so that nothing can be tried without end.
    pub remaining: AtomicU32,
}

impl Caller {
    /// Takes one request off the call's number.
    ///
    /// The provider's and user's buckets of the manifest's quotas belong here as well, once they exist: before anything is
    /// resolved, and shared by all versions.
    pub(crate) fn spend(&self) -> Result<(), EgressError> {
        self.remaining
            .try_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
            .map(drop)
            .map_err(|_| {
                EgressError::BudgetSpent(
                    "this call has made all the requests that it may make: return what there is with `next`, and go on in the \
                     following call"
                        .to_owned(),
                )
            })
    }
}

/// Why a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An adapter fetches data.
    Pull,
    /// An adapter opens, renews, identifies or ends a session.
    SignIn,
    /// The host asks for, renews or revokes a token.
    OAuth,
    /// The host delivers events.
    Deliver,
}

impl Purpose {
    /// Stable name, for logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::SignIn => "sign-in",
            Self::OAuth => "oauth",
            Self::Deliver => "deliver",
        }
    }
}
