//! No secret reaches a log or an error.

use std::io;
use std::sync::{Arc, Mutex};

use gearshift_egress::{DirectRequest, Purpose};
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{KEYED, Keys, Provider, RIDE, Reply, RequestExt as _, SESSION, door, get, post, users};

const SECRETS: [&str; 5] =
    ["token-of-the-user", "a-password", "a-captured-token", "session-0123456789abcdef", "signed-value"];

/// Everything that is logged, however fine.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Log {
    type Writer = Self;

    fn make_writer(&'w self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn what_happens_is_logged_without_secrets() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let errors = scenes().with_subscriber(subscriber).await;
    let text = log.text();
    // It did log, and what an operator looks for is there.
    for part in ["answered", "request failed", "www.ride.test/api/v3/x?page=1", "status=200", "denied"] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
        assert!(!errors.contains(secret), "{secret} is in:\n{errors}");
    }
}

/// Requests that succeed and fail in every way that touches a secret. Returns what errors say.
async fn scenes() -> String {
    let provider = Provider::start(|seen| match seen.target.split('?').next().unwrap_or_default() {
        "/app/login" => Reply::ok(r#"{"auth":{"token":"a-captured-token"}}"#)
            .header("set-cookie", "sid=session-0123456789abcdef; Path=/"),
        "/api/v3/large" => Reply::ok(vec![b'x'; 10_000]),
        _ => Reply::ok(format!("{} {:?}", seen.body, seen.headers)),
    })
    .await;
    let keys = || {
        Keys::default().token("token-of-the-user").client("ride-app", "client-secret").field("password", "a-password")
    };
    let at = |manifest, keys| {
        let door = door(manifest)
            .rewriting("https://www.ride.test", &provider.origin())
            .rewriting("https://api.ride.test", &provider.origin());
        door.with(|settings| settings.max_answer = 5000).keys(keys).build()
    };
    let (ride, session, keyed) =
        (at(RIDE, keys()).await, at(SESSION, keys()).await, at(KEYED, Keys::default().key("key-of-the-user")).await);
    let mut results = vec![
        ride.pull(users("https://www.ride.test/api/v3/x?page=1&signed=signed-value")).await,
        ride.pull(users("https://www.ride.test/api/v3/large?signed=signed-value")).await,
        ride.pull(get("https://www.ride.test/public/x?t=token-of-the-user")).await,
        ride.pull(users("https://www.ride.test/other?signed=signed-value")).await,
        keyed.pull(users("https://api.ride.test/x")).await,
        session.sign_in(post("https://www.ride.test/app/login", "").filled("login")).await,
        session.sign_in(post("https://www.ride.test/app/login", "Password=a-password")).await,
        session.pull(users("https://www.ride.test/app/rides")).await,
    ];
    results.push(ride.pull(get("https://token-of-the-user@www.ride.test/api/v3/x")).await);
    let mut said: String =
        results.iter().filter_map(|each| each.as_ref().err()).map(|error| format!("{error} {error:?}\n")).collect();
    for url in
        ["https://www.ride.test/hook/token-of-the-user?x=signed-value", "http://elsewhere.test/token-of-the-user"]
    {
        let mut request = DirectRequest::new(Purpose::OAuth, "POST", url);
        request.secrets = vec!["token-of-the-user".into()];
        if let Err(error) = ride.egress.direct(request).await {
            said.push_str(&format!("{error} {error:?}\n"));
        }
    }
    said
}
