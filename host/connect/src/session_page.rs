//! A session is made: the page on which a platform's user picks a provider and connects.

use gearshift_store::{Format, Session};

use crate::ConnectError;
use crate::connect::Connect;
use crate::oauth::{fingerprint, random_text};

/// For whom a session is, and where it leads.
#[derive(Debug, Clone, Default)]
pub struct SessionWish {
    /// The project.
    pub project: String,
    /// The providers among which the user chooses, by their enums. None: all that there are.
    pub providers: Option<Vec<String>>,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// Where the user goes once connected; empty for a page of ours.
    pub success: String,
    /// Where the user goes otherwise; empty for nowhere.
    pub failure: String,
    /// In which language the user is spoken to. None: in the browser's.
    pub language: Option<Language>,
    /// In whose words the platform is told how it ended.
    pub format: Format,
}

/// A session that was made.
#[derive(Debug, Clone, serde::Serialize)]
pub struct OpenedSession {
    /// What opens it. It is in the URL, and nobody but the user's browser is to have it.
    pub id: String,
    /// Where to send the user's browser.
    pub url: String,
    /// Until when the user can go on, in Unix milliseconds.
    pub expires: i64,
}

/// In which users are spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// All that there are.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// Its tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of a tag, whatever its region: `de-AT` is German. None where we do not speak it.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|known| language.eq_ignore_ascii_case(known.tag()))
    }
}

impl Connect {
    /// Makes a session.
    ///
    /// # Errors
    /// `no-project`; `redirect`; where one provider is named, whatever keeps users from connecting it; `nothing-offered` where
    /// several are, or none, and nobody can connect any.
    pub async fn open_session_page(&self, wish: SessionWish, now: i64) -> Result<OpenedSession, ConnectError> {
        let session = Session {
            success: self.check_redirect(&wish.project, &wish.success).await?,
            failure: self.check_redirect(&wish.project, &wish.failure).await?,
            project: wish.project,
            format: wish.format,
            providers: wish.providers,
            reference: wish.reference,
            language: wish.language.map(|language| language.tag().to_owned()),
            ..Session::default()
        };
        match session.providers.as_deref() {
            Some([only]) => drop(self.offer(&session.project, only).await?),
            _ if self.offers_in(&session).await?.is_empty() => return Err(ConnectError::NothingOffered),
            _ => {}
        }
        self.keep_session(session, self.settings.session_lifetime, now).await
    }

    /// Gives a session its id and keeps it.
    pub(crate) async fn keep_session(
        &self,
        session: Session,
        lifetime: std::time::Duration,
        now: i64,
    ) -> Result<OpenedSession, ConnectError> {
        let id = random_text().ok_or(ConnectError::NoRandomness)?;
        let expires = now.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX));
        self.store.save_session(&Session { id_hash: fingerprint(&id), created: now, expires, ..session }).await?;
        Ok(OpenedSession { url: self.settings.session(&id), id, expires })
    }
}

#[cfg(test)]
mod tests {
    use super::Language;

    #[test]
    fn a_language_is_known_by_its_tag_whatever_the_region() {
        for language in Language::ALL {
            assert_eq!(Language::of(language.tag()), Some(language));
        }
        assert_eq!(Language::of("DE-at"), Some(Language::De));
        for unknown in ["", "fr", "den", "-de"] {
            assert_eq!(Language::of(unknown), None, "{unknown}");
        }
    }
}
