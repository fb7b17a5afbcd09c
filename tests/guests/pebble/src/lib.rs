//! The smallest adapter: written against the contract alone, without the SDK, and quick to compile three hundred times.

wit_bindgen::generate!({ world: "adapter", path: "../../../wit/adapter.wit" });

use exports::gearshift::adapter::auth::{Account, Guest as Auth};
use exports::gearshift::adapter::fetch::{Guest as Fetch, Page, PullRequest};
use exports::gearshift::adapter::normalize::{Document, Guest as Normalize, Normalized};
use gearshift::adapter::types::{Failure, Subject};

#[used]
#[unsafe(link_section = "gearshift:manifest")]
static MANIFEST: [u8; include_bytes!("../adapter.toml").len()] = *include_bytes!("../adapter.toml");

struct Pebble;

fn unsupported<T>() -> Result<T, Failure> {
    Err(Failure { code: "unsupported".into(), message: "a pebble does nothing".into(), retry_after: None, detail: None })
}

impl Auth for Pebble {
    fn sign_in(_: Subject) -> Result<Vec<(String, String)>, Failure> {
        unsupported()
    }

    fn renew(_: Subject) -> Result<Vec<(String, String)>, Failure> {
        unsupported()
    }

    fn identify(_: Subject, _: Vec<(String, String)>) -> Result<Vec<Account>, Failure> {
        unsupported()
    }

    fn revoke(_: Subject) -> Result<(), Failure> {
        unsupported()
    }
}

impl Fetch for Pebble {
    fn pull(_: Subject, _: PullRequest) -> Result<Page, Failure> {
        Ok(Page { documents: Vec::new(), next: None, stop: None, watermark: None, complete: None, extra: Vec::new() })
    }
}

impl Normalize for Pebble {
    fn normalize(_: Subject, _: Document) -> Result<Normalized, Failure> {
        Ok(Normalized { records: Vec::new(), deleted: Vec::new(), notes: Vec::new(), extra: Vec::new() })
    }
}

export!(Pebble);
