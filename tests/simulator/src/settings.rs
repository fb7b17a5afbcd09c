//! Everything that can be set, each with its default and where that comes from.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::apps::Apps;

/// What a simulator starts with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; loopback only. Default: any free port of 127.0.0.1.
    pub address: SocketAddr,
    /// What all chance follows from. Default: 1.
    pub seed: u64,
    /// Strava's.
    pub strava: StravaSettings,
    /// TrainerRoad's.
    pub trainerroad: TrainerRoadSettings,
    /// ROUVY's.
    pub rouvy: RouvySettings,
    /// FatSecret's.
    pub fatsecret: FatsecretSettings,
    /// Everybody else's.
    pub apps: Apps,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 1,
            strava: StravaSettings::default(),
            trainerroad: TrainerRoadSettings::default(),
            rouvy: RouvySettings::default(),
            fatsecret: FatsecretSettings::default(),
            apps: Apps::default(),
        }
    }
}

/// One registered application of Strava's, and how its tokens live.
#[derive(Debug, Clone)]
pub struct StravaSettings {
    /// Default: 40417.
    pub client_id: String,
    /// Default: `simulated-client-secret`. It opens nothing but this simulator.
    pub client_secret: String,
    /// The one domain that an application registers; `localhost` and `127.0.0.1` are always allowed beside it.
    /// Default: `gearshift.example`.
    pub callback_domain: String,
    /// Seconds that an access token lives. Default: 21,600, as documented.
    pub token_lifetime: i64,
    /// Seconds that a token must have left to be returned unchanged by a refresh. Default: 3,600, as documented.
    pub unchanged_above: i64,
    /// Seconds that an authorization code can be redeemed. Not documented; default: 600, as OAuth 2 recommends at most.
    pub code_lifetime: i64,
    /// Default: the standard tier's.
    pub limits: Limits,
}

impl Default for StravaSettings {
    fn default() -> Self {
        StravaSettings {
            client_id: "40417".into(),
            client_secret: "simulated-client-secret".into(),
            callback_domain: "gearshift.example".into(),
            token_lifetime: 21_600,
            unchanged_above: 3_600,
            code_lifetime: 600,
            limits: Limits::default(),
        }
    }
}

/// Strava's quotas of an application: requests in a quarter of an hour that starts at :00, :15, :30 or :45, and in a
/// day that starts at midnight UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// All requests: quarter, day. Default: 200 and 2,000.
    pub overall: (u64, u64),
    /// Requests that only read. Default: 100 and 1,000.
    pub read: (u64, u64),
    /// Whether a refusal says in `Retry-After` when the window ends. Default: no; it is nowhere documented, although
    /// clients honour it.
    pub retry_after: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { overall: (200, 2_000), read: (100, 1_000), retry_after: false }
    }
}

/// TrainerRoad as it is at the start; [`crate::Control`] changes it while it runs.
#[derive(Debug, Clone)]
pub struct TrainerRoadSettings {
    /// Default: the oldest.
    pub generation: Generation,
    /// Whether the calendar's two generations answer side by side, whichever the generation is. Default: no.
    pub both: bool,
    /// Default: the newest, so that the two changes are shown apart.
    pub cookie: CookieGeneration,
    /// Seconds that a session lives. Known only to be weeks; default: 14 days.
    pub session_lifetime: i64,
}

impl Default for TrainerRoadSettings {
    fn default() -> Self {
        TrainerRoadSettings {
            generation: Generation::IntervalCaseOld,
            both: false,
            cookie: CookieGeneration::Shared,
            session_lifetime: 14 * 86_400,
        }
    }
}

/// The state of TrainerRoad's data API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Generation {
    /// Until 2024-05: a workout's intervals are in `intervalData`, with sibling keys.
    IntervalCaseOld,
    /// Until 2026: they are in `IntervalData`, and the siblings are gone.
    IntervalCaseNew,
    /// Since 2026: the calendar is `react-calendar`, the old paths are gone, rides have other ids.
    ReactCalendar,
}

impl Generation {
    /// The word that the controls use.
    pub fn name(self) -> &'static str {
        match self {
            Generation::IntervalCaseOld => "interval-case-old",
            Generation::IntervalCaseNew => "interval-case-new",
            Generation::ReactCalendar => "react-calendar",
        }
    }
}

/// The state of TrainerRoad's session cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CookieGeneration {
    /// Until 2024-06: `TrainerRoadAuth` is enough.
    TrainerroadAuth,
    /// Until 2024-08: it needs a second one that `GET /app/career` hands out.
    CareerCookies,
    /// Since then: `SharedTrainerRoadAuth` alone.
    Shared,
}

impl CookieGeneration {
    /// The word that the controls use.
    pub fn name(self) -> &'static str {
        match self {
            CookieGeneration::TrainerroadAuth => "trainerroad-auth",
            CookieGeneration::CareerCookies => "career-cookies",
            CookieGeneration::Shared => "shared",
        }
    }
}

/// ROUVY as it is at the start; [`crate::Control`] changes it while it runs.
#[derive(Debug, Clone)]
pub struct RouvySettings {
    /// Default: [`RouvyGeneration::Redirect202`].
    pub generation: RouvyGeneration,
    /// Seconds after which a session's cookie is renewed. It wraps a token that is known to live for about an hour; default: 3,600.
    pub token_lifetime: i64,
    /// Seconds after which one has to sign in again. Not recorded; default: 14 days.
    pub session_lifetime: i64,
}

impl Default for RouvySettings {
    fn default() -> Self {
        RouvySettings { generation: RouvyGeneration::Redirect202, token_lifetime: 3_600, session_lifetime: 14 * 86_400 }
    }
}

/// FatSecret as it is all the time.
#[derive(Debug, Clone, Default)]
pub struct FatsecretSettings {
    /// One thing alone is an object and no list in its version 2 too, as version 1 has it. Default: no.
    pub lone_objects: bool,
}

/// The state of ROUVY's web pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RouvyGeneration {
    /// Until 2025: an ended session is a 401, and no cookie renews itself.
    Status401,
    /// Since then: it is a 202 with a redirect in its body, with a new cookie where the session goes on.
    Redirect202,
    /// Since 2026-04: lists come later in the same answer, by a promise.
    Deferred,
}

impl RouvyGeneration {
    /// The word that the controls use.
    pub fn name(self) -> &'static str {
        match self {
            RouvyGeneration::Status401 => "status401",
            RouvyGeneration::Redirect202 => "redirect202",
            RouvyGeneration::Deferred => "deferred",
        }
    }
}

/// Bytes of a request's body that are read; no call of these providers that is played here needs more. 1 MiB.
pub(crate) const BODY_LIMIT: usize = 1 << 20;

/// Requests that the ledger remembers for each document; a checker wants an example, not a history. 16.
pub(crate) const REQUESTS_REMEMBERED: usize = 16;

/// The most that one control call may make, so that a slip of the finger does not fill the memory. 1,000 riders and
/// 1,000 rides each.
pub(crate) const MOST_RIDERS: usize = 1_000;
pub(crate) const MOST_RIDES: usize = 1_000;

/// How often a hook is sent in all when it is not answered with a success, as Strava documents it. 3.
pub(crate) const HOOK_ATTEMPTS: u32 = 3;

/// Between two attempts. The providers wait longer; a test should not. 200 ms.
pub(crate) const HOOK_PAUSE: Duration = Duration::from_millis(200);

/// How long an answer to a hook is waited for. Strava gives 2 s, Garmin 30 s; a busy machine gets the longer. 30 s.
pub(crate) const HOOK_PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of an answer to a hook that are read; nobody has more to say. 64 KiB.
pub(crate) const HOOK_ANSWER_LIMIT: usize = 64 << 10;
