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
mod leave;
mod oauth;
mod oauth1;
mod offer;
mod phones;
mod provider_settings;
mod renew;
mod renewer;
mod safe;
mod session_page;
mod settings;
mod settle;
mod token;
mod unfinished;
mod verify;
mod visit;

pub use begin::{Begun, FormField, Link, Wish};
pub use bound::Bound;
pub use callback::{NotSignedIn, Returning, SignedIn};
pub use check::KeysWork;
pub use clients::{Application, Clients, NewApplication};
pub use connect::Connect;
pub use end::Disconnected;
pub use error::{Choice, ConnectError};
pub use form::HandedIn;
pub use keyring::Keyring;
pub use oauth::fingerprint;
pub use offer::{Offer, SignInBy};
pub use phones::{Device, Enrolled, Enrolment, PhoneTicket};
pub use provider_settings::ProviderSetting;
pub use session_page::{Language, OpenedSession, SessionWish};
pub use settings::ConnectSettings;
pub use unfinished::{Amiss, Unfinished};
pub use verify::{Call, Verified, verify};
pub use visit::{Browser, Onward, Standing, Visit};
