//! What of a world's shape changed so that compiled adapters break, in sentences that say what to do instead.

use std::collections::BTreeMap;

use crate::shape::{InterfaceShape, TypeShape, WorldShape};

const GROW: &str = "say it in `extra`, in a word of the registry, or in a new interface";

pub(crate) fn breaking(before: &WorldShape, after: &WorldShape) -> Vec<String> {
    let mut changes = Vec::new();
    for (name, old) in &before.imports {
        match after.imports.get(name) {
            // An interface of types alone is imported as long as something uses it; its types are compared where they are used.
            None if old.functions.is_empty() => {}
            None => changes.push(format!("import `{name}` is gone: adapters call it, keep it")),
            Some(new) => imported(name, old, new, &mut changes),
        }
    }
    for (name, old) in &before.exports {
        match after.exports.get(name) {
            None => changes
                .push(format!("export `{name}` is no longer wanted: keep it, newer adapters must serve older hosts")),
            Some(new) => exported(name, old, new, &mut changes),
        }
    }
    for name in after.exports.keys().filter(|name| !before.exports.contains_key(*name)) {
        changes.push(format!(
            "export `{name}` is new here: compiled adapters do not have it; put it into a world of its own, for the host to look for"
        ));
    }
    changes.dedup();
    changes
}

fn imported(interface: &str, old: &InterfaceShape, new: &InterfaceShape, changes: &mut Vec<String>) {
    for (name, signature) in &old.functions {
        match new.functions.get(name) {
            None => changes.push(format!("import `{}` is gone: adapters call it, keep it", join(interface, name))),
            Some(now) => same_signature(interface, name, signature, now, changes),
        }
    }
    types(interface, &old.types, &new.types, changes);
}

fn exported(interface: &str, old: &InterfaceShape, new: &InterfaceShape, changes: &mut Vec<String>) {
    for (name, signature) in &old.functions {
        match new.functions.get(name) {
            None => changes.push(format!(
                "export `{}` is no longer wanted: keep it, newer adapters must serve older hosts",
                join(interface, name)
            )),
            Some(now) => same_signature(interface, name, signature, now, changes),
        }
    }
    for name in new.functions.keys().filter(|name| !old.functions.contains_key(*name)) {
        changes.push(format!(
            "export `{}` is new: compiled adapters do not have it; put it into a new interface",
            join(interface, name)
        ));
    }
    types(interface, &old.types, &new.types, changes);
}

fn same_signature(interface: &str, name: &str, old: &str, new: &str, changes: &mut Vec<String>) {
    if old != new {
        let name = join(interface, name);
        changes.push(format!("`{name}` was {old} and is {new}: keep it, and add a function under another name"));
    }
}

fn types(
    interface: &str,
    old: &BTreeMap<String, TypeShape>,
    new: &BTreeMap<String, TypeShape>,
    changes: &mut Vec<String>,
) {
    for (name, was) in old {
        let full = join(interface, name);
        match new.get(name) {
            None => changes.push(format!("{} `{full}` is gone: keep it", was.word)),
            Some(is) if was.word != is.word => {
                changes.push(format!("`{full}` was a {} and is a {}: keep it", was.word, is.word));
            }
            Some(is) => members(&full, was, is, changes),
        }
    }
}

fn members(name: &str, was: &TypeShape, is: &TypeShape, changes: &mut Vec<String>) {
    let member = match was.word {
        "record" => "field",
        "flags" => "flag",
        "type" => "type",
        _ => "case",
    };
    let find = |shape: &TypeShape, member: &str| {
        shape.members.iter().find(|(name, _)| name == member).map(|(_, text)| text.clone())
    };
    let known = changes.len();
    for (field, text) in &was.members {
        match find(is, field) {
            None => changes.push(format!("{} `{name}`: {member} `{field}` is gone: keep it", was.word)),
            Some(now) if now != *text => changes.push(match field.as_str() {
                "" => format!("{} `{name}` was {text} and is {now}: keep it, and {GROW}", was.word),
                _ => format!("{} `{name}`: {member} `{field}` was {text} and is {now}: keep it, and {GROW}", was.word),
            }),
            Some(_) => {}
        }
    }
    for (field, _) in is.members.iter().filter(|(field, _)| find(was, field).is_none()) {
        changes.push(format!("{} `{name}`: {member} `{field}` is new: {GROW}", was.word));
    }
    let order = |shape: &TypeShape| shape.members.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if changes.len() == known && order(was) != order(is) {
        changes.push(format!("{} `{name}`: the order of its {member}s changed: put it back", was.word));
    }
}

fn join(interface: &str, name: &str) -> String {
    if interface.is_empty() { name.to_owned() } else { format!("{interface}.{name}") }
}
