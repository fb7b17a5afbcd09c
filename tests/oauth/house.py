"""The daemon, for a test."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
DAEMON = ROOT / "target" / "debug" / "gearshift"
COMPONENT = ROOT / "plugins" / "target" / "wasm32-wasip2" / "release" / "gearshift_guest_harbour.wasm"
HONEST, EVIL = "https://honest.example.test", "https://evil.example.test"
SECRETS = {"HONEST": "secret-of-the-harbour-client", "EVIL": "secret-of-the-client-at-evil"}
ADMIN, KEY = "admin-token-of-the-test", "api-key-of-the-test"
PLATFORM = "https://platform.example.test/done"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class House:
    """A daemon with the harbour adapter. HONEST and EVIL are at these addresses; it shows these secrets there."""

    def __init__(self, folder: Path, port: int, honest: str, evil: str, secrets: dict[str, str] = SECRETS) -> None:
        self.folder, self.base = folder, f"http://127.0.0.1:{port}"
        clients = "".join(f'[clients.{name}]\nid = "harbour"\nsecret = "{secret}"\n' for name, secret in secrets.items())
        (folder / "config.toml").write_text(
            f'data = "{folder}/data"\npublic = "127.0.0.1:{port}"\nadmin = "127.0.0.1:0"\n'
            f'admin-token = "{ADMIN}"\napi-key = "{KEY}"\n[project]\nredirects = ["{PLATFORM}"]\n'
            f'[rewrites]\n"{HONEST}" = "{honest}"\n"{EVIL}" = "{evil}"\n{clients}'
        )
        self.log = open(folder / "log", "w")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GEARSHIFT_")}
        self.process = subprocess.Popen(
            [str(DAEMON), "serve", "--config", str(folder / "config.toml")],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env={**environment, "GEARSHIFT_LOG": "debug"},
        )
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        self.install()

    def admin(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.ready['admin']}/admin{path}"
        return requests.request(method, url, headers={"authorization": f"Bearer {ADMIN}"}, timeout=60, **more)

    def v1(self, method: str, path: str, key: str = KEY, **more: Any) -> requests.Response:
        url = f"{self.base}/v1{path}"
        return requests.request(method, url, headers={"authorization": f"Bearer {key}"}, timeout=60, **more)

    def install(self) -> None:
        component = COMPONENT.read_bytes()
        asked = self.admin("PUT", "/adapters/harbour", data=component)
        assert asked.status_code == 202, asked.text
        given = self.admin("PUT", f"/adapters/harbour?grant={asked.json()['grant']}", data=component)
        assert given.json()["state"] == "active", given.text

    def begin(self, provider: str, **more: str) -> str:
        begun = self.v1("POST", "/connections", json={"provider": provider, "reference": "user", **more})
        assert begun.status_code == 201, begun.text
        return begun.json()["url"]

    def connections(self) -> list[dict[str, Any]]:
        """Those that came about."""
        return [one for one in self.all_connections() if one["status"] != "connecting"]

    def all_connections(self) -> list[dict[str, Any]]:
        return self.v1("GET", "/connections").json()["items"]

    def sync(self, connection: str) -> None:
        assert self.v1("POST", f"/connections/{connection}/sync").status_code == 202

    def at_rest(self) -> bool:
        jobs = self.admin("GET", "/jobs").json()["items"]
        return not any(job["state"] == "running" or (job["state"] == "ready" and not job["attempts"]) for job in jobs)

    def check_keys(self, provider: str) -> dict[str, str]:
        return self.admin("POST", f"/projects/default/providers/{provider}/check").json()

    def everything(self) -> bytes:
        """All that somebody finds who has the disk, but for the keys that have to be somewhere and what the test itself wrote."""
        assert self.process.poll() is None, "it goes on serving"
        self.log.flush()
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "config.toml"]
        return b"".join(path.read_bytes() for path in files)

    def answers(self) -> str:
        """All that it tells a platform and an operator."""
        v1 = [self.v1("GET", f"/{what}") for what in ("connections", "events", "quarantine")]
        admin = [self.admin("GET", f"/{what}") for what in ("jobs", "status", "projects", "providers", "adapters")]
        assert all(answer.status_code == 200 for answer in v1 + admin), v1 + admin
        return "".join(answer.text for answer in v1 + admin)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=40)
        self.log.close()


def until(what: str, true: Any, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")
