//! Answers as Virtuagym writes them, as far as they are read.

use gearshift_sdk::{Each, flex};
use serde::Deserialize;

/// How it went: in `status` where the answer is a list, and beside the rest in body metrics and in errors.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    status: Option<Status>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    statuscode: Option<i64>,
    statusmessage: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Status {
    #[serde(deserialize_with = "flex::i64")]
    statuscode: i64,
    statusmessage: Option<String>,
}

impl Said {
    /// The status and Virtuagym's words for it, wherever they stand.
    pub(crate) fn status(self) -> Option<(i64, Option<String>)> {
        match (self.status, self.statuscode) {
            (Some(status), _) => Some((status.statuscode, status.statusmessage)),
            (None, Some(statuscode)) => Some((statuscode, self.statusmessage)),
            (None, None) => None,
        }
    }
}

/// `GET /club/{club}/member` and `GET /club/{club}/member/{id}`, which is a list of one.
#[derive(Debug, Deserialize)]
pub(crate) struct Members {
    pub(crate) status: Paging,
    pub(crate) result: Each<Member>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Paging {
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) results_remaining: Option<i64>,
    /// `sync_from=1784035004986`.
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) next_page: Option<String>,
}

/// A member of a club. Moments are Unix milliseconds.
#[derive(Debug, Deserialize)]
pub(crate) struct Member {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) member_id: String,
    pub(crate) firstname: Option<String>,
    pub(crate) lastname: Option<String>,
    pub(crate) email: Option<String>,
    /// `m`, `f`, and `u` besides what is documented.
    pub(crate) gender: Option<String>,
    pub(crate) birthday: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) registration_date: Option<i64>,
    /// Only of members who have an account that they have activated.
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) user_id: Option<String>,
}

/// `GET /club/{club}/bodymetrics`.
#[derive(Debug, Deserialize)]
pub(crate) struct Metrics {
    pub(crate) result: Each<Metric>,
}

/// What a pull has to know of a value.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    pub(crate) result: Each<ListedMetric>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListedMetric {
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) timestamp_edit: Option<i64>,
}

/// One value. Moments are Unix seconds.
#[derive(Debug, Deserialize)]
pub(crate) struct Metric {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) value: Option<f64>,
    /// As the member likes to see it; may be empty.
    #[serde(default)]
    pub(crate) unit: Option<String>,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) timestamp: i64,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) timestamp_edit: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_bool")]
    pub(crate) deleted: Option<bool>,
}
