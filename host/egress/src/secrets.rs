//! Finds secrets however they are spelt.
//!
//! A provider that echoes a token seldom does it byte for byte: it stands escaped in JSON, in a link, in base64 within a larger
//! blob. Each secret is looked for in all its usual spellings at once.

use std::fmt::Write as _;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::EgressError;
use crate::settings::{REDACTED, SHORTEST_SECRET};

type Spelling = Zeroizing<Vec<u8>>;

/// Collects secrets.
#[derive(Default)]
pub(crate) struct Secrets {
    values: Vec<SecretString>,
}

impl Secrets {
    /// Adds a secret; one that is too short to be told from honest data is left out.
    pub(crate) fn add(&mut self, secret: &SecretString) {
        self.add_from(secret, SHORTEST_SECRET);
    }

    /// Adds a secret of at least `shortest` bytes.
    pub(crate) fn add_from(&mut self, secret: &SecretString, shortest: usize) {
        if secret.expose_secret().len() >= shortest.max(1) {
            self.values.push(secret.clone());
        }
    }

    /// Makes ready to look.
    pub(crate) fn finder(&self) -> Result<Finder, EgressError> {
        let mut spellings: Vec<Spelling> =
            self.values.iter().flat_map(|each| spellings(each.expose_secret())).collect();
        spellings.sort_by(|one, other| one.as_slice().cmp(other.as_slice()));
        spellings.dedup();
        if spellings.is_empty() {
            return Ok(Finder(None));
        }
        // Built for each request, so what is quick to build beats what is quickest to run.
        AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::LeftmostLongest)
            .build(spellings.iter().map(|each| each.as_slice()))
            .map(|automaton| Finder(Some(automaton)))
            .map_err(|error| EgressError::internal("look for secrets", error))
    }
}

/// A text without these secrets, however they are spelt in it: for what the host is told about a request of its own.
#[must_use]
pub fn without_secrets(secrets: &[SecretString], text: &str) -> String {
    let mut known = Secrets::default();
    secrets.iter().for_each(|secret| known.add(secret));
    // What cannot be looked through is not shown.
    known.finder().map(|finder| finder.scrub_text(text)).unwrap_or_default()
}

/// Looks for secrets.
pub(crate) struct Finder(Option<AhoCorasick>);

impl Finder {
    /// Does any secret stand in there?
    pub(crate) fn finds(&self, haystack: &[u8]) -> bool {
        self.0.as_ref().is_some_and(|automaton| automaton.is_match(haystack))
    }

    /// The bytes without secrets; the same bytes where there were none.
    pub(crate) fn scrub(&self, bytes: Bytes) -> Bytes {
        match &self.0 {
            Some(automaton) if automaton.is_match(&bytes) => {
                let mut clean = Vec::with_capacity(bytes.len());
                automaton.replace_all_with_bytes(&bytes, &mut clean, |_, _, out| {
                    out.extend_from_slice(REDACTED.as_bytes());
                    true
                });
                clean.into()
            }
            _ => bytes,
        }
    }

    /// The text without secrets.
    pub(crate) fn scrub_text(&self, text: &str) -> String {
        match &self.0 {
            Some(automaton) => {
                let mut clean = String::with_capacity(text.len());
                automaton.replace_all_with(text, &mut clean, |_, _, out| {
                    out.push_str(REDACTED);
                    true
                });
                clean
            }
            None => text.to_owned(),
        }
    }
}

/// The spellings of a secret that are long enough to be no accident.
fn spellings(secret: &str) -> Vec<Spelling> {
    let mut all = vec![
        secret.to_owned(),
        percent_encoded(secret),
        escaped(secret, &unreserved, &|out, byte| _ = write!(out, "%{byte:02x}")),
        url::form_urlencoded::byte_serialize(secret.as_bytes()).collect(),
        // As web frameworks write them that keep JSON safe within HTML, which differ in case and in what they escape.
        escaped(secret, &alphanumeric_or(b"-_.~/:="), &|out, byte| _ = write!(out, "\\u{byte:04X}")),
        escaped(secret, &alphanumeric_or(b"-_.~/:=+"), &|out, byte| _ = write!(out, "\\u{byte:04x}")),
        escaped(secret, &|byte| !matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\''), &html),
        hex::encode(secret),
        hex::encode_upper(secret),
    ];
    let json = serde_json::to_string(secret).unwrap_or_default();
    let json = json.trim_start_matches('"').strip_suffix('"').unwrap_or_default().to_owned();
    all.push(json.replace('/', "\\/"));
    all.push(json);
    let mut all: Vec<Spelling> = all.into_iter().map(|each| Zeroizing::new(each.into_bytes())).collect();
    for lead in 0..3 {
        all.extend(base64_within(secret, lead));
    }
    all.retain(|each| each.len() >= secret.len().min(SHORTEST_SECRET));
    all
}

/// Those characters of base64 that stand for the secret alone, when `lead` bytes (modulo three) came before it.
fn base64_within(secret: &str, lead: usize) -> [Spelling; 2] {
    let mut bytes = Zeroizing::new(vec![0; lead]);
    bytes.extend_from_slice(secret.as_bytes());
    let first = (lead * 8).div_ceil(6);
    let last = bytes.len() * 8 / 6;
    [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD].map(|engine| {
        let text = Zeroizing::new(engine.encode(&*bytes));
        Zeroizing::new(text.as_bytes().get(first..last).unwrap_or_default().to_vec())
    })
}

/// As RFC 3986 has it, with everything escaped that is not unreserved.
pub(crate) fn percent_encoded(text: &str) -> String {
    escaped(text, &unreserved, &|out, byte| _ = write!(out, "%{byte:02X}"))
}

fn escaped(text: &str, plain: &dyn Fn(u8) -> bool, escape: &dyn Fn(&mut String, u8)) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for each in text.chars() {
        let mut buffer = [0; 4];
        let encoded: &str = each.encode_utf8(&mut buffer);
        if encoded.bytes().all(plain) {
            out.push(each);
        } else {
            encoded.bytes().for_each(|byte| escape(&mut out, byte));
        }
    }
    out
}

fn unreserved(byte: u8) -> bool {
    alphanumeric_or(b"-_.~")(byte)
}

fn alphanumeric_or(others: &'static [u8]) -> impl Fn(u8) -> bool {
    move |byte| byte.is_ascii_alphanumeric() || others.contains(&byte)
}

fn html(out: &mut String, byte: u8) {
    match byte {
        b'&' => out.push_str("&amp;"),
        b'<' => out.push_str("&lt;"),
        b'>' => out.push_str("&gt;"),
        b'"' => out.push_str("&quot;"),
        other => _ = write!(out, "&#{other};"),
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};

    use super::*;

    const SECRET: &str = "tök+en/&<9>~\"'?x=YZ";

    fn finder(secrets: &[&str]) -> Finder {
        let mut all = Secrets::default();
        for secret in secrets {
            all.add(&SecretString::from(*secret));
        }
        all.finder().unwrap()
    }

    fn scrubbed(text: &str) -> String {
        String::from_utf8(finder(&[SECRET]).scrub(Bytes::from(text.to_owned())).to_vec()).unwrap()
    }

    #[test]
    fn spellings_within_other_text_are_found() {
        let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        let json = serde_json::json!({ "echo": SECRET }).to_string();
        for text in [
            format!("token {SECRET}!"),
            format!("https://x.test/?t={form}&u=1"),
            json.clone(),
            json.replace('/', "\\/"),
            format!(
                "<a title=\"{}\">",
                SECRET
                    .replace('&', "&amp;")
                    .replace('<', "&lt;")
                    .replace('>', "&gt;")
                    .replace('"', "&quot;")
                    .replace('\'', "&#39;")
            ),
            format!("0x{}", hex::encode(SECRET)),
        ] {
            assert!(scrubbed(&text).contains(REDACTED), "{text}");
        }
    }

    #[test]
    fn base64_is_found_wherever_the_secret_begins() {
        for lead in ["", "a", "ab", "abc", "id:"] {
            for tail in ["", "x", "yz"] {
                let blob = format!("{lead}{SECRET}{tail}");
                for text in [STANDARD.encode(&blob), URL_SAFE.encode(&blob)] {
                    assert!(scrubbed(&text).contains(REDACTED), "{lead} {tail} {text}");
                }
            }
        }
    }

    #[test]
    fn honest_bytes_stay_as_they_are() {
        let text = "{\"name\":\"Morning ride\",\"watts\":[200,210]}";
        assert_eq!(scrubbed(text), text);
    }

    #[test]
    fn a_short_secret_is_not_looked_for() {
        assert!(!finder(&["2024"]).finds(b"in 2024"));
        assert!(!finder(&[""]).finds(b"anything"));
    }
}
