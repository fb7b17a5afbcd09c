//! The rules that move secrets without showing them: fill, capture, sign, verify.

use serde::{Deserialize, Deserializer, de};
use url::Url;

use crate::limits::MAX_REGEX_BYTES;
use crate::pattern::UrlPattern;
use crate::route::Method;
use crate::scalar;
use crate::template::Template;

/// The hole or field that the host fills with the id of the operator's application.
pub(crate) const CLIENT_ID: &str = "client-id";

/// The field that the host fills with the secret of the operator's application.
pub(crate) const CLIENT_SECRET: &str = "client-secret";

/// A `[[fill]]`: where a secret form field goes, at this URL and no other. Rules of one name are a group, and a request names
/// the group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fill {
    /// The group.
    #[serde(deserialize_with = "scalar::kebab")]
    pub name: String,
    /// The method of the request.
    pub method: Method,
    /// Its URL.
    pub url: UrlPattern,
    /// The form field, or what a capture took, that goes there; or the host's own `client-id` or `client-secret`.
    #[serde(deserialize_with = "scalar::kebab")]
    pub field: String,
    /// Where in the request.
    pub at: Place,
    /// What is done to it first. Default: nothing.
    #[serde(default)]
    pub transform: Transform,
}

impl Fill {
    /// Whether the rule may be used on this request.
    pub fn applies(&self, method: &str, url: &Url) -> bool {
        self.method.as_str() == method && self.url.matches(url)
    }
}

/// A `[[capture]]`: what is taken out of any answer from its URL, before the guest sees it. Cookies are kept without a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Capture {
    /// The method of the request; none: any.
    #[serde(default)]
    pub method: Option<Method>,
    /// The URL of the request.
    pub url: UrlPattern,
    /// Where in the answer.
    pub from: Source,
    /// The name that it is kept under, for `carry` and `[[fill]]`. In the file: `as`.
    #[serde(rename = "as", deserialize_with = "scalar::kebab")]
    pub name: String,
    /// Where the answer says until when: seconds or milliseconds since 1970, or an RFC 3339 instant.
    #[serde(default)]
    pub expires: Option<Source>,
    /// How long it lives where the answer does not say, in milliseconds (the file: a span of time).
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub lifetime: Option<i64>,
}

impl Capture {
    /// Whether the rule looks at the answer to this request.
    pub fn applies(&self, method: &str, url: &Url) -> bool {
        self.method.is_none_or(|known| known.as_str() == method) && self.url.matches(url)
    }
}

/// A `[[sign]]`: a digest that the guest may ask for, whose key and form the guest has no say over.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Sign {
    /// Its name.
    #[serde(deserialize_with = "scalar::kebab")]
    pub rule: String,
    /// How.
    pub digest: DigestKind,
    /// With which key.
    pub key: KeyName,
    /// Over what: the hole `client-id` is filled by the host, every other one in order with the guest's fields.
    #[serde(deserialize_with = "scalar::signed_text")]
    pub template: Template,
    /// How the result is written. Default: hex.
    #[serde(default)]
    pub encoding: Encoding,
}

impl Sign {
    /// How many fields the guest hands over: one for each hole that is not the host's.
    pub fn guest_fields(&self) -> usize {
        self.template.holes().filter(|hole| *hole != CLIENT_ID).count()
    }
}

/// A `[[verify]]`: how a call from the provider is known to be the provider's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Verify {
    /// Its name, which the guest finds in `inbound.verified` where it held.
    #[serde(deserialize_with = "scalar::kebab")]
    pub name: String,
    /// The header with the signature, or with the key itself, in lower case.
    #[serde(deserialize_with = "scalar::header")]
    pub header: String,
    /// How it is made.
    pub digest: DigestKind,
    /// With which key; the operator may hold several of it while one is rotated out.
    pub key: KeyName,
    /// Over what; `{body}` is the raw body, other holes are parts of the header. None where the header is the key itself
    /// ([`DigestKind::Equal`]), and nowhere else.
    #[serde(default, deserialize_with = "scalar::optional_signed_text")]
    pub message: Option<Template>,
    /// How the signature is written. Default: hex.
    #[serde(default)]
    pub encoding: Encoding,
    /// How old a signed instant may be, in milliseconds (the file: a span of time).
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub tolerance: Option<i64>,
    /// Whether a call without it is refused. Default: true.
    #[serde(default = "yes")]
    pub required: bool,
}

fn yes() -> bool {
    true
}

/// Where a fill goes: `form:NAME`, `json:POINTER`, `header:NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A field of a form body.
    Form(String),
    /// An RFC 6901 pointer into a JSON body.
    Json(String),
    /// A header.
    Header(String),
}

impl Place {
    fn parse(text: &str) -> Result<Place, String> {
        match text.split_once(':') {
            Some(("form", name)) if !name.is_empty() => Ok(Place::Form(name.to_owned())),
            Some(("json", pointer)) => scalar::check_pointer(pointer).map(Place::Json),
            Some(("header", name)) => scalar::settable_header(name).map(Place::Header),
            _ => Err(format!("`{text}` is no place: write `form:NAME`, `json:/POINTER` or `header:NAME`")),
        }
    }

    /// As the manifest writes it.
    pub(crate) fn line(&self) -> String {
        match self {
            Place::Form(name) => format!("form:{name}"),
            Place::Json(pointer) => format!("json:{pointer}"),
            Place::Header(name) => format!("header:{name}"),
        }
    }
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Place::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

/// Where a capture comes from: `json:POINTER`, `cookie:NAME`, `header:NAME`, `regex:PATTERN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// An RFC 6901 pointer into a JSON body.
    Json(String),
    /// A cookie that the answer sets.
    Cookie(String),
    /// A header, in lower case.
    Header(String),
    /// The only group of a pattern, searched in the body as text. It has been compiled once, so it compiles again.
    Regex(String),
}

impl Source {
    fn parse(text: &str) -> Result<Source, String> {
        match text.split_once(':') {
            Some(("json", pointer)) => scalar::check_pointer(pointer).map(Source::Json),
            Some(("cookie", name)) if !name.is_empty() => Ok(Source::Cookie(name.to_owned())),
            Some(("header", name)) => scalar::header_name(name).map(Source::Header),
            Some(("regex", pattern)) => check_regex(pattern).map(Source::Regex),
            _ => Err(format!(
                "`{text}` is no source: write `json:/POINTER`, `cookie:NAME`, `header:NAME` or `regex:PATTERN`"
            )),
        }
    }

    /// As the manifest writes it.
    pub(crate) fn line(&self) -> String {
        match self {
            Source::Json(pointer) => format!("json:{pointer}"),
            Source::Cookie(name) => format!("cookie:{name}"),
            Source::Header(name) => format!("header:{name}"),
            Source::Regex(pattern) => format!("regex:{pattern}"),
        }
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Source::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

fn check_regex(pattern: &str) -> Result<String, String> {
    let regex = regex::RegexBuilder::new(pattern)
        .size_limit(MAX_REGEX_BYTES)
        .build()
        .map_err(|error| format!("the pattern does not compile: {error}"))?;
    if regex.captures_len() != 2 {
        return Err(format!("`{pattern}` must have exactly one group `(…)`, around what is taken"));
    }
    Ok(pattern.to_owned())
}

/// What is done to a field before it is put in its place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transform {
    /// Nothing.
    #[default]
    Raw,
    /// SHA-256 of its UTF-8 bytes, in lower-case hex.
    Sha256Hex,
    /// Base64 with padding.
    Base64,
}

impl Transform {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Transform::Raw => "raw",
            Transform::Sha256Hex => "sha256-hex",
            Transform::Base64 => "base64",
        }
    }
}

/// A keyed digest, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestKind {
    /// HMAC with SHA-1, which some providers still use.
    HmacSha1,
    /// HMAC with SHA-256.
    HmacSha256,
    /// HMAC with SHA-512.
    HmacSha512,
    /// No digest: what is sent is the key itself. For `[[verify]]` alone.
    Equal,
}

impl DigestKind {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            DigestKind::HmacSha1 => "hmac-sha1",
            DigestKind::HmacSha256 => "hmac-sha256",
            DigestKind::HmacSha512 => "hmac-sha512",
            DigestKind::Equal => "equal",
        }
    }
}

/// Which of the operator's words for a provider is the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyName {
    /// The id of the application at the provider. It is no secret: `[[verify]]` may compare it and nothing is keyed with it.
    ClientId,
    /// The secret of the application at the provider.
    ClientSecret,
    /// A secret made for hooks alone.
    HookSecret,
}

impl KeyName {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            KeyName::ClientId => CLIENT_ID,
            KeyName::ClientSecret => CLIENT_SECRET,
            KeyName::HookSecret => "hook-secret",
        }
    }
}

/// How a digest is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// Lower-case hex.
    #[default]
    Hex,
    /// Base64 with padding.
    Base64,
}

impl Encoding {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Encoding::Hex => "hex",
            Encoding::Base64 => "base64",
        }
    }
}
