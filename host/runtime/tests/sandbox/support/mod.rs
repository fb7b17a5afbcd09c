//! A sandbox with a few host imports, and the healthy company that every hostile guest is in.

mod guests;
mod healthy;

use std::sync::Arc;
use std::time::Duration;

use gearshift_runtime::{Budget, Call, CompilerCommand, Fault, Limits, Runtime, RuntimeError, Spent, Trusted};
use wasmtime::component::{ComponentNamedList, InstancePre, Lift, Linker};
use wasmtime::{Store, StoreContextMut};

pub(crate) use guests::*;
pub(crate) use healthy::AmongHealthy;

/// The compiling child of all these tests.
#[test]
fn compiles_when_asked() {
    gearshift_runtime::child::run_if_asked();
}

/// What the tests' host functions keep.
#[derive(Debug, Default)]
pub(crate) struct Guest {
    pub(crate) logged: usize,
}

/// A linked component.
pub(crate) type Pre = InstancePre<Call<Guest>>;

#[derive(Clone)]
pub(crate) struct Sandbox {
    pub(crate) runtime: Arc<Runtime>,
    linker: Linker<Call<Guest>>,
}

/// Enough for anything honest, even where eight builds share the machine.
pub(crate) fn plenty() -> Budget {
    Budget {
        cpu: Duration::from_secs(5),
        wall: Duration::from_secs(60),
        settings: "limits.calls.test",
        ..Budget::default()
    }
}

pub(crate) fn runtime(limits: Limits) -> Arc<Runtime> {
    Runtime::with_compiler(limits, CompilerCommand::this_test("support::compiles_when_asked")).unwrap()
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self::with(Limits { calls_at_once: 16, ..Limits::default() })
    }

    pub(crate) fn with(limits: Limits) -> Self {
        let runtime = runtime(limits);
        let mut linker = runtime.linker().unwrap();
        add_host(&mut linker).unwrap();
        Self { runtime, linker }
    }

    pub(crate) async fn compile(&self, wasm: Vec<u8>) -> Result<Vec<u8>, RuntimeError> {
        self.runtime.compile(wasm.into()).await
    }

    /// Compiles, loads and links.
    pub(crate) async fn link(&self, wasm: Vec<u8>) -> Pre {
        let code = self.compile(wasm).await.unwrap();
        let component = self.runtime.load(Trusted::vouch(&code)).unwrap();
        self.linker.instantiate_pre(&component).unwrap()
    }

    /// Calls `run` in a fresh instance.
    pub(crate) async fn run(&self, pre: &Pre, budget: Budget) -> Result<(u32, Spent), Fault> {
        self.call::<u32>(pre, budget, "run").await
    }

    /// Calls a function without parameters.
    pub(crate) async fn call<R>(&self, pre: &Pre, budget: Budget, name: &str) -> Result<(R, Spent), Fault>
    where
        R: Lift + Send + Sync + 'static,
        (R,): ComponentNamedList + Lift,
    {
        let run = async |store: &mut Store<Call<Guest>>, instance: &wasmtime::component::Instance| {
            let function = instance.get_typed_func::<(), (R,)>(&mut *store, name)?;
            Ok(function.call_async(&mut *store, ()).await?.0)
        };
        self.runtime.call(pre, budget, Guest::default(), run).await
    }
}

fn add_host(linker: &mut Linker<Call<Guest>>) -> wasmtime::Result<()> {
    type Context<'a> = StoreContextMut<'a, Call<Guest>>;
    let mut root = linker.root();
    root.func_wrap("log", |mut context: Context<'_>, (text,): (String,)| {
        context.data_mut().guest.logged += text.len();
        Ok(())
    })?;
    root.func_wrap_async("wait", |context: Context<'_>, (ms,): (u32,)| {
        let wait = context.data().outside(tokio::time::sleep(Duration::from_millis(ms.into())));
        Box::new(async move {
            wait.await;
            Ok(())
        })
    })?;
    // A wait in which the host works: as TLS and an archive do.
    root.func_wrap_async("work", |context: Context<'_>, (ms,): (u32,)| {
        let work = context.data().outside(async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            burn(Duration::from_millis(ms.into()));
        });
        Box::new(async move {
            work.await;
            Ok(())
        })
    })?;
    // An import that might have waited and did not, as a request that is refused.
    root.func_wrap_async("refused", |context: Context<'_>, (): ()| {
        let refused = context.data().outside(async {});
        Box::new(async move {
            refused.await;
            Ok(())
        })
    })?;
    root.func_wrap("panic", |_: Context<'_>, (): ()| -> wasmtime::Result<()> { panic!("a host function went wrong") })?;
    Ok(())
}

/// Holds the thread.
fn burn(time: Duration) {
    let begin = std::time::Instant::now();
    while begin.elapsed() < time {
        std::hint::spin_loop();
    }
}
