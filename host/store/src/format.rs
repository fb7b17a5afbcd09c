//! In whose words something is told.

use serde::{Deserialize, Serialize};

use crate::words::words;

/// Whose words a destination's events have, and those that a browser brings back from a sign-in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Ours.
    #[default]
    Gearshift,
    /// Those of Terra's API.
    Terra,
}

words!(Format {
    Gearshift = "gearshift",
    Terra = "terra",
});
