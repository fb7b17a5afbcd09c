//! Getting, renewing and losing a credential.
//!
//! OAuth 2 and OAuth 1.0a are declared in a manifest and carried out here; a form is filled in by the user and put where the manifest's rules say
//! by the door out. An adapter sees neither password nor token. [`Keyring`] is what the door asks; [`Connect`] is everything else.

mod begin;
mod bound;
mod callback;
pub mod catalogue;
mod check;
mod clients;
mod connect;
mod digest;
mod end;
mod error;
mod form;
mod keyring;
mod landing;
mod link;
mod oauth;
mod oauth1;
mod phones;
mod provider_settings;
mod renew;
mod renewer;
mod safe;
mod settings;
mod settle;
mod token;
mod verify;

pub use begin::{Begun, FormField, Wish};
pub use bound::Bound;
pub use callback::{NotSignedIn, Returning, SignedIn};
pub use check::KeysWork;
pub use clients::{Application, Clients, NewApplication};
pub use connect::Connect;
pub use end::Disconnected;
pub use error::{Choice, ConnectError};
pub use form::HandedIn;
pub use keyring::Keyring;
pub use link::{Invitation, Opened};
pub use oauth::fingerprint;
pub use phones::{Device, Enrolled, Enrolment, PhoneTicket};
pub use provider_settings::ProviderSetting;
pub use settings::ConnectSettings;
pub use verify::{Call, Verified, verify};
