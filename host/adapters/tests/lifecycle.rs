//! From an upload to traffic, and every way in which an upload is refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod support;

use gearshift_adapters::{InstallOptions, Installed, Stage};
use support::{Rig, build, digest, puppet};

#[test]
fn compiling_child() {
    gearshift_runtime::child::run_if_asked();
}

#[tokio::test]
async fn a_first_install_waits_for_the_operator_s_yes() {
    let rig = Rig::new().await;
    let Installed::NeedsGrant(asked) =
        rig.adapters.install("puppet", puppet(), InstallOptions::default()).await.unwrap()
    else {
        panic!("nobody was asked")
    };
    assert!(asked.missing.iter().any(|line| line.contains("puppet.example")), "{:?}", asked.missing);
    assert!(rig.adapters.lease("PUPPET", "none").is_none(), "it serves without a yes");

    let wrong = InstallOptions { grant: Some("0".repeat(64)), hold: false };
    assert!(matches!(rig.adapters.install("puppet", puppet(), wrong).await.unwrap(), Installed::NeedsGrant(_)));

    let yes = InstallOptions { grant: Some(asked.grant), hold: false };
    assert!(matches!(rig.adapters.install("puppet", puppet(), yes).await.unwrap(), Installed::Active(_)));
    rig.healthy().await.unwrap();
}

#[tokio::test]
async fn a_wider_manifest_is_asked_about_although_the_adapter_serves_already() {
    let rig = Rig::new().await;
    let before = rig.puppet().await;
    let wider = with_manifest(|text| text.replace("path = \"/\"", "path = \"/private/\"").replace("1.0.0", "1.1.0"));
    let Installed::NeedsGrant(asked) = rig.adapters.install("puppet", wider, InstallOptions::default()).await.unwrap()
    else {
        panic!("grants widened by a swap")
    };
    assert!(
        asked.missing.iter().all(|line| line.contains("/private/")),
        "only the difference is asked: {:?}",
        asked.missing
    );
    assert_eq!(rig.head(), before, "whatever served goes on serving");
}

#[tokio::test]
async fn the_previous_version_is_a_rollback_away() {
    let rig = Rig::new().await;
    let first = rig.puppet().await;
    let second = digest(rig.install("puppet", build(2)).await.unwrap());
    assert_ne!(first, second);
    assert_eq!(rig.head(), second);
    assert_eq!(digest(rig.adapters.rollback("puppet").await.unwrap()), first);
    assert_eq!(rig.head(), first);
    assert_eq!(digest(rig.adapters.activate("puppet", &second, None).await.unwrap()), second);
}

#[tokio::test]
async fn an_upload_that_is_held_serves_nobody() {
    let rig = Rig::new().await;
    let first = rig.puppet().await;
    let held = InstallOptions { grant: None, hold: true };
    assert!(matches!(rig.adapters.install("puppet", build(2), held).await.unwrap(), Installed::Linked(_)));
    assert_eq!(rig.head(), first);
}

#[tokio::test]
async fn a_listing_tells_states_heads_and_what_each_stage_took() {
    let rig = Rig::new().await;
    let first = rig.puppet().await;
    let second = digest(rig.install("puppet", build(2)).await.unwrap());
    let listing = serde_json::to_value(rig.adapters.listing().await.unwrap()).unwrap();
    let versions = listing[0]["versions"].as_array().unwrap();
    let of = |digest: &gearshift_adapters::Digest| {
        versions.iter().find(|version| version["digest"] == digest.to_string()).unwrap()
    };
    assert_eq!(of(&second)["state"], "active");
    assert_eq!(of(&second)["heads"][0], "PUPPET/none");
    assert_eq!(of(&second)["contract"], "0.1");
    assert_eq!(of(&first)["state"], "retired");
    let stages: Vec<_> = of(&second)["timings"].as_array().unwrap().iter().map(|time| time["stage"].clone()).collect();
    assert_eq!(stages, ["verified", "compiled", "linked"]);
    assert!(!listing[0]["granted"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn what_cannot_serve_is_refused_with_its_stage_and_reason() {
    let rig = Rig::new().await;
    let first = rig.puppet().await;
    let truncated = puppet().slice(..puppet().len() / 2);
    let core = wat::parse_str("(module)").unwrap();
    let typo = with_manifest(|text| text.replace("access =", "acess ="));
    let new = with_manifest(|text| text.replace("contract = \"0.1\"", "contract = \"0.9\""));
    let other = with_manifest(|text| text.replace("name = \"puppet\"", "name = \"marionette\""));
    let outside = wat::parse_str(include_str!("outside.wat")).unwrap();
    let no_exports =
        manifest_in(wat::parse_str("(component)").unwrap(), include_str!("../../../tests/guests/puppet/adapter.toml"));
    let cases: [(&str, Vec<u8>, Stage, &str); 7] = [
        ("a truncated file", truncated.to_vec(), Stage::Verified, "manifest-missing"),
        (
            "a core module",
            manifest_in(core, include_str!("../../../tests/guests/puppet/adapter.toml")),
            Stage::Compiled,
            "core-module",
        ),
        ("a typo in the manifest", typo.to_vec(), Stage::Verified, "manifest-invalid"),
        ("a contract too new", new.to_vec(), Stage::Verified, "manifest-invalid"),
        ("another's name", other.to_vec(), Stage::Verified, "name-differs"),
        (
            "an import outside the sandbox",
            manifest_in(outside, include_str!("../../../tests/guests/puppet/adapter.toml")),
            Stage::Linked,
            "import-outside",
        ),
        ("no exports", no_exports, Stage::Linked, "contract-mismatch"),
    ];
    for (case, bytes, stage, code) in cases {
        let rejected = rig.adapters.install("puppet", bytes.into(), InstallOptions::default()).await.expect_err(case);
        assert_eq!((rejected.stage, rejected.code), (stage, code), "{case}: {rejected}");
        assert!(rejected.message.len() > 20, "{case}: {rejected}");
        assert_eq!(rig.head(), first, "{case}");
    }
}

/// The puppet with another manifest.
fn with_manifest(change: impl Fn(&str) -> String) -> bytes::Bytes {
    let text = include_str!("../../../tests/guests/puppet/adapter.toml");
    let changed = change(text);
    assert_ne!(text, changed, "the change does nothing");
    // The section stands in the nested core module: it is renamed there, and another is put at the end.
    let mut bytes = puppet().to_vec();
    let name = b"gearshift:manifest";
    let at = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[at] = b'x';
    manifest_in(bytes, &changed).into()
}

fn manifest_in(mut bytes: Vec<u8>, text: &str) -> Vec<u8> {
    let mut payload = Vec::new();
    leb(&mut payload, "gearshift:manifest".len());
    payload.extend_from_slice(b"gearshift:manifest");
    payload.extend_from_slice(text.as_bytes());
    bytes.push(0);
    leb(&mut bytes, payload.len());
    bytes.extend(payload);
    bytes
}

fn leb(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}
