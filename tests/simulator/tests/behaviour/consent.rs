//! The sign-in page of every provider with OAuth 2.

use gearshift_simulator::{Authorize, Settings, Simulator};

use crate::client::{CALLBACK, Played, get, post, query};
use crate::door::{DEXCOM, DOORS, GARMIN, WHOOP};

#[tokio::test]
async fn a_rider_signs_in_on_the_page_and_goes_back_with_a_code_and_the_state() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let (url, rider) = (played.page(&door, &[]), played.rider(rider));
        let page = get(&url).send().await;
        assert_eq!(page.status, 200, "{}", door.name);
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        let shown = page.text();
        assert!(shown.contains("<label>E-mail") && shown.contains("<label>Password"), "{shown}");
        let mut form = vec![("email", rider.email.as_str()), ("password", rider.password.as_str())];
        form.extend(door.scope.split([' ', ',']).map(|scope| ("scope", scope)));
        form.push(("answer", "authorize"));
        let back = post(&url).form(&form).send().await;
        assert_eq!(back.status, 302, "{}: {}", door.name, back.text());
        assert!(back.header("location").starts_with(CALLBACK));
        let callback = query(back.header("location"));
        assert_eq!(callback["state"], "state-of-a-test");
        assert!(!callback["code"].is_empty());
        assert!(!callback.contains_key("iss"));
    }
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again_and_gives_nothing() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let form = [("email", played.rider(rider).email.as_str()), ("password", "nope"), ("answer", "authorize")];
        let page = post(played.page(&door, &[])).form(&form).send().await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("role=\"alert\""), "{}", door.name);
    }
    assert!(played.simulator.ledger().provider_tokens.values().all(|tokens| tokens.codes == 0));
}

#[tokio::test]
async fn a_rider_who_cancels_goes_back_without_a_code() {
    let played = Played::start().await;
    for (door, _) in DOORS {
        let url = played.page(&door, &[]);
        let back = post(&url).form(&[("answer", "cancel")]).send().await;
        let callback = query(back.header("location"));
        assert_eq!((callback["error"].as_str(), callback["state"].as_str()), ("access_denied", "state-of-a-test"));
        assert!(!callback.contains_key("code"));
        let deny = Authorize { url, user: String::new(), untick: Vec::new(), deny: true };
        assert_eq!(played.simulator.control().authorize(&deny).unwrap(), back.header("location"));
    }
    let ledger = played.simulator.ledger();
    assert_eq!(ledger.provider_tokens.values().map(|tokens| tokens.denied).sum::<u64>(), 16);
}

#[tokio::test]
async fn an_application_that_is_not_known_or_goes_elsewhere_gets_no_page_and_no_redirect() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        for own in [
            ("client_id", "somebody-else"),
            ("redirect_uri", "https://evil.example/oauth/callback"),
            ("redirect_uri", "http://localhost.evil.example/"),
            ("redirect_uri", "not an address"),
            ("redirect_uri", ""),
        ] {
            let url = played.page(&door, &[own]);
            let answer = get(&url).send().await;
            assert!((400..=401).contains(&answer.status), "{} {own:?}: {}", door.name, answer.status);
            assert_eq!(answer.header("location"), "");
            assert_eq!(played.answer(&url, rider, &[]).unwrap_err().code(), "refused");
        }
    }
}

#[tokio::test]
async fn what_else_is_wrong_is_told_to_the_application() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let mut wrong = vec![(("response_type", "token"), "unsupported_response_type")];
        if !door.scope.is_empty() {
            wrong.extend([(("scope", "everything"), "invalid_scope"), (("scope", ""), "invalid_scope")]);
        }
        for (own, error) in wrong {
            let url = played.page(&door, &[own]);
            let answer = get(&url).send().await;
            assert_eq!(answer.status, 302, "{} {own:?}", door.name);
            assert_eq!(query(answer.header("location"))["error"], error, "{} {own:?}", door.name);
            assert_eq!(played.answer(&url, rider, &[]).unwrap(), answer.header("location"));
        }
    }
}

#[tokio::test]
async fn addresses_that_are_registered_are_compared_letter_by_letter() {
    let mut settings = Settings::default();
    let registered = "https://gearshift.example/oauth/callback";
    for app in [&mut settings.apps.whoop, &mut settings.apps.garmin, &mut settings.apps.dexcom] {
        app.redirect_uris = vec![registered.to_owned()];
    }
    let played = Played::of(Simulator::start(settings).await.unwrap());
    for door in [WHOOP, GARMIN, DEXCOM] {
        let status = async |uri: &str| get(played.page(&door, &[("redirect_uri", uri)])).send().await.status;
        assert_eq!(status(registered).await, 200);
        for other in [
            &format!("{registered}/"),
            &format!("{registered}?a=b"),
            "https://GEARSHIFT.example/oauth/callback",
            CALLBACK,
        ] {
            assert_eq!(status(other).await, 400, "{other}");
        }
    }
}

#[tokio::test]
async fn a_server_that_names_itself_does_so_in_every_way_back() {
    let mut settings = Settings::default();
    settings.apps.whoop.issuer = Some("https://api.prod.whoop.com/".into());
    let played = Played::of(Simulator::start(settings).await.unwrap());
    assert_eq!(played.allow(&WHOOP, 0, &[])["iss"], "https://api.prod.whoop.com/");
    let back = post(played.page(&WHOOP, &[])).form(&[("answer", "cancel")]).send().await;
    assert_eq!(query(back.header("location"))["iss"], "https://api.prod.whoop.com/");
}

#[tokio::test]
async fn an_address_of_the_provider_itself_is_answered_as_well() {
    let played = Played::start().await;
    for (origin, here) in played.simulator.rewrites() {
        for (door, rider) in DOORS {
            let page = played.page(&door, &[]);
            if let Some(rest) = page.strip_prefix(&format!("{here}/")) {
                let back = played.answer(&format!("{origin}/{rest}"), rider, &[]).unwrap();
                assert!(query(&back).contains_key("code"), "{origin}");
            }
        }
    }
    let nowhere = played.answer("http://127.0.0.1:1/whoop/elsewhere", 0, &[]).unwrap_err();
    assert_eq!(nowhere.code(), "refused");
}
