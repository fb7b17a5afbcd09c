//! An adapter's fixtures, against what is expected of them.

use std::path::Path;

use anyhow::{Context as _, bail};
use gearshift_adapters::Lease;
use gearshift_manifest::Manifest;
use gearshift_sdk::testing::{Case, cases, differences};

use super::component;
use super::play::{Played, play};
use super::pretty::pretty;

/// Lines told of one fixture: the first ones say what is wrong, a thousand more say the same.
const MOST_LINES: usize = 40;
/// Characters of a line: a column of samples is told by its beginning.
const LINE: usize = 240;

/// Plays every fixture. False: at least one differs.
pub(super) async fn test(dir: &Path, component: Option<&Path>, accept: bool) -> anyhow::Result<bool> {
    let manifest = read_manifest(dir)?;
    let cases = cases(&dir.join("fixtures"))?;
    let file = match component {
        Some(file) => file.to_owned(),
        None => component::build(dir)?,
    };
    let bytes = std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    if gearshift_adapters::manifest(&bytes).is_ok_and(|carried| carried != manifest) {
        bail!("{} carries another adapter.toml than {} has: build it again", file.display(), dir.display());
    }
    let loader = super::loader()?;
    let version = loader.open(bytes.into()).await.with_context(|| format!("{} would not serve", file.display()))?;
    let manifest = version.manifest();
    println!("{} {} ({})", manifest.name, manifest.version, version.digest().short());

    let mut failed = 0;
    for case in &cases {
        if !one(&version, case, accept).await? {
            failed += 1;
        }
    }
    println!("\nfixtures: {} passed, {failed} failed", cases.len() - failed);
    Ok(failed == 0)
}

/// Before anything is built: a typo in the manifest is told by its line.
fn read_manifest(dir: &Path) -> anyhow::Result<String> {
    let file = dir.join("adapter.toml");
    let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    match Manifest::parse(&text) {
        Ok(_) => Ok(text),
        Err(error) => bail!("in {}: {error}", dir.display()),
    }
}

async fn one(version: &Lease, case: &Case, accept: bool) -> anyhow::Result<bool> {
    let played = play(version, case).await;
    let differing = match &case.expected {
        Some(expected) => differences(expected, &played.value),
        None => vec!["there is no expected.json: look at what comes out, then accept it with --accept".into()],
    };
    let accepted = accept && !differing.is_empty() && played.problems.is_empty();
    if accepted {
        let file = case.folder.join("expected.json");
        std::fs::write(&file, pretty(&played.value)).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let good = played.problems.is_empty() && (differing.is_empty() || accepted);
    tell(
        case,
        &played,
        &differing,
        if accepted {
            "written"
        } else if good {
            "ok"
        } else {
            "FAILED"
        },
    );
    if accept && !good {
        println!("          not written: no expectation can make this right");
    }
    Ok(good)
}

fn tell(case: &Case, played: &Played, differing: &[String], word: &str) {
    let Played { documents, records, requests, .. } = played;
    println!("{word:8}{}  (requests: {requests}, documents: {documents}, records: {records})", case.name());
    let differing = if word == "FAILED" { differing } else { &[] };
    let lines = played.problems.iter().chain(differing);
    for line in lines.clone().take(MOST_LINES) {
        println!("          {}", clip(line));
    }
    if let Some(more) = lines.count().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        println!("          and {more} more");
    }
    for note in &played.notes {
        println!("          note: {}", clip(note));
    }
    if case.expected.is_none() && word == "FAILED" {
        println!("{}", pretty(&played.value));
    }
}

fn clip(line: &str) -> String {
    match line.char_indices().nth(LINE) {
        Some((at, _)) => format!("{} …", line.get(..at).unwrap_or_default()),
        None => line.to_owned(),
    }
}
