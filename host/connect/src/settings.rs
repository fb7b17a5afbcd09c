//! What connecting can be tuned by: each with its default, unit and reason.

use std::collections::BTreeMap;
use std::time::Duration;

use gearshift_egress::Client;
use url::Url;

/// Settings of [`crate::Connect`].
#[derive(Debug, Clone)]
pub struct ConnectSettings {
    /// The public listener as browsers and providers see it; callbacks are below it.
    pub base_url: Url,
    /// How long a link works, and how long a sign-in may take from when its user leaves to the return. Default 10 min: long enough
    /// for a second factor, short enough that a link in a browser's history is dead.
    pub login_lifetime: Duration,
    /// How long a phone may take to enrol with a ticket. Default 180 s: it asks for the ticket when it is about to.
    pub ticket_lifetime: Duration,
    /// How long a session works. Default 15 min: the user looks for a provider, and perhaps for a password, too.
    pub session_lifetime: Duration,
    /// How long before its expiry an access token is renewed, where the manifest does not say. Default 10 min: time for a provider
    /// that is down to come back. A token that lives shorter is renewed at half of its life.
    pub renew_ahead: Duration,
    /// Up to how much earlier still, by chance, so that what expires together is not renewed together. Default 10 min, and at most
    /// a quarter of a token's life: a thousand renewals are then two a second.
    pub renew_spread: Duration,
    /// An access token that expires sooner than this is renewed before a pull uses it. Default 1 min: a pull call lasts no longer.
    pub renew_margin: Duration,
    /// How often is looked for what is due. Default 5 s: half of the shortest spread that makes a difference.
    pub renew_look: Duration,
    /// When a renewal that could not be had is tried again. Default 1 min: ten times before the token expires.
    pub renew_postpone: Duration,
    /// Renewals at one provider that this process makes at once. Default 4: token endpoints have quotas of their own.
    pub renewals_at_once: usize,
    /// How long a process has the right to renew a credential. Default 200 s: six requests at their longest, which three
    /// tries are where each asks for a nonce first, and the pauses between them.
    pub renewal_lease: Duration,
    /// How often is looked whether another process has ended its renewal. Default 100 ms.
    pub renewal_look: Duration,
    /// Pauses before the answer to a renewal that was lost is asked for again. Default 200 ms and 1 s: providers that take a former
    /// refresh token again do so for seconds at least.
    pub renewal_retries: Vec<Duration>,
    /// Requests that one call of sign-in, renewal, identification or revocation may make. Default 10: a form takes three.
    pub sign_in_requests: u32,
    /// The operator's own project, whose applications are those of the configuration. Default `default`.
    pub owner: String,
    /// The operator's applications, by provider.
    pub clients: BTreeMap<String, Client>,
}

impl ConnectSettings {
    /// The defaults, below `base_url`.
    #[must_use]
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            login_lifetime: Duration::from_secs(600),
            ticket_lifetime: Duration::from_secs(180),
            session_lifetime: Duration::from_secs(900),
            renew_ahead: Duration::from_secs(600),
            renew_spread: Duration::from_secs(600),
            renew_margin: Duration::from_secs(60),
            renew_look: Duration::from_secs(5),
            renew_postpone: Duration::from_secs(60),
            renewals_at_once: 4,
            renewal_lease: Duration::from_secs(200),
            renewal_look: Duration::from_millis(100),
            renewal_retries: vec![Duration::from_millis(200), Duration::from_secs(1)],
            owner: "default".to_owned(),
            sign_in_requests: 10,
            clients: BTreeMap::new(),
        }
    }

    /// Where `provider` sends users of `project` back to: an address that no other provider and no other project has, so that an
    /// answer that comes there can only be theirs.
    #[must_use]
    pub fn callback(&self, provider: &str, project: &str) -> String {
        self.below(&format!("oauth/{}/{project}/callback", provider.to_ascii_lowercase()))
    }

    /// The page of a session.
    #[must_use]
    pub fn session(&self, id: &str) -> String {
        self.below(&format!("connect/{id}"))
    }

    /// Where `provider` calls a project's application.
    #[must_use]
    pub fn hook(&self, provider: &str, project: &str, hook: &str) -> String {
        self.below(&format!("hooks/{}/{project}/{hook}", provider.to_ascii_lowercase()))
    }

    fn below(&self, path: &str) -> String {
        format!("{}/{path}", self.base_url.as_str().trim_end_matches('/'))
    }
}
