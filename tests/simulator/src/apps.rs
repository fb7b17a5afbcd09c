//! The applications that are registered at the start, and the providers' rules as they are documented. Where a dossier
//! gives no number the comment says so.

use crate::oauth::{App, ClientAuth, Pkce, Refresh, Rules, Scope};

/// One application at each provider that has OAuth 2 of its own kind; Strava's is in [`crate::StravaSettings`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Apps {
    /// WHOOP.
    pub whoop: App,
    /// Garmin.
    pub garmin: App,
    /// Withings.
    pub withings: App,
    /// Polar's AccessLink v3.
    pub polar: App,
    /// Polar's Dynamic API v4. Default: the same client as v3.
    pub polar_v4: App,
    /// Dexcom in the United States.
    pub dexcom: App,
    /// Dexcom outside of the United States and Japan.
    pub dexcom_eu: App,
    /// Dexcom in Japan.
    pub dexcom_jp: App,
}

impl Default for Apps {
    fn default() -> Self {
        Apps {
            whoop: app("whoop", whoop()),
            garmin: app("garmin", garmin()),
            withings: app("withings", withings()),
            polar: app("polar", polar()),
            polar_v4: app("polar", polar_v4()),
            dexcom: app("dexcom", dexcom()),
            dexcom_eu: app("dexcom-eu", dexcom()),
            dexcom_jp: app("dexcom-jp", dexcom()),
        }
    }
}

fn app(name: &str, rules: Rules) -> App {
    App {
        client_id: format!("simulated-{name}-client"),
        client_secret: format!("simulated-{name}-secret"),
        redirect_uris: Vec::new(),
        issuer: None,
        rules,
    }
}

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;

/// Seconds of a code whose lifetime is not documented: as long as OAuth 2 recommends at most.
const USUAL_CODE: i64 = 600;

const fn scope(name: &'static str, text: &'static str) -> Scope {
    Scope { name, text }
}

const WHOOP: [Scope; 7] = [
    scope("read:recovery", "Your recovery"),
    scope("read:cycles", "Your day strain"),
    scope("read:sleep", "Your sleep"),
    scope("read:workout", "Your workouts"),
    scope("read:profile", "Your name and e-mail"),
    scope("read:body_measurement", "Your height, weight and highest heart rate"),
    scope("offline", ""),
];

/// How long a refresh token lives is not documented; a year.
fn whoop() -> Rules {
    Rules {
        code_lifetime: USUAL_CODE,
        access_lifetime: 3_600,
        refresh: Refresh::Rotating { grace: 0 },
        refresh_lifetime: YEAR,
        kills_access: true,
        client: ClientAuth::Body,
        pkce: Pkce::Ignored,
        separator: Some(' '),
        scopes: &WHOOP,
        offline: Some("offline"),
        state_least: 8,
    }
}

/// Garmin's permissions. They are fixed for an application; a rider unticks what they do not want.
const GARMIN: [Scope; 6] = [
    scope("ACTIVITY_EXPORT", "Activities"),
    scope("HEALTH_EXPORT", "Daily health data"),
    scope("MCT_EXPORT", "Women's health"),
    scope("WORKOUT_IMPORT", "Send workouts to Garmin Connect"),
    scope("COURSE_IMPORT", "Send courses to Garmin Connect"),
    scope("HISTORICAL_DATA_EXPORT", "Historical data"),
];

fn garmin() -> Rules {
    Rules {
        code_lifetime: USUAL_CODE,
        access_lifetime: 86_400,
        refresh: Refresh::Rotating { grace: 0 },
        refresh_lifetime: 7_775_998,
        kills_access: false,
        client: ClientAuth::Body,
        pkce: Pkce::Required,
        separator: None,
        scopes: &GARMIN,
        offline: None,
        state_least: 0,
    }
}

const WITHINGS: [Scope; 4] = [
    scope("user.info", "Your devices and goals"),
    scope("user.metrics", "Weight, blood pressure, temperature and other measures"),
    scope("user.activity", "Activity and workouts"),
    scope("user.sleepevents", "Sleep"),
];

fn withings() -> Rules {
    Rules {
        code_lifetime: 30,
        access_lifetime: 10_800,
        refresh: Refresh::Rotating { grace: 8 * 3_600 },
        refresh_lifetime: YEAR,
        kills_access: false,
        client: ClientAuth::Signed,
        pkce: Pkce::Ignored,
        separator: Some(','),
        scopes: &WITHINGS,
        offline: None,
        state_least: 0,
    }
}

/// The one scope; a rider who unticks it has not given the consents that Polar wants before it registers them.
const POLAR: [Scope; 1] = [scope("accesslink.read_all", "Training, activity, sleep and physical data")];

fn polar() -> Rules {
    Rules {
        code_lifetime: USUAL_CODE,
        access_lifetime: 31_535_999,
        refresh: Refresh::None,
        refresh_lifetime: 0,
        kills_access: false,
        client: ClientAuth::Basic,
        pkce: Pkce::Ignored,
        separator: Some(' '),
        scopes: &POLAR,
        offline: None,
        state_least: 0,
    }
}

const POLAR_V4: [Scope; 13] = [
    scope("activity:read", "Daily activity"),
    scope("sleep:read", "Sleep"),
    scope("nightly_recharge:read", "Nightly Recharge"),
    scope("continuous_samples:read", "Heart rate through the day"),
    scope("training_sessions:read", "Training sessions"),
    scope("ppi_data:read", "Pulse-to-pulse intervals"),
    scope("calendar:read", "Calendar"),
    scope("devices:read", "Devices"),
    scope("profile:read", "Profile"),
    scope("routes:read", "Routes"),
    scope("skin_contact:read", "Skin contact"),
    scope("tests:read", "Tests"),
    scope("sports:read", "Sport profiles"),
];

/// Whether the refresh token rotates is not certain, and how long it lives is not documented: it is kept, for a year.
fn polar_v4() -> Rules {
    Rules { access_lifetime: 43_199, refresh: Refresh::Kept, refresh_lifetime: YEAR, scopes: &POLAR_V4, ..polar() }
}

const DEXCOM: [Scope; 1] = [scope("offline_access", "")];

fn dexcom() -> Rules {
    Rules {
        code_lifetime: 60,
        access_lifetime: 7_200,
        refresh: Refresh::Rotating { grace: 0 },
        refresh_lifetime: YEAR,
        kills_access: false,
        client: ClientAuth::Body,
        pkce: Pkce::Ignored,
        separator: Some(' '),
        scopes: &DEXCOM,
        offline: None,
        state_least: 0,
    }
}
