//! Plays the providers' clouds over real HTTP, so that tests and the demo need neither their accounts nor the internet.
//!
//! It is written from the providers' documentation and knows nothing of the adapters: when both are right they meet,
//! and when one is wrong they do not. Everything that it tells of a rider is made up from a seed.
//!
//! One listener on loopback carries all of it:
//!
//! | path | who answers |
//! |---|---|
//! | `/strava/…` | Strava: OAuth 2, API v3, quotas |
//! | `/trainerroad/…` | TrainerRoad: form login, session cookie, three generations of its web API |
//! | `/rouvy/…` | ROUVY: password session whose cookies renew themselves, turbo-stream, FIT files, three generations |
//! | `/whoop/…` | WHOOP: OAuth 2 whose refresh tokens are good once, API v2 |
//! | `/garmin-connect/…`, `/garmin-auth/…`, `/garmin/…` | Garmin: OAuth 2 with a proof key, permissions, registration |
//! | `/withings-account/…`, `/withings/…` | Withings: OAuth 2 in an envelope, signed, its API of forms |
//! | `/polar-flow/…`, `/polar-remote/…`, `/polar-auth/…`, `/polar/…` | Polar: AccessLink v3 and Dynamic API v4 |
//! | `/dexcom/…`, `/dexcom-eu/…`, `/dexcom-jp/…` | Dexcom: three regions, API v3 |
//! | `/libreview/…`, `/libreview-eu2/…` and so on | FreeStyle Libre: LibreLinkUp in its regions, a token by e-mail and password |
//! | `/virtuagym/…` | Virtuagym: a club, its key and secret, its members |
//! | `/fatsecret-auth/…`, `/fatsecret/…` | FatSecret: OAuth 1.0a, a food diary and weights |
//! | `/_sim/…` | the controls, for a test that runs in another process ([`Control`] in this one) |
//!
//! [`Control::ledger`] is the truth that a checker compares with what arrived elsewhere: every ride with its ids in
//! each generation, what was served of it and how often, tokens, refusals. Nobody but a checker should read it.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), gearshift_simulator::SimulatorError> {
//! use gearshift_simulator::{NewRiders, Settings, Simulator};
//! let simulator = Simulator::start(Settings::default()).await?;
//! let riders = simulator.control().add_riders(&NewRiders { count: 2, ..NewRiders::default() })?;
//! assert_eq!(riders.len(), 2);
//! assert!(simulator.strava_url().starts_with("http://127.0.0.1:"));
//! # Ok(()) }
//! ```

mod apps;
mod clock;
mod control;
mod dexcom;
mod fatsecret;
mod faults;
mod freestylelibre;
mod garmin;
mod hooks;
mod ledger;
mod message;
mod oauth;
mod places;
mod polar;
mod random;
mod rouvy;
mod server;
mod settings;
mod state;
mod strava;
mod trainerroad;
mod virtuagym;
mod whoop;
mod withings;
mod world;

pub use apps::Apps;
pub use control::{Account, Authorize, Control, ControlError, NewRiders, NewRides, Registration};
pub use faults::{Fault, Planned as PlannedFault, Provider};
pub use freestylelibre::LibreStep;
pub use hooks::{Hook, HookLine};
pub use ledger::{DocumentLine, EndpointLine, Ledger, RequestTotals, SessionTotals, Thing, TokenTotals};
pub use oauth::{App, ClientAuth, Lifetimes, Pkce, Refresh, Rules, Scope};
pub use settings::{
    CookieGeneration, FatsecretSettings, Generation, Limits, RouvyGeneration, RouvySettings, Settings, StravaSettings,
    TrainerRoadSettings,
};
pub use world::truth::{Counts, DayTruth, LapTruth, PlanTruth, RideTruth, RiderTruth, StepTruth, StravaActivityTruth};

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use server::Server;
use state::Shared;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The address could not be listened on.
    #[error("cannot listen on {address}: {source}; choose another port, or 0 for any free one")]
    Listen {
        /// The address of the settings.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The address is not loopback, and the simulator hands out anybody's data.
    #[error("{address} is not loopback; the simulator listens on 127.0.0.1 or ::1 only")]
    NotLoopback {
        /// The address of the settings.
        address: SocketAddr,
    },
    /// A control refused what it was asked for while the simulator was set up.
    #[error(transparent)]
    Control(#[from] ControlError),
}

impl SimulatorError {
    /// A stable word for the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            SimulatorError::Listen { .. } => "listen",
            SimulatorError::NotLoopback { .. } => "not-loopback",
            SimulatorError::Control(error) => error.code(),
        }
    }
}

/// A running simulator. It ends when this is dropped.
#[derive(Debug)]
pub struct Simulator {
    shared: Arc<Shared>,
    server: Server,
}

impl Simulator {
    /// Listens and answers from here on.
    ///
    /// # Errors
    /// The address is taken, or is not loopback.
    pub async fn start(settings: Settings) -> Result<Simulator, SimulatorError> {
        let address = settings.address;
        if !address.ip().is_loopback() {
            return Err(SimulatorError::NotLoopback { address });
        }
        let shared = Arc::new(Shared::new(settings));
        let server = Server::start(address, Arc::clone(&shared))
            .await
            .map_err(|source| SimulatorError::Listen { address, source })?;
        Ok(Simulator { shared, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The address of a prefix, for example `polar-flow`; without a slash at the end.
    pub fn url(&self, prefix: &str) -> String {
        format!("{}/{prefix}", self.base_url())
    }

    /// Every origin that is played, and the address here that stands for it.
    pub fn rewrites(&self) -> Vec<(&'static str, String)> {
        places::PLACES.iter().map(|place| (place.origin, self.url(place.prefix))).collect()
    }

    /// The applications of the settings, under the names that a platform has for the providers.
    pub fn clients(&self) -> BTreeMap<&'static str, Registration> {
        let state = self.shared.lock();
        let (strava, apps) = (&state.settings.strava, &state.settings.apps);
        let of = |id: &String, secret: &String, redirect_uris: &[String]| Registration {
            id: id.clone(),
            secret: secret.clone(),
            redirect_uris: redirect_uris.to_vec(),
        };
        let all = [
            ("WHOOP", &apps.whoop),
            ("GARMIN", &apps.garmin),
            ("WITHINGS", &apps.withings),
            ("POLAR", &apps.polar),
            ("DEXCOM", &apps.dexcom),
            ("DEXCOM_EU", &apps.dexcom_eu),
            ("DEXCOM_JP", &apps.dexcom_jp),
        ];
        let apps =
            all.into_iter().map(|(name, app)| (name, of(&app.client_id, &app.client_secret, &app.redirect_uris)));
        let owned = |(id, secret): (&str, &str)| (id.to_owned(), secret.to_owned());
        let (portal, key) = owned(virtuagym::PORTAL);
        let (consumer, shared) = owned(fatsecret::CONSUMER);
        apps.chain([
            ("STRAVA", of(&strava.client_id, &strava.client_secret, &[])),
            ("VIRTUAGYM", of(&portal, &key, &[])),
            ("FATSECRET", of(&consumer, &shared, &[])),
        ])
        .collect()
    }

    /// Virtuagym's club and its secret: all riders are its members.
    pub fn club(&self) -> (&'static str, &'static str) {
        (virtuagym::CLUB, virtuagym::CLUB_SECRET)
    }

    /// What stands for `https://www.strava.com`.
    pub fn strava_url(&self) -> String {
        format!("{}/strava", self.base_url())
    }

    /// What stands for `https://www.trainerroad.com`.
    pub fn trainerroad_url(&self) -> String {
        format!("{}/trainerroad", self.base_url())
    }

    /// The controls.
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.shared))
    }

    /// What is true and what was served of it.
    pub fn ledger(&self) -> Ledger {
        self.control().ledger()
    }

    /// Ends it, and waits until its listener is gone.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}
