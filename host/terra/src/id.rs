//! A connection's id and a user's are one number, written in two ways.

use uuid::Uuid;

const PREFIX: &str = "conn_";

/// The user's id of a connection: the same UUID, with hyphens. An id that no store made stands for itself.
#[must_use]
pub fn user_id(connection: &str) -> String {
    let number = connection.strip_prefix(PREFIX).and_then(|hex| Uuid::try_parse(hex).ok());
    number.map_or_else(|| connection.to_owned(), |number| number.hyphenated().to_string())
}

/// The connection's id of a user. None where it is no UUID.
#[must_use]
pub fn connection_id(user: &str) -> Option<String> {
    let number = Uuid::try_parse(user).ok()?;
    Some(format!("{PREFIX}{}", number.simple()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_id_leads_to_the_other_and_back(number in any::<u128>()) {
            let number = Uuid::from_u128(number);
            let (connection, user) = (format!("conn_{}", number.simple()), number.hyphenated().to_string());
            prop_assert_eq!(user_id(&connection), user.as_str());
            prop_assert_eq!(connection_id(&user), Some(connection));
        }
    }

    #[test]
    fn an_id_is_read_as_people_write_uuids() {
        let ours = Some("conn_0199c0a2d4ee7bb1a0cc00112233aabb".to_owned());
        assert_eq!(connection_id("0199C0A2-D4EE-7BB1-A0CC-00112233AABB"), ours);
        for odd in ["", "conn_0199c0a2d4ee7bb1a0cc00112233aabb", "0199c0a2-d4ee", "' OR 1=1"] {
            assert_eq!(connection_id(odd), None, "{odd}");
        }
        assert_eq!(user_id("conn_1"), "conn_1");
    }
}
