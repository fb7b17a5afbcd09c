//! What is kept between pulls.

use serde::{Deserialize, Serialize};

/// Both adapters write this, so that a connection which has moved from one to the other goes on where it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// The last day that was asked for, `2026-03-10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
    /// `upload_time` of the newest exercise of AccessLink.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uploaded: Option<String>,
}

impl Watermark {
    /// All up to this day.
    pub fn through(day: impl ToString) -> Self {
        Self { through: Some(day.to_string()), ..Self::default() }
    }
}
