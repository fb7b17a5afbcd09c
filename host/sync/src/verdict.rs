//! What a failure means for the job that met it.

use gearshift_adapters::CallError;
use gearshift_adapters::contract::Failure;
use gearshift_store::ConnectionStatus;

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Renew the credential, and go on.
    Renew,
    /// Through no fault: again after so many seconds, if the provider says.
    Quota(Option<u32>),
    /// The provider works on it: again after so many seconds, from this cursor.
    Pending { retry_after: Option<u32>, cursor: Option<String> },
    /// A passing fault: again, with back-off.
    Retry(Option<u32>),
    /// This version crashed: again, and after some attempts for the next version to try.
    Crashed,
    /// This version cannot read what the provider now answers: wait for the next one.
    Held,
    /// Only the user or the operator can go on; the connection says so.
    Stopped(ConnectionStatus),
    /// There is nothing to pull.
    Nothing,
    /// Trying again would not help.
    Dead,
}

/// The table: a code of the contract, and what it means.
pub(crate) fn of(error: &CallError) -> Verdict {
    match error {
        CallError::Failure(failure) => of_failure(failure),
        CallError::Fault(fault) if fault.code() == "busy" => Verdict::Retry(None),
        CallError::Fault(_) | CallError::TooMuch { .. } => Verdict::Crashed,
    }
}

/// As [`of`], for what an adapter says itself.
pub(crate) fn of_failure(failure: &Failure) -> Verdict {
    match failure.code.as_str() {
        "unauthorized" => Verdict::Renew,
        "rate-limited" => Verdict::Quota(failure.retry_after),
        "pending" => Verdict::Pending { retry_after: failure.retry_after, cursor: failure.detail.clone() },
        "changed" | "gone" | "upgrade-required" => Verdict::Held,
        "forbidden" => Verdict::Stopped(ConnectionStatus::Degraded),
        "action-required" => Verdict::Stopped(ConnectionStatus::ActionRequired),
        "unsupported" => Verdict::Nothing,
        "invalid" | "not-configured" => Verdict::Dead,
        _ => Verdict::Retry(failure.retry_after),
    }
}

/// A failure in the store's words, whatever caused it.
pub(crate) fn story(error: &CallError) -> gearshift_store::Failure {
    match error {
        CallError::Failure(failure) => told(failure),
        other => gearshift_store::Failure { code: other.code().to_owned(), message: other.to_string(), detail: None },
    }
}

/// An adapter's failure in the store's words.
pub(crate) fn told(failure: &Failure) -> gearshift_store::Failure {
    gearshift_store::Failure {
        code: failure.code.clone(),
        message: failure.message.clone(),
        detail: failure.detail.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: &str) -> Failure {
        Failure { code: code.into(), message: "m".into(), retry_after: Some(7), detail: Some("c".into()) }
    }

    #[test]
    fn what_the_provider_changed_waits_for_the_next_version() {
        for code in ["changed", "gone", "upgrade-required"] {
            assert_eq!(of_failure(&failure(code)), Verdict::Held, "{code}");
        }
    }

    #[test]
    fn a_code_that_nobody_knows_is_a_passing_fault() {
        assert_eq!(of_failure(&failure("sunspots")), Verdict::Retry(Some(7)));
    }

    #[test]
    fn pending_carries_its_cursor() {
        let expected = Verdict::Pending { retry_after: Some(7), cursor: Some("c".into()) };
        assert_eq!(of_failure(&failure("pending")), expected);
    }
}
