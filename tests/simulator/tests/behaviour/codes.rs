//! What every token endpoint has in common.

use std::time::Duration;

use gearshift_simulator::{Fault, Lifetimes, Pkce, PlannedFault, Provider, Registration, Settings, Simulator};
use serde_json::json;

use crate::client::{Played, post, query};
use crate::door::{DEXCOM, DOORS, Door, GARMIN, POLAR, POLAR_V4, VERIFIER, WHOOP, WITHINGS, given, is_refused, text};

fn provider(door: &Door) -> Provider {
    match door.name {
        "WHOOP" => Provider::Whoop,
        "GARMIN" => Provider::Garmin,
        "WITHINGS" => Provider::Withings,
        "POLAR" => Provider::Polar,
        _ => Provider::Dexcom,
    }
}

#[tokio::test]
async fn a_code_that_is_used_again_takes_back_what_it_gave() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let other = text(&played.tokens(&door, rider).await, "access_token");
        let code = played.allow(&door, rider, &[])["code"].clone();
        let first = text(&given(&played.exchange(&door, &code).await), "access_token");
        assert!(played.is_good(&door, &first).await, "{}", door.name);
        assert!(is_refused(&played.exchange(&door, &code).await), "{}", door.name);
        assert!(!played.is_good(&door, &first).await, "{}", door.name);
        assert!(played.is_good(&door, &other).await, "{}: what another code gave is none of its business", door.name);
    }
    let ledger = played.simulator.ledger();
    let total =
        |count: fn(&gearshift_simulator::TokenTotals) -> u64| ledger.provider_tokens.values().map(count).sum::<u64>();
    assert_eq!((total(|t| t.issued), total(|t| t.replayed), total(|t| t.refused)), (16, 8, 8));
}

#[tokio::test]
async fn a_code_dies_with_its_lifetime() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let lifetime = match door.name {
            "WITHINGS" => 30,
            "DEXCOM" | "DEXCOM_EU" | "DEXCOM_JP" => 60,
            _ => 600,
        };
        let code = played.allow(&door, rider, &[])["code"].clone();
        played.simulator.control().advance(Duration::from_secs(lifetime));
        assert!(is_refused(&played.exchange(&door, &code).await), "{}", door.name);
    }
}

#[tokio::test]
async fn a_code_is_good_for_its_own_redirect_and_application_alone() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let another = Registration { id: "another".into(), secret: "its-secret".into(), redirect_uris: Vec::new() };
        played.simulator.control().add_client(provider(&door), &another).unwrap();
        let code = || played.allow(&door, rider, &[])["code"].clone();
        for redirect in ["http://localhost:9000/oauth/other", ""] {
            let code = code();
            let mut own = played.bring(&code);
            own[2].1 = redirect;
            assert!(is_refused(&played.ask(&door, &own).send().await), "{} {redirect}", door.name);
            assert!(is_refused(&played.exchange(&door, &code).await), "{}: and now it is gone", door.name);
        }
        let stolen = code();
        let answer = played.ask_as(&door, ("another", "its-secret"), &played.bring(&stolen)).send().await;
        assert!(is_refused(&answer), "{}", door.name);
        let own = query(&played.answer(&played.page(&door, &[("client_id", "another")]), rider, &[]).unwrap());
        given(&played.ask_as(&door, ("another", "its-secret"), &played.bring(&own["code"])).send().await);
    }
}

#[tokio::test]
async fn an_application_without_its_secret_gets_nothing_and_the_code_stays_good() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let (id, secret) = played.keys(&door);
        let code = played.allow(&door, rider, &[])["code"].clone();
        let wrong = played.ask_as(&door, (&id, "guess"), &played.bring(&code)).send().await;
        assert!(is_refused(&wrong), "{}", door.name);
        let other = Door { basic: !door.basic, ..door };
        let elsewhere = played.ask_as(&other, (&id, &secret), &played.bring(&code)).send().await;
        assert!(is_refused(&elsewhere), "{}: the secret in the wrong place", door.name);
        let nothing = post(played.at(door.token)).form(&played.bring(&code)).send().await;
        assert!(is_refused(&nothing) || door.name == "WITHINGS", "{}", door.name);
        given(&played.exchange(&door, &code).await);
    }
}

#[tokio::test]
async fn an_access_token_dies_with_its_lifetime_and_by_hand() {
    let played = Played::start().await;
    let control = played.simulator.control();
    for (door, rider) in DOORS {
        control.set_lifetimes(provider(&door), &Lifetimes { access: Some(1_000), ..Lifetimes::default() }).unwrap();
        let tokens = played.tokens(&door, rider).await;
        assert_eq!(tokens["expires_in"], 1_000, "{}", door.name);
        let access = text(&tokens, "access_token");
        control.advance(Duration::from_secs(990));
        assert!(played.is_good(&door, &access).await, "{}", door.name);
        control.advance(Duration::from_secs(10));
        assert!(!played.is_good(&door, &access).await, "{}", door.name);
        let access = text(&played.tokens(&door, rider).await, "access_token");
        control.expire(provider(&door), Some(&played.rider(rider).username));
        assert!(!played.is_good(&door, &access).await, "{}", door.name);
    }
}

#[tokio::test]
async fn a_refresh_token_that_was_rotated_away_is_good_for_its_grace() {
    let played = Played::start().await;
    for (door, grace) in [(WHOOP, 0), (GARMIN, 0), (DEXCOM, 0), (WITHINGS, 8 * 3_600)] {
        let first = text(&played.tokens(&door, 0).await, "refresh_token");
        let second = text(&given(&played.renew(&door, &first).await), "refresh_token");
        assert_ne!(first, second, "{}", door.name);
        if grace > 0 {
            played.simulator.control().advance(Duration::from_secs(grace - 60));
            let again = given(&played.renew(&door, &first).await);
            assert!(played.is_good(&door, &text(&again, "access_token")).await);
            played.simulator.control().advance(Duration::from_secs(61));
        }
        assert!(is_refused(&played.renew(&door, &first).await), "{}", door.name);
        assert_eq!(played.renew(&door, &second).await.status, 200, "{}: nobody else loses by it", door.name);
    }
}

#[tokio::test]
async fn a_grace_can_be_given_so_that_a_lost_answer_loses_nothing() {
    let played = Played::start().await;
    let control = played.simulator.control();
    control.set_lifetimes(Provider::Whoop, &Lifetimes { grace: Some(60), ..Lifetimes::default() }).unwrap();
    let refresh = text(&played.tokens(&WHOOP, 0).await, "refresh_token");
    control.plan_fault(PlannedFault::next(Provider::Whoop, Fault::Lose).path("/oauth/oauth2/token"));
    let own = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", "offline")];
    assert!(played.ask(&WHOOP, &own).try_send().await.is_err());
    given(&played.renew(&WHOOP, &refresh).await);
    assert_eq!(control.ledger().rider_tokens[&Provider::Whoop]["rider-0001"].rotated, 2);
}

#[tokio::test]
async fn faults_of_a_token_endpoint_are_in_the_words_of_oauth() {
    let played = Played::start().await;
    for door in [WHOOP, GARMIN, POLAR_V4, DEXCOM] {
        let refresh = text(&played.tokens(&door, 0).await, "refresh_token");
        let path = &door.token[door.token[1..].find('/').unwrap() + 1..];
        for (fault, status, error) in [
            (Fault::Unauthorized, 400, "invalid_grant"),
            (Fault::Status { status: 503 }, 503, "server_error"),
            (Fault::RateLimited { retry_after: Some(9) }, 429, "temporarily_unavailable"),
        ] {
            played.simulator.control().plan_fault(PlannedFault::next(provider(&door), fault).path(path));
            let answer = played.renew(&door, &refresh).await;
            assert_eq!((answer.status, &answer.json()["error"]), (status, &json!(error)), "{}", door.name);
        }
        given(&played.renew(&door, &refresh).await);
    }
}

#[tokio::test]
async fn the_ledger_counts_by_provider_and_by_rider() {
    let played = Played::start().await;
    for rider in 0..3 {
        let refresh = text(&played.tokens(&WHOOP, rider).await, "refresh_token");
        played.renew(&WHOOP, &refresh).await;
        assert!(is_refused(&played.renew(&WHOOP, &refresh).await));
    }
    played.tokens(&POLAR, 0).await;
    let ledger = played.simulator.ledger();
    let whoop = played.simulator.control().tokens(Provider::Whoop);
    assert_eq!(whoop, ledger.provider_tokens[&Provider::Whoop]);
    assert_eq!((whoop.codes, whoop.issued, whoop.rotated, whoop.refused), (3, 3, 3, 3));
    assert!(ledger.rider_tokens[&Provider::Whoop].values().all(|rider| (rider.issued, rider.rotated) == (1, 1)));
    assert_eq!(ledger.rider_tokens[&Provider::Polar].len(), 1);
    assert_eq!(ledger.tokens.issued, 0, "that is Strava's");
    assert!(ledger.things.contains_key(&Provider::Whoop) && !ledger.things.contains_key(&Provider::Dexcom));
}

#[tokio::test]
async fn a_proof_key_is_checked_where_the_server_wants_one_and_overlooked_elsewhere() {
    let played = Played::start().await;
    for (door, rider) in DOORS {
        let code = played.allow(&door, rider, &[])["code"].clone();
        let wrong = VERIFIER.to_uppercase();
        let mut own = played.bring(&code);
        own[3].1 = &wrong;
        let answer = played.ask(&door, &own).send().await;
        assert_eq!(is_refused(&answer), door.name == "GARMIN", "{}", door.name);
    }
}

#[tokio::test]
async fn a_server_can_be_set_to_honour_a_proof_key_that_is_sent() {
    let mut settings = Settings::default();
    settings.apps.whoop.rules.pkce = Pkce::Honoured;
    let played = Played::of(Simulator::start(settings).await.unwrap());
    let redeem = async |page: &[(&str, &str)], verifier: &str| {
        let back = played.answer(&played.page(&WHOOP, page), 0, &[]).unwrap();
        let code = query(&back)["code"].clone();
        let mut own = played.bring(&code);
        own[3].1 = verifier;
        played.ask(&WHOOP, &own).send().await
    };
    given(&redeem(&[], VERIFIER).await);
    assert!(is_refused(&redeem(&[], &VERIFIER.to_uppercase()).await));
    assert!(is_refused(&redeem(&[], "").await), "nobody takes the proof off");
    given(&redeem(&[("code_challenge", "")], "").await);
}
