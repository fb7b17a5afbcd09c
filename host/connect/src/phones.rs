//! Phones that push: a ticket lets one enrol, and a token tells it apart from then on.
//!
//! The ticket is for the platform's server to hand to its app, which has no key of the project. Whoever has a token can add to
//! one connection, and can read nothing.

use gearshift_adapters::Lease;
use gearshift_manifest::Scheme;
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, NewConnection, Ticket};
use serde::{Deserialize, Serialize};

use crate::ConnectError;
use crate::connect::Connect;
use crate::oauth::{fingerprint, random_text};

/// A ticket, shown once.
#[derive(Serialize)]
pub struct PhoneTicket {
    /// What the phone shows to enrol.
    pub token: String,
    /// Seconds in which it can.
    pub expires_in: u64,
}

/// What a phone says of itself when it enrols.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The project's own name for its user. One that its server named with the ticket counts, and another is refused.
    pub reference: Option<String>,
    /// The phone.
    #[serde(default)]
    pub device: Device,
}

/// A phone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// By which its user tells it apart: "Pixel 9".
    pub name: Option<String>,
    /// IANA time zone.
    pub zone: Option<String>,
}

/// A phone that may push.
pub struct Enrolled {
    /// What it pushes to.
    pub connection: Connection,
    /// What it shows from now on. It is shown this once.
    pub token: String,
}

impl Connect {
    /// A ticket with which one phone can enrol, whoever its user is.
    ///
    /// # Errors
    /// `no-project`, or when the store fails.
    pub async fn phone_ticket(&self, project: &str, now: i64) -> Result<PhoneTicket, ConnectError> {
        self.phone_ticket_for(project, None, now).await
    }

    /// A ticket for the phone of one user, by the project's name for them: an app that somebody has tampered with cannot pass its
    /// user off as another.
    ///
    /// # Errors
    /// As [`Connect::phone_ticket`].
    pub async fn phone_ticket_for(
        &self,
        project: &str,
        reference: Option<String>,
        now: i64,
    ) -> Result<PhoneTicket, ConnectError> {
        if self.store.project(project).await?.is_none() {
            return Err(ConnectError::NoProject(project.to_owned()));
        }
        let token = random_text().ok_or(ConnectError::NoRandomness)?;
        let lifetime = self.settings.ticket_lifetime;
        let ticket = Ticket {
            hash: fingerprint(&token),
            project: project.to_owned(),
            reference: reference.filter(|reference| !reference.is_empty()),
            expires: now.saturating_add(i64::try_from(lifetime.as_millis()).unwrap_or(i64::MAX)),
        };
        self.store.save_ticket(&ticket, now).await?;
        Ok(PhoneTicket { token, expires_in: lifetime.as_secs() })
    }

    /// A phone trades a ticket for a token. The same reference at the same provider is the same connection again, and the token
    /// that it had ends.
    ///
    /// # Errors
    /// `ticket`, `form` where it is another user's, `not-by-phone`, `unknown-provider`.
    pub async fn enrol(
        &self,
        ticket: &str,
        provider: &str,
        enrolment: Enrolment,
        now: i64,
    ) -> Result<Enrolled, ConnectError> {
        let ticket = self.store.take_ticket(&fingerprint(ticket), now).await?.ok_or(ConnectError::Ticket)?;
        let lease = self.lease_of_phones(provider).await?;
        let token = random_text().ok_or(ConnectError::NoRandomness)?;
        let auth_id = lease.manifest().auth.id.clone();
        let new = NewConnection {
            project: ticket.project,
            provider: provider.to_owned(),
            auth_id: auth_id.clone(),
            reference: reference(ticket.reference, enrolment.reference)?,
            ..NewConnection::default()
        };
        let enrolled = self.store.enrol_device(new, &fingerprint(&token), now).await?;
        let change = ConnectionChange {
            status: Some((ConnectionStatus::Connected, None)),
            auth_id: Some(auth_id),
            name: enrolment.device.name,
            zone: enrolment.device.zone,
            connected: Some(enrolled.status != ConnectionStatus::Connecting),
            ..ConnectionChange::default()
        };
        let connection = self.store.change_connection(&enrolled.id, change, now).await?;
        Ok(Enrolled { connection, token })
    }

    /// The connection to which a phone's token belongs.
    ///
    /// # Errors
    /// `not-enrolled` where the token is unknown, was replaced, is another provider's, or its connection has ended.
    pub async fn phone(&self, token: &str, provider: &str) -> Result<Connection, ConnectError> {
        let found = self.store.device(&fingerprint(token)).await?;
        let live = |phone: &Connection| {
            phone.provider == provider
                && matches!(phone.status, ConnectionStatus::Connected | ConnectionStatus::Degraded)
        };
        found.filter(live).ok_or(ConnectError::NotEnrolled)
    }

    async fn lease_of_phones(&self, provider: &str) -> Result<Lease, ConnectError> {
        let lease = self.lease_for_sign_in(provider).await?;
        match lease.manifest().auth.scheme {
            Scheme::Device => Ok(lease),
            _ => Err(ConnectError::NotByPhone(provider.to_owned())),
        }
    }
}

fn reference(of_ticket: Option<String>, of_phone: Option<String>) -> Result<Option<String>, ConnectError> {
    match (of_ticket, of_phone.filter(|reference| !reference.is_empty())) {
        (Some(meant), Some(said)) if meant != said => {
            Err(ConnectError::Form("`reference` is not the one that the ticket is for: leave it out".into()))
        }
        (Some(meant), _) => Ok(Some(meant)),
        (None, said) => Ok(said),
    }
}

// Both hold a secret.
impl std::fmt::Debug for PhoneTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PhoneTicket").field("expires_in", &self.expires_in).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolled").field("connection", &self.connection.id).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_for_one_user_enrols_nobody_else() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(reference(some("u1"), None).unwrap(), some("u1"));
        assert_eq!(reference(some("u1"), some("u1")).unwrap(), some("u1"));
        assert_eq!(reference(some("u1"), some("")).unwrap(), some("u1"));
        assert_eq!(reference(None, some("u2")).unwrap(), some("u2"));
        assert_eq!(reference(None, some("")).unwrap(), None);
        assert_eq!(reference(some("u1"), some("u2")).unwrap_err().code(), "form");
    }
}
