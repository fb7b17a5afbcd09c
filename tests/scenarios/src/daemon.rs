//! The daemon, as a process that may be ended kindly or killed.

use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A running daemon. Killed when this is dropped.
pub struct Daemon {
    child: Child,
    pub(crate) public: String,
    pub(crate) admin: String,
}

/// Beside this test's own program: `target/debug/deps/behaviour-…` and `target/debug/gearshift`.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let program = here.parent().and_then(Path::parent).unwrap().join("gearshift");
    assert!(program.is_file(), "{}: build it with `cargo build -p gearshift-daemon`", program.display());
    program
}

/// Runs a command of the same program, as an operator does beside a daemon that serves. Returns what it printed.
pub(crate) fn run(arguments: &[&str], log: &Path) -> String {
    let mut command = Command::new(program());
    command.args(arguments).env("GEARSHIFT_LOG", "debug").stdin(Stdio::null()).stderr(append(log));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GEARSHIFT_") && name != "GEARSHIFT_LOG") {
        command.env_remove(name);
    }
    let out = command.output().unwrap();
    assert!(out.status.success(), "{arguments:?} ended with {}", out.status);
    String::from_utf8(out.stdout).unwrap()
}

fn append(log: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(log).unwrap()
}

impl Daemon {
    /// Starts it, and returns once it serves.
    pub(crate) async fn start(config: &Path, log: &Path, level: &str) -> Self {
        let mut command = Command::new(program());
        command.args(["serve", "--config"]).arg(config);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("GEARSHIFT_")) {
            command.env_remove(name);
        }
        let log = append(log);
        command.env("GEARSHIFT_LOG", level).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            out.read_line(&mut line).map(|_| line)
        });
        let line = line.await.unwrap().unwrap();
        let Ok(at) = serde_json::from_str::<Value>(&line) else {
            panic!("the daemon did not start: {:?}", child.wait());
        };
        let address = |which: &str| at[which].as_str().unwrap().to_owned();
        Self { public: address("public"), admin: address("admin"), child }
    }

    /// As an operator ends it.
    pub(crate) fn terminate(&mut self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "the daemon ended with {status}");
    }

    /// As a power cut would, as far as a process can tell.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already, and then there is nothing to kill and nobody to wait for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
