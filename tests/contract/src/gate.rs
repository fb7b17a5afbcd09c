//! Two folders of WIT, and what of the first the second breaks.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use wit_parser::{Resolve, WorldId};

use crate::diff;
use crate::shape::WorldShape;

/// A version that no release bears: two packages in one `Resolve` must differ in something, and `semver_check` looks past
/// versions.
const PREVIOUS: &str = "0.0.0-previous";

/// What a change breaks in one world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// The world, such as `adapter`. Empty where a folder could not be read at all.
    pub world: String,
    /// What changed, one sentence each, and what to do instead.
    pub changes: Vec<String>,
    /// What `semver_check` says; none where only the project's own rules are broken.
    pub refusal: Option<String>,
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "world {}", self.world)?;
        for change in &self.changes {
            writeln!(f, "  {change}")?;
        }
        if let Some(refusal) = &self.refusal {
            writeln!(f, "  (semver_check: {refusal})")?;
        }
        Ok(())
    }
}

/// Whether adapters compiled against the WIT in `previous` are still adapters by the WIT in `current`.
///
/// # Errors
/// One entry for each world that breaks.
pub fn check(previous: &Path, current: &Path) -> Result<(), Vec<Break>> {
    let breaks = compare(previous, current).unwrap_or_else(|error| {
        vec![Break { world: String::new(), changes: vec![format!("{error:#}")], refusal: None }]
    });
    if breaks.is_empty() { Ok(()) } else { Err(breaks) }
}

fn compare(previous: &Path, current: &Path) -> Result<Vec<Break>> {
    let mut before = read(previous)?;
    let after = read(current)?;
    let names: BTreeSet<String> = before.worlds.iter().map(|(_, world)| world.name.clone()).collect();
    let mut breaks = Vec::new();
    set_aside(&mut before)?;
    for name in names {
        let old = world(&before, &name).with_context(|| format!("world {name} is not in {}", previous.display()))?;
        let Some(new) = world(&after, &name) else {
            breaks.push(Break {
                changes: vec!["this world is gone: bring it back, adapters are built for it".to_owned()],
                world: name,
                refusal: None,
            });
            continue;
        };
        let changes = diff::breaking(&WorldShape::of(&before, old), &WorldShape::of(&after, new));
        let refusal = semver_check(&before, &after, &name)?;
        match refusal {
            None if changes.is_empty() => {}
            refusal => breaks.push(Break { world: name, changes: said(changes), refusal }),
        }
    }
    Ok(breaks)
}

/// A refusal always has a sentence, if only the hint that the shapes do not show it.
fn said(changes: Vec<String>) -> Vec<String> {
    if changes.is_empty() {
        return vec!["something changed that compiled adapters depend on: see semver_check's words".to_owned()];
    }
    changes
}

fn semver_check(before: &Resolve, after: &Resolve, name: &str) -> Result<Option<String>> {
    let mut both = after.clone();
    both.merge(before.clone()).context("the two versions do not go into one resolve")?;
    let (old, new): (Vec<_>, Vec<_>) = both
        .worlds
        .iter()
        .filter(|(_, world)| world.name == name)
        .map(|(id, _)| id)
        .partition(|id| is_set_aside(&both, *id));
    let (Some(old), Some(new)) = (old.first(), new.first()) else {
        anyhow::bail!("world {name} was lost in merging");
    };
    Ok(wit_component::semver_check(both.clone(), *old, *new).err().map(|error| format!("{error:#}")))
}

fn is_set_aside(resolve: &Resolve, world: WorldId) -> bool {
    let package = resolve.worlds.get(world).and_then(|world| world.package);
    let version = package.and_then(|package| resolve.packages.get(package)?.name.version.as_ref());
    version.is_some_and(|version| version.to_string() == PREVIOUS)
}

fn read(folder: &Path) -> Result<Resolve> {
    let mut resolve = Resolve::default();
    if let Err(error) = resolve.push_dir(folder) {
        let error = resolve.render_error(&error);
        anyhow::bail!("{} does not parse: {error}", folder.display());
    }
    Ok(resolve)
}

/// Gives every package of a resolve a version that the other side cannot have.
fn set_aside(resolve: &mut Resolve) -> Result<()> {
    for (_, package) in resolve.packages.iter_mut() {
        package.name.version = Some(PREVIOUS.parse().context("the version set aside is none")?);
    }
    resolve.package_names = resolve.packages.iter().map(|(id, package)| (package.name.clone(), id)).collect();
    Ok(())
}

fn world(resolve: &Resolve, name: &str) -> Option<WorldId> {
    resolve.worlds.iter().find(|(_, world)| world.name == name).map(|(id, _)| id)
}
