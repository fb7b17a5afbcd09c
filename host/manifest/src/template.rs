//! Text with named holes: what a credential's header holds, what a signature is made over.

use std::fmt;

/// A text with holes, such as `Bearer {{token}}` or `{t}.{body}`. Each hole is named in kebab-case or snake_case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    text: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Hole(String),
}

impl Template {
    /// Reads `{{name}}` holes: what the host fills for a provider.
    pub fn double(text: &str) -> Result<Template, String> {
        Template::parse(text, "{{", "}}")
    }

    /// Reads `{name}` holes: what is signed.
    pub fn single(text: &str) -> Result<Template, String> {
        Template::parse(text, "{", "}")
    }

    fn parse(text: &str, open: &str, close: &str) -> Result<Template, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(open) {
            let (name, tail) = after
                .split_once(close)
                .ok_or_else(|| format!("`{text}`: a `{open}` is never closed with `{close}`"))?;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                return Err(format!("`{text}`: `{open}{name}{close}` must name what goes there, in lower case"));
            }
            if !before.is_empty() {
                pieces.push(Piece::Text(before.to_owned()));
            }
            pieces.push(Piece::Hole(name.to_owned()));
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        let stray = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains(['{', '}']));
        if pieces.iter().any(stray) {
            return Err(format!("`{text}`: write each hole as `{open}name{close}`"));
        }
        Ok(Template { text: text.to_owned(), pieces })
    }

    /// As the manifest writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The names of its holes, in order.
    pub fn holes(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Hole(name) => Some(name.as_str()),
            Piece::Text(_) => None,
        })
    }

    /// The text with every hole filled. The error is the name of a hole for which there was nothing.
    ///
    /// The result may hold a secret: the caller wraps it.
    pub fn fill<V: AsRef<str>>(&self, mut value: impl FnMut(&str) -> Option<V>) -> Result<String, String> {
        let mut out = String::with_capacity(self.text.len());
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Hole(name) => out.push_str(value(name).ok_or_else(|| name.clone())?.as_ref()),
            }
        }
        Ok(out)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
