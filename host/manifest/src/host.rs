//! Which hosts a rule reaches.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::limits::MIN_LABELS_AFTER_WILDCARD;

/// A host by name, or a family of them.
///
/// - `www.strava.com`: that host.
/// - `*.cloudfront.net`: one or more labels before the rest, never the bare `cloudfront.net`.
/// - `api*.libreview.io`: one label that begins (or ends) so, `api.libreview.io` as well as `api-eu.libreview.io`.
///
/// Lower-case ASCII (an international name in its `xn--` form), at least two labels, no address, no port. A wildcard stands in
/// the first label only.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPattern {
    text: String,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Form {
    Exact,
    Under { rest: String },
    Label { before: String, after: String, rest: String },
}

impl HostPattern {
    /// Reads any of the three forms. The error says what to write instead.
    pub fn parse(text: &str) -> Result<HostPattern, String> {
        let Some((first, rest)) = text.split_once('.') else {
            return Err(format!("`{text}` is no host: write a full name, as in `api.example.com`"));
        };
        let Some((before, after)) = first.split_once('*') else {
            return HostPattern::exact(text);
        };
        if after.contains('*') {
            return Err(format!("`{text}` has more than one `*`"));
        }
        check_name(text, rest, MIN_LABELS_AFTER_WILDCARD)?;
        let form = if before.is_empty() && after.is_empty() {
            Form::Under { rest: rest.to_owned() }
        } else {
            let plain = |part: &str| part.chars().all(is_label_char);
            if !plain(before) || !plain(after) || before.starts_with('-') || after.ends_with('-') {
                return Err(bad_label(text));
            }
            Form::Label { before: before.to_owned(), after: after.to_owned(), rest: rest.to_owned() }
        };
        Ok(HostPattern { text: text.to_owned(), form })
    }

    /// Reads a name without a wildcard.
    pub fn exact(text: &str) -> Result<HostPattern, String> {
        check_name(text, text, 2)?;
        Ok(HostPattern { text: text.to_owned(), form: Form::Exact })
    }

    /// As the manifest writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True where this is one host and no family.
    pub fn is_exact(&self) -> bool {
        self.form == Form::Exact
    }

    /// True for `*.rest`, which anybody may be under.
    pub fn is_any_under(&self) -> bool {
        matches!(self.form, Form::Under { .. })
    }

    /// Whether a host, as a URL names it, belongs to the pattern. Case does not matter; a trailing dot does.
    pub fn matches(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        match &self.form {
            Form::Exact => host == self.text,
            Form::Under { rest } => host
                .strip_suffix(rest)
                .and_then(|labels| labels.strip_suffix('.'))
                .is_some_and(|labels| labels.split('.').all(|label| !label.is_empty())),
            Form::Label { before, after, rest } => {
                host.split_once('.').is_some_and(|(label, tail)| tail == rest && within(label, before, after))
            }
        }
    }

    /// Whether every host of `other` belongs to this pattern as well.
    pub fn covers(&self, other: &HostPattern) -> bool {
        let is_under = |name: &str, rest: &str| name.strip_suffix(rest).is_some_and(|labels| labels.ends_with('.'));
        match (&self.form, &other.form) {
            (_, Form::Exact) => self.matches(&other.text),
            (Form::Under { rest }, Form::Under { rest: inner } | Form::Label { rest: inner, .. }) => {
                inner == rest || is_under(inner, rest)
            }
            (
                Form::Label { before, after, rest },
                Form::Label { before: inner_before, after: inner_after, rest: inner_rest },
            ) => rest == inner_rest && inner_before.starts_with(before) && inner_after.ends_with(after),
            (Form::Exact, _) | (Form::Label { .. }, Form::Under { .. }) => false,
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for HostPattern {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        HostPattern::parse(&String::deserialize(d)?).map_err(de::Error::custom)
    }
}

fn within(label: &str, before: &str, after: &str) -> bool {
    label.len() >= before.len() + after.len() && label.starts_with(before) && label.ends_with(after)
}

fn is_label_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn bad_label(text: &str) -> String {
    format!(
        "`{text}` is no host: write the bare name in lower-case ASCII, without scheme, port or path (an international name as `xn--…`)"
    )
}

/// `name` is what must be spelt out of `text`: all of it, or what follows the wildcard's label.
fn check_name(text: &str, name: &str, least: usize) -> Result<(), String> {
    if name.contains('*') {
        return Err(format!("`{text}`: a `*` may stand in the first label only"));
    }
    let labels: Vec<&str> = name.split('.').collect();
    let good = |label: &&str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(is_label_char)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if !labels.iter().all(good) || text.len() > 253 {
        return Err(bad_label(text));
    }
    if labels.len() < least {
        return Err(format!("`{text}` is too wide: at least {least} labels must be spelt out"));
    }
    // A last label that begins with a digit is how addresses are written; no top-level domain does.
    if labels.last().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit())) {
        return Err(format!("`{text}` looks like an address: write the host's name"));
    }
    Ok(())
}
