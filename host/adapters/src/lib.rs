//! Versions of adapters: the contract's bindings, gates, the live set, swap and rollback.
