//! `[auth]` as the file has it: one flat table, whose keys depend on `scheme`.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{self, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use url::Url;

use crate::answer::Answer;
use crate::auth::{Auth, Carry, CarryPlace, Fact, Field, Key, Scheme, Session};
use crate::error::Code;
use crate::oauth1::{OAuth1, SignedPlace};
use crate::oauth2::{ClientAuth, OAuth2, Refresh, Revoke, Scopes};
use crate::problem::{Problem, at};
use crate::route::Credential;
use crate::rules::DigestKind;
use crate::scalar;
use crate::signed::Signed;
use crate::template::Template;

/// The field of a key's form where the manifest names none.
const KEY: &str = "key";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct AuthFile {
    #[serde(deserialize_with = "scalar::kebab")]
    id: String,
    accepts: Option<Vec<String>>,
    scheme: SchemeName,
    #[serde(default, deserialize_with = "scalar::optional_endpoint")]
    authorize: Option<Url>,
    #[serde(default, deserialize_with = "scalar::optional_endpoint")]
    token: Option<Url>,
    #[serde(default, deserialize_with = "scalar::optional_endpoint")]
    request_token: Option<Url>,
    digest: Option<DigestKind>,
    place: Option<SignedPlace>,
    #[serde(default, deserialize_with = "scalar::optional_text")]
    realm: Option<String>,
    revoke: Option<Revoke>,
    client: Option<ClientAuth>,
    signed: Option<Signed>,
    pkce: Option<bool>,
    #[serde(default, deserialize_with = "scalar::optional_issuer")]
    issuer: Option<String>,
    scopes: Option<Scopes>,
    extra: Option<BTreeMap<String, String>>,
    exchange: Option<BTreeMap<String, String>>,
    refresh: Option<Refresh>,
    answer: Option<Answer>,
    form: Option<Vec<Field>>,
    #[serde(default)]
    facts: BTreeMap<String, Fact>,
    #[serde(default, deserialize_with = "one_or_more")]
    carry: Vec<Carry>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SchemeName {
    Oauth2,
    Oauth1,
    Key,
    Session,
    Device,
    None,
}

impl AuthFile {
    /// Sorts the keys by scheme; a key that belongs to another scheme is a mistake, not a decoration.
    pub(crate) fn build(self) -> Result<Auth, Problem> {
        self.refuse_foreign_keys()?;
        let scheme = match self.scheme {
            SchemeName::Oauth2 => Scheme::Oauth2(OAuth2 {
                authorize: needed(self.authorize, "authorize")?,
                token: needed(self.token, "token")?,
                revoke: self.revoke,
                client: self.client.unwrap_or_default(),
                signed: self.signed,
                pkce: self.pkce.unwrap_or(true),
                issuer: self.issuer,
                scopes: self.scopes.unwrap_or_default(),
                extra: self.extra.unwrap_or_default(),
                exchange: self.exchange.unwrap_or_default(),
                refresh: self.refresh,
                answer: self.answer.unwrap_or_default(),
            }),
            SchemeName::Session => {
                let form = self.form.filter(|form| !form.is_empty());
                Scheme::Session(Session { form: needed(form, "form")? })
            }
            SchemeName::Oauth1 => Scheme::Oauth1(OAuth1 {
                request_token: needed(self.request_token, "request-token")?,
                authorize: needed(self.authorize, "authorize")?,
                token: needed(self.token, "token")?,
                digest: self.digest.unwrap_or(DigestKind::HmacSha1),
                place: self.place.unwrap_or_default(),
                realm: self.realm,
            }),
            SchemeName::Key => Scheme::Key(Key { form: self.form.unwrap_or_else(|| usual_form(&self.carry)) }),
            SchemeName::Device => Scheme::Device,
            SchemeName::None => Scheme::None,
        };
        let mut carry = self.carry;
        if matches!(scheme, Scheme::Oauth2(_)) && carry.is_empty() {
            carry.extend(Template::double("Bearer {{token}}").map(|value| Carry {
                credential: Credential::User,
                place: CarryPlace::Header("authorization".to_owned()),
                value,
            }));
        }
        let accepts = self.accepts.unwrap_or_else(|| vec![self.id.clone()]);
        Ok(Auth { id: self.id, accepts, scheme, facts: self.facts, carry })
    }

    fn refuse_foreign_keys(&self) -> Result<(), Problem> {
        use SchemeName::{Key, Oauth1, Oauth2, Session};
        let keys: [(&str, bool, &[SchemeName]); 17] = [
            ("authorize", self.authorize.is_some(), &[Oauth2, Oauth1]),
            ("token", self.token.is_some(), &[Oauth2, Oauth1]),
            ("request-token", self.request_token.is_some(), &[Oauth1]),
            ("digest", self.digest.is_some(), &[Oauth1]),
            ("place", self.place.is_some(), &[Oauth1]),
            ("realm", self.realm.is_some(), &[Oauth1]),
            ("revoke", self.revoke.is_some(), &[Oauth2]),
            ("client", self.client.is_some(), &[Oauth2]),
            ("signed", self.signed.is_some(), &[Oauth2]),
            ("pkce", self.pkce.is_some(), &[Oauth2]),
            ("issuer", self.issuer.is_some(), &[Oauth2]),
            ("scopes", self.scopes.is_some(), &[Oauth2]),
            ("extra", self.extra.is_some(), &[Oauth2]),
            ("exchange", self.exchange.is_some(), &[Oauth2]),
            ("refresh", self.refresh.is_some(), &[Oauth2]),
            ("answer", self.answer.is_some(), &[Oauth2]),
            ("form", self.form.is_some(), &[Session, Key]),
        ];
        let foreign = keys.iter().find(|(_, there, owners)| *there && !owners.contains(&self.scheme));
        let Some((key, _, [owner, ..])) = foreign else { return Ok(()) };
        Err(Problem::new(
            at!["auth", *key],
            Code::Contradiction,
            format!("`{key}` belongs to `scheme = \"{}\"`: remove it or change the scheme", owner.as_str()),
        ))
    }
}

impl SchemeName {
    fn as_str(self) -> &'static str {
        match self {
            SchemeName::Oauth2 => "oauth2",
            SchemeName::Oauth1 => "oauth1",
            SchemeName::Key => "key",
            SchemeName::Session => "session",
            SchemeName::Device => "device",
            SchemeName::None => "none",
        }
    }
}

/// Of a key that the manifest says no more about: it is typed in, where a user's request carries it.
fn usual_form(carry: &[Carry]) -> Vec<Field> {
    let takes = |carry: &Carry| carry.credential == Credential::User && carry.value.holes().any(|hole| hole == KEY);
    let key = || Field { name: KEY.into(), label: "API key".into(), secret: true, optional: false, help: None };
    carry.iter().any(takes).then(key).into_iter().collect()
}

fn needed<T>(value: Option<T>, key: &str) -> Result<T, Problem> {
    value.ok_or_else(|| {
        Problem::new(at!["auth"], Code::MissingKey, format!("[auth] with this scheme needs `{key}`: add it"))
    })
}

impl<'de> Deserialize<'de> for Fact {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        let fact = match text.split_once(':') {
            Some(("token", pointer)) if pointer.starts_with('/') => {
                Fact::Token(scalar::check_pointer(pointer).map_err(de::Error::custom)?)
            }
            Some(("callback", name)) if !name.is_empty() => Fact::Callback(name.to_owned()),
            _ => {
                return Err(de::Error::custom(format!(
                    "`{text}` is no source of a fact: write `token:/pointer` or `callback:parameter`"
                )));
            }
        };
        Ok(fact)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CarryFile {
    #[serde(default = "user")]
    credential: Credential,
    #[serde(default, deserialize_with = "settable")]
    header: Option<String>,
    query: Option<String>,
    #[serde(deserialize_with = "double")]
    value: Template,
}

fn user() -> Credential {
    Credential::User
}

fn settable<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    scalar::settable_header(&String::deserialize(d)?).map(Some).map_err(de::Error::custom)
}

fn double<'de, D: Deserializer<'de>>(d: D) -> Result<Template, D::Error> {
    Template::double(&String::deserialize(d)?).map_err(de::Error::custom)
}

impl<'de> Deserialize<'de> for Carry {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let file = CarryFile::deserialize(d)?;
        let place = match (file.header, file.query) {
            (Some(header), None) => CarryPlace::Header(header),
            (None, Some(query)) => CarryPlace::Query(query),
            _ => {
                return Err(de::Error::custom("a carry has either `header` or `query`: write one of them"));
            }
        };
        Ok(Carry { credential: file.credential, place, value: file.value })
    }
}

/// One table, or a list of them; by hand because an untagged enum would lose the place of an error.
fn one_or_more<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Carry>, D::Error> {
    struct OneOrMore;
    impl<'de> Visitor<'de> for OneOrMore {
        type Value = Vec<Carry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a table with `header` or `query` and `value`, or a list of such tables")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<Carry>, A::Error> {
            Carry::deserialize(MapAccessDeserializer::new(map)).map(|carry| vec![carry])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Vec<Carry>, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(seq))
        }
    }
    d.deserialize_any(OneOrMore)
}
