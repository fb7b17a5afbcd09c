//! What can go wrong, by a code that callers may match.

/// The source of a failure that is not the caller's to understand.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why the store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another worker has the job, or it has ended: whatever the caller was about to write must not be written.
    #[error("the lease on job {job} is lost: drop this work, whoever holds the job now does it again")]
    Fenced {
        /// The job.
        job: i64,
    },
    /// Another process has renewed the connection's credential since, or does so now: what the caller was about to
    /// write must not be written.
    #[error(
        "the lease on renewing {connection} is lost: read its credential again, whoever holds the lease now renews it"
    )]
    Superseded {
        /// The connection.
        connection: String,
    },
    /// What the call is about does not exist (any more).
    #[error("no {what} {id:?}: it was never there, or has been erased")]
    NotFound {
        /// The kind of row, for example "connection".
        what: &'static str,
        /// The id that was asked for.
        id: String,
    },
    /// Somebody else was faster, or the place is taken: read again and decide anew.
    #[error("{0}")]
    Conflict(String),
    /// A row or a body is not what was written.
    #[error("{what} is damaged: {message}; restore it from a backup")]
    Corrupt {
        /// What was read.
        what: String,
        /// What is wrong with it.
        message: String,
    },
    /// The caller handed in what cannot be stored.
    #[error("{0}")]
    Invalid(String),
    /// The database failed.
    #[error("the database failed: {0}; look at its disk, its rights, and whether another process holds it")]
    Database(#[source] Cause),
    /// The folder of bodies failed.
    #[error("the archive failed to {doing}: {source}; look at its disk and its rights")]
    Archive {
        /// What was being done, for example "write a body".
        doing: &'static str,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date: {0}; a newer release may have written it")]
    Migration(#[source] Cause),
}

impl StoreError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Fenced { .. } | Self::Superseded { .. } => "fenced",
            Self::NotFound { .. } => "not-found",
            Self::Conflict(_) => "conflict",
            Self::Corrupt { .. } => "corrupt",
            Self::Invalid(_) => "invalid",
            Self::Database(_) => "database",
            Self::Archive { .. } => "archive",
            Self::Migration(_) => "migration",
        }
    }

    pub(crate) fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound { what, id: id.to_string() }
    }

    pub(crate) fn corrupt(what: impl Into<String>, message: impl ToString) -> Self {
        Self::Corrupt { what: what.into(), message: message.to_string() }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { index, source } => Self::corrupt(format!("column {index}"), source),
            other => Self::Database(Box::new(other)),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self::Migration(Box::new(error))
    }
}
