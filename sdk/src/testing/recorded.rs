//! A host that answers from a script.

use std::cell::{Cell, RefCell};

use crate::host::Outside;
use crate::http::{HttpError, Raw, Sent};
use crate::testing::case::Exchange;
use crate::time::{self, Bare};

/// Answers requests with what was recorded for them, each once, in the order of the script. A request that nothing was recorded
/// for is denied, as it would be without a route.
#[derive(Debug, Default)]
pub struct Recorded {
    exchanges: RefCell<Vec<(Exchange, bool)>>,
    sent: RefCell<Vec<Sent>>,
    bodies: RefCell<Vec<Raw>>,
    log: RefCell<Vec<String>>,
    now: Cell<i64>,
}

impl Recorded {
    /// A host whose clock stands still at this moment, RFC 3339.
    ///
    /// # Panics
    /// Where it is no moment.
    #[expect(clippy::panic, reason = "a test with a misspelt time has to stop")]
    pub fn at(now: &str) -> Self {
        let stamp = time::parse(now, Bare::Refused).unwrap_or_else(|error| panic!("{error}"));
        Self { now: Cell::new(stamp.instant), ..Self::default() }
    }

    /// With these exchanges.
    #[must_use]
    pub fn with(self, exchanges: impl IntoIterator<Item = Exchange>) -> Self {
        self.exchanges.borrow_mut().extend(exchanges.into_iter().map(|exchange| (exchange, false)));
        self
    }

    /// Records an answer: JSON, or HTML where it begins with `<`.
    #[must_use]
    pub fn answer(self, method: &str, url: &str, status: u16, body: &str) -> Self {
        self.with([Exchange::new(method, url, status, body)])
    }

    /// Records an answer with headers.
    #[must_use]
    pub fn answer_with(self, method: &str, url: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let mut exchange = Exchange::new(method, url, status, body);
        exchange.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.with([exchange])
    }

    /// What was sent, in order.
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.borrow().clone()
    }

    /// What was logged, as `level: message`.
    pub fn log(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// What was recorded and never asked for.
    pub fn unused(&self) -> Vec<String> {
        let exchanges = self.exchanges.borrow();
        exchanges.iter().filter(|(_, used)| !used).map(|(exchange, _)| exchange.to_string()).collect()
    }

    /// How many requests have been answered.
    pub fn answered(&self) -> u32 {
        u32::try_from(self.bodies.borrow().len()).unwrap_or(u32::MAX)
    }

    /// The answer that an exchange number of this host stands for.
    pub fn exchange(&self, number: u32) -> Option<Raw> {
        self.bodies.borrow().iter().find(|raw| raw.exchange == number).cloned()
    }
}

impl Outside for Recorded {
    fn send(&self, request: &Sent) -> Result<Raw, HttpError> {
        self.sent.borrow_mut().push(request.clone());
        let mut exchanges = self.exchanges.borrow_mut();
        let found = exchanges.iter_mut().find(|(exchange, used)| !used && exchange.is_for(request));
        let Some((exchange, used)) = found else {
            let message = format!("nothing is recorded for {} {}", request.method, request.url);
            return Err(HttpError { code: "denied".into(), message, retry_after: None });
        };
        *used = true;
        let number = self.answered().saturating_add(1);
        let raw = Raw {
            exchange: number,
            status: exchange.status,
            headers: exchange.headers.clone(),
            body: exchange.body.clone(),
        };
        self.bodies.borrow_mut().push(raw.clone());
        let body = if request.read { raw.body } else { Vec::new() };
        Ok(Raw { body, ..raw })
    }

    fn sign(&self, rule: &str, fields: &[String]) -> Result<String, String> {
        Ok(format!("signed:{rule}:{}", fields.join(",")))
    }

    fn log(&self, level: &str, message: &str) {
        self.log.borrow_mut().push(format!("{level}: {message}"));
    }

    fn now(&self) -> i64 {
        self.now.get()
    }
}
