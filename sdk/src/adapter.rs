//! What an author writes.

use crate::{Account, Failure, Fetched, Host, Inbound, Normalized, Page, Pair, PullRequest, Receipt, Subject};

/// One provider's peculiarities. [`pull`](Adapter::pull) and [`normalize`](Adapter::normalize) are all that most need.
///
/// Every call runs in a fresh instance: nothing that a function leaves in a static is there at the next call.
pub trait Adapter {
    /// Fetches one page of a stream.
    ///
    /// The host commits documents, their records and `next` together before it asks for the following page, and may do so under
    /// a newer version: all that is to be remembered stands in the cursor. An answer that is in no document is archived too, but
    /// is never normalized.
    ///
    /// # Errors
    /// A failure means that nothing was gained. Where something was, return it with [`Page::stop`].
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure>;

    /// Turns a document into records. Pure: the same document gives the same records, today and in a year.
    ///
    /// # Errors
    /// `changed`, with endpoint and pointer, where the document does not look as this version expects. The host keeps it, and
    /// the next version reads it again: failing loses nothing, guessing does.
    fn normalize(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure>;

    /// For `scheme = "session"`: makes the requests that open a session, and returns settings learnt on the way.
    ///
    /// # Errors
    /// `unauthorized` where the provider refuses what the user typed; `changed` where the flow is another than expected.
    fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<Pair>, Failure> {
        let _ = (host, subject);
        Err(Failure::unsupported("this adapter opens no sessions: its manifest says how users sign in"))
    }

    /// Opens a session again. Default: as [`sign_in`](Adapter::sign_in).
    ///
    /// # Errors
    /// As [`sign_in`](Adapter::sign_in).
    fn renew(host: &Host<'_>, subject: &Subject) -> Result<Vec<Pair>, Failure> {
        Self::sign_in(host, subject)
    }

    /// Says whose account was connected. Default: the facts `id`, `name` and `zone` that the manifest picked.
    ///
    /// # Errors
    /// Whatever keeps the provider from telling.
    fn identify(host: &Host<'_>, subject: &Subject, facts: &[Pair]) -> Result<Vec<Account>, Failure> {
        let _ = (host, subject);
        let fact = |name: &str| facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        Ok(vec![Account { id: fact("id"), name: fact("name"), zone: fact("zone"), ..Account::default() }])
    }

    /// Tells the provider to forget us, where the manifest cannot say how. Default: nothing to do.
    ///
    /// # Errors
    /// Whatever keeps the provider from it; the host forgets the connection all the same.
    fn revoke(host: &Host<'_>, subject: &Subject) -> Result<(), Failure> {
        let _ = (host, subject);
        Ok(())
    }

    /// Reads a call that the provider made to the project's hook, and answers its handshakes. Pure: no network, and a later version
    /// may be given the same call again.
    ///
    /// # Errors
    /// `changed` where the call does not look as this version expects: the provider has its acknowledgement all the same, and the
    /// next version receives the call. Default: `unsupported`, for a provider that does not call.
    fn receive(inbound: &Inbound) -> Result<Receipt, Failure> {
        let _ = inbound;
        Err(Failure::unsupported("this adapter receives no calls"))
    }
}
