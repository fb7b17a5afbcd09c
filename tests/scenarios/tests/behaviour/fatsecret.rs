//! FatSecret: OAuth 1.0a, whose every request the simulator verifies, and a diary that comes as it was eaten.

use std::collections::BTreeMap;

use gearshift_scenarios::{Return, Rider, Town, cannot_be_read, measure, until};
use gearshift_simulator::{Fault, PlannedFault, Provider, Registration, Thing, TokenTotals};
use gearshift_store::{Job, JobState};
use serde_json::{Value, json};

const FATSECRET: &str = "FATSECRET";
const AT: Provider = Provider::Fatsecret;

async fn installed(town: Town) -> Town {
    town.install("fatsecret").await;
    town
}

async fn town(riders: usize) -> Town {
    installed(Town::new().riders(riders).await).await
}

async fn connected(town: &Town, rider: usize) -> Rider {
    let rider = town.connect(FATSECRET, rider).await;
    rider.rests().await;
    rider
}

fn tokens(town: &Town) -> TokenTotals {
    town.simulator().ledger().provider_tokens.get(&AT).cloned().unwrap_or_default()
}

/// What FatSecret calls it, and what it is here.
const NUTRIENTS: [(&str, &str); 13] = [
    ("calories", "energy-intake"),
    ("carbohydrate", "carbohydrate-intake"),
    ("sugar", "sugar-intake"),
    ("fiber", "fiber-intake"),
    ("protein", "protein-intake"),
    ("fat", "fat-intake"),
    ("saturated_fat", "saturated-fat-intake"),
    ("monounsaturated_fat", "monounsaturated-fat-intake"),
    ("polyunsaturated_fat", "polyunsaturated-fat-intake"),
    ("trans_fat", "trans-fat-intake"),
    ("cholesterol", "cholesterol-intake"),
    ("sodium", "sodium-intake"),
    ("potassium", "potassium-intake"),
];

const MEALS: [&str; 4] = ["breakfast", "lunch", "dinner", "other"];

fn is_close(found: Option<f64>, meant: Option<f64>, what: &str) {
    let close = match (found, meant) {
        (Some(found), Some(meant)) => (found - meant).abs() < 1e-6,
        (found, meant) => found == meant,
    };
    assert!(close, "{what}: {found:?}, and not {meant:?}");
}

/// Every day, every meal and every food with every nutrient, every weight, and nothing else.
async fn knows_what_was_eaten(rider: &Rider) {
    let ledger = rider.town.simulator().ledger();
    let things = &ledger.things[&AT][&rider.account.username];
    let mut days: BTreeMap<i64, Vec<&Thing>> = BTreeMap::new();
    for food in things.iter().filter(|thing| thing.kind == "food") {
        days.entry(food.start.unwrap()).or_default().push(food);
    }
    let records = rider.records("nutrition").await;
    assert_eq!(records.iter().filter(|stored| !stored.deleted).count(), days.len());
    assert!(days.len() >= 25 && days.values().any(|foods| foods.len() == 1), "{days:?}");
    for (start, foods) in &days {
        let record =
            records.iter().find(|stored| stored.record.window.as_ref().map(|window| window.start) == Some(*start));
        let record = &record.unwrap_or_else(|| panic!("{foods:?}")).record;
        let segments = |role: &str| record.segments.iter().filter(|segment| segment.role == role).collect::<Vec<_>>();
        assert_eq!(segments("food").len(), foods.len());
        for (name, metric) in NUTRIENTS {
            let of = |food: &&Thing| food.values.get(name).copied();
            is_close(measure(record, metric), foods.iter().map(of).sum(), metric);
            for (number, meal) in MEALS.iter().enumerate() {
                let eaten = foods.iter().filter(|food| food.values["meal"] == number as f64);
                let said =
                    |segment: &&&gearshift_model::Segment| segment.attributes.iter().any(|one| one.value == *meal);
                let meals = segments("meal");
                let segment = meals.iter().find(said);
                assert_eq!(segment.is_some(), eaten.clone().count() > 0, "{meal}");
                let found = segment.and_then(|segment| segment.measures.iter().find(|one| one.metric == metric));
                let meant = if segment.is_some() { eaten.map(of).sum() } else { None };
                is_close(found.map(|measure| measure.value), meant, meal);
            }
        }
        for food in foods {
            let id = |segment: &&&gearshift_model::Segment| segment.attributes.iter().any(|one| one.value == food.id);
            let all = segments("food");
            let segment = all.iter().find(id).unwrap_or_else(|| panic!("{food:?}"));
            for (name, metric) in NUTRIENTS {
                let found = segment.measures.iter().find(|one| one.metric == metric).map(|measure| measure.value);
                is_close(found, food.values.get(name).copied(), metric);
            }
        }
    }
    let weights: Vec<_> = things.iter().filter(|thing| thing.kind == "body").collect();
    let records = rider.records("body").await;
    assert_eq!(records.len(), weights.len());
    for weight in weights {
        let record = &records.iter().find(|stored| stored.record.key == weight.id).unwrap().record;
        is_close(measure(record, "weight"), weight.values.get("weight_kg").copied(), &weight.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_diary_comes_as_it_was_eaten() {
    let town = town(2).await;
    for rider in [connected(&town, 0).await, connected(&town, 1).await] {
        let connection = rider.connection().await;
        assert_eq!(
            (connection.status.as_str(), connection.account),
            ("connected", None),
            "FatSecret tells nobody's id"
        );
        knows_what_was_eaten(&rider).await;
        rider.synced().await;
        knows_what_was_eaten(&rider).await;
        let (documents, pulls) = town.quarantine().await;
        assert!(documents.is_empty() && pulls.is_empty(), "{documents:?} {pulls:?}");
    }
    assert_eq!((tokens(&town).issued, tokens(&town).refused), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_thing_that_stands_without_its_list_is_one_thing() {
    let town = installed(Town::new().providers(|providers| providers.fatsecret.lone_objects = true).await).await;
    knows_what_was_eaten(&connected(&town, 0).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_is_not_connected() {
    let town = town(1).await;
    let page = town.back(&town.decline(&town.begin(FATSECRET, 0).await, 0).await).await;
    assert!(page.status == 400 && page.text().contains("access was not allowed"), "{}", page.text());

    // As others say it who speak OAuth 1.0a: the token under another name.
    let agreed = town.agree(&town.begin(FATSECRET, 0).await, 0, &[]).await;
    let token = agreed.to.split(['=', '&']).nth(1).unwrap();
    let denied = Return { to: format!("{}?denied={token}", agreed.to.split('?').next().unwrap()), ..agreed.clone() };
    assert!(town.back(&denied).await.text().contains("access was not allowed"));
    assert_eq!(town.back(&agreed).await.status, 400, "that was the end of it");
    assert_eq!(town.connections().await, Vec::<Value>::new());
    assert_eq!((tokens(&town).issued, tokens(&town).denied), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_token_works_once_at_its_own_address_and_in_its_own_browser() {
    let town = town(1).await;
    let agreed = async || town.agree(&town.begin(FATSECRET, 0).await, 0, &[]).await;
    let first = agreed().await;
    assert_eq!(town.back(&first).await.status, 200);
    assert_eq!(town.back(&first).await.status, 400, "it was used");
    assert_eq!(tokens(&town).issued, 1);

    let second = agreed().await;
    let token = second.to.split(['=', '&']).nth(1).unwrap().to_owned();
    let strange = |to: String| Return { to, cookie: second.cookie.clone() };
    for elsewhere in [
        second.with("/oauth/fatsecret/", "/oauth/strava/"),
        second.with("/default/", "/another/"),
        second.with("oauth_token=", "oauth_token=x"),
        second.with("oauth_token=", "state="),
        second.with("oauth_token=", "denied=x"),
        second.with_cookie(&"x".repeat(43)),
        strange(second.to.replace(&token, &"0".repeat(32))),
        strange(second.to.split('?').next().unwrap().to_owned()),
    ] {
        let page = town.back(&elsewhere).await;
        assert!(page.status == 400 && page.text().contains("has been used, has expired"), "{}", elsewhere.to);
    }
    let alone = town.public("GET", &second.to).send().await;
    assert_eq!(alone.header("location"), "/connect/failed?reason=stale-login", "without a cookie");
    assert_eq!(town.back(&second).await.status, 200, "and its own browser goes on");
    assert_eq!(tokens(&town).issued, 2);

    let third = agreed().await;
    let guessed = third.with("oauth_verifier=", "oauth_verifier=x");
    assert!(town.back(&guessed).await.text().contains("access was not allowed"));
    assert_eq!(tokens(&town).issued, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sign_ins_at_once_are_not_mistaken_for_each_other() {
    let town = town(2).await;
    let (ada, bo) = (town.begin(FATSECRET, 0).await, town.begin(FATSECRET, 1).await);
    let (ada, bo) = (town.agree(&ada, 0, &[]).await, town.agree(&bo, 1, &[]).await);
    let crossed = Return { to: ada.to.clone(), cookie: bo.cookie.clone() };
    assert_eq!(town.back(&crossed).await.status, 400);
    for back in [&bo, &ada] {
        assert_eq!(town.back(back).await.status, 200);
    }
    for rider in 0..2 {
        let account = town.riders()[rider].clone();
        let id = town.connection_of(FATSECRET, &account.username).await;
        let rider = Rider { town: town.clone(), id, account };
        rider.rests().await;
        knows_what_was_eaten(&rider).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_lost_or_garbled_connects_nobody_and_leaves_nothing() {
    let town = town(1).await;
    let faults = || [Fault::Malformed, Fault::Html, Fault::Status { status: 503 }, Fault::Lose, Fault::Unauthorized];
    for fault in faults() {
        town.control().plan_fault(PlannedFault::next(AT, fault.clone()).path("/oauth/request_token"));
        let (page, _) = town.go_on(&town.begin(FATSECRET, 0).await).await;
        assert!(page.status >= 400 && page.text().contains("does not answer"), "{fault:?}: {}", page.text());
    }
    for fault in faults() {
        let agreed = town.agree(&town.begin(FATSECRET, 0).await, 0, &[]).await;
        let refused = fault == Fault::Unauthorized;
        town.control().plan_fault(PlannedFault::next(AT, fault).path("/oauth/access_token"));
        let sent = town.public("GET", &agreed.to).header("cookie", &agreed.cookie).send().await;
        let reason = if refused { "denied" } else { "unavailable" };
        let (_, ending) = sent.header("location").rsplit_once('/').unwrap();
        assert_eq!(ending, format!("failed?reason={reason}&provider=FATSECRET"));
        assert_eq!(town.back(&agreed).await.status, 400, "nothing is tried twice");
    }
    let connections = town.connections().await;
    assert!(connections.iter().all(|one| one["status"] == "connecting"), "{connections:?}");
    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT count(*) FROM secrets WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_taken_back_asks_for_the_user_once() {
    let town = town(1).await;
    let rider = connected(&town, 0).await;
    town.control().revoke(AT, &rider.account.username).await.unwrap();
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    let reason = rider.connection().await.reason.unwrap();
    assert!(reason.contains("does not take the token any more"), "{reason}");
    rider.rests().await;
    let asked = town.simulator().ledger().requests.total;
    rider.synced().await;
    assert!(town.simulator().ledger().requests.total <= asked + 2, "it is not tried over and over");

    // Nobody can tell that it is the same account: it is connected beside the old one.
    let agreed = town.agree(&town.begin(FATSECRET, 0).await, 0, &[]).await;
    assert_eq!(town.back(&agreed).await.status, 200);
    let all = town.connections().await;
    assert_eq!(all.iter().filter(|one| one["status"] == "connected").count(), 1);
    let id = all.iter().find(|one| one["status"] == "connected").unwrap()["id"].as_str().unwrap().to_owned();
    let again = Rider { id, ..rider };
    again.rests().await;
    knows_what_was_eaten(&again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_within_http_200_is_what_it_says() {
    let town = town(1).await;
    let rider = connected(&town, 0).await;
    town.control().plan_fault(PlannedFault::next(AT, Fault::Status { status: 500 }).path("/rest/*"));
    rider.pestered().await;
    assert_eq!(rider.status().await, "connected");
    knows_what_was_eaten(&rider).await;
    town.control().plan_fault(PlannedFault::next(AT, Fault::RateLimited { retry_after: None }).path("/rest/*"));
    rider.ask().await;
    let waits = |job: &Job| {
        job.state == JobState::Ready && job.reason.as_ref().is_some_and(|reason| reason.contains("error 12"))
    };
    until("a wait", async || rider.jobs().await.iter().any(waits).then_some(())).await;
    assert_eq!(rider.status().await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_an_end_here_and_fatsecret_cannot_be_told() {
    let town = town(1).await;
    let rider = connected(&town, 0).await;
    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(false), "{ended}");
    assert_eq!(town.disk().await.count("SELECT count(*) FROM secrets WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_token_tells_whether_the_keys_are_good() {
    let town = town(1).await;
    let acme = town.project("acme", "Acme").await;
    let right = town.simulator().clients()[FATSECRET].clone();
    town.set_keys("acme", FATSECRET, &right).await;
    let said = async || town.check_keys("acme", FATSECRET).await.ok().json::<Value>();
    assert_eq!(said().await["keys"], "known");
    town.control().plan_fault(PlannedFault::next(AT, Fault::Status { status: 503 }).path("/oauth/request_token"));
    assert_eq!(said().await["keys"], "unclear");
    town.set_keys("acme", FATSECRET, &Registration { secret: "mistyped-secret".into(), ..right }).await;
    let wrong = said().await;
    assert_eq!(wrong["keys"], "refused", "{wrong}");
    assert!(wrong.to_string().contains("Invalid signature") && !wrong.to_string().contains("mistyped"), "{wrong}");
    let (refused, _) = town.go_on(&acme.begin(FATSECRET, 0).await.ok().json()).await;
    assert!(refused.status >= 400 && !refused.text().contains("mistyped"), "{}", refused.text());
    assert_eq!(tokens(&town).issued, 0);
    let wish = json!({"provider": FATSECRET, "scopes": ["diary"]});
    acme.v1("POST", "/connections").json(&wish).send().await.problem(400, "unknown-scope");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_signs_is_on_the_disk_in_the_log_or_in_an_answer() {
    let town = installed(Town::new().tapped().log("trace").await).await;
    let rider = connected(&town, 0).await;
    let waiting = town.leave(&town.begin(FATSECRET, 0).await).await;
    let _ = town.back(&town.decline(&town.begin(FATSECRET, 0).await, 0).await).await;
    let agreed = town.agree(&town.begin(FATSECRET, 0).await, 0, &[]).await;
    let mut places =
        vec![("the page after a guess".to_owned(), town.back(&agreed.with("verifier=", "verifier=x")).await.text())];
    town.control().plan_fault(PlannedFault::next(AT, Fault::Cut).path("/rest/*"));
    rider.pestered().await;
    town.control().revoke(AT, &rider.account.username).await.unwrap();
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    town.tells_all().await;

    let operator = ["/jobs?limit=1000", "/adapters", "/adapters/fatsecret", "/status", "/projects/default/providers"];
    places.extend(town.answers(&["/connections", "/events?limit=1000", "/quarantine"], &operator).await);
    places.extend(town.left_behind().await);
    // A search that finds nothing has to be one that would find something.
    assert!(places.iter().any(|(_, text)| text.contains("/rest/food-entries/v2?date=")));

    let mut secrets = vec![town.simulator().clients()[FATSECRET].secret.clone()];
    for (what, before) in [
        ("token", "oauth_token="),
        ("token's secret", "oauth_token_secret="),
        ("verifier", "oauth_verifier="),
        ("signature", "oauth_signature="),
    ] {
        let values = town.tap().values(before, &['&', ' ', '\r', '\n', '\u{fffd}']);
        assert!(!values.is_empty(), "no {what} went over the wire");
        for value in values {
            let plain = url::form_urlencoded::parse(format!("x={value}").as_bytes()).next().unwrap().1.into_owned();
            secrets.extend([value, plain]);
        }
    }
    let of = |back: &Return| back.to.split(['=', '&']).nth(1).unwrap().to_owned();
    secrets.extend([of(&waiting), of(&agreed)]);
    cannot_be_read(secrets.iter().map(String::as_str), &places);
}
