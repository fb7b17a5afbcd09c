//! Asks who is connected, and nothing else.

use gearshift_sdk::prelude::*;

struct Harbour;

fn me(host: &Host<'_>, provider: &str) -> Result<(Response, String), Failure> {
    let name = provider.to_ascii_lowercase();
    let answer = host.get("me", &format!("https://{name}.example.test/userinfo")).as_user().send()?;
    match answer.status {
        200 => {
            let value: serde_json::Value =
                serde_json::from_slice(&answer.body).map_err(|_| Failure::changed("me", "", "no JSON"))?;
            let id = value.get("sub").and_then(|sub| sub.as_str()).unwrap_or_default().to_owned();
            Ok((answer, id))
        }
        401 => Err(Failure::unauthorized("the token was refused")),
        status => Err(Failure::unavailable(format!("status {status}"), None)),
    }
}

impl Adapter for Harbour {
    fn pull(host: &Host<'_>, subject: &Subject, _: &PullRequest) -> Result<Page, Failure> {
        me(host, &subject.provider)?;
        Ok(Page::default())
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        Err(document.unknown_endpoint())
    }

    fn identify(host: &Host<'_>, subject: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        let (_, id) = me(host, &subject.provider)?;
        Ok(vec![Account { id: Some(id), ..Account::default() }])
    }
}

gearshift_sdk::export!(Harbour);
