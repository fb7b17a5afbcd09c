//! An instance that is called again and again, which the host itself never does: to see what a fresh one costs.

use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use gearshift_runtime::{Budget, Call, Runtime, Trusted};
use wasmtime::Store;
use wasmtime::component::{Component, HasSelf, Instance, InstancePre, Linker};

mod bindings {
    #![allow(missing_docs, clippy::all, reason = "generated code")]

    wasmtime::component::bindgen!({
        world: "adapter",
        path: "../../wit/adapter.wit",
        imports: { default: async | trappable },
        exports: { default: async },
    });
}

use bindings::exports::gearshift::adapter::normalize::Part;
use bindings::exports::gearshift::adapter::{fetch, normalize};
use bindings::gearshift::adapter::{http, log, sign, types};

pub(crate) use bindings::exports::gearshift::adapter::fetch::PullRequest;
pub(crate) use bindings::exports::gearshift::adapter::normalize::Document;
pub(crate) use bindings::gearshift::adapter::types::Subject;

/// A call with nothing outside.
#[derive(Debug)]
pub(crate) struct Idle;

impl types::Host for Call<Idle> {}

impl http::Host for Call<Idle> {
    async fn send(&mut self, _: http::Request) -> wasmtime::Result<Result<http::Response, http::HttpError>> {
        Ok(Err(http::HttpError { code: "denied".into(), message: "nothing is outside".into(), retry_after: None }))
    }
}

impl sign::Host for Call<Idle> {
    async fn sign(&mut self, _: String, _: Vec<String>) -> wasmtime::Result<Result<String, String>> {
        Ok(Err("nothing signs".into()))
    }
}

impl log::Host for Call<Idle> {
    async fn write(&mut self, _: String, _: String) -> wasmtime::Result<()> {
        Ok(())
    }
}

/// A component, linked.
pub(crate) struct Linked {
    pub(crate) pre: InstancePre<Call<Idle>>,
    fetch: fetch::GuestIndices,
    normalize: normalize::GuestIndices,
}

/// Its exports in one instance.
pub(crate) struct Warm {
    fetch: fetch::Guest,
    normalize: normalize::Guest,
}

impl Linked {
    pub(crate) async fn new(runtime: &Runtime, component: Bytes) -> anyhow::Result<Self> {
        let code = runtime.compile(component).await?;
        Self::of(&Self::linker(runtime)?, &runtime.load(Trusted::vouch(&code))?)
    }

    pub(crate) fn linker(runtime: &Runtime) -> anyhow::Result<Linker<Call<Idle>>> {
        let mut linker = runtime.linker::<Idle>()?;
        bindings::Adapter::add_to_linker::<_, HasSelf<_>>(&mut linker, |call: &mut Call<Idle>| call)?;
        Ok(linker)
    }

    pub(crate) fn of(linker: &Linker<Call<Idle>>, component: &Component) -> anyhow::Result<Self> {
        let pre = linker.instantiate_pre(component)?;
        Ok(Self { fetch: fetch::GuestIndices::new(&pre)?, normalize: normalize::GuestIndices::new(&pre)?, pre })
    }

    pub(crate) fn warm(&self, store: &mut Store<Call<Idle>>, instance: &Instance) -> wasmtime::Result<Warm> {
        Ok(Warm { fetch: self.fetch.load(&mut *store, instance)?, normalize: self.normalize.load(store, instance)? })
    }
}

impl Warm {
    pub(crate) async fn pull(
        &self,
        store: &mut Store<Call<Idle>>,
        subject: &Subject,
        request: &PullRequest,
    ) -> wasmtime::Result<()> {
        let page = self.fetch.call_pull(store, subject, request).await?;
        page.map(drop).map_err(|failure| wasmtime::Error::msg(failure.message))
    }

    pub(crate) async fn normalize(
        &self,
        store: &mut Store<Call<Idle>>,
        subject: &Subject,
        document: &Document,
    ) -> wasmtime::Result<normalize::Normalized> {
        let found = self.normalize.call_normalize(store, subject, document).await?;
        found.map_err(|failure| wasmtime::Error::msg(failure.message))
    }
}

/// More than a whole measurement takes.
pub(crate) fn unbounded() -> Budget {
    let hour = Duration::from_secs(3_600);
    Budget { cpu: hour, wall: hour, hostcall_fuel: 128 << 20, ..Budget::default() }
}

/// The document as these bindings have it.
pub(crate) fn document(from: &gearshift_adapters::contract::Document) -> Document {
    let part = |part: &gearshift_adapters::contract::Part| Part {
        name: part.name.clone(),
        media_type: part.media_type.clone(),
        body: part.body.clone(),
    };
    Document {
        stream: from.stream.clone(),
        endpoint: from.endpoint.clone(),
        id: from.id.clone(),
        parts: from.parts.iter().map(part).collect(),
        fetched_at: from.fetched_at,
        context: from.context.clone(),
    }
}

/// Somebody at this provider.
pub(crate) fn subject(provider: &str) -> Subject {
    Subject { provider: provider.into(), account: None, zone: None, settings: Vec::new() }
}

/// The error of a call, told where it came from.
pub(crate) fn told<T>(ended: Result<T, gearshift_runtime::Fault>) -> anyhow::Result<T> {
    ended.context("an instance that is called again and again")
}
