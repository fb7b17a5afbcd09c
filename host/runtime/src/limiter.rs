//! Memory and tables of a call, counted over all of them: a limit on each would be no limit on many.

use wasmtime::ResourceLimiter;

use crate::limits::{Limits, MEMORY_REFUSALS};

/// A limit that ended a call. The fault adds the value and the setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Exceeded {
    #[error("the CPU budget is spent")]
    Cpu,
    #[error("the wall clock ran out")]
    Wall,
    #[error("the memory limit is reached")]
    Memory,
    #[error("the limit on table elements is reached")]
    Tables,
}

/// What a call holds.
#[derive(Debug)]
pub(crate) struct Limiter {
    /// Bytes of all memories, and the most that they ever were.
    memory: usize,
    pub(crate) peak: usize,
    pub(crate) memory_limit: usize,
    /// The last growth that was allowed, to be taken back if it fails.
    last: usize,
    /// The largest total that was asked for in vain.
    pub(crate) wanted: usize,
    refusals: u32,
    elements: usize,
    pub(crate) elements_refused: bool,
    element_limit: usize,
    memories: usize,
    tables: usize,
    instances: usize,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits, memory_limit: usize) -> Self {
        Self {
            memory: 0,
            peak: 0,
            memory_limit: memory_limit.min(limits.call_memory_bytes),
            last: 0,
            wanted: 0,
            refusals: 0,
            elements: 0,
            elements_refused: false,
            element_limit: limits.call_table_elements,
            memories: count(limits.call_memories),
            tables: count(limits.call_tables),
            instances: count(limits.call_instances),
        }
    }
}

fn count(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let total = self.memory.saturating_add(more);
        if total > self.memory_limit {
            self.wanted = self.wanted.max(total);
            self.refusals += 1;
            return if self.refusals > MEMORY_REFUSALS { Err(Exceeded::Memory.into()) } else { Ok(false) };
        }
        self.memory = total;
        self.last = more;
        self.peak = self.peak.max(total);
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        // The guest's own maximum, or a machine without memory: the guest hears of it, and nothing was taken.
        tracing::debug!(%error, "a guest's memory did not grow");
        self.memory = self.memory.saturating_sub(std::mem::take(&mut self.last));
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let total = self.elements.saturating_add(desired.saturating_sub(current));
        if total > self.element_limit {
            self.elements_refused = true;
            return Err(Exceeded::Tables.into());
        }
        self.elements = total;
        Ok(true)
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}
