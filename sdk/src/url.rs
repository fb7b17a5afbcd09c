//! Just enough of URLs.

/// Percent-encodes what is not unreserved (RFC 3986), for one segment of a path or one value.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Adds a parameter to a URL's query.
pub fn append(url: &mut String, name: &str, value: &str) {
    url.push(if url.contains('?') { '&' } else { '?' });
    url.push_str(&encode(name));
    url.push('=');
    url.push_str(&encode(value));
}

/// A form's body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_break_out_of_its_place() {
        let mut url = "https://api.meadow.example/rides".to_owned();
        append(&mut url, "from", "1/2 & 3");
        append(&mut url, "q", "ü?#");
        assert_eq!(url, "https://api.meadow.example/rides?from=1%2F2%20%26%203&q=%C3%BC%3F%23");
        assert_eq!(form(&[("a", "1+1"), ("b", "")]), "a=1%2B1&b=");
    }
}
