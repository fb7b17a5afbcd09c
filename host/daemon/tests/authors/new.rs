//! `gearshift new`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{component, files, gearshift, root, run};

/// A folder with what makes a checkout one, for `new` to add to.
fn checkout() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in ["plugins/Cargo.toml", "sdk/Cargo.toml", "wit/adapter.wit"] {
        let to = folder.path().join(file);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(root().join(file), to).unwrap();
    }
    let workspace = folder.path().join("plugins/Cargo.toml");
    let text = fs::read_to_string(&workspace).unwrap();
    let alone = |line: &&str| !line.starts_with("members") && !line.starts_with("trainerroad");
    let lines: Vec<&str> = text.lines().filter(alone).collect();
    fs::write(workspace, lines.join("\n").replace("[workspace]\n", "[workspace]\nmembers = [\"*\"]\n")).unwrap();
    // Cargo wants something to build in each crate.
    fs::create_dir_all(folder.path().join("sdk/src")).unwrap();
    fs::write(folder.path().join("sdk/src/lib.rs"), "").unwrap();
    folder
}

#[track_caller]
fn has_no_stand_ins(folder: &Path) {
    for file in files(folder).iter().filter(|file| !file.starts_with("sdk/") && !file.starts_with("wit/")) {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        assert!(!file.contains("template"), "{file}");
        assert!(!text.to_lowercase().contains("template"), "{file} still speaks of the template");
    }
}

#[test]
fn outside_of_a_checkout_it_is_complete_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let said = gearshift(folder.path(), ["new", "ride-with-us"]).ok();
    assert!(said.out.contains("gearshift test ride-with-us"), "{}", said.out);
    let made = folder.path().join("ride-with-us");
    let found = files(&made);
    for file in [
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "adapter.toml",
        "sdk/Cargo.toml",
        "sdk/src/lib.rs",
        "src/lib.rs",
        "wit/adapter.wit",
        "wit/registry/metrics.toml",
    ] {
        assert!(found.iter().any(|found| found == file), "no {file} in {found:#?}");
    }
    assert!(found.iter().any(|file| file.starts_with("fixtures/") && file.ends_with("/case.toml")), "{found:#?}");
    assert!(!found.iter().any(|file| file.contains("template")), "{found:#?}");
    has_no_stand_ins(&made);

    let manifest = fs::read_to_string(made.join("adapter.toml")).unwrap();
    assert!(manifest.contains("name = \"ride-with-us\"") && manifest.contains("id = \"RIDE_WITH_US\""), "{manifest}");
    assert!(fs::read_to_string(made.join("src/lib.rs")).unwrap().contains("struct RideWithUs"));
    for file in files(&root().join("sdk/src")) {
        let own = fs::read(root().join("sdk/src").join(&file)).unwrap();
        assert_eq!(fs::read(made.join("sdk/src").join(&file)).unwrap(), own, "{file} is not the checkout's");
    }
}

#[test]
fn in_a_checkout_it_is_one_more_plugin() {
    let checkout = checkout();
    // From anywhere within.
    let said = gearshift(&checkout.path().join("wit"), ["new", "meadow", "--provider", "MEADOW_EU"]).ok();
    assert!(said.out.contains("./dev fixtures plugins/meadow"), "{}", said.out);
    let made = checkout.path().join("plugins/meadow");
    has_no_stand_ins(&made);
    assert!(fs::read_to_string(made.join("adapter.toml")).unwrap().contains("id = \"MEADOW_EU\""));
    assert!(!made.join("sdk").exists() && !made.join("wit").exists(), "it has the checkout's");

    let mut cargo = Command::new("cargo");
    let metadata = ["metadata", "--no-deps", "--format-version=1", "--offline", "--manifest-path"];
    let said = run(cargo.args(metadata).arg(made.join("Cargo.toml"))).ok();
    assert!(said.out.contains("\"name\":\"meadow\""), "the workspace does not take it in");
}

#[test]
fn what_is_there_is_never_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("meadow")).unwrap();
    gearshift(folder.path(), ["new", "meadow"]).fails(2, "nothing is overwritten");
    assert_eq!(files(&folder.path().join("meadow")), [""; 0]);
}

#[test]
fn a_name_that_would_not_do_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for name in
        ["Meadow", "meadow_eu", "meadow--eu", "-meadow", "meadow-", "9meadow", "../meadow", "", "test", &"m".repeat(41)]
    {
        let said = gearshift(folder.path(), ["new", "--", name]);
        assert_eq!(said.code, Some(2), "{name:?}: {}", said.out);
    }
    gearshift(folder.path(), ["new", "meadow", "--provider", "meadow eu"]).fails(2, "the names do not make a manifest");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The one that takes a while: what `new` makes is built, and does what it promises.
#[test]
fn what_it_makes_builds_passes_its_fixtures_and_loads() {
    // Always in the same place, so that the shared target folder has one copy of its SDK and not one for each run.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authors");
    // Runs of the tests that meet here take turns; the lock goes with the file, also when a run is killed.
    let turn = fs::File::create(folder.with_extension("lock")).unwrap();
    turn.lock().unwrap();
    fs::remove_dir_all(&folder)
        .or_else(|error| if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
        .unwrap();
    fs::create_dir_all(&folder).unwrap();
    gearshift(&folder, ["new", "lone-meadow", "--alone"]).ok();

    let said = gearshift(&folder, ["test", "lone-meadow"]).ok();
    assert!(said.out.contains(" passed, 0 failed"), "{}", said.out);

    let said = gearshift(&folder, ["check".as_ref(), component("lone_meadow").as_os_str()]).ok();
    assert!(said.out.contains("would serve: PUT it to /admin/adapters/lone-meadow"), "{}", said.out);

    // And natively, as its author works on it.
    run(Command::new("cargo").args(["test", "--quiet", "--offline"]).current_dir(folder.join("lone-meadow"))).ok();
}
