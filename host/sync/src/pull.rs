//! One pull: page after page, each committed before the next is asked for.

use std::sync::Arc;

use gearshift_adapters::contract::{Failure, Fetched, Page, PullRequest, Subject, Window};
use gearshift_adapters::{CallError, Lease};
use gearshift_connect::{Bound, ConnectError};
use gearshift_egress::Purpose;
use gearshift_manifest::{History, Stream};
use gearshift_store::{
    Connection, ConnectionStatus, DocumentPart, JobEnd, JobLease, NewDocument, PageCommit, PageDocument,
};

use crate::pushed::is_pushed;
use crate::reading::{self, Request};
use crate::settings::{ms, now};
use crate::sync::{Sync, SyncError};
use crate::verdict::{self, Verdict};

/// What a pull goes through the pages with.
pub(crate) struct Pull<'a> {
    pub(crate) sync: &'a Sync,
    lease: JobLease,
    pub(crate) connection: Connection,
    pub(crate) stream: String,
    cursor: Option<String>,
    /// Whether the last page was refused for want of a credential that had just been renewed.
    renewed: bool,
}

/// A page's end.
pub(crate) enum Step {
    Next,
    End(JobEnd),
}

impl Sync {
    /// Carries out a claimed pull and says how it ends.
    pub(crate) async fn pull(&self, lease: JobLease) -> Result<JobEnd, SyncError> {
        let (Some(id), Some(stream)) = (lease.job.connection.clone(), lease.job.stream.clone()) else {
            return Ok(JobEnd::Dead { reason: "a pull names a connection and a stream".into() });
        };
        let Some(connection) = self.store.connection(&id).await? else {
            return Ok(JobEnd::Dead { reason: "the connection is gone".into() });
        };
        if !matches!(connection.status, ConnectionStatus::Connected | ConnectionStatus::Degraded) {
            return Ok(JobEnd::Dead { reason: "the connection is not connected".into() });
        }
        let cursor = lease.job.cursor.clone();
        let mut pull = Pull { sync: self, lease, connection, stream, cursor, renewed: false };
        for _ in 0..self.settings.pages_in_a_row {
            if self.stopping.is_cancelled() {
                return Ok(JobEnd::Wait { run_at: now(), reason: "the host is stopping".into() });
            }
            // Before each page: another account may have met the limit since the last.
            if let Some(until) = self.quotas.closed_until(&pull.connection.provider, now()) {
                return Ok(JobEnd::Wait { run_at: until, reason: "the provider's quota is spent".into() });
            }
            self.store.extend(pull.lease.fence(), now() + ms(self.settings.lease)).await?;
            if let Step::End(end) = pull.page().await? {
                return Ok(end);
            }
        }
        Ok(JobEnd::Wait { run_at: now(), reason: "others get a turn".into() })
    }
}

impl Pull<'_> {
    /// One call under the version that is active now, and its commit.
    async fn page(&mut self) -> Result<Step, SyncError> {
        let sync = self.sync;
        let Some(version) = sync.adapters.lease(&self.connection.provider, &self.connection.auth_id) else {
            return Ok(self.retry(None, "no adapter serves this connection".into()));
        };
        let Some(stream) = version.manifest().stream(&self.stream).cloned() else {
            return Ok(Step::End(JobEnd::Done));
        };
        if is_pushed(&version) {
            return self.read_pushed(&version, &stream).await;
        }
        match sync.connect.keep_fresh(&version, &self.connection, now()).await {
            Ok(()) => {}
            Err(error) => return self.unrenewed(&version, error, &[]),
        }
        let generation = sync.connect.generation(&self.connection.id).await?;
        let subject = sync.connect.subject(&self.connection, &version).await?;
        let request = self.request(&stream).await?;
        let outside = sync.connect.bind(&version, &self.connection, Purpose::Pull, request.requests);
        match version.pull(&subject, &request, outside.clone()).await {
            Ok((page, _)) => {
                self.renewed = false;
                self.commit(&version, &stream, &subject, &outside, page).await
            }
            Err(error) => self.react(&version, &error, verdict::of(&error), &outside, generation).await,
        }
    }

    async fn request(&self, stream: &Stream) -> Result<PullRequest, SyncError> {
        let state = self.sync.store.stream_state(&self.connection.id, &self.stream).await?;
        let end = now();
        let span = match stream.history {
            History::Span(span) => span,
            History::All => ms(self.sync.settings.history),
            History::None => 0,
        };
        Ok(PullRequest {
            stream: self.stream.clone(),
            window: Some(Window { start: end - span, end }),
            cursor: self.cursor.clone(),
            since: state.and_then(|state| state.watermark),
            id: None,
            requests: self.sync.settings_of_calls().pull_requests,
            extra: Vec::new(),
        })
    }

    /// Documents, records, cursor and events in one transaction; then what the page says of the rest.
    async fn commit(
        &mut self,
        version: &Lease,
        stream: &Stream,
        subject: &Subject,
        outside: &Arc<Bound>,
        page: Page,
    ) -> Result<Step, SyncError> {
        let exchanges = outside.exchanges();
        let mut documents = Vec::with_capacity(page.documents.len());
        for document in &page.documents {
            let Some(document) = self.document(subject, document, &exchanges).await? else {
                let failure = gearshift_store::Failure {
                    code: "foreign-exchange".into(),
                    message: format!(
                        "the document {:?} names an exchange that this call did not make",
                        document.endpoint
                    ),
                    detail: None,
                };
                return Ok(self.held(version, failure, &exchanges));
            };
            let request = Request {
                stream: &self.stream,
                endpoint: &document.endpoint,
                id: document.provider_id.as_deref(),
                parts: &document.parts,
                context: &document.context,
                fetched_at: document.fetched_at,
            };
            let outcome = reading::read(&*self.sync.store, version, subject, request).await?;
            documents.push(PageDocument { document, outcome });
        }
        let quarantined = documents.iter().any(|document| document.outcome.failure.is_some());
        self.write(version, stream, documents, &page).await?;
        self.cursor = page.next.clone();
        if quarantined {
            self.sync.heal_if_stale(version, &self.connection).await?;
        }
        match page.stop {
            Some(stop) => {
                let generation = self.sync.connect.generation(&self.connection.id).await?;
                let error = CallError::Failure(stop.clone());
                self.react(version, &error, verdict::of_failure(&stop), outside, generation).await
            }
            None if page.next.is_some() => Ok(Step::Next),
            None => {
                self.flows_again().await?;
                Ok(Step::End(JobEnd::Done))
            }
        }
    }

    /// Says on the connection why this stream stands still. What only degrades it names the stream, and stays until that flows
    /// again: of two that stand still, the first is told.
    async fn stop(&self, status: ConnectionStatus, reason: &str) -> Result<(), SyncError> {
        let sync = self.sync;
        if status != ConnectionStatus::Degraded {
            sync.connect.mark(&self.connection.id, status, reason, now()).await?;
            return Ok(());
        }
        let present = sync.store.connection(&self.connection.id).await?;
        if present.is_some_and(|present| present.status == ConnectionStatus::Connected) {
            let reason = format!("{}: {reason}", self.stream);
            sync.connect.mark(&self.connection.id, status, &reason, now()).await?;
        }
        Ok(())
    }

    /// A stream that stood still has been pulled to its end.
    async fn flows_again(&self) -> Result<(), SyncError> {
        let ours = format!("{}: ", self.stream);
        let present = self.sync.store.connection(&self.connection.id).await?;
        let mended = present.is_some_and(|present| {
            present.status == ConnectionStatus::Degraded
                && present.reason.is_some_and(|reason| reason.starts_with(&ours))
        });
        if mended {
            self.sync.connect.mark(&self.connection.id, ConnectionStatus::Connected, "", now()).await?;
        }
        Ok(())
    }

    pub(crate) async fn write(
        &self,
        version: &Lease,
        stream: &Stream,
        documents: Vec<PageDocument>,
        page: &Page,
    ) -> Result<(), SyncError> {
        let commit = PageCommit {
            lease: self.lease.fence(),
            connection: self.connection.id.clone(),
            stream: self.stream.clone(),
            documents,
            cursor: page.next.clone(),
            watermark: page.watermark.clone(),
            schema: i64::from(version.manifest().state.writes),
            version: version.digest().to_string(),
            precedence: stream.facets.clone(),
            complete: page.complete.map(|window| gearshift_model::Window { start: window.start, end: window.end }),
            now: now(),
        };
        let committed = self.sync.store.commit_page(commit).await?;
        if !committed.changes.is_empty() {
            self.sync.changed.notify_waiters();
        }
        Ok(())
    }

    /// A document as the store keeps it; none where it names what the call did not fetch.
    async fn document(
        &self,
        subject: &Subject,
        fetched: &Fetched,
        exchanges: &[i64],
    ) -> Result<Option<NewDocument>, SyncError> {
        let mut parts = Vec::with_capacity(fetched.parts.len());
        let mut fetched_at = 0;
        for part in &fetched.parts {
            let exchange =
                usize::try_from(part.exchange).ok().and_then(|place| exchanges.get(place.checked_sub(1)?)).copied();
            let Some(exchange) = exchange else { return Ok(None) };
            let row = self.sync.store.exchange(exchange).await?;
            fetched_at = fetched_at.max(row.map_or(0, |row| row.fetched_at));
            parts.push(DocumentPart { name: part.name.clone(), exchange, range: part.range });
        }
        Ok(Some(NewDocument {
            endpoint: fetched.endpoint.clone(),
            provider_id: fetched.id.clone(),
            parts,
            subject: serde_json::to_value(subject).map_err(SyncError::Subject)?,
            context: fetched.context.clone(),
            fetched_at,
        }))
    }

    /// Carries out a verdict.
    async fn react(
        &mut self,
        version: &Lease,
        error: &CallError,
        verdict: Verdict,
        outside: &Arc<Bound>,
        generation: i64,
    ) -> Result<Step, SyncError> {
        let reason = error.to_string();
        match verdict {
            Verdict::Renew => self.renew(version, outside, generation, &reason).await,
            Verdict::Quota(after) => {
                let wait = after.map_or(ms(self.sync.settings.quota_wait), |seconds| i64::from(seconds) * 1_000);
                let until = self.sync.quotas.close(&self.connection.provider, now() + wait);
                Ok(Step::End(JobEnd::Wait { run_at: until, reason }))
            }
            Verdict::Pending { retry_after, cursor } => self.pending(version, retry_after, cursor, reason).await,
            Verdict::Retry(after) => Ok(self.retry(after, reason)),
            Verdict::Crashed if self.lease.job.attempts < self.sync.settings.crashes => Ok(self.retry(None, reason)),
            Verdict::Crashed | Verdict::Held => Ok(self.held(version, verdict::story(error), &outside.exchanges())),
            Verdict::Stopped(status) => {
                self.stop(status, &reason).await?;
                Ok(Step::End(JobEnd::Dead { reason }))
            }
            Verdict::Nothing => Ok(Step::End(JobEnd::Done)),
            Verdict::Dead => Ok(Step::End(JobEnd::Dead { reason })),
        }
    }

    /// A credential that is refused although it is new will not be accepted by trying again.
    async fn renew(
        &mut self,
        version: &Lease,
        outside: &Bound,
        generation: i64,
        reason: &str,
    ) -> Result<Step, SyncError> {
        if self.renewed {
            self.sync.connect.mark(&self.connection.id, ConnectionStatus::NeedsReconnect, reason, now()).await?;
            return Ok(Step::End(JobEnd::Dead { reason: reason.to_owned() }));
        }
        self.renewed = true;
        match self.sync.connect.renew(version, &self.connection, generation, now()).await {
            Ok(()) => Ok(Step::Next),
            Err(error) => self.unrenewed(version, error, &outside.exchanges()),
        }
    }

    /// A sign-in flow that this version no longer knows is held like a pull that it cannot read.
    fn unrenewed(&self, version: &Lease, error: ConnectError, evidence: &[i64]) -> Result<Step, SyncError> {
        match error {
            ConnectError::NeedsReconnect(reason) => Ok(Step::End(JobEnd::Dead { reason })),
            ConnectError::Unavailable(reason) => Ok(self.retry(None, reason)),
            ConnectError::Adapter(error) => Ok(match verdict::of(&error) {
                Verdict::Held => self.held(version, verdict::story(&error), evidence),
                Verdict::Crashed if self.lease.job.attempts >= self.sync.settings.crashes => {
                    self.held(version, verdict::story(&error), evidence)
                }
                Verdict::Quota(after) | Verdict::Retry(after) => self.retry(after, error.to_string()),
                _ => self.retry(None, error.to_string()),
            }),
            other => Err(other.into()),
        }
    }

    async fn pending(
        &mut self,
        version: &Lease,
        after: Option<u32>,
        cursor: Option<String>,
        reason: String,
    ) -> Result<Step, SyncError> {
        if let Some(stream) = version.manifest().stream(&self.stream).cloned() {
            let page = Page {
                documents: Vec::new(),
                next: cursor,
                stop: None::<Failure>,
                watermark: None,
                complete: None,
                extra: Vec::new(),
            };
            self.write(version, &stream, Vec::new(), &page).await?;
        }
        let wait = after.map_or(ms(self.sync.settings.quota_wait), |seconds| i64::from(seconds) * 1_000);
        Ok(Step::End(JobEnd::Wait { run_at: now() + wait, reason }))
    }

    /// Held for the next version. Where that has become active while this call ran, there is nothing to wait for.
    fn held(&self, version: &Lease, failure: gearshift_store::Failure, evidence: &[i64]) -> Step {
        let active = self.sync.adapters.lease(&self.connection.provider, &self.connection.auth_id);
        if active.is_some_and(|active| active.digest() != version.digest()) {
            let reason = "another version has become active meanwhile".into();
            return Step::End(JobEnd::Wait { run_at: now(), reason });
        }
        Step::End(JobEnd::Held { failure, version: version.digest().to_string(), evidence: evidence.to_vec() })
    }

    /// Back-off doubles with each attempt, and a third of it is chance, so that many do not come back at once.
    fn retry(&self, after: Option<u32>, reason: String) -> Step {
        let attempts = self.lease.job.attempts;
        let settings = &self.sync.settings;
        if attempts >= settings.attempts {
            return Step::End(JobEnd::Dead { reason: format!("given up after {attempts} attempts: {reason}") });
        }
        let doubled = ms(settings.backoff).saturating_mul(1 << attempts.min(20));
        let most = doubled.min(ms(settings.backoff_most));
        let wait = after.map_or(most - most / 3 + self.sync.chance(most / 3), |seconds| i64::from(seconds) * 1_000);
        Step::End(JobEnd::Retry { run_at: now() + wait, reason })
    }
}
