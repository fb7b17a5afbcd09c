//! The Rust text of the registry: static tables for the host, constants for adapters.

use std::fmt::Write;

use super::source::{Attribute, Metric, Source};

const HEAD: &str = "\
// Made from wit/registry by `cargo run -p gearshift-model --example registry`. Edit the tables there.\n";

/// `host/model/src/registry/generated.rs`: every table sorted by id, for binary search.
pub(crate) fn host(source: &Source) -> String {
    let mut out = format!("{HEAD}\nuse super::{{Aggregate, Attribute, Kind, Metric, Role, Time, Value}};\n");
    out += "\npub(super) static KINDS: &[Kind] = &[\n";
    for (id, kind) in &source.kinds {
        line(&mut out, &format!("Kind {{ id: {id:?}, time: Time::{}, doc: {:?} }}", camel(&kind.time), kind.doc));
    }
    out += "];\n\npub(super) static ROLES: &[Role] = &[\n";
    for (id, role) in &source.roles {
        let fields = format!("kinds: &{:?}, parents: &{:?}, doc: {:?}", role.kinds, role.parents, role.doc);
        line(&mut out, &format!("Role {{ id: {id:?}, {fields} }}"));
    }
    out += "];\n\npub(super) static METRICS: &[Metric] = &[\n";
    for (id, metric) in &source.metrics {
        line(&mut out, &host_metric(id, metric));
    }
    out += "];\n\npub(super) static ATTRIBUTES: &[Attribute] = &[\n";
    for (id, attribute) in &source.attributes {
        line(&mut out, &host_attribute(id, attribute));
    }
    out + "];\n"
}

/// `sdk/src/registry.rs`: a constant for each id and for each word of a closed list.
pub(crate) fn sdk(source: &Source) -> String {
    let mut out = format!("{HEAD}//! The registry's names as constants, so that a misspelt one does not compile.\n");
    section(&mut out, "kind", "Kinds of record.", source.kinds.iter().map(|(id, kind)| (id, kind.doc.clone())));
    section(&mut out, "role", "Roles of segments.", source.roles.iter().map(|(id, role)| (id, role.doc.clone())));
    let metrics = source.metrics.iter().map(|(id, metric)| (id, sdk_metric(metric)));
    section(&mut out, "metric", "Metrics, each with its unit in UCUM and its bounds.", metrics);
    let attributes = source.attributes.iter().map(|(id, attribute)| (id, sdk_attribute(id, attribute)));
    section(&mut out, "attribute", "Attributes, each with its text form.", attributes);
    out += "\n/// The words of each attribute that has a closed list of them.\npub mod word {\n";
    let mut first = true;
    for (id, attribute) in source.attributes.iter().filter(|(_, attribute)| !attribute.words.is_empty()) {
        if !std::mem::take(&mut first) {
            out += "\n";
        }
        let _ = writeln!(out, "    /// Words of `{id}`.\n    pub mod {} {{", id.replace('-', "_"));
        for word in &attribute.words {
            let _ = writeln!(out, "        /// `{word}`\n        pub const {}: &str = {word:?};", shout(word));
        }
        out += "    }\n";
    }
    out + "}\n"
}

fn section<'a>(out: &mut String, name: &str, doc: &str, rows: impl Iterator<Item = (&'a String, String)>) {
    let _ = writeln!(out, "\n/// {doc}\npub mod {name} {{");
    for (id, doc) in rows {
        let _ = writeln!(out, "    /// {doc}\n    pub const {}: &str = {id:?};", shout(id));
    }
    *out += "}\n";
}

fn host_metric(id: &str, metric: &Metric) -> String {
    format!(
        "Metric {{ id: {id:?}, unit: {:?}, min: {:?}, max: {:?}, aggregate: Aggregate::{}, kinds: &{:?}, loinc: {:?}, doc: {:?} }}",
        metric.unit,
        metric.min,
        metric.max,
        camel(&metric.aggregate),
        metric.kinds,
        metric.loinc,
        metric.doc,
    )
}

fn host_attribute(id: &str, attribute: &Attribute) -> String {
    let value = match attribute.value.as_str() {
        "words" => format!("Words(&{:?})", attribute.words),
        "text" => format!("Text {{ max: {}, lines: {} }}", attribute.max.unwrap_or_default(), attribute.lines),
        other => camel(other),
    };
    format!(
        "Attribute {{ id: {id:?}, value: Value::{value}, many: {}, kinds: &{:?}, doc: {:?} }}",
        attribute.many, attribute.kinds, attribute.doc
    )
}

fn sdk_metric(metric: &Metric) -> String {
    let unit = if metric.unit == "1" { "no unit".to_owned() } else { format!("`{}`", metric.unit) };
    format!("{} In {unit}, from {} to {}.", metric.doc, metric.min, metric.max)
}

fn sdk_attribute(id: &str, attribute: &Attribute) -> String {
    let form = match attribute.value.as_str() {
        "words" => format!("One of [`word::{0}`](super::word::{0})", id.replace('-', "_")),
        "text" => format!("Text of at most {} characters", attribute.max.unwrap_or_default()),
        "boolean" => "`true` or `false`".to_owned(),
        "instant" => "An instant, `2026-03-01T07:30:00Z`".to_owned(),
        "date" => "A date, `2026-03-01`".to_owned(),
        other => format!("An {other}"),
    };
    let many = if attribute.many { "; may stand more than once" } else { "" };
    format!("{} {form}{many}.", attribute.doc)
}

fn line(out: &mut String, row: &str) {
    let _ = writeln!(out, "    {row},");
}

fn camel(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

fn shout(id: &str) -> String {
    id.replace('-', "_").to_ascii_uppercase()
}
