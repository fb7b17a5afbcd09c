use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use crate::prelude::*;

/// Pages with one ride each; a ride may be of the other kind.
struct Meadow;

#[derive(serde::Deserialize)]
struct Ride {
    #[serde(deserialize_with = "flex::text")]
    id: String,
    started: String,
}

impl Adapter for Meadow {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        let page: u32 = request.cursor()?.unwrap_or(1);
        let list =
            host.get("rides.list", "https://api.meadow.example/rides").as_user().query("page", page).send()?.ok()?;
        let more = list.header("x-more").is_some();
        let document = Page::new().document(Document::new("rides.list").part("list", &list));
        Ok(if more { document.next(&(page + 1)) } else { document.watermark(&page) })
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        let mut out = Normalized::new();
        if document.part("deleted").is_some() {
            let gone: Each<String> = document.items("deleted")?;
            return Ok(gone.good().fold(out, |out, key| out.deleted(kind::ACTIVITY, key)));
        }
        let rides: Each<Ride> = match document.part("records") {
            Some(_) => document.items("records")?,
            None => document.json("list")?,
        };
        out.each(document, "", rides, |ride, _| {
            let start = time::parse(&ride.started, Bare::Refused)
                .map_err(|error| Reject::new("/started", error.to_string()))?;
            Ok(Record::new(kind::ACTIVITY, &ride.id).lasting(start.instant, 1.5).offset_of(&start, Origin::Device))
        })?;
        Ok(out)
    }
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("gearshift-sdk-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("case")).unwrap();
        Self(folder)
    }

    fn put(self, name: &str, text: &str) -> Self {
        fs::write(self.0.join("case").join(name), text).unwrap();
        self
    }

    fn case(&self) -> Case {
        cases(&self.0).unwrap().remove(0)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const CASE: &str = "now = \"2026-03-12T08:00:00Z\"\nstream = \"rides\"\n[subject]\nprovider = \"MEADOW\"\n";

fn two_pages(name: &str) -> Folder {
    let exchanges = json!([
        { "request": { "url": "https://api.meadow.example/rides?page=1" },
          "response": { "headers": { "x-more": "yes" }, "body-file": "first.json" } },
        { "request": { "url": "https://api.meadow.example/rides?page=2" },
          "response": { "body": [{ "id": "b", "started": "2026-03-11T17:00:00+01:00" }, { "id": "c", "started": "late" }] } },
    ]);
    Folder::new(name)
        .put("case.toml", CASE)
        .put("exchanges.json", &exchanges.to_string())
        .put("first.json", r#"[{"id": 1, "started": "2026-03-10T17:31:04Z"}]"#)
}

#[test]
fn all_pages_of_a_fixture_are_played() {
    let expected = json!({
        "documents": [
            { "endpoint": "rides.list", "records": [{
                "kind": "activity", "key": "1", "offset-origin": "unknown",
                "window": { "start": 1_773_163_864_000_i64, "end": 1_773_163_865_500_i64 },
            }] },
            { "endpoint": "rides.list",
              "records": [{
                "kind": "activity", "key": "b", "offset-origin": "device", "utc-offset": 3600,
                "window": { "start": 1_773_244_800_000_i64, "end": 1_773_244_801_500_i64 },
              }],
              "notes": [{ "code": "rejected", "pointer": "/1/started",
                          "message": "a time as in 2026-03-10T17:31:04Z was expected, and there is \"late\"" }] },
        ],
        "watermark": "2",
    });
    let folder = two_pages("pages").put("expected.json", &expected.to_string());
    assert_eq!(check::<Meadow>(&folder.case()), Vec::<String>::new());
}

#[test]
fn what_a_phone_pushes_is_read_list_by_list_as_a_host_cuts_it() {
    let push = json!({
        "device": "its own affair", "deleted": ["y", "z"],
        "records": [{ "id": "a", "started": "2026-03-10T17:31:04Z" }, { "id": "b", "started": "late" }],
    });
    let folder = Folder::new("push").put("case.toml", CASE).put("push.json", &push.to_string());
    let documents = run::<Meadow>(&folder.case())["documents"].clone();
    assert_eq!((documents[0]["endpoint"].as_str(), documents.as_array().map(Vec::len)), (Some("rides"), Some(2)));
    assert_eq!(
        (&documents[0]["records"][0]["key"], &documents[0]["notes"][0]["pointer"]),
        (&json!("a"), &json!("/1/started"))
    );
    assert_eq!(documents[1]["deleted"][1]["key"], "z");
    let none = Fetched { endpoint: "rides".into(), ..Fetched::default() };
    assert_eq!(none.items::<String>("records").unwrap_err().detail.as_deref(), Some("rides"));
}

#[test]
fn what_differs_is_told_with_its_place() {
    let folder = two_pages("differs").put("expected.json", r#"{"documents": []}"#);
    let told = check::<Meadow>(&folder.case());
    assert!(told[0].starts_with("/documents/0: expected nothing, got "), "{told:?}");
}

#[test]
fn a_list_without_one_good_item_is_a_change_and_no_empty_result() {
    let exchanges = json!([{
        "request": { "url": "https://api.meadow.example/rides?page=1" },
        "response": { "body": [{ "ID": 1, "started": "2026-03-10T17:31:04Z" }] },
    }]);
    let folder = Folder::new("changed").put("case.toml", CASE).put("exchanges.json", &exchanges.to_string());
    let failure = &run::<Meadow>(&folder.case())["documents"][0]["failure"];
    assert_eq!((failure["code"].as_str(), failure["detail"].as_str()), (Some("changed"), Some("rides.list /0/id")));
}

#[test]
fn what_was_not_recorded_is_denied() {
    let folder = Folder::new("denied").put("case.toml", CASE).put("exchanges.json", "[]");
    let played = run::<Meadow>(&folder.case());
    assert_eq!(played["failure"]["code"], "invalid");
    assert_eq!(played["failure"]["message"], "nothing is recorded for GET https://api.meadow.example/rides?page=1");
}

#[test]
fn a_typo_in_a_fixture_is_told_with_its_file() {
    let folder = Folder::new("typo").put("case.toml", &CASE.replace("stream", "steam")).put("exchanges.json", "[]");
    let error = cases(&folder.0).unwrap_err().to_string();
    assert!(error.contains("case.toml") && error.contains("steam"), "{error}");
    assert!(cases(Path::new("/no/such/folder")).is_err());
}

#[test]
fn a_folder_without_fixtures_does_not_pass() {
    let folder = Folder::new("empty");
    assert!(cases(&folder.0).unwrap_err().to_string().contains("case.toml"));
}

#[test]
fn requests_beyond_the_budget_are_not_sent() {
    let outside = Recorded::at("2026-03-12T08:00:00Z").answer("GET", "https://api.meadow.example/me", 200, "{}");
    let host = Host::new(&outside, 0);
    let failure = host.get("me", "https://api.meadow.example/me").send().unwrap_err();
    assert_eq!(failure.code, "rate-limited");
    assert!(outside.sent().is_empty());
}

#[test]
fn a_header_that_the_fixture_names_has_to_be_sent() {
    let exchanges = json!([{
        "request": { "url": "https://api.meadow.example/x", "headers": { "ids": "1,2" } }, "response": { "status": 204 },
    }]);
    let folder = Folder::new("headers").put("case.toml", CASE).put("exchanges.json", &exchanges.to_string());
    let outside = Recorded::at("2026-03-12T08:00:00Z").with(folder.case().exchanges);
    let host = Host::new(&outside, 10);
    assert!(host.get("x", "https://api.meadow.example/x").header("ids", "1").send().is_err());
    assert_eq!(host.get("x", "https://api.meadow.example/x").header("IDs", "1,2").send().unwrap().status, 204);
}

#[test]
fn a_page_that_gained_nothing_is_a_failure() {
    let stop = || Failure::rate_limited("later", Some(60));
    assert_eq!(Page::new().stop(stop(), &1).unwrap_err(), stop());
    let page = Page::new().document(Document::new("rides.list")).stop(stop(), &1).unwrap();
    assert_eq!((page.stop, page.next.as_deref()), (Some(stop()), Some("1")));
}

#[test]
fn a_sample_that_was_not_taken_is_not_there() {
    let series = Series::sparse("heart-rate", &[0, 1_000, 2_000], [Some(90.0), None, Some(f64::NAN)]).unwrap();
    assert_eq!((series.offsets, series.values), (vec![0], vec![90.0]));
    assert_eq!(Series::sparse("heart-rate", &[0], [None]), None);
}
