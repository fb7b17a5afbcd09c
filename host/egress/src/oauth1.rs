//! OAuth 1.0a (RFC 5849): a request is signed as it leaves, when nothing of it changes any more.
//!
//! The crate puts a request and its parameters into the form that is signed. Names it takes as they are given and in their order;
//! section 3.4.1.3.2 wants them encoded first and sorted then, so that is done here.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_manifest::{DigestKind, OAuth1, SignedPlace};
use oauth1_request::request::AssertSorted;
use oauth1_request::signature_method::{Sign, SignatureMethod};
use oauth1_request::{Builder, Credentials};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};
use zeroize::Zeroizing;

use crate::secrets::percent_encoded;
use crate::settle::now;
use crate::{Client, DirectRequest, EgressError, Purpose};

/// What the host alone sets.
const OURS: &str = "oauth_";
const SIGNATURE: &str = "oauth_signature";

/// Bytes of randomness in a nonce: 128 bits, so that no two are alike.
const NONCE_BYTES: usize = 16;

/// Whose signature it is, and what a request of the sign-in says beside that.
#[derive(Clone, Copy, Debug)]
pub struct Signer<'a> {
    /// The project's registration.
    pub client: &'a Client,
    /// The token and its secret; none before there is one, and where the client speaks for itself.
    pub token: Option<(&'a SecretString, &'a SecretString)>,
    /// Where the user is to come back.
    pub callback: Option<&'a str>,
    /// What the user came back with.
    pub verifier: Option<&'a SecretString>,
}

/// What makes a signature the only one of its kind.
struct Stamp {
    nonce: String,
    timestamp: NonZeroU64,
    version: bool,
}

impl Stamp {
    fn new() -> Result<Self, EgressError> {
        let mut bytes = [0; NONCE_BYTES];
        aws_lc_rs::rand::fill(&mut bytes)
            .map_err(|_| EgressError::internal("make a nonce", "the system has no randomness"))?;
        Ok(Self { nonce: hex::encode(bytes), timestamp: seconds(), version: true })
    }
}

/// Unix seconds, never before those of an earlier signature: providers refuse what seems older than a token's last request
/// (RFC 5849, 3.3), and clocks are set back.
fn seconds() -> NonZeroU64 {
    static LATEST: AtomicU64 = AtomicU64::new(1);
    let now = u64::try_from(now() / 1_000).unwrap_or_default();
    let latest = LATEST.fetch_max(now, Ordering::Relaxed).max(now);
    NonZeroU64::new(latest).unwrap_or(NonZeroU64::MIN)
}

/// The parameters that sign a request, by name and decoded.
pub(crate) struct Signed(Vec<(String, SecretString)>);

impl Signed {
    /// The signature. What is echoed of it is no more a guest's to read than what made it.
    pub(crate) fn signature(&self) -> Option<&SecretString> {
        self.0.iter().find(|(name, _)| name == SIGNATURE).map(|(_, value)| value)
    }

    /// As a value of `authorization`.
    pub(crate) fn header(&self, realm: Option<&str>) -> SecretString {
        let realm = realm.map(|realm| format!("realm=\"{realm}\""));
        let pairs = self.0.iter().map(|(name, value)| format!("{name}=\"{}\"", percent_encoded(value.expose_secret())));
        SecretString::from(format!("OAuth {}", realm.into_iter().chain(pairs).collect::<Vec<_>>().join(", ")))
    }

    /// Behind what stands in the query.
    pub(crate) fn append_to(&self, url: &mut Url) {
        url.query_pairs_mut().extend_pairs(self.0.iter().map(|(name, value)| (name, value.expose_secret())));
    }
}

impl Signer<'_> {
    /// Signs a request for `url`, whose body is this form; empty where it has none.
    ///
    /// # Errors
    /// `denied` where the request sets by itself what a signature consists of.
    pub(crate) fn sign(&self, how: &OAuth1, method: &str, url: &Url, form: &[u8]) -> Result<Signed, EgressError> {
        self.sign_at(how, method, url, form, &Stamp::new()?)
    }

    fn sign_at(
        &self,
        how: &OAuth1,
        method: &str,
        url: &Url,
        form: &[u8],
        stamp: &Stamp,
    ) -> Result<Signed, EgressError> {
        let given = url.query_pairs().chain(form_urlencoded::parse(form));
        let mut given: Vec<_> =
            given.map(|(name, value)| (percent_encoded(&name), percent_encoded(&value), value.into_owned())).collect();
        if let Some((name, ..)) = given.iter().find(|(name, ..)| name.starts_with(OURS)) {
            return Err(EgressError::denied(format!("the host signs this request and sets `{name}`: leave it out")));
        }
        given.sort_unstable();
        let request = AssertSorted::new(given.iter().map(|(name, _, value)| (percent_encoded(name), value)));

        let mut base = url.clone();
        base.set_query(None);
        let base = String::from(base);
        let credentials = Credentials::new(self.client.id.as_str(), self.client.secret.expose_secret());
        let mut builder = Builder::new(credentials, Hmac::of(how.digest)?);
        builder.token(self.token.map(|(id, secret)| Credentials::new(id.expose_secret(), secret.expose_secret())));
        builder.callback(self.callback).verifier(self.verifier.map(|verifier| verifier.expose_secret()));
        builder.nonce(stamp.nonce.as_str()).timestamp(stamp.timestamp).version(stamp.version);
        let signed = Url::parse(&builder.to_query(method, base, &request))
            .map_err(|error| EgressError::internal("sign a request", error))?;
        let ours = signed.query_pairs().filter(|(name, _)| name.starts_with(OURS));
        Ok(Signed(ours.map(|(name, value)| (name.into_owned(), value.into_owned().into())).collect()))
    }

    /// What nobody else may see of it.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let token = self.token.into_iter().flat_map(|(id, secret)| [id, secret]);
        [&self.client.secret].into_iter().chain(token).chain(self.verifier)
    }

    /// A POST of the sign-in's, signed and without a body.
    ///
    /// # Errors
    /// `denied` where the address has parameters of a signature already.
    pub fn post(&self, how: &OAuth1, url: &Url) -> Result<DirectRequest, EgressError> {
        let signed = self.sign(how, "POST", url, &[])?;
        let mut url = url.clone();
        let mut headers = Vec::new();
        match how.place {
            SignedPlace::Query => signed.append_to(&mut url),
            SignedPlace::Header => {
                let header = signed.header(how.realm.as_deref());
                headers.push(("authorization".to_owned(), header.expose_secret().to_owned()));
            }
        }
        let secrets = self.secrets().chain(signed.signature()).cloned().collect();
        Ok(DirectRequest { headers, secrets, ..DirectRequest::new(Purpose::OAuth, "POST", url) })
    }
}

/// The crate's method of signing, by the one cryptographic library.
#[derive(Clone, Copy)]
struct Hmac {
    algorithm: hmac::Algorithm,
    name: &'static str,
}

impl Hmac {
    fn of(digest: DigestKind) -> Result<Self, EgressError> {
        let (algorithm, name) = match digest {
            DigestKind::HmacSha1 => (hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, "HMAC-SHA1"),
            DigestKind::HmacSha256 => (hmac::HMAC_SHA256, "HMAC-SHA256"),
            DigestKind::HmacSha512 => (hmac::HMAC_SHA512, "HMAC-SHA512"),
            DigestKind::Equal => return Err(EgressError::invalid("nothing is signed with the digest `equal`")),
        };
        Ok(Self { algorithm, name })
    }
}

impl SignatureMethod for Hmac {
    type Sign = Signing;

    fn sign_with(self, client_secret: &str, token_secret: Option<&str>) -> Signing {
        let (client, token) = (percent_encoded(client_secret), percent_encoded(token_secret.unwrap_or_default()));
        let key = Zeroizing::new(format!("{client}&{token}"));
        Signing { context: hmac::Context::with_key(&hmac::Key::new(self.algorithm, key.as_bytes())), name: self.name }
    }
}

/// A signature on its way.
struct Signing {
    context: hmac::Context,
    name: &'static str,
}

impl Sign for Signing {
    type Signature = String;

    fn get_signature_method_name(&self) -> &'static str {
        self.name
    }

    fn request_method(&mut self, method: &str) {
        self.context.update(format!("{method}&").as_bytes());
    }

    fn uri<T: std::fmt::Display>(&mut self, uri: T) {
        self.context.update(format!("{uri}&").as_bytes());
    }

    fn parameter<V: std::fmt::Display>(&mut self, key: &str, value: V) {
        self.context.update(format!("{key}%3D{value}").as_bytes());
    }

    fn delimiter(&mut self) {
        self.context.update(b"%26");
    }

    fn end(self) -> String {
        percent_encoded(&STANDARD.encode(self.context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn how(digest: DigestKind) -> OAuth1 {
        let anywhere = || Url::parse("https://auth.test/").unwrap();
        let place = SignedPlace::Header;
        OAuth1 { request_token: anywhere(), authorize: anywhere(), token: anywhere(), digest, place, realm: None }
    }

    /// A request of RFC 5849, which leaves the version out.
    struct Example {
        client: (&'static str, &'static str),
        token: Option<(&'static str, &'static str)>,
        callback: Option<&'static str>,
        verifier: Option<&'static str>,
        stamp: (&'static str, u64),
        request: (&'static str, &'static str, &'static str),
    }

    impl Example {
        fn signed(&self, digest: DigestKind) -> Signed {
            let client = Client { id: self.client.0.into(), secret: self.client.1.into() };
            let token = self.token.map(|(id, secret)| (SecretString::from(id), SecretString::from(secret)));
            let token = token.as_ref().map(|(id, secret)| (id, secret));
            let verifier = self.verifier.map(SecretString::from);
            let signer = Signer { client: &client, token, callback: self.callback, verifier: verifier.as_ref() };
            let timestamp = NonZeroU64::new(self.stamp.1).unwrap();
            let stamp = Stamp { nonce: self.stamp.0.into(), timestamp, version: false };
            let (method, url, form) = self.request;
            signer.sign_at(&how(digest), method, &Url::parse(url).unwrap(), form.as_bytes(), &stamp).unwrap()
        }

        fn signature(&self, digest: DigestKind) -> String {
            self.signed(digest).signature().unwrap().expose_secret().to_owned()
        }
    }

    const PRINTER: (&str, &str) = ("dpf43f3p2l4k3l03", "kd94hf93k423kf44");

    /// Section 1.2, as all that are of the printer.
    #[test]
    fn a_callback_is_signed_and_stands_in_the_header() {
        let ask = Example {
            client: PRINTER,
            token: None,
            callback: Some("http://printer.example.com/ready"),
            verifier: None,
            stamp: ("wIjqoS", 137_131_200),
            request: ("POST", "https://photos.example.net/initiate", ""),
        };
        let header = ask.signed(DigestKind::HmacSha1).header(Some("Photos"));
        assert_eq!(
            header.expose_secret(),
            "OAuth realm=\"Photos\", oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", \
             oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", oauth_signature_method=\"HMAC-SHA1\", \
             oauth_timestamp=\"137131200\", oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\""
        );
    }

    #[test]
    fn a_verifier_and_a_token_are_signed_too() {
        let exchange = Example {
            client: PRINTER,
            token: Some(("hh5s93j4hdidpola", "hdhd0244k9j7ao03")),
            callback: None,
            verifier: Some("hfdp7dh39dks9884"),
            stamp: ("walatlh", 137_131_201),
            request: ("POST", "https://photos.example.net/token", ""),
        };
        assert_eq!(exchange.signature(DigestKind::HmacSha1), "gKgrFCywp7rO0OXSjdot/IHF7IU=");
        let photo = Example {
            client: PRINTER,
            token: Some(("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")),
            callback: None,
            verifier: None,
            stamp: ("chapoH", 137_131_202),
            request: ("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", ""),
        };
        assert_eq!(photo.signature(DigestKind::HmacSha1), "MdpQcU8iPSUjWoN/UDMsK2sui9I=");
    }

    /// Section 3.4.1, with the secrets that erratum 2550 gives: names that are encoded, a name twice, a form, no value.
    #[test]
    fn names_are_encoded_before_they_are_sorted() {
        let example = Example {
            client: ("9djdj82h48djs9d2", "j49sk3j29djd"),
            token: Some(("kkk9d7dh3k39sjv7", "dh893hdasih9")),
            callback: None,
            verifier: None,
            stamp: ("7d8f3e4a", 137_131_201),
            request: ("POST", "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", "c2&a3=2+q"),
        };
        assert_eq!(example.signature(DigestKind::HmacSha1), "r6/TJjbCOr97/+UU0NsvSne7s5g=");
        // Worked out apart from this program.
        assert_eq!(example.signature(DigestKind::HmacSha256), "ypAxjNip++Dm0fTM+gCl8wAo6ufSnseu1WHxL7py3BU=");
    }

    #[test]
    fn no_two_signatures_have_a_nonce_in_common_and_none_is_older_than_the_last() {
        let (one, other) = (Stamp::new().unwrap(), Stamp::new().unwrap());
        assert_ne!(one.nonce, other.nonce);
        assert!(one.timestamp <= other.timestamp);
    }
}
