//! Compiling in a child process, one at a time. See [`crate::child`] for the other side.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use tokio::process::{Child, Command};
use tokio::sync::{Semaphore, oneshot};

use crate::child;
use crate::error::RuntimeError;
use crate::fault::line;
use crate::inspect::inspect;
use crate::limits::{Limits, setting};

/// How the compiling child is started: a program that calls [`child::run_if_asked`] early on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompilerCommand {
    /// The program's path.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Its environment beside what the compile needs; it inherits none.
    pub env: Vec<(OsString, OsString)>,
}

impl CompilerCommand {
    /// This program, even if its file was replaced since it was started: an upgrade on disk must not hand code to a
    /// running host that another version compiled.
    #[must_use]
    pub fn this_program() -> Self {
        Self { program: "/proc/self/exe".into(), args: Vec::new(), env: Vec::new() }
    }

    /// This test binary, where the test of this full name calls [`child::run_if_asked`] and does nothing else.
    #[must_use]
    pub fn this_test(name: &str) -> Self {
        let args = [name, "--exact", "--nocapture", "--test-threads=1"];
        Self { args: args.map(OsString::from).into(), ..Self::this_program() }
    }
}

/// Starts compiling children.
pub(crate) struct Compiler {
    command: CompilerCommand,
    limits: Limits,
    /// One at a time: a compile takes what cores it gets.
    turn: Arc<Semaphore>,
    /// The child that runs now, zero for none.
    process: Arc<AtomicU32>,
}

impl Compiler {
    pub(crate) fn new(command: CompilerCommand, limits: Limits) -> Self {
        Self { command, limits, turn: Arc::new(Semaphore::new(1)), process: Arc::default() }
    }

    pub(crate) fn process(&self) -> Option<u32> {
        Some(self.process.load(Ordering::Relaxed)).filter(|process| *process != 0)
    }

    pub(crate) async fn compile(&self, wasm: Bytes) -> Result<Vec<u8>, RuntimeError> {
        if child::asked() {
            let hint =
                "this process was started to compile and never called child::run_if_asked: call it first thing in main";
            return Err(RuntimeError::Compiler(hint.into()));
        }
        let (turn, limits) = (self.turn.clone(), self.limits.clone());
        let wasm = blocking(move || inspect(&wasm, &limits).map(|()| wasm)).await?;
        let turn = turn.acquire_owned().await.map_err(failed)?;
        let job = Job { command: self.command.clone(), limits: self.limits.clone(), process: self.process.clone() };
        // In a task of its own: a caller that goes away does not leave a child behind, nor its turn to the next before
        // it is gone.
        let (answer, waiting) = oneshot::channel();
        tokio::spawn(async move {
            let _turn = turn;
            job.run(wasm, answer).await;
        });
        waiting.await.unwrap_or_else(|_| Err(RuntimeError::Compiler("it was given up".into())))
    }
}

fn failed(error: impl std::fmt::Display) -> RuntimeError {
    RuntimeError::Compiler(error.to_string())
}

async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, RuntimeError> + Send + 'static,
) -> Result<R, RuntimeError> {
    tokio::task::spawn_blocking(work).await.map_err(failed)?
}

type Answer = oneshot::Sender<Result<Vec<u8>, RuntimeError>>;

struct Job {
    command: CompilerCommand,
    limits: Limits,
    process: Arc<AtomicU32>,
}

impl Job {
    async fn run(self, wasm: Bytes, mut answer: Answer) {
        let outcome = tokio::select! {
            outcome = self.compile(wasm) => outcome,
            () = answer.closed() => Err(RuntimeError::Compiler("the caller went away".into())),
        };
        _ = answer.send(outcome);
    }

    async fn compile(&self, wasm: Bytes) -> Result<Vec<u8>, RuntimeError> {
        let dir = blocking(move || {
            let dir = tempfile::Builder::new().prefix("gearshift-compile-").tempdir().map_err(failed)?;
            std::fs::write(dir.path().join("component.wasm"), wasm).map_err(failed)?;
            Ok(dir)
        });
        let dir = dir.await?;
        let child = self.start(dir.path())?;
        let status = Running::new(child, self.process.clone()).wait(&self.limits).await;
        let limits = self.limits.clone();
        blocking(move || collect(status?, dir.path(), &limits)).await
    }

    fn start(&self, dir: &Path) -> Result<Child, RuntimeError> {
        let limits = &self.limits;
        let threads = limits.compile_threads.max(1);
        // The parent's clock is the limit; this one is for a child that outlives its parent.
        let cpu = (limits.compile_time().as_secs() + 1).saturating_mul(threads.into());
        let errors = std::fs::File::create(dir.join(child::ERRORS)).map_err(failed)?;
        let mut command = Command::new(&self.command.program);
        command
            .args(&self.command.args)
            .current_dir(dir)
            .env_clear()
            .envs(self.command.env.iter().map(|(name, value)| (name, value)))
            .env(child::IN, dir.join("component.wasm"))
            .env(child::OUT, dir.join("component.cwasm"))
            .env(child::LIMITS, format!("{},{cpu},{}", limits.compile_memory_bytes, limits.compiled_bytes))
            .env("RAYON_NUM_THREADS", threads.to_string())
            // Each of the allocator's arenas reserves 64 MiB of the address space that is limited.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(errors)
            .kill_on_drop(true);
        command.spawn().map_err(|error| {
            RuntimeError::Compiler(format!("{} cannot be started: {error}", self.command.program.display()))
        })
    }
}

/// A child that runs. Dropping it kills it.
struct Running {
    child: Child,
    process: Arc<AtomicU32>,
}

impl Running {
    fn new(child: Child, process: Arc<AtomicU32>) -> Self {
        process.store(child.id().unwrap_or(0), Ordering::Relaxed);
        Self { child, process }
    }

    /// Its status; at the deadline it is killed, and this returns when it is gone.
    async fn wait(mut self, limits: &Limits) -> Result<ExitStatus, RuntimeError> {
        if let Ok(status) = tokio::time::timeout(limits.compile_time(), self.child.wait()).await {
            return status.map_err(failed);
        }
        self.child.kill().await.map_err(failed)?;
        Err(RuntimeError::CompileTime { limit: limits.compile_time(), setting: setting::compile_ms })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.store(0, Ordering::Relaxed);
    }
}

/// What a child left behind.
fn collect(status: ExitStatus, dir: &Path, limits: &Limits) -> Result<Vec<u8>, RuntimeError> {
    let out = dir.join("component.cwasm");
    if status.success() {
        let missing = "it left no code: its program does not call child::run_if_asked";
        return std::fs::read(out).map_err(|error| RuntimeError::Compiler(format!("{missing} ({error})")));
    }
    let read = |path: PathBuf| String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let text =
        if status.code() == Some(child::REFUSED) { read(child::refusal(&out)) } else { read(dir.join(child::ERRORS)) };
    if ["memory allocation of", "Cannot allocate memory", "out of memory", "os error 12"]
        .iter()
        .any(|sign| text.contains(sign))
    {
        return Err(RuntimeError::CompileMemory {
            limit: limits.compile_memory_bytes,
            setting: setting::compile_memory_bytes,
        });
    }
    Err(match (status.code(), status.signal()) {
        (Some(child::REFUSED), _) => RuntimeError::Invalid(line(&text)),
        (_, Some(24)) => RuntimeError::CompileTime { limit: limits.compile_time(), setting: setting::compile_ms },
        _ => RuntimeError::Compiler(format!("{status}: {}", line(&text))),
    })
}
