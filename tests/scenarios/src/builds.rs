//! Built adapters, and how the operator of a town sends them in.

use std::path::PathBuf;

use bytes::Bytes;
use serde_json::Value;

use crate::town::Town;

impl Town {
    /// Installs a built adapter, gives it what it asks for and the traffic. Returns its digest.
    pub async fn install(&self, build: &str) -> String {
        self.install_bytes(&name_of(build), component(build)).await
    }

    /// As [`Town::install`], of these bytes.
    pub async fn install_bytes(&self, name: &str, component: Bytes) -> String {
        let put = |query: String| self.admin("PUT", &format!("/adapters/{name}{query}")).body(component.clone()).send();
        let answer = put(String::new()).await.ok();
        let mut installed: Value = answer.json();
        if answer.status == 202 {
            installed = put(format!("?grant={}", installed["grant"].as_str().unwrap())).await.ok().json();
        }
        assert_eq!(installed["state"], "active", "{installed}");
        installed["digest"].as_str().unwrap().to_owned()
    }

    /// Installs a build that is not to have the traffic yet.
    pub async fn prepare(&self, name: &str, component: Bytes) -> String {
        let path = format!("/adapters/{name}?activate=no");
        let prepared: Value = self.admin("PUT", &path).body(component).send().await.ok().json();
        assert_eq!(prepared["state"], "linked", "{prepared}");
        prepared["digest"].as_str().unwrap().to_owned()
    }

    /// Gives the traffic to an installed version.
    pub async fn activate(&self, name: &str, digest: &str) {
        let _ = self.admin("POST", &format!("/adapters/{name}/activate?digest={digest}")).send().await.ok();
    }
}

/// A built component by the name of its file.
#[must_use]
pub fn component(build: &str) -> Bytes {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../plugins/target/wasm32-wasip2/release");
    let path = folder.join(format!("{build}.wasm"));
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: build it with `./dev adapters`", path.display()))
        .into()
}

/// `trainerroad_1_0` is a build of `trainerroad`, `gearshift_guest_puppet` one of `puppet`, `polar_accesslink` one of
/// `polar-accesslink`.
fn name_of(build: &str) -> String {
    let name = build.trim_start_matches("gearshift_guest_");
    let words = name.split('_').take_while(|word| !word.chars().all(|c| c.is_ascii_digit()));
    words.collect::<Vec<_>>().join("-")
}

/// The same code under another digest: a number in a custom section.
#[must_use]
pub fn numbered(component: &Bytes, number: u8) -> Bytes {
    let mut bytes = component.to_vec();
    bytes.extend([0, 7, 5]);
    bytes.extend(b"build");
    bytes.push(number);
    bytes.into()
}
