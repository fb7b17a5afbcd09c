"""Whom the daemon has to do with: servers from npm, a server that means harm, and a browser."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import requests

Form = dict[str, str]
Answer = tuple[int, dict[str, str], bytes]


class Servers:
    """The servers from npm."""

    def __init__(self, *redirects: str) -> None:
        script = Path(__file__).with_name("servers.mjs")
        command = ["node", str(script), os.environ["OAUTH_SERVERS"], *redirects]
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


@dataclass
class Reached:
    """A request that came to EVIL."""

    method: str
    path: str
    headers: dict[str, str]
    form: Form


def granting(access: str, refresh: str | None = None, expires_in: Any = 3600) -> Answer:
    """A token answer as it should be."""
    body = {"access_token": access, "token_type": "bearer", "expires_in": expires_in}
    return 200, {}, json.dumps(body | ({"refresh_token": refresh} if refresh else {})).encode()


class Evil:
    """An authorization server that wants what is not its own. It writes down whatever reaches it."""

    def __init__(self) -> None:
        self.reached: list[Reached] = []
        self.authorize: Callable[[Form], str] = lambda query: changed(
            query["redirect_uri"], code="a-code-of-evil", state=query["state"]
        )
        self.token: Callable[[Form], Answer] = lambda form: (400, {}, b'{"error":"invalid_grant"}')
        self.subject: Callable[[str], str] = lambda token: "somebody"
        evil = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in {"content-length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:
                    pass  # Whoever asked has had enough.

            def note(self, form: Form) -> str:
                path = urlsplit(self.path).path
                headers = {name.lower(): value for name, value in self.headers.items()}
                evil.reached.append(Reached(self.command, path, headers, form))
                return path

            def do_GET(self) -> None:
                query = dict(parse_qsl(urlsplit(self.path).query))
                path = self.note(query)
                if path == "/authorize":
                    self.answer(302, {"location": evil.authorize(query)}, b"")
                elif path == "/userinfo":
                    token = self.headers["authorization"].removeprefix("Bearer ")
                    body = json.dumps({"sub": evil.subject(token)}).encode()
                    self.answer(200, {"content-type": "application/json"}, body)
                else:
                    self.answer(404, {}, b"")

            def do_POST(self) -> None:
                form = dict(parse_qsl(self.rfile.read(int(self.headers.get("content-length", "0"))).decode()))
                path = self.note(form)
                self.answer(*(evil.token(form) if path == "/token" else (200, {}, b"{}")))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path: str) -> list[Reached]:
        return [one for one in list(self.reached) if one.path == path]

    def tokens(self, grant: str | None = None) -> list[Form]:
        """What came to the token endpoint."""
        return [one.form for one in self.at("/token") if grant in (None, one.form.get("grant_type"))]

    def stop(self) -> None:
        self.server.shutdown()


class Browser(requests.Session):
    """Goes where it is sent, fills in what it is shown, and remembers all that it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.been: list[str] = []
        self.told: list[requests.Response] = []
        self.last = ""

    def go(self, method: str, url: str, stop_at: str | None = None, **more: Any) -> requests.Response:
        for _ in range(20):
            answer = self.request(method, url, allow_redirects=False, timeout=30, **more)
            self.been.append(url)
            self.told.append(answer)
            if not answer.is_redirect:
                form = re.search(r'<form[^>]*action="([^"]*/interaction/[^"]+)"', answer.text)
                if form is None:
                    return answer
                prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
                assert prompt, answer.text
                method, more = "POST", {"data": {"prompt": prompt[1], "login": "rider", "password": "any"}}
                url = urljoin(url, form[1])
                continue
            url, method, more = urljoin(url, answer.headers["location"]), "GET", {}
            if stop_at and url.startswith(stop_at):
                self.last = url
                return answer
        raise AssertionError(f"sent around: {self.been}")

    def sign_in(self, link: str, stop_at: str | None = None) -> requests.Response:
        return self.go("POST", link, stop_at, data={"proof": self.look(link)})

    def look(self, link: str) -> str:
        """Opens the page of a link; what its form would bring back."""
        page = self.get(link, timeout=30)
        self.told.append(page)
        found = re.search(r'name="proof" value="(\w+)"', page.text)
        return found[1] if found else ""


def changed(url: str, **parameters: str) -> str:
    """The same address with other parameters."""
    parts = urlsplit(url)
    return parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | parameters)).geturl()
