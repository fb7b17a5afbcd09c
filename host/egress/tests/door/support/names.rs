//! A name server that answers as told, another thing each time if need be.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use gearshift_egress::Resolve;

#[derive(Clone, Default)]
pub(crate) struct Names(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    answers: HashMap<String, Vec<Vec<SocketAddr>>>,
    asked: Vec<String>,
}

impl Names {
    /// Adds an answer for the name. The last one is given again and again.
    pub(crate) fn answer(self, name: &str, addresses: &[SocketAddr]) -> Self {
        self.0.lock().unwrap().answers.entry(name.into()).or_default().push(addresses.to_vec());
        self
    }

    /// The names that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.0.lock().unwrap().asked.clone()
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, host: &str, _: u16) -> io::Result<Vec<SocketAddr>> {
        let mut state = self.0.lock().unwrap();
        state.asked.push(host.into());
        let answers = state.answers.get_mut(host).ok_or(io::ErrorKind::NotFound)?;
        Ok(if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() })
    }
}
