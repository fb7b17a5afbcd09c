//! Where a secret could be read by somebody who is not the daemon.

use crate::town::Town;

/// Texts, each with the place at which it was found.
pub type Places = Vec<(String, String)>;

impl Town {
    /// What the daemon leaves behind: its disk, its log, and what the platform was told.
    pub async fn left_behind(&self) -> Places {
        let disk = self.disk().await.everything().await;
        let read = |(place, bytes): (String, Vec<u8>)| (place, String::from_utf8_lossy(&bytes).into_owned());
        let mut places: Places = disk.into_iter().map(read).collect();
        places.push(("the log".into(), self.log()));
        let told = self.receiver().attempts();
        places.extend(told.iter().map(|attempt| (format!("the event {}", attempt.id), attempt.event.to_string())));
        places
    }

    /// What the daemon answers at these paths, to the platform and to the operator.
    pub async fn answers(&self, platform: &[&str], operator: &[&str]) -> Places {
        let mut places = Places::new();
        for path in platform {
            places.push((format!("/v1{path}"), self.v1("GET", path).send().await.ok().text()));
        }
        for path in operator {
            places.push((format!("/admin{path}"), self.admin("GET", path).send().await.ok().text()));
        }
        places
    }
}

/// Checks that none of these secrets can be read at any of the places.
pub fn cannot_be_read<'s>(secrets: impl IntoIterator<Item = &'s str>, places: &Places) {
    for secret in secrets {
        let found = places.iter().find(|(_, text)| text.contains(secret));
        assert!(found.is_none(), "{secret} is in {}", found.unwrap().0);
    }
}
