//! What a call of an adapter may cost. What a sandbox may cost whoever calls it stands in `gearshift_runtime::Limits`.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// CPU and wall clock of one kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CallLimit {
    /// Milliseconds inside the guest; waits outside do not count.
    pub cpu_ms: u64,
    /// Milliseconds from the call's start to its end.
    pub wall_ms: u64,
    /// Bytes that the guest may hand over in one crossing of the sandbox's border: a request, or what it returns.
    pub transfer_bytes: usize,
}

impl CallLimit {
    /// CPU as a duration.
    #[must_use]
    pub const fn cpu(&self) -> Duration {
        Duration::from_millis(self.cpu_ms)
    }

    /// Wall clock as a duration.
    #[must_use]
    pub const fn wall(&self) -> Duration {
        Duration::from_millis(self.wall_ms)
    }
}

/// Limits on calls, by kind. Each is a setting under `[limits.calls]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct CallLimits {
    /// 1 s CPU, 60 s wall: a page is up to fifty requests to a slow provider, and little work between them.
    pub pull: CallLimit,
    /// 2 s CPU, 5 s wall: a long ride's streams take milliseconds; a hundred times that is a fault.
    pub normalize: CallLimit,
    /// 250 ms CPU, 2 s wall: a provider waits for the answer, and some give up after two seconds.
    pub receive: CallLimit,
    /// 1 s CPU, 60 s wall: a few requests to a sign-in page. Also renew, identify and revoke.
    pub sign_in: CallLimit,
    /// 1,000 documents in a page: a page is one transaction, and a crash repeats it.
    pub page_documents: usize,
    /// 50,000 records from one document: a year of days a hundred times over.
    pub document_records: usize,
    /// 50 requests in one pull call, so that a page is committed every few seconds at one request a second.
    pub pull_requests: u32,
    /// 64 MiB in all parts of one document: it must fit the guest's memory.
    pub document_bytes: usize,
}

const MIB: usize = 1 << 20;

impl Default for CallLimits {
    fn default() -> Self {
        Self {
            pull: CallLimit { cpu_ms: 1_000, wall_ms: 60_000, transfer_bytes: 128 * MIB },
            normalize: CallLimit { cpu_ms: 2_000, wall_ms: 5_000, transfer_bytes: 128 * MIB },
            receive: CallLimit { cpu_ms: 250, wall_ms: 2_000, transfer_bytes: 128 * MIB },
            sign_in: CallLimit { cpu_ms: 1_000, wall_ms: 60_000, transfer_bytes: 32 * MIB },
            page_documents: 1_000,
            document_records: 50_000,
            pull_requests: 50,
            document_bytes: 64 * MIB,
        }
    }
}
