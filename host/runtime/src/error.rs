//! What can go wrong before a call: the engine, the raw bytes, the compiler, the compiled code.

use std::time::Duration;

/// Why the sandbox could not be made, or a component not be compiled or loaded.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// The engine cannot be set up on this machine.
    #[error("the sandbox cannot be set up: {0}")]
    Engine(String),
    /// The bytes are a core module.
    #[error(
        "this is a core WebAssembly module, not a component: build it for wasm32-wasip2, or wrap it with `wasm-tools component new`"
    )]
    CoreModule,
    /// The bytes are no WebAssembly.
    #[error("this is not a WebAssembly component: it begins with {0}")]
    NotWasm(String),
    /// The bytes end early, or make no sense at some place.
    #[error("the component is damaged or cut short at byte {offset}: {message}")]
    Malformed {
        /// Where.
        offset: usize,
        /// What the parser says.
        message: String,
    },
    /// Something about the component is larger than allowed.
    #[error("the component has {found} {what}, and {limit} is the limit (setting `{setting}`)")]
    TooLarge {
        /// Of what.
        what: &'static str,
        /// How much there is, or how much had been counted when it was too much.
        found: u64,
        /// How much may be.
        limit: u64,
        /// Where the limit is set.
        setting: &'static str,
    },
    /// Something that the sandbox does not do.
    #[error("the component uses {0}: build it without")]
    Unsupported(&'static str),
    /// The compiler refused it: it is not valid, or uses a feature that the sandbox leaves out.
    #[error("the component cannot be compiled: {0}")]
    Invalid(String),
    /// The compile took too long and its process was killed.
    #[error("the compile did not end within {limit:?} (setting `{setting}`) and was killed")]
    CompileTime {
        /// How long it may take.
        limit: Duration,
        /// Where the limit is set.
        setting: &'static str,
    },
    /// The compile took too much memory and its process is gone.
    #[error("the compile needs more than {limit} bytes of memory (setting `{setting}`)")]
    CompileMemory {
        /// How much it may take.
        limit: u64,
        /// Where the limit is set.
        setting: &'static str,
    },
    /// The compiling process ended in a way that it should not.
    #[error("the compiling process failed: {0}")]
    Compiler(String),
    /// The code was compiled by another engine, or is not compiled code.
    #[error("this compiled code is not for this engine: compile the component again ({0})")]
    Incompatible(String),
    /// The sandbox offers less than the component asks for at every call.
    #[error("the component does not fit the sandbox (setting `{setting}`): {message}")]
    Misfit {
        /// What it needs and what there is.
        message: String,
        /// Where the limit is set.
        setting: &'static str,
    },
    /// The sandbox's own interfaces cannot be linked: a fault of this build.
    #[error("the sandbox cannot be linked: {0}")]
    Linker(String),
}

impl RuntimeError {
    /// A stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Engine(_) => "engine",
            Self::CoreModule => "core-module",
            Self::NotWasm(_) => "not-wasm",
            Self::Malformed { .. } => "malformed",
            Self::TooLarge { .. } => "too-large",
            Self::Unsupported(_) => "unsupported",
            Self::Invalid(_) => "invalid",
            Self::CompileTime { .. } => "compile-time",
            Self::CompileMemory { .. } => "compile-memory",
            Self::Compiler(_) => "compiler",
            Self::Incompatible(_) => "incompatible",
            Self::Misfit { .. } => "misfit",
            Self::Linker(_) => "linker",
        }
    }
}
