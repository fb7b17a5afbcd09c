//! A real listener that must see no connection.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};

/// Where an attack would arrive. The kernel takes connections without our doing, so whatever came stands in the queue when it is
/// looked at.
pub(crate) struct SilentListener(TcpListener);

impl SilentListener {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address().port()
    }

    /// Did nobody knock?
    pub(crate) fn assert_silent(&self) {
        match self.0.accept() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            other => panic!("somebody connected: {other:?}"),
        }
    }

    /// Somebody did, and is forgotten: the proof that the listener would have noticed.
    pub(crate) fn assert_visited(&self) {
        self.0.accept().expect("nobody connected");
    }
}

impl Drop for SilentListener {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.assert_silent();
        }
    }
}
