//! Every adapter's manifest is one, for the host as for an editor.

use std::fs;
use std::path::{Path, PathBuf};

use gearshift_manifest::Manifest;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every adapter.toml below a folder, built things left out.
fn manifests(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            manifests(&path, found);
        } else if entry.file_name() == "adapter.toml" {
            found.push(path);
        }
    }
}

#[test]
fn the_manifests_of_all_adapters_are_valid() {
    let schema = serde_json::from_str(&fs::read_to_string(root().join("wit/manifest.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut found = Vec::new();
    manifests(&root().join("plugins"), &mut found);
    assert!(!found.is_empty(), "no adapter.toml below plugins");
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let read = Manifest::parse(&text).map(|_| ());
        assert_eq!(read, Ok(()), "{}", path.display());
        let instance = serde_json::to_value(toml::from_str::<toml::Value>(&text).unwrap()).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
    }
}
