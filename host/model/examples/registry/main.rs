//! Writes the constants that host and SDK compile, from the tables in `wit/registry`:
//!
//! ```text
//! cargo run -p gearshift-model --example registry
//! ```
//!
//! The test `registry_tables` fails while what is checked in differs from what this would write.

use std::error::Error;

mod render;
mod source;

fn main() -> Result<(), Box<dyn Error>> {
    let source = source::Source::read(&source::root())?;
    for (path, text) in [(source::host_file(), render::host(&source)), (source::sdk_file(), render::sdk(&source))] {
        std::fs::write(&path, text)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
