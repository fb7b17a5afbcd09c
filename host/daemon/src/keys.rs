//! Tokens of the daemon's own listeners: from the configuration, the environment, or made once and kept in the data folder.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use axum::http::{HeaderMap, header};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

/// Finds a token: what the configuration says, else the environment, else the file, else a new one in that file.
pub(crate) fn find(configured: Option<SecretString>, variable: &str, file: &Path) -> anyhow::Result<SecretString> {
    if let Some(token) = configured {
        return Ok(token);
    }
    if let Ok(token) = std::env::var(variable)
        && !token.is_empty()
    {
        return Ok(token.into());
    }
    match std::fs::read_to_string(file) {
        Ok(token) => Ok(token.trim().into()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(file),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
}

fn make(file: &Path) -> anyhow::Result<SecretString> {
    let token = random();
    let mut out = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("cannot make {}", file.display()))?;
    writeln!(out, "{token}")?;
    out.sync_all()?;
    Ok(token.into())
}

/// A new token of 244 random bits.
pub(crate) fn random() -> String {
    format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple())
}

/// The token that a request carries.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Whether a request carries this token.
pub(crate) fn carries(headers: &HeaderMap, token: &SecretString) -> bool {
    bearer(headers).is_some_and(|given| is(given, token))
}

/// Whether this is the token. Takes as long for a wrong one as for a right one.
pub(crate) fn is(given: &str, token: &SecretString) -> bool {
    given.as_bytes().ct_eq(token.expose_secret().as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};
    use secrecy::ExposeSecret as _;

    use super::{carries, find};

    #[test]
    fn a_token_is_made_once_and_only_its_owner_may_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("token");
        let first = find(None, "GEARSHIFT_TEST_NO_SUCH_VARIABLE", &file).unwrap();
        let again = find(None, "GEARSHIFT_TEST_NO_SUCH_VARIABLE", &file).unwrap();
        assert_eq!(first.expose_secret(), again.expose_secret());
        assert!(first.expose_secret().len() >= 32);
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn only_the_whole_token_after_bearer_counts() {
        let token = "secret".to_owned().into();
        let with = |value: &str| HeaderMap::from_iter([(header::AUTHORIZATION, HeaderValue::from_str(value).unwrap())]);
        assert!(carries(&with("Bearer secret"), &token));
        for wrong in ["Bearer secre", "Bearer secrets", "secret", "Basic secret", "Bearer "] {
            assert!(!carries(&with(wrong), &token), "{wrong}");
        }
        assert!(!carries(&HeaderMap::new(), &token));
    }
}
