//! A store of its own for each test, and words in which a test can say what it means.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context, Result};
use gearshift_model::{Measure, Record, Window};
use gearshift_store::{
    Committed, Connection, ConnectionChange, ConnectionStatus, Destination, DocumentPart, DueDelivery, Failure, Format,
    JobEnd, JobLease, Login, NewConnection, NewDocument, NewExchange, NewJob, Outcome, PageCommit, PageDocument,
    Project, ProviderKeys, Renormalized, Session, Settings, Sqlite, Store, StoreError, Tombstone,
};
use tempfile::TempDir;

/// An arbitrary moment at which tests begin.
pub(crate) const START: i64 = 1_790_000_000_000;

/// The version that pulls unless a test says otherwise.
pub(crate) const V1: &str = "version-1";
/// Its successor.
pub(crate) const V2: &str = "version-2";

/// A store with its folder.
pub(crate) struct World {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) dir: TempDir,
    clock: AtomicI64,
}

impl World {
    pub(crate) async fn in_a_file() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let store = open(dir.path()).await?;
        Ok(Self { store, dir, clock: AtomicI64::new(START) })
    }

    /// The store of another process's world. Its folder stays when this one goes.
    pub(crate) async fn at(folder: &Path) -> Result<Self> {
        let store = open(folder).await?;
        Ok(Self { store, dir: tempfile::tempdir()?, clock: AtomicI64::new(START) })
    }

    pub(crate) async fn in_memory() -> Result<Self> {
        Self::with(Settings::default()).await
    }

    pub(crate) async fn with(settings: Settings) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let store = Sqlite::open_with(":memory:", dir.path().join("bodies"), settings).await?;
        Ok(Self { store, dir, clock: AtomicI64::new(START) })
    }

    /// A second passes with each look at the clock.
    pub(crate) fn now(&self) -> i64 {
        self.clock.fetch_add(1_000, Ordering::Relaxed)
    }

    /// A connection of project "shop" at provider "RIDES".
    pub(crate) async fn connection(&self) -> Result<Connection> {
        self.connection_of("shop", "RIDES").await
    }

    pub(crate) async fn connection_of(&self, project: &str, provider: &str) -> Result<Connection> {
        let new = NewConnection {
            project: project.to_owned(),
            provider: provider.to_owned(),
            auth_id: "oauth2".to_owned(),
            reference: Some("user-7".to_owned()),
            ..NewConnection::default()
        };
        Ok(self.store.create_connection(new, self.now()).await?)
    }

    pub(crate) async fn connected(&self, id: &str, account: &str) -> Result<Connection, StoreError> {
        let change = ConnectionChange {
            status: Some((ConnectionStatus::Connected, None)),
            account: Some(account.to_owned()),
            ..ConnectionChange::default()
        };
        self.store.change_connection(id, change, self.now()).await
    }

    pub(crate) async fn project(&self, id: &str) -> Result<()> {
        let project = Project { id: id.to_owned(), name: id.to_uppercase(), redirects: Vec::new(), created: START };
        Ok(self.store.put_project(&project).await?)
    }

    /// An archived answer of this connection.
    pub(crate) async fn exchange(&self, connection: &Connection, body: &str) -> Result<i64> {
        self.exchange_at(connection, body, self.now()).await
    }

    pub(crate) async fn exchange_at(&self, connection: &Connection, body: &str, fetched_at: i64) -> Result<i64> {
        let exchange = NewExchange {
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            method: "GET".to_owned(),
            url: "https://rides.example/list".to_owned(),
            status: 200,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            media_type: Some("application/json".to_owned()),
            fetched_at,
            version: V1.to_owned(),
            ..NewExchange::default()
        };
        Ok(self.store.archive(exchange, body.as_bytes()).await?)
    }

    /// A claimed job that pulls the connection's rides.
    pub(crate) async fn pull(&self, connection: &Connection) -> Result<JobLease> {
        self.store.enqueue(pull_of(connection), self.now()).await?;
        self.claim().await
    }

    pub(crate) async fn claim(&self) -> Result<JobLease> {
        self.store.claim(self.now(), 60_000, "test").await?.context("no job is due")
    }

    /// Pulls one page and ends the job.
    pub(crate) async fn commit(&self, connection: &Connection, documents: Vec<Doc>) -> Result<Committed> {
        self.commit_by(connection, documents, V1).await
    }

    pub(crate) async fn commit_by(&self, connection: &Connection, documents: Vec<Doc>, by: &str) -> Result<Committed> {
        let lease = self.pull(connection).await?;
        let page = PageCommit { version: by.to_owned(), ..self.page(connection, &lease, documents) };
        let committed = self.store.commit_page(page).await?;
        self.store.finish(lease.fence(), JobEnd::Done, self.now()).await?;
        Ok(committed)
    }

    /// The last page of a pull, to be committed by the test.
    pub(crate) fn page(&self, connection: &Connection, lease: &JobLease, documents: Vec<Doc>) -> PageCommit {
        PageCommit {
            lease: lease.fence(),
            connection: connection.id.clone(),
            stream: "rides".to_owned(),
            documents: documents.into_iter().map(Doc::into_page).collect(),
            cursor: None,
            watermark: None,
            schema: 1,
            version: V1.to_owned(),
            precedence: vec!["detail".to_owned(), "list".to_owned()],
            complete: None,
            now: self.now(),
        }
    }

    /// Normalizes a document again.
    pub(crate) async fn again(&self, document: i64, by: &str, outcome: Outcome) -> Result<Committed, StoreError> {
        let renormalized = Renormalized {
            lease: None,
            document,
            outcome,
            version: by.to_owned(),
            precedence: vec!["detail".to_owned(), "list".to_owned()],
            now: self.now(),
        };
        self.store.commit_renormalized(renormalized).await
    }

    pub(crate) async fn destination(&self, id: &str) -> Result<()> {
        let destination = Destination {
            id: id.to_owned(),
            project: "shop".to_owned(),
            url: "https://shop.example/hook".to_owned(),
            secret_sealed: b"sealed".to_vec(),
            format: Format::Gearshift,
            enabled: true,
            created: START,
        };
        Ok(self.store.put_destination(&destination).await?)
    }

    pub(crate) async fn due(&self) -> Result<Vec<DueDelivery>> {
        Ok(self.store.due_deliveries(self.now(), 0, 100).await?)
    }

    /// The types of all events so far, in order.
    pub(crate) async fn told(&self) -> Result<Vec<String>> {
        let events = self.store.events(None, None, 1_000).await?.items;
        Ok(events.into_iter().map(|event| event.event_type).collect())
    }
}

/// The store that a world has in its folder.
pub(crate) async fn open(folder: &Path) -> Result<Arc<Sqlite>, StoreError> {
    Sqlite::open(folder.join("db/gearshift.db"), folder.join("bodies")).await
}

pub(crate) fn pull_of(connection: &Connection) -> NewJob {
    NewJob {
        kind: "pull".to_owned(),
        connection: Some(connection.id.clone()),
        provider: connection.provider.clone(),
        stream: Some("rides".to_owned()),
        payload: serde_json::json!({"why": "test"}),
        run_at: START,
        ..NewJob::default()
    }
}

/// A sign-in under way, of fifteen minutes.
pub(crate) fn login(connection: &Connection, name: &str) -> Login {
    Login {
        state_hash: format!("state-{name}"),
        session_hash: format!("session-{name}"),
        project: connection.project.clone(),
        connection: connection.id.clone(),
        provider: connection.provider.clone(),
        auth_id: connection.auth_id.clone(),
        version: V1.to_owned(),
        verifier_sealed: b"sealed verifier".to_vec(),
        authorize_sealed: b"sealed address".to_vec(),
        redirect_uri: "https://gearshift.example/callback/RIDES/shop".to_owned(),
        cookie_hash: "cookie-1".to_owned(),
        created: START,
        expires: START + 900_000,
    }
}

/// A session of fifteen minutes that nobody has opened.
pub(crate) fn session(name: &str) -> Session {
    Session {
        id_hash: format!("session-{name}"),
        project: "shop".to_owned(),
        providers: Some(vec!["RIDES".to_owned()]),
        scopes: Some(vec!["heart".to_owned()]),
        reference: Some("user-17".to_owned()),
        success: "https://shop.example/done".to_owned(),
        failure: "https://shop.example/back".to_owned(),
        language: Some("de".to_owned()),
        created: START,
        expires: START + 900_000,
        ..Session::default()
    }
}

/// An application of project "shop".
pub(crate) fn application(provider: &str, hook: &str) -> ProviderKeys {
    ProviderKeys {
        project: "shop".to_owned(),
        provider: provider.to_owned(),
        client_id: "client-7".to_owned(),
        sealed: b"sealed client secret".to_vec(),
        hook_sealed: None,
        scopes: vec!["read_all".to_owned()],
        settings: vec![("region".to_owned(), "eu".to_owned())],
        hook: hook.to_owned(),
        changed: START,
    }
}

/// A document of a page.
pub(crate) struct Doc(PageDocument);

impl Doc {
    /// A document of one exchange, read without giving anything.
    pub(crate) fn of(endpoint: &str, exchange: i64) -> Self {
        let part = DocumentPart { name: "body".to_owned(), exchange, range: None };
        let document = NewDocument {
            endpoint: endpoint.to_owned(),
            parts: vec![part],
            subject: serde_json::json!({"provider": "RIDES"}),
            fetched_at: START,
            ..NewDocument::default()
        };
        Self(PageDocument { document, outcome: Outcome::default() })
    }

    pub(crate) fn gives(mut self, record: Record) -> Self {
        self.0.outcome.records.push(record);
        self
    }

    pub(crate) fn deletes(mut self, kind: Option<&str>, key: &str) -> Self {
        self.0.outcome.deleted.push(Tombstone { kind: kind.map(str::to_owned), key: key.to_owned() });
        self
    }

    pub(crate) fn fails(mut self, code: &str) -> Self {
        self.0.outcome.failure = Some(failure(code));
        self
    }

    pub(crate) fn also(mut self, name: &str, exchange: i64, range: Option<(u64, u64)>) -> Self {
        self.0.document.parts.push(DocumentPart { name: name.to_owned(), exchange, range });
        self
    }

    fn into_page(self) -> PageDocument {
        self.0
    }
}

pub(crate) fn failure(code: &str) -> Failure {
    Failure { code: code.to_owned(), message: format!("it is {code}"), detail: Some("list:/0/id".to_owned()) }
}

/// A ride of an hour that covers a distance.
pub(crate) fn ride(key: &str, distance: f64) -> Record {
    Record {
        kind: "activity".to_owned(),
        key: key.to_owned(),
        window: Some(Window { start: START, end: START + 3_600_000 }),
        offset_origin: "unknown".to_owned(),
        measures: vec![Measure { metric: "distance".to_owned(), value: distance, unit: None }],
        ..Record::default()
    }
}

/// What a test says beside a ride's distance.
pub(crate) trait Said {
    fn same_as(self, key: &str) -> Self;
    fn updated(self, at: i64) -> Self;
    fn measures(self, metric: &str, value: f64) -> Self;
}

impl Said for Record {
    fn same_as(mut self, key: &str) -> Self {
        self.same_as.push(key.to_owned());
        self
    }

    fn updated(mut self, at: i64) -> Self {
        self.updated = Some(at);
        self
    }

    fn measures(mut self, metric: &str, value: f64) -> Self {
        self.measures.push(Measure { metric: metric.to_owned(), value, unit: None });
        self
    }
}

/// The value of a record's measure.
pub(crate) fn value(record: &Record, metric: &str) -> Option<f64> {
    record.measures.iter().find(|measure| measure.metric == metric).map(|measure| measure.value)
}
