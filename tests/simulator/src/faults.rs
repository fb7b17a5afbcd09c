//! What goes wrong on request: the next answers of a path that are not what they should be.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::message::Asked;

/// Who is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Provider {
    /// `/strava`.
    Strava,
    /// `/trainerroad`.
    Trainerroad,
    /// `/whoop`.
    Whoop,
    /// `/garmin-connect`, `/garmin-auth` and `/garmin`.
    Garmin,
    /// `/withings-account` and `/withings`.
    Withings,
    /// `/polar-flow`, `/polar-remote`, `/polar` and `/polar-auth`.
    Polar,
    /// `/dexcom`, `/dexcom-eu` and `/dexcom-jp`.
    Dexcom,
    /// `/rouvy`.
    Rouvy,
    /// `/libreview` and `/libreview-REGION`.
    Freestylelibre,
    /// `/virtuagym`.
    Virtuagym,
    /// `/fatsecret-auth` and `/fatsecret`.
    Fatsecret,
}

impl Provider {
    /// The word that the controls use.
    pub fn name(self) -> &'static str {
        match self {
            Provider::Strava => "strava",
            Provider::Trainerroad => "trainerroad",
            Provider::Whoop => "whoop",
            Provider::Garmin => "garmin",
            Provider::Withings => "withings",
            Provider::Polar => "polar",
            Provider::Dexcom => "dexcom",
            Provider::Rouvy => "rouvy",
            Provider::Freestylelibre => "freestylelibre",
            Provider::Virtuagym => "virtuagym",
            Provider::Fatsecret => "fatsecret",
        }
    }
}

/// What happens to a request instead of, or along with, its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Fault {
    /// 429, as the provider words it.
    RateLimited {
        /// Seconds for `Retry-After`; without it there is no such header.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// This status, with the provider's body for an error.
    Status {
        /// 400 to 599.
        status: u16,
    },
    /// As if the token or the session were no longer good: Strava's 401, TrainerRoad's and ROUVY's redirect to a sign-in page; at a
    /// token endpoint with OAuth's errors, `invalid_grant`.
    Unauthorized,
    /// 200 with a web page, where there should be data.
    Html,
    /// 200 with JSON that ends in the middle.
    Malformed,
    /// The right answer, after a while.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// No answer: the connection closes after a while, and nothing was done.
    Hang {
        /// Milliseconds.
        ms: u64,
    },
    /// What was asked for is done, but the connection closes without the answer.
    Lose,
    /// The right answer, a few bytes at a time.
    Drip {
        /// Bytes of each piece.
        bytes: usize,
        /// Milliseconds before each.
        ms: u64,
    },
    /// The right answer up to its middle; then the connection closes.
    Cut,
}

impl Fault {
    /// Whether the provider never sees the request.
    pub(crate) fn replaces(&self) -> bool {
        matches!(
            self,
            Fault::RateLimited { .. }
                | Fault::Status { .. }
                | Fault::Unauthorized
                | Fault::Html
                | Fault::Malformed
                | Fault::Hang { .. }
        )
    }

    /// Whether the whole of an answer arrives.
    pub(crate) fn delivers(&self) -> bool {
        matches!(self, Fault::Delay { .. } | Fault::Drip { .. })
    }
}

/// Longest wait that a fault may ask for, so that nothing hangs for good: ten minutes.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// A fault and the requests that meet it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Whose requests.
    pub provider: Provider,
    /// Their path below the provider's prefix; `*` stands for anything, slashes too. Default: `*`.
    #[serde(default = "any")]
    pub path: String,
    /// Only this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests that carry a token or a session of this rider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// How many of them pass before it begins.
    #[serde(default)]
    pub skip: u64,
    /// How many of them meet it then. Default: 1.
    #[serde(default = "one")]
    pub count: u64,
    /// What they meet.
    pub fault: Fault,
}

fn any() -> String {
    "*".into()
}

fn one() -> u64 {
    1
}

impl Planned {
    /// The next request of any path of a provider.
    pub fn next(provider: Provider, fault: Fault) -> Planned {
        Planned { provider, path: any(), method: None, user: None, skip: 0, count: 1, fault }
    }

    /// Only requests of this path.
    pub fn path(mut self, path: &str) -> Planned {
        self.path = path.into();
        self
    }

    /// That many of them.
    pub fn count(mut self, count: u64) -> Planned {
        self.count = count;
        self
    }

    /// Only requests that carry a token or a session of this rider.
    pub fn user(mut self, user: &str) -> Planned {
        self.user = Some(user.into());
        self
    }

    /// After that many of them.
    pub fn skip(mut self, skip: u64) -> Planned {
        self.skip = skip;
        self
    }

    fn meets(&self, provider: Provider, asked: &Asked, user: Option<&str>) -> bool {
        self.provider == provider
            && self.count > 0
            && self.method.as_deref().is_none_or(|method| method.eq_ignore_ascii_case(asked.method.as_str()))
            && self.user.as_deref().is_none_or(|wanted| user.is_some_and(|user| user.eq_ignore_ascii_case(wanted)))
            && matches(&self.path, &asked.path)
    }
}

/// Whether a path fits a pattern in which `*` stands for anything.
fn matches(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    true
}

/// Those that are still to come.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    planned: Vec<Planned>,
}

impl Faults {
    pub(crate) fn add(&mut self, planned: Planned) {
        self.planned.push(planned);
    }

    pub(crate) fn clear(&mut self) {
        self.planned.clear();
    }

    pub(crate) fn all(&self) -> Vec<Planned> {
        self.planned.clone()
    }

    /// The fault that this request meets, if any. The earliest planned goes first.
    pub(crate) fn take(&mut self, provider: Provider, asked: &Asked, user: Option<&str>) -> Option<Fault> {
        let planned = self.planned.iter_mut().find(|planned| planned.meets(provider, asked, user))?;
        if planned.skip > 0 {
            planned.skip -= 1;
            return None;
        }
        planned.count -= 1;
        let fault = planned.fault.clone();
        self.planned.retain(|planned| planned.count > 0);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        assert!(matches("*", "/app/login"));
        assert!(matches("/app/*", "/app/login"));
        assert!(matches("/api/v3/activities/*/streams", "/api/v3/activities/15/streams"));
        assert!(!matches("/api/v3/activities/*/streams", "/api/v3/activities/15/laps"));
        assert!(matches("/a", "/a"));
        assert!(!matches("/a", "/ab"));
        assert!(!matches("/a*b", "/a"));
    }

    #[test]
    fn a_fault_waits_then_strikes_as_often_as_it_was_told() {
        let asked = Asked {
            method: http::Method::GET,
            path: "/x".into(),
            query: String::new(),
            headers: http::HeaderMap::new(),
            body: bytes::Bytes::new(),
        };
        let mut faults = Faults::default();
        faults.add(Planned::next(Provider::Strava, Fault::Html).path("/x").skip(1).count(2));
        let mut take = |provider| faults.take(provider, &asked, None).is_some();
        assert!(!take(Provider::Trainerroad));
        assert!(!take(Provider::Strava));
        assert!(take(Provider::Strava));
        assert!(take(Provider::Strava));
        assert!(!take(Provider::Strava));
    }
}
