//! The manifest inside a component: the custom section `gearshift:manifest`, read without running anything.

use wasmparser::{Parser, Payload};

/// The section's name. The SDK's `export!` macro puts adapter.toml there.
pub const SECTION: &str = "gearshift:manifest";

/// Why a component has no readable manifest.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// The bytes are not WebAssembly.
    #[error("the component cannot be read: {0}")]
    Unreadable(String),
    /// There is none, and no component either.
    #[error(
        "this is a core WebAssembly module without a `{SECTION}` section, and no component: build it for wasm32-wasip2, with the SDK's \
         `export!` macro"
    )]
    Core,
    /// There is none.
    #[error(
        "the component carries no `{SECTION}` section: build it with the SDK's `export!` macro, which puts adapter.toml there"
    )]
    Missing,
    /// Two nested modules carry different ones.
    #[error("the component carries {0} different `{SECTION}` sections: link one adapter into a component")]
    Several(usize),
    /// It is not text.
    #[error("the `{SECTION}` section is not UTF-8 text")]
    NotText,
}

/// The manifest's text, from the component itself or a module nested in it.
///
/// # Errors
/// When there is none, or more than one.
pub fn manifest(component: &[u8]) -> Result<String, SectionError> {
    if !component.starts_with(b"\0asm") {
        return Err(SectionError::Unreadable(
            "it does not begin as WebAssembly does: send the .wasm file that the build made".into(),
        ));
    }
    let mut found: Vec<&[u8]> = Vec::new();
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.map_err(|error| SectionError::Unreadable(error.to_string()))?;
        if let Payload::CustomSection(section) = payload
            && section.name() == SECTION
            && !found.contains(&section.data())
        {
            found.push(section.data());
        }
    }
    match found.as_slice() {
        [] if Parser::is_core_wasm(component) => Err(SectionError::Core),
        [] => Err(SectionError::Missing),
        [one] => std::str::from_utf8(one).map(str::to_owned).map_err(|_| SectionError::NotText),
        several => Err(SectionError::Several(several.len())),
    }
}
