//! Events to destinations: signed, retried, in order per record.
