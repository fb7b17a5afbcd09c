//! From a guest's words to what is sent: the credential is put in by the host, where the manifest says.

use bytes::Bytes;
use gearshift_manifest::{Carry, CarryPlace, Credential, Fill, Manifest, OAuth1, Place, Scheme, SignedPlace};
use http::Method;
use http::header::{AUTHORIZATION, COOKIE, HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::held::Held;
use crate::secrets::Secrets;
use crate::settings::SHORTEST_SECRET_COOKIE;
use crate::{Caller, EgressError, EgressSettings, Purpose, Request, Signer, fill, headers, target};

/// A request on its way out.
pub(crate) struct Outgoing {
    pub(crate) method: Method,
    /// As the guest named it, with a credential in its query where one is carried there.
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Option<Bytes>,
    pub(crate) credential: Credential,
    /// What the host put in: to be scrubbed from the answer.
    pub(crate) injected: Secrets,
}

impl Outgoing {
    /// Reads a guest's request and finds a route for it. Nothing secret is in it yet.
    pub(crate) fn read(manifest: &Manifest, request: &Request, settings: &EgressSettings) -> Result<Self, EgressError> {
        let url = target::parse(&request.url, settings.max_url)?;
        let credential = Credential::parse(&request.credential).ok_or_else(|| {
            EgressError::invalid(format!(
                "`{}` is no credential: write none, user, client or operator",
                request.credential.escape_default()
            ))
        })?;
        admit(manifest, &request.method, &url, credential)?;
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| EgressError::invalid("the method is none: write GET or POST"))?;
        if request.body.as_ref().is_some_and(|body| body.len() > settings.max_request) {
            let limit = settings.max_request;
            return Err(EgressError::TooLarge { what: "the request's body", limit, setting: "egress.max_request" });
        }
        let headers = headers::of_guest(&request.headers, &placed(manifest), settings)?;
        Ok(Self { method, url, headers, body: request.body.clone(), credential, injected: Secrets::default() })
    }

    /// Puts in what the guest may use without seeing it.
    pub(crate) fn arm(&mut self, caller: &Caller, group: Option<&str>, held: &Held) -> Result<(), EgressError> {
        let guests_url = self.url.clone();
        let credential = self.credential;
        for carry in caller.manifest.auth.carry.iter().filter(|carry| carry.credential == credential) {
            self.carry(caller, carry, held)?;
        }
        if self.sends_cookies(caller) {
            self.send_cookies(&guests_url, held)?;
        }
        if let Some(group) = group {
            let fills = fills(&caller.manifest, group, &self.method, &guests_url)?;
            fill::apply(&fills, held, self)?;
        }
        // Last of all: what is signed is what is sent.
        match &caller.manifest.auth.scheme {
            Scheme::Oauth1(how) if matches!(credential, Credential::User | Credential::Client) => self.sign(how, held),
            _ => Ok(()),
        }
    }

    fn sign(&mut self, how: &OAuth1, held: &Held) -> Result<(), EgressError> {
        let client = held.client.as_ref().ok_or_else(|| missing("client-secret", self.credential))?;
        let of_user = |name| held.of_user(name).ok_or_else(|| missing(name, self.credential));
        let token = match self.credential {
            Credential::User => Some((of_user("token")?, of_user("token-secret")?)),
            _ => None,
        };
        let signer = Signer { client, token, callback: None, verifier: None };
        let form = self.body.as_deref().filter(|_| fill::is_type(&self.headers, fill::FORM)).unwrap_or_default();
        let signed = signer.sign(how, self.method.as_str(), &self.url, form)?;
        signer.secrets().chain(signed.signature()).for_each(|secret| self.injected.add(secret));
        match how.place {
            SignedPlace::Header => self.put_header(AUTHORIZATION.as_str(), &signed.header(how.realm.as_deref())),
            SignedPlace::Query => {
                signed.append_to(&mut self.url);
                Ok(())
            }
        }
    }

    fn carry(&mut self, caller: &Caller, carry: &Carry, held: &Held) -> Result<(), EgressError> {
        let mut used = Vec::new();
        let filled = carry.value.fill(|name| {
            let value = match carry.credential {
                Credential::Client => held.of_client(name)?,
                // A user's key may need the project's beside it; no field and no capture is called as the client's are.
                _ => held.of_user(name).cloned().or_else(|| held.of_client(name))?,
            };
            // The id of a client is public, and would be scrubbed from honest data.
            if name != "client-id" {
                used.push(value.clone());
            }
            Some(value.expose_secret().to_owned())
        });
        let value = match filled {
            Ok(value) => SecretString::from(value),
            // A session's token is only known once it was captured: the first requests go without.
            Err(_)
                if matches!(caller.manifest.auth.scheme, Scheme::Session(_))
                    && carry.credential == Credential::User =>
            {
                return Ok(());
            }
            Err(hole) => return Err(missing(&hole, carry.credential)),
        };
        used.iter().for_each(|secret| self.injected.add(secret));
        match &carry.place {
            CarryPlace::Header(name) => self.put_header(name, &value),
            CarryPlace::Query(name) => self.put_query(name, &value),
        }
    }

    /// Sets a header to something secret.
    pub(crate) fn put_header(&mut self, name: &str, value: &SecretString) -> Result<(), EgressError> {
        let mut encoded: HeaderValue = headers::value(value.expose_secret())?;
        encoded.set_sensitive(true);
        self.headers.insert(headers::name(name)?, encoded);
        Ok(())
    }

    fn put_query(&mut self, name: &str, value: &SecretString) -> Result<(), EgressError> {
        if self.url.query_pairs().any(|(each, _)| each == name) {
            return Err(EgressError::denied(format!(
                "the query parameter `{name}` carries the credential: leave it out"
            )));
        }
        self.url.query_pairs_mut().append_pair(name, value.expose_secret());
        Ok(())
    }

    /// Cookies are the user's credential. A sign-in also needs those of pages that are asked for without one.
    pub(crate) fn sends_cookies(&self, caller: &Caller) -> bool {
        self.credential == Credential::User || caller.purpose == Purpose::SignIn
    }

    fn send_cookies(&mut self, url: &Url, held: &Held) -> Result<(), EgressError> {
        let Some(cookies) = held.jar.header(url, crate::settle::now()) else { return Ok(()) };
        for value in held.jar.values() {
            self.injected.add_from(&value, SHORTEST_SECRET_COOKIE);
        }
        self.put_header(COOKIE.as_str(), &cookies)
    }
}

/// Whether the manifest, once granted, lets a request leave: all that can be said of it without a connection. It is how fixtures
/// meet the rules that live requests meet.
///
/// # Errors
/// What [`Egress::send`](crate::Egress::send) would say.
pub fn allowed(manifest: &Manifest, request: &Request) -> Result<(), EgressError> {
    let outgoing = Outgoing::read(manifest, request, &EgressSettings::default())?;
    match &request.fill {
        Some(group) => fills(manifest, group, &outgoing.method, &outgoing.url).map(drop),
        None => Ok(()),
    }
}

fn missing(what: &str, credential: Credential) -> EgressError {
    EgressError::denied(format!(
        "there is no `{what}` for credential `{credential}` of this connection: connect the account, or set the provider's client up"
    ))
}

/// The rules of a group that are for this request.
fn fills<'m>(manifest: &'m Manifest, group: &str, method: &Method, url: &Url) -> Result<Vec<&'m Fill>, EgressError> {
    let fills = manifest.fills(group, method.as_str(), url);
    if fills.is_empty() {
        return Err(EgressError::denied(format!(
            "no [[fill]] named `{group}` is for {method} {}: name this URL and method in the rule, and have the operator grant it",
            shown(url)
        )));
    }
    Ok(fills)
}

/// Method and URL without its query, for messages.
pub(crate) fn shown(url: &Url) -> String {
    format!("{}://{}{}", url.scheme(), url.host_str().unwrap_or_default(), url.path())
}

/// Finds a route. A request without a credential may also use a route that allows one: that is less than what was granted.
fn admit(manifest: &Manifest, method: &str, url: &Url, credential: Credential) -> Result<(), EgressError> {
    let without = |route: &&gearshift_manifest::Route| !route.linked && route.admits(method, url);
    let found = manifest.route(method, url, credential);
    let found = found.or_else(|| manifest.routes.iter().find(without).filter(|_| credential == Credential::None));
    match found {
        Some(_) if credential == Credential::Operator => Err(EgressError::denied(
            "the operator's session is not served by this version of the host: use another credential",
        )),
        Some(_) => Ok(()),
        None if credential == Credential::None && manifest.linked_route(method, url).is_some() => {
            Err(EgressError::denied(format!(
                "{} is only within a linked route, which this version of the host does not serve: add a [[route]] of its own",
                shown(url)
            )))
        }
        None => Err(EgressError::denied(refusal(method, url, credential))),
    }
}

fn refusal(method: &str, url: &Url, credential: Credential) -> String {
    format!(
        "no granted [[route]] lets {} {} leave with credential `{credential}`: add host = {:?}, path = {:?}, methods = [{:?}], \
         credential = \"{credential}\" to the manifest, and have the operator grant it (https, the default port and a plain path only)",
        method.escape_default(),
        shown(url),
        url.host_str().unwrap_or_default(),
        url.path(),
        method
    )
}

/// The headers that rules put something in, so that a guest cannot.
fn placed(manifest: &Manifest) -> Vec<String> {
    let carried = manifest.auth.carry.iter().filter_map(|carry| match &carry.place {
        CarryPlace::Header(name) => Some(name.clone()),
        CarryPlace::Query(_) => None,
    });
    let filled = manifest.fills.iter().filter_map(|fill| match &fill.at {
        Place::Header(name) => Some(name.clone()),
        Place::Form(_) | Place::Json(_) => None,
    });
    carried.chain(filled).collect()
}
