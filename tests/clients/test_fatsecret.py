"""requests-oauthlib, which signs for many a platform, against FatSecret as it is played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from oauthlib.oauth1 import SIGNATURE_TYPE_QUERY
from requests_oauthlib import OAuth1Session
from requests_oauthlib.oauth1_session import TokenRequestDenied
from simulation import Nowhere, Simulator, ToSimulator

SIGN_IN = "https://authentication.fatsecret.com"
API = "https://platform.fatsecret.com"
CALLBACK = "http://localhost:3000/done?user=1"


def through(session: requests.Session, simulator: Simulator) -> requests.Session:
    """Only the addresses are others: what is signed is FatSecret's own."""
    session.mount("https://", Nowhere())
    session.mount("http://", Nowhere())
    for origin in (SIGN_IN, API):
        session.mount(f"{origin}/", ToSimulator(simulator.ready["rewrites"][origin], origin))
    return session


def unsigned(simulator: Simulator, **more: Any) -> OAuth1Session:
    client = simulator.ready["clients"]["FATSECRET"]
    arguments = {"client_secret": client["secret"], "callback_uri": CALLBACK, "signature_type": SIGNATURE_TYPE_QUERY}
    session = OAuth1Session(client["id"], **(arguments | more))
    through(session, simulator)
    return session


def answer(simulator: Simulator, url: str, form: dict[str, str]) -> str:
    """Fills FatSecret's page in as a rider does; where the browser goes back to."""
    with through(requests.Session(), simulator) as browser:
        assert "Password" in browser.get(url, timeout=30).text
        back = browser.post(url, data=form, allow_redirects=False, timeout=30)
    assert back.status_code == 302, back.text
    return back.headers["location"]


@pytest.fixture
def session(simulator: Simulator, rider: dict[str, Any]) -> Iterator[OAuth1Session]:
    with unsigned(simulator) as session:
        session.fetch_request_token(f"{SIGN_IN}/oauth/request_token")
        form = {"email": rider["email"], "password": rider["password"], "answer": "authorize"}
        session.parse_authorization_response(answer(simulator, session.authorization_url(f"{SIGN_IN}/oauth/authorize"), form))
        session.fetch_access_token(f"{SIGN_IN}/oauth/access_token")
        yield session


def ask(session: OAuth1Session, path: str, **query: str) -> Any:
    found = session.get(f"{API}/rest/{path}", params=query | {"format": "json"}, timeout=30)
    assert found.status_code == 200, found.text
    return found.json()


def test_a_diary_is_read_by_a_signature_that_the_library_makes(session: OAuth1Session) -> None:
    month = ask(session, "food-entries/month/v2")["month"]
    day = month["day"][-1]
    entries = ask(session, "food-entries/v2", date=day["date_int"])["food_entries"]["food_entry"]
    assert sum(float(entry["calories"]) for entry in entries) == float(day["calories"])
    odd = ask(session, "server.api", method="weights.get_month.v2", note="50 % & more/é~*'()")
    assert odd["month"]["from_date_int"] == month["from_date_int"]


def test_a_token_of_somebody_else_is_none(session: OAuth1Session, simulator: Simulator) -> None:
    with unsigned(simulator, resource_owner_key="0" * 32, resource_owner_secret="1" * 32) as strange:
        assert ask(strange, "food-entries/v2")["error"]["code"] == 9
    assert "food_entries" in ask(session, "food-entries/v2")


def test_another_secret_and_another_method_are_told(simulator: Simulator) -> None:
    for more, code in (({"client_secret": "another"}, 8), ({"signature_method": "PLAINTEXT"}, 4)):
        with unsigned(simulator, **more) as wrong, pytest.raises(TokenRequestDenied) as denied:
            wrong.fetch_request_token(f"{SIGN_IN}/oauth/request_token")
        assert denied.value.response.json()["error"]["code"] == code


def test_who_says_no_comes_back_without_a_verifier(simulator: Simulator) -> None:
    with unsigned(simulator) as session:
        session.fetch_request_token(f"{SIGN_IN}/oauth/request_token")
        back = answer(simulator, session.authorization_url(f"{SIGN_IN}/oauth/authorize"), {"answer": "cancel"})
    assert back.startswith(CALLBACK)
    assert "oauth_token=" in back
    assert "oauth_verifier" not in back
