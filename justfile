# Recipes for work on Gearshift. Run them by ./dev RECIPE, which first fetches what they need; ./dev alone lists them.

set shell := ["bash", "-euo", "pipefail", "-c"]
set positional-arguments

_list:
    @just --justfile {{ quote(justfile()) }} --list --unsorted

# The main job: two simulated providers, users, and adapters swapped under load; --kill SEED, --sabotage lose|double|late
[group("run")]
demo *args: adapters build
    @clients="$(tools/fetch clients)" && cd tests/demo && "$clients/bin/python" -B -m demo "$@"

# The demo, broken in each of its three ways: its check has to find what was broken
[group("test")]
sabotage: adapters build
    @clients="$(tools/fetch clients)" && cd tests/demo && "$clients/bin/python" -B -m demo.sabotaged

# The simulator of the providers, where docs/example.toml looks for it
[group("run")]
simulator *args:
    cargo run --locked --quiet -p gearshift-simulator -- --port 9100 "$@"

# The daemon, for example with --config docs/example.toml
[group("run")]
serve *args:
    cargo run --locked --quiet -p gearshift-daemon -- serve "$@"

# Everything that must hold
[group("test")]
test:
    @GEARSHIFT_TARGETS=--all-targets tools/steps fmt-check shell deny adapters clippy unit doc plugins-test clients oauth pages terra demo "demo --people 12 --kill 7" sabotage

# The host's tests, end to end too; arguments go to nextest
[group("test")]
unit *args: adapters
    cargo nextest run --locked --workspace "$@"

# The adapters' own tests, natively; arguments go to nextest
[group("test")]
plugins-test *args:
    cargo nextest run --manifest-path plugins/Cargo.toml --workspace "$@"

# The examples in the documentation, and its links
[group("test")]
doc:
    cargo test --locked --workspace --doc
    RUSTDOCFLAGS=-Dwarnings cargo doc --locked --workspace --no-deps --document-private-items

# The providers' real clients against the simulator; arguments go to pytest
[group("test")]
clients *args: build
    "$(tools/fetch clients)/bin/python" -m pytest -q -p no:cacheprovider tests/clients "$@"

# The daemon's OAuth 2 against servers from npm and one that means harm; arguments go to pytest
[group("test")]
oauth *args: adapters build
    servers="$(tools/fetch oauth)" && OAUTH_SERVERS="$servers" "$(tools/fetch clients)/bin/python" -m pytest -q -p no:cacheprovider tests/oauth "$@"

# Terra's own SDK from PyPI against the daemon and the simulator; arguments go to pytest
[group("test")]
terra *args: adapters build
    "$(tools/fetch clients)/bin/python" -m pytest -q -p no:cacheprovider tests/terra "$@"

# The sign-in pages in Chromium, judged by axe; pictures of them land in target/pages. Arguments go to node
[group("test")]
pages *args: adapters build
    modules="$(tools/fetch pages)" && browser="$(tools/fetch browser)" && PAGES_MODULES="$modules" CHROMIUM="$browser" node --test --test-reporter=spec "$@" tests/pages/pages.test.mjs

# What the sandbox and a swap cost beside native code, as docs/performance.md tells; --quick to see that it works
[group("test")]
bench *args: adapters
    @cargo run --locked --release -p gearshift-bench -- "$@"

# Format everything
[group("check")]
fmt:
    cargo fmt --all
    cargo fmt --all --manifest-path plugins/Cargo.toml

# Formatting, shell scripts, dependencies and clippy
[group("check")]
lint: fmt-check shell deny clippy

[private]
fmt-check:
    cargo fmt --all --check
    cargo fmt --all --manifest-path plugins/Cargo.toml --check

# Warnings are errors; adapters are linted natively, since their export macro expands for wasm32 only
[group("check")]
clippy:
    cargo clippy --locked --workspace --all-targets -- -D warnings
    cargo clippy --manifest-path plugins/Cargo.toml --workspace --all-targets -- -D warnings

# Bans, licenses and sources of all dependencies
[group("check")]
deny:
    cargo deny --locked --workspace check bans licenses sources
    cargo deny --config deny.toml --manifest-path plugins/Cargo.toml --locked --workspace check --allow license-not-encountered bans licenses sources

[private]
shell:
    shellcheck --external-sources dev .ci/run tools/lib.sh tools/adapter tools/adapters tools/fetch tools/steps tools/toolchain

# The tests build everything with the features that tests need: beside them, a build without would build it all again.
targets := env("GEARSHIFT_TARGETS", "")

# Build the host and the simulator
[group("build")]
build:
    cargo build --locked --workspace {{ targets }}

# Find or make the toolchain for adapters: chosen, or `debian`, or `rustup`
[group("build")]
toolchain *which:
    @tools/toolchain "$@"

# Build every adapter and the guests of tests into plugins/target
[group("build")]
adapters:
    @tools/adapters

# Write the registry's constants for host and SDK from wit/registry
[group("build")]
registry:
    cargo run --locked --quiet -p gearshift-model --example registry

# Freeze the contract as it is: from then on only additions pass
[group("build")]
release-contract:
    cargo run --locked --quiet -p gearshift-contract -- release

# Make plugins/NAME, an adapter that builds, passes its fixture test and loads; --provider ID
[group("author")]
new name *args:
    @cargo run --locked --quiet -p gearshift-daemon -- new "$@"

# Build the adapter in DIR and print the component's path
[group("author")]
adapter dir:
    @cd {{ quote(invocation_directory()) }} && {{ quote(justfile_directory()) }}/tools/adapter "$1"

# What a component imports, exports and is granted, and why it would be refused
[group("author")]
check file *args:
    @cd {{ quote(invocation_directory()) }} && cargo run --locked --quiet --manifest-path {{ quote(justfile_directory() / "Cargo.toml") }} -p gearshift-daemon -- check "$@"

# Run the fixtures of the adapter in DIR through the sandbox; --accept writes the expectations
[group("author")]
fixtures dir *args:
    @tools/toolchain keep
    @cd {{ quote(invocation_directory()) }} && cargo run --locked --quiet --manifest-path {{ quote(justfile_directory() / "Cargo.toml") }} -p gearshift-daemon -- test "$@"
