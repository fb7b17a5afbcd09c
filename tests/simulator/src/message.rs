//! Requests and answers, apart from how they travel.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::Value;

/// What was asked, with the provider's prefix taken off the path.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Asked {
    /// The parts of the path, decoded; one at the end that is empty does not count.
    pub(crate) fn segments(&self) -> Vec<String> {
        let path = self.path.trim_start_matches('/').trim_end_matches('/');
        path.split('/').filter(|part| !part.is_empty()).map(decode).collect()
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        first(self.query.as_bytes(), name)
    }

    /// The first value of a field in a form body.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        self.is_form().then(|| first(&self.body, name)).flatten()
    }

    /// Every value of a field in a form body.
    pub(crate) fn form_all(&self, name: &str) -> Vec<String> {
        if !self.is_form() {
            return Vec::new();
        }
        pairs(&self.body).filter(|(key, _)| key == name).map(|(_, value)| value).collect()
    }

    pub(crate) fn is_form(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// User and password of HTTP Basic.
    pub(crate) fn basic(&self) -> Option<(String, String)> {
        let (scheme, text) = self.header("authorization")?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()?;
        let (user, password) = text.split_once(':')?;
        Some((user.to_owned(), password.to_owned()))
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<String> {
        let jars = self.headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
        jars.flat_map(|jar| jar.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.to_owned())
    }
}

fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(text).into_owned()
}

fn first(text: &[u8], name: &str) -> Option<String> {
    pairs(text).find(|(key, _)| key == name).map(|(_, value)| value)
}

fn decode(part: &str) -> String {
    // A plus is a plus in a path.
    let escaped = part.replace('+', "%2B");
    pairs(escaped.replace('&', "%26").replace('=', "%3D").as_bytes()).map(|(key, _)| key).next().unwrap_or_default()
}

/// What was served of the world, for the ledger.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served {
    /// The one thing that the answer is about; empty for a list.
    pub(crate) id: String,
    /// Everything of which the answer tells.
    pub(crate) items: Vec<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    /// The endpoint's name, for the ledger and the log.
    pub(crate) endpoint: &'static str,
    pub(crate) user: Option<String>,
    pub(crate) served: Option<Box<Served>>,
}

impl Reply {
    fn new(status: u16, media: &str, body: Bytes) -> Reply {
        Reply {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: vec![("content-type", media.to_owned())],
            body,
            endpoint: "other",
            user: None,
            served: None,
        }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Reply {
        Reply::new(status, "application/json; charset=utf-8", Bytes::from(value.to_string()))
    }

    pub(crate) fn html(status: u16, text: String) -> Reply {
        Reply::new(status, "text/html; charset=utf-8", Bytes::from(text))
    }

    pub(crate) fn text(status: u16, text: &str) -> Reply {
        Reply::new(status, "text/plain; charset=utf-8", Bytes::from(text.to_owned()))
    }

    pub(crate) fn empty(status: u16) -> Reply {
        let mut reply = Reply::new(status, "", Bytes::new());
        reply.headers.clear();
        reply
    }

    pub(crate) fn redirect(location: &str) -> Reply {
        let page = format!(
            "<html><head><title>Object moved</title></head><body><h2>Object moved to <a href=\"{}\">here</a>.</h2></body></html>",
            escape(location)
        );
        Reply::html(302, page).with("location", location)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn at(mut self, endpoint: &'static str) -> Reply {
        self.endpoint = endpoint;
        self
    }

    pub(crate) fn to(mut self, user: &str) -> Reply {
        self.user = Some(user.to_owned());
        self
    }

    /// Notes what of the world this answer tells.
    pub(crate) fn about(mut self, id: impl Into<String>, items: Vec<String>) -> Reply {
        self.served = Some(Box::new(Served { id: id.into(), items }));
        self
    }
}

/// Text as it may stand in HTML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(path: &str, query: &str, body: &'static str) -> Asked {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert("cookie", "a=1; b=x=y".parse().unwrap());
        Asked {
            method: Method::GET,
            path: path.into(),
            query: query.into(),
            headers,
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    #[test]
    fn a_path_is_decoded_part_by_part() {
        assert_eq!(asked("/app//api/a%20b/c+d/e%2Ff/", "", "").segments(), ["app", "api", "a b", "c+d", "e/f"]);
        assert!(asked("/", "", "").segments().is_empty());
    }

    #[test]
    fn forms_queries_and_cookies_are_read() {
        let asked = asked("/", "page=2&page=3&empty", "scope=a&scope=b%2Cc");
        assert_eq!(asked.query("page").as_deref(), Some("2"));
        assert_eq!(asked.query("empty").as_deref(), Some(""));
        assert_eq!(asked.query("none"), None);
        assert_eq!(asked.form_all("scope"), ["a", "b,c"]);
        assert_eq!(asked.cookie("b").as_deref(), Some("x=y"));
    }
}
