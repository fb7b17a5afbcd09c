//! Runs components under limits, and knows nothing of what they are for.
//!
//! [`Runtime::compile`] makes native code of a component, in a child process; [`Runtime::load`] maps it;
//! [`Runtime::describe`] tells what it asks for; [`Runtime::linker`] offers what the sandbox has, to which the caller
//! adds its own contract; [`Runtime::call`] runs one function of a fresh instance under a [`Budget`] and answers with
//! what it [`Spent`], or with the [`Fault`] that ended it. Every limit stands in [`Limits`].
//!
//! A call costs itself alone. Its guest may loop, allocate, recurse, flood, lie about its memory or wait for ever; the
//! worker thread is given back at each tick, and what the guest held goes with its store.

mod budget;
mod call;
pub mod child;
mod compile;
mod describe;
mod engine;
mod error;
mod fault;
mod inspect;
mod limiter;
mod limits;
mod load;
mod meter;
mod runtime;
mod wasi;

pub use budget::{Budget, Spent};
pub use call::Call;
pub use compile::CompilerCommand;
pub use describe::{Description, Interface};
pub use error::RuntimeError;
pub use fault::Fault;
pub use limits::{Limits, TICK, setting};
pub use load::Trusted;
pub use runtime::Runtime;
