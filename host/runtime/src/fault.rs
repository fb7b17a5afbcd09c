//! What ended a call, told so that one knows which limit to change or what to mend.

use std::any::Any;
use std::time::Duration;

use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use crate::budget::Budget;
use crate::limiter::{Exceeded, Limiter};
use crate::limits::{GUEST_LINE, Limits, setting};

/// Why a call did not end as it should. It is over, nothing of it is reused, and no other call took notice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The guest trapped: a panic, a division by zero, a lie about its memory.
    #[error("the guest trapped: {message}{}", shown(.backtrace, .said))]
    Trap {
        /// What the engine says.
        message: String,
        /// The guest's functions, innermost first, by name where its name section was kept.
        backtrace: Vec<String>,
        /// The end of what it wrote to stderr: for a Rust guest the panic's message and place.
        said: String,
    },
    /// The CPU budget is spent.
    #[error("the call spent its CPU budget of {limit:?} (setting `{setting}`){}", shown(.backtrace, ""))]
    Cpu {
        /// How much it had.
        limit: Duration,
        /// Where the limit is set.
        setting: String,
        /// Where the guest was.
        backtrace: Vec<String>,
    },
    /// The call took too long, waits included.
    #[error("the call did not end within {limit:?} (setting `{setting}`)")]
    Wall {
        /// How long it had.
        limit: Duration,
        /// Where the limit is set.
        setting: String,
    },
    /// Its memories together would have been too large.
    #[error("the call asked for {wanted} bytes of memory, and {limit} is the limit (setting `{setting}`): {message}")]
    Memory {
        /// The most that it asked for.
        wanted: usize,
        /// How much it may have.
        limit: usize,
        /// Where the limit is set.
        setting: String,
        /// How it ended.
        message: String,
    },
    /// Its tables together would have been too large.
    #[error("the call asked for more than {limit} table elements (setting `{setting}`)")]
    Tables {
        /// How many it may have.
        limit: usize,
        /// Where the limit is set.
        setting: String,
    },
    /// It recursed too deep.
    #[error("the call used up its stack of {limit} bytes (setting `{setting}`){}", shown(.backtrace, ""))]
    Stack {
        /// How much it had.
        limit: usize,
        /// Where the limit is set.
        setting: String,
        /// The innermost frames.
        backtrace: Vec<String>,
    },
    /// It handed over too much at once.
    #[error("the call handed more than {limit} bytes over at once (setting `{setting}`)")]
    Transfer {
        /// How much it may.
        limit: usize,
        /// Where the limit is set.
        setting: String,
    },
    /// It held too many handles.
    #[error("the call held more than {limit} handles (setting `{setting}`)")]
    Handles {
        /// How many it may.
        limit: usize,
        /// Where the limit is set.
        setting: String,
    },
    /// The guest called exit, which ends a program and not a call.
    #[error("the guest exited with status {0} instead of returning")]
    Exit(i32),
    /// The host is full; nothing ran. Worth another try later.
    #[error("the host runs as many calls as it may, {limit} (setting `{setting}`), and {reason}")]
    Busy {
        /// How many run at once.
        limit: u32,
        /// Where the limit is set.
        setting: String,
        /// What was waited for.
        reason: String,
    },
    /// The instance could not be made.
    #[error("the instance could not be made: {0}")]
    Start(String),
    /// A host function panicked: a fault of this program, which cost this call alone.
    #[error("a host function panicked: {0}")]
    HostPanic(String),
}

impl Fault {
    /// A stable word for it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Trap { .. } => "trap",
            Self::Cpu { .. } => "cpu-limit",
            Self::Wall { .. } => "wall-limit",
            Self::Memory { .. } => "memory-limit",
            Self::Tables { .. } => "table-limit",
            Self::Stack { .. } => "stack-limit",
            Self::Transfer { .. } => "transfer-limit",
            Self::Handles { .. } => "handle-limit",
            Self::Exit(_) => "exit",
            Self::Busy { .. } => "busy",
            Self::Start(_) => "start",
            Self::HostPanic(_) => "host-panic",
        }
    }

    /// Whether the same call may succeed later, unchanged: the host was full.
    #[must_use]
    pub const fn passing(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }

    pub(crate) fn wall(budget: &Budget) -> Self {
        Self::Wall { limit: budget.wall, setting: budget.setting("wall-ms") }
    }

    pub(crate) fn busy(limits: &Limits, reason: String) -> Self {
        Self::Busy { limit: limits.calls_at_once, setting: setting::calls_at_once.into(), reason }
    }

    pub(crate) fn panic(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Self::HostPanic(text.unwrap_or("without a message").into())
    }
}

/// What is known when a call ends in an error.
pub(crate) struct Ending<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) budget: &'a Budget,
    pub(crate) limiter: &'a Limiter,
    pub(crate) started: bool,
    pub(crate) said: String,
}

impl Ending<'_> {
    /// Which fault an error is.
    pub(crate) fn fault(self, error: &wasmtime::Error) -> Fault {
        let Self { limits, budget, limiter, .. } = self;
        let backtrace = backtrace(error);
        match error.downcast_ref::<Exceeded>() {
            Some(Exceeded::Cpu) => {
                return Fault::Cpu { limit: budget.cpu, setting: budget.setting("cpu-ms"), backtrace };
            }
            Some(Exceeded::Wall) => return Fault::wall(budget),
            Some(Exceeded::Memory) => return self.memory("it kept asking".into()),
            Some(Exceeded::Tables) => return self.tables(),
            None => {}
        }
        if let Some(I32Exit(status)) = error.downcast_ref() {
            return Fault::Exit(*status);
        }
        if error.is::<PoolConcurrencyLimitError>() {
            return Fault::busy(limits, format!("its pool is used up: {}", error.root_cause()));
        }
        let message = line(&error.root_cause().to_string());
        if limiter.wanted > 0 {
            return self.memory(message);
        }
        if limiter.elements_refused {
            return self.tables();
        }
        if error.downcast_ref() == Some(&Trap::StackOverflow) {
            return Fault::Stack { limit: limits.stack_bytes, setting: setting::stack_bytes.into(), backtrace };
        }
        if message.contains("fuel allocated for hostcalls has been exhausted") {
            return Fault::Transfer { limit: budget.hostcall_fuel, setting: budget.setting("transfer-bytes") };
        }
        if is_handles(&message) {
            return Fault::Handles { limit: limits.call_handles, setting: setting::call_handles.into() };
        }
        if self.started { Fault::Trap { message, backtrace, said: self.said } } else { Fault::Start(message) }
    }

    fn memory(self, message: String) -> Fault {
        let own = self.budget.memory <= self.limits.call_memory_bytes;
        let setting = if own { self.budget.setting("memory-bytes") } else { setting::call_memory_bytes.into() };
        Fault::Memory { wanted: self.limiter.wanted, limit: self.limiter.memory_limit, setting, message }
    }

    fn tables(self) -> Fault {
        Fault::Tables { limit: self.limits.call_table_elements, setting: setting::call_table_elements.into() }
    }
}

/// The engine's two tables of handles have no error type to ask for.
fn is_handles(message: &str) -> bool {
    message.contains("resource table has no free keys") || message.contains("store handle limit exceeded")
}

fn backtrace(error: &wasmtime::Error) -> Vec<String> {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return Vec::new() };
    // The first line is a heading; the others are "  0: 0x1234 - module!function".
    trace
        .to_string()
        .lines()
        .skip(1)
        .map(|frame| line(frame.split_once(": ").map_or(frame, |(_, rest)| rest)))
        .collect()
}

/// Text from a guest, made fit for a log: one line, nothing that a terminal obeys, not too long.
pub(crate) fn line(text: &str) -> String {
    let printable = text.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    printable.take(GUEST_LINE).collect()
}

fn shown(backtrace: &[String], said: &str) -> String {
    let mut text = String::new();
    if !said.is_empty() {
        text = format!("; it said: {said}");
    }
    if let Some(first) = backtrace.first() {
        text = format!("{text}; in {first}");
    }
    for frame in backtrace.iter().skip(1).take(7) {
        text = format!("{text} < {frame}");
    }
    text
}
