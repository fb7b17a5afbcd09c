//! Getting, renewing and losing a credential.
//!
//! OAuth 2 is declared in a manifest and carried out here; a form is filled in by the user and put where the manifest's rules say
//! by the door out. An adapter sees neither password nor token. [`Keyring`] is what the door asks; [`Connect`] is everything else.

mod bound;
mod connect;
mod error;
mod keyring;
mod oauth2;
mod renew;
mod safe;
mod settings;
mod sign_in;
mod token;

pub use bound::Bound;
pub use connect::{Begun, Connect, FormField, Wish};
pub use error::ConnectError;
pub use keyring::Keyring;
pub use renew::Disconnected;
pub use settings::ConnectSettings;
pub use sign_in::SignedIn;
