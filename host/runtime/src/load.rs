//! Loading compiled code: the one unsafe call of this program.
#![expect(unsafe_code, reason = "machine code from a file cannot be proven harmless; see the invariant at the call")]

use wasmtime::component::Component;
use wasmtime::{Engine, Precompiled};

use crate::error::RuntimeError;
use crate::limits::setting;

/// Compiled code for whose origin the caller vouches.
#[derive(Clone, Copy)]
pub struct Trusted<'a>(&'a [u8]);

impl<'a> Trusted<'a> {
    /// Vouches that these bytes are what [`Runtime::compile`](crate::Runtime::compile) returned, to this process or to
    /// an earlier one of the same user, and that they have not changed since: they come from memory, or from a file
    /// that only this user can write and whose digest was compared. An upload is never vouched for; it is compiled.
    #[must_use]
    pub fn vouch(code: &'a [u8]) -> Self {
        Self(code)
    }
}

impl std::fmt::Debug for Trusted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Trusted({} bytes)", self.0.len())
    }
}

pub(crate) fn load(engine: &Engine, code: Trusted<'_>) -> Result<Component, RuntimeError> {
    if Engine::detect_precompiled(code.0) != Some(Precompiled::Component) {
        return Err(RuntimeError::Incompatible("it is not compiled code at all".into()));
    }
    // SAFETY: the code becomes part of this process, so it must be what our own compiler made. `Trusted` says so:
    // whoever made one vouched that the bytes come from `Runtime::compile` and are undamaged. That another version or
    // configuration of the engine made them is caught here by the engine itself, which refuses them.
    let loaded = unsafe { Component::deserialize(engine, code.0) };
    loaded.map_err(|error| refusal(&format!("{error:#}")))
}

/// The pool's words for what a component needs beyond what a call may have, and the setting that each is about.
const MISFITS: &[(&str, &str)] = &[
    ("minimum byte size", setting::call_memory_bytes),
    ("memories", setting::call_memories),
    ("minimum element size", setting::call_table_elements),
    ("tables", setting::call_tables),
    ("core module instances", setting::call_instances),
];

fn refusal(text: &str) -> RuntimeError {
    let exceeds = text.contains("exceeds the");
    match MISFITS.iter().find(|(words, _)| exceeds && text.contains(words)) {
        Some((_, setting)) => RuntimeError::Misfit { message: text.into(), setting },
        None => RuntimeError::Incompatible(text.into()),
    }
}
