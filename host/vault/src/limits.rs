//! Numbers of the vault.

use std::time::Duration;

/// How often one data key seals before a fresh one is made. AES-GCM with random nonces is safe up to 2^32 messages a key (NIST
/// SP 800-38D, 8.3); a millionth part of that costs one more key every million secrets.
pub(crate) const SEALS_PER_DATA_KEY: u32 = 1 << 20;

/// Data keys that are kept unwrapped, over all tenants; beyond it the cache starts anew. One costs about 1 KiB, and unwrapping
/// one a few microseconds, or a call to the key service.
pub(crate) const CACHED_DATA_KEYS: usize = 4_096;

/// How long a key file is believed not to have changed. Looking costs a few microseconds; a second is what a rotation waits
/// for at its beginning.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Bytes of the largest key file: some two hundred keys, or fewer with comments. A larger one is another file.
pub(crate) const LONGEST_KEY_FILE: usize = 16 * 1024;
