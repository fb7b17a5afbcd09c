//! Turns what serde and TOML say into what to do.

use crate::error::{Code, ManifestError};

/// A text that is not TOML.
pub(crate) fn syntax(text: &str, error: &toml::de::Error) -> ManifestError {
    let code = if error.message().contains("duplicate key") { Code::Duplicate } else { Code::Syntax };
    let message = match code {
        Code::Duplicate => "this key stands here twice: remove one of them".to_owned(),
        _ => format!("this is not TOML: {}", error.message()),
    };
    ManifestError::at(text, start(error), code, message)
}

/// TOML that is no manifest.
///
/// serde's wording of an unknown field is not an interface, but it has been the same for a decade; where it changes, the
/// message is passed on as it is, and the tests of this file say so.
pub(crate) fn explain(text: &str, error: &toml::de::Error) -> ManifestError {
    let said = error.message();
    let (code, message) = if let Some(rest) = said.strip_prefix("unknown field `") {
        let (key, known) = name_and_list(rest);
        (Code::UnknownKey, format!("unknown key `{key}`: {}", advice(key, &known)))
    } else if let Some(rest) = said.strip_prefix("unknown variant `") {
        let (word, known) = name_and_list(rest);
        (Code::InvalidValue, format!("unknown word `{word}`: {}", advice(word, &known)))
    } else if let Some(rest) = said.strip_prefix("missing field `") {
        (Code::MissingKey, format!("the key `{}` is missing here: add it", rest.trim_end_matches('`')))
    } else {
        (Code::InvalidValue, said.to_owned())
    };
    ManifestError::at(text, start(error), code, message)
}

fn start(error: &toml::de::Error) -> usize {
    error.span().map_or(0, |span| span.start)
}

/// From "x`, expected one of `a`, `b`": x, and a and b.
fn name_and_list(rest: &str) -> (&str, Vec<&str>) {
    let (name, list) = rest.split_once('`').unwrap_or((rest, ""));
    (name, list.split('`').skip(1).step_by(2).collect())
}

fn advice(word: &str, known: &[&str]) -> String {
    if let Some(near) = nearest(word, known) {
        return format!("did you mean `{near}`?");
    }
    let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!("known here are {}", known.join(", "))
}

/// The known word that is at most a third of its length away.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance with a swap of neighbours as one step, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    let mut last: Option<char> = None;
    for (row, x) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, y) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let change = at(&above, column) + usize::from(x != *y);
            let mut best = change.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && last == Some(*y) && b.get(column - 1) == Some(&x);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        last = Some(x);
        before = std::mem::replace(&mut above, current);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_a_swap_as_one_step() {
        assert_eq!(distance("metohds", "methods"), 1);
        assert_eq!(distance("host", "hosts"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", "abc"), 0);
    }

    #[test]
    fn a_word_far_from_all_gets_the_list() {
        assert_eq!(advice("colour", &["host", "path"]), "known here are `host`, `path`");
    }
}
