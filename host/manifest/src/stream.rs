//! What is pulled, how often, and how fast the provider lets us.

use serde::{Deserialize, Deserializer, de};

use crate::scalar;

/// A `[[stream]]`: what one set of endpoints yields, perhaps of several kinds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stream {
    /// Kebab-case name, which `pull` is given.
    #[serde(deserialize_with = "scalar::kebab")]
    pub name: String,
    /// Kinds of the records that come of it, at least one.
    pub yields: Vec<String>,
    /// How far back a first pull goes. Default: all there is.
    #[serde(default)]
    pub history: History,
    /// Longest window of one pull, in milliseconds (the file: `"90d"`). None: pulls of this stream have no window.
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub window: Option<i64>,
    /// How often it is asked without a notice, in milliseconds (the file: `"6h"`). None: never by itself.
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub poll: Option<i64>,
    /// Every metric that can ever appear: the answer to "why is this null?".
    #[serde(default)]
    pub metrics: Vec<String>,
    /// What a user may expect and will not find, for people.
    #[serde(default)]
    pub gaps: Vec<String>,
    /// Endpoints in the order of precedence: where two say something of the same thing, the first wins. At least one.
    pub facets: Vec<String>,
}

/// How far back a first pull goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum History {
    /// All there is.
    #[default]
    All,
    /// Nothing: only what comes from now on.
    None,
    /// So many milliseconds.
    Span(i64),
}

impl<'de> Deserialize<'de> for History {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        match text.as_str() {
            "all" => Ok(History::All),
            "none" => Ok(History::None),
            span => scalar::parse_span(span)
                .map(History::Span)
                .map_err(|error| de::Error::custom(format!("{error}; or write `all` or `none`"))),
        }
    }
}

/// A `[[quota]]`: so many requests in so long a time.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Quota {
    /// Requests.
    pub limit: u32,
    /// In how long, in milliseconds (the file: a span of time, or a number of seconds).
    #[serde(deserialize_with = "scalar::millis")]
    pub window: i64,
    /// Who shares it. Default: all users of one application.
    #[serde(default)]
    pub scope: QuotaScope,
    /// What the answers say about it.
    #[serde(default)]
    pub headers: Option<QuotaHeaders>,
}

/// Who shares a quota.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaScope {
    /// All users of one application at the provider.
    #[default]
    Client,
    /// One user.
    User,
    /// Whoever comes from this host.
    Provider,
}

/// Headers in which a provider tells the state of a quota, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct QuotaHeaders {
    /// The limit.
    #[serde(default, deserialize_with = "scalar::optional_header")]
    pub limit: Option<String>,
    /// What is spent.
    #[serde(default, deserialize_with = "scalar::optional_header")]
    pub used: Option<String>,
    /// What is left.
    #[serde(default, deserialize_with = "scalar::optional_header")]
    pub remaining: Option<String>,
    /// When it is whole again.
    #[serde(default, deserialize_with = "scalar::optional_header")]
    pub reset: Option<String>,
    /// How the values are written. Default: one number.
    #[serde(default)]
    pub form: QuotaForm,
}

/// How a quota's headers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum QuotaForm {
    /// One number.
    #[default]
    Single,
    /// Two with a comma: the short window's and the long one's, as Strava has it.
    Pair,
}

/// `[state]`: schemas of cursors, watermarks and settings.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct State {
    /// The schema that this version writes.
    pub writes: u32,
    /// Those that it reads, its own among them.
    pub reads: Vec<u32>,
}

impl Default for State {
    fn default() -> Self {
        State { writes: 1, reads: vec![1] }
    }
}
