//! What may leave: hosts, paths, methods, and whose credential goes with them.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use url::Url;

use crate::host::HostPattern;
use crate::pattern::{check_path, reaches};

/// A `[[route]]`. Nothing else leaves.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RouteFile")]
pub struct Route {
    /// The host, or a family of hosts.
    pub host: HostPattern,
    /// Everything at or below this path. With a `/` at the end only what is below. Default for a linked route: `/`; any other
    /// route must say it.
    pub path: String,
    /// The methods, at least one.
    pub methods: Vec<Method>,
    /// Whose credential a request here may carry. Default: none.
    pub credential: Credential,
    /// Only addresses that stood in an answer of the same connection, by GET and without a credential. Default: false.
    pub linked: bool,
    /// Query parameters whose values are secret: they are left out of logs and of the archive.
    pub secret_query: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RouteFile {
    host: HostPattern,
    #[serde(default, deserialize_with = "path")]
    path: Option<String>,
    methods: Vec<Method>,
    #[serde(default)]
    credential: Credential,
    #[serde(default)]
    linked: bool,
    #[serde(default)]
    secret_query: Vec<String>,
}

impl TryFrom<RouteFile> for Route {
    type Error = &'static str;

    fn try_from(file: RouteFile) -> Result<Self, Self::Error> {
        // A path that is left out by mistake would open the whole host.
        let path = match file.path {
            Some(path) => path,
            None if file.linked => "/".to_owned(),
            None => return Err("this route has no `path`: add one, `path = \"/\"` for all of the host"),
        };
        Ok(Route {
            host: file.host,
            path,
            methods: file.methods,
            credential: file.credential,
            linked: file.linked,
            secret_query: file.secret_query,
        })
    }
}

impl Route {
    /// Whether a request with this method to this URL is within the route. The credential is the caller's to compare, and
    /// `linked` its to honour.
    ///
    /// https and the default port only, no user in the URL, the host by name. The path is compared on whole segments and is
    /// refused if a server that decodes once more could read another path in it.
    pub fn admits(&self, method: &str, url: &Url) -> bool {
        self.methods.iter().any(|known| known.as_str() == method) && self.holds(url)
    }

    /// Whether the URL is within the route, whatever the method.
    pub fn holds(&self, url: &Url) -> bool {
        reaches(url, &self.host) && is_within(url.path(), &self.path)
    }
}

/// Whether `path` is `prefix` or lies below it, on a boundary of segments.
pub(crate) fn is_within(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| prefix.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
}

fn path<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    let path = String::deserialize(d)?;
    check_path(&path).map_err(de::Error::custom)?;
    Ok(Some(path))
}

/// Whose credential a request carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Credential {
    /// Nobody's.
    #[default]
    None,
    /// The connection's.
    User,
    /// The project's client id and secret, or its API key.
    Client,
    /// A session that the operator owns.
    Operator,
}

impl Credential {
    /// As manifest and guest write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Credential::None => "none",
            Credential::User => "user",
            Credential::Client => "client",
            Credential::Operator => "operator",
        }
    }

    /// Reads what a guest writes in a request; none for a word that the contract does not have.
    pub fn parse(word: &str) -> Option<Credential> {
        [Credential::None, Credential::User, Credential::Client, Credential::Operator]
            .into_iter()
            .find(|credential| credential.as_str() == word)
    }
}

impl fmt::Display for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A method that a route may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Reads.
    Get,
    /// Reads headers only.
    Head,
    /// Sends.
    Post,
    /// Replaces.
    Put,
    /// Changes a part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// In capitals, as HTTP has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
