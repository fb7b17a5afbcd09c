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
    /// How long a sign-in may take from its beginning to the user's return. Default 10 min: long enough for a second factor,
    /// short enough that a link in a browser's history is dead.
    pub login_lifetime: Duration,
    /// An access token that expires sooner than this is renewed before a pull. Default 5 min: a pull call lasts a minute at most.
    pub renew_ahead: Duration,
    /// Requests that one call of sign-in, renewal, identification or revocation may make. Default 10: a form takes three.
    pub sign_in_requests: u32,
    /// The operator's registrations, by provider.
    pub clients: BTreeMap<String, Client>,
    /// Non-secret settings that the operator gives adapters, by provider.
    pub provider_settings: BTreeMap<String, Vec<(String, String)>>,
}

impl ConnectSettings {
    /// The defaults, below `base_url`.
    #[must_use]
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            login_lifetime: Duration::from_secs(600),
            renew_ahead: Duration::from_secs(300),
            sign_in_requests: 10,
            clients: BTreeMap::new(),
            provider_settings: BTreeMap::new(),
        }
    }

    /// Where `provider` sends the user back to.
    pub(crate) fn callback(&self, provider: &str) -> String {
        format!("{}/oauth/{}/callback", self.base_url.as_str().trim_end_matches('/'), provider.to_ascii_lowercase())
    }
}
