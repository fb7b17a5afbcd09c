"""The daemon, servers from npm and a server that means harm, for a test; and a browser."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

ROOT = Path(__file__).resolve().parents[2]
DAEMON = ROOT / "target" / "debug" / "gearshift"
COMPONENT = ROOT / "plugins" / "target" / "wasm32-wasip2" / "release" / "gearshift_guest_harbour.wasm"
HONEST, EVIL = "https://honest.example.test", "https://evil.example.test"
SECRETS = {"HONEST": "secret-of-the-harbour-client", "EVIL": "secret-of-the-client-at-evil"}
ADMIN, KEY = "admin-token-of-the-test", "api-key-of-the-test"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Servers:
    """The servers from npm."""

    def __init__(self, redirect: str) -> None:
        command = ["node", str(ROOT / "tests/oauth/servers.mjs"), os.environ["OAUTH_SERVERS"], redirect]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self.process.stdout is not None
        self.at: dict[str, str] = json.loads(self.process.stdout.readline())

    def seen(self) -> dict[str, Any]:
        return requests.get(self.at["control"], timeout=10).json()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Evil:
    """An authorization server that wants another's code. It writes down whatever reaches its token endpoint."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.authorize = lambda query: "about:blank"
        self.token: tuple[int, dict[str, str], bytes] = (400, {}, b'{"error":"invalid_grant"}')
        evil = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                if self.path.startswith("/authorize"):
                    query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                    self.answer(302, {"location": evil.authorize(query)}, b"")
                elif self.path.startswith("/userinfo"):
                    self.answer(200, {"content-type": "application/json"}, b'{"sub":"somebody"}')
                else:
                    self.answer(404, {}, b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
                if self.path.startswith("/elsewhere"):
                    evil.asked.append("FOLLOWED " + body)
                evil.asked.append(body)
                self.answer(*evil.token)

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()


class House:
    """A daemon with the harbour adapter; HONEST is `honest`, one of the servers' addresses."""

    def __init__(self, folder: Path, port: int, honest: str, evil: str) -> None:
        self.folder, self.base = folder, f"http://127.0.0.1:{port}"
        clients = "".join(f'[clients.{name}]\nid = "harbour"\nsecret = "{secret}"\n' for name, secret in SECRETS.items())
        (folder / "config.toml").write_text(
            f'data = "{folder}/data"\npublic = "127.0.0.1:{port}"\nadmin = "127.0.0.1:0"\n'
            f'admin-token = "{ADMIN}"\napi-key = "{KEY}"\n'
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

    def v1(self, method: str, path: str, **more: Any) -> requests.Response:
        url = f"{self.base}/v1{path}"
        return requests.request(method, url, headers={"authorization": f"Bearer {KEY}"}, timeout=60, **more)

    def install(self) -> None:
        component = COMPONENT.read_bytes()
        asked = self.admin("PUT", "/adapters/harbour", data=component)
        assert asked.status_code == 202, asked.text
        given = self.admin("PUT", f"/adapters/harbour?grant={asked.json()['grant']}", data=component)
        assert given.json()["state"] == "active", given.text

    def begin(self, provider: str) -> str:
        begun = self.v1("POST", "/connections", json={"provider": provider, "reference": "user"})
        assert begun.status_code == 201, begun.text
        return begun.json()["url"]

    def connections(self) -> list[dict[str, Any]]:
        return [one for one in self.v1("GET", "/connections").json()["items"] if one["status"] != "connecting"]

    def sync(self, connection: str) -> None:
        assert self.v1("POST", f"/connections/{connection}/sync").status_code == 202

    def everything(self) -> bytes:
        """All that somebody finds who has the disk, but for the keys that have to be somewhere and what the test itself wrote."""
        self.log.flush()
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.name != "config.toml"]
        return b"".join(path.read_bytes() for path in files)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=40)
        self.log.close()


class Browser(requests.Session):
    """Goes where it is sent, fills in what it is shown, and remembers every address that it was at."""

    def __init__(self) -> None:
        super().__init__()
        self.been: list[str] = []

    def go(self, method: str, url: str, stop_at: str | None = None, **more: Any) -> requests.Response:
        for _ in range(20):
            answer = self.request(method, url, allow_redirects=False, timeout=30, **more)
            self.been.append(url)
            if not answer.is_redirect:
                form = re.search(r'<form[^>]*action="([^"]*/interaction/[^"]+)"', answer.text)
                if form is None:
                    return answer
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
                assert prompt, answer.text
                method, more = "POST", {"data": {"prompt": prompt[1], "login": "rider", "password": "any"}}
                url = requests.compat.urljoin(url, form[1])
                continue
            url, method, more = requests.compat.urljoin(url, answer.headers["location"]), "GET", {}
            if stop_at and url.startswith(stop_at):
                self.last = url
                return answer
        raise AssertionError(f"sent around: {self.been}")

    def sign_in(self, link: str, stop_at: str | None = None) -> requests.Response:
        return self.go("POST", link, stop_at, data={"proof": self.look(link)})

    def look(self, link: str) -> str:
        """Opens the page of a link; what its form would bring back."""
        page = self.get(link, timeout=30)
        found = re.search(r'name="proof" value="(\w+)"', page.text)
        return found[1] if found else ""


def until(what: str, true: Any, seconds: float = 60) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := true():
            return found
        time.sleep(0.1)
    raise AssertionError(f"waited in vain for {what}")


def changed(url: str, **parameters: str) -> str:
    """The same address with other parameters."""
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | parameters
    return parts._replace(query=urlencode(query)).geturl()
