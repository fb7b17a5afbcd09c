//! `gearshift check`.

use std::fs;

use serde_json::Value;

use crate::support::{Said, component, gearshift, root, with_section};

fn check(bytes: &[u8]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("some.wasm"), bytes).unwrap();
    gearshift(folder.path(), ["check", "some.wasm"])
}

fn manifest() -> String {
    fs::read_to_string(root().join("plugins/strava/adapter.toml")).unwrap()
}

#[test]
fn an_adapter_is_told_with_imports_exports_and_grants() {
    let said = gearshift(&root(), ["check".as_ref(), component("strava").as_os_str()]).ok();
    for line in [
        "  gearshift:adapter/http@0.1.0\n",
        "  gearshift:adapter/normalize@0.1.0\n",
        "  route GET https://www.strava.com/api/v3/ credential=user\n",
        "would serve: PUT it to /admin/adapters/strava\n",
    ] {
        assert!(said.out.contains(line), "no {line:?} in\n{}", said.out);
    }
}

#[test]
fn a_program_can_read_the_same() {
    let said = gearshift(&root(), ["check".as_ref(), "--json".as_ref(), component("strava").as_os_str()]).ok();
    let report: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((report["name"].as_str(), report["refused"].as_str()), (Some("strava"), None));
    assert!(report["imports"].as_array().unwrap().iter().all(|import| import["offered"] == true));
    assert_eq!(report["digest"].as_str().unwrap().len(), 64);
}

#[test]
fn a_truncated_file_is_refused() {
    let bytes = fs::read(component("strava")).unwrap();
    check(&bytes[..bytes.len() / 2]).fails(1, "would be refused at `verified`: the component cannot be read");
}

#[test]
fn a_core_module_is_refused_with_the_way_to_a_component() {
    check(&wat::parse_str("(module)").unwrap()).fails(1, "build it for wasm32-wasip2");
    let module = with_section(wat::parse_str("(module)").unwrap(), "gearshift:manifest", &manifest());
    check(&module).fails(1, "this is a core WebAssembly module, not a component");
}

#[test]
fn a_component_without_a_manifest_is_refused() {
    check(&wat::parse_str("(component)").unwrap()).fails(1, "carries no `gearshift:manifest` section");
}

#[test]
fn a_typo_in_the_manifest_is_refused_with_its_line() {
    let text = manifest().replace("scheme = ", "sheme = ");
    let line = text.lines().position(|line| line.starts_with("sheme")).unwrap() + 1;
    let component = with_section(wat::parse_str("(component)").unwrap(), "gearshift:manifest", &text);
    check(&component).fails(1, &format!("adapter.toml:{line}:1: unknown key `sheme`"));
}

#[test]
fn an_import_outside_of_the_sandbox_is_refused_and_marked() {
    let sockets = r#"(component (import "wasi:sockets/instance-network@0.2.6" (instance (export "network" (type (sub resource))))))"#;
    let component = with_section(wat::parse_str(sockets).unwrap(), "gearshift:manifest", &manifest());
    let said = check(&component).fails(1, "the sandbox has no sockets");
    assert!(said.out.contains("wasi:sockets/instance-network@0.2.6  <- not in the sandbox"), "{}", said.out);
}

#[test]
fn a_component_that_exports_nothing_is_refused() {
    let component = with_section(wat::parse_str("(component)").unwrap(), "gearshift:manifest", &manifest());
    check(&component).fails(1, "would be refused at `linked`");
}

#[test]
fn a_contract_that_is_too_new_is_refused() {
    let text = manifest().replace("contract = \"0.1\"", "contract = \"0.9\"");
    let component = with_section(wat::parse_str("(component)").unwrap(), "gearshift:manifest", &text);
    check(&component).fails(1, "0.9");
}

#[test]
fn what_is_not_there_is_no_verdict() {
    gearshift(&root(), ["check", "no-such.wasm"]).fails(2, "cannot read no-such.wasm");
}
