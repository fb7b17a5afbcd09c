//! What operators set of a provider for all of its connections: the facts that change more often than an adapter does.

use gearshift_manifest::{Setting, SettingScope};
use serde::Serialize;

use crate::ConnectError;
use crate::connect::Connect;

/// A setting that an operator may set, and how it stands.
#[derive(Debug, Serialize)]
pub struct ProviderSetting {
    /// The name under which the adapter finds it.
    pub name: String,
    /// For people.
    pub label: String,
    /// What it may be; empty: any text.
    pub choices: Vec<String>,
    /// What it is while nobody has set it.
    pub default: Option<String>,
    /// What the operator has set.
    pub value: Option<String>,
}

impl Connect {
    /// What can be set of a provider, as the active version's manifest names it.
    ///
    /// # Errors
    /// `unknown-provider`; when the store fails.
    pub async fn provider_settings(&self, provider: &str) -> Result<Vec<ProviderSetting>, ConnectError> {
        let set = self.store.provider_settings(provider).await?;
        let value = |name: &str| set.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let known = self.settable(provider)?.into_iter();
        Ok(known
            .map(|setting| ProviderSetting {
                value: value(&setting.name),
                name: setting.name,
                label: setting.label,
                choices: setting.choices,
                default: setting.default,
            })
            .collect())
    }

    /// Sets all that is set of a provider: what is not among `wanted` has its default again. The next call of its adapter knows.
    ///
    /// # Errors
    /// `unknown-provider`; `setting` where the manifest has no such setting or value; when the store fails.
    pub async fn set_provider_settings(&self, provider: &str, wanted: &[(String, String)]) -> Result<(), ConnectError> {
        let known = self.settable(provider)?;
        for (name, value) in wanted {
            check(&known, name, value).map_err(ConnectError::Setting)?;
        }
        Ok(self.store.set_provider_settings(provider, wanted).await?)
    }

    fn settable(&self, provider: &str) -> Result<Vec<Setting>, ConnectError> {
        let lease = self.adapters.lease_for_sign_in(provider);
        let lease = lease.ok_or_else(|| ConnectError::UnknownProvider(provider.to_owned()))?;
        let settings = lease.manifest().settings.iter();
        Ok(settings.filter(|setting| setting.scope == SettingScope::Operator).cloned().collect())
    }
}

fn check(known: &[Setting], name: &str, value: &str) -> Result<(), String> {
    let list = |items: &mut dyn Iterator<Item = &str>| items.collect::<Vec<_>>().join(", ");
    let Some(setting) = known.iter().find(|setting| setting.name == name) else {
        let names = list(&mut known.iter().map(|setting| setting.name.as_str()));
        return Err(format!("there is no setting {name:?}: choose among {names}"));
    };
    // It may end up in a header.
    if value.chars().any(char::is_control) {
        return Err(format!("the setting {name:?} has a control character: leave it out"));
    }
    match setting.choices.is_empty() || setting.choices.iter().any(|choice| choice == value) {
        true => Ok(()),
        false => {
            let choices = list(&mut setting.choices.iter().map(String::as_str));
            Err(format!("the setting {name:?} may be one of {choices}"))
        }
    }
}
