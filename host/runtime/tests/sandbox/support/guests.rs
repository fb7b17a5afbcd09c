//! Components as text.

pub(crate) fn parse(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A component whose module has `body` and exports `run: func() -> u32`. It shares a memory with the host and may
/// import `log`, `wait`, `work`, `refused` and `panic` from `host`.
pub(crate) fn guest(body: &str) -> Vec<u8> {
    parse(&format!(
        r#"(component
            (import "log" (func $log (param "text" string)))
            (import "wait" (func $wait (param "ms" u32)))
            (import "work" (func $work (param "ms" u32)))
            (import "refused" (func $refused))
            (import "panic" (func $panic))
            (core module $libc (memory (export "memory") 17))
            (core instance $libc (instantiate $libc))
            (alias core export $libc "memory" (core memory $memory))
            (core func $log (canon lower (func $log) (memory $memory)))
            (core func $wait (canon lower (func $wait)))
            (core func $work (canon lower (func $work)))
            (core func $refused (canon lower (func $refused)))
            (core func $panic (canon lower (func $panic)))
            (core instance $host
                (export "memory" (memory $memory))
                (export "log" (func $log))
                (export "wait" (func $wait))
                (export "work" (func $work))
                (export "refused" (func $refused))
                (export "panic" (func $panic)))
            (core module $module {body})
            (core instance $instance (instantiate $module (with "host" (instance $host))))
            (func (export "run") (result u32) (canon lift (core func $instance "run"))))"#
    ))
}

/// The WASI imports of a guest that writes to stdout and stderr, reads clocks and draws random numbers; `body` exports
/// `run: func() -> u32` and may import `stdout`, `stderr`, `write`, `now`, `wall`, `sleep`, `block`, `random` and
/// `seed` from `wasi`, and the memory.
pub(crate) fn wasi_guest(body: &str) -> Vec<u8> {
    parse(&format!(
        r#"(component
            (import "wasi:io/error@0.2.0" (instance $error (export "error" (type (sub resource)))))
            (alias export $error "error" (type $error))
            (import "wasi:io/poll@0.2.0" (instance $poll
                (export "pollable" (type $pollable (sub resource)))
                (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
            (alias export $poll "pollable" (type $pollable))
            (import "wasi:io/streams@0.2.0" (instance $streams
                (export "output-stream" (type $stream (sub resource)))
                (alias outer 1 $error (type $outer))
                (export "error" (type $error (eq $outer)))
                (type $failed (variant (case "last-operation-failed" (own $error)) (case "closed")))
                (export "stream-error" (type $stream-error (eq $failed)))
                (export "[method]output-stream.blocking-write-and-flush" (func
                    (param "self" (borrow $stream)) (param "contents" (list u8)) (result (result (error $stream-error)))))))
            (alias export $streams "output-stream" (type $stream))
            (import "wasi:cli/stdout@0.2.0" (instance $stdout
                (alias outer 1 $stream (type $outer)) (export "output-stream" (type $stream (eq $outer)))
                (export "get-stdout" (func (result (own $stream))))))
            (import "wasi:cli/stderr@0.2.0" (instance $stderr
                (alias outer 1 $stream (type $outer)) (export "output-stream" (type $stream (eq $outer)))
                (export "get-stderr" (func (result (own $stream))))))
            (import "wasi:clocks/monotonic-clock@0.2.0" (instance $monotonic
                (alias outer 1 $pollable (type $outer)) (export "pollable" (type $pollable (eq $outer)))
                (export "now" (func (result u64)))
                (export "subscribe-duration" (func (param "when" u64) (result (own $pollable))))))
            (import "wasi:clocks/wall-clock@0.2.0" (instance $wall
                (type $record (record (field "seconds" u64) (field "nanoseconds" u32)))
                (export "datetime" (type $datetime (eq $record)))
                (export "now" (func (result $datetime)))))
            (import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))))
            (import "wasi:random/insecure-seed@0.2.0" (instance $seed
                (export "insecure-seed" (func (result (tuple u64 u64))))))

            (core module $libc (memory (export "memory") 2))
            (core instance $libc (instantiate $libc))
            (alias core export $libc "memory" (core memory $memory))
            (core func $stdout (canon lower (func $stdout "get-stdout")))
            (core func $stderr (canon lower (func $stderr "get-stderr")))
            (core func $write (canon lower (func $streams "[method]output-stream.blocking-write-and-flush") (memory $memory)))
            (core func $now (canon lower (func $monotonic "now")))
            (core func $sleep (canon lower (func $monotonic "subscribe-duration")))
            (core func $block (canon lower (func $poll "[method]pollable.block")))
            (core func $wall (canon lower (func $wall "now") (memory $memory)))
            (core func $random (canon lower (func $random "get-random-u64")))
            (core func $seed (canon lower (func $seed "insecure-seed") (memory $memory)))
            (core instance $wasi
                (export "memory" (memory $memory))
                (export "stdout" (func $stdout))
                (export "stderr" (func $stderr))
                (export "write" (func $write))
                (export "now" (func $now))
                (export "sleep" (func $sleep))
                (export "block" (func $block))
                (export "wall" (func $wall))
                (export "random" (func $random))
                (export "seed" (func $seed)))
            (core module $module {body})
            (core instance $instance (instantiate $module (with "wasi" (instance $wasi))))
            (func (export "run") (result u32) (canon lift (core func $instance "run")))
            (func (export "bytes") (result (list u8)) (canon lift (core func $instance "bytes") (memory $memory))))"#
    ))
}
