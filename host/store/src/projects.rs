//! Projects: whose connections they are, who may ask for them, and by which applications providers know them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// A project: one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// A slug, for example "shop".
    pub id: String,
    /// What users are shown.
    pub name: String,
    /// Where users may be sent after a sign-in: exact URLs, or prefixes that end in `/`. They are checked above, not
    /// here.
    pub redirects: Vec<String>,
    /// Unix milliseconds.
    pub created: i64,
}

/// One of a project's keys to this API. The key itself is nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// "key_…": what it is called in lists and when it is revoked.
    pub id: String,
    /// Whose it is.
    pub project: String,
    /// What its owner calls it.
    pub name: String,
    /// sha256 of the key, in hex.
    pub hash: String,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds; from then on it opens nothing.
    pub revoked: Option<i64>,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey")
            .field("id", &self.id)
            .field("project", &self.project)
            .field("name", &self.name)
            .field("created", &self.created)
            .field("revoked", &self.revoked)
            .finish_non_exhaustive()
    }
}

/// A project's own application at a provider.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderKeys {
    /// Whose it is.
    pub project: String,
    /// The provider's enum.
    pub provider: String,
    /// The id that the provider gave the application.
    pub client_id: String,
    /// The secret that it gave, as the vault made it.
    pub sealed: Vec<u8>,
    /// What its hooks are signed with, where that is another secret.
    pub hook_sealed: Option<Vec<u8>>,
    /// Optional scopes that are asked for beside those that always are.
    pub scopes: Vec<String>,
    /// What is not secret in the settings of this application.
    pub settings: Vec<(String, String)>,
    /// The part of its hook's address that nobody can guess. No two applications have the same.
    pub hook: String,
    /// Unix milliseconds.
    pub changed: i64,
}

impl std::fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderKeys")
            .field("project", &self.project)
            .field("provider", &self.provider)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("changed", &self.changed)
            .finish_non_exhaustive()
    }
}

/// Projects, their keys to us, and their keys to providers.
#[async_trait]
pub trait Projects {
    /// Makes a project, or changes the one of the same id; when it was made stays as it was.
    async fn put_project(&self, project: &Project) -> Result<(), StoreError>;

    /// One project.
    async fn project(&self, id: &str) -> Result<Option<Project>, StoreError>;

    /// All projects, by id.
    async fn projects(&self) -> Result<Vec<Project>, StoreError>;

    /// Takes a project away with all of its keys, and says whether it was there. Its destinations stay, as the end of
    /// its last connections may still be on its way there.
    ///
    /// # Errors
    /// `conflict` while it has connections: end those first.
    async fn erase_project(&self, id: &str) -> Result<bool, StoreError>;

    /// Keeps a new key.
    ///
    /// # Errors
    /// `not-found` where the project does not exist; `conflict` where id or hash was there before.
    async fn add_api_key(&self, key: &ApiKey) -> Result<(), StoreError>;

    /// The keys of a project, revoked ones among them, by id.
    async fn api_keys(&self, project: &str) -> Result<Vec<ApiKey>, StoreError>;

    /// The key of this hash, unless it is revoked.
    async fn api_key(&self, hash: &str) -> Result<Option<ApiKey>, StoreError>;

    /// Revokes one of a project's keys for good, and says whether it was live.
    async fn revoke_api_key(&self, project: &str, id: &str, now: i64) -> Result<bool, StoreError>;

    /// Keeps a project's application at a provider, over the one that was there. An empty `hook` leaves that one's as
    /// it is.
    ///
    /// # Errors
    /// `not-found` where the project does not exist; `invalid` where a first application has no hook; `conflict` where
    /// the hook is another application's.
    async fn put_provider_keys(&self, keys: &ProviderKeys) -> Result<(), StoreError>;

    /// A project's application at a provider.
    async fn provider_keys(&self, project: &str, provider: &str) -> Result<Option<ProviderKeys>, StoreError>;

    /// The applications of a project or of all, by project and provider.
    async fn all_provider_keys(&self, project: Option<&str>) -> Result<Vec<ProviderKeys>, StoreError>;

    /// The application whose hook this is.
    async fn provider_keys_by_hook(&self, hook: &str) -> Result<Option<ProviderKeys>, StoreError>;

    /// Takes an application away, and says whether it was there.
    async fn erase_provider_keys(&self, project: &str, provider: &str) -> Result<bool, StoreError>;
}
