//! Which host each prefix stands for.

use crate::faults::Provider;

/// A host that is played.
#[derive(Debug)]
pub(crate) struct Place {
    /// The first part of its paths here.
    pub(crate) prefix: &'static str,
    /// What it stands for.
    pub(crate) origin: &'static str,
    pub(crate) provider: Provider,
}

const fn place(prefix: &'static str, origin: &'static str, provider: Provider) -> Place {
    Place { prefix, origin, provider }
}

/// One prefix for each real host.
pub(crate) const PLACES: [Place; 31] = [
    place("strava", "https://www.strava.com", Provider::Strava),
    place("trainerroad", "https://www.trainerroad.com", Provider::Trainerroad),
    place("whoop", "https://api.prod.whoop.com", Provider::Whoop),
    place("garmin-connect", "https://connect.garmin.com", Provider::Garmin),
    place("garmin-auth", "https://diauth.garmin.com", Provider::Garmin),
    place("garmin", "https://apis.garmin.com", Provider::Garmin),
    place("withings-account", "https://account.withings.com", Provider::Withings),
    place("withings", "https://wbsapi.withings.net", Provider::Withings),
    place("polar-flow", "https://flow.polar.com", Provider::Polar),
    place("polar-remote", "https://polarremote.com", Provider::Polar),
    place("polar", "https://www.polaraccesslink.com", Provider::Polar),
    place("polar-auth", "https://auth.polar.com", Provider::Polar),
    place("dexcom", "https://api.dexcom.com", Provider::Dexcom),
    place("dexcom-eu", "https://api.dexcom.eu", Provider::Dexcom),
    place("dexcom-jp", "https://api.dexcom.jp", Provider::Dexcom),
    place("rouvy", "https://riders.rouvy.com", Provider::Rouvy),
    place("libreview", "https://api.libreview.io", Provider::Freestylelibre),
    place("libreview-us", "https://api-us.libreview.io", Provider::Freestylelibre),
    place("libreview-eu", "https://api-eu.libreview.io", Provider::Freestylelibre),
    place("libreview-eu2", "https://api-eu2.libreview.io", Provider::Freestylelibre),
    place("libreview-de", "https://api-de.libreview.io", Provider::Freestylelibre),
    place("libreview-fr", "https://api-fr.libreview.io", Provider::Freestylelibre),
    place("libreview-jp", "https://api-jp.libreview.io", Provider::Freestylelibre),
    place("libreview-ap", "https://api-ap.libreview.io", Provider::Freestylelibre),
    place("libreview-au", "https://api-au.libreview.io", Provider::Freestylelibre),
    place("libreview-ae", "https://api-ae.libreview.io", Provider::Freestylelibre),
    place("libreview-ca", "https://api-ca.libreview.io", Provider::Freestylelibre),
    place("libreview-la", "https://api-la.libreview.io", Provider::Freestylelibre),
    place("virtuagym", "https://api.virtuagym.com", Provider::Virtuagym),
    place("fatsecret-auth", "https://authentication.fatsecret.com", Provider::Fatsecret),
    place("fatsecret", "https://platform.fatsecret.com", Provider::Fatsecret),
];

pub(crate) fn by_prefix(prefix: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.prefix == prefix)
}
