//! The sandbox as callers see it.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::component::{Component, Instance, InstancePre, Linker};
use wasmtime::{Engine, Store};

use crate::budget::{Budget, Spent};
use crate::call::{self, Call};
use crate::compile::{Compiler, CompilerCommand};
use crate::describe::{self, Description};
use crate::error::RuntimeError;
use crate::fault::{Ending, Fault};
use crate::limits::Limits;
use crate::load::{self, Trusted};
use crate::meter::Meter;
use crate::{engine, wasi};

/// A deadline for budgets that overflow the clock.
const NEVER: Duration = Duration::from_secs(365 * 24 * 3600);

/// The sandbox: one engine, its pool, its clock, its compiler. One a process.
pub struct Runtime {
    engine: Engine,
    limits: Limits,
    turns: Semaphore,
    compiler: Compiler,
}

impl Runtime {
    /// A sandbox under these limits, whose compiling child is this program: its `main` begins with
    /// [`child::run_if_asked`](crate::child::run_if_asked).
    ///
    /// # Errors
    /// When this machine cannot run the engine.
    pub fn new(limits: Limits) -> Result<Arc<Self>, RuntimeError> {
        Self::with_compiler(limits, CompilerCommand::this_program())
    }

    /// A sandbox whose compiling child is started by another command.
    ///
    /// # Errors
    /// When this machine cannot run the engine.
    pub fn with_compiler(limits: Limits, command: CompilerCommand) -> Result<Arc<Self>, RuntimeError> {
        let turns = usize::try_from(limits.calls_at_once).unwrap_or(Semaphore::MAX_PERMITS);
        Ok(Arc::new(Self {
            engine: engine::host(&limits)?,
            turns: Semaphore::new(turns),
            compiler: Compiler::new(command, limits.clone()),
            limits,
        }))
    }

    /// The engine.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The limits.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Names the engine to which compiled code belongs: keep code under it, and compile again where it differs.
    #[must_use]
    pub fn compatibility(&self) -> String {
        engine::compatibility(&self.engine)
    }

    /// A linker that offers what every Rust guest imports, over an empty world: no variables, arguments, files or
    /// sockets.
    ///
    /// # Errors
    /// Never, unless this build is broken.
    pub fn linker<T: Send + 'static>(&self) -> Result<Linker<Call<T>>, RuntimeError> {
        let mut linker = Linker::new(&self.engine);
        wasi::link(&mut linker).map_err(|error| RuntimeError::Linker(format!("{error:#}")))?;
        Ok(linker)
    }

    /// Compiles a component: a look at the raw bytes, then a child process under limits of its own, one at a time.
    /// Dropping the future kills the child.
    ///
    /// # Errors
    /// When the bytes are no component, too large in some way, not valid, or beyond the compiler's limits.
    pub async fn compile(&self, wasm: Bytes) -> Result<Vec<u8>, RuntimeError> {
        self.compiler.compile(wasm).await
    }

    /// The process that compiles now, if one does.
    #[must_use]
    pub fn compiling(&self) -> Option<u32> {
        self.compiler.process()
    }

    /// Loads compiled code.
    ///
    /// # Errors
    /// When it is not for this engine, or needs more than a call may have.
    pub fn load(&self, code: Trusted<'_>) -> Result<Component, RuntimeError> {
        load::load(&self.engine, code)
    }

    /// What a component imports and exports.
    #[must_use]
    pub fn describe(&self, component: &Component) -> Description {
        describe::describe(&self.engine, component)
    }

    /// One call: a fresh instance, `run` with it, and nothing left of it afterwards.
    ///
    /// It queues for its turn first; the clocks start when it has it.
    ///
    /// # Errors
    /// The fault that ended it. A `run` that returns an error of its own ends as a trap with that message.
    pub async fn call<T, R, F>(
        &self,
        pre: &InstancePre<Call<T>>,
        budget: Budget,
        guest: T,
        run: F,
    ) -> Result<(R, Spent), Fault>
    where
        T: Send + 'static,
        F: AsyncFnOnce(&mut Store<Call<T>>, &Instance) -> wasmtime::Result<R>,
    {
        let queued = Instant::now();
        let _turn = self.turn().await?;
        let begin = Instant::now();
        let queued = begin.duration_since(queued);

        let deadline = begin.checked_add(budget.wall).unwrap_or(begin + NEVER);
        let meter = Arc::new(Meter::new(budget.cpu, deadline));
        let mut store = call::store(&self.engine, &self.limits, &budget, &meter, guest);
        let mut instantiation = None;
        let body = meter.meter(async {
            let instance = pre.instantiate_async(&mut store).await?;
            instantiation = Some(begin.elapsed());
            run(&mut store, &instance).await
        });
        let ended = tokio::time::timeout(budget.wall, unwinding(body)).await;

        let wall = begin.elapsed();
        let (spent, memory) = (meter.spent(), store.data().limiter.peak);
        let error = match ended {
            Ok(Ok(Ok(answer))) => {
                let instantiation = instantiation.unwrap_or_default();
                return Ok((answer, Spent { cpu: spent, wall, memory, instantiation, queued }));
            }
            Ok(Ok(Err(error))) => error,
            Ok(Err(fault)) => return Err(fault),
            Err(_) => return Err(Fault::wall(&budget)),
        };
        let call = store.data();
        let ending = Ending {
            limits: &self.limits,
            budget: &budget,
            limiter: &call.limiter,
            started: instantiation.is_some(),
            said: call.output.last_words(),
        };
        Err(ending.fault(&error))
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Fault> {
        match tokio::time::timeout(self.limits.queue_time(), self.turns.acquire()).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Fault::busy(&self.limits, format!("this one waited {} ms for its turn", self.limits.queue_ms))),
        }
    }

    /// How many more calls could begin now.
    #[must_use]
    pub fn free_turns(&self) -> usize {
        self.turns.available_permits()
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("limits", &self.limits).finish_non_exhaustive()
    }
}

/// Turns a panic in a host function into a fault. What it might have left half done is the call's own, which is
/// dropped.
async fn unwinding<F: Future>(call: F) -> Result<F::Output, Fault> {
    let mut call = pin!(call);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(payload) => Poll::Ready(Err(Fault::panic(payload.as_ref()))),
    })
    .await
}
