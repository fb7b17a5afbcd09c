//! Controls over what riders give applications: consent without a browser, taking it back, and what applications are told.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::faults::Provider;
use crate::hooks::{self, Happened, Hook, HookLine, Message};
use crate::oauth::{self, Decision, Lifetimes, Realm};
use crate::places::{self, Place};
use crate::state::{Shared, State};
use crate::{dexcom, fatsecret, freestylelibre, garmin, polar, rouvy, strava, trainerroad, whoop, withings};

use super::{Control, ControlError, no_rider};

/// What a rider answers on a provider's page, for a test without a browser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authorize {
    /// The address to which the application sent the rider: the simulator's, or the provider's own. It says who is asked.
    pub url: String,
    /// Who they are.
    #[serde(default)]
    pub user: String,
    /// Scopes that they untick.
    #[serde(default)]
    pub untick: Vec<String>,
    /// They refuse.
    #[serde(default)]
    pub deny: bool,
}

/// An application, as it is registered at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Its id.
    pub id: String,
    /// Opens nothing but this simulator.
    pub secret: String,
    /// Addresses to which a rider may be sent back, compared letter by letter. Default: any on loopback. Strava has one
    /// domain for all, in its settings.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
}

impl Control {
    /// Ends the access tokens or sessions of one rider, or of all; refresh tokens stay good, and so do tokens that never expire.
    pub fn expire(&self, provider: Provider, user: Option<&str>) {
        expire(&mut self.shared.lock(), provider, user);
    }

    /// Answers a provider's page for a rider; returns the address to which the browser would go back. Where the provider
    /// sends an error back, that is in it.
    ///
    /// # Errors
    /// No such rider, none with an account in this region, or the provider would send the browser nowhere.
    pub fn authorize(&self, answer: &Authorize) -> Result<String, ControlError> {
        authorize(&mut self.shared.lock(), answer)
    }

    /// Registers one more application at a provider (at Dexcom in all regions, at Polar for both APIs), or registers one
    /// again with another secret or other addresses.
    ///
    /// # Errors
    /// The provider has no applications.
    pub fn add_client(&self, provider: Provider, new: &Registration) -> Result<(), ControlError> {
        add_client(&mut self.shared.lock(), provider, new)
    }

    /// Changes how long tokens live that are given from now on.
    ///
    /// # Errors
    /// The provider has no tokens.
    pub fn set_lifetimes(&self, provider: Provider, to: &Lifetimes) -> Result<(), ControlError> {
        set_lifetimes(&mut self.shared.lock(), provider, to)
    }

    /// Registers where a provider tells an application what happened. Strava sends its challenge first.
    ///
    /// # Errors
    /// The provider has no hooks, the application is not known, the address is not on loopback, or the challenge was not
    /// repeated.
    pub async fn hook(&self, hook: &Hook) -> Result<(), ControlError> {
        register_hook(&self.shared, hook).await
    }

    /// A rider removes the application at the provider: tokens die, and the hook is sent. Returns what was sent, when it
    /// was.
    ///
    /// # Errors
    /// No such rider, they had given nothing, or there is no hook.
    pub async fn deregister(&self, provider: Provider, user: &str) -> Result<Vec<HookLine>, ControlError> {
        deregister(&self.shared, provider, user).await
    }

    /// A rider withdraws at the provider: tokens and sessions die, and a hook is sent where there is one.
    ///
    /// # Errors
    /// No such rider.
    pub async fn revoke(&self, provider: Provider, user: &str) -> Result<Vec<HookLine>, ControlError> {
        revoke(&self.shared, provider, user).await
    }

    /// A rider allows these scopes (at Garmin: permissions) and no others from now on; Garmin sends a hook.
    ///
    /// # Errors
    /// No such rider, or the provider has no scopes.
    pub async fn change_permissions(
        &self,
        provider: Provider,
        user: &str,
        scopes: &[String],
    ) -> Result<Vec<HookLine>, ControlError> {
        change_permissions(&self.shared, provider, user, scopes).await
    }
}

pub(super) fn expire(state: &mut State, provider: Provider, user: Option<&str>) {
    match provider {
        Provider::Strava => strava::expire(state, user),
        Provider::Trainerroad => trainerroad::expire(state, user),
        Provider::Rouvy => rouvy::expire(state, user),
        Provider::Freestylelibre => freestylelibre::expire(state, user),
        _ => oauth::expire(state, provider, user),
    }
}

/// Who is asked by an address, and the path that they see.
fn find(url: &Url) -> Option<(&'static Place, Vec<&str>)> {
    let mut path: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let origin = url.origin().ascii_serialization();
    if let Some(place) = places::PLACES.iter().find(|place| place.origin == origin) {
        return Some((place, path));
    }
    let place = places::by_prefix(path.first()?)?;
    path.remove(0);
    Some((place, path))
}

fn realm(place: &Place, path: &[&str]) -> Option<Realm> {
    match place.provider {
        Provider::Whoop => whoop::realm(path),
        Provider::Garmin => garmin::realm(place.prefix, path),
        Provider::Withings => withings::realm(place.prefix, path),
        Provider::Polar => polar::realm(place.prefix, path),
        Provider::Dexcom => dexcom::realm(place.prefix, path),
        Provider::Strava
        | Provider::Trainerroad
        | Provider::Freestylelibre
        | Provider::Virtuagym
        | Provider::Rouvy
        | Provider::Fatsecret => None,
    }
}

pub(super) fn authorize(state: &mut State, answer: &Authorize) -> Result<String, ControlError> {
    let url = Url::parse(&answer.url).map_err(|error| ControlError::Malformed(format!("the url is none: {error}")))?;
    let decision = if answer.deny {
        Decision::Deny
    } else {
        let rider = state.world.rider(&answer.user).ok_or_else(|| no_rider(&answer.user))?;
        Decision::Allow { username: rider.username.clone(), unticked: answer.untick.clone() }
    };
    let (place, path) = find(&url).ok_or_else(|| ControlError::Refused("nobody is played at it".into()))?;
    if place.provider == Provider::Strava {
        return strava::decide(state, &url, &decision).map_err(ControlError::Refused);
    }
    if place.provider == Provider::Fatsecret {
        return fatsecret::decide(state, &url, &decision).map_err(ControlError::Refused);
    }
    let realm = realm(place, &path).ok_or_else(|| ControlError::Refused("it is not where riders sign in".into()))?;
    oauth::decide(state, realm, &url, &decision).map_err(ControlError::Refused)
}

pub(super) fn add_client(state: &mut State, provider: Provider, new: &Registration) -> Result<(), ControlError> {
    match provider {
        Provider::Trainerroad | Provider::Freestylelibre | Provider::Rouvy => {
            return Err(ControlError::Unsupported { provider, what: "applications" });
        }
        Provider::Strava => state.strava.register(&new.id, &new.secret),
        Provider::Virtuagym => state.virtuagym.register(&new.id, &new.secret),
        Provider::Fatsecret => state.fatsecret.register(&new.id, &new.secret),
        _ => Realm::all(provider)
            .for_each(|realm| oauth::register(state, realm, &new.id, &new.secret, &new.redirect_uris)),
    }
    Ok(())
}

pub(super) fn set_lifetimes(state: &mut State, provider: Provider, to: &Lifetimes) -> Result<(), ControlError> {
    match provider {
        Provider::Trainerroad | Provider::Virtuagym | Provider::Rouvy | Provider::Fatsecret => {
            return Err(ControlError::Unsupported { provider, what: "tokens that expire" });
        }
        Provider::Freestylelibre => {
            let libre = &mut state.freestylelibre;
            libre.lifetime = to.access.unwrap_or(libre.lifetime);
        }
        Provider::Strava => {
            let settings = &mut state.settings.strava;
            settings.token_lifetime = to.access.unwrap_or(settings.token_lifetime);
            settings.code_lifetime = to.code.unwrap_or(settings.code_lifetime);
        }
        _ => Realm::all(provider).for_each(|realm| state.oauth.at_mut(realm).rules.set(to)),
    }
    Ok(())
}

pub(super) async fn register_hook(shared: &Shared, hook: &Hook) -> Result<(), ControlError> {
    let provider = hook.provider;
    if !matches!(provider, Provider::Strava | Provider::Garmin | Provider::Withings) {
        return Err(ControlError::Unsupported { provider, what: "hooks about riders" });
    }
    let url = hooks::target(&hook.url).map_err(ControlError::Malformed)?;
    let (client, challenge) = {
        let mut state = shared.lock();
        let client = hook.client.clone().or_else(|| hooks::usual_client(&state, provider)).unwrap_or_default();
        if !hooks::knows(&state, provider, &client) {
            return Err(ControlError::NoClient { provider, client });
        }
        (client, state.random.hex(32))
    };
    if provider == Provider::Strava {
        hooks::greet(&url, &challenge, &hook.verify_token).await.map_err(ControlError::Challenge)?;
    }
    shared.lock().hooks.register(provider, client, url.into());
    Ok(())
}

/// Takes back what a rider gave; returns who has to be told, and how many applications lost something.
fn withdraw(state: &mut State, provider: Provider, user: &str) -> Result<(Vec<Message>, usize), ControlError> {
    let username = state.world.rider(user).ok_or_else(|| no_rider(user))?.username.clone();
    let clients = match provider {
        Provider::Strava => strava::withdraw(state, &username),
        Provider::Trainerroad => {
            trainerroad::expire(state, Some(&username));
            Vec::new()
        }
        Provider::Rouvy => {
            rouvy::expire(state, Some(&username));
            Vec::new()
        }
        Provider::Freestylelibre => {
            freestylelibre::expire(state, Some(&username));
            Vec::new()
        }
        Provider::Fatsecret => fatsecret::withdraw(state, &username),
        _ => Realm::all(provider).flat_map(|realm| oauth::revoke(state, realm, None, &username)).collect(),
    };
    if provider == Provider::Polar {
        polar::withdrawn(state, &username);
    }
    let messages = hooks::messages(state, provider, &username, &clients, Happened::Withdrawn);
    Ok((messages, clients.len()))
}

pub(super) async fn revoke(shared: &Shared, provider: Provider, user: &str) -> Result<Vec<HookLine>, ControlError> {
    let (messages, _) = withdraw(&mut shared.lock(), provider, user)?;
    Ok(hooks::deliver(shared, messages).await)
}

pub(super) async fn deregister(shared: &Shared, provider: Provider, user: &str) -> Result<Vec<HookLine>, ControlError> {
    let messages = {
        let mut state = shared.lock();
        if !state.hooks.has(provider) {
            return Err(ControlError::NoHook(provider));
        }
        let (messages, lost) = withdraw(&mut state, provider, user)?;
        if lost == 0 {
            return Err(ControlError::NoGrant { provider, user: user.to_owned() });
        }
        messages
    };
    Ok(hooks::deliver(shared, messages).await)
}

pub(super) async fn change_permissions(
    shared: &Shared,
    provider: Provider,
    user: &str,
    scopes: &[String],
) -> Result<Vec<HookLine>, ControlError> {
    let messages = {
        let mut state = shared.lock();
        let username = state.world.rider(user).ok_or_else(|| no_rider(user))?.username.clone();
        let clients: Vec<String> = match provider {
            Provider::Trainerroad
            | Provider::Freestylelibre
            | Provider::Virtuagym
            | Provider::Rouvy
            | Provider::Fatsecret => {
                return Err(ControlError::Unsupported { provider, what: "scopes" });
            }
            Provider::Strava => {
                strava::permit(&mut state, &username, scopes);
                Vec::new()
            }
            _ => Realm::all(provider).flat_map(|realm| oauth::permit(&mut state, realm, &username, scopes)).collect(),
        };
        hooks::messages(&state, provider, &username, &clients, Happened::Permits(scopes))
    };
    Ok(hooks::deliver(shared, messages).await)
}
