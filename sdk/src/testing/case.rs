//! A fixture on disk: `case.toml`, `exchanges.json` or `push.json`, `expected.json` and the bodies.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::http::Sent;
use crate::time::{self, Bare};
use crate::{Body, Fetched, Pair, PullRequest, Subject, Window, json};

/// Why a fixture cannot be used.
#[derive(Debug)]
pub struct FixtureError {
    place: PathBuf,
    message: String,
}

impl FixtureError {
    pub(crate) fn new(place: &Path, message: impl fmt::Display) -> Self {
        Self { place: place.to_owned(), message: message.to_string() }
    }
}

impl fmt::Display for FixtureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place.display(), self.message)
    }
}

impl std::error::Error for FixtureError {}

/// What was asked and answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    method: String,
    url: String,
    asked: Vec<Pair>,
    /// HTTP status.
    pub status: u16,
    /// Of the answer.
    pub headers: Vec<Pair>,
    /// Of the answer.
    pub body: Vec<u8>,
}

impl Exchange {
    /// An answer to a request by method and URL; the order of the query's parameters does not matter.
    pub fn new(method: &str, url: &str, status: u16, body: &str) -> Self {
        Self::of_bytes(method, url, status, body.as_bytes().to_vec())
    }

    /// The same for an answer that is no text, such as a file that a device recorded.
    pub fn of_bytes(method: &str, url: &str, status: u16, body: Vec<u8>) -> Self {
        let kind = match str::from_utf8(&body) {
            Err(_) => "application/octet-stream",
            Ok(_) if json::is_html(&body) => "text/html; charset=utf-8",
            Ok(_) => "application/json",
        };
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            asked: Vec::new(),
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body,
        }
    }

    pub(crate) fn is_for(&self, request: &Sent) -> bool {
        let has =
            |(name, value): &Pair| request.headers.iter().any(|(n, v)| n.eq_ignore_ascii_case(name) && v == value);
        self.method == request.method && sorted(&self.url) == sorted(&request.url) && self.asked.iter().all(has)
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

fn sorted(url: &str) -> (&str, Vec<&str>) {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut query: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).collect();
    query.sort_unstable();
    (path, query)
}

/// A fixture.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its folder.
    pub folder: PathBuf,
    /// Where the clock stands, Unix milliseconds; documents are fetched then.
    pub now: i64,
    /// Whom it is about.
    pub subject: Subject,
    /// What is asked for first; the following pages go on from there.
    pub request: PullRequest,
    /// What the provider answers.
    pub exchanges: Vec<Exchange>,
    /// What a phone pushes, in place of a pull: the lists of `push.json`, as the host cuts them.
    pub pushed: Vec<Body>,
    /// What is expected. None: not written yet.
    pub expected: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CaseFile {
    now: String,
    stream: String,
    window: Option<WindowFile>,
    since: Option<String>,
    cursor: Option<String>,
    id: Option<String>,
    #[serde(default = "requests")]
    requests: u32,
    subject: SubjectFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowFile {
    start: String,
    end: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubjectFile {
    provider: String,
    account: Option<String>,
    zone: Option<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangeFile {
    request: RequestFile,
    response: ResponseFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestFile {
    #[serde(default = "get")]
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ResponseFile {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    body_file: Option<String>,
}

/// As many as the host allows by default.
fn requests() -> u32 {
    50
}

fn get() -> String {
    "GET".to_owned()
}

fn ok() -> u16 {
    200
}

/// All fixtures below a folder, by name.
///
/// # Errors
/// Where one cannot be read; none at all is an error too, since a test that checks nothing must not pass.
pub fn cases(folder: &Path) -> Result<Vec<Case>, FixtureError> {
    let entries = fs::read_dir(folder).map_err(|error| FixtureError::new(folder, error))?;
    let mut folders: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.join("case.toml").is_file())
        .collect();
    folders.sort();
    if folders.is_empty() {
        return Err(FixtureError::new(folder, "there is no fixture here: a folder with a case.toml"));
    }
    folders.iter().map(|folder| Case::read(folder)).collect()
}

impl Case {
    /// Reads one fixture.
    ///
    /// # Errors
    /// Where a file is missing or wrong; the message says which and how.
    pub fn read(folder: &Path) -> Result<Self, FixtureError> {
        let place = folder.join("case.toml");
        let file: CaseFile = toml::from_str(&text(&place)?).map_err(|error| FixtureError::new(&place, error))?;
        let moment = |text: &str| {
            time::parse(text, Bare::Refused)
                .map(|stamp| stamp.instant)
                .map_err(|error| FixtureError::new(&place, error))
        };
        let window = match &file.window {
            Some(window) => Some(Window { start: moment(&window.start)?, end: moment(&window.end)? }),
            None => None,
        };
        let SubjectFile { provider, account, zone, settings } = file.subject;
        Ok(Self {
            folder: folder.to_owned(),
            now: moment(&file.now)?,
            subject: Subject { provider, account, zone, settings: settings.into_iter().collect() },
            request: PullRequest {
                stream: file.stream,
                window,
                cursor: file.cursor,
                since: file.since,
                id: file.id,
                requests: file.requests,
                extra: Vec::new(),
            },
            exchanges: exchanges(folder)?,
            pushed: pushed(folder)?,
            expected: expected(folder)?,
        })
    }

    /// The documents of what is pushed.
    pub fn pushed(&self) -> impl Iterator<Item = Fetched> {
        self.pushed.iter().map(|part| Fetched {
            stream: self.request.stream.clone(),
            endpoint: self.request.stream.clone(),
            parts: vec![part.clone()],
            fetched_at: self.now,
            ..Fetched::default()
        })
    }

    /// Its folder's name.
    pub fn name(&self) -> String {
        self.folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// What a phone pushes.
const PUSH: &str = "push.json";

/// The lists that a host cuts; the rest of a batch it passes over.
#[derive(Deserialize)]
struct PushFile {
    #[serde(default)]
    records: Vec<Box<RawValue>>,
    #[serde(default)]
    deleted: Vec<Box<RawValue>>,
}

fn pushed(folder: &Path) -> Result<Vec<Body>, FixtureError> {
    let place = folder.join(PUSH);
    if !place.exists() {
        return Ok(Vec::new());
    }
    let file: PushFile = serde_json::from_str(&text(&place)?).map_err(|error| FixtureError::new(&place, error))?;
    let lists = [("records", file.records), ("deleted", file.deleted)];
    let parts = lists.into_iter().filter(|(_, items)| !items.is_empty()).map(|(name, items)| Body {
        name: name.to_owned(),
        media_type: "application/json".to_owned(),
        bytes: items.iter().map(|item| item.get()).collect::<Vec<_>>().join(",").into_bytes(),
    });
    Ok(parts.collect())
}

fn exchanges(folder: &Path) -> Result<Vec<Exchange>, FixtureError> {
    let place = folder.join("exchanges.json");
    if !place.exists() && folder.join(PUSH).exists() {
        return Ok(Vec::new());
    }
    let files: Vec<ExchangeFile> =
        serde_json::from_str(&text(&place)?).map_err(|error| FixtureError::new(&place, error))?;
    let mut exchanges = Vec::with_capacity(files.len());
    for ExchangeFile { request, response } in files {
        let body = match (&response.body, &response.body_file) {
            (Some(_), Some(_)) => {
                return Err(FixtureError::new(&place, "an answer has `body` or `body-file`, not both"));
            }
            (_, Some(name)) => bytes(&folder.join(name))?,
            (Some(Value::String(text)), None) => text.clone().into_bytes(),
            (Some(json), None) => json.to_string().into_bytes(),
            (None, None) => Vec::new(),
        };
        let mut exchange = Exchange::of_bytes(&request.method, &request.url, response.status, body);
        exchange.asked = request.headers.into_iter().collect();
        if response.headers.keys().any(|name| name.eq_ignore_ascii_case("content-type")) {
            exchange.headers.clear();
        }
        exchange.headers.extend(response.headers);
        exchanges.push(exchange);
    }
    Ok(exchanges)
}

fn expected(folder: &Path) -> Result<Option<Value>, FixtureError> {
    let place = folder.join("expected.json");
    if !place.exists() {
        return Ok(None);
    }
    serde_json::from_str(&text(&place)?).map(Some).map_err(|error| FixtureError::new(&place, error))
}

fn bytes(place: &Path) -> Result<Vec<u8>, FixtureError> {
    fs::read(place).map_err(|error| FixtureError::new(place, error))
}

fn text(place: &Path) -> Result<String, FixtureError> {
    fs::read_to_string(place).map_err(|error| FixtureError::new(place, error))
}
