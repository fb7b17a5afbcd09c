//! Several platforms in one installation: each with its keys, its applications at providers, and its own data.

use gearshift_scenarios::{Project, Return, STRAVA, Town, until};
use gearshift_simulator::{Provider, Registration};
use serde_json::{Value, json};

fn application(name: &str) -> Registration {
    Registration {
        id: format!("{name}-client"),
        secret: format!("{name}-secret-at-the-provider"),
        redirect_uris: Vec::new(),
    }
}

/// A project with an application of its own at a provider.
async fn with_application(town: &Town, id: &str, provider: &str, at: Provider) -> Project {
    let project = town.project(id, id).await;
    town.control().add_client(at, &application(id)).unwrap();
    town.set_keys(id, provider, &application(id)).await;
    project
}

fn query(url: &str, name: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_projects_with_the_same_user_know_nothing_of_each_other() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = with_application(&town, "acme", STRAVA, Provider::Strava).await;
    let zeta = with_application(&town, "zeta", STRAVA, Provider::Strava).await;
    let (ours, theirs) = (acme.connect(STRAVA, 0).await, zeta.connect(STRAVA, 0).await);
    assert_ne!(ours, theirs, "one account in two projects is two connections");
    assert_eq!(acme.connection(&ours).await.account, zeta.connection(&theirs).await.account);
    assert_eq!(acme.list("/connections").await.len(), 1);
    assert_eq!(town.connections().await, Vec::<Value>::new(), "nor does the operator's own project");

    let record = acme.records(&ours).await[0]["id"].as_str().unwrap().to_owned();
    let _ = acme.v1("GET", &format!("/records/{record}")).send().await.ok();
    for stranger in [&zeta.key.0, "key-of-the-platform"] {
        for (method, path) in [
            ("GET", format!("/connections/{ours}")),
            ("GET", format!("/connections/{ours}/records")),
            ("POST", format!("/connections/{ours}/sync")),
            ("DELETE", format!("/connections/{ours}")),
            ("GET", format!("/records/{record}")),
        ] {
            town.v1(method, &path).bearer(stranger).send().await.problem(404, "not-found");
        }
        let form = json!({"fields": {}});
        let form = town.v1("POST", &format!("/connections/{ours}/form")).bearer(stranger).json(&form);
        form.send().await.problem(404, "not-found");
    }
    for (project, connection) in [(&acme, &ours), (&zeta, &theirs)] {
        let events = project.list("/events").await;
        assert!(events.len() > 1, "{events:?}");
        assert!(
            events
                .iter()
                .all(|event| event["connection"] == connection.as_str() && event["project"] == project.id.as_str())
        );
    }
    town.tells_all().await;
    assert!(town.receiver().attempts().is_empty(), "the operator's receiver hears of the operator's project alone");

    // What one ends, the other keeps: data and credential.
    let _ = acme.v1("DELETE", &format!("/connections/{ours}")).send().await.ok();
    assert!(!zeta.records(&theirs).await.is_empty());
    town.control().expire(Provider::Strava, None);
    let rotated = town.control().tokens(Provider::Strava).rotated;
    let _ = zeta.v1("POST", &format!("/connections/{theirs}/sync")).send().await.ok();
    until("a renewal", async || (town.control().tokens(Provider::Strava).rotated > rotated).then_some(())).await;
    assert_eq!(zeta.connection(&theirs).await.status.as_str(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let town = Town::new().await;
    let acme = town.project("acme", "Acme").await;
    let second: Value =
        town.admin("POST", "/projects/acme/keys").json(&json!({"name": "another"})).send().await.ok().json();
    let second = second["key"].as_str().unwrap().to_owned();
    let listed = town.admin("GET", "/projects/acme/keys").send().await.ok().text();
    assert!(listed.contains(&acme.key.1) && listed.contains("another"), "{listed}");
    for (place, bytes) in
        town.disk().await.everything().await.into_iter().chain([
            ("the list of keys".to_owned(), listed.into_bytes()),
            ("the log".to_owned(), town.log().into_bytes()),
        ])
    {
        for key in [&acme.key.0, &second] {
            assert!(!bytes.windows(key.len()).any(|window| window == key.as_bytes()), "a key is in {place}");
        }
    }

    let asks = async |key: &str| town.v1("GET", "/connections").bearer(key).send().await;
    let _ = asks(&acme.key.0).await.ok();
    town.admin("GET", "/status").bearer(&acme.key.0).send().await.problem(401, "unauthorized");
    for wrong in [&acme.key.0[1..], "", &acme.key.1] {
        asks(wrong).await.problem(401, "unauthorized");
    }
    let path = format!("/projects/acme/keys/{}", acme.key.1);
    town.project("zeta", "Zeta").await;
    let foreign = format!("/projects/zeta/keys/{}", acme.key.1);
    town.admin("DELETE", &foreign).send().await.problem(404, "not-found");
    assert_eq!(town.admin("DELETE", &path).send().await.status, 204);
    asks(&acme.key.0).await.problem(401, "unauthorized");
    let _ = asks(&second).await.ok();
    town.restart().await;
    asks(&acme.key.0).await.problem(401, "unauthorized");
    let _ = asks(&second).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_is_its_own_application_at_the_provider_and_has_its_own_address() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = with_application(&town, "acme", STRAVA, Provider::Strava).await;
    let zeta = with_application(&town, "zeta", STRAVA, Provider::Strava).await;
    let mut leaving = Vec::new();
    for (project, client) in [("default", "40417"), ("acme", "acme-client"), ("zeta", "zeta-client")] {
        let begun: Value = match project {
            "acme" => acme.begin(STRAVA, 0).await.ok().json(),
            "zeta" => zeta.begin(STRAVA, 0).await.ok().json(),
            _ => town.begin(STRAVA, 0).await,
        };
        let away = town.leave(&begun).await;
        assert_eq!(query(&away.to, "client_id"), client);
        let back = query(&away.to, "redirect_uri");
        assert!(back.ends_with(&format!("/oauth/strava/{project}/callback")), "{back}");
        if project != "default" {
            assert_eq!(town.keys(project, STRAVA).await["callback-url"], back.as_str());
        }
        leaving.push(away);
    }
    assert_ne!(town.keys("acme", STRAVA).await["hook-url"], town.keys("zeta", STRAVA).await["hook-url"]);

    // An answer for one project's application that is brought to another's address is nobody's.
    let begun: Value = acme.begin(STRAVA, 0).await.ok().json();
    let back = town.agree(&begun, 0, &[]).await;
    assert_eq!(town.back(&back.with("/acme/", "/zeta/")).await.status, 400);
    assert_eq!(town.control().tokens(Provider::Strava).issued, 0);

    // With a secret that is mistyped nobody is connected.
    town.set_keys("acme", STRAVA, &Registration { secret: "mistyped".into(), ..application("acme") }).await;
    let begun: Value = acme.begin(STRAVA, 0).await.ok().json();
    assert_eq!(town.back(&town.agree(&begun, 0, &[]).await).await.status, 400);
    let all = acme.list("/connections").await;
    assert!(all.iter().all(|one| one["status"] == "connecting"), "{all:?}");
    town.set_keys("acme", STRAVA, &application("acme")).await;
    acme.connect(STRAVA, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_mistyped_later_costs_nobody_the_connection() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = with_application(&town, "acme", STRAVA, Provider::Strava).await;
    let id = acme.connect(STRAVA, 0).await;
    town.set_keys("acme", STRAVA, &Registration { secret: "mistyped".into(), ..application("acme") }).await;
    town.control().expire(Provider::Strava, None);
    let sync = async || drop(acme.v1("POST", &format!("/connections/{id}/sync")).send().await.ok());
    sync().await;
    until("a renewal that is refused", async || (town.control().tokens(Provider::Strava).refused > 0).then_some(()))
        .await;
    assert_eq!(acme.connection(&id).await.status.as_str(), "connected");
    town.set_keys("acme", STRAVA, &application("acme")).await;
    sync().await;
    until("a renewal", async || (town.control().tokens(Provider::Strava).rotated > 0).then_some(())).await;
    assert_eq!(acme.connection(&id).await.status.as_str(), "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_providers_let_nobody_share_a_project_has_to_bring() {
    let town = Town::new().await;
    for build in ["strava", "whoop", "withings", "polar_accesslink", "trainerroad_1_0"] {
        town.install(build).await;
    }
    let acme = town.project("acme", "Acme").await;
    for never in [STRAVA, "WHOOP"] {
        acme.begin(never, 0).await.problem(409, "not-configured");
        town.check_keys("acme", never).await.problem(409, "not-configured");
        let begun = town.begin(never, 0).await;
        assert_eq!(begun["next"], "authorize", "the operator's own project has the operator's");
    }
    for shared in ["WITHINGS", "POLAR"] {
        let begun: Value = acme.begin(shared, 0).await.ok().json();
        let client = query(&town.leave(&begun).await.to, "client_id");
        assert_eq!(client, town.simulator().clients()[shared].id);
    }
    acme.connect("WITHINGS", 0).await;

    town.set_keys("acme", "WHOOP", &town.simulator().clients()["WHOOP"]).await;
    let _ = acme.begin("WHOOP", 0).await.ok();
    assert_eq!(town.admin("DELETE", "/projects/acme/providers/WHOOP").send().await.status, 204);
    acme.begin("WHOOP", 0).await.problem(409, "not-configured");

    let put = |provider: &str, keys: &Value| {
        town.admin("PUT", &format!("/projects/acme/providers/{provider}")).json(keys).send()
    };
    put("STRAVA", &json!({"client-id": "1"})).await.problem(400, "form");
    let keys = json!({"client-id": "1", "client-secret": "2"});
    put("TRAINERROAD", &keys).await.problem(409, "no-own-keys");
    put("NOBODY", &keys).await.problem(404, "not-found");
    town.admin("PUT", "/projects/nobody/providers/STRAVA").json(&keys).send().await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_see_the_project_s_name_and_go_back_to_its_addresses() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = with_application(&town, "acme", STRAVA, Provider::Strava).await;
    let zeta = with_application(&town, "zeta", STRAVA, Provider::Strava).await;
    let settings = json!({"name": "Acme & <Sons>", "redirects": ["https://app.acme.test/"]});
    let _ = town.admin("PUT", "/projects/acme").json(&settings).send().await.ok();
    let wish = json!({"provider": STRAVA, "redirect": "https://app.acme.test/users/7"});
    zeta.v1("POST", "/connections").json(&wish).send().await.problem(400, "redirect");
    let begun: Value = acme.v1("POST", "/connections").json(&wish).send().await.ok().json();
    let link = url::Url::parse(begun["url"].as_str().unwrap()).unwrap();
    let page = town.public("GET", link.path()).send().await.ok().text();
    assert!(page.contains("Acme &#38; &#60;Sons&#62;") && !page.contains("<Sons>"), "{page}");
    let done = town.back(&town.agree(&begun, 0, &[]).await).await;
    let to = done.header("location");
    assert!(done.status == 303 && to.starts_with("https://app.acme.test/users/7?connection=conn_"), "{to}");

    for odd in ["https://app.acme.test", "javascript:alert(1)", "https://user@app.acme.test/", "app.acme.test/"] {
        let settings = json!({"name": "Acme", "redirects": [odd]});
        town.admin("PUT", "/projects/acme").json(&settings).send().await.problem(400, "redirect");
    }
    let nameless = json!({"name": " "});
    town.admin("PUT", "/projects/acme").json(&nameless).send().await.problem(400, "project");
    for odd in ["Acme", "a.b", &"a".repeat(41)] {
        town.admin("PUT", &format!("/projects/{odd}")).json(&json!({"name": "A"})).send().await.problem(400, "project");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guide_names_the_addresses_of_this_very_installation() {
    let town = Town::new().await;
    town.project("acme", "Acme").await;
    let guide = async |provider: &str| {
        town.admin("GET", &format!("/projects/acme/providers/{provider}/guide")).send().await.ok().text()
    };
    let here = town.public("GET", "").url().to_owned();
    assert!(
        guide("STRAVA").await.contains(&format!("`{here}/oauth/strava/acme/callback`")),
        "{}",
        guide("STRAVA").await
    );
    assert!(guide("STRAVA").await.contains("known once the keys are set"));
    town.set_keys("acme", "STRAVA", &application("acme")).await;
    let keys = town.keys("acme", "STRAVA").await;
    assert!(guide("STRAVA").await.contains(keys["hook-url"].as_str().unwrap()));
    for (provider, word) in [("HUAWEI", "huawei"), ("GOOGLE", "google"), ("WITHINGS", "withings")] {
        let guide = guide(provider).await;
        assert!(guide.contains(&format!("{here}/oauth/{word}/acme/callback")), "{guide}");
    }
    town.admin("GET", "/projects/acme/providers/NOBODY/guide").send().await.problem(404, "not-found");
    town.admin("GET", "/projects/nobody/providers/STRAVA/guide").send().await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_whether_the_provider_knows_the_keys() {
    let town = Town::new().await;
    for build in ["strava", "whoop", "withings", "polar_accesslink", "dexcom", "garmin"] {
        town.install(build).await;
    }
    town.project("acme", "Acme").await;
    let said = async |provider: &str| -> Value { town.check_keys("acme", provider).await.ok().json() };
    for provider in [STRAVA, "WHOOP", "WITHINGS", "POLAR", "DEXCOM", "DEXCOM_EU", "GARMIN"] {
        let right = town.simulator().clients()[provider].clone();
        town.set_keys("acme", provider, &right).await;
        let known = said(provider).await;
        assert_eq!(known["keys"], "known", "{provider}: {known}");
        town.set_keys("acme", provider, &Registration { secret: "mistyped-secret".into(), ..right }).await;
        let wrong = said(provider).await;
        // Withings wants a signature before it gives a nonce, and only says that it does not give one.
        let expected = if provider == "WITHINGS" { "unclear" } else { "refused" };
        assert_eq!(wrong["keys"], expected, "{provider}: {wrong}");
        assert!(!wrong.to_string().contains("mistyped-secret"));
    }
    for at in [Provider::Strava, Provider::Whoop, Provider::Withings, Provider::Polar, Provider::Dexcom] {
        assert_eq!(town.control().tokens(at).issued, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_the_provider_does_not_offer_is_refused_before_anybody_is_asked() {
    let town = Town::new().await;
    town.install("strava").await;
    let wish = json!({"provider": STRAVA, "scopes": ["activity:write"]});
    town.v1("POST", "/connections").json(&wish).send().await.problem(400, "unknown-scope");
    assert_eq!(town.connections().await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_goes_when_nobody_is_connected_any_more_and_its_keys_with_it() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = with_application(&town, "acme", STRAVA, Provider::Strava).await;
    let id = acme.connect(STRAVA, 0).await;
    town.admin("DELETE", "/projects/acme").send().await.problem(409, "conflict");
    let _ = acme.v1("DELETE", &format!("/connections/{id}")).send().await.ok();
    assert_eq!(town.admin("DELETE", "/projects/acme").send().await.status, 204);
    acme.v1("GET", "/connections").send().await.problem(401, "unauthorized");
    town.admin("GET", "/projects/acme").send().await.problem(404, "not-found");
    town.admin("DELETE", "/projects/acme").send().await.problem(404, "not-found");
    assert_eq!(town.disk().await.count("SELECT count(*) FROM provider_keys").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_one_project_does_not_bring_its_user_to_another() {
    let town = Town::new().await;
    town.install("withings").await;
    let acme = town.project("acme", "Acme").await;
    let begun: Value = acme.begin("WITHINGS", 0).await.ok().json();
    let back = town.agree(&begun, 0, &[]).await;
    // Both projects are the same application at Withings: the address alone tells them apart.
    let elsewhere: Return = back.with("/acme/", "/default/");
    assert_eq!(town.back(&elsewhere).await.status, 400);
    assert_eq!(town.connections().await, Vec::<Value>::new());
    assert_eq!(town.control().tokens(Provider::Withings).issued, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_is_printed() {
    let town = Town::new().await;
    let printed = town.gearshift(&["catalogue"]).await;
    let line = |id: &str| {
        let line = printed.lines().find(|line| line.split_whitespace().next() == Some(id)).unwrap();
        // Columns are apart by their places: a name may have spaces.
        let last: Vec<&str> = line.split_whitespace().rev().take(4).collect();
        last.into_iter().rev().collect::<Vec<_>>().join(" ")
    };
    for (id, expected) in [
        ("STRAVA", "yes never - open"),
        ("WHOOP", "yes never - open"),
        ("DEXCOM_EU", "yes never needed open"),
        ("HUAWEI", "yes never needed open"),
        ("VIRTUAGYM", "yes never needed open"),
        ("INBODY", "yes possible needed open"),
        ("GARMIN", "yes possible - open"),
        ("SUUNTO", "yes possible - closed"),
        ("GOOGLE", "yes possible - closed"),
        ("TRAININGPEAKS", "yes possible - closed"),
        ("TRAINERROAD", "- possible - open"),
    ] {
        assert_eq!(line(id), expected, "{id}");
    }
    let own = printed.lines().skip(1).filter(|line| line.split_whitespace().rev().nth(3) == Some("yes")).count();
    assert_eq!(own, 34);
    let served: Value = town.admin("GET", "/catalogue").send().await.ok().json();
    assert_eq!(served.as_array().unwrap().len(), printed.lines().count() - 1);
}
