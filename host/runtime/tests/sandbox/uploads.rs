//! Bytes that are no component that could be compiled, told in words before a process is started.

use gearshift_runtime::{Limits, RuntimeError};

use crate::support::{AmongHealthy as _, Sandbox, guest, parse};

async fn refused(sandbox: &Sandbox, wasm: Vec<u8>) -> RuntimeError {
    let (company, sandbox) = (sandbox.clone(), sandbox.clone());
    async move { sandbox.compile(wasm).await.unwrap_err() }.among_healthy(&company).await
}

const HONEST: &str = r#"(func (export "run") (result i32) (i32.const 0))"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_core_module_is_told_how_to_become_a_component() {
    let error = refused(&Sandbox::new(), parse("(module)")).await;
    assert_eq!(error.code(), "core-module");
    assert!(error.to_string().contains("wasm32-wasip2"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_short_is_refused_wherever_it_is_cut() {
    let sandbox = Sandbox::new();
    let whole = guest(HONEST);
    let company = sandbox.clone();
    let errors = async move {
        let mut errors = Vec::new();
        for length in 8..whole.len() {
            // Where a section ends, what is left may be a component, only a smaller one: that is for the compiler to
            // say.
            if let Err(error) = sandbox.compile(whole[..length].to_vec()).await {
                errors.push((length, error.code(), error.to_string()));
            }
        }
        (errors, whole.len())
    };
    let (errors, length) = errors.among_healthy(&company).await;
    assert!(errors.len() > length * 9 / 10, "{} of {length} cuts were refused", errors.len());
    for (length, code, error) in errors {
        assert!(["malformed", "invalid"].contains(&code), "cut at {length}: {code}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_webassembly_is_told_what_it_begins_with() {
    let sandbox = Sandbox::new();
    for (bytes, begins) in [
        (&b"<!doctype html>"[..], "[3c, 21, 64"),
        (b"", "nothing"),
        (b"\0as", "[00, 61, 73]"),
        (b"\0asm\x0d\0\x02\0", "[00"),
    ] {
        let error = sandbox.compile(bytes.to_vec()).await.unwrap_err();
        assert_eq!(error.code(), "not-wasm");
        assert!(error.to_string().contains(begins), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_valid_is_refused_by_the_compiler() {
    let error = refused(&Sandbox::new(), wat_invalid()).await;
    assert_eq!(error.code(), "invalid");
    assert!(error.to_string().contains("type mismatch"), "{error}");
}

fn wat_invalid() -> Vec<u8> {
    parse("(component (core module (func (result i32) (i64.const 0))))")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feature_that_the_sandbox_leaves_out_is_refused() {
    let error = refused(&Sandbox::new(), parse("(component (core module (memory i64 1)))")).await;
    assert_eq!(error.code(), "invalid");
    assert!(error.to_string().contains("memory64"), "{error}");
}

fn too_large(error: &RuntimeError) -> &'static str {
    let RuntimeError::TooLarge { found, limit, setting, .. } = error else { panic!("not too large: {error}") };
    assert!(found > limit && error.to_string().contains(setting), "{error}");
    setting
}

/// Limits that a handful of anything exceeds.
fn small() -> Sandbox {
    Sandbox::with(Limits {
        calls_at_once: 8,
        component_bytes: 64 << 10,
        component_functions: 10,
        function_bytes: 1_000,
        function_locals: 100,
        component_depth: 2,
        component_modules: 10,
        data_segments: 10,
        component_types: 20,
        component_items: 60,
        ..Limits::default()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_thing_that_is_too_large_names_its_setting() {
    let sandbox = small();
    let module = |body: &str| format!("(component (core module {body}))");
    let cases = [
        (module(&"(func)".repeat(11)), "limits.component-functions"),
        (module(&format!("(func {})", "(nop)".repeat(1_000))), "limits.function-bytes"),
        (
            module("(func (local i32 i32 i32) (local i64))").replace("(local i64)", &"(local i64)".repeat(100)),
            "limits.function-locals",
        ),
        ("(component (component (component (component))))".into(), "limits.component-depth"),
        (format!("(component {})", "(core module)".repeat(11)), "limits.component-modules"),
        (module(&format!("(memory 1) {}", r#"(data (i32.const 0) "x")"#.repeat(11))), "limits.data-segments"),
        (format!("(component {})", "(type (tuple u8))".repeat(21)), "limits.component-types"),
        (module(&r#"(import "a" "b" (func))"#.repeat(61)), "limits.component-items"),
        (module(&format!(r#"(memory 1) (data (i32.const 0) "{}")"#, "x".repeat(64 << 10))), "limits.component-bytes"),
    ];
    for (text, setting) in cases {
        let error = sandbox.compile(parse(&text)).await.unwrap_err();
        assert_eq!(too_large(&error), setting, "{error}");
        assert_eq!(error.code(), "too-large");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locals_that_take_four_bytes_of_file_are_counted_as_what_they_are() {
    let mut wasm =
        parse("(component (core module (func (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))))");
    // The body's one group of locals: a count of 13, then i64. Four billion of them fit no longer count than five
    // bytes.
    let at = wasm.windows(3).rposition(|bytes| bytes == [1, 13, 0x7e]).unwrap();
    wasm[at + 1] = 0x7f;
    let sandbox = small();
    assert_eq!(too_large(&sandbox.compile(wasm).await.unwrap_err()), "limits.function-locals");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strings_that_are_not_utf8_are_refused() {
    let sandbox = Sandbox::new();
    for encoding in ["utf16", "latin1+utf16"] {
        let text = format!(
            r#"(component
                (import "log" (func $log (param "text" string)))
                (core module $libc (memory (export "memory") 1))
                (core instance $libc (instantiate $libc))
                (core func (canon lower (func $log) (memory (core memory $libc "memory")) string-encoding={encoding})))"#
        );
        let error = sandbox.compile(parse(&text)).await.unwrap_err();
        assert_eq!(error.code(), "unsupported", "{error}");
    }
}
