//! A look at every text in the file, whatever its key.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Code, ManifestError};
use crate::locate::Document;

/// Refuses characters that could make an operator read another text than the one that is granted: controls, and those that
/// are not seen or turn the direction of writing.
pub(crate) fn check_texts(document: &Document<'_>) -> Result<(), ManifestError> {
    match in_table(document.root()) {
        None => Ok(()),
        Some(offset) => Err(ManifestError::at(
            document.text(),
            offset,
            Code::InvalidValue,
            "this text has a control character or one that is not seen: remove it",
        )),
    }
}

fn in_table(table: &DeTable<'_>) -> Option<usize> {
    table.iter().find_map(|(key, value)| if is_clear(key.get_ref()) { in_value(value) } else { Some(key.span().start) })
}

fn in_value(value: &Spanned<DeValue<'_>>) -> Option<usize> {
    match value.get_ref() {
        DeValue::String(text) => (!is_clear(text)).then(|| value.span().start),
        DeValue::Array(values) => values.iter().find_map(in_value),
        DeValue::Table(table) => in_table(table),
        _ => None,
    }
}

fn is_clear(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{00ad}')
    })
}
