//! Numbers of the vault.

/// How often one data key seals before a fresh one is made. AES-GCM with random nonces is safe up to 2^32 messages a key (NIST
/// SP 800-38D, 8.3); a millionth part of that costs one more key every million secrets.
pub(crate) const SEALS_PER_DATA_KEY: u32 = 1 << 20;

/// Data keys that are kept unwrapped, over all tenants; beyond it the cache starts anew. One costs about 1 KiB, and unwrapping
/// one a few microseconds.
pub(crate) const CACHED_DATA_KEYS: usize = 4_096;
