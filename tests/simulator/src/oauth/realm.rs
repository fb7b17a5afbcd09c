//! Which authorization servers there are, and under which ids they know a rider.

use crate::faults::Provider;
use crate::random::Random;
use crate::world::Rider;
use crate::{freestylelibre, virtuagym};

/// One authorization server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Realm {
    Whoop,
    Garmin,
    Withings,
    PolarV3,
    PolarV4,
    DexcomUs,
    DexcomEu,
    DexcomJp,
}

const REALMS: [Realm; 8] = [
    Realm::Whoop,
    Realm::Garmin,
    Realm::Withings,
    Realm::PolarV3,
    Realm::PolarV4,
    Realm::DexcomUs,
    Realm::DexcomEu,
    Realm::DexcomJp,
];

/// The regions in which Dexcom keeps accounts, in the order in which riders live there.
const REGIONS: [&str; 3] = ["us", "eu", "jp"];

/// Where a rider's account at Dexcom is.
pub(crate) fn home(rider: &Rider) -> &'static str {
    REGIONS.get(rider.number % REGIONS.len()).copied().unwrap_or_default()
}

impl Realm {
    pub(crate) fn provider(self) -> Provider {
        match self {
            Realm::Whoop => Provider::Whoop,
            Realm::Garmin => Provider::Garmin,
            Realm::Withings => Provider::Withings,
            Realm::PolarV3 | Realm::PolarV4 => Provider::Polar,
            Realm::DexcomUs | Realm::DexcomEu | Realm::DexcomJp => Provider::Dexcom,
        }
    }

    /// All authorization servers of a provider.
    pub(crate) fn all(provider: Provider) -> impl Iterator<Item = Realm> {
        REALMS.into_iter().filter(move |realm| realm.provider() == provider)
    }

    /// What the page calls it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Realm::Whoop => "WHOOP",
            Realm::Garmin => "Garmin Connect",
            Realm::Withings => "Withings",
            Realm::PolarV3 => "Polar Flow",
            Realm::PolarV4 => "Polar",
            Realm::DexcomUs => "Dexcom (United States)",
            Realm::DexcomEu => "Dexcom (outside the United States)",
            Realm::DexcomJp => "Dexcom (Japan)",
        }
    }

    pub(super) fn region(self) -> &'static str {
        match self {
            Realm::DexcomUs => "us",
            Realm::DexcomEu => "eu",
            Realm::DexcomJp => "jp",
            _ => "",
        }
    }

    /// Whether a rider can sign in here.
    pub(super) fn knows(self, rider: &Rider) -> bool {
        self.region().is_empty() || self.region() == home(rider)
    }
}

/// A provider's id of a rider; Dexcom has another for each application. Empty where the provider is not one of these.
pub(crate) fn user_id(provider: Provider, seed: u64, rider: &Rider, client: &str) -> String {
    let number = rider.number as i64;
    match provider {
        Provider::Strava => rider.athlete.to_string(),
        Provider::Trainerroad => rider.member.to_string(),
        Provider::Whoop => (10_129_000 + 13 * number).to_string(),
        Provider::Garmin => Random::of(seed, &format!("{} garmin", rider.username)).hex(32),
        Provider::Withings => (31_400_000 + 17 * number).to_string(),
        Provider::Polar => (52_278_000 + 19 * number).to_string(),
        Provider::Dexcom => Random::of(seed, &format!("{} dexcom {client}", rider.username)).guid(),
        Provider::Rouvy => Random::of(seed, &format!("{} rouvy", rider.username)).guid(),
        Provider::Freestylelibre => freestylelibre::patient(seed, &rider.username),
        Provider::Virtuagym => virtuagym::member(rider),
        // It tells nobody.
        Provider::Fatsecret => String::new(),
    }
}
