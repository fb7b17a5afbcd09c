//! A new adapter: the SDK's template under another name.
//!
//! In a checkout it is one more member of the plugins' workspace. Elsewhere it is a workspace of its own, with the SDK and the
//! contract beside it as this binary knows them, and with the same versions of what the SDK needs: cargo finds all else on
//! crates.io.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use gearshift_manifest::Manifest;

use super::embedded;

/// The longest name: it is in file names, in addresses and in every log line.
const LONGEST: usize = 40;
/// Names that cargo or a folder has taken.
const TAKEN: &[&str] =
    &["alloc", "core", "gearshift-sdk", "proc-macro", "sdk", "std", "target", "template", "test", "wit"];

/// A file to write: its path within the adapter's folder, and its text.
type File = (String, String);

/// Makes it, and says how to go on.
pub(super) fn new(name: &str, provider: Option<&str>, alone: bool) -> anyhow::Result<()> {
    check_name(name)?;
    let provider = provider.map_or_else(|| name.replace('-', "_").to_uppercase(), str::to_owned);
    let here = std::env::current_dir().context("there is no working directory")?;
    let checkout = checkout(&here).filter(|_| !alone);
    let folder = checkout.as_ref().map_or_else(|| here.join(name), |root| root.join("plugins").join(name));

    let mut files = adapter(name, &provider)?;
    if checkout.is_none() {
        stand_alone(&mut files)?;
    }
    write(&folder, &files)?;
    tell(&folder, &here, checkout.as_deref());
    Ok(())
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let words = name
        .split('-')
        .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()));
    ensure!(
        words && name.starts_with(|first: char| first.is_ascii_lowercase()) && name.len() <= LONGEST,
        "{name:?} is no name for an adapter: lower-case letters and digits, words joined by single hyphens, a letter first, \
         {LONGEST} characters at most, as in `ride-with-us`"
    );
    ensure!(!TAKEN.contains(&name), "{name:?} means something else already: choose another name");
    Ok(())
}

/// The checkout around a folder.
fn checkout(here: &Path) -> Option<PathBuf> {
    let marks = ["plugins/Cargo.toml", "sdk/Cargo.toml", "wit/adapter.wit"];
    here.ancestors().find(|root| marks.iter().all(|mark| root.join(mark).is_file())).map(Path::to_owned)
}

/// The template, with the adapter's names in it.
fn adapter(name: &str, provider: &str) -> anyhow::Result<Vec<File>> {
    let fill =
        |text: &str| text.replace("TEMPLATE", provider).replace("Template", &camel(name)).replace("template", name);
    let files: Vec<File> = embedded::below("sdk/template").map(|(path, text)| (path.to_owned(), fill(text))).collect();
    let manifest = files.iter().find(|(path, _)| path == "adapter.toml").context("this build has no template")?;
    if let Err(error) = Manifest::parse(&manifest.1) {
        bail!("the names do not make a manifest: {error}");
    }
    Ok(files)
}

/// `ride-with-us` as a type: `RideWithUs`.
fn camel(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(word).collect()
}

/// Adds what the plugins' workspace and the checkout would give.
fn stand_alone(files: &mut Vec<File>) -> anyhow::Result<()> {
    let workspace = embedded::below("plugins").find(|(path, _)| *path == "Cargo.toml").map(|(_, text)| text);
    let workspace = workspace.context("this build has no plugins/Cargo.toml")?;
    let tables = workspace.find("[workspace]").and_then(|at| workspace.get(at..)).unwrap_or(workspace);
    // Members, and crates that adapters of the checkout share among themselves, stay there.
    let stays = |line: &&str| {
        let path = line.contains("path = ") && !line.starts_with("gearshift-sdk");
        path || line.starts_with("members") || line.starts_with("exclude")
    };
    let tables: String =
        tables.lines().filter(|line| !stays(line)).map(|line| line.replace("\"../sdk\"", "\"sdk\"") + "\n").collect();
    for (_, text) in files.iter_mut().filter(|(path, _)| path == "Cargo.toml") {
        text.push_str(&format!("\n# What follows is for the adapter and the SDK together.\n{tables}"));
    }
    let copy = |folder: &'static str, to: &'static str| {
        embedded::below(folder).map(move |(path, text)| (format!("{to}{path}"), text.to_owned()))
    };
    files.extend(copy("sdk", "sdk/").filter(|(path, _)| !path.starts_with("sdk/template/")));
    files.extend(copy("wit", "wit/"));
    files.extend(copy("plugins", "").filter(|(path, _)| path == "Cargo.lock"));
    files.push((".gitignore".into(), "target/\n".into()));
    Ok(())
}

fn write(folder: &Path, files: &[File]) -> anyhow::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    fs::create_dir(folder).with_context(|| match folder.exists() {
        true => format!("{} is there already, and nothing is overwritten: choose another name", folder.display()),
        false => format!("cannot make {}", folder.display()),
    })?;
    for (path, text) in files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&file, text))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    Ok(())
}

fn tell(folder: &Path, here: &Path, checkout: Option<&Path>) {
    let shown = folder.strip_prefix(checkout.unwrap_or(here)).unwrap_or(folder).display();
    println!("made {}\n", folder.display());
    println!("  adapter.toml   whom it serves, how users sign in, where requests may go");
    println!("  src/           pull and normalize");
    println!("  fixtures/      recorded answers, and the records that they come to\n");
    match checkout {
        Some(root) => {
            println!("next, in {}:\n", root.display());
            println!("  ./dev fixtures {shown}              play the fixtures in the sandbox");
            println!("  ./dev adapter {shown}               build it and print the component's path");
        }
        None => {
            println!("next:\n");
            println!("  gearshift test {shown}              build it, and play the fixtures in the sandbox");
            println!("  cd {shown} && cargo build --release --target wasm32-wasip2");
        }
    }
}
