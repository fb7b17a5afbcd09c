//! Strava, from the authorize URL to records with their provenance.

use gearshift_scenarios::{Return, STRAVA, Town, proof};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn an_athlete_s_data_arrives_as_strava_has_it() {
    let town = Town::new().activities(11).days(40).await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    town.knows_what_was_served().await;
    let truth = rider.truth();
    assert!(truth.activities.iter().any(|activity| activity.manual), "one was typed in by hand, without samples");
    assert!(truth.activities.iter().any(|activity| activity.private), "one is private");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_names_its_document_its_exchanges_and_its_version() {
    let town = Town::new().await;
    let digest = town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let stored = &rider.records("activity").await[0];
    let record: Value = town.v1("GET", &format!("/records/{}", stored.id)).send().await.ok().json();
    assert_eq!(record["keys"], serde_json::json!([stored.key]));
    let origins = record["provenance"].as_array().unwrap();
    let detail = origins.iter().find(|origin| origin["endpoint"] == "activity.detail").unwrap();
    assert_eq!(detail["version"], digest.as_str());
    assert_eq!(detail["exchanges"].as_array().unwrap().len(), 3, "detail, streams, laps");
    assert!(detail["document"].as_i64().is_some());
    let disk = town.disk().await;
    let urls = "SELECT DISTINCT url FROM document_parts JOIN documents ON documents.id = document \
        JOIN exchanges ON exchanges.id = document_parts.exchange WHERE documents.endpoint = 'activity.detail'";
    let urls = disk.texts(urls).await;
    for end in ["/streams", "/laps", &format!("/activities/{}", stored.key)] {
        assert!(urls.iter().any(|url| url.split('?').next().unwrap().ends_with(end)), "{end} in {urls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_athlete_unticks_is_known() {
    let town = Town::new().await;
    town.install("strava").await;
    let begun = town.begin(STRAVA, 0).await;
    let _ = town.back(&town.agree(&begun, 0, &["activity:read_all"]).await).await.ok();
    let connection = &town.connections().await[0];
    assert_eq!(connection["scopes"], serde_json::json!(["read", "profile:read_all"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_is_not_connected() {
    let town = Town::new().await;
    town.install("strava").await;
    let begun = town.begin(STRAVA, 0).await;
    let page = town.back(&town.decline(&begun, 0).await).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("Nothing was connected"));
    assert_eq!(town.connections().await, Vec::<Value>::new());
    assert_eq!(town.simulator().ledger().tokens.issued, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_works_once_and_at_its_provider_only() {
    let town = Town::new().await;
    town.install("strava").await;
    let first = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    assert_eq!(town.back(&first).await.status, 200);
    assert_eq!(town.back(&first).await.status, 400, "it was used");

    let second = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    let elsewhere = second.with("/oauth/strava/", "/oauth/trainerroad/");
    assert_eq!(town.back(&elsewhere).await.status, 400, "it is Strava's");

    let third = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    assert_eq!(town.back(&third.with("state=", "state=x")).await.status, 400, "nobody gave it");

    let fourth = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    let project = fourth.with("/default/", "/another/");
    assert_eq!(town.back(&project).await.status, 400, "it is the project's");
    assert_eq!(town.simulator().ledger().tokens.issued, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_belongs_to_the_browser_that_opened_its_link() {
    let town = Town::new().await;
    town.install("strava").await;
    let begun = town.begin(STRAVA, 0).await;
    let link = url::Url::parse(begun["url"].as_str().unwrap()).unwrap();
    let page = town.public("GET", link.path()).send().await.ok();
    assert!(page.text().contains("Strava"), "a look changes nothing: {}", page.text());
    // Another site's form comes without the cookie, and one that has a cookie by other ways has no proof.
    let form = "application/x-www-form-urlencoded";
    let post = || town.public("POST", link.path()).header("content-type", form);
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    let forged = post().body(format!("proof={}", proof(&page.text()))).send().await;
    assert_eq!((forged.status, forged.header("location")), (400, ""));
    let unproved = post().header("cookie", &cookie).body("proof=").send().await;
    assert_eq!((unproved.status, unproved.header("location")), (400, ""));

    let back = town.agree(&begun, 0, &[]).await;
    let other = post().header("cookie", &cookie).body(format!("proof={}", proof(&page.text()))).send().await;
    assert_eq!(other.status, 400, "another browser, which saw the page too, opens it");
    let alone = town.public("GET", &back.to).send().await;
    assert_eq!(alone.header("location"), "/connect/failed?reason=stale-login", "another browser comes back");
    let foreign = back.with_cookie(&"x".repeat(43));
    assert_eq!(town.back(&foreign).await.status, 400, "with a cookie of its own");
    assert_eq!(town.back(&back).await.status, 200, "and the right one goes on");
    assert_eq!(town.simulator().ledger().tokens.issued, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_names_another_issuer_is_refused_before_its_code_leaves() {
    let town = Town::new().await;
    town.install("strava").await;
    let back = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    let foreign = Return { to: format!("{}&iss=https%3A%2F%2Fevil.example", back.to), ..back };
    assert_eq!(town.back(&foreign).await.status, 400);
    let own = town.agree(&town.begin(STRAVA, 0).await, 0, &[]).await;
    let named = Return { to: format!("{}&iss=https%3A%2F%2Fwww.strava.com", own.to), ..own };
    assert_eq!(town.back(&named).await.status, 200);
    assert_eq!(town.simulator().ledger().tokens.issued, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_sent_back_only_to_where_the_project_allows() {
    let town = Town::new().config("\n[project]\nname = \"Acme\"\nredirects = [\"https://app.acme.test/done\"]\n").await;
    town.install("strava").await;
    let wish = |redirect: &str| json!({"provider": STRAVA, "redirect": redirect});
    let begin = |redirect: &str| town.v1("POST", "/connections").json(&wish(redirect)).send();
    begin("https://evil.test/").await.problem(400, "redirect");
    let begun: Value = begin("https://app.acme.test/done?u=1").await.ok().json();
    let link = url::Url::parse(begun["url"].as_str().unwrap()).unwrap();
    let page = town.public("GET", link.path()).send().await.ok();
    assert!(page.text().contains("Acme"), "{}", page.text());
    let done = town.back(&town.agree(&begun, 0, &[]).await).await;
    assert_eq!(done.status, 303);
    assert!(
        done.header("location").starts_with("https://app.acme.test/done?u=1&connection=conn_"),
        "{}",
        done.header("location")
    );
    assert_eq!(done.header("referrer-policy"), "no-referrer");

    let begun: Value = begin("https://app.acme.test/done").await.ok().json();
    let cancelled = town.back(&town.decline(&begun, 0).await).await;
    let page = cancelled.text();
    assert!(page.contains("href=\"https://app.acme.test/done?reason=denied\""), "{page}");
}
