"""The daemon beside the simulator, a receiver of its events, and somebody with a browser."""

from __future__ import annotations

import html
import json
import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests
from simulation import Simulator
from standardwebhooks.webhooks import Webhook
from terra import Terra
from terra.utils.verify_signature import verify_terra_webhook_signature

ROOT = Path(__file__).resolve().parents[2]
DAEMON = ROOT / "target" / "debug" / "gearshift"
COMPONENTS = ROOT / "plugins" / "target" / "wasm32-wasip2" / "release"
SECRET = "whsec_dGVycmEncyB3b3JkcyBvdmVyIG91ciBvd24gd2lyZSE="
ADMIN, KEY = "admin-token-of-the-test", "api-key-of-the-test"
DONE, FAILED = "https://platform.example.test/done", "https://platform.example.test/failed"


class Receiver:
    """The platform's webhook: checks each signature as Standard Webhooks has it and as Terra's SDK does. `taken` is what came."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.forged = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                try:
                    headers = {name.lower(): value for name, value in self.headers.items()}
                    Webhook(SECRET).verify(body, headers)
                    verify_terra_webhook_signature(body.decode(), headers["terra-signature"], SECRET)
                    assert headers["x-terra-signature"] == headers["terra-signature"]
                    assert headers["x-terra-trace-id"] == headers["webhook-id"]
                    assert abs(int(headers["x-terra-ordering-timestamp"]) / 1000 - time.time()) < 300
                    receiver.taken.append(json.loads(body))
                except Exception:
                    receiver.forged += 1
                self.send_response(204)
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, reference: str, kind: str) -> list[dict[str, Any]]:
        def whose(event: dict[str, Any]) -> Any:
            return event["reference_id"] if "reference_id" in event else event["user"]["reference_id"]

        return [event for event in list(self.taken) if event["type"] == kind and whose(event) == reference]

    def one(self, reference: str, kind: str) -> dict[str, Any]:
        """The one event of this kind about the user with this reference, when it has come."""
        until(f"{kind} of {reference}", lambda: self.of(reference, kind))
        [event] = self.of(reference, kind)
        return event


class Stage:
    """A daemon whose one destination is told in Terra's words."""

    def __init__(self, folder: Path, simulator: Simulator, receiver: Receiver) -> None:
        self.simulator, self.receiver = simulator, receiver
        self.base = f"http://127.0.0.1:{free_port()}"
        ready = simulator.ready
        tables = "".join(f'[clients.{name}]\nid = "{one["id"]}"\nsecret = "{one["secret"]}"\n' for name, one in ready["clients"].items())
        rewrites = "".join(f'"{origin}" = "{to}"\n' for origin, to in ready["rewrites"].items())
        config = folder / "config.toml"
        config.write_text(
            f'data = "{folder}/data"\npublic = "{urlsplit(self.base).netloc}"\nadmin = "127.0.0.1:0"\n'
            f'admin-token = "{ADMIN}"\napi-key = "{KEY}"\n[project]\nredirects = ["{DONE}", "{FAILED}"]\n'
            f'[destination]\nurl = "{receiver.url}"\nsecret = "{SECRET}"\nprivate = true\nformat = "terra"\n'
            f"[rewrites]\n{rewrites}{tables}"
        )
        self.log = open(folder / "log", "w")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GEARSHIFT_")}
        command = [str(DAEMON), "serve", "--config", str(config)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, env=environment)
        assert self.process.stdout is not None
        self.ready = json.loads(self.process.stdout.readline())
        for name in ("strava", "garmin", "trainerroad", "whoop", "health-connect"):
            self.install(name)

    def admin(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.ready['admin']}/admin{path}"
        return requests.request(method, url, headers={"authorization": f"Bearer {ADMIN}"}, timeout=60, **more)

    def install(self, name: str) -> None:
        component = (COMPONENTS / f"{name.replace('-', '_')}.wasm").read_bytes()
        asked = self.admin("PUT", f"/adapters/{name}", data=component)
        assert asked.status_code == 202, asked.text
        given = self.admin("PUT", f"/adapters/{name}?grant={asked.json()['grant']}", data=component)
        assert given.json()["state"] == "active", given.text

    def project(self, name: str) -> tuple[str, str]:
        """A project with keys of its own at Strava, and its API key."""
        client = self.simulator.ready["clients"]["STRAVA"]
        assert self.admin("PUT", f"/projects/{name}", json={"name": name, "redirects": [DONE, FAILED]}).ok
        keys = {"client-id": client["id"], "client-secret": client["secret"]}
        assert self.admin("PUT", f"/projects/{name}/providers/STRAVA", json=keys).ok
        return name, self.admin("POST", f"/projects/{name}/keys", json={"name": "server"}).json()["key"]

    def hooked(self, provider: str) -> None:
        """The provider tells what happens to the users of the operator's own project."""
        client = self.simulator.ready["clients"][provider]
        keys = {"client-id": client["id"], "client-secret": client["secret"]}
        assert self.admin("PUT", f"/projects/default/providers/{provider}", json=keys).ok
        [known] = [one for one in self.admin("GET", "/projects/default/providers").json() if one["provider"] == provider]
        self.simulator.control("hooks", {"provider": provider.lower(), "url": known["hook_url" if "hook_url" in known else "hook-url"]})

    def terra(self, project: str = "default", key: str = KEY) -> Terra:
        """Terra's client, of which only the base URL is another."""
        return Terra(base_url=f"{self.base}/v2", dev_id=project, api_key=key)

    def v2(self, method: str, path: str, project: str | None = "default", key: str | None = KEY, **more: Any) -> requests.Response:
        headers = {name: value for name, value in (("dev-id", project), ("x-api-key", key)) if value is not None}
        return requests.request(method, f"{self.base}/v2{path}", headers=headers, timeout=60, **more)

    def sync(self, user_id: str) -> None:
        connection = "conn_" + user_id.replace("-", "")
        answer = requests.post(
            f"{self.base}/v1/connections/{connection}/sync", headers={"authorization": f"Bearer {KEY}"}, timeout=60
        )
        assert answer.status_code == 202, answer.text

    def account(self) -> dict[str, Any]:
        """Somebody new, who has accounts at all providers."""
        return self.simulator.control("users", {"count": 1, "activities": 1, "seconds": [60, 90]})[0]

    def rider(self) -> str:
        return self.account()["username"]

    def agrees(self, browser: requests.Session, url: str, **picked: str) -> str:
        """Agrees on a page of the daemon's, and says where that leads."""
        page = browser.get(url, params=picked, timeout=30)
        led = browser.post(url, data={"proof": proof_on(page), **picked}, allow_redirects=False, timeout=30)
        assert led.is_redirect, led.text
        return urljoin(self.base, led.headers["location"])

    def lands(self, auth_url: str, user: str, picked: str | None = None, **answer: Any) -> tuple[str, dict[str, str]]:
        """Where the rider's browser ends, and what it is told there."""
        browser = requests.Session()
        led = self.agrees(browser, auth_url, **({"provider": picked} if picked else {}))
        back = self.simulator.control("authorize", {"url": led, "user": user, **answer})
        return self.ends(browser, browser.get(back["location"], allow_redirects=False, timeout=60))

    def ends(self, browser: requests.Session, landed: requests.Response) -> tuple[str, dict[str, str]]:
        """Where a browser is sent; a page of the daemon's that leads on to the platform is gone through by its link."""
        assert landed.is_redirect, landed.text
        where = landed.headers["location"]
        if where.startswith("/"):
            links = rf'href="((?:{re.escape(DONE)}|{re.escape(FAILED)})[^"]*)"'
            onward = re.search(links, browser.get(urljoin(self.base, where), timeout=30).text)
            where = html.unescape(onward[1]) if onward else where
        parts = urlsplit(where)
        return parts._replace(query="").geturl(), dict(parse_qsl(parts.query))

    def connected(self, reference: str, resource: str = "STRAVA", rider: str | None = None, terra: Terra | None = None) -> str:
        """A user of Terra's who has signed in."""
        begun = (terra or self.terra()).authentication.authenticateuser(
            resource=resource, reference_id=reference, auth_success_redirect_url=DONE, auth_failure_redirect_url=FAILED
        )
        assert begun.status == "success" and begun.auth_url
        where, told = self.lands(begun.auth_url, rider or self.rider())
        assert where == DONE, told
        return told["user_id"]

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=40)
        self.log.close()
        self.receiver.server.shutdown()


def proof_on(page: requests.Response) -> str:
    found = re.search(r'name="proof" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def until(what: str, true: Callable[[], Any], seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")
