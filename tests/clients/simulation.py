"""A simulator for a test, and the one way to it: everything meant for Strava goes there, everything else nowhere."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import HTTPAdapter

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("SIMULATOR_BIN", ROOT / "target" / "debug" / "simulator"))
STRAVA = "https://www.strava.com"
CLIENT_ID = 40417
CLIENT_SECRET = "simulated-client-secret"


class Simulator:
    """The process, its controls, and its ledger."""

    def __init__(self) -> None:
        if not BINARY.exists():
            raise RuntimeError(f"there is no {BINARY}: cargo build -p gearshift-simulator, or set SIMULATOR_BIN")
        command = [str(BINARY), "--port", "0", "--seed", "7", "--until-stdin-closes"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.ready: dict[str, Any] = json.loads(self.process.stdout.readline())

    def __enter__(self) -> Simulator:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def control(self, path: str, body: Any = None) -> Any:
        url = f"{self.ready['control']}/{path}"
        answer = requests.get(url, timeout=30) if body is None else requests.post(url, json=body, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ledger(self, user: str) -> dict[str, Any]:
        return next(rider for rider in self.control("ledger")["riders"] if rider["username"] == user)

    def session(self) -> requests.Session:
        """What a client of Strava's sends with: only the address is another."""
        session = requests.Session()
        session.mount("https://", Nowhere())
        session.mount("http://", Nowhere())
        session.mount(f"{STRAVA}/", ToSimulator(self.ready["strava"]))
        return session

    def consent(self, authorize_url: str, rider: dict[str, Any], scopes: list[str]) -> dict[str, str]:
        """Fills Strava's page in as a rider does; what the callback is told."""
        session = self.session()
        page = session.get(authorize_url, timeout=30)
        assert page.status_code == 200, page.text
        form = {"email": rider["email"], "password": rider["password"], "scope": scopes, "answer": "authorize"}
        back = session.post(authorize_url, data=form, allow_redirects=False, timeout=30)
        assert back.status_code == 302, back.text
        return {name: values[0] for name, values in parse_qs(urlsplit(back.headers["location"]).query).items()}


class ToSimulator(HTTPAdapter):
    def __init__(self, base: str, origin: str = STRAVA) -> None:
        super().__init__()
        self.base = base
        self.origin = origin

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url is not None
        request.url = self.base + request.url.removeprefix(self.origin)
        return super().send(request, *args, **kwargs)


class Nowhere(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        raise AssertionError(f"a test of the simulator calls {request.url}")
