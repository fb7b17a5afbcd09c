//! What a component imports and exports, and what of it the sandbox has not.

use wasmtime::Engine;
use wasmtime::component::Component;
use wasmtime::component::types::ComponentItem;

use crate::wasi;

/// One import or export of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, with version: `wasi:cli/stderr@0.2.6`, or a bare function's.
    pub name: String,
    /// The functions in it, sorted; empty for a bare function.
    pub functions: Vec<String>,
}

/// Imports and exports of a component, sorted by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// What it asks for.
    pub imports: Vec<Interface>,
    /// What it offers.
    pub exports: Vec<Interface>,
}

impl Description {
    /// The imports that neither the sandbox nor `contract` has, each with the reason and what to do. `contract` names
    /// the caller's own interfaces with as much of their version as must match: `gearshift:adapter/http@0.1` admits
    /// every 0.1.
    #[must_use]
    pub fn foreign(&self, contract: &[&str]) -> Vec<String> {
        let unknown = |interface: &&Interface| {
            !wasi::offers(&interface.name) && !contract.iter().any(|own| admits(own, &interface.name))
        };
        self.imports
            .iter()
            .filter(unknown)
            .map(|interface| format!("{}: {}", interface.name, reason(&interface.name, contract)))
            .collect()
    }
}

fn admits(own: &str, name: &str) -> bool {
    name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || own.contains('@') && rest.starts_with('.'))
}

/// Why the sandbox has no such import.
fn reason(name: &str, contract: &[&str]) -> String {
    let bare = |name: &str| name.split('@').next().unwrap_or_default().to_owned();
    if let Some(own) = contract.iter().find(|own| bare(own) == bare(name)) {
        return format!("this host has {own}: build against that version of the contract, or update the host");
    }
    let package = name.split('/').next().unwrap_or_default();
    if contract.iter().any(|own| own.split('/').next() == Some(package)) {
        return "this host's contract has no such interface: build against an older contract, or update the host"
            .into();
    }
    match package {
        "wasi:sockets" => "the sandbox has no sockets: requests go through the contract's own imports".into(),
        "wasi:http" => "the sandbox has no wasi:http: requests go through the contract's own imports".into(),
        "wasi:cli" | "wasi:io" | "wasi:clocks" | "wasi:filesystem" | "wasi:random" => {
            "the sandbox has WASI 0.2 and of it only what a Rust guest's standard library imports".into()
        }
        _ => "the sandbox has no such import: build without what needs it".into(),
    }
}

pub(crate) fn describe(engine: &Engine, component: &Component) -> Description {
    let ty = component.component_type();
    let mut imports: Vec<_> = ty.imports(engine).map(|(name, item)| interface(engine, name, item.ty)).collect();
    let mut exports: Vec<_> = ty.exports(engine).map(|(name, item)| interface(engine, name, item.ty)).collect();
    imports.sort_by(|a, b| a.name.cmp(&b.name));
    exports.sort_by(|a, b| a.name.cmp(&b.name));
    Description { imports, exports }
}

fn interface(engine: &Engine, name: &str, item: ComponentItem) -> Interface {
    let mut functions = Vec::new();
    if let ComponentItem::ComponentInstance(instance) = item {
        let is_function = |item: &ComponentItem| matches!(item, ComponentItem::ComponentFunc(_));
        functions = instance
            .exports(engine)
            .filter(|(_, item)| is_function(&item.ty))
            .map(|(name, _)| name.to_owned())
            .collect();
        functions.sort();
    }
    Interface { name: name.to_owned(), functions }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn importing(names: &[&str]) -> Description {
        let imports = names.iter().map(|name| Interface { name: (*name).into(), functions: Vec::new() }).collect();
        Description { imports, exports: Vec::new() }
    }

    const CONTRACT: &[&str] = &["acme:plugin/http@0.1", "log"];

    #[test]
    fn every_patch_of_the_contract_and_of_wasi_is_known() {
        let names = [
            "acme:plugin/http@0.1.0",
            "acme:plugin/http@0.1.7",
            "log",
            "wasi:cli/stderr@0.2.0",
            "wasi:random/random@0.2.9",
        ];
        assert_eq!(importing(&names).foreign(CONTRACT), Vec::<String>::new());
    }

    #[test]
    fn what_is_missing_is_named_with_what_to_do() {
        let missing = importing(&["wasi:sockets/tcp@0.2.0", "acme:plugin/http@0.10.0", "acme:plugin/disk@0.1.0"])
            .foreign(CONTRACT);
        assert!(missing[0].starts_with("wasi:sockets/tcp@0.2.0: the sandbox has no sockets"), "{missing:?}");
        assert!(missing[1].contains("this host has acme:plugin/http@0.1"), "{missing:?}");
        assert!(missing[2].contains("no such interface"), "{missing:?}");
    }

    #[test]
    fn a_name_that_only_begins_like_one_is_foreign() {
        assert_eq!(
            importing(&["logs", "log.x", "wasi:cli/stderr@0.3.0", "wasi:cli/stderrs@0.2.0"]).foreign(CONTRACT).len(),
            4
        );
    }
}
