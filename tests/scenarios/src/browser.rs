//! How people of a town connect: the link, the provider's page, the way back, and forms.

use gearshift_simulator::{Authorize, ControlError};
use serde_json::{Value, json};

use crate::TRAINERROAD;
use crate::http::Answer;
use crate::rider::Rider;
use crate::town::Town;

impl Town {
    /// Begins a connection of a rider.
    pub async fn begin(&self, provider: &str, rider: usize) -> Value {
        let wish = json!({"provider": provider, "reference": self.riders()[rider].username});
        self.v1("POST", "/connections").json(&wish).send().await.ok().json()
    }

    /// The provider's page as a rider answers it: the path and query to which the browser goes back.
    pub async fn agree(&self, begun: &Value, rider: usize, untick: &[&str]) -> Return {
        let untick = untick.iter().map(|scope| (*scope).to_owned()).collect();
        self.answer(begun, rider, untick, false).await
    }

    /// As [`Town::agree`], for a rider who cancels.
    pub async fn decline(&self, begun: &Value, rider: usize) -> Return {
        self.answer(begun, rider, Vec::new(), true).await
    }

    /// As [`Town::agree`], where the provider may not know the rider.
    pub async fn try_agree(&self, begun: &Value, rider: usize) -> Option<Return> {
        self.try_answer(begun, rider, Vec::new(), false).await.ok()
    }

    async fn answer(&self, begun: &Value, rider: usize, untick: Vec<String>, deny: bool) -> Return {
        self.try_answer(begun, rider, untick, deny).await.unwrap()
    }

    async fn try_answer(
        &self,
        begun: &Value,
        rider: usize,
        untick: Vec<String>,
        deny: bool,
    ) -> Result<Return, ControlError> {
        let leaving = self.leave(begun).await;
        let answer = Authorize { url: leaving.to, user: self.riders()[rider].username.clone(), untick, deny };
        let back = url::Url::parse(&self.control().authorize(&answer)?).unwrap();
        Ok(Return { to: format!("{}?{}", back.path(), back.query().unwrap()), cookie: leaving.cookie })
    }

    /// The user opens the link and goes on: what the browser is answered, and the cookie that it is given.
    pub async fn go_on(&self, begun: &Value) -> (Answer, String) {
        let link = url::Url::parse(begun["url"].as_str().unwrap()).unwrap();
        let page = self.public("GET", link.path()).send().await.ok();
        let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
        let form = "application/x-www-form-urlencoded";
        let open = self.public("POST", link.path()).header("cookie", &cookie).header("content-type", form);
        (open.body(format!("proof={}", proof(&page.text()))).send().await, cookie)
    }

    /// The user opens the link and leaves: where the browser is sent, and the cookie that it is given.
    pub async fn leave(&self, begun: &Value) -> Return {
        let (opened, cookie) = self.go_on(begun).await;
        assert_eq!(opened.status, 303, "{}", opened.text());
        Return { to: opened.header("location").to_owned(), cookie }
    }

    /// The browser goes back to where the provider sent it.
    ///
    /// Where it is sent on to a page of ours, that is the answer.
    pub async fn back(&self, back: &Return) -> Answer {
        let sent = self.public("GET", &back.to).header("cookie", &back.cookie).send().await;
        match sent.header("location").to_owned() {
            page if sent.status == 303 && page.starts_with('/') => {
                assert!(!page.contains("code=") && !page.contains("state="), "{page}");
                self.public("GET", &page).header("cookie", &back.cookie).send().await
            }
            _ => sent,
        }
    }

    /// Hands in a form.
    pub async fn hand_in(&self, connection: &str, name: &str, password: &str, keep: bool) -> Answer {
        let form = json!({"fields": {"username": name, "password": password}, "keep": keep});
        self.v1("POST", &format!("/connections/{connection}/form")).json(&form).send().await
    }

    /// Connects a rider at a provider, by whatever it asks for; of TrainerRoad the password is kept.
    pub async fn connect(&self, provider: &str, rider: usize) -> Rider {
        let begun = self.begin(provider, rider).await;
        let account = self.riders()[rider].clone();
        let begun_as = begun["connection"].as_str().unwrap().to_owned();
        let id = match provider {
            _ if begun["next"] == "authorize" => {
                let page = self.back(&self.agree(&begun, rider, &[]).await).await.ok();
                assert!(page.text().contains("Connected"), "{}", page.text());
                self.connection_of(provider, &account.username).await
            }
            TRAINERROAD => {
                let answer = self.hand_in(&begun_as, &account.username, &account.password, true).await.ok();
                answer.json::<Value>()["id"].as_str().unwrap().to_owned()
            }
            _ => {
                let form = json!({"fields": {}});
                let _ = self.v1("POST", &format!("/connections/{begun_as}/form")).json(&form).send().await.ok();
                begun_as
            }
        };
        Rider { town: self.clone(), id, account }
    }

    /// Connects everybody at a provider.
    pub async fn connect_all(&self, provider: &str) -> Vec<Rider> {
        let mut riders = Vec::new();
        for rider in 0..self.riders().len() {
            riders.push(self.connect(provider, rider).await);
        }
        riders
    }

    /// The callback's page does not name the connection that it ended: an account that was connected before keeps its own.
    pub async fn connection_of(&self, provider: &str, reference: &str) -> String {
        let all = self.connections().await;
        let ours = all
            .iter()
            .find(|one| one["provider"] == provider && one["reference"] == reference && one["status"] != "connecting");
        ours.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// What the page's form would bring.
#[must_use]
pub fn proof(page: &str) -> String {
    let (_, after) = page.split_once("name=\"proof\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// A browser on its way: where to, and with which cookie.
#[derive(Clone, Debug)]
pub struct Return {
    /// An address at the provider, or the path and query of ours.
    pub to: String,
    /// `name=value`.
    pub cookie: String,
}

impl Return {
    /// The same with another word in its address, which must have had that.
    #[must_use]
    pub fn with(&self, from: &str, to: &str) -> Self {
        assert!(self.to.contains(from), "{from} is not in {}", self.to);
        Self { to: self.to.replace(from, to), cookie: self.cookie.clone() }
    }

    /// The same with a cookie of this value.
    #[must_use]
    pub fn with_cookie(&self, value: &str) -> Self {
        let name = self.cookie.split('=').next().unwrap_or_default();
        Self { to: self.to.clone(), cookie: format!("{name}={value}") }
    }
}
