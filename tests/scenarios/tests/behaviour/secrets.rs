//! What only daemon and provider should know is nowhere where somebody could read it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gearshift_scenarios::{Ask, Places, Project, STRAVA, TRAINERROAD, Town};
use gearshift_simulator::{Provider, Registration};
use serde_json::{Value, json};

/// Every address of a project that answers with data.
async fn answers_of(ask: impl Fn(&str) -> Ask, who: &str, answers: &mut Places) {
    let mut paths = vec!["/connections".to_owned(), "/quarantine".into(), "/events?limit=1000".into()];
    let connections: Value = ask("/connections").send().await.ok().json();
    for connection in connections["items"].as_array().unwrap() {
        let id = connection["id"].as_str().unwrap();
        paths.push(format!("/connections/{id}"));
        paths.push(format!("/connections/{id}/records?limit=1000"));
        let records: Value = ask(&format!("/connections/{id}/records")).send().await.ok().json();
        let ids = records["items"].as_array().unwrap().iter().map(|record| record["id"].as_str().unwrap().to_owned());
        paths.extend(ids.map(|id| format!("/records/{id}")));
    }
    for path in paths {
        let answer = ask(&path).send().await.ok();
        answers.push((format!("{who}'s /v1{path}"), answer.text()));
    }
}

/// Every address of the operator's that answers with data.
async fn answers_of_admin(town: &Town, adapters: &[&str], answers: &mut Places) {
    let mut paths: Vec<String> =
        ["/adapters", "/providers", "/status", "/jobs?limit=1000", "/catalogue", "/projects"].map(str::to_owned).into();
    paths.extend(adapters.iter().map(|name| format!("/adapters/{name}")));
    for project in ["default", "acme"] {
        paths.push(format!("/projects/{project}"));
        paths.push(format!("/projects/{project}/keys"));
        paths.push(format!("/projects/{project}/providers"));
        paths.extend(["STRAVA", "POLAR"].map(|provider| format!("/projects/{project}/providers/{provider}/guide")));
    }
    for path in paths {
        let answer = town.admin("GET", &path).send().await.ok();
        answers.push((format!("/admin{path}"), answer.text()));
    }
    for provider in ["STRAVA", "POLAR", "WHOOP", "WITHINGS"] {
        answers.push((format!("the check of {provider}"), town.check_keys("acme", provider).await.text()));
    }
}

/// Everything that is to be had without being the daemon.
async fn everywhere(town: &Town, acme: &Project, adapters: &[&str]) -> Places {
    let mut places = Places::new();
    answers_of(|path| town.v1("GET", path), "the operator", &mut places).await;
    answers_of(|path| acme.v1("GET", path), "acme", &mut places).await;
    answers_of_admin(town, adapters, &mut places).await;
    places.extend(town.left_behind().await);
    places
}

/// A secret as it is, in an address or form, and as HTTP Basic carries it.
fn forms_of(secret: &str) -> Vec<String> {
    let encoded: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let mut forms = vec![secret.to_owned(), encoded, STANDARD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
    forms.dedup();
    forms
}

fn is_nowhere(secrets: &[(String, String)], places: &Places) {
    for (what, secret) in secrets {
        for form in forms_of(secret) {
            let found = places.iter().find(|(_, text)| text.contains(&form));
            assert!(found.is_none(), "the {what} {form:?} is in {}", found.unwrap().0);
        }
    }
}

fn planted(what: &str, secret: &str) -> (String, String) {
    (what.to_owned(), secret.to_owned())
}

/// The operator's own users: at Strava, with tokens, and at TrainerRoad, with cookies and a password that is kept.
async fn the_operator_s_users(town: &Town) -> (Vec<(String, String)>, Places) {
    let strava = town.connect(STRAVA, 0).await;
    let trainerroad = town.connect(TRAINERROAD, 0).await;
    // A password that is wrong may be the right one of somewhere else.
    let begun = town.begin(TRAINERROAD, 0).await;
    let wrong = "wrong-but-somebody-s";
    let answer = town.hand_in(begun["connection"].as_str().unwrap(), &strava.account.username, wrong, true).await;
    assert_eq!(answer.status, 422);
    strava.rests().await;
    trainerroad.rests().await;
    // Renewals, and what is said of those that fail.
    town.control().expire(Provider::Strava, None);
    town.control().expire(Provider::Trainerroad, None);
    strava.synced().await;
    trainerroad.synced().await;
    let secrets = vec![planted("password", &strava.account.password), planted("wrong password", wrong)];
    (secrets, vec![("the answer to a wrong password".to_owned(), answer.text())])
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_on_the_disk_in_the_log_or_in_an_answer() {
    let town = Town::new().tapped().log("trace").await;
    for build in ["strava", "trainerroad_1_0", "whoop", "withings", "polar_accesslink", "garmin"] {
        town.install(build).await;
    }
    town.accept(TRAINERROAD).await;
    let acme = town.project("acme", "Acme").await;
    let (mut secrets, mut places) = the_operator_s_users(&town).await;

    // Another project with applications of its own, of which one has a secret that addresses and forms have to encode.
    let odd = Registration {
        id: "acme-polar".into(),
        secret: "odd/secret+with=signs&more".into(),
        redirect_uris: Vec::new(),
    };
    town.control().add_client(Provider::Polar, &odd).unwrap();
    town.set_keys("acme", "POLAR", &odd).await;
    town.set_keys("acme", "WHOOP", &town.simulator().clients()["WHOOP"]).await;
    let hooked =
        json!({"client-id": "40417", "client-secret": "simulated-client-secret", "hook-secret": "hook-secret-of-acme"});
    let _ = town.admin("PUT", "/projects/acme/providers/STRAVA").json(&hooked).send().await.ok();
    let begun: Value = acme.begin("WHOOP", 0).await.ok().json();
    let away = town.leave(&begun).await;
    for provider in ["WHOOP", "WITHINGS", "POLAR", "GARMIN"] {
        acme.connect(provider, 0).await;
    }
    for (provider, at) in [("WHOOP", Provider::Whoop), ("WITHINGS", Provider::Withings), ("GARMIN", Provider::Garmin)] {
        town.control().expire(at, None);
        let all = acme.list("/connections").await;
        let one = all.iter().find(|one| one["provider"] == provider && one["status"] == "connected").unwrap();
        let path = format!("/connections/{}/sync", one["id"].as_str().unwrap());
        let _ = acme.v1("POST", &path).send().await.ok();
        gearshift_scenarios::until("a renewal", async || (town.control().tokens(at).rotated > 0).then_some(())).await;
    }
    // Somebody proves themselves at the hook with what is nobody else's business.
    let hook = town.keys("acme", STRAVA).await["hook-url"].as_str().unwrap().to_owned();
    let call =
        Ask::new("POST", hook.as_str()).bearer("token-for-a-proxy").header("cookie", "session=cookie-for-a-proxy");
    let _ = call.json(&json!({"nobody": "knows"})).send().await;
    town.tells_all().await;

    secrets.extend(town.tap().secrets());
    for (what, before) in [("verifier", "code_verifier="), ("signature", "signature="), ("nonce", "\"nonce\":\"")] {
        let values = town.tap().values(before, &['&', '"', '\r', '\n', '\u{fffd}']);
        assert!(!values.is_empty(), "no {what} went over the wire");
        secrets.extend(values.iter().map(|value| planted(what, value)));
    }
    for (provider, client) in town.simulator().clients() {
        secrets.push(planted(&format!("client secret for {provider}"), &client.secret));
    }
    let basic = format!("{}:{}", odd.id, odd.secret);
    secrets.extend([
        planted("client secret of acme", &odd.secret),
        planted("credentials of acme", &basic),
        planted("hook secret", "hook-secret-of-acme"),
        planted("API key", &acme.key.0),
        planted("header at a hook", "token-for-a-proxy"),
        planted("cookie at a hook", "cookie-for-a-proxy"),
        planted("link", begun["url"].as_str().unwrap().rsplit('/').next().unwrap()),
        planted("browser's cookie", away.cookie.split('=').nth(1).unwrap()),
        planted(
            "state",
            &url::Url::parse(&away.to).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1,
        ),
    ]);
    let key = std::fs::read_to_string(town.data().join("key-encryption-key")).unwrap();
    secrets.push(planted("key-encryption key", key.lines().next().unwrap().split('#').next().unwrap().trim()));
    assert!(secrets.len() > 30, "{secrets:?}");

    let adapters = ["strava", "trainerroad", "whoop", "withings", "polar-accesslink", "garmin"];
    places.extend(everywhere(&town, &acme, &adapters).await);
    for there in [&town.riders()[0].username, "acme-polar"] {
        assert!(places.iter().any(|(_, text)| text.contains(there)), "it looks where there is something");
    }
    is_nowhere(&secrets, &places);
    let hook = planted("hook's address", hook.rsplit('/').next().unwrap());
    let logged: Places = places.into_iter().filter(|(place, _)| place == "the log").collect();
    is_nowhere(&[hook], &logged);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_encryption_key_is_in_its_file_for_its_owner_alone() {
    let town = Town::new().log("trace").await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let file = town.data().join("key-encryption-key");
    let text = std::fs::read_to_string(&file).unwrap();
    let raw = STANDARD.decode(text.lines().next().unwrap().split('#').next().unwrap().trim()).unwrap();
    assert_eq!(raw.len(), 32);
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    let log = ("the log".to_owned(), town.log().into_bytes());
    for (place, bytes) in town.disk().await.everything().await.into_iter().chain([log]) {
        for form in [raw.as_slice(), hex.as_bytes()] {
            // Where the first byte stands is found fast, and of those places few go on.
            let mut starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == form[0]);
            assert!(!starts.any(|(at, _)| bytes[at..].starts_with(form)), "the key is in {place}");
        }
    }
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
}
