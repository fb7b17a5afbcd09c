from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

# stravalib reads these when a client is made. The simulator knows this application.
os.environ["STRAVA_CLIENT_ID"] = "40417"
os.environ["STRAVA_CLIENT_SECRET"] = "simulated-client-secret"

import pytest  # noqa: E402
from simulation import CLIENT_ID, CLIENT_SECRET, Simulator  # noqa: E402
from stravalib import Client  # noqa: E402

SCOPES = ["read", "activity:read_all", "profile:read_all"]


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.control("strava/limits", {"overall": [100_000, 100_000], "read": [100_000, 100_000]})
        yield simulator


@pytest.fixture
def rider(simulator: Simulator) -> dict[str, Any]:
    """A rider of the test's own, who has everything that is peculiar: a manual activity, a private one, one indoors."""
    return simulator.control("users", {"count": 1, "activities": 12, "seconds": [120, 180]})[0]


@pytest.fixture
def client(simulator: Simulator, rider: dict[str, Any]) -> Client:
    """A stravalib client that this rider has let in."""
    client = Client(requests_session=simulator.session(), rate_limit_requests=False)
    url = client.authorization_url(client_id=CLIENT_ID, redirect_uri="http://localhost/callback", scope=SCOPES, state="s")
    callback = simulator.consent(url, rider, SCOPES)
    tokens = client.exchange_code_for_token(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, code=callback["code"])
    client.refresh_token = tokens["refresh_token"]
    client.token_expires = tokens["expires_at"]
    return client
