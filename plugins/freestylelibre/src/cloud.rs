//! Where the cloud is, and what each request says of its client.

use std::fmt;

use gearshift_sdk::Request;
use gearshift_sdk::prelude::*;

/// Where an account is: the part of `api-eu2.libreview.io` that stands after `api-`. Empty for the host without one, where
/// every sign-in may begin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Region(String);

impl Region {
    /// What may stand in a name of a host, and nothing that would lead elsewhere. Which regions there are is not asked: new
    /// ones come.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_lowercase();
        let plain = text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        plain.then_some(Self(text))
    }

    /// That of a connection, or where the operator lets sign-ins begin.
    pub(crate) fn of(subject: &Subject) -> Result<Self, Failure> {
        let region = subject.setting("region").unwrap_or_default();
        Self::read(region).ok_or_else(|| Failure::invalid("the setting `region` is none: eu, eu2 or de would be"))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn url(&self, path: &str) -> String {
        let name = if self.0.is_empty() { String::new() } else { format!("-{}", self.0) };
        format!("https://api{name}.libreview.io/llu{path}")
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "the region without a name" } else { &self.0 })
    }
}

/// A request to sign in.
pub(crate) fn login<'h>(host: &'h Host<'h>, subject: &Subject, region: &Region) -> Result<Request<'h>, Failure> {
    client(host.post("login", &region.url("/auth/login")), subject)
}

/// A request for what those share whom the user follows.
pub(crate) fn connections<'h>(
    host: &'h Host<'h>,
    subject: &Subject,
    endpoint: &str,
    path: &str,
) -> Result<Request<'h>, Failure> {
    let account = subject.setting("account-id");
    let account = account.ok_or_else(|| Failure::unauthorized("the connection is not known by its account yet"))?;
    let url = Region::of(subject)?.url(&format!("/connections{path}"));
    Ok(client(host.get(endpoint, &url).as_user(), subject)?.header("account-id", account))
}

/// What all requests have to say; what they say is the operator's, since the cloud wants something newer from time to time.
fn client<'h>(request: Request<'h>, subject: &Subject) -> Result<Request<'h>, Failure> {
    let setting = |name: &str| {
        let missing = || Failure::not_configured(format!("the setting `{name}` of FREESTYLELIBRE is empty"));
        subject.setting(name).ok_or_else(missing)
    };
    let request = request.header("product", setting("product")?).header("version", setting("version")?);
    Ok(request.header("cache-control", "no-cache"))
}
