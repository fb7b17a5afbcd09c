//! The ways in to the providers with OAuth 2, as a table: what an application sends where.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gearshift_simulator::{Authorize, ControlError, Provider, Thing};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::client::{Answer, Ask, CALLBACK, Played, get, post, query};

/// A proof key, long enough.
pub(crate) const VERIFIER: &str = "a-verifier-that-has-fifty-characters-and-some-more";

/// One authorization server.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door {
    /// The platform's word, by which its application is found.
    pub(crate) name: &'static str,
    pub(crate) page: &'static str,
    pub(crate) token: &'static str,
    /// Empty where there is none to send.
    pub(crate) scope: &'static str,
    pub(crate) basic: bool,
    /// A call that answers anything but 401 as long as a token is good.
    pub(crate) look: (&'static str, &'static str),
}

pub(crate) const WHOOP: Door = Door {
    name: "WHOOP",
    page: "/whoop/oauth/oauth2/auth",
    token: "/whoop/oauth/oauth2/token",
    scope: "offline read:profile read:sleep",
    basic: false,
    look: ("GET", "/whoop/developer/v2/user/profile/basic"),
};
pub(crate) const GARMIN: Door = Door {
    name: "GARMIN",
    page: "/garmin-connect/oauth2Confirm",
    token: "/garmin-auth/di-oauth2-service/oauth/token",
    scope: "",
    basic: false,
    look: ("GET", "/garmin/wellness-api/rest/user/id"),
};
pub(crate) const WITHINGS: Door = Door {
    name: "WITHINGS",
    page: "/withings-account/oauth2_user/authorize2",
    token: "/withings/v2/oauth2",
    scope: "user.info,user.metrics",
    basic: false,
    look: ("POST", "/withings/v2/user"),
};
pub(crate) const POLAR: Door = Door {
    name: "POLAR",
    page: "/polar-flow/oauth2/authorization",
    token: "/polar-remote/v2/oauth2/token",
    scope: "accesslink.read_all",
    basic: true,
    look: ("GET", "/polar/v3/users/1"),
};
pub(crate) const POLAR_V4: Door = Door {
    name: "POLAR",
    page: "/polar-auth/oauth/authorize",
    token: "/polar-auth/oauth/token",
    scope: "activity:read sleep:read",
    basic: true,
    look: ("GET", "/polar/v4/data/sleeps"),
};
pub(crate) const DEXCOM: Door = Door {
    name: "DEXCOM",
    page: "/dexcom/v2/oauth2/login",
    token: "/dexcom/v2/oauth2/token",
    scope: "offline_access",
    basic: false,
    look: ("GET", "/dexcom/v3/users/self/dataRange"),
};
pub(crate) const DEXCOM_EU: Door = Door {
    name: "DEXCOM_EU",
    page: "/dexcom-eu/v2/oauth2/login",
    token: "/dexcom-eu/v2/oauth2/token",
    look: ("GET", "/dexcom-eu/v3/users/self/dataRange"),
    ..DEXCOM
};
pub(crate) const DEXCOM_JP: Door = Door {
    name: "DEXCOM_JP",
    page: "/dexcom-jp/v2/oauth2/login",
    token: "/dexcom-jp/v2/oauth2/token",
    look: ("GET", "/dexcom-jp/v3/users/self/dataRange"),
    ..DEXCOM
};

/// All of them, with a rider who can sign in there.
pub(crate) const DOORS: [(Door, usize); 8] =
    [(WHOOP, 0), (GARMIN, 0), (WITHINGS, 0), (POLAR, 0), (POLAR_V4, 0), (DEXCOM, 0), (DEXCOM_EU, 1), (DEXCOM_JP, 2)];

/// Without those that have a value of their own.
fn with<'a>(usual: &[(&'a str, &'a str)], own: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let missing = |pair: &&(&str, &str)| own.iter().all(|(name, _)| *name != pair.0);
    let usual: Vec<(&str, &str)> = usual.iter().filter(missing).copied().collect();
    [&usual[..], own].concat().into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

impl Played {
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    pub(crate) fn keys(&self, door: &Door) -> (String, String) {
        let client = &self.simulator.clients()[door.name];
        (client.id.clone(), client.secret.clone())
    }

    /// The address to which an application sends a rider; an own value that is empty leaves a parameter out.
    pub(crate) fn page(&self, door: &Door, own: &[(&str, &str)]) -> String {
        let (id, _) = self.keys(door);
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(digest);
        let usual = [
            ("client_id", id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", door.scope),
            ("state", "state-of-a-test"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let pairs = Serializer::new(String::new()).extend_pairs(with(&usual, own)).finish();
        format!("{}?{pairs}", self.at(door.page))
    }

    /// The callback's query after a rider agreed to all but what they unticked.
    pub(crate) fn allow(&self, door: &Door, rider: usize, untick: &[&str]) -> BTreeMap<String, String> {
        query(&self.answer(&self.page(door, &[]), rider, untick).unwrap())
    }

    pub(crate) fn answer(&self, url: &str, rider: usize, untick: &[&str]) -> Result<String, ControlError> {
        self.simulator.control().authorize(&Authorize {
            url: url.to_owned(),
            user: self.rider(rider).username.clone(),
            untick: untick.iter().map(|scope| (*scope).to_owned()).collect(),
            deny: false,
        })
    }

    /// A request to the token endpoint, with the application's own proof.
    pub(crate) fn ask(&self, door: &Door, own: &[(&str, &str)]) -> Ask {
        let (id, secret) = self.keys(door);
        self.ask_as(door, (&id, &secret), own)
    }

    pub(crate) fn ask_as(&self, door: &Door, (id, secret): (&str, &str), own: &[(&str, &str)]) -> Ask {
        let action = if door.name == "WITHINGS" { "requesttoken" } else { "" };
        if door.basic {
            let basic = STANDARD.encode(format!("{id}:{secret}"));
            return post(self.at(door.token)).header("authorization", format!("Basic {basic}")).form(own);
        }
        let usual = [("action", action), ("client_id", id), ("client_secret", secret)];
        post(self.at(door.token)).form(&with(&usual, own))
    }

    /// What a code is redeemed with.
    pub(crate) fn bring<'a>(&self, code: &'a str) -> [(&'a str, &'a str); 4] {
        [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)]
    }

    pub(crate) async fn exchange(&self, door: &Door, code: &str) -> Answer {
        self.ask(door, &self.bring(code)).send().await
    }

    pub(crate) async fn renew(&self, door: &Door, refresh: &str) -> Answer {
        let again = if door.name == "WHOOP" { "offline" } else { "" };
        let own = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("scope", again)];
        self.ask(door, &with(&[], &own)).send().await
    }

    /// What the token endpoint gives to a rider who agreed to everything.
    pub(crate) async fn tokens(&self, door: &Door, rider: usize) -> Value {
        let code = self.allow(door, rider, &[])["code"].clone();
        given(&self.exchange(door, &code).await)
    }

    /// An access token of a rider who agreed to these scopes.
    pub(crate) async fn access(&self, door: &Door, rider: usize, scope: &str) -> String {
        let back = self.answer(&self.page(door, &[("scope", scope)]), rider, &[]).unwrap();
        text(&given(&self.exchange(door, &query(&back)["code"]).await), "access_token")
    }

    /// What a cloud has of a rider who has signed in there.
    pub(crate) fn things(&self, provider: Provider, rider: usize) -> Vec<Thing> {
        self.simulator.ledger().things[&provider][&self.rider(rider).username].clone()
    }

    /// The same, of one kind.
    pub(crate) fn things_of(&self, provider: Provider, rider: usize, kind: &str) -> Vec<Thing> {
        self.things(provider, rider).into_iter().filter(|thing| thing.kind == kind).collect()
    }

    pub(crate) async fn is_good(&self, door: &Door, access: &str) -> bool {
        let answer = get(self.at(door.look.1)).method(door.look.0).bearer(access).send().await;
        let enveloped = serde_json::from_slice::<Value>(&answer.body).is_ok_and(|body| body["status"] == 401);
        answer.status != 401 && !enveloped
    }
}

/// The fields of a token answer, taken out of their envelope where they have one.
#[track_caller]
pub(crate) fn given(answer: &Answer) -> Value {
    let body = answer.json();
    let fields = body.get("body").unwrap_or(&body).clone();
    assert!(fields["access_token"].is_string(), "{} {body}", answer.status);
    fields
}

/// Whether a token endpoint refused, in its own way.
pub(crate) fn is_refused(answer: &Answer) -> bool {
    let body = answer.json();
    let enveloped = answer.status == 200 && body["status"].as_i64().is_some_and(|status| status != 0);
    let plain = (400..=401).contains(&answer.status) && body["error"].is_string();
    (enveloped || plain) && body["access_token"].is_null() && body["body"]["access_token"].is_null()
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}")).to_owned()
}
