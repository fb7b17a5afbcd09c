"""The daemon's OAuth 2 against servers from npm that know nothing of it."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from house import SECRETS, until
from parties import Browser


def test_a_mock_server_is_signed_in_to_with_pkce_renewed_and_told_of_the_end(town: Any) -> None:
    house = town.with_honest("mock")
    connection, browser = town.connected("HONEST")
    assert connection["status"] == "connected" and connection["account"] == "johndoe"

    [began] = [parse_qs(urlsplit(url).query) for url in browser.been if "/authorize?" in url]
    exchange = town.servers.seen()["mock"][0]
    digest = hashlib.sha256(exchange["code_verifier"].encode()).digest()
    assert began["code_challenge_method"] == ["S256"]
    assert began["code_challenge"] == [base64.urlsafe_b64encode(digest).rstrip(b"=").decode()]
    assert exchange["redirect_uri"] == town.honest_callback and exchange["client_secret"] == SECRETS["HONEST"]

    # Its access tokens live four seconds. Each renewal brings the refresh token that the one before gave.
    until("three renewals", lambda: len(town.servers.seen()["mock"]) > 3)
    assert house.v1("DELETE", f"/connections/{connection['id']}").json()["told"] is True
    seen = town.servers.seen()
    renewals = seen["mock"][1:]
    assert {asked["grant_type"] for asked in renewals} == {"refresh_token"}
    assert [asked["refresh_token"] for asked in renewals] == seen["given"][: len(renewals)]
    assert seen["revocations"] == 1


def test_a_server_says_whether_it_knows_the_keys(town: Any) -> None:
    house = town.with_honest("oidc")
    assert house.check_keys("HONEST")["keys"] == "known"
    assert town.servers.seen()["oidc"]["errors"] == ["invalid_grant"]


def test_a_server_says_that_it_does_not_know_the_keys(town: Any) -> None:
    house = town.with_honest("oidc", SECRETS | {"HONEST": "another-secret-than-the-server-has"})
    assert house.check_keys("HONEST")["keys"] == "refused"
    assert town.servers.seen()["oidc"]["errors"] == ["invalid_client"]


def test_a_server_that_asks_for_no_client_cannot_say(town: Any) -> None:
    assert town.with_honest("mock").check_keys("HONEST")["keys"] == "unclear"


def test_tokens_that_rotate_are_used_once_however_many_want_them(town: Any) -> None:
    house = town.with_honest("oidc")
    connection, _ = town.connected("HONEST")
    assert connection["account"] == "rider"
    # Access tokens live eight seconds, so each pull wants a new one first, and the adapter has four streams.
    for _ in range(4):
        used = len(town.servers.seen()["oidc"]["used"])
        house.sync(connection["id"])
        until("another refresh", lambda: len(town.servers.seen()["oidc"]["used"]) > used, 30)
        until("an end of the pulls", house.at_rest)
    seen = town.servers.seen()["oidc"]
    assert seen["reused"] == 0 and seen["errors"] == [], seen
    assert len(set(seen["used"])) == len(seen["used"]) >= 4
    assert house.connections()[0]["status"] == "connected"

    assert house.v1("DELETE", f"/connections/{connection['id']}").json()["told"] is True
    last = town.servers.seen()["oidc"]["given"][-1]
    assert town.servers.seen()["oidc"]["destroyed"] > 0
    userinfo = f"{town.servers.at['oidc']}/userinfo"
    assert requests.get(userinfo, headers={"authorization": f"Bearer {last['access']}"}, timeout=30).status_code == 401


def test_a_token_that_a_thief_used_costs_one_sign_in_and_keeps_the_connection(town: Any) -> None:
    house = town.with_honest("oidc")
    connection, _ = town.connected("HONEST")
    until("a refresh", lambda: town.servers.seen()["oidc"]["used"])
    stolen = {"grant_type": "refresh_token", "refresh_token": town.servers.seen()["oidc"]["used"][0]}
    client = {"client_id": "harbour", "client_secret": SECRETS["HONEST"]}
    used = requests.post(f"{town.servers.at['oidc']}/token", data=stolen | client, timeout=30)
    assert used.status_code == 400 and town.servers.seen()["oidc"]["reused"] == 1, "the server finds reuse out"

    house.sync(connection["id"])
    until("a question to the user", lambda: house.connections()[0]["status"] == "needs-reconnect")
    page = Browser().sign_in(house.begin("HONEST"))
    assert "Connected" in page.text
    [again] = house.connections()
    assert again["id"] == connection["id"] and again["status"] == "connected"
