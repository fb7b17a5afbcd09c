//! OAuth 2 tokens: reading a token answer, and the form in which they are sealed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use zeroize::Zeroize as _;

/// What a token answer gave.
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    access: String,
    refresh: Option<String>,
    /// Unix milliseconds; none where the answer and the manifest do not say.
    pub(crate) expires: Option<i64>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.access.zeroize();
        self.refresh.zeroize();
    }
}

impl Token {
    /// Reads an answer of RFC 6749 section 5.1, with `expires_at` (Unix seconds) where a provider has that too. `before` lends its
    /// refresh token where the answer brings none; `lifetime` is the manifest's, in milliseconds.
    pub(crate) fn read(answer: &Value, before: Option<&Token>, lifetime: Option<i64>, now: i64) -> Option<Self> {
        let access = answer.get("access_token")?.as_str().filter(|token| !token.is_empty())?.to_owned();
        let refresh = answer.get("refresh_token").and_then(Value::as_str).map(str::to_owned);
        let refresh = refresh.or_else(|| before.and_then(|token| token.refresh.clone()));
        let at = number(answer.get("expires_at")).map(|seconds| seconds.saturating_mul(1_000));
        let within = number(answer.get("expires_in")).map(|seconds| now.saturating_add(seconds.saturating_mul(1_000)));
        let expires = at.or(within).or_else(|| lifetime.map(|lifetime| now.saturating_add(lifetime)));
        Some(Self { access, refresh, expires })
    }

    pub(crate) fn access(&self) -> &str {
        &self.access
    }

    pub(crate) fn refresh(&self) -> Option<&str> {
        self.refresh.as_deref()
    }
}

/// Some providers write numbers as text.
fn number(value: Option<&Value>) -> Option<i64> {
    let value = value?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Token;

    const NOW: i64 = 1_800_000_000_000;

    #[test]
    fn an_instant_of_expiry_counts_before_a_lifetime() {
        let answer = json!({"access_token": "a", "expires_in": 60, "expires_at": 1_800_000_100});
        let token = Token::read(&answer, None, Some(1), NOW).unwrap();
        assert_eq!(token.expires, Some(1_800_000_100_000));
    }

    #[test]
    fn the_manifest_s_lifetime_stands_in_for_a_missing_one() {
        let token = Token::read(&json!({"access_token": "a"}), None, Some(5_000), NOW).unwrap();
        assert_eq!(token.expires, Some(NOW + 5_000));
    }

    #[test]
    fn a_refresh_token_that_did_not_rotate_is_kept() {
        let before = Token::read(&json!({"access_token": "a", "refresh_token": "r"}), None, None, NOW).unwrap();
        let token = Token::read(&json!({"access_token": "b", "expires_in": "60"}), Some(&before), None, NOW).unwrap();
        assert_eq!((token.access(), token.refresh(), token.expires), ("b", Some("r"), Some(NOW + 60_000)));
    }

    #[test]
    fn an_error_that_comes_with_status_200_is_no_token() {
        assert!(Token::read(&json!({"message": "Bad Request"}), None, None, NOW).is_none());
        assert!(Token::read(&json!({"access_token": ""}), None, None, NOW).is_none());
    }
}
