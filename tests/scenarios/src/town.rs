//! The town itself.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use gearshift_simulator::{Account, Authorize, Control, ControlError, Simulator};
use gearshift_store::{Event, StoredRecord};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::TRAINERROAD;
use crate::compiled;
use crate::daemon::{Daemon, run};
use crate::disk::Disk;
use crate::http::{Answer, Ask};
use crate::plan::Plan;
use crate::receiver::{Receiver, SECRET};
use crate::rider::Rider;
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

    /// Installs a built adapter, gives it what it asks for and the traffic. Returns its digest.
    pub async fn install(&self, build: &str) -> String {
        self.install_bytes(&name_of(build), component(build)).await
    }

    /// As [`Town::install`], of these bytes.
    pub async fn install_bytes(&self, name: &str, component: Bytes) -> String {
        let put = |query: String| self.admin("PUT", &format!("/adapters/{name}{query}")).body(component.clone()).send();
        let answer = put(String::new()).await.ok();
        let mut installed: Value = answer.json();
        if answer.status == 202 {
            installed = put(format!("?grant={}", installed["grant"].as_str().unwrap())).await.ok().json();
        }
        assert_eq!(installed["state"], "active", "{installed}");
        installed["digest"].as_str().unwrap().to_owned()
    }

    /// Installs a build that is not to have the traffic yet.
    pub async fn prepare(&self, name: &str, component: Bytes) -> String {
        let path = format!("/adapters/{name}?activate=no");
        let prepared: Value = self.admin("PUT", &path).body(component).send().await.ok().json();
        assert_eq!(prepared["state"], "linked", "{prepared}");
        prepared["digest"].as_str().unwrap().to_owned()
    }

    /// Gives the traffic to an installed version.
    pub async fn activate(&self, name: &str, digest: &str) {
        let _ = self.admin("POST", &format!("/adapters/{name}/activate?digest={digest}")).send().await.ok();
    }

    /// The operator's yes to a provider without an official API.
    pub async fn accept(&self, provider: &str) {
        let _ = self.admin("POST", &format!("/providers/{provider}/accept")).send().await.ok();
    }

    /// Begins a connection of a rider.
    pub async fn begin(&self, provider: &str, rider: usize) -> Value {
        let wish = json!({"provider": provider, "reference": self.riders()[rider].username});
        self.v1("POST", "/connections").json(&wish).send().await.ok().json()
    }

    /// The provider's page as a rider answers it: the path and query to which the browser goes back.
    pub async fn agree(&self, begun: &Value, rider: usize, untick: &[&str]) -> Return {
        let untick = untick.iter().map(|scope| (*scope).to_owned()).collect();
        self.answer(begun, rider, untick, false).await
    }

    /// As [`Town::agree`], for a rider who cancels.
    pub async fn decline(&self, begun: &Value, rider: usize) -> Return {
        self.answer(begun, rider, Vec::new(), true).await
    }

    /// As [`Town::agree`], where the provider may not know the rider.
    pub async fn try_agree(&self, begun: &Value, rider: usize) -> Option<Return> {
        self.try_answer(begun, rider, Vec::new(), false).await.ok()
    }

    async fn answer(&self, begun: &Value, rider: usize, untick: Vec<String>, deny: bool) -> Return {
        self.try_answer(begun, rider, untick, deny).await.unwrap()
    }

    async fn try_answer(
        &self,
        begun: &Value,
        rider: usize,
        untick: Vec<String>,
        deny: bool,
    ) -> Result<Return, ControlError> {
        let leaving = self.leave(begun).await;
        let answer = Authorize { url: leaving.to, user: self.riders()[rider].username.clone(), untick, deny };
        let back = url::Url::parse(&self.control().authorize(&answer)?).unwrap();
        Ok(Return { to: format!("{}?{}", back.path(), back.query().unwrap()), cookie: leaving.cookie })
    }

    /// The user opens the link: where the browser is sent, and the cookie that it is given.
    pub async fn leave(&self, begun: &Value) -> Return {
        let link = url::Url::parse(begun["url"].as_str().unwrap()).unwrap();
        let page = self.public("GET", link.path()).send().await.ok();
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let form = "application/x-www-form-urlencoded";
        let open = self.public("POST", link.path()).header("cookie", &cookie).header("content-type", form);
        let opened = open.body(format!("proof={}", proof(&page.text()))).send().await;
        assert_eq!(opened.status, 303, "{}", opened.text());
        Return { to: opened.header("location").to_owned(), cookie }
    }

    /// The browser goes back to where the provider sent it.
    ///
    /// Where it is sent on to a page of ours, that is the answer.
    pub async fn back(&self, back: &Return) -> Answer {
        let sent = self.public("GET", &back.to).header("cookie", &back.cookie).send().await;
        match sent.header("location").to_owned() {
            page if sent.status == 303 && page.starts_with('/') => {
                assert!(!page.contains("code=") && !page.contains("state="), "{page}");
                self.public("GET", &page).send().await
            }
            _ => sent,
        }
    }

    /// Hands in a form.
    pub async fn hand_in(&self, connection: &str, name: &str, password: &str, keep: bool) -> Answer {
        let form = json!({"fields": {"username": name, "password": password}, "keep": keep});
        self.v1("POST", &format!("/connections/{connection}/form")).json(&form).send().await
    }

    /// Connects a rider at a provider, by whatever it asks for; of TrainerRoad the password is kept.
    pub async fn connect(&self, provider: &str, rider: usize) -> Rider {
        let begun = self.begin(provider, rider).await;
        let account = self.riders()[rider].clone();
        let begun_as = begun["connection"].as_str().unwrap().to_owned();
        let id = match provider {
            _ if begun["next"] == "authorize" => {
                let page = self.back(&self.agree(&begun, rider, &[]).await).await.ok();
                assert!(page.text().contains("Connected"), "{}", page.text());
                self.connection_of(provider, &account.username).await
            }
            TRAINERROAD => {
                let answer = self.hand_in(&begun_as, &account.username, &account.password, true).await.ok();
                answer.json::<Value>()["id"].as_str().unwrap().to_owned()
            }
            _ => {
                let form = json!({"fields": {}});
                let _ = self.v1("POST", &format!("/connections/{begun_as}/form")).json(&form).send().await.ok();
                begun_as
            }
        };
        Rider { town: self.clone(), id, account }
    }

    /// Connects everybody at a provider.
    pub async fn connect_all(&self, provider: &str) -> Vec<Rider> {
        let mut riders = Vec::new();
        for rider in 0..self.riders().len() {
            riders.push(self.connect(provider, rider).await);
        }
        riders
    }

    /// The callback's page does not name the connection that it ended: an account that was connected before keeps its own.
    pub async fn connection_of(&self, provider: &str, reference: &str) -> String {
        let all = self.connections().await;
        let ours = all
            .iter()
            .find(|one| one["provider"] == provider && one["reference"] == reference && one["status"] != "connecting");
        ours.unwrap()["id"].as_str().unwrap().to_owned()
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

    /// Waits until nothing is in quarantine and no pull is held.
    pub async fn heals(&self) {
        until("healing", async || {
            let (documents, pulls) = self.quarantine().await;
            (documents.is_empty() && pulls.is_empty()).then_some(())
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

/// What the page's form would bring.
#[must_use]
pub fn proof(page: &str) -> String {
    let (_, after) = page.split_once("name=\"proof\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// A browser on its way: where to, and with which cookie.
#[derive(Clone, Debug)]
pub struct Return {
    /// An address at the provider, or the path and query of ours.
    pub to: String,
    /// `name=value`.
    pub cookie: String,
}

impl Return {
    /// The same with another word in its address, which must have had that.
    #[must_use]
    pub fn with(&self, from: &str, to: &str) -> Self {
        assert!(self.to.contains(from), "{from} is not in {}", self.to);
        Self { to: self.to.replace(from, to), cookie: self.cookie.clone() }
    }

    /// The same with a cookie of this value.
    #[must_use]
    pub fn with_cookie(&self, value: &str) -> Self {
        let name = self.cookie.split('=').next().unwrap_or_default();
        Self { to: self.to.clone(), cookie: format!("{name}={value}") }
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

/// A built component by the name of its file.
#[must_use]
pub fn component(build: &str) -> Bytes {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../plugins/target/wasm32-wasip2/release");
    let path = folder.join(format!("{build}.wasm"));
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: build it with `./dev adapters`", path.display()))
        .into()
}

/// `trainerroad_1_0` is a build of `trainerroad`, `gearshift_guest_puppet` one of `puppet`, `polar_accesslink` one of
/// `polar-accesslink`.
fn name_of(build: &str) -> String {
    let name = build.trim_start_matches("gearshift_guest_");
    let words = name.split('_').take_while(|word| !word.chars().all(|c| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join("-")
}

/// The same code under another digest: a number in a custom section.
#[must_use]
pub fn numbered(component: &Bytes, number: u8) -> Bytes {
    let mut bytes = component.to_vec();
    bytes.extend([0, 7, 5]);
    bytes.extend(b"build");
    bytes.push(number);
    bytes.into()
}
