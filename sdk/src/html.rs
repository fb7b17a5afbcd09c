//! Just enough of HTML: text out of descriptions, hidden fields out of sign-in forms.

/// Text without its tags; paragraphs and breaks become line breaks.
pub fn strip(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        out.push_str(&decode(text));
        let end = tag.find('>').map_or(tag.len(), |end| end + 1);
        let (tag, after) = tag.split_at(end);
        if breaks(tag) {
            out.push('\n');
        }
        rest = after;
    }
    out.push_str(&decode(rest));
    let lines: Vec<String> = out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let mut kept: Vec<&str> = Vec::with_capacity(lines.len());
    for line in &lines {
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}

fn breaks(tag: &str) -> bool {
    let name =
        tag.trim_start_matches(['<', '/']).split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let name = name.to_ascii_lowercase();
    name == "br"
        || (tag.starts_with("</") && matches!(name.as_str(), "p" | "div" | "li" | "h1" | "h2" | "h3" | "h4" | "tr"))
}

/// Replaces character references: the common names, and numbers.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        let (before, reference) = rest.split_at(start);
        out.push_str(before);
        let end = reference.find(';').filter(|end| *end <= 10);
        let found = end.and_then(|end| reference.get(1..end)).and_then(character);
        match (found, end) {
            (Some(character), Some(end)) => {
                out.push(character);
                rest = reference.get(end + 1..).unwrap_or_default();
            }
            _ => {
                out.push('&');
                rest = reference.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "rsquo" => '’',
        "lsquo" => '‘',
        "deg" => '°',
        _ => return None,
    })
}

/// The value of the `input` with this name, such as the hidden token of a sign-in form. None where there is no such input;
/// empty where it has no value.
pub fn input(html: &str, name: &str) -> Option<String> {
    html.split('<')
        .filter(|tag| tag.len() > 5 && tag.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("input")))
        .find_map(|tag| {
            let tag = tag.split('>').next().unwrap_or_default();
            let named = property(tag, "name").is_some_and(|found| found == name);
            named.then(|| property(tag, "value").unwrap_or_default())
        })
}

/// A property of a tag, in double, single or no quotes.
fn property(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find('=') {
        let (before, after) = rest.split_at(at);
        let key = before.split_whitespace().next_back().unwrap_or_default();
        let after = after.get(1..).unwrap_or_default().trim_start();
        let (value, tail) = match after.chars().next() {
            Some(quote @ ('"' | '\'')) => after.get(1..).unwrap_or_default().split_once(quote).unwrap_or((after, "")),
            _ => after.split_once(|c: char| c.is_whitespace() || c == '/').unwrap_or((after, "")),
        };
        if key.eq_ignore_ascii_case(name) {
            return Some(decode(value));
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_freed_of_its_tags() {
        let html = "<p>Three &times; ten minutes &amp; <b>rest</b>.</p>\n<p>At 5&#37; less<br/>than\n usual&#x2e;</p>";
        assert_eq!(strip(html), "Three &times; ten minutes & rest.\n\nAt 5% less\nthan\nusual.");
        assert_eq!(strip("plain, 3 < 4"), "plain, 3");
        assert_eq!(strip(""), "");
    }

    #[test]
    fn a_hidden_field_is_found_in_any_order_and_quotes() {
        let html =
            r#"<form><INPUT type=hidden value='a&amp;b="c"' name="Token" /><input name="Other" value=plain></form>"#;
        assert_eq!(input(html, "Token").as_deref(), Some("a&b=\"c\""));
        assert_eq!(input(html, "Other").as_deref(), Some("plain"));
        assert_eq!(input(html, "Missing"), None);
        assert_eq!(input("<input name=\"Password\" type=\"password\">", "Password").as_deref(), Some(""));
    }
}
