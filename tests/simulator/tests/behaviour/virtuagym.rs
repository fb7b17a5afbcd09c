//! Virtuagym: keys, members by page, and what they have measured.

use gearshift_simulator::{Fault, NewRiders, PlannedFault, Provider};
use serde_json::{Value, json};

use crate::client::{Answer, Played, get};

async fn club() -> Played {
    Played::with(NewRiders { count: 5, activities: 1, seconds: (60, 90), ..NewRiders::default() }).await
}

async fn ask(played: &Played, path: &str) -> Answer {
    let key = played.simulator.clients()["VIRTUAGYM"].secret.clone();
    let (club, secret) = played.simulator.club();
    let and = if path.contains('?') { '&' } else { '?' };
    let url = played.simulator.url("virtuagym");
    get(format!("{url}/api/v1/club/{club}/{path}{and}api_key={key}&club_secret={secret}")).send().await
}

fn id(played: &Played, rider: usize) -> String {
    played.rider(rider).ids[&Provider::Virtuagym].clone()
}

#[tokio::test]
async fn a_wrong_key_is_refused_in_the_way_of_the_endpoint() {
    let played = club().await;
    let base = format!("{}/api/v1/club/4210", played.simulator.url("virtuagym"));
    let right = format!("api_key={}", played.simulator.clients()["VIRTUAGYM"].secret);
    let secret = format!("club_secret={}", played.simulator.club().1);
    for (path, http) in [("member?", 200), ("bodymetrics?member_id=77000&", 401)] {
        for query in [format!("{right}&club_secret=4210-x"), format!("api_key=x&{secret}"), String::new()] {
            let answer = get(format!("{base}/{path}{query}")).send().await;
            assert_eq!((answer.status, answer.json()["statuscode"].clone()), (http, json!(401)), "{path}{query}");
        }
    }
    assert_eq!(get(format!("{base}/member?{right}&{secret}")).send().await.json()["status"]["statuscode"], 200);
    let other = get(format!("{}/api/v1/club/4211/member?{right}&{secret}", played.simulator.url("virtuagym")));
    assert_eq!(other.send().await.json()["statuscode"], 401);
}

#[tokio::test]
async fn members_come_by_page_and_some_have_no_account() {
    let played = club().await;
    let (mut path, mut found) = ("member".to_owned(), Vec::new());
    for remaining in [3, 1, 0] {
        let answer = ask(&played, &path).await.json();
        assert_eq!(answer["status"]["results_remaining"], remaining, "{answer}");
        found.extend(answer["result"].as_array().unwrap().iter().map(|row| row["user_id"].is_number()));
        path = format!("member?{}", answer["status"]["next_page"].as_str().unwrap_or_default());
    }
    assert_eq!(found, [true, true, false, true, true]);
    let one = ask(&played, &format!("member/{}", id(&played, 1))).await.json();
    assert_eq!(one["result"][0]["email"], json!(played.rider(1).email));
    let none = ask(&played, "member/5").await;
    assert_eq!((none.status, none.json()["statuscode"].clone()), (200, json!(420)));
}

#[tokio::test]
async fn what_was_measured_is_what_the_ledger_has() {
    let played = club().await;
    let path = format!("bodymetrics?member_id={}", id(&played, 0));
    let answer = ask(&played, &path).await.json();
    let rows = answer["result"].as_array().unwrap();
    let things = &played.simulator.ledger().things[&Provider::Virtuagym][&played.rider(0).username];
    let kept: Vec<&Value> = rows.iter().filter(|row| row["deleted"] == 0).collect();
    assert_eq!((kept.len(), rows.len()), (things.len(), things.len() + 1));
    for (row, thing) in kept.iter().zip(things) {
        assert_eq!(row["id"].to_string(), thing.id);
        assert_eq!(row["timestamp"].as_i64().map(|at| at * 1_000), thing.start);
    }
    let edited = rows[rows.len() - 1]["timestamp_edit"].as_i64().unwrap();
    let later = ask(&played, &format!("{path}&sync_from={edited}")).await.json();
    assert!(later["result_count"].as_u64().is_some_and(|count| count == 1 || count == 2), "{later}");

    for (path, status) in [("bodymetrics".to_owned(), 400), (format!("bodymetrics?member_id={}", id(&played, 2)), 404)]
    {
        let answer = ask(&played, &path).await;
        assert_eq!((answer.status, answer.json()["statuscode"].clone()), (status, json!(status)));
    }
}

#[tokio::test]
async fn a_fault_stands_in_the_body_where_errors_do() {
    let played = club().await;
    let path = format!("member/{}", id(&played, 0));
    let fault = PlannedFault::next(Provider::Virtuagym, Fault::Status { status: 500 }).user(&played.rider(0).username);
    played.simulator.control().plan_fault(fault);
    assert_eq!(ask(&played, &format!("member/{}", id(&played, 1))).await.json()["status"]["statuscode"], 200);
    let answer = ask(&played, &path).await;
    assert_eq!((answer.status, answer.json()["statuscode"].clone()), (200, json!(500)));
}
