//! A client small enough to be sure of, and the set-up of a played world.

#![expect(clippy::disallowed_methods, reason = "a client of the test's own, on loopback")]

use std::collections::BTreeMap;

use bytes::Bytes;
use gearshift_simulator::{Account, Authorize, Limits, NewRiders, Settings, Simulator};
use http::{Request, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use url::form_urlencoded::Serializer;

pub(crate) const CLIENT: &str = "40417";
pub(crate) const SECRET: &str = "simulated-client-secret";
pub(crate) const CALLBACK: &str = "http://localhost:9000/oauth/callback";

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The value of a cookie that it sets.
    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
        let mut pairs = set.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }
}

/// A request on its way to be sent.
#[derive(Debug)]
pub(crate) struct Ask {
    url: String,
    method: &'static str,
    headers: Vec<(&'static str, Vec<u8>)>,
    body: Bytes,
}

pub(crate) fn get(url: impl Into<String>) -> Ask {
    Ask { url: url.into(), method: "GET", headers: Vec::new(), body: Bytes::new() }
}

pub(crate) fn post(url: impl Into<String>) -> Ask {
    Ask { method: "POST", ..get(url) }
}

impl Ask {
    pub(crate) fn method(mut self, method: &'static str) -> Ask {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Ask {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Ask {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn form(self, pairs: &[(&str, &str)]) -> Ask {
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish();
        self.header("content-type", "application/x-www-form-urlencoded").body(body)
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Ask {
        self.body = body.into();
        self
    }

    /// Sends it on a connection of its own. An error is a connection that broke.
    pub(crate) async fn try_send(self) -> anyhow::Result<Answer> {
        let uri: Uri = self.url.parse()?;
        let stream = tokio::net::TcpStream::connect(uri.authority().unwrap().as_str()).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
        let mut request = Request::builder().method(self.method).uri(target).header("host", "127.0.0.1");
        for (name, value) in self.headers {
            request = request.header(name, value.as_slice());
        }
        let answer = sender.send_request(request.body(Full::new(self.body))?).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        connection.abort();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }
}

/// A simulator with riders and no quota in the way.
#[derive(Debug)]
pub(crate) struct Played {
    pub(crate) simulator: Simulator,
    pub(crate) riders: Vec<Account>,
}

impl Played {
    pub(crate) async fn start() -> Played {
        Played::with(NewRiders { count: 3, activities: 12, seconds: (120, 200), ..NewRiders::default() }).await
    }

    pub(crate) async fn with(riders: NewRiders) -> Played {
        Played::made(Simulator::start(Settings::default()).await.unwrap(), &riders)
    }

    /// Of a simulator with settings of its own.
    pub(crate) fn of(simulator: Simulator) -> Played {
        Played::made(simulator, &NewRiders { count: 3, activities: 1, seconds: (60, 90), ..NewRiders::default() })
    }

    fn made(simulator: Simulator, riders: &NewRiders) -> Played {
        let many = Limits { overall: (100_000, 100_000), read: (100_000, 100_000), retry_after: false };
        simulator.control().set_limits(many);
        let riders = simulator.control().add_riders(riders).unwrap();
        Played { simulator, riders }
    }

    pub(crate) fn rider(&self, index: usize) -> &Account {
        &self.riders[index]
    }

    pub(crate) fn strava(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.strava_url())
    }

    pub(crate) fn trainerroad(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.trainerroad_url())
    }

    pub(crate) fn control(&self, path: &str) -> String {
        format!("{}/_sim{path}", self.simulator.base_url())
    }

    pub(crate) fn authorize_url(&self, scope: &str) -> String {
        let pairs = [
            ("client_id", CLIENT),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("approval_prompt", "auto"),
            ("scope", scope),
            ("state", "st/8"),
        ];
        self.strava(&format!("/oauth/authorize?{}", Serializer::new(String::new()).extend_pairs(pairs).finish()))
    }

    /// The callback's query after a rider agreed to all but what they unticked.
    pub(crate) fn agree(&self, rider: usize, scope: &str, untick: &[&str]) -> BTreeMap<String, String> {
        let answer = Authorize {
            url: self.authorize_url(scope),
            user: self.rider(rider).username.clone(),
            untick: untick.iter().map(|scope| (*scope).to_owned()).collect(),
            deny: false,
        };
        query(&self.simulator.control().authorize(&answer).unwrap())
    }

    pub(crate) async fn redeem(&self, code: &str) -> Answer {
        self.token(&[("grant_type", "authorization_code"), ("code", code)]).await
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(crate) async fn token(&self, pairs: &[(&str, &str)]) -> Answer {
        let client = [("client_id", CLIENT), ("client_secret", SECRET)];
        post(self.strava("/api/v3/oauth/token")).form(&[&client[..], pairs].concat()).send().await
    }

    /// An access token with these scopes.
    pub(crate) async fn signed_in(&self, rider: usize, scope: &str) -> String {
        let code = self.agree(rider, scope, &[])["code"].clone();
        self.redeem(&code).await.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Posts TrainerRoad's form as a browser would; the answer, and the verification cookie.
    pub(crate) async fn post_login(&self, rider: usize, password: &str, back: &str) -> Answer {
        let page = get(self.trainerroad("/app/login?ReturnUrl=%2Fapp")).send().await;
        let verification = page.cookie("__RequestVerificationToken").unwrap();
        let text = page.text();
        let token = text.split("__RequestVerificationToken\" type=\"hidden\" value=\"").nth(1).unwrap();
        let token = token.split('"').next().unwrap();
        let form = [
            ("Username", self.rider(rider).username.as_str()),
            ("Password", password),
            ("ReturnUrl", back),
            ("__RequestVerificationToken", token),
        ];
        let cookie = format!("__RequestVerificationToken={verification}");
        post(self.trainerroad("/app/login")).header("cookie", cookie).form(&form).send().await
    }

    /// The `Cookie` header of a session at TrainerRoad.
    pub(crate) async fn session(&self, rider: usize) -> String {
        let answer = self.post_login(rider, &self.rider(rider).password, "/app").await;
        assert_eq!(answer.status, 302, "{}", answer.text());
        for name in ["SharedTrainerRoadAuth", "TrainerRoadAuth"] {
            if let Some(value) = answer.cookie(name) {
                return format!("{name}={value}");
            }
        }
        panic!("no session in {:?}", answer.headers);
    }
}

/// The query of an address.
pub(crate) fn query(url: &str) -> BTreeMap<String, String> {
    url::Url::parse(url).unwrap().query_pairs().into_owned().collect()
}
