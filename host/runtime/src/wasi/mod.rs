//! WASI as the sandbox has it: what a Rust guest's standard library imports whether it uses it or not, over an empty
//! world.
//!
//! No sockets and no http: a guest has its contract's imports or nothing. No files, variables or arguments. Clocks are
//! read to the millisecond; stdout and stderr go to tracing.

mod clocks;
mod output;
mod random;

use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::cli::{WasiCli, WasiCliView as _};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView as _};
use wasmtime_wasi::filesystem::{WasiFilesystem, WasiFilesystemView as _};
use wasmtime_wasi::p2::bindings::{cli, clocks as wasi_clocks, filesystem, io, random as wasi_random};
use wasmtime_wasi::random::{WasiRandom, WasiRandomView as _};
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiView as _};

use crate::budget::Budget;
use crate::call::Call;
use crate::limits::Limits;

pub(crate) use output::Output;

/// What [`link`] offers, each at every version 0.2.
const OFFERED: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
];

/// Whether the sandbox offers this import.
pub(crate) fn offers(import: &str) -> bool {
    import.split_once('@').is_some_and(|(name, version)| version.starts_with("0.2.") && OFFERED.contains(&name))
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

pub(crate) fn link<T: Send + 'static>(linker: &mut Linker<Call<T>>) -> wasmtime::Result<()> {
    type C<T> = Call<T>;
    io::error::add_to_linker::<C<T>, Io>(linker, |call| call.ctx().table)?;
    io::poll::add_to_linker::<C<T>, Io>(linker, |call| call.ctx().table)?;
    io::streams::add_to_linker::<C<T>, Io>(linker, |call| call.ctx().table)?;
    wasi_clocks::wall_clock::add_to_linker::<C<T>, WasiClocks>(linker, C::<T>::clocks)?;
    wasi_clocks::monotonic_clock::add_to_linker::<C<T>, clocks::Clocks>(linker, clocks::view)?;
    wasi_random::random::add_to_linker::<C<T>, WasiRandom>(linker, C::<T>::random)?;
    wasi_random::insecure::add_to_linker::<C<T>, WasiRandom>(linker, C::<T>::random)?;
    wasi_random::insecure_seed::add_to_linker::<C<T>, WasiRandom>(linker, C::<T>::random)?;
    cli::environment::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::exit::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::stdin::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::stdout::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::stderr::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::terminal_input::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::terminal_output::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::terminal_stdin::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::terminal_stdout::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    cli::terminal_stderr::add_to_linker::<C<T>, WasiCli>(linker, C::<T>::cli)?;
    filesystem::types::add_to_linker::<C<T>, WasiFilesystem>(linker, C::<T>::filesystem)?;
    filesystem::preopens::add_to_linker::<C<T>, WasiFilesystem>(linker, C::<T>::filesystem)?;
    Ok(())
}

/// The empty world of one call.
pub(crate) fn context(limits: &Limits, budget: &Budget, output: &Output) -> WasiCtx {
    let mut wasi = WasiCtxBuilder::new();
    wasi.allow_blocking_current_thread(false)
        .max_random_size(limits.random_bytes)
        .stdout(output.stdout())
        .stderr(output.stderr())
        .wall_clock(clocks::Wall(budget.now))
        .monotonic_clock(clocks::Monotonic::new(budget.now.is_some()));
    if let Some(seed) = budget.seed {
        // Three streams, so that a guest that draws from one does not shift the others.
        wasi.secure_random(random::Seeded::new(seed, 1))
            .insecure_random(random::Seeded::new(seed, 2))
            .insecure_random_seed(random::Seeded::new(seed, 3).wide());
    }
    wasi.build()
}
