//! Every number that may be tuned, with its default, its unit and its reason.

use std::time::Duration;

/// What a commit survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The fall of the machine: each commit waits for the disk.
    Machine,
    /// The fall of the process (`kill -9`), but the last commits are lost with the machine's power. For tests.
    Process,
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Default: [`Durability::Machine`]. A lost commit is not only work to be repeated: a provider's rotated refresh
    /// token is gone for good, and an event that was already delivered would come again under another id. A commit
    /// costs 0.3 to 5 ms.
    pub durability: Durability,
    /// How long a statement waits for a lock that another process holds. Default: 10 s, longer than any transaction
    /// here; within this process writers queue for one connection and never meet a lock.
    pub busy_timeout: Duration,
    /// Connections that read beside the writer. Default: 4, since readers are short and SQLite's own thread does the
    /// work.
    pub readers: u32,
    /// How long a call waits for a connection of the pool. Default: 30 s: a writer that waited longer had better fail
    /// loudly.
    pub acquire_timeout: Duration,
    /// SQLite's page cache for each connection, in KiB. Default: 8,192: the hot indices of some ten thousand
    /// connections.
    pub cache_kib: u32,
    /// zstd's level for bodies. Default: 3: JSON shrinks to a seventh, and a higher level costs more CPU than it saves
    /// disk.
    pub body_level: i32,
    /// The same for records and facets, which are written inside the one writer's transaction. Default: 1, the fastest.
    pub row_level: i32,
    /// Rows larger than this many bytes are compressed. Default: 4,096: a smaller one gains little, and stays readable
    /// with any SQLite client.
    pub row_threshold: usize,
    /// A body without a row is collected when it is older than this. Default: 1 h: another process may have written the
    /// body and not yet its row.
    pub orphan_grace: Duration,
    /// The most that a body may unpack to, in bytes. Default: 256 MiB, twice the largest call that a provider may make
    /// to us.
    pub body_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            durability: Durability::Machine,
            busy_timeout: Duration::from_secs(10),
            readers: 4,
            acquire_timeout: Duration::from_secs(30),
            cache_kib: 8 * 1024,
            body_level: 3,
            row_level: 1,
            row_threshold: 4 * 1024,
            orphan_grace: Duration::from_secs(60 * 60),
            body_limit: 256 * 1024 * 1024,
        }
    }
}
