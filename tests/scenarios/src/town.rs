//! The town itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use gearshift_simulator::{Account, Control, Simulator};
use gearshift_store::{Event, Job, StoredRecord};
use serde_json::Value;
use tempfile::TempDir;

use crate::compiled;
use crate::daemon::{Daemon, run};
use crate::disk::Disk;
use crate::http::Ask;
use crate::plan::Plan;
use crate::receiver::{Receiver, SECRET};
use crate::rider::busy;
use crate::tap::Tap;
use crate::wait::until;

/// What the operator set.
const ADMIN_TOKEN: &str = "admin-of-the-town";
const API_KEY: &str = "key-of-the-platform";

/// A built town. All of it ends with its last handle.
#[derive(Clone)]
pub struct Town(Arc<Inner>);

// In the order in which they have to end: the daemon before its folder.
struct Inner {
    daemon: Mutex<Daemon>,
    receiver: Receiver,
    tap: Option<Tap>,
    simulator: Simulator,
    riders: Vec<Account>,
    level: String,
    folder: TempDir,
}

impl Drop for Inner {
    fn drop(&mut self) {
        compiled::keep(&self.folder.path().join("data"));
        if std::thread::panicking() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            eprintln!("the daemon's last words:\n{}", lines[lines.len().saturating_sub(30)..].join("\n"));
        }
    }
}

impl Town {
    /// Plans a town with one rider.
    #[expect(clippy::new_ret_no_self, reason = "a sentence begins with it, and it is built when it is awaited")]
    #[must_use]
    pub fn new() -> Plan {
        Plan::default()
    }

    pub(crate) async fn build(plan: Plan) -> Self {
        let simulator = Simulator::start(plan.simulator.clone()).await.unwrap();
        let riders = simulator.control().add_riders(&plan.riders).unwrap();
        let tap = if plan.tapped { Some(Tap::before(simulator.address()).await) } else { None };
        let receiver = Receiver::start().await;
        let folder = tempfile::tempdir().unwrap();
        let through = tap.as_ref().map_or_else(|| simulator.base_url(), Tap::base_url);
        let providers = providers(&simulator, &through);
        std::fs::write(folder.path().join("config.toml"), config(&plan, folder.path(), &providers, receiver.url()))
            .unwrap();
        compiled::lend(&folder.path().join("data"));
        let daemon = start(folder.path(), &plan.log).await;
        let daemon = Mutex::new(daemon);
        Self(Arc::new(Inner { daemon, receiver, tap, simulator, riders, level: plan.log, folder }))
    }

    /// What the providers do.
    #[must_use]
    pub fn control(&self) -> Control {
        self.0.simulator.control()
    }

    /// The providers, and what is true.
    #[must_use]
    pub fn simulator(&self) -> &Simulator {
        &self.0.simulator
    }

    /// The platform.
    #[must_use]
    pub fn receiver(&self) -> &Receiver {
        &self.0.receiver
    }

    /// The wire between daemon and providers, where it was tapped.
    #[must_use]
    pub fn tap(&self) -> &Tap {
        self.0.tap.as_ref().expect("plan the town with .tapped()")
    }

    /// Everybody.
    #[must_use]
    pub fn riders(&self) -> &[Account] {
        &self.0.riders
    }

    /// The daemon's disk.
    pub async fn disk(&self) -> Disk {
        Disk::open(&self.0.folder.path().join("data")).await
    }

    /// The daemon's data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.0.folder.path().join("data")
    }

    /// Runs a command of `gearshift` beside the daemon; what it prints.
    pub async fn gearshift(&self, arguments: &[&str]) -> String {
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let log = self.0.folder.path().join("log");
        let run = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), &log);
        tokio::task::spawn_blocking(run).await.unwrap()
    }

    /// As [`Town::gearshift`], for a command that reads the daemon's configuration.
    pub async fn gearshift_here(&self, arguments: &[&str]) -> String {
        let config = self.0.folder.path().join("config.toml").display().to_string();
        self.gearshift(&[arguments, &["--config", &config]].concat()).await
    }

    /// What the daemon has logged so far.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.0.folder.path().join("log")).unwrap()
    }

    fn daemon(&self) -> std::sync::MutexGuard<'_, Daemon> {
        self.0.daemon.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn start_again(&self) {
        let daemon = start(self.0.folder.path(), &self.0.level).await;
        *self.daemon() = daemon;
    }

    /// Ends the daemon as an operator does, and starts it again.
    pub async fn restart(&self) {
        let town = self.clone();
        tokio::task::spawn_blocking(move || town.daemon().terminate()).await.unwrap();
        self.start_again().await;
    }

    /// Kills the daemon, and starts it again.
    pub async fn kill(&self) {
        self.daemon().kill();
        self.start_again().await;
    }

    /// Another daemon on the same data, for as long as it is held.
    pub async fn another_daemon(&self) -> Daemon {
        start(self.0.folder.path(), &self.0.level).await
    }

    /// A request to the public listener, without a key.
    #[must_use]
    pub fn public(&self, method: &str, path: &str) -> Ask {
        Ask::new(method, format!("{}{path}", self.daemon().public))
    }

    /// A request to `/v1`, by the platform.
    #[must_use]
    pub fn v1(&self, method: &str, path: &str) -> Ask {
        self.public(method, &format!("/v1{path}")).bearer(API_KEY)
    }

    /// A request to `/admin`, by the operator.
    #[must_use]
    pub fn admin(&self, method: &str, path: &str) -> Ask {
        Ask::new(method, format!("{}/admin{path}", self.daemon().admin)).bearer(ADMIN_TOKEN)
    }

    /// The operator's yes to a provider without an official API.
    pub async fn accept(&self, provider: &str) {
        let _ = self.admin("POST", &format!("/providers/{provider}/accept")).send().await.ok();
    }

    /// All connections.
    pub async fn connections(&self) -> Vec<Value> {
        self.pages("/connections", 500).await
    }

    /// A whole list of `/v1`, in pages of so many.
    pub async fn pages(&self, path: &str, limit: usize) -> Vec<Value> {
        let (mut items, mut after) = (Vec::new(), String::new());
        loop {
            let join = if path.contains('?') { '&' } else { '?' };
            let page: Value = self.v1("GET", &format!("{path}{join}limit={limit}{after}")).send().await.ok().json();
            let found = page["items"].as_array().unwrap();
            assert!(found.len() <= limit, "{} of {limit}", found.len());
            items.extend(found.iter().cloned());
            after = match &page["next"] {
                Value::Null => return items,
                Value::String(next) => format!("&after={next}"),
                next => format!("&after={next}"),
            };
        }
    }

    /// The records of a connection.
    pub async fn records(&self, connection: &str, kind: Option<&str>) -> Vec<StoredRecord> {
        let kind = kind.map(|kind| format!("?kind={kind}")).unwrap_or_default();
        let records = self.pages(&format!("/connections/{connection}/records{kind}"), 200).await;
        records.into_iter().map(|record| serde_json::from_value(record).unwrap()).collect()
    }

    /// Everything that has happened, in its order.
    pub async fn events(&self) -> Vec<Event> {
        let events = self.pages("/events", 500).await;
        events.into_iter().map(|event| serde_json::from_value(event).unwrap()).collect()
    }

    /// What waits for a version that can read it: documents and pulls.
    pub async fn quarantine(&self) -> (Vec<Value>, Vec<Value>) {
        let both: Value = self.v1("GET", "/quarantine?limit=1000").send().await.ok().json();
        let list = |value: &Value| value.as_array().unwrap().clone();
        (list(&both["documents"]["items"]), list(&both["pulls"]))
    }

    /// Jobs, oldest first, all or those that a query such as `connection=conn_…&` names.
    pub async fn jobs(&self, which: &str) -> Vec<Job> {
        let jobs: Value = self.admin("GET", &format!("/jobs?{which}limit=1000")).send().await.ok().json();
        serde_json::from_value(jobs["items"].clone()).unwrap()
    }

    /// Waits until nothing is in quarantine and no pull is held, and stays so: what was let go of to be tried again is none of
    /// these for that long.
    pub async fn heals(&self) {
        until("healing", async || {
            let tried = !self.jobs("").await.iter().any(busy);
            let (documents, pulls) = self.quarantine().await;
            (tried && documents.is_empty() && pulls.is_empty()).then_some(())
        })
        .await;
    }

    /// Counts by state.
    pub async fn status(&self) -> Value {
        self.admin("GET", "/status").send().await.ok().json()
    }

    /// Deliveries in a state.
    pub async fn deliveries(&self, state: &str) -> u64 {
        let status = self.status().await;
        let lines = status["deliveries"].as_array().unwrap().iter().filter(|line| line["state"] == state);
        lines.map(|line| line["count"].as_u64().unwrap()).sum()
    }

    /// Waits until the platform has been told everything.
    pub async fn tells_all(&self) {
        until("the last delivery", async || (self.deliveries("pending").await == 0).then_some(())).await;
    }
}

async fn start(folder: &Path, level: &str) -> Daemon {
    Daemon::start(&folder.join("config.toml"), &folder.join("log"), level).await
}

/// Where the simulated providers are, and the operator's applications there.
fn providers(simulator: &Simulator, through: &str) -> String {
    let mut toml = "[rewrites]\n".to_owned();
    for (origin, place) in simulator.rewrites() {
        let place = place.replace(&simulator.base_url(), through);
        toml.push_str(&format!("\"{origin}\" = \"{place}\"\n"));
    }
    for (provider, client) in simulator.clients() {
        toml.push_str(&format!("\n[clients.{provider}]\nid = \"{}\"\nsecret = \"{}\"\n", client.id, client.secret));
    }
    toml
}

fn config(plan: &Plan, folder: &Path, providers: &str, receiver: &str) -> String {
    format!(
        r#"
data = "{data}"
public = "127.0.0.1:0"
admin = "127.0.0.1:0"
admin-token = "{ADMIN_TOKEN}"
api-key = "{API_KEY}"
workers = {workers}

{providers}

[destination]
url = "{receiver}"
secret = "{SECRET}"
private = true
{more}"#,
        data = folder.join("data").display(),
        workers = plan.workers,
        more = plan.more,
    )
}
