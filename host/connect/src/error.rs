//! Why a connection could not be made or renewed.

use gearshift_adapters::CallError;

/// An account that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// The provider's id, by which it is chosen.
    pub id: String,
    /// For people.
    pub name: Option<String>,
}

/// What went wrong, by a code that callers may match.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// No installed adapter serves it.
    #[error("no adapter serves {0}: install one with PUT /admin/adapters/{{name}}")]
    UnknownProvider(String),
    /// It has no official API, and the operator has not said yes to that.
    #[error("{0} has no official API: accept that with POST /admin/providers/{0}/accept")]
    NotAccepted(String),
    /// The project has no application at the provider, and the operator shares none.
    #[error(
        "this project has no client id and secret for {0}: set them with PUT /admin/projects/{{project}}/providers/{0}, \
         or `clients.{0}` in the configuration for the operator's own project"
    )]
    NotConfigured(String),
    /// This host does not carry out the provider's way of signing in.
    #[error("signing in by `{0}` is not carried out by this host")]
    Unsupported(&'static str),
    /// It is connected by a phone that pushes.
    #[error("{0} is connected by a phone: get a ticket for it with POST /v1/phones, and let it enrol")]
    ByPhone(String),
    /// Nobody pushes its data.
    #[error("no phone pushes data of {0}: begin a connection with POST /v1/connections")]
    NotByPhone(String),
    /// The ticket is unknown, used or expired.
    #[error("this ticket is unknown, used or expired: let your server ask for a new one with POST /v1/phones")]
    Ticket,
    /// The token is unknown or ended.
    #[error("this token is not (any more) that of a phone at this provider: enrol again, with a new ticket")]
    NotEnrolled,
    /// No provider is left that users could connect.
    #[error(
        "users of this project can connect none of these providers: install adapters, accept them and set their keys"
    )]
    NothingOffered,
    /// The state is unknown, used, expired, or another provider's.
    #[error("this sign-in is not under way (any more): begin again")]
    StaleLogin,
    /// Whoever opens the link was not shown its page.
    #[error("open the link itself and go on from its page")]
    NotShown,
    /// The answer names another issuer than the provider's (RFC 9207).
    #[error("the answer came from another issuer than the provider's: the sign-in was broken off, begin again")]
    Issuer,
    /// A scope that the manifest does not offer.
    #[error("{scope:?} is no optional scope of this provider: choose among {known}")]
    UnknownScope {
        /// What was asked for.
        scope: String,
        /// What there is.
        known: String,
    },
    /// The project's operator has not allowed to send users there.
    #[error("project {project:?} does not send users there: add the address to its `redirects`")]
    Redirect {
        /// The project.
        project: String,
    },
    /// It is not there.
    #[error("no project {0:?}")]
    NoProject(String),
    /// The system gives no random bytes.
    #[error("the system has no randomness: try again later")]
    NoRandomness,
    /// The user or the provider said no.
    #[error("the provider did not let the user in: {0}")]
    Denied(String),
    /// The form lacks a field, or has one too many.
    #[error("{0}")]
    Form(String),
    /// A provider's setting that its adapter does not have, or a value that it cannot have.
    #[error("{0}")]
    Setting(String),
    /// What was handed in opens several accounts, and nobody has said which is meant.
    #[error("this opens {} accounts: hand the form in again with the `account` that is meant", .0.len())]
    ChooseAccount(Vec<Choice>),
    /// The credential is spent: only the user can go on.
    #[error("the user has to sign in again: {0}")]
    NeedsReconnect(String),
    /// The provider could not be asked now.
    #[error("the provider cannot be asked now: {0}")]
    Unavailable(String),
    /// The adapter failed.
    #[error("the adapter could not go on: {0}")]
    Adapter(#[from] CallError),
    /// It is not there.
    #[error("no connection {0:?}")]
    NoConnection(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] gearshift_store::StoreError),
    /// The vault failed.
    #[error(transparent)]
    Vault(#[from] gearshift_vault::VaultError),
    /// A secret is not in the form in which it was kept.
    #[error("a kept secret cannot be read: {0}")]
    Unreadable(&'static str),
}

impl ConnectError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::UnknownProvider(_) => "unknown-provider",
            Self::NotAccepted(_) => "not-accepted",
            Self::NotConfigured(_) => "not-configured",
            Self::Unsupported(_) => "unsupported",
            Self::ByPhone(_) => "by-phone",
            Self::NotByPhone(_) => "not-by-phone",
            Self::Ticket => "ticket",
            Self::NotEnrolled => "not-enrolled",
            Self::NothingOffered => "nothing-offered",
            Self::StaleLogin => "stale-login",
            Self::NotShown => "not-shown",
            Self::Issuer => "issuer",
            Self::UnknownScope { .. } => "unknown-scope",
            Self::Redirect { .. } => "redirect",
            Self::NoProject(_) => "no-project",
            Self::NoRandomness => "no-randomness",
            Self::Denied(_) => "denied",
            Self::Form(_) => "form",
            Self::Setting(_) => "setting",
            Self::ChooseAccount(_) => "choose-account",
            Self::NeedsReconnect(_) => "needs-reconnect",
            Self::Unavailable(_) => "unavailable",
            Self::Adapter(error) => error.code(),
            Self::NoConnection(_) => "not-found",
            Self::Store(error) => error.code(),
            Self::Vault(_) | Self::Unreadable(_) => "vault",
        }
    }
}
