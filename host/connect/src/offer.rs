//! What users can connect.

use std::collections::BTreeSet;

use gearshift_adapters::Lease;
use gearshift_manifest::{Access, Carry, Credential, Scheme};
use gearshift_store::Session;

use crate::begin::FormField;
use crate::connect::{Connect, manifest_of};
use crate::{ConnectError, Visit};

/// A provider that users of a project can connect.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Its enum.
    pub provider: String,
    /// For people.
    pub name: String,
    /// Kinds of the records that are read there, in the manifest's order.
    pub reads: Vec<String>,
    /// How users sign in.
    pub by: SignInBy,
    /// The provider has an API for this, or has agreed. Else its users' own app is followed.
    pub official: bool,
}

/// How users sign in.
#[derive(Debug, Clone)]
pub enum SignInBy {
    /// At the provider.
    Provider,
    /// By a form of ours, with a password that is used once, and kept only if its user wishes so.
    Password(Vec<FormField>),
    /// By a form of ours, with a key that is kept.
    Key(Vec<FormField>),
}

impl SignInBy {
    /// What is filled in at ours.
    #[must_use]
    pub fn fields(&self) -> &[FormField] {
        match self {
            Self::Provider => &[],
            Self::Password(fields) | Self::Key(fields) => fields,
        }
    }
}

impl Connect {
    /// What users of a project are offered at a provider.
    ///
    /// # Errors
    /// `unknown-provider`, `not-accepted`, `not-configured`, `unsupported`.
    pub(crate) async fn offer(&self, project: &str, provider: &str) -> Result<Offer, ConnectError> {
        let lease = self.lease_for_sign_in(provider).await?;
        let manifest = lease.manifest();
        let fields = || manifest.auth.scheme.form().iter().map(FormField::from).collect();
        let by = match &manifest.auth.scheme {
            Scheme::Oauth2(_) | Scheme::Oauth1(_) => SignInBy::Provider,
            Scheme::Session(_) | Scheme::None => SignInBy::Password(fields()),
            Scheme::Key(_) => SignInBy::Key(fields()),
            Scheme::Device => return Err(ConnectError::ByPhone(provider.to_owned())),
            other => return Err(ConnectError::Unsupported(other.as_str())),
        };
        if needs_application(&lease) {
            // Nobody is asked for what cannot come to anything.
            self.application(project, provider).await?;
        }
        let own = manifest_of(&lease, provider);
        let known = own.provider(provider).ok_or_else(|| ConnectError::UnknownProvider(provider.to_owned()))?;
        let mut seen = BTreeSet::new();
        let kinds = own.streams.iter().flat_map(|stream| &stream.yields);
        Ok(Offer {
            provider: provider.to_owned(),
            name: known.name.clone(),
            reads: kinds.filter(|kind| seen.insert(kind.as_str())).cloned().collect(),
            by,
            official: known.access != Access::Unofficial,
        })
    }

    /// What users of a project are offered at a provider; none where they cannot be.
    async fn offer_if_any(&self, project: &str, provider: &str) -> Result<Option<Offer>, ConnectError> {
        match self.offer(project, provider).await {
            Ok(offer) => Ok(Some(offer)),
            Err(
                ConnectError::UnknownProvider(_)
                | ConnectError::NotAccepted(_)
                | ConnectError::NotConfigured(_)
                | ConnectError::ByPhone(_)
                | ConnectError::Unsupported(_),
            ) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether a user of a project could begin at a provider now, in a browser: it is served, accepted, and knows an application of
    /// the project's where it wants one.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn is_offered(&self, project: &str, provider: &str) -> Result<bool, ConnectError> {
        Ok(self.offer_if_any(project, provider).await?.is_some())
    }

    /// Among what the user of a session chooses, by name.
    pub(crate) async fn offers_in(&self, session: &Session) -> Result<Vec<Offer>, ConnectError> {
        let served: BTreeSet<String> = self.adapters.heads().into_iter().map(|(head, _)| head.provider).collect();
        let mut offers = Vec::new();
        for provider in served.iter().filter(|provider| is_among(session, provider)) {
            offers.extend(self.offer_if_any(&session.project, provider).await?);
        }
        offers.sort_by_key(|offer| offer.name.to_lowercase());
        Ok(offers)
    }

    /// Among what a visitor chooses, by name.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn offers(&self, visit: &Visit) -> Result<Vec<Offer>, ConnectError> {
        self.offers_in(&visit.session).await
    }

    /// What a visitor is offered at one provider.
    ///
    /// # Errors
    /// `unknown-provider`, also where it is none of the session's; `not-accepted`, `not-configured`, `unsupported`.
    pub async fn offer_to(&self, visit: &Visit, provider: &str) -> Result<Offer, ConnectError> {
        self.offer_within(&visit.session, provider).await
    }

    pub(crate) async fn offer_within(&self, session: &Session, provider: &str) -> Result<Offer, ConnectError> {
        match is_among(session, provider) {
            true => self.offer(&session.project, provider).await,
            false => Err(ConnectError::UnknownProvider(crate::oauth::printable(provider))),
        }
    }
}

fn is_among(session: &Session, provider: &str) -> bool {
    session.providers.as_ref().is_none_or(|providers| providers.iter().any(|known| known == provider))
}

/// Whether nothing goes without the project's application.
fn needs_application(lease: &Lease) -> bool {
    let auth = &lease.manifest().auth;
    match auth.scheme {
        Scheme::Oauth2(_) | Scheme::Oauth1(_) => true,
        Scheme::Key(_) => carries_client(&auth.carry),
        _ => false,
    }
}

/// Whether requests carry something of the project's application.
fn carries_client(carry: &[Carry]) -> bool {
    let clients = |name: &str| matches!(name, "client-id" | "client-secret");
    carry.iter().any(|carry| carry.credential == Credential::Client || carry.value.holes().any(clients))
}
