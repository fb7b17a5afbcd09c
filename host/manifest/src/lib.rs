//! adapter.toml: parse, validate, compare grants. Pure.
