//! An adapter that does as its cursor, its endpoint or, before there is one, its stream says, good or bad.

use std::cell::Cell;
use std::hint::black_box;

use gearshift_sdk::prelude::*;

struct Puppet;

thread_local! {
    /// How often this instance was called: more than once would be a leak from one call to another.
    static CALLS: Cell<u32> = const { Cell::new(0) };
}

fn count() -> u32 {
    CALLS.with(|calls| {
        calls.set(calls.get() + 1);
        calls.get()
    })
}

fn misbehave(act: &str) {
    match act {
        "loop" => loop {
            black_box(());
        },
        "allocate" => {
            let mut kept = Vec::new();
            loop {
                kept.push(black_box(vec![1_u8; 1 << 20]));
            }
        }
        "recurse" => {
            black_box(recurse(1));
        }
        "trap" => unreachable_on_purpose(),
        _ => {}
    }
}

fn recurse(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    if depth == u64::MAX { 0 } else { recurse(depth + 1) + frame[(depth % 64) as usize] }
}

#[inline(never)]
fn unreachable_on_purpose() {
    panic!("the puppet was told to trap");
}

impl Adapter for Puppet {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        let act = request.cursor.clone().unwrap_or_else(|| request.stream.clone());
        let calls = count();
        misbehave(&act);
        match act.as_str() {
            "ask" => {
                let answer = host.get("ask", "https://puppet.example/ask").send()?.ok()?;
                Ok(Page::new().document(Document::new("ask").part("answer", &answer)))
            }
            "drip" => loop {
                host.get("drip", "https://puppet.example/drip").send()?.ok()?;
            },
            "talk" => {
                let line = "x".repeat(10_000);
                for _ in 0..10_000 {
                    host.info(&line);
                }
                Ok(Page::new())
            }
            "crowd" => Ok((0..1_001).fold(Page::new(), |page, _| page.document(Document::new("crowd")))),
            "changed" => Err(Failure::changed("acts", "/0/id", "an act without an id")),
            _ => Ok(Page::new().watermark(&format!("calls={calls}"))),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        count();
        misbehave(&document.endpoint);
        let mut out = Normalized::new();
        let records = if document.endpoint == "crowd" { 50_001 } else { 1 };
        for number in 0..records {
            out.records.push(Record::new(kind::ACTIVITY, &format!("act-{number}")).measure(metric::DURATION, f64::from(number)));
        }
        if document.endpoint == "random" {
            let state = std::collections::hash_map::RandomState::new();
            let chance = std::hash::BuildHasher::hash_one(&state, 1_u8);
            let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis());
            out.records.push(Record::new(kind::ACTIVITY, &format!("{chance}/{clock}")));
        }
        Ok(out)
    }
}

gearshift_sdk::export!(Puppet);
