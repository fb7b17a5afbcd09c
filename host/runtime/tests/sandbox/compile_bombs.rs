//! Components that are cheap to send and dear to compile. The child that compiles them is bounded, and gone afterwards.

use std::path::Path;
use std::time::Duration;

use gearshift_runtime::{Limits, RuntimeError};

use crate::support::{AmongHealthy as _, Sandbox, guest, parse, plenty};

/// Functions, each of which keeps the register allocator busy: so many values that are alive at once, around a loop
/// that is left for its head again in twice as many places. Encoded by hand, since the text of it would take longer to
/// parse than to compile.
pub(crate) fn bomb(count: u8, values: u32) -> Vec<u8> {
    let mut body = vec![1];
    leb(&mut body, values);
    body.extend([0x7e, 0x03, 0x40]);
    for step in 0..2 * values {
        let (to, from, test) = (step % values, (step * 7 + 1) % values, (step * 31 + 3) % values);
        get(&mut body, from);
        get(&mut body, to);
        // Loaded from there, added, set.
        body.extend([0xa7, 0x29, 0x03, 0x00, 0x7c, 0x21]);
        leb(&mut body, to);
        get(&mut body, test);
        body.extend([0x50, 0x0d, 0x00]);
    }
    body.extend([0x0b, 0x0b]);

    let mut code = Vec::new();
    leb(&mut code, count.into());
    for _ in 0..count {
        leb(&mut code, u32::try_from(body.len()).unwrap());
        code.extend(&body);
    }
    let mut functions = Vec::new();
    leb(&mut functions, count.into());
    functions.extend(std::iter::repeat_n(0, count.into()));
    let mut module = b"\0asm\x01\0\0\0".to_vec();
    section(&mut module, 1, &[1, 0x60, 0, 0]);
    section(&mut module, 3, &functions);
    section(&mut module, 5, &[1, 0, 1]);
    section(&mut module, 10, &code);
    let mut component = b"\0asm\x0d\0\x01\0".to_vec();
    section(&mut component, 1, &module);
    component
}

fn get(body: &mut Vec<u8>, local: u32) {
    body.push(0x20);
    leb(body, local);
}

fn section(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    leb(out, u32::try_from(content.len()).unwrap());
    out.extend(content);
}

fn leb(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

async fn explode(bomb: Vec<u8>, limits: Limits) -> (RuntimeError, u32) {
    let sandbox = Sandbox::new();
    let company = sandbox.clone();
    async move {
        let compiling = Sandbox::with(limits);
        let watch = tokio::spawn({
            let runtime = compiling.runtime.clone();
            async move {
                loop {
                    if let Some(process) = runtime.compiling() {
                        return process;
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let error = compiling.compile(bomb).await.map(|code| code.len()).expect_err("a bomb that compiled");
        (error, watch.await.unwrap())
    }
    .among_healthy(&company)
    .await
}

fn alive(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_takes_too_long_is_killed() {
    let (error, child) =
        explode(bomb(250, 300), Limits { calls_at_once: 1, compile_ms: 700, ..Limits::default() }).await;
    assert_eq!(error.code(), "compile-time");
    assert!(error.to_string().contains("700ms (setting `limits.compile-ms`)"), "{error}");
    assert!(!alive(child), "the child {child} is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_takes_too_much_memory_ends() {
    let (error, child) =
        explode(bomb(1, 3_000), Limits { calls_at_once: 1, compile_memory_bytes: 256 << 20, ..Limits::default() })
            .await;
    assert_eq!(error.code(), "compile-memory", "{error}");
    assert!(error.to_string().contains("limits.compile-memory-bytes"), "{error}");
    assert!(!alive(child), "the child {child} is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_nobody_waits_for_is_killed() {
    let sandbox = Sandbox::new();
    let runtime = sandbox.runtime.clone();
    let compile = tokio::spawn({
        let sandbox = sandbox.clone();
        async move { sandbox.compile(bomb(250, 300)).await }
    });
    let child = loop {
        if let Some(process) = runtime.compiling() {
            break process;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert!(alive(child));
    compile.abort();
    // The next compile has its turn when the child is gone.
    let pre = sandbox.link(guest(r#"(func (export "run") (result i32) (i32.const 7))"#)).await;
    assert!(!alive(child), "the child {child} is still there");
    assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_too_large_to_compile_is_not_tried() {
    let sandbox = Sandbox::new();
    let text = format!("(component (core module (func (block {}))))", "(br 0)".repeat(600_000));
    let company = sandbox.clone();
    let error = async move { sandbox.compile(parse(&text)).await.unwrap_err() }.among_healthy(&company).await;
    let RuntimeError::TooLarge { setting, .. } = &error else { panic!("not too large: {error}") };
    assert_eq!(*setting, "limits.function-bytes");
}
