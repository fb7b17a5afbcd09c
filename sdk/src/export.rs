//! From a type to a component.

/// Makes a component of an [`Adapter`](crate::Adapter): once in a crate, `gearshift_sdk::export!(Meadow);`.
///
/// On wasm32 it exports the contract's functions and puts the crate's `adapter.toml` into the custom section
/// `gearshift:manifest`, where the host finds it without running anything. Elsewhere it only checks that the type is an
/// adapter: a native linker would stumble over the names of the exports.
#[macro_export]
macro_rules! export {
    ($adapter:ty) => {
        const _: fn() = || {
            fn is_an_adapter<A: $crate::Adapter>() {}
            is_an_adapter::<$adapter>();
        };

        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "exports of a component, and a section of it; all of it is generated")]
        const _: () = {
            const MANIFEST: &[u8] =
                ::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/adapter.toml"));

            #[used]
            #[unsafe(link_section = "gearshift:manifest")]
            static SECTION: [u8; MANIFEST.len()] =
                *::core::include_bytes!(::core::concat!(::core::env!("CARGO_MANIFEST_DIR"), "/adapter.toml"));

            type Exported = $crate::guest::Component<$adapter>;
    $crate::guest::bindings::export_component!(Exported with_types_in $crate::guest::bindings);
        };
    };
}
