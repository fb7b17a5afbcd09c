//! Lists what `gearshift new` writes out, so that the binary carries it: the SDK, its template, the contract and its registry.

use std::env;
use std::fs;
use std::io::{self, Error};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let variable = |name: &str| env::var(name).map(PathBuf::from).map_err(Error::other);
    let root = variable("CARGO_MANIFEST_DIR")?.join("../..").canonicalize()?;
    let mut files = ["sdk/Cargo.toml", "plugins/Cargo.toml", "plugins/Cargo.lock"].map(|file| root.join(file)).to_vec();
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    for (folder, deep) in [("sdk/src", true), ("sdk/template", true), ("wit", false), ("wit/registry", false)] {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        collect(&root.join(folder), deep, &mut files)?;
    }
    println!("cargo::rerun-if-changed=build.rs");
    files.sort();

    let mut list = String::from("&[\n");
    for file in &files {
        let name = file.strip_prefix(&root).map_err(Error::other)?;
        list.push_str(&format!("    ({:?}, include_str!({:?})),\n", name.display(), file.display()));
    }
    list.push_str("]\n");
    fs::write(variable("OUT_DIR")?.join("embedded.rs"), list)
}

fn collect(folder: &Path, deep: bool, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        } else if deep {
            collect(&path, deep, files)?;
        }
    }
    Ok(())
}
