# shellcheck shell=bash
# Shared by ./dev and the scripts beside this file; sourced, not run. Whoever sources it has set -euo pipefail.

GEARSHIFT_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Everything fetched or made for this checkout lies here, outside the clone, and may be deleted at any time.
GEARSHIFT_CACHE=${GEARSHIFT_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gearshift}
export GEARSHIFT_ROOT GEARSHIFT_CACHE

# rustup's commands go before a distribution's: the set-up itself may install a second rustc in /usr/bin.
PATH=${CARGO_HOME:-$HOME/.cargo}/bin:$PATH
export PATH

say() { printf '%s\n' "gearshift: $*" >&2; }

# The second argument is the command that mends it.
fail() {
    say "error: $1"
    if [ $# -gt 1 ]; then printf '%s\n' "gearshift: to mend it, run:  $2" >&2; fi
    exit 1
}

need() { command -v "$1" >/dev/null 2>&1 || fail "$1 is missing" "$2"; }

# What a machine must have before anything can be fetched for it.
need_rust() {
    need rustup "see https://rustup.rs, then: rustup toolchain install stable"
    need cargo "rustup toolchain install stable"
    need cc "apt-get install gcc  (or your system's C compiler)"
    local wanted have
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$GEARSHIFT_ROOT/Cargo.toml")
    have=$(rustc -V 2>/dev/null | cut -d' ' -f2) || fail "rustc does not start" "rustup toolchain install stable"
    [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | sed -n 1p)" = "$wanted" ] ||
        fail "rustc is $have and this project needs $wanted" "rustup update stable"
}

need_python() {
    need python3 "apt-get install python3 python3-pip  (or your system's Python 3)"
    python3 -m pip --version >/dev/null 2>&1 || fail "python3 has no pip" "python3 -m ensurepip --upgrade"
}

# locked NAME COMMAND...: two recipes at once fetch a thing once.
locked() {
    local name=$1
    shift
    mkdir -p "$GEARSHIFT_CACHE/locks"
    if command -v flock >/dev/null 2>&1; then
        (
            flock 9
            "$@" 9>&-
        ) 9>"$GEARSHIFT_CACHE/locks/$name"
    else
        "$@"
    fi
}

# digest FILE...: names a folder of the cache by what went into it.
digest() { cat "$@" | cksum | tr -d ' ' ; }

# After `tools/toolchain keep`: cargo builds adapters with what was found. Empty is rustup's own.
use_wasm_rustc() {
    # shellcheck source=/dev/null
    source "$GEARSHIFT_CACHE/wasm-toolchain.env"
    if [ -n "$GEARSHIFT_WASM_RUSTC" ]; then export RUSTC=$GEARSHIFT_WASM_RUSTC; fi
}
