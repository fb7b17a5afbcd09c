//! Where a browser ends when a session has, and what it is told there, in the words that the platform reads.

use gearshift_store::{Connection, Format, Session};
use gearshift_terra as terra;

use crate::visit::only;

/// What is told, by name.
type Told = Vec<(&'static str, String)>;

/// The address for a user who is connected; none where the platform has said nothing.
pub(crate) fn succeeded(session: &Session, connection: &Connection) -> Option<String> {
    let told = match session.format {
        Format::Gearshift => {
            let mut told = vec![("connection", connection.id.clone())];
            told.extend(reference("reference", session));
            told
        }
        Format::Terra => terra_user(Some(&connection.id), Some(&connection.provider), session),
    };
    with(&session.success, &told)
}

/// The address for a user who is not, for this reason; none where the platform has said nothing.
pub(crate) fn failed(session: &Session, reason: &str) -> Option<String> {
    let told = match session.format {
        Format::Gearshift => {
            let mut told = vec![("reason", reason.to_owned())];
            told.extend(reference("reference", session));
            told
        }
        Format::Terra => {
            let mut told = terra_user(session.attempt.as_deref(), only(session), session);
            told.push(("reason", terra::failure(reason).to_owned()));
            told
        }
    };
    with(&session.failure, &told)
}

fn terra_user(connection: Option<&str>, provider: Option<&str>, session: &Session) -> Told {
    let user = connection.map(|connection| ("user_id", terra::user_id(connection)));
    let resource = provider.map(|provider| ("resource", provider.to_owned()));
    [user, resource, reference("reference_id", session)].into_iter().flatten().collect()
}

fn reference(name: &'static str, session: &Session) -> Option<(&'static str, String)> {
    Some((name, session.reference.clone()?))
}

/// An address with parameters more.
fn with(address: &str, told: &[(&str, String)]) -> Option<String> {
    if address.is_empty() {
        return None;
    }
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish();
    let (address, fragment) = address.split_once('#').unwrap_or((address, ""));
    let join = if address.contains('?') { '&' } else { '?' };
    let fragment = if fragment.is_empty() { String::new() } else { format!("#{fragment}") };
    Some(format!("{address}{join}{query}{fragment}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_come_after_those_that_are_there_and_before_the_fragment() {
        let told = [("a", "1 2".to_owned()), ("b", "&".to_owned())];
        let with = |address| with(address, &told);
        assert_eq!(with("https://a.example/done").unwrap(), "https://a.example/done?a=1+2&b=%26");
        assert_eq!(with("https://a.example/done?u=1#top").unwrap(), "https://a.example/done?u=1&a=1+2&b=%26#top");
        assert_eq!(with(""), None);
    }

    #[test]
    fn a_failure_is_told_in_the_words_that_the_platform_reads() {
        let session = Session {
            providers: Some(vec!["RIDES".into()]),
            reference: Some("a&b".into()),
            failure: "https://a.example/no".into(),
            ..Session::default()
        };
        let ours = failed(&session, "denied").unwrap();
        assert_eq!(ours, "https://a.example/no?reason=denied&reference=a%26b");
        let terra = failed(&Session { format: Format::Terra, ..session }, "denied").unwrap();
        assert_eq!(terra, "https://a.example/no?resource=RIDES&reference_id=a%26b&reason=access_denied");
    }
}
