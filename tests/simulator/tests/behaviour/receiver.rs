//! Who is told by hooks: a listener that remembers what came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Something that came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Came {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Debug, Default)]
struct Told {
    came: Vec<Came>,
    /// What is answered next; 200 after that.
    statuses: VecDeque<u16>,
    /// Whether challenges are repeated.
    deaf: bool,
    verify_token: String,
}

/// A listener on loopback that ends with the test.
#[derive(Debug)]
pub(crate) struct Receiver {
    url: String,
    told: Arc<Mutex<Told>>,
}

impl Receiver {
    pub(crate) async fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new(Told::default()));
        let router = Router::new().fallback(answer).with_state(Arc::clone(&told));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { url, told }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) fn came(&self) -> Vec<Came> {
        self.told.lock().unwrap().came.clone()
    }

    pub(crate) fn fails(&self, statuses: &[u16]) {
        self.told.lock().unwrap().statuses.extend(statuses);
    }

    pub(crate) fn is_deaf(&self) {
        self.told.lock().unwrap().deaf = true;
    }

    pub(crate) fn verify_token(&self) -> String {
        self.told.lock().unwrap().verify_token.clone()
    }
}

async fn answer(State(told): State<Arc<Mutex<Told>>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let query = head.uri.query().unwrap_or_default();
    let value = |name: &str| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut told = told.lock().unwrap();
    if head.method == Method::GET {
        told.verify_token = value("hub.verify_token");
        let challenge = if told.deaf { String::new() } else { value("hub.challenge") };
        return axum::Json(json!({ "hub.challenge": challenge })).into_response();
    }
    let body = String::from_utf8(body.to_vec()).unwrap();
    told.came.push(Came { path: head.uri.path().to_owned(), headers: head.headers, body });
    let status = told.statuses.pop_front().unwrap_or(200);
    axum::http::StatusCode::from_u16(status).unwrap().into_response()
}
