//! Every provider that is known, and how a platform comes by an application there.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::ConnectSettings;

/// The catalogue, which is part of the program.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    #[serde(rename = "provider")]
    providers: Vec<Entry>,
}

/// One provider of the catalogue.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// The provider's enum.
    pub id: String,
    /// For people.
    pub name: String,
    /// Whether a project may bring an application of its own.
    #[serde(default)]
    pub own_keys: bool,
    /// Whether the operator may share an application with projects.
    #[serde(default)]
    pub shared_keys: Sharing,
    /// Whether the platform needs an agreement of its own with the provider.
    #[serde(default)]
    pub partnership: bool,
    /// Whether the provider registers new applications.
    #[serde(default)]
    pub new_applications: Registration,
    /// The name of its guide; none: the general one.
    #[serde(default, skip_serializing)]
    guide: Option<String>,
}

/// Whether one application may serve several platforms.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// Nothing is known against it.
    #[default]
    Possible,
    /// The provider issues keys to one platform alone.
    Never,
}

/// Whether a provider registers new applications.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Registration {
    /// It does.
    #[default]
    Open,
    /// Only who has one can connect users.
    Closed,
}

/// The texts, by name.
const GUIDES: [(&str, &str); 10] = [
    ("general", include_str!("../guides/general.md")),
    ("strava", include_str!("../guides/strava.md")),
    ("virtuagym", include_str!("../guides/virtuagym.md")),
    ("health_connect", include_str!("../guides/health_connect.md")),
    ("fatsecret", include_str!("../guides/fatsecret.md")),
    ("huawei", include_str!("../guides/huawei.md")),
    ("google", include_str!("../guides/google.md")),
    ("polar", include_str!("../guides/polar.md")),
    ("trainerroad", include_str!("../guides/trainerroad.md")),
    ("freestylelibre", include_str!("../guides/freestylelibre.md")),
];

/// What a guide says of this very installation.
#[derive(Debug)]
pub struct Here<'a> {
    /// The project.
    pub project: &'a str,
    /// The unguessable part of its hook's address, where it has an application already.
    pub hook: Option<&'a str>,
}

impl Catalogue {
    /// The catalogue.
    #[must_use]
    pub fn get() -> &'static Self {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        CATALOGUE.get_or_init(|| {
            // A test reads it: a program whose catalogue is broken is never built.
            toml::from_str(include_str!("../catalogue.toml")).unwrap_or_default()
        })
    }

    /// All providers, by their enum.
    #[must_use]
    pub fn providers(&self) -> &[Entry] {
        &self.providers
    }

    /// One provider.
    #[must_use]
    pub fn provider(&self, id: &str) -> Option<&Entry> {
        self.providers.iter().find(|entry| entry.id == id)
    }
}

impl Entry {
    /// What the operator does to get an application, in Markdown, with the addresses of this installation filled in.
    #[must_use]
    pub fn guide(&self, settings: &ConnectSettings, here: &Here<'_>) -> String {
        let name = self.guide.as_deref().unwrap_or("general");
        let text = GUIDES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
        let hook = match here.hook {
            Some(hook) => settings.hook(&self.id, here.project, hook),
            None => "(known once the keys are set: this guide shows it then)".to_owned(),
        };
        text.replace("{{provider}}", &self.name)
            .replace("{{project}}", here.project)
            .replace("{{callback-url}}", &settings.callback(&self.id, here.project))
            .replace("{{callback-domain}}", settings.base_url.host_str().unwrap_or_default())
            .replace("{{hook-url}}", &hook)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(which: impl Fn(&Entry) -> bool) -> String {
        let ids: Vec<&str> =
            Catalogue::get().providers().iter().filter(|entry| which(entry)).map(|entry| entry.id.as_str()).collect();
        ids.join(" ")
    }

    #[test]
    fn who_may_bring_keys_is_who_was_said_to() {
        let own = "BIOSTRAP CONCEPT2 COROS CRONOMETER DECATHLON DEXCOM DEXCOM_EU DEXCOM_JP FATSECRET FITBIT GARMIN GOOGLE HUAWEI INBODY \
                   KETOMOJOEU KETOMOJOUS MACROSFIRST MAPMYFITNESS NOLIO NUTRACHECK OMRON OMRONUS OURA POLAR PUL RIDEWITHGPS STRAVA \
                   SUUNTO TRAININGPEAKS TREDICT VIRTUAGYM WAHOO WHOOP WITHINGS";
        assert_eq!(ids(|entry| entry.own_keys), own);
    }

    #[test]
    fn partnerships_closed_programmes_and_keys_that_nobody_shares_are_known() {
        assert_eq!(ids(|entry| entry.partnership), "DEXCOM DEXCOM_EU DEXCOM_JP HUAWEI INBODY VIRTUAGYM");
        assert_eq!(ids(|entry| entry.new_applications == Registration::Closed), "GOOGLE SUUNTO TRAININGPEAKS");
        let never = "DEXCOM DEXCOM_EU DEXCOM_JP HUAWEI STRAVA VIRTUAGYM WHOOP";
        assert_eq!(ids(|entry| entry.shared_keys == Sharing::Never), never);
    }

    #[test]
    fn every_guide_is_there_and_leaves_nothing_open() {
        let settings = ConnectSettings::new("https://health.example".parse().unwrap());
        for entry in Catalogue::get().providers() {
            let guide = entry.guide(&settings, &Here { project: "acme", hook: Some("h00k") });
            assert!(guide.starts_with("# ") && !guide.contains("{{"), "{}: {guide}", entry.id);
        }
        let strava = Catalogue::get().provider("STRAVA").unwrap();
        let guide = strava.guide(&settings, &Here { project: "acme", hook: Some("h00k") });
        for here in [
            "https://health.example/oauth/strava/acme/callback",
            "`health.example`",
            "https://health.example/hooks/strava/acme/h00k",
        ] {
            assert!(guide.contains(here), "{here} is not in {guide}");
        }
    }
}
