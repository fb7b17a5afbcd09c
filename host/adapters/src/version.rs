//! A version that is loaded: its linked code, and the lease through which it is called.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gearshift_manifest::Manifest;
use gearshift_runtime::{Budget, Call, Fault, Runtime, Spent};
use wasmtime::Store;
use wasmtime::component::{Component, Instance, InstancePre, Linker};

use crate::bindings::exports::gearshift::adapter::{auth, fetch, normalize, webhook};
use crate::contract::{Account, Document, Failure, Inbound, Normalized, Page, Pair, PullRequest, Receipt, Subject};
use crate::digest::Digest;
use crate::guest::Guest;
use crate::limits::{CallLimit, CallLimits};
use crate::outside::Outside;

/// How a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The adapter said so, in the contract's terms.
    #[error("{}: {}", .0.code, .0.message)]
    Failure(Failure),
    /// The sandbox ended it.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// It answered more than a call may.
    #[error("the adapter returned {found} {what}, and {limit} is the limit (setting `limits.calls.{setting}`)")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How many came.
        found: usize,
        /// How many may.
        limit: usize,
        /// Where the limit is set.
        setting: &'static str,
    },
}

impl CallError {
    /// A stable code: the adapter's own for a failure, the sandbox's for a fault.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Failure(failure) => &failure.code,
            Self::Fault(fault) => fault.code(),
            Self::TooMuch { .. } => "too-much",
        }
    }
}

/// One version of one adapter, ready to be called.
pub struct Version {
    digest: Digest,
    component: Digest,
    manifest: Arc<Manifest>,
    label: Arc<str>,
    runtime: Arc<Runtime>,
    limits: Arc<CallLimits>,
    pre: InstancePre<Call<Guest>>,
    auth: auth::GuestIndices,
    fetch: fetch::GuestIndices,
    normalize: normalize::GuestIndices,
    /// None: the adapter receives no calls.
    webhook: Option<webhook::GuestIndices>,
    in_flight: AtomicUsize,
}

/// What names a version.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) digest: Digest,
    pub(crate) component: Digest,
    pub(crate) manifest: Arc<Manifest>,
}

impl Version {
    /// Links compiled code. Looks up what the contract requires; nothing runs.
    pub(crate) fn link(
        identity: Identity,
        runtime: Arc<Runtime>,
        limits: Arc<CallLimits>,
        linker: &Linker<Call<Guest>>,
        code: &Component,
    ) -> wasmtime::Result<Self> {
        let pre = linker.instantiate_pre(code)?;
        let label = format!("{}@{}", identity.manifest.name, identity.digest.short());
        Ok(Self {
            digest: identity.digest,
            component: identity.component,
            manifest: identity.manifest,
            label: label.into(),
            runtime,
            limits,
            auth: auth::GuestIndices::new(&pre)?,
            fetch: fetch::GuestIndices::new(&pre)?,
            normalize: normalize::GuestIndices::new(&pre)?,
            webhook: webhook::GuestIndices::new(&pre).ok(),
            pre,
            in_flight: AtomicUsize::new(0),
        })
    }

    /// Instantiates once without capabilities, since the types of exports are checked only then.
    pub(crate) async fn prove_types(&self) -> Result<(), Fault> {
        let probe = |store: &mut Store<Call<Guest>>, instance: &Instance| -> wasmtime::Result<()> {
            self.auth.load(&mut *store, instance)?;
            self.fetch.load(&mut *store, instance)?;
            self.normalize.load(&mut *store, instance)?;
            if let Some(webhook) = &self.webhook {
                webhook.load(&mut *store, instance)?;
            }
            Ok(())
        };
        let guest = Guest::pure(self.label.clone());
        let budget = budget(&self.limits.normalize, NORMALIZE);
        let ((), _) = self
            .runtime
            .call(&self.pre, budget, guest, async |store: &mut Store<Call<Guest>>, instance: &Instance| {
                probe(store, instance)
            })
            .await?;
        Ok(())
    }

    /// The version's name: component and manifest together.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The component's digest.
    #[must_use]
    pub fn component(&self) -> &Digest {
        &self.component
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    /// Calls that hold a lease on this version now.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }
}

impl std::fmt::Debug for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Version").field("label", &self.label).finish_non_exhaustive()
    }
}

/// The right to call one version. Whoever holds it ends on the version that it began with, whatever is activated meanwhile.
#[derive(Debug)]
pub struct Lease {
    version: Arc<Version>,
    /// Where the clock of its calls stands. None: it runs.
    clock: Option<i64>,
}

impl Lease {
    pub(crate) fn new(version: Arc<Version>) -> Self {
        version.in_flight.fetch_add(1, Ordering::Relaxed);
        Self { version, clock: None }
    }

    /// The same right, but every call finds the clock at this Unix millisecond and random numbers that follow from it: so that what
    /// was recorded once is asked for again.
    #[must_use]
    pub fn at(&self, now: i64) -> Self {
        let mut lease = self.clone();
        lease.clock = Some(now);
        lease
    }

    fn pinned(&self, budget: Budget) -> Budget {
        match self.clock {
            Some(now) => Budget { now: Some(now), seed: Some(now.unsigned_abs()), ..budget },
            None => budget,
        }
    }
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        let mut lease = Self::new(self.version.clone());
        lease.clock = self.clock;
        lease
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.version.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl std::ops::Deref for Lease {
    type Target = Version;

    fn deref(&self) -> &Version {
        &self.version
    }
}

fn budget(limit: &CallLimit, settings: &'static str) -> Budget {
    Budget { cpu: limit.cpu(), wall: limit.wall(), hostcall_fuel: limit.transfer_bytes, settings, ..Budget::default() }
}

/// Where the limits of normalize are set.
const NORMALIZE: &str = "limits.calls.normalize";

/// A fresh instance, one export, one outcome.
macro_rules! call {
    (@ $lease:ident, $guest:expr, $budget:expr, $interface:ident.$function:ident($($argument:expr),*)) => {{
        let run = async |store: &mut Store<Call<Guest>>, instance: &Instance| {
            let exports = $lease.$interface.load(&mut *store, instance)?;
            exports.$function(&mut *store, $($argument),*).await
        };
        let (outcome, spent) = $lease.runtime.call(&$lease.pre, $budget, $guest, run).await?;
        outcome.map(|value| (value, spent)).map_err(CallError::Failure)
    }};
    ($lease:ident, $limit:ident, $outside:ident, $interface:ident.$function:ident($($argument:expr),*)) => {
        call!(@ $lease, Guest::new($lease.label.clone(), $outside), $lease.pinned(budget(&$lease.limits.$limit, concat!("limits.calls.", stringify!($limit)))), $interface.$function($($argument),*))
    };
}

type Called<T> = Result<(T, Spent), CallError>;

impl Lease {
    /// One page of a stream.
    ///
    /// # Errors
    /// The adapter's failure, the sandbox's fault, or a page beyond the limits.
    pub async fn pull(&self, subject: &Subject, request: &PullRequest, outside: Arc<dyn Outside>) -> Called<Page> {
        let (page, spent) = call!(self, pull, outside, fetch.call_pull(subject, request))?;
        within(page.documents.len(), self.limits.page_documents, "documents in a page", "page-documents")?;
        Ok((page, spent))
    }

    /// What one document says: in an instance that ran nothing before, at the document's time, without an outside.
    ///
    /// # Errors
    /// The adapter's failure, the sandbox's fault, or more than the limits allow.
    pub async fn normalize(&self, subject: &Subject, document: &Document) -> Called<Normalized> {
        let bytes = document.parts.iter().map(|part| part.body.len()).sum();
        within(bytes, self.limits.document_bytes, "bytes of parts in a document", "document-bytes")?;
        let budget = Budget {
            now: Some(document.fetched_at),
            seed: Some(seed(document)),
            ..budget(&self.limits.normalize, NORMALIZE)
        };
        let guest = Guest::pure(self.label.clone());
        let (found, spent) = call!(@ self, guest, budget, normalize.call_normalize(subject, document))?;
        within(found.records.len(), self.limits.document_records, "records from a document", "document-records")?;
        Ok((found.into(), spent))
    }

    /// What a provider's call says, and what the provider is answered: at the time at which it came, without an outside.
    ///
    /// # Errors
    /// The adapter's failure or the sandbox's fault; `unsupported` where the adapter receives no calls.
    pub async fn receive(&self, inbound: &Inbound, received: i64) -> Called<Receipt> {
        let Some(webhook) = &self.webhook else {
            return Err(CallError::Failure(Failure {
                code: "unsupported".into(),
                message: "this adapter receives no calls".into(),
                retry_after: None,
                detail: None,
            }));
        };
        let budget = Budget {
            now: Some(received),
            seed: Some(received.unsigned_abs()),
            ..budget(&self.limits.receive, "limits.calls.receive")
        };
        let guest = Guest::pure(self.label.clone());
        let run = async |store: &mut Store<Call<Guest>>, instance: &Instance| {
            let exports = webhook.load(&mut *store, instance)?;
            exports.call_receive(&mut *store, inbound).await
        };
        let (outcome, spent) = self.runtime.call(&self.pre, budget, guest, run).await?;
        outcome.map(|receipt| (receipt, spent)).map_err(CallError::Failure)
    }

    /// Opens a session. Returns settings learnt on the way.
    ///
    /// # Errors
    /// The adapter's failure or the sandbox's fault.
    pub async fn sign_in(&self, subject: &Subject, outside: Arc<dyn Outside>) -> Called<Vec<Pair>> {
        call!(self, sign_in, outside, auth.call_sign_in(subject))
    }

    /// Renews a session.
    ///
    /// # Errors
    /// The adapter's failure or the sandbox's fault.
    pub async fn renew(&self, subject: &Subject, outside: Arc<dyn Outside>) -> Called<Vec<Pair>> {
        call!(self, sign_in, outside, auth.call_renew(subject))
    }

    /// Who is connected.
    ///
    /// # Errors
    /// The adapter's failure or the sandbox's fault.
    pub async fn identify(&self, subject: &Subject, facts: &[Pair], outside: Arc<dyn Outside>) -> Called<Vec<Account>> {
        call!(self, sign_in, outside, auth.call_identify(subject, facts))
    }

    /// Asks the provider to forget us.
    ///
    /// # Errors
    /// The adapter's failure or the sandbox's fault.
    pub async fn revoke(&self, subject: &Subject, outside: Arc<dyn Outside>) -> Called<()> {
        call!(self, sign_in, outside, auth.call_revoke(subject))
    }
}

fn within(found: usize, limit: usize, what: &'static str, setting: &'static str) -> Result<(), CallError> {
    if found > limit { Err(CallError::TooMuch { what, found, limit, setting }) } else { Ok(()) }
}

/// Bytes of each part that its document's seed depends on. A sum over all of half a megabyte took a twentieth of a call's time.
const SEED_BYTES: usize = 1 << 10;

/// Randomness that only the document decides, so that normalizing it again gives the same bytes. It need not be secret, nor differ
/// between documents that begin alike.
fn seed(document: &Document) -> u64 {
    let mut text = format!("{}\n{}\n{}", document.stream, document.endpoint, document.fetched_at).into_bytes();
    for part in &document.parts {
        text.extend_from_slice(&part.body.len().to_be_bytes());
        text.extend_from_slice(part.body.get(..SEED_BYTES).unwrap_or(&part.body));
    }
    let sum = crate::digest::sha256(&text).bytes();
    sum.iter().take(8).fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}
