//! A host's adapters in a folder of the test's own, and the puppet: an adapter that does as it is told.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses its part of this")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use gearshift_adapters::contract::{Document, HttpError, HttpRequest, HttpResponse, Part, PullRequest, Subject};
use gearshift_adapters::{Adapters, CallLimits, Digest, InstallOptions, Installed, Outside, Rejected};
use gearshift_runtime::{CompilerCommand, Limits, Runtime};
use gearshift_store::{Sqlite, Store};
use tempfile::TempDir;
use tokio::sync::Semaphore;

/// The test in each binary by which the binary itself compiles.
pub const COMPILER: &str = "compiling_child";

/// The puppet as it was built.
pub fn puppet() -> Bytes {
    guest("puppet")
}

/// A guest as it was built.
pub fn guest(name: &str) -> Bytes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/target/wasm32-wasip2/release");
    let path = folder.join(format!("gearshift_guest_{name}.wasm"));
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: build it with ./dev adapters", path.display()))
        .into()
}

/// The puppet as another build.
pub fn build(number: u32) -> Bytes {
    numbered(puppet(), number)
}

/// A component with a number in a custom section: the same code, and another digest.
pub fn numbered(component: Bytes, number: u32) -> Bytes {
    let mut bytes = component.to_vec();
    let name = b"build";
    let payload = number.to_be_bytes();
    bytes.extend([0, (1 + name.len() + payload.len()) as u8, name.len() as u8]);
    bytes.extend_from_slice(name);
    bytes.extend(payload);
    bytes.into()
}

/// A host in a folder.
pub struct Rig {
    pub adapters: Arc<Adapters>,
    pub store: Arc<dyn Store>,
    pub folder: PathBuf,
    _temporary: Option<TempDir>,
}

impl Rig {
    pub async fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let mut rig = Self::open(temporary.path(), Limits::default()).await;
        rig._temporary = Some(temporary);
        rig
    }

    pub async fn open(folder: &Path, limits: Limits) -> Self {
        let store: Arc<dyn Store> = Sqlite::open(&folder.join("db"), &folder.join("archive")).await.unwrap();
        let runtime = Runtime::with_compiler(limits, CompilerCommand::this_test(COMPILER)).unwrap();
        std::fs::create_dir_all(folder.join("adapters")).unwrap();
        let dir = cap_std::fs::Dir::open_ambient_dir(folder.join("adapters"), cap_std::ambient_authority()).unwrap();
        let adapters = Adapters::open(runtime, store.clone(), &dir, CallLimits::default()).await.unwrap();
        Self { adapters, store, folder: folder.to_owned(), _temporary: None }
    }

    /// Installs as an operator who says yes to everything.
    pub async fn install(&self, name: &str, component: Bytes) -> Result<Installed, Rejected> {
        let asked = self.adapters.install(name, component.clone(), InstallOptions::default()).await?;
        let Installed::NeedsGrant(asked) = asked else { return Ok(asked) };
        self.adapters.install(name, component, InstallOptions { grant: Some(asked.grant), hold: false }).await
    }

    pub async fn puppet(&self) -> Digest {
        digest(self.install("puppet", puppet()).await.unwrap())
    }

    pub fn head(&self) -> Digest {
        self.adapters.lease("PUPPET", "none").unwrap().digest().clone()
    }

    /// A call that ends well.
    pub async fn healthy(&self) -> Result<Digest, String> {
        let lease = self.adapters.lease("PUPPET", "none").ok_or("no head")?;
        let (page, _) = lease
            .pull(&subject(), &act("page"), Arc::new(Answers::default()))
            .await
            .map_err(|error| error.to_string())?;
        match page.watermark.as_deref() {
            Some("\"calls=1\"") => Ok(lease.digest().clone()),
            other => Err(format!("an instance was used before: {other:?}")),
        }
    }
}

/// The digest of what serves now.
pub fn digest(installed: Installed) -> Digest {
    match installed {
        Installed::Active(change) | Installed::Linked(change) => change.digest,
        Installed::NeedsGrant(asked) => panic!("grants are missing: {:?}", asked.missing),
    }
}

pub fn subject() -> Subject {
    Subject { provider: "PUPPET".into(), account: None, zone: None, settings: Vec::new() }
}

pub fn act(act: &str) -> PullRequest {
    PullRequest {
        stream: "acts".into(),
        window: None,
        cursor: Some(format!("{act:?}").trim_matches('"').to_owned()),
        since: None,
        id: None,
        requests: 50,
        extra: Vec::new(),
    }
}

pub fn document(endpoint: &str) -> Document {
    Document {
        stream: "acts".into(),
        endpoint: endpoint.into(),
        id: None,
        parts: vec![Part { name: "answer".into(), media_type: "application/json".into(), body: b"{}".to_vec() }],
        fetched_at: 1_800_000_000_000,
        context: Vec::new(),
    }
}

/// An outside that answers everything with `{}`, once it is let.
pub struct Answers {
    pub asked: AtomicUsize,
    pub gate: Semaphore,
}

impl Default for Answers {
    fn default() -> Self {
        Self { asked: AtomicUsize::new(0), gate: Semaphore::new(Semaphore::MAX_PERMITS) }
    }
}

impl Answers {
    /// Nobody is answered until permits are added.
    pub fn closed() -> Arc<Self> {
        Arc::new(Self { asked: AtomicUsize::new(0), gate: Semaphore::new(0) })
    }

    pub async fn until_asked(&self) {
        while self.asked.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

#[async_trait]
impl Outside for Answers {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, HttpError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.gate.acquire().await.unwrap().forget();
        Ok(HttpResponse { id: 1, status: 200, headers: Vec::new(), body: b"{}".to_vec(), extra: Vec::new() })
    }

    async fn sign(&self, rule: &str, _: &[String]) -> Result<String, String> {
        Err(format!("no rule {rule}"))
    }
}
