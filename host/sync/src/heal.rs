//! Healing: what an earlier version could not read, the present one reads, oldest first.

use gearshift_adapters::Lease;
use gearshift_adapters::contract::Subject;
use gearshift_store::{Connection, Document, DocumentQuery, DocumentState, JobEnd, JobLease, Renormalized};

use crate::reading::{self, Request};
use crate::settings::{ms, now};
use crate::sync::{Sync, SyncError};

/// Documents that are looked up at once.
const BATCH: u32 = 50;

impl Sync {
    /// A head has moved, or the host has just started: streams that are new are pulled, held pulls go on, and quarantines are read
    /// again.
    pub(crate) async fn after_activation(&self) -> Result<(), SyncError> {
        self.schedule_all().await?;
        let mut providers: Vec<String> = self.adapters.heads().into_iter().map(|(key, _)| key.provider).collect();
        providers.dedup();
        for provider in providers {
            self.heal_later(&provider).await?;
        }
        Ok(())
    }

    /// A page that an old version committed after a new one became active may have brought more to heal.
    pub(crate) async fn heal_if_stale(&self, used: &Lease, connection: &Connection) -> Result<(), SyncError> {
        let active = self.adapters.lease(&connection.provider, &connection.auth_id);
        if active.is_some_and(|active| active.digest() != used.digest()) {
            self.heal_later(&connection.provider).await?;
        }
        Ok(())
    }

    /// Carries out a claimed heal.
    pub(crate) async fn heal(&self, lease: &JobLease) -> Result<JobEnd, SyncError> {
        let provider = &lease.job.provider;
        let schemes: Vec<String> = self
            .adapters
            .heads()
            .into_iter()
            .filter(|(key, _)| key.provider == *provider)
            .map(|(key, _)| key.auth)
            .collect();
        self.release_held(provider).await?;
        self.receive_again(provider).await?;
        for auth in schemes {
            while let Some(batch) = self.unread(provider, &auth).await? {
                if self.stopping.is_cancelled() {
                    return Ok(JobEnd::Wait { run_at: now(), reason: "the host is stopping".into() });
                }
                self.store.extend(lease.fence(), now() + ms(self.settings.lease)).await?;
                for document in batch {
                    self.read_again(lease, &auth, document).await?;
                }
            }
        }
        Ok(JobEnd::Done)
    }

    /// Held pulls go on from their cursors; one that still cannot be read is held again.
    async fn release_held(&self, provider: &str) -> Result<(), SyncError> {
        let released = self.store.release_held(provider, now()).await?;
        if released > 0 {
            tracing::info!(provider, released, "held pulls go on");
            self.work.notify_waiters();
        }
        Ok(())
    }

    async fn unread(&self, provider: &str, auth: &str) -> Result<Option<Vec<Document>>, SyncError> {
        let Some(version) = self.adapters.lease(provider, auth) else { return Ok(None) };
        let query = DocumentQuery {
            provider: Some(provider.to_owned()),
            auth_id: Some(auth.to_owned()),
            state: Some(DocumentState::Quarantined),
            not_tried_by: Some(version.digest().to_string()),
            limit: BATCH,
            ..DocumentQuery::default()
        };
        let found = self.store.documents(&query).await?.items;
        Ok(Some(found).filter(|found| !found.is_empty()))
    }

    async fn read_again(&self, lease: &JobLease, auth: &str, document: Document) -> Result<(), SyncError> {
        let Some(version) = self.adapters.lease(&document.provider, auth) else { return Ok(()) };
        let subject: Subject = serde_json::from_value(document.subject.clone()).map_err(SyncError::Subject)?;
        let request = Request {
            stream: &document.stream,
            endpoint: &document.endpoint,
            id: document.provider_id.as_deref(),
            parts: &document.parts,
            context: &document.context,
            fetched_at: document.fetched_at,
        };
        let outcome = reading::read_kept(&*self.store, &version, &subject, request).await?;
        let healed = outcome.failure.is_none();
        let precedence =
            version.manifest().stream(&document.stream).map(|stream| stream.facets.clone()).unwrap_or_default();
        let renormalized = Renormalized {
            lease: Some(lease.fence()),
            document: document.id,
            outcome,
            version: version.digest().to_string(),
            precedence,
            now: now(),
        };
        let committed = self.store.commit_renormalized(renormalized).await?;
        if healed {
            tracing::debug!(document = document.id, changes = committed.changes.len(), "healed");
        }
        if !committed.changes.is_empty() {
            self.changed.notify_waiters();
        }
        Ok(())
    }
}
