//! Imports that the sandbox does not have.

use gearshift_runtime::Trusted;

use crate::support::{AmongHealthy as _, Sandbox, guest, parse, wasi_guest};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_outside_the_sandbox_is_named_with_what_to_do() {
    let sandbox = Sandbox::new();
    let text = r#"(component
        (import "wasi:sockets/tcp-create-socket@0.2.3" (instance (export "create-tcp-socket" (func (result u32)))))
        (import "acme:plugin/http@0.9.0" (instance (export "send" (func))))
        (import "wasi:cli/environment@0.2.3" (instance))
        (import "shell" (func (param "command" string))))"#;
    let company = sandbox.clone();
    let description = async move {
        let code = sandbox.compile(parse(text)).await.unwrap();
        let component = sandbox.runtime.load(Trusted::vouch(&code)).unwrap();
        sandbox.runtime.describe(&component)
    };
    let description = description.among_healthy(&company).await;
    assert_eq!(
        description.foreign(&["acme:plugin/http@0.1"]),
        [
            "acme:plugin/http@0.9.0: this host has acme:plugin/http@0.1: build against that version of the contract, or update the host",
            "shell: the sandbox has no such import: build without what needs it",
            "wasi:sockets/tcp-create-socket@0.2.3: the sandbox has no sockets: requests go through the contract's own imports",
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_component_imports_and_exports_can_be_told() {
    let sandbox = Sandbox::new();
    let module =
        r#"(func (export "bytes") (result i32) (i32.const 0)) (func (export "run") (result i32) (i32.const 0))"#;
    let code = sandbox.compile(wasi_guest(module)).await.unwrap();
    let description = sandbox.runtime.describe(&sandbox.runtime.load(Trusted::vouch(&code)).unwrap());
    assert_eq!(description.foreign(&[]), Vec::<String>::new());
    let clock = description.imports.iter().find(|import| import.name == "wasi:clocks/monotonic-clock@0.2.0").unwrap();
    assert_eq!(clock.functions, ["now", "subscribe-duration"]);
    let exports: Vec<&str> = description.exports.iter().map(|export| export.name.as_str()).collect();
    assert_eq!(exports, ["bytes", "run"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tests_own_imports_are_the_callers_contract() {
    let sandbox = Sandbox::new();
    let code = sandbox.compile(guest(r#"(func (export "run") (result i32) (i32.const 0))"#)).await.unwrap();
    let description = sandbox.runtime.describe(&sandbox.runtime.load(Trusted::vouch(&code)).unwrap());
    assert_eq!(description.foreign(&["log", "wait", "work", "refused", "panic"]), Vec::<String>::new());
    assert_eq!(description.foreign(&["log", "wait", "work", "refused"]).len(), 1);
}
