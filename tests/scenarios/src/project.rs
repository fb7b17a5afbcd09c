//! A second project beside the operator's own: a platform with an API key of its own.

use gearshift_simulator::Registration;
use gearshift_store::Connection;
use serde_json::{Value, json};

use crate::http::{Answer, Ask};
use crate::town::Town;
use crate::wait::until;

/// A project, by its API key.
#[derive(Clone)]
pub struct Project {
    /// Where it is.
    pub town: Town,
    /// Its id.
    pub id: String,
    /// Its API key, and the key's id.
    pub key: (String, String),
}

impl Town {
    /// Makes a project, with a key.
    pub async fn project(&self, id: &str, name: &str) -> Project {
        let settings = json!({"name": name, "redirects": [format!("https://{id}.test/")]});
        let _ = self.admin("PUT", &format!("/projects/{id}")).json(&settings).send().await.ok();
        let made = self.admin("POST", &format!("/projects/{id}/keys")).json(&json!({"name": "a key"})).send().await;
        let made: Value = made.ok().json();
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        Project { town: self.clone(), id: id.to_owned(), key: (text("key"), text("id")) }
    }

    /// Gives a project an application of its own at a provider.
    pub async fn set_keys(&self, project: &str, provider: &str, client: &Registration) {
        let keys = json!({"client-id": client.id, "client-secret": client.secret});
        let path = format!("/projects/{project}/providers/{provider}");
        let _ = self.admin("PUT", &path).json(&keys).send().await.ok();
    }

    /// A project's application at a provider, as the operator is shown it.
    pub async fn keys(&self, project: &str, provider: &str) -> Value {
        let all: Value = self.admin("GET", &format!("/projects/{project}/providers")).send().await.ok().json();
        all.as_array().unwrap().iter().find(|keys| keys["provider"] == provider).unwrap().clone()
    }

    /// What a provider says of a project's keys.
    pub async fn check_keys(&self, project: &str, provider: &str) -> Answer {
        self.admin("POST", &format!("/projects/{project}/providers/{provider}/check")).send().await
    }
}

impl Project {
    /// A request to `/v1` with its key.
    #[must_use]
    pub fn v1(&self, method: &str, path: &str) -> Ask {
        self.town.v1(method, path).bearer(&self.key.0)
    }

    /// Begins a connection of a rider.
    pub async fn begin(&self, provider: &str, rider: usize) -> Answer {
        let wish = json!({"provider": provider, "reference": self.town.riders()[rider].username});
        self.v1("POST", "/connections").json(&wish).send().await
    }

    /// Connects a rider by the provider's own page, and waits for the first pulls. Returns the connection's id.
    pub async fn connect(&self, provider: &str, rider: usize) -> String {
        let begun: Value = self.begin(provider, rider).await.ok().json();
        let _ = self.town.back(&self.town.agree(&begun, rider, &[]).await).await.ok();
        let all = self.list("/connections").await;
        let ours = all.iter().find(|one| one["provider"] == provider && one["status"] != "connecting");
        let id = ours.unwrap()["id"].as_str().unwrap().to_owned();
        until("records", async || (!self.records(&id).await.is_empty()).then_some(())).await;
        id
    }

    /// A connection as it sees it.
    pub async fn connection(&self, id: &str) -> Connection {
        self.v1("GET", &format!("/connections/{id}")).send().await.ok().json()
    }

    /// The records of a connection.
    pub async fn records(&self, connection: &str) -> Vec<Value> {
        self.list(&format!("/connections/{connection}/records")).await
    }

    /// One page of a list of `/v1`, as long as there is.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        let page: Value = self.v1("GET", &format!("{path}?limit=500")).send().await.ok().json();
        page["items"].as_array().unwrap().clone()
    }
}
