//! Where stdout and stderr go: to tracing, a line at a time, up to a cap a call. What is more is counted and dropped,
//! so that a flood costs the guest its CPU and the host nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

use crate::fault::line;
use crate::limits::{GUEST_LINE, LAST_WORDS};

/// Bytes that a stream takes in one go; WASI's blocking write has 4 KiB at most.
const WRITE: usize = 64 << 10;

/// Both streams of one call.
#[derive(Debug)]
pub(crate) struct Output(Arc<Mutex<Sink>>);

#[derive(Debug)]
struct Sink {
    left: usize,
    dropped: u64,
    /// The line under way of each stream.
    lines: [Vec<u8>; 2],
    /// The end of stderr.
    last: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Stdout,
    Stderr,
}

impl Output {
    pub(crate) fn new(cap: usize) -> Self {
        Self(Arc::new(Mutex::new(Sink { left: cap, dropped: 0, lines: Default::default(), last: Vec::new() })))
    }

    pub(super) fn stdout(&self) -> Stream {
        Stream { name: Name::Stdout, sink: self.0.clone() }
    }

    pub(super) fn stderr(&self) -> Stream {
        Stream { name: Name::Stderr, sink: self.0.clone() }
    }

    /// The end of what the guest wrote to stderr, on one line.
    pub(crate) fn last_words(&self) -> String {
        line(&String::from_utf8_lossy(&lock(&self.0).last))
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        let mut sink = lock(&self.0);
        sink.flush(Name::Stdout);
        sink.flush(Name::Stderr);
        if sink.dropped > 0 {
            tracing::warn!(target: "guest", bytes = sink.dropped, "output beyond the cap of a call was dropped (setting `limits.output-bytes`)");
        }
    }
}

fn lock(sink: &Mutex<Sink>) -> MutexGuard<'_, Sink> {
    sink.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sink {
    fn write(&mut self, name: Name, bytes: &[u8]) {
        let taken = bytes.get(..self.left).unwrap_or(bytes);
        self.left -= taken.len();
        self.dropped += (bytes.len() - taken.len()) as u64;
        if name == Name::Stderr {
            self.last.extend_from_slice(taken);
            let excess = self.last.len().saturating_sub(LAST_WORDS);
            self.last.drain(..excess);
        }
        for part in taken.split_inclusive(|byte| *byte == b'\n') {
            let line = self.line(name);
            let room = GUEST_LINE.saturating_sub(line.len());
            line.extend_from_slice(part.get(..room).unwrap_or(part));
            if part.ends_with(b"\n") {
                self.flush(name);
            }
        }
    }

    fn line(&mut self, name: Name) -> &mut Vec<u8> {
        let [stdout, stderr] = &mut self.lines;
        if name == Name::Stdout { stdout } else { stderr }
    }

    fn flush(&mut self, name: Name) {
        let bytes = std::mem::take(self.line(name));
        if !bytes.is_empty() {
            let stream = if name == Name::Stdout { "stdout" } else { "stderr" };
            tracing::debug!(target: "guest", stream, "{}", line(&String::from_utf8_lossy(&bytes)));
        }
    }
}

/// One of the two streams.
#[derive(Clone)]
pub(super) struct Stream {
    name: Name,
    sink: Arc<Mutex<Sink>>,
}

impl IsTerminal for Stream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stream {
    // Only WASI 0.3 asks for this one, which is not linked.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Stream {
    async fn ready(&mut self) {}
}

impl OutputStream for Stream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        lock(&self.sink).write(self.name, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(output: &Output) -> (usize, u64) {
        let sink = lock(&output.0);
        (sink.left, sink.dropped)
    }

    #[test]
    fn what_is_beyond_the_cap_is_counted_and_dropped() {
        let output = Output::new(10);
        output.stdout().write(Bytes::from_static(b"seven b")).unwrap();
        output.stderr().write(Bytes::from_static(b"five!")).unwrap();
        output.stdout().write(Bytes::from_static(b"more")).unwrap();
        assert_eq!(state(&output), (0, 6));
        assert_eq!(output.last_words(), "fiv");
    }

    #[test]
    fn a_line_without_an_end_takes_no_more_memory_than_a_long_line() {
        let output = Output::new(1 << 20);
        for _ in 0..100 {
            output.stderr().write(Bytes::from(vec![b'x'; 10_000])).unwrap();
        }
        let sink = lock(&output.0);
        assert!(sink.lines[1].len() <= GUEST_LINE && sink.last.len() <= LAST_WORDS);
    }
}
