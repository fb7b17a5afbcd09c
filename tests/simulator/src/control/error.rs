//! Why a control did nothing.

use crate::faults::Provider;

/// Why a control did nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// No rider has this user name or e-mail.
    #[error("there is no rider \"{0}\"; GET /_sim/users lists them")]
    NoRider(String),
    /// The rider has nothing with this id.
    #[error("{user} has nothing with the id {id}; GET /_sim/ledger lists what there is")]
    NoItem {
        /// The rider.
        user: String,
        /// What was looked for.
        id: String,
    },
    /// The rider allows no application anything at this provider.
    #[error("{user} has given nothing at {}; connect them first", provider.name())]
    NoGrant {
        /// Where.
        provider: Provider,
        /// The rider.
        user: String,
    },
    /// No hook is registered at this provider.
    #[error("{} has no hook to tell; POST /_sim/hooks registers one", .0.name())]
    NoHook(Provider),
    /// No such application is registered at this provider.
    #[error("{} knows no application \"{client}\"; POST /_sim/clients registers one", provider.name())]
    NoClient {
        /// Where.
        provider: Provider,
        /// What was looked for.
        client: String,
    },
    /// More was wanted than one call makes.
    #[error("{wanted} is more than the {most} that one call makes; call again for more")]
    TooMany {
        /// What was wanted.
        wanted: usize,
        /// The most.
        most: usize,
    },
    /// The provider refused to show its page.
    #[error("the provider would refuse this authorize address: {0}")]
    Refused(String),
    /// The hook did not repeat the provider's challenge.
    #[error("the hook is not registered: {0}")]
    Challenge(String),
    /// The provider, or what is played of it, does not have this.
    #[error("{} has no {what}", provider.name())]
    Unsupported {
        /// Whose.
        provider: Provider,
        /// What.
        what: &'static str,
    },
    /// The request to a control was not understood.
    #[error("{0}")]
    Malformed(String),
}

impl ControlError {
    /// A stable word for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            ControlError::NoRider(_) => "no-rider",
            ControlError::NoItem { .. } => "no-item",
            ControlError::NoGrant { .. } => "no-grant",
            ControlError::NoHook(_) => "no-hook",
            ControlError::NoClient { .. } => "no-client",
            ControlError::TooMany { .. } => "too-many",
            ControlError::Refused(_) => "refused",
            ControlError::Challenge(_) => "challenge",
            ControlError::Unsupported { .. } => "unsupported",
            ControlError::Malformed(_) => "malformed",
        }
    }

    /// Whether something that was named does not exist.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(
            self,
            ControlError::NoRider(_)
                | ControlError::NoItem { .. }
                | ControlError::NoGrant { .. }
                | ControlError::NoHook(_)
                | ControlError::NoClient { .. }
        )
    }
}
