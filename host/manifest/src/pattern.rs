//! Where a rule applies: a host and a path.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use url::Url;

use crate::host::HostPattern;
use crate::plain::is_plain;

/// A URL, or a family of them, that a `[[fill]]` or `[[capture]]` names: `https://api*.libreview.io/llu/auth/login`, or with
/// `/*` at its end everything below. Query and fragment play no part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPattern {
    host: HostPattern,
    path: String,
    below: bool,
}

impl UrlPattern {
    /// Reads a pattern; the error says what to write instead.
    pub fn parse(text: &str) -> Result<UrlPattern, String> {
        let rest = text.strip_prefix("https://").ok_or_else(|| {
            format!("`{text}` must begin with `https://`; tests reach a local server by the operator's origin rewrites")
        })?;
        let (host, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => return Err(format!("`{text}` has no path: end it with `/` at least")),
        };
        let host = HostPattern::parse(host)?;
        let (path, below) = match path.strip_suffix('*') {
            Some(folder) if folder.ends_with('/') => (folder, true),
            _ => (path, false),
        };
        check_path(path)?;
        Ok(UrlPattern { host, path: path.to_owned(), below })
    }

    /// The hosts.
    pub fn host(&self) -> &HostPattern {
        &self.host
    }

    /// The path, or the folder above all paths that are meant.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// True where everything below the path is meant.
    pub fn is_below(&self) -> bool {
        self.below
    }

    /// Whether the pattern means this URL.
    pub fn matches(&self, url: &Url) -> bool {
        let path = url.path();
        reaches(url, &self.host) && if self.below { path.starts_with(&self.path) } else { path == self.path }
    }
}

impl fmt::Display for UrlPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}{}{}", self.host, self.path, if self.below { "*" } else { "" })
    }
}

impl<'de> Deserialize<'de> for UrlPattern {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        UrlPattern::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

/// What every rule asks of a URL before its path: https, a matching name, the default port, no user, a path without tricks.
pub(crate) fn reaches(url: &Url, host: &HostPattern) -> bool {
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.host(), Some(url::Host::Domain(name)) if host.matches(name))
        && is_plain(url.path())
}

/// A path that a manifest may write: from the root, in plain characters, nothing to be decoded.
pub(crate) fn check_path(path: &str) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~!$&'()+,;=:@".contains(c);
    if !path.starts_with('/') {
        return Err(format!("`{path}` is no path: begin it with `/`"));
    }
    if path.contains(['?', '#']) {
        return Err(format!("`{path}`: leave query and fragment out, they play no part in what is allowed"));
    }
    if path.contains('*') {
        return Err(format!("`{path}`: a path has no `*`; a route allows everything below its path as it is"));
    }
    if !path.chars().all(plain) || !is_plain(path) || path.contains("//") {
        return Err(format!("`{path}`: write the path in plain characters, without `%`, `\\`, `//`, `.` and `..`"));
    }
    Ok(())
}
