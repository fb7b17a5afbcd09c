//! What differs between providers' authorization servers, as data.

use serde::{Deserialize, Serialize};

/// What becomes of a refresh token that is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// There is none.
    None,
    /// It stays as it is.
    Kept,
    /// Another takes its place.
    Rotating {
        /// Seconds that the former still gives new tokens.
        grace: i64,
    },
}

/// How an application proves at the token endpoint who it is. Any other way is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuth {
    /// `client_id` and `client_secret` in the form.
    Body,
    /// HTTP Basic.
    Basic,
    /// As [`ClientAuth::Body`], or a signature over a nonce in place of the secret, as Withings has it.
    Signed,
}

/// Proof Key for Code Exchange, RFC 7636. Only S256 is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pkce {
    /// Without a challenge there is no page.
    Required,
    /// A challenge that was sent is checked.
    Honoured,
    /// Whatever is sent is overlooked.
    Ignored,
}

/// One thing that a rider can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// As it stands in an address.
    pub name: &'static str,
    /// What the page says of it. Empty where the rider is not asked: it is given with the rest.
    pub text: &'static str,
}

/// How one authorization server behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Seconds in which a code can be redeemed.
    pub code_lifetime: i64,
    /// Seconds that an access token lives.
    pub access_lifetime: i64,
    /// What becomes of a refresh token that is used.
    pub refresh: Refresh,
    /// Seconds that a refresh token lives.
    pub refresh_lifetime: i64,
    /// Whether a refresh ends the access tokens that there were.
    pub kills_access: bool,
    /// How the application proves who it is.
    pub client: ClientAuth,
    /// Whether a proof key is wanted.
    pub pkce: Pkce,
    /// What stands between scopes. None where no scopes are asked for: then all are offered to the rider.
    pub separator: Option<char>,
    /// Every scope that there is.
    pub scopes: &'static [Scope],
    /// The scope without which no refresh token is given, neither for a code nor by a refresh that does not repeat it.
    pub offline: Option<&'static str>,
    /// Characters that `state` has at least.
    pub state_least: usize,
}

/// An application that is registered at a provider, and how that provider treats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub client_id: String,
    /// Opens nothing but this simulator.
    pub client_secret: String,
    /// Addresses to which a rider may be sent back, compared letter by letter. None of them: any address on loopback.
    pub redirect_uris: Vec<String>,
    /// What the callback carries as `iss` (RFC 9207). Default: nothing, for no provider here is known to send it.
    pub issuer: Option<String>,
    /// The rules.
    pub rules: Rules,
}

/// Lifetimes to change while the simulator runs, in seconds; what is missing stays. Tokens that exist keep theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lifetimes {
    /// Of a code.
    pub code: Option<i64>,
    /// Of an access token.
    pub access: Option<i64>,
    /// Of a refresh token.
    pub refresh: Option<i64>,
    /// Of a refresh token that was replaced by another.
    pub grace: Option<i64>,
}

impl Rules {
    pub(crate) fn set(&mut self, to: &Lifetimes) {
        self.code_lifetime = to.code.unwrap_or(self.code_lifetime);
        self.access_lifetime = to.access.unwrap_or(self.access_lifetime);
        self.refresh_lifetime = to.refresh.unwrap_or(self.refresh_lifetime);
        if let (Refresh::Rotating { grace }, Some(seconds)) = (&mut self.refresh, to.grace) {
            *grace = seconds;
        }
    }
}
