//! Every bound on the shape of a record, in one place. Bounds of values stand in the registry.
//!
//! They are no settings: two hosts that disagreed on them would disagree on what a record is. Each is far above what a
//! provider is known to send, and there to keep one bad answer from filling a store.

/// Longest key, in bytes. Keys stand in indexes; the longest natural keys are URLs.
pub const KEY_BYTES: usize = 512;

/// Most keys in `same-as`. One for each generation of a provider's API and a few aliases.
pub const SAME_AS: usize = 32;

/// Earliest instant, Unix milliseconds: 1900-01-01. Birth dates are attributes and not instants.
pub const EARLIEST: i64 = -2_208_988_800_000;

/// Latest instant, Unix milliseconds: 2200-01-01. A plan reaches years ahead, a time in the wrong unit much further.
pub const LATEST: i64 = 7_258_118_400_000;

/// Furthest offset from UTC, seconds: 18 hours, as RFC 9557 and java.time have it.
pub const UTC_OFFSET: i32 = 64_800;

/// Longest name of a time zone, in bytes; the IANA database has none over 32.
pub const ZONE_BYTES: usize = 64;

/// Most measures, and most attributes, in a record or in one of its segments.
pub const PROPERTIES: usize = 1_000;

/// Most series, and most tracks, in a record.
pub const COLUMNS: usize = 200;

/// Samples in one series or track: more than eleven days at one a second.
pub const SAMPLES: usize = 1_000_000;

/// Segments in a record. A plan has hundreds of steps and targets, an activity thousands of lengths.
pub const SEGMENTS: usize = 20_000;

/// Most entries of `extra`, and the longest name and text there in characters.
pub const EXTRA: usize = 100;
/// Longest name in `extra`, in characters.
pub const EXTRA_NAME: usize = 100;
/// Longest text in `extra`, in characters.
pub const EXTRA_TEXT: usize = 20_000;

/// Violations that are told of one record; the rest would say the same again.
pub const VIOLATIONS: usize = 100;
