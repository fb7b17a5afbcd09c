//! The contract as Rust, generated from `wit/adapter.wit`.
//!
//! One set of bindings covers the widest world, so that the host has each type once; which interfaces a component really
//! exports is found out by [`crate::version`] when it is linked.
#![expect(missing_docs, reason = "generated code")]

wasmtime::component::bindgen!({
    world: "webhook-adapter",
    path: "../../wit/adapter.wit",
    imports: { default: async | trappable },
    exports: { default: async },
    additional_derives: [Clone, PartialEq, serde::Serialize, serde::Deserialize],
});
