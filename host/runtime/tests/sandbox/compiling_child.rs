//! The child that compiles: what it is given, and what becomes of it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gearshift_runtime::{CompilerCommand, Limits, Runtime, RuntimeError};

use crate::compile_bombs::bomb;
use crate::support::parse;

/// Compiles with another program in the child's place.
async fn compiled_by(script: &str) -> Result<Vec<u8>, RuntimeError> {
    let args = ["-c".into(), script.into()];
    let command = CompilerCommand { program: "/bin/sh".into(), args: args.into(), env: Vec::new() };
    let runtime = Runtime::with_compiler(Limits { calls_at_once: 1, ..Limits::default() }, command).unwrap();
    runtime.compile(parse("(component)").into()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_child_inherits_nothing_that_could_be_a_secret() {
    assert!(std::env::vars_os().any(|(name, _)| name == "PATH"), "this process has an environment to inherit");
    let environment = compiled_by(r#"tr '\0' '\n' < /proc/$$/environ > "$GEARSHIFT_COMPILE_OUT""#).await;
    let environment = String::from_utf8(environment.unwrap()).unwrap();
    let mut names: Vec<&str> =
        environment.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
    names.sort_unstable();
    let own = [
        "GEARSHIFT_COMPILE_IN",
        "GEARSHIFT_COMPILE_LIMITS",
        "GEARSHIFT_COMPILE_OUT",
        "MALLOC_ARENA_MAX",
        "RAYON_NUM_THREADS",
    ];
    assert_eq!(names, own);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_does_not_compile_is_told_apart() {
    let error = compiled_by("exit 0").await.unwrap_err();
    assert_eq!(error.code(), "compiler");
    assert!(error.to_string().contains("child::run_if_asked"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_crashes_is_told_with_its_last_words() {
    let error = compiled_by("echo the compiler has a fault >&2; kill -SEGV $$").await.unwrap_err();
    assert_eq!(error.code(), "compiler");
    assert!(error.to_string().contains("signal: 11") && error.to_string().contains("has a fault"), "{error}");
}

#[test]
fn a_child_does_not_outlive_a_parent_that_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    let files = dir.path().join("files");
    std::fs::create_dir(&files).unwrap();
    std::fs::write(files.join("in"), bomb(250, 300)).unwrap();
    let mut parent = Command::new("/bin/sh")
        .args(["-c", r#""$0" support::compiles_when_asked --exact >&2 & echo $!; wait"#])
        .arg(std::env::current_exe().unwrap())
        .env("GEARSHIFT_COMPILE_IN", files.join("in"))
        .env("GEARSHIFT_COMPILE_OUT", files.join("out"))
        .env("GEARSHIFT_COMPILE_LIMITS", "2147483648,60,1000000000")
        .env("RAYON_NUM_THREADS", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut child = String::new();
    BufReader::new(parent.stdout.take().unwrap()).read_line(&mut child).unwrap();
    let child = format!("/proc/{}", child.trim());
    std::thread::sleep(Duration::from_millis(300));
    assert!(Path::new(&child).exists(), "the child ended before it could be orphaned");
    parent.kill().unwrap();
    parent.wait().unwrap();
    let killed = Instant::now();
    while running(&child) {
        assert!(killed.elapsed() < Duration::from_secs(5), "the child is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(!files.exists(), "its files are still there");
}

/// Where nobody reaps orphans they stay as zombies.
fn running(process: &str) -> bool {
    std::fs::read_to_string(format!("{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}
