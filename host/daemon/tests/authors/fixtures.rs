//! `gearshift test`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Said, component, files, gearshift, root};

/// Strava's adapter with one fixture of ours: one athlete.
struct Athlete {
    folder: TempDir,
    exchanges: Value,
}

impl Athlete {
    /// With the expectation that comes of it.
    fn accepted() -> Self {
        let athlete = Self::new();
        athlete.test(&["--accept"]).ok();
        athlete
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(root().join("plugins/strava/adapter.toml"), folder.path().join("adapter.toml")).unwrap();
        let exchanges = json!([{
            "request": { "url": "https://www.strava.com/api/v3/athlete" },
            "response": { "body": { "id": 5150, "username": "heather_moor", "weight": 61.5, "ftp": 244 } },
        }]);
        let athlete = Self { folder, exchanges };
        fs::create_dir_all(athlete.fixture()).unwrap();
        let case = "now = \"2026-03-12T08:00:00Z\"\nstream = \"athlete\"\n[subject]\nprovider = \"STRAVA\"\n";
        fs::write(athlete.fixture().join("case.toml"), case).unwrap();
        athlete.record();
        athlete
    }

    fn fixture(&self) -> PathBuf {
        self.folder.path().join("fixtures/athlete")
    }

    fn record(&self) {
        fs::write(self.fixture().join("exchanges.json"), self.exchanges.to_string()).unwrap();
    }

    fn expected(&self) -> Value {
        serde_json::from_str(&fs::read_to_string(self.fixture().join("expected.json")).unwrap()).unwrap()
    }

    fn expect(&self, expected: &Value) {
        fs::write(self.fixture().join("expected.json"), expected.to_string()).unwrap();
    }

    fn test(&self, args: &[&str]) -> Said {
        let component = component("strava");
        let fixed = ["test", ".", "--component", component.to_str().unwrap()];
        gearshift(self.folder.path(), fixed.iter().chain(args))
    }
}

/// Where a measure stands in the expectation.
fn place(expected: &Value, metric: &str) -> usize {
    let measures = expected["documents"][0]["records"][0]["measures"].as_array().unwrap();
    measures.iter().position(|measure| measure["metric"] == metric).unwrap()
}

#[test]
fn what_was_accepted_passes() {
    let athlete = Athlete::accepted();
    let said = athlete.test(&[]).ok();
    assert!(said.out.contains("ok      athlete  (requests: 1, documents: 1, records: 1)"), "{}", said.out);
    assert_eq!(athlete.expected()["documents"][0]["records"][0]["key"], "5150");
}

#[test]
fn without_an_expectation_it_fails_and_shows_what_came() {
    Athlete::new().test(&[]).fails(1, "\"functional-threshold-power\"");
}

#[test]
fn a_changed_expectation_fails_at_its_place() {
    let athlete = Athlete::accepted();
    let mut expected = athlete.expected();
    let at = place(&expected, "weight");
    expected["documents"][0]["records"][0]["measures"][at]["value"] = json!(61.4);
    athlete.expect(&expected);
    athlete.test(&[]).fails(1, &format!("/documents/0/records/0/measures/{at}/value: expected 61.4, got 61.5"));
    assert_eq!(athlete.expected(), expected, "only --accept writes");

    athlete.test(&["--accept"]).ok();
    athlete.test(&[]).ok();
}

#[test]
fn a_value_outside_of_the_registry_s_bounds_cannot_be_accepted() {
    let mut athlete = Athlete::accepted();
    let before = athlete.expected();
    athlete.exchanges[0]["response"]["body"]["weight"] = json!(61_500);
    athlete.record();
    let at = place(&before, "weight");
    let place = format!("/documents/0/records/0/measures/{at}/value: ");
    let said = athlete.test(&["--accept"]).fails(1, &place);
    assert!(said.out.contains("(out-of-bounds)"), "{}", said.out);
    assert_eq!(athlete.expected(), before);
}

#[test]
fn a_request_that_nothing_was_recorded_for_is_told() {
    let mut athlete = Athlete::accepted();
    athlete.exchanges[0]["request"]["url"] = json!("https://www.strava.com/api/v3/athletes");
    athlete.record();
    let said = athlete.test(&[]).fails(1, "nothing is recorded for GET https://www.strava.com/api/v3/athlete:");
    let note = "note: recorded and never asked for: GET https://www.strava.com/api/v3/athletes";
    assert!(said.out.contains(note), "{}", said.out);
}

#[test]
fn a_request_that_no_route_admits_is_told_although_it_was_recorded() {
    let athlete = Athlete::accepted();
    let (path, other) = ("path = \"/api/v3/\"", "path = \"/api/v9/\"");
    let file = athlete.folder.path().join("adapter.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap().replacen(path, other, 1)).unwrap();
    // The manifest in the component as well, by a text of the same length.
    let mut bytes = fs::read(component("strava")).unwrap();
    let found = |bytes: &[u8]| bytes.windows(path.len()).position(|window| window == path.as_bytes());
    while let Some(at) = found(&bytes) {
        bytes[at..at + path.len()].copy_from_slice(other.as_bytes());
    }
    fs::write(athlete.folder.path().join("other.wasm"), bytes).unwrap();
    let said = gearshift(athlete.folder.path(), ["test", ".", "--component", "other.wasm"]);
    said.fails(1, "no granted [[route]] lets GET https://www.strava.com/api/v3/athlete leave");
}

#[test]
fn a_component_of_another_manifest_is_not_tested() {
    let athlete = Athlete::new();
    let file = athlete.folder.path().join("adapter.toml");
    fs::write(&file, fs::read_to_string(&file).unwrap() + "# later\n").unwrap();
    athlete.test(&[]).fails(2, "carries another adapter.toml");
}

#[test]
fn a_stream_that_the_manifest_does_not_have_is_told() {
    let athlete = Athlete::accepted();
    let case = athlete.fixture().join("case.toml");
    let text = fs::read_to_string(&case).unwrap().replace("\"athlete\"", "\"athletes\"");
    fs::write(case, text).unwrap();
    athlete.test(&[]).fails(1, "adapter.toml has no [[stream]] with that name");
}

#[test]
fn a_typo_in_the_manifest_is_told_with_its_line_before_anything_is_built() {
    let athlete = Athlete::new();
    let file = athlete.folder.path().join("adapter.toml");
    let text = fs::read_to_string(&file).unwrap().replace("\nyields = ", "\nyeilds = ");
    let line = text.lines().position(|line| line.starts_with("yeilds")).unwrap() + 1;
    fs::write(&file, text).unwrap();
    gearshift(athlete.folder.path(), ["test", "."]).fails(2, &format!("adapter.toml:{line}:1: unknown key `yeilds`"));
}

#[test]
fn a_folder_without_fixtures_does_not_pass() {
    let athlete = Athlete::new();
    fs::remove_dir_all(athlete.fixture()).unwrap();
    athlete.test(&[]).fails(2, "there is no fixture here");
}

#[test]
fn the_plugins_pass_theirs_in_the_sandbox() {
    for (plugin, name) in [("strava", "strava"), ("trainerroad", "trainerroad"), ("health_connect", "health_connect")] {
        let folder = root().join("plugins").join(plugin);
        let said = test_of(&folder, name).ok();
        let cases = files(&folder.join("fixtures")).iter().filter(|file| file.ends_with("case.toml")).count();
        assert!(said.out.ends_with(&format!("fixtures: {cases} passed, 0 failed\n")), "{}", said.out);
    }
}

fn test_of(folder: &Path, name: &str) -> Said {
    gearshift(&root(), ["test".as_ref(), folder.as_os_str(), "--component".as_ref(), component(name).as_os_str()])
}
