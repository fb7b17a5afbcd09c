//! Where a browser ends when a sign-in has, and what it is told there.

use gearshift_store::{Connection, Format, Login};
use gearshift_terra as terra;

use crate::ConnectError;

/// The address for a user who is connected; empty for a page of ours.
pub(crate) fn succeeded(login: &Login, connection: &Connection) -> String {
    match login.format {
        Format::Gearshift => with(&login.redirect, &[("connection", &connection.id)]),
        Format::Terra => with(&login.redirect, &terra_user(&connection.id, connection.reference.as_deref(), login)),
    }
}

/// The address for a user who is not, for this reason; empty for a page of ours. Who the attempt was for is told to Terra's clients.
pub(crate) fn failed(login: &Login, reference: Option<&str>, error: &ConnectError) -> String {
    match login.format {
        Format::Gearshift => with(&login.failure, &[("error", error.code())]),
        Format::Terra => {
            let mut pairs = terra_user(&login.connection, reference, login);
            pairs.push(("reason", terra::failure(error.code()).to_owned()));
            with(&login.failure, &pairs)
        }
    }
}

fn terra_user(connection: &str, reference: Option<&str>, login: &Login) -> Vec<(&'static str, String)> {
    let mut pairs = vec![("user_id", terra::user_id(connection)), ("resource", login.provider.clone())];
    pairs.extend(reference.map(|reference| ("reference_id", reference.to_owned())));
    pairs
}

fn with<V: AsRef<str>>(address: &str, pairs: &[(&str, V)]) -> String {
    if address.is_empty() {
        return String::new();
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let join = if address.contains('?') { '&' } else { '?' };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    format!("{address}{join}{query}{fragment}")
}

#[cfg(test)]
mod tests {
    use super::with;

    #[test]
    fn parameters_come_after_those_that_are_there_and_before_the_fragment() {
        let with = |address| with(address, &[("a", "1 2"), ("b", "&")]);
        assert_eq!(with("https://a.example/done"), "https://a.example/done?a=1+2&b=%26");
        assert_eq!(with("https://a.example/done?u=1#top"), "https://a.example/done?u=1&a=1+2&b=%26#top");
        assert_eq!(with(""), "");
    }
}
