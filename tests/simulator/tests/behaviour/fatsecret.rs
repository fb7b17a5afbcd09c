//! FatSecret: signatures and what is wrong with them, the way of a request token, and a diary of texts.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_simulator::{Authorize, Fault, PlannedFault, Provider, Settings, Simulator};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use crate::client::{Answer, CALLBACK, Played, get, post, query};

const DAY: i64 = 86_400_000;

/// A request, and what it is signed with.
#[derive(Clone)]
struct Call {
    prefix: &'static str,
    path: &'static str,
    pairs: Vec<(String, String)>,
    secrets: (String, String),
}

fn seconds() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn escape(text: &str) -> String {
    let form: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    form.replace('+', "%20").replace('*', "%2A").replace("%7E", "~")
}

impl Call {
    fn new(prefix: &'static str, path: &'static str, token: Option<(&str, &str)>, more: &[(&str, &str)]) -> Call {
        let consumer = ("simulated-fatsecret-client", "simulated-fatsecret-secret");
        let (now, nonce) = (seconds().to_string(), uuid::Uuid::new_v4().to_string());
        let ours = [
            ("oauth_consumer_key", consumer.0),
            ("oauth_nonce", &nonce),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", &now),
            ("oauth_version", "1.0"),
        ];
        let token_pair = token.map(|(token, _)| ("oauth_token", token));
        let pairs = ours.iter().chain(&token_pair).chain(more);
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let secret = token.map_or("", |(_, secret)| secret);
        Call { prefix, path, pairs, secrets: (consumer.1.to_owned(), secret.to_owned()) }
    }

    fn with(mut self, name: &str, value: &str) -> Call {
        self.pairs.retain(|(known, _)| known != name);
        self.pairs.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Call {
        self.pairs.retain(|(known, _)| known != name);
        self
    }

    /// As the last step of a client: in the query, behind everything else.
    fn query(&self, method: &str) -> String {
        let origin = match self.prefix {
            "fatsecret" => "https://platform.fatsecret.com",
            _ => "https://authentication.fatsecret.com",
        };
        let mut pairs: Vec<_> = self.pairs.iter().map(|(name, value)| (escape(name), escape(value))).collect();
        pairs.sort();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let base = format!("{method}&{}&{}", escape(&format!("{origin}{}", self.path)), escape(&pairs.join("&")));
        let key = format!("{}&{}", escape(&self.secrets.0), escape(&self.secrets.1));
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, base.as_bytes()));
        Serializer::new(String::new()).extend_pairs(&self.pairs).append_pair("oauth_signature", &signature).finish()
    }

    async fn post(&self, played: &Played) -> Answer {
        post(format!("{}{}?{}", played.simulator.url(self.prefix), self.path, self.query("POST"))).send().await
    }

    async fn get(&self, played: &Played) -> Answer {
        get(format!("{}{}?{}", played.simulator.url(self.prefix), self.path, self.query("GET"))).send().await
    }
}

fn request() -> Call {
    Call::new("fatsecret-auth", "/oauth/request_token", None, &[("oauth_callback", CALLBACK)])
}

fn pairs(answer: &Answer) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 200, "{}", answer.text());
    query(&format!("http://localhost/?{}", answer.text()))
}

async fn asked(played: &Played) -> (String, String) {
    let given = pairs(&request().post(played).await);
    assert_eq!(given["oauth_callback_confirmed"], "true");
    (given["oauth_token"].clone(), given["oauth_token_secret"].clone())
}

fn answered(played: &Played, token: &str, deny: bool) -> BTreeMap<String, String> {
    let url = format!("https://authentication.fatsecret.com/oauth/authorize?oauth_token={token}");
    let answer = Authorize { url, user: played.rider(0).username.clone(), untick: Vec::new(), deny };
    let back = played.simulator.control().authorize(&answer).unwrap();
    assert!(back.starts_with(CALLBACK), "{back}");
    query(&back)
}

fn exchange(token: &str, secret: &str, verifier: &str) -> Call {
    Call::new("fatsecret-auth", "/oauth/access_token", Some((token, secret)), &[("oauth_verifier", verifier)])
}

async fn signed_in(played: &Played) -> (String, String) {
    let (token, secret) = asked(played).await;
    let verifier = answered(played, &token, false)["oauth_verifier"].clone();
    let given = pairs(&exchange(&token, &secret, &verifier).post(played).await);
    (given["oauth_token"].clone(), given["oauth_token_secret"].clone())
}

async fn read(played: &Played, (token, secret): &(String, String), path: &'static str, day: i64) -> Value {
    let day = day.to_string();
    let call = Call::new("fatsecret", path, Some((token, secret)), &[("date", &day), ("format", "json")]);
    let answer = call.get(played).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test]
async fn what_is_wrong_with_a_signature_has_a_number() {
    let played = Played::start().await;
    let old = (seconds() - 3_600).to_string();
    let mut strange = request();
    strange.secrets.0 = "another-secret".into();
    for (call, code) in [
        (request().without("oauth_nonce"), 2),
        (request().without("oauth_version"), 2),
        (request().without("oauth_callback"), 2),
        (request().with("oauth_callback", "https://elsewhere.example/"), 2),
        (request().with("oauth_body_hash", "x"), 3),
        (request().with("oauth_signature_method", "PLAINTEXT"), 4),
        (request().with("oauth_consumer_key", "somebody"), 5),
        (request().with("oauth_timestamp", &old), 6),
        (request().with("oauth_timestamp", "soon"), 6),
        (strange, 8),
    ] {
        let answer = call.post(&played).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (401, json!(code)), "{}", answer.text());
    }
    let once = request();
    assert_eq!(once.post(&played).await.status, 200);
    assert_eq!(once.post(&played).await.json()["error"]["code"], 7);
    let changed = format!("{}&b=1", request().query("POST"));
    let url = format!("{}/oauth/request_token?{changed}", played.simulator.url("fatsecret-auth"));
    assert_eq!(post(url).send().await.json()["error"]["code"], 8, "all of the query is signed");
}

#[tokio::test]
async fn a_request_token_is_good_for_its_own_verifier_and_once() {
    let played = Played::start().await;
    let (token, secret) = asked(&played).await;
    let early = exchange(&token, &secret, "").post(&played).await;
    assert_eq!(early.json()["error"]["code"], 9, "nobody said yes");
    let (token, secret) = asked(&played).await;
    let verifier = answered(&played, &token, false)["oauth_verifier"].clone();
    assert_eq!(exchange(&token, "not-it", &verifier).post(&played).await.json()["error"]["code"], 8);
    let given = pairs(&exchange(&token, &secret, &verifier).post(&played).await);
    assert!(given["oauth_token"] != token && given["oauth_token_secret"] != secret);
    assert_eq!(exchange(&token, &secret, &verifier).post(&played).await.json()["error"]["code"], 9);

    let (token, secret) = asked(&played).await;
    answered(&played, &token, false);
    assert_eq!(exchange(&token, &secret, "guessed").post(&played).await.json()["error"]["code"], 9);
    let totals = played.simulator.ledger().provider_tokens[&Provider::Fatsecret].clone();
    assert_eq!((totals.codes, totals.issued), (2, 1));
}

#[tokio::test]
async fn a_rider_signs_in_on_the_page_or_says_no() {
    let played = Played::start().await;
    let (token, _) = asked(&played).await;
    let url = format!("{}/oauth/authorize?oauth_token={token}", played.simulator.url("fatsecret-auth"));
    assert!(get(&url).send().await.text().contains("<label>Password"));
    let (email, password) = (played.rider(1).email.as_str(), played.rider(1).password.as_str());
    let form = |password| [("email", email), ("password", password), ("answer", "authorize")];
    assert!(post(&url).form(&form("nope")).send().await.text().contains("role=\"alert\""));
    let back = post(&url).form(&form(password)).send().await;
    let back = query(back.header("location"));
    assert!(back["oauth_token"] == token && !back["oauth_verifier"].is_empty());
    assert_eq!(get(&url).send().await.status, 400, "it has been answered");

    let (token, _) = asked(&played).await;
    let back = answered(&played, &token, true);
    assert!(back["oauth_token"] == token && !back.contains_key("oauth_verifier"));
    assert_eq!(get(url.replace(&token, "none")).send().await.status, 400);
}

#[tokio::test]
async fn a_diary_is_made_of_texts_and_tells_what_the_ledger_has() {
    let played = Played::start().await;
    let token = signed_in(&played).await;
    let ledger = played.simulator.ledger();
    let things = &ledger.things[&Provider::Fatsecret][&played.rider(0).username];
    let foods: Vec<_> = things.iter().filter(|thing| thing.kind == "food").collect();
    let mut days: Vec<i64> = foods.iter().map(|food| food.start.unwrap() / DAY).collect();
    days.dedup();
    assert!(days.len() >= 25, "{days:?}");
    let mut alone = 0;
    for day in &days {
        let answer = read(&played, &token, "/rest/food-entries/v2", *day).await;
        let entries = answer["food_entries"]["food_entry"].as_array().unwrap();
        let of_day = foods.iter().filter(|food| food.start == Some(day * DAY));
        assert_eq!(of_day.clone().count(), entries.len());
        for (food, entry) in of_day.zip(entries) {
            assert_eq!(entry["food_entry_id"], json!(food.id));
            for (name, value) in food.values.iter().filter(|(name, _)| *name != "meal") {
                assert_eq!(entry[name].as_str().unwrap().parse::<f64>().unwrap(), *value, "{entry}");
            }
        }
        if entries.len() == 1 {
            alone += 1;
            let one = read(&played, &token, "/rest/food-entries/v1", *day).await;
            assert!(one["food_entries"]["food_entry"].is_object(), "{one}");
        }
        let month = read(&played, &token, "/rest/food-entries/month/v2", *day).await;
        let listed = month["month"]["day"].as_array().unwrap();
        let listed = listed.iter().find(|listed| listed["date_int"] == json!(day.to_string())).unwrap();
        let eaten: f64 = entries.iter().map(|entry| entry["calories"].as_str().unwrap().parse::<f64>().unwrap()).sum();
        assert_eq!(listed["calories"].as_str().unwrap().parse::<f64>().unwrap(), eaten);
    }
    assert!(alone > 5, "{alone}");
    let empty = (days[0]..days[days.len() - 1]).find(|day| !days.contains(day)).unwrap();
    assert_eq!(read(&played, &token, "/rest/food-entries/v2", empty).await, json!({ "food_entries": null }));
    let long_ago = read(&played, &token, "/rest/food-entries/month/v2", 15_000).await;
    assert!(long_ago["month"].get("day").is_none(), "{long_ago}");
    let weight = things.iter().find(|thing| thing.kind == "body").unwrap();
    let month = read(&played, &token, "/rest/weight/month/v2", weight.start.unwrap() / DAY).await;
    assert_eq!(
        month["month"]["day"][0]["weight_kg"].as_str().unwrap().parse::<f64>().unwrap(),
        weight.values["weight_kg"]
    );
}

#[tokio::test]
async fn one_thing_alone_may_be_an_object_in_version_2_too() {
    let mut settings = Settings::default();
    settings.fatsecret.lone_objects = true;
    let played = Played::of(Simulator::start(settings).await.unwrap());
    let token = signed_in(&played).await;
    let today = played.simulator.ledger().now / DAY;
    let day = (today - 8..today - 2).find(|day| day % 4 == 0).unwrap();
    let one = read(&played, &token, "/rest/food-entries/v2", day).await;
    assert!(one["food_entries"]["food_entry"].is_object(), "{one}");
}

#[tokio::test]
async fn errors_of_the_api_have_status_200() {
    let played = Played::start().await;
    let (token, secret) = signed_in(&played).await;
    let call = |more: &[(&str, &str)]| Call::new("fatsecret", "/rest/food-entries/v2", Some((&token, &secret)), more);
    let json = ("format", "json");
    let unsigned = get(format!("{}/rest/food-entries/v2?format=json", played.simulator.url("fatsecret"))).send().await;
    let elsewhere = Call { path: "/rest/nothing/v9", ..call(&[json]) };
    let early = (seconds() - 5).to_string();
    assert_eq!(call(&[json]).get(&played).await.json().get("error"), None);
    for (answer, code) in [
        (unsigned, 2),
        (call(&[json, ("date", "today")]).get(&played).await, 108),
        (call(&[json]).with("oauth_token", "none").get(&played).await, 9),
        (call(&[json]).with("oauth_timestamp", &early).get(&played).await, 6),
        (elsewhere.get(&played).await, 10),
    ] {
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (200, json!(code)), "{}", answer.text());
    }
    let control = played.simulator.control();
    for (fault, code) in [(Fault::Unauthorized, 9), (Fault::RateLimited { retry_after: None }, 12)] {
        control.plan_fault(PlannedFault::next(Provider::Fatsecret, fault));
        let answer = call(&[json]).get(&played).await;
        assert_eq!((answer.status, answer.json()["error"]["code"].clone()), (200, json!(code)));
    }
    control.revoke(Provider::Fatsecret, &played.rider(0).username).await.unwrap();
    assert_eq!(call(&[json]).get(&played).await.json()["error"]["code"], 9);
    assert_eq!(played.simulator.ledger().provider_tokens[&Provider::Fatsecret].revoked, 1);
}
