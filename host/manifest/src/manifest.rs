//! The manifest as a whole: reading it, and finding things in it.

use std::sync::Arc;

use serde::Deserialize;
use url::Url;

use crate::auth::Auth;
use crate::auth_file::AuthFile;
use crate::error::{Code, ManifestError};
use crate::grants::Grants;
use crate::limits::{CONTRACTS, MAX_BYTES};
use crate::locate::Document;
use crate::problem::Problem;
use crate::provider::{Provider, Setting};
use crate::route::{Credential, Route};
use crate::rules::{Capture, Fill, Sign, Verify};
use crate::scalar;
use crate::stream::{Quota, State, Stream};
use crate::{family, lines, suggest, validate, walk};

/// What a version of an adapter serves, may reach and asks for.
///
/// Where its providers differ in hosts, the fields are as they read for the first of them, and [`Manifest::of`] has what holds
/// for one: whatever is done for a provider goes by that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The contract that its component was built for: `0.1`.
    pub contract: String,
    /// The adapter's name, in kebab-case.
    pub name: String,
    /// The author's version of it.
    pub version: semver::Version,
    /// Whom it serves, at least one.
    pub providers: Vec<Provider>,
    /// How users sign in.
    pub auth: Auth,
    /// What is set without being secret.
    pub settings: Vec<Setting>,
    /// What may leave.
    pub routes: Vec<Route>,
    /// How fast.
    pub quotas: Vec<Quota>,
    /// What is pulled.
    pub streams: Vec<Stream>,
    /// How the provider's calls are verified.
    pub verify: Vec<Verify>,
    /// Where secret fields go.
    pub fills: Vec<Fill>,
    /// What is taken out of answers.
    pub captures: Vec<Capture>,
    /// What may be signed.
    pub signs: Vec<Sign>,
    /// Schemas of what it keeps between calls.
    pub state: State,
    /// How it reads for each provider, in their order. Empty in such a reading.
    readings: Vec<Arc<Manifest>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    contract: String,
    #[serde(deserialize_with = "scalar::kebab")]
    name: String,
    version: semver::Version,
    #[serde(default, rename = "provider")]
    providers: Vec<Provider>,
    auth: AuthFile,
    #[serde(default, rename = "setting")]
    settings: Vec<Setting>,
    #[serde(default, rename = "route")]
    routes: Vec<Route>,
    #[serde(default, rename = "quota")]
    quotas: Vec<Quota>,
    #[serde(default, rename = "stream")]
    streams: Vec<Stream>,
    #[serde(default)]
    verify: Vec<Verify>,
    #[serde(default, rename = "fill")]
    fills: Vec<Fill>,
    #[serde(default, rename = "capture")]
    captures: Vec<Capture>,
    #[serde(default, rename = "sign")]
    signs: Vec<Sign>,
    #[serde(default)]
    state: State,
}

impl Manifest {
    /// Reads a manifest and checks it across its sections.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place in the text and what to do about it. A key that nobody knows is an error
    /// like any other: what an author wrote in good faith must not be passed over.
    pub fn parse(text: &str) -> Result<Manifest, ManifestError> {
        if text.len() > MAX_BYTES {
            let message = format!("the manifest has {} bytes, more than {MAX_BYTES}: shorten it", text.len());
            return Err(ManifestError::at(text, 0, Code::TooLarge, message));
        }
        let document = Document::parse(text)?;
        // First of all: a manifest for a newer contract has keys that we do not know, and that is not its author's typo.
        document.check_contract(CONTRACTS)?;
        walk::check_texts(&document)?;
        let mut readings = family::readings(&document)?.into_iter();
        let Some(first) = readings.next() else {
            let manifest = Manifest::read(&document)?;
            let of_one = (0..manifest.providers.len()).map(|index| Arc::new(manifest.for_provider(index))).collect();
            return Ok(Manifest { readings: of_one, ..manifest });
        };
        let read = |reading: &family::Reading, first| {
            let read = Document::parse(&reading.text).and_then(|filled| Manifest::read(&filled));
            read.map_err(|error| reading.explain(text, first, error))
        };
        let mut manifest = read(&first, true)?;
        manifest.readings.push(Arc::new(manifest.for_provider(0)));
        for (index, reading) in readings.enumerate() {
            manifest.readings.push(Arc::new(read(&reading, false)?.for_provider(index + 1)));
        }
        Ok(manifest)
    }

    /// Reads a text in which nothing is left to be filled in.
    fn read(document: &Document<'_>) -> Result<Manifest, ManifestError> {
        let text = document.text();
        let file: File = toml::from_str(text).map_err(|error| suggest::explain(text, &error))?;
        let manifest = file.build().map_err(|problem| document.error(problem))?;
        match document.first(validate::problems(&manifest)) {
            Some(error) => Err(error),
            None => Ok(manifest),
        }
    }

    fn for_provider(&self, index: usize) -> Manifest {
        let providers = self.providers.get(index).cloned().into_iter().collect();
        Manifest { providers, readings: Vec::new(), ..self.clone() }
    }

    /// This manifest as it reads for one provider: its hosts filled in, and no other provider listed. None: it is not served.
    pub fn of(&self, provider: &str) -> Option<Arc<Manifest>> {
        if self.readings.is_empty() {
            return self.provider(provider).map(|_| Arc::new(self.clone()));
        }
        self.readings.iter().find(|reading| reading.provider(provider).is_some()).cloned()
    }

    /// What there is to look at for all providers together: a reading of each where they differ in hosts, else this alone.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Manifest> {
        let differ = self.providers.iter().any(|provider| !provider.hosts.is_empty()) && !self.readings.is_empty();
        let readings = if differ { self.readings.as_slice() } else { &[] };
        readings.iter().map(Arc::as_ref).chain((!differ).then_some(self))
    }

    /// What the operator must allow before this version may serve.
    pub fn grants(&self) -> Grants {
        lines::of(self)
    }

    /// A stream by name.
    pub fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.iter().find(|stream| stream.name == name)
    }

    /// A provider by id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    /// The route by which a request may leave with this credential; linked routes are not looked at.
    pub fn route(&self, method: &str, url: &Url, credential: Credential) -> Option<&Route> {
        self.routes.iter().find(|route| !route.linked && route.credential == credential && route.admits(method, url))
    }

    /// The linked route that admits this URL, for an address that stood in an answer.
    pub fn linked_route(&self, method: &str, url: &Url) -> Option<&Route> {
        self.routes.iter().find(|route| route.linked && route.admits(method, url))
    }

    /// The fill rules of a group that apply to a request. Empty: the group must not be used there.
    pub fn fills(&self, group: &str, method: &str, url: &Url) -> Vec<&Fill> {
        self.fills.iter().filter(|fill| fill.name == group && fill.applies(method, url)).collect()
    }

    /// The capture rules that look at the answer to a request.
    pub fn captures(&self, method: &str, url: &Url) -> Vec<&Capture> {
        self.captures.iter().filter(|capture| capture.applies(method, url)).collect()
    }
}

impl File {
    fn build(self) -> Result<Manifest, Problem> {
        Ok(Manifest {
            contract: self.contract,
            name: self.name,
            version: self.version,
            providers: self.providers,
            auth: self.auth.build()?,
            settings: self.settings,
            routes: self.routes,
            quotas: self.quotas,
            streams: self.streams,
            verify: self.verify,
            fills: self.fills,
            captures: self.captures,
            signs: self.signs,
            state: self.state,
            readings: Vec::new(),
        })
    }
}
