//! Fluent set-up: a door with a store of its own, providers on loopback, a listener that must stay silent.

mod keys;
mod manifests;
mod names;
mod provider;
mod silent;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use gearshift_egress::{
    AddressPolicy, Caller, Egress, EgressError, EgressSettings, PrivateDestination, Purpose, Request, Response,
    Rewrite, Roots,
};
use gearshift_manifest::Manifest;
use gearshift_store::{Connections as _, NewConnection, Sqlite, Store};
use tempfile::TempDir;

pub(crate) use self::keys::Keys;
pub(crate) use self::manifests::{CLIENT, KEYED, RIDE, SESSION, SIGNED};
pub(crate) use self::names::Names;
pub(crate) use self::provider::{Provider, Reply, drip};
pub(crate) use self::silent::SilentListener;

/// Set-up of a [`Door`].
pub(crate) struct Builder {
    manifest: &'static str,
    settings: EgressSettings,
    names: Names,
    keys: Keys,
}

/// A door, and all that stands around it.
pub(crate) struct Door {
    pub(crate) egress: Egress,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) names: Names,
    pub(crate) keys: Keys,
    pub(crate) connection: String,
    manifest: Arc<Manifest>,
    _folder: TempDir,
}

/// A door for the adapter with this manifest.
pub(crate) fn door(manifest: &'static str) -> Builder {
    Builder { manifest, settings: EgressSettings::default(), names: Names::default(), keys: Keys::default() }
}

impl Builder {
    pub(crate) fn with(mut self, change: impl FnOnce(&mut EgressSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    pub(crate) fn rewriting(self, from: &str, to: &str) -> Self {
        let rewrite = Rewrite::parse(from, to).unwrap();
        self.with(|settings| settings.rewrites.push(rewrite))
    }

    pub(crate) fn permitting(self, net: &str) -> Self {
        let policy = AddressPolicy::strict().permitting(net.parse().unwrap());
        self.with(|settings| settings.addresses = policy)
    }

    pub(crate) fn allowing_private(self, destination: &str) -> Self {
        let destination: PrivateDestination = destination.parse().unwrap();
        self.with(|settings| settings.allow_private.push(destination))
    }

    pub(crate) fn trusting(self, roots: rustls::RootCertStore) -> Self {
        self.with(|settings| settings.roots = Roots::Given(roots))
    }

    pub(crate) fn keys(mut self, keys: Keys) -> Self {
        self.keys = keys;
        self
    }

    pub(crate) fn names(mut self, names: Names) -> Self {
        self.names = names;
        self
    }

    pub(crate) async fn build(self) -> Door {
        let folder = tempfile::tempdir().unwrap();
        let store = Sqlite::open(":memory:", folder.path().join("bodies")).await.unwrap();
        let new = NewConnection {
            project: "p".into(),
            provider: "RIDE".into(),
            auth_id: "a".into(),
            ..NewConnection::default()
        };
        let connection = store.create_connection(new, 0).await.unwrap().id;
        let store: Arc<dyn Store> = store;
        let egress =
            Egress::new(self.settings, Arc::new(self.names.clone()), Arc::clone(&store), Arc::new(self.keys.clone()));
        let manifest = Arc::new(Manifest::parse(self.manifest).unwrap());
        Door { egress, store, names: self.names, keys: self.keys, connection, manifest, _folder: folder }
    }
}

impl Door {
    pub(crate) fn caller(&self, purpose: Purpose, requests: u32) -> Caller {
        Caller {
            project: "default".into(),
            connection: self.connection.clone(),
            provider: "RIDE".into(),
            version: "v1".into(),
            manifest: Arc::clone(&self.manifest),
            purpose,
            remaining: AtomicU32::new(requests),
        }
    }

    pub(crate) async fn pull(&self, request: Request) -> Result<Response, EgressError> {
        self.egress.send(&self.caller(Purpose::Pull, 50), request).await
    }

    pub(crate) async fn sign_in(&self, request: Request) -> Result<Response, EgressError> {
        self.egress.send(&self.caller(Purpose::SignIn, 50), request).await
    }
}

/// A GET without a credential.
pub(crate) fn get(url: &str) -> Request {
    Request { method: "GET".into(), url: url.into(), credential: "none".into(), read: true, ..Request::default() }
}

/// A GET with the user's credential.
pub(crate) fn users(url: &str) -> Request {
    Request { credential: "user".into(), ..get(url) }
}

/// A POST without a credential.
pub(crate) fn post(url: &str, body: &str) -> Request {
    Request { method: "POST".into(), body: Some(body.to_owned().into()), ..get(url) }
}

pub(crate) trait RequestExt {
    fn header(self, name: &str, value: &str) -> Self;
    fn filled(self, group: &str) -> Self;
}

impl RequestExt for Request {
    fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn filled(mut self, group: &str) -> Self {
        self.fill = Some(group.into());
        self
    }
}

pub(crate) trait ResponseExt {
    fn text(&self) -> String;
    fn header(&self, name: &str) -> Option<&str>;
}

impl ResponseExt for Response {
    fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }
}
