//! What a host says of a component, told before it is sent to one.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;
use gearshift_adapters::Report;

/// Prints the report. False: the component would be refused.
pub(super) async fn check(file: &Path, json: bool) -> anyhow::Result<bool> {
    let component = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let report = super::loader()?.report(component.into()).await;
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print!("{}", told(&report));
    }
    Ok(report.refused.is_none())
}

fn told(report: &Report) -> String {
    let mut text = String::new();
    if let (Some(name), Some(version), Some(contract)) = (&report.name, &report.version, &report.contract) {
        text.push_str(&format!("{name} {version}, for contract {contract}\n"));
    }
    if let Some(digest) = &report.digest {
        text.push_str(&format!("digest {digest}\n"));
    }
    let imports = report.imports.iter().map(|import| match import.offered {
        true => import.name.clone(),
        false => format!("{}  <- not in the sandbox", import.name),
    });
    section(&mut text, "imports", imports);
    section(&mut text, "exports", report.exports.iter().cloned());
    section(&mut text, "would be granted, line by line", report.grants.iter().cloned());
    match (&report.refused, &report.name) {
        (Some(reason), _) => _ = writeln!(text, "\nwould be {reason}"),
        (None, Some(name)) => _ = writeln!(text, "\nwould serve: PUT it to /admin/adapters/{name}"),
        (None, None) => {}
    }
    text.trim_start().to_owned()
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{title}\n"));
    }
    for line in lines {
        text.push_str(&format!("  {line}\n"));
    }
}
