"""The daemon's OAuth 2 against servers that know nothing of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from house import SECRETS, Browser, changed, until


def connected(town: Any, which: str) -> tuple[Any, dict[str, Any], Browser]:
    house, browser = town.with_honest(which), Browser()
    page = browser.sign_in(house.begin("HONEST"))
    assert page.status_code == 200 and "Connected" in page.text, page.text
    [connection] = house.connections()
    assert connection["status"] == "connected"
    return house, connection, browser


def test_a_mock_server_is_signed_in_to_with_pkce_and_told_of_the_end(town: Any) -> None:
    house, connection, browser = connected(town, "mock")
    assert any("code_challenge_method=S256" in url for url in browser.been)
    assert connection["account"] == "johndoe"
    ended = house.v1("DELETE", f"/connections/{connection['id']}").json()
    assert ended["told"] is True
    assert town.servers.seen()["mock"].count("authorization_code") == 1


def test_tokens_that_rotate_are_used_once_however_many_want_them(town: Any) -> None:
    house, connection, _ = connected(town, "oidc")
    assert connection["account"] == "rider"
    # Access tokens live eight seconds: these syncs meet two or three expiries, and all want the new token at once.
    for _ in range(4):
        refreshed = town.servers.seen()["refreshed"]
        until("another refresh", lambda: town.servers.seen()["refreshed"] > refreshed, 30)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: house.sync(connection["id"]), range(8)))
    seen = town.servers.seen()
    assert seen["refreshed"] >= 4 and seen["reused"] == 0 and seen["errors"] == [], seen
    assert house.connections()[0]["status"] == "connected"
    assert house.v1("DELETE", f"/connections/{connection['id']}").json()["told"] is True
    assert town.servers.seen()["revoked"] > 0


def test_a_code_of_the_honest_server_never_reaches_the_evil_one(town: Any) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    honest_callback = f"{house.base}/oauth/honest/default/callback"

    # EVIL sends the browser on to HONEST, with HONEST's client and its own state: the code comes to HONEST's address.
    town.evil.authorize = lambda query: changed(
        f"{town.servers.at['oidc']}/authorize", response_type="code", client_id="harbour", scope="openid",
        redirect_uri=honest_callback, state=query["state"], code_challenge=query["code_challenge"], code_challenge_method="S256",
    )
    page = browser.sign_in(house.begin("EVIL"), stop_at=honest_callback)
    mixed = browser.last
    assert "code=" in mixed and page.is_redirect, "the honest server gave a code"
    for url in (mixed, mixed.replace("/oauth/honest/", "/oauth/evil/")):
        refused = browser.get(url, timeout=30)
        assert refused.status_code == 400, refused.text
    assert town.evil.asked == [] and house.connections() == []


@pytest.mark.parametrize("how", ["issuer", "provider", "project", "state", "browser"])
def test_an_answer_that_is_not_this_sign_in_s_is_refused(town: Any, how: str) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    browser.sign_in(house.begin("HONEST"), stop_at=f"{house.base}/oauth/")
    back = browser.last
    assert "iss=https%3A%2F%2Fhonest.example.test" in back, "the server says who it is"
    other = {
        "issuer": lambda: changed(back, iss="https://evil.example.test"),
        "provider": lambda: back.replace("/honest/", "/evil/"),
        "project": lambda: back.replace("/default/", "/another/"),
        "state": lambda: changed(back, state="x" * 43),
        "browser": lambda: back,
    }[how]()
    who = Browser() if how == "browser" else browser
    assert who.get(other, timeout=30).status_code == 400
    assert house.connections() == [] and town.evil.asked == []
    # Where somebody else only tried, the right browser can still go on; where the answer itself was wrong, the state is spent.
    again = browser.get(back, timeout=30)
    assert again.status_code == (200 if how in ("state", "browser") else 400)


def test_a_link_belongs_to_who_opened_it_and_a_state_works_once(town: Any) -> None:
    house, victim, thief = town.with_honest("oidc"), Browser(), Browser()
    link = house.begin("HONEST")
    proof = thief.look(link)
    victim.sign_in(link, stop_at=f"{house.base}/oauth/")
    assert thief.post(link, data={"proof": proof}, allow_redirects=False, timeout=30).status_code == 400
    assert thief.get(victim.last, timeout=30).status_code == 400
    assert victim.get(victim.last, timeout=30).status_code == 200
    assert victim.get(victim.last, timeout=30).status_code == 400
    assert len(house.connections()) == 1


def test_another_site_cannot_go_on_in_a_user_s_place(town: Any) -> None:
    house, mallory, victim = town.with_honest("oidc"), Browser(), Browser()
    link = house.begin("HONEST")
    # Mallory's page lets the victim's browser post the form of Mallory's own link: no cookie of ours comes along.
    assert victim.post(link, data={"proof": mallory.look(link)}, allow_redirects=False, timeout=30).status_code == 400
    victim.look(link)
    assert victim.post(link, data={"proof": mallory.look(link)}, allow_redirects=False, timeout=30).status_code == 400
    assert house.connections() == []


HOSTILE = {
    "huge": (200, {}, b'{"access_token":"' + b"x" * (40 << 20) + b'"}'),
    "page": (200, {"content-type": "text/html"}, b"<html>Welcome</html>"),
    "nested": (200, {}, b'{"data":{"access_token":"nested-token"}}'),
    "list": (200, {}, b"[1,2,3]"),
    "redirect": (302, {"location": "/elsewhere"}, b""),
    "echo": (400, {}, b'{"error":"invalid_client","error_description":"secret-of-the-client-at-evil is wrong"}'),
    "number": (200, {}, b'{"access_token":17}'),
}


@pytest.mark.parametrize("answer", HOSTILE)
def test_a_hostile_token_endpoint_connects_nobody_and_learns_nothing_more(town: Any, answer: str) -> None:
    house, browser = town.with_honest("mock"), Browser()
    town.evil.token = HOSTILE[answer]
    town.evil.authorize = lambda query: changed(query["redirect_uri"], code="a-code-of-evil", state=query["state"])
    page = browser.sign_in(house.begin("EVIL"))
    assert page.status_code == 400
    assert SECRETS["EVIL"] not in page.text and SECRETS["EVIL"] not in "".join(browser.been)
    assert house.connections() == []
    assert len(town.evil.asked) == 1 and not town.evil.asked[0].startswith("FOLLOWED")
    assert house.v1("GET", "/connections").status_code == 200, "it goes on serving"
    assert SECRETS["EVIL"].encode() not in house.everything()


@pytest.mark.parametrize("lifetime", [b"-5", b'"3600"', b"99999999999999", b'"soon"'])
def test_an_odd_lifetime_is_no_fault_of_the_user(town: Any, lifetime: bytes) -> None:
    house, browser = town.with_honest("mock"), Browser()
    town.evil.token = (200, {}, b'{"access_token":"a-token-of-evil","expires_in":' + lifetime + b"}")
    town.evil.authorize = lambda query: changed(query["redirect_uri"], code="a-code-of-evil", state=query["state"])
    page = browser.sign_in(house.begin("EVIL"))
    assert page.status_code == 200 and "Connected" in page.text
    assert len(house.connections()) == 1


def test_no_code_and_no_token_is_written_anywhere(town: Any) -> None:
    house, browser = town.with_honest("mock"), Browser()
    planted = ["a-code-that-was-planted", "an-access-token-that-was-planted", "a-refresh-token-that-was-planted"]
    body = f'{{"access_token":"{planted[1]}","refresh_token":"{planted[2]}","expires_in":3600}}'
    town.evil.token = (200, {}, body.encode())
    town.evil.authorize = lambda query: changed(query["redirect_uri"], code=planted[0], state=query["state"])
    page = browser.sign_in(house.begin("EVIL"))
    assert "Connected" in page.text
    assert page.url.endswith("/connect/done"), "no code stays in the address"
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"
    [connection] = house.connections()
    house.sync(connection["id"])
    until("an end of the sync", lambda: not house.admin("GET", "/jobs?state=running").json()["items"])
    everything = house.everything()
    for secret in [*planted, *SECRETS.values()]:
        assert secret.encode() not in everything, secret
