//! Calls of providers: durable before they are read, answered at once, and acted on.

use gearshift_adapters::contract::{Inbound, Notice, Receipt};
use gearshift_adapters::{CallError, Lease};
use gearshift_connect::{Application, Call, verify};
use gearshift_store::{
    Connection, ConnectionChange, ConnectionStatus, Failure, Inbound as Kept, InboundQuery, InboundState, NewInbound,
    StoreError,
};

use crate::settings::now;
use crate::sync::{Sync, SyncError};
use crate::verdict;

/// An address at which a provider may call: found before anything of a call is read, since anybody can call anywhere.
#[derive(Debug)]
pub struct Hook {
    project: String,
    provider: String,
    application: Application,
}

/// A call at a hook's address.
#[derive(Debug)]
pub struct Called {
    /// In upper case.
    pub method: String,
    /// Below the hook's own path.
    pub path: String,
    /// Parameters, decoded.
    pub query: Vec<(String, String)>,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Vec<u8>,
}

/// What the provider is answered.
#[derive(Debug)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answered {
    fn plain(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }
}

/// Calls that are looked up at once.
const BATCH: u32 = 50;

impl Sync {
    /// The hook at an address; none where there is none.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn hook(&self, provider: &str, project: &str, hook: &str) -> Result<Option<Hook>, SyncError> {
        let found = self.connect.clients().of_hook(hook).await?;
        let hook = found.map(|(project, provider, application)| Hook { project, provider, application });
        Ok(hook.filter(|hook| hook.project == project && hook.provider.eq_ignore_ascii_case(provider)))
    }

    /// Takes a call in. A call that is not the provider's is refused and leaves no trace; any other is stored before anybody
    /// reads it, and acknowledged even where nobody can.
    ///
    /// # Errors
    /// When the store or the vault fails: the provider is to try again.
    pub async fn receive(&self, hook: Hook, called: Called) -> Result<Answered, SyncError> {
        let Hook { project, provider, application } = hook;
        let received = now();
        let lease = self.adapters.lease_for_sign_in(&provider);
        let verified = match &lease {
            Some(lease) => {
                let call = Call { headers: &called.headers, body: &called.body };
                verify(lease.manifest(), &application, &call, received)
            }
            None => gearshift_connect::Verified::default(),
        };
        if let Some(rule) = verified.refused {
            tracing::warn!(provider, project, rule, "a call at a hook was not the provider's");
            return Ok(Answered::plain(401));
        }
        let new = NewInbound {
            project,
            provider,
            method: called.method,
            path: called.path,
            query: called.query,
            headers: without_secrets(called.headers, &application),
            verified: verified.held,
            received,
        };
        let id = self.store.receive_inbound(new.clone(), &called.body).await?;
        match lease {
            Some(lease) => self.read_call(&lease, id, &new, called.body).await,
            None => {
                let failure = failure("no-adapter", "no adapter serves this provider");
                self.store.finish_inbound(id, InboundState::Quarantined, Some(failure), None).await?;
                Ok(Answered::plain(200))
            }
        }
    }

    /// Lets a version read a stored call, and acts on what it says.
    async fn read_call(&self, lease: &Lease, id: i64, call: &NewInbound, body: Vec<u8>) -> Result<Answered, SyncError> {
        let inbound = Inbound {
            provider: call.provider.clone(),
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            headers: call.headers.clone(),
            body,
            verified: call.verified.clone(),
            extra: Vec::new(),
        };
        let version = lease.digest().to_string();
        let version = Some(version.as_str());
        match lease.receive(&inbound, call.received).await {
            Ok((receipt, _)) => {
                let left = self.act(lease, call, &receipt).await?;
                let state = if left.is_some() { InboundState::Quarantined } else { InboundState::Handled };
                self.store.finish_inbound(id, state, left, version).await?;
                Ok(Answered { status: receipt.status, headers: receipt.headers, body: receipt.body })
            }
            Err(CallError::Failure(said)) if said.code == "unsupported" => {
                let failure = Some(verdict::told(&said));
                self.store.finish_inbound(id, InboundState::Ignored, failure, version).await?;
                Ok(Answered::plain(404))
            }
            Err(error) => {
                tracing::warn!(inbound = id, provider = %call.provider, %error, "a provider's call waits for the next version");
                let failure = Some(verdict::story(&error));
                self.store.finish_inbound(id, InboundState::Quarantined, failure, version).await?;
                Ok(Answered::plain(200))
            }
        }
    }

    /// Says what was left undone, if anything was.
    async fn act(&self, lease: &Lease, call: &NewInbound, receipt: &Receipt) -> Result<Option<Failure>, SyncError> {
        let mut left = None;
        for notice in &receipt.notices {
            let Some(account) = &notice.account else { continue };
            for connection in self.store.find_accounts(&call.project, &call.provider, account).await? {
                if !self.note(lease, &connection, notice).await? {
                    left =
                        Some(failure("notice", &format!("what is told of {:?} is not carried out yet", notice.what)));
                }
            }
        }
        if !receipt.notices.is_empty() {
            self.changed.notify_waiters();
        }
        Ok(left)
    }

    /// Acts on one notice for one connection. All of it may happen twice: a provider repeats what it is not sure of.
    async fn note(&self, lease: &Lease, connection: &Connection, notice: &Notice) -> Result<bool, SyncError> {
        match notice.what.as_str() {
            "revoked" => {
                self.connect.withdrawn(connection, "the user has disconnected at the provider", now()).await?;
            }
            // Who has left, or has to sign in again, says with that what is allowed.
            "scopes" if !matches!(connection.status, ConnectionStatus::Connected | ConnectionStatus::Degraded) => {}
            "scopes" => {
                let lost = connection.scopes.iter().any(|scope| !notice.scopes.contains(scope));
                let gained = notice.scopes.iter().any(|scope| !connection.scopes.contains(scope));
                let change = ConnectionChange { scopes: Some(notice.scopes.clone()), ..ConnectionChange::default() };
                let mut connection = self.store.change_connection(&connection.id, change, now()).await?;
                if lost {
                    let reason = "the user has taken permissions back at the provider";
                    self.connect.mark(&connection.id, ConnectionStatus::Degraded, reason, now()).await?;
                } else if gained && connection.status == ConnectionStatus::Degraded {
                    self.connect.mark(&connection.id, ConnectionStatus::Connected, "", now()).await?;
                    connection.status = ConnectionStatus::Connected;
                    self.pull_now(&connection).await?;
                }
            }
            "changed" => {
                let stream = notice.pull.as_ref().map(|pull| pull.stream.as_str());
                if lease.manifest().streams.iter().any(|known| Some(known.name.as_str()) == stream) {
                    self.pull_stream(connection, stream.unwrap_or_default()).await?;
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Another version reads what an earlier one could not.
    pub(crate) async fn receive_again(&self, provider: &str) -> Result<(), SyncError> {
        let Some(lease) = self.adapters.lease_for_sign_in(provider) else { return Ok(()) };
        let present = lease.digest().to_string();
        let query = InboundQuery {
            provider: Some(provider.to_owned()),
            state: Some(InboundState::Quarantined),
            ..InboundQuery::default()
        };
        self.read_kept(query, |kept| kept.version.as_ref() != Some(&present)).await
    }

    /// What a process that was killed had kept and not read. `began` is when this one did, in Unix milliseconds: what came later
    /// is being read now.
    pub(crate) async fn receive_orphans(&self, began: i64) -> Result<(), SyncError> {
        let query = InboundQuery { state: Some(InboundState::Received), ..InboundQuery::default() };
        self.read_kept(query, |kept| kept.call.received < began).await
    }

    async fn read_kept(&self, mut query: InboundQuery, wanted: impl Fn(&Kept) -> bool) -> Result<(), SyncError> {
        query.limit = BATCH;
        loop {
            let page = self.store.inbounds(&query).await?;
            for call in page.items.into_iter().filter(&wanted) {
                self.read_one(call).await?;
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// A kept call is looked at by the present version's rules: there may have been none when it came, or others.
    async fn read_one(&self, kept: Kept) -> Result<(), SyncError> {
        let Some(lease) = self.adapters.lease_for_sign_in(&kept.call.provider) else { return Ok(()) };
        let version = lease.digest().to_string();
        let end = |state, left| self.store.finish_inbound(kept.id, state, Some(left), Some(&version));
        let body = match self.store.inbound_body(kept.id).await {
            Ok(body) => body,
            // Its bytes are gone or damaged: that is this call's misfortune and not the others'.
            Err(error @ (StoreError::NotFound { .. } | StoreError::Corrupt { .. })) => {
                return Ok(end(InboundState::Quarantined, failure(error.code(), &error.to_string())).await?);
            }
            Err(error) => return Err(error.into()),
        };
        let Some(application) = self.connect.clients().find(&kept.call.project, &kept.call.provider).await? else {
            let left = failure("not-configured", "the project has no application at this provider any more");
            return Ok(end(InboundState::Ignored, left).await?);
        };
        let call = Call { headers: &kept.call.headers, body: &body };
        let verified = verify(lease.manifest(), &application, &call, kept.call.received);
        // What held when it came holds: the header may have been a secret that is not kept, or the keys were changed since.
        if let Some(rule) = verified.refused.filter(|rule| !kept.call.verified.contains(rule)) {
            let left = failure("not-verified", &format!("the call does not fulfil the rule {rule:?}"));
            return Ok(end(InboundState::Ignored, left).await?);
        }
        let mut call = kept.call;
        call.verified.extend(verified.held);
        call.verified.sort();
        call.verified.dedup();
        self.read_call(&lease, kept.id, &call, body).await?;
        Ok(())
    }
}

fn failure(code: &str, message: &str) -> Failure {
    Failure { code: code.into(), message: message.into(), detail: None }
}

/// Some providers prove themselves with the client's own secret, or with a token for whoever stands before us.
fn without_secrets(headers: Vec<(String, String)>, application: &Application) -> Vec<(String, String)> {
    use secrecy::ExposeSecret as _;
    // An empty header is no secret, and that it was there may be what tells a forged call.
    let own = [Some(&application.client.secret), application.hook_secret.as_ref()];
    let is_own = |value: &str| {
        let mut own = own.iter().flatten();
        !value.is_empty() && own.any(|secret| secret.expose_secret() == value)
    };
    headers
        .into_iter()
        .filter(|(name, value)| {
            !matches!(name.as_str(), "authorization" | "cookie" | "proxy-authorization") && !is_own(value)
        })
        .collect()
}
