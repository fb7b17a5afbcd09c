//! Whatever is sent, an answer comes, and the simulator goes on.

use crate::client::{Ask, Played, get, post};

const PATHS: [&str; 58] = [
    "/strava",
    "/strava/",
    "/strava/oauth/authorize",
    "/strava/oauth/authorize?client_id=40417&response_type=code&redirect_uri=%00&scope=,,,",
    "/strava/oauth/token",
    "/strava/oauth/revoke",
    "/strava/oauth/deauthorize",
    "/strava/api/v3",
    "/strava/api/v3/athlete/activities?after=99999999999999999999",
    "/strava/api/v3/athlete/activities?page=9223372036854775807&per_page=200",
    "/strava/api/v3/athlete/activities?page=-1",
    "/strava/api/v3/activities/99999999999999999999999/streams",
    "/strava/api/v3/activities/%ff%fe/laps",
    "/strava/api/v3/gear/%2e%2e%2f",
    "/trainerroad",
    "/trainerroad/app/login?ReturnUrl=%22%3E%3Cscript%3E",
    "/trainerroad/app/career/%F0%9F%9A%B4",
    "/trainerroad/app/api/calendar/activities/rider-0001?startDate=99-99-9999&endDate=0-0-0",
    "/trainerroad/app/api/calendar/activities/rider-0001?startDate=-9999-1-1&endDate=32767-12-31",
    "/trainerroad/app/api/workoutdetails/-1",
    "/trainerroad/app/api/workoutdetails/999999999999999999999",
    "/trainerroad/app/api/react-calendar/x/activities",
    "/trainerroad/app/api/react-calendar//timeline",
    "/trainerroad/app/api/tss/",
    "/trainerroad/app/api/workouts/by-id",
    "/whoop",
    "/whoop/oauth/oauth2/auth",
    "/whoop/oauth/oauth2/auth?client_id=simulated-whoop-client&redirect_uri=http%3A%2F%2Flocalhost%2F%23x",
    "/whoop/oauth/oauth2/token",
    "/whoop/developer",
    "/whoop/developer/v2/user/access",
    "/whoop/developer/v2/cycle?limit=-1&nextToken=%ff&start=x",
    "/garmin-connect/oauth2Confirm?code_challenge=%00&code_challenge_method=plain",
    "/garmin-auth/di-oauth2-service/oauth/token",
    "/garmin/wellness-api/rest/user/id",
    "/garmin/wellness-api/rest/user/registration/x",
    "/withings-account/oauth2_user/authorize2?scope=,,,",
    "/withings",
    "/withings/v2/oauth2",
    "/withings/v2/signature",
    "/withings/measure",
    "/polar-flow/oauth2/authorization",
    "/polar-remote/v2/oauth2/token",
    "/polar-auth/oauth/token",
    "/polar/v3",
    "/polar/v3/users/9999999999999999999999",
    "/polar/v4/data/sleeps?from=9999-99-99&to=&features=&features=",
    "/dexcom/v2/oauth2/login?state=%f0%9f",
    "/dexcom-eu/v2/oauth2/token",
    "/dexcom-jp/v3/users/self/egvs?startDate=&endDate=99999-01-01",
    "/dexcom/v3",
    "/_sim/hooks",
    "/_sim/permissions",
    "/_sim",
    "/_sim/users/%00/rides",
    "/_sim/clock",
    "/_sim/faults",
    "/%ff",
];

const BODIES: [&[u8]; 6] =
    [b"", b"{", b"\xff\xfe", b"grant_type=%zz&client_id=&=&&", b"[[[[[[[[", b"{\"advance_ms\":18446744073709551615}"];

fn dressed(ask: Ask, cookie: &str, token: &str) -> Ask {
    ask.header("cookie", cookie.to_owned())
        .bearer(token)
        .header("ids", vec![b',', 0xfe, b'9'])
        .header("x-odd", vec![0xff])
}

#[tokio::test]
async fn every_odd_request_is_answered_and_none_is_a_failure_of_the_simulator() {
    let played = Played::start().await;
    let (cookie, token) = (played.session(0).await, played.signed_in(0, "read,activity:read").await);
    for both in [false, true] {
        played.simulator.control().set_both(both);
        for path in PATHS {
            let url = format!("{}{path}", played.simulator.base_url());
            for method in ["GET", "PUT", "DELETE", "OPTIONS", "PATCH"] {
                let answer = dressed(get(&url).method(method), &cookie, &token).send().await;
                assert!(answer.status < 500, "{method} {path}: {}", answer.status);
            }
            for body in BODIES {
                for kind in ["application/x-www-form-urlencoded", "application/json", ""] {
                    let ask = post(&url).header("content-type", kind).body(body);
                    let answer = dressed(ask, &cookie, &token).send().await;
                    assert!(answer.status < 500, "POST {path} {body:?}: {}", answer.status);
                }
            }
        }
    }
    assert_eq!(get(played.control("/")).send().await.status, 200);
}

#[tokio::test]
async fn what_a_stranger_wrote_into_the_address_is_escaped_on_the_page() {
    let played = Played::start().await;
    let page = get(played.trainerroad("/app/login?ReturnUrl=%22%3E%3Cscript%3E")).send().await.text();
    assert!(page.contains("&quot;&gt;&lt;script&gt;") && !page.contains("<script>"));
}

#[tokio::test]
async fn a_body_past_the_limit_is_refused() {
    let played = Played::start().await;
    let answer = post(played.strava("/oauth/token")).body(vec![b'a'; (1 << 20) + 1]).try_send().await;
    // The connection may close while it still writes.
    assert!(answer.map_or(true, |answer| answer.status == 413));
}
