"""Codes, tokens and secrets are planted, and looked for wherever they do not belong."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from house import ADMIN, KEY, PLATFORM, SECRETS, until
from parties import Browser, changed, granting

CODE = "a-code-that-was-planted"
ACCESS = ["an-access-token-that-was-planted", "the-next-access-token-that-was-planted"]
REFRESH = ["a-refresh-token-that-was-planted", "the-next-refresh-token-that-was-planted"]


def planted(town: Any) -> Any:
    house = town.with_evil_alone()
    town.evil.authorize = lambda query: changed(query["redirect_uri"], code=CODE, state=query["state"])
    town.evil.token = lambda form: (
        granting(ACCESS[0], REFRESH[0], 30) if form["grant_type"] == "authorization_code" else granting(ACCESS[1], REFRESH[1])
    )
    return house


def test_no_code_and_no_token_is_written_anywhere(town: Any) -> None:
    house, browser = planted(town), Browser()
    link = house.begin("EVIL")
    page = browser.sign_in(link)
    assert "Connected" in page.text
    [connection] = house.connections()
    house.sync(connection["id"])
    until("a pull with the renewed token", lambda: town.evil.at("/userinfo")[-1].headers["authorization"].endswith(ACCESS[1]))
    until("an end of the pulls", house.at_rest)

    states = [dict(parse_qsl(urlsplit(url).query)).get("state") for url in browser.been]
    verifier = town.evil.tokens("authorization_code")[0]["code_verifier"]
    cookie = next(iter(browser.cookies.get_dict().values()))
    spent = [state for state in states if state] + [verifier, cookie, link.rsplit("/", 1)[1]]
    before = (house.everything(), house.answers())
    house.v1("DELETE", f"/connections/{connection['id']}")
    assert [one.form["token"] for one in town.evil.at("/revoke")] == [REFRESH[1]]
    for kept, said in (before, (house.everything(), house.answers())):
        for secret in [CODE, *ACCESS, *REFRESH, *SECRETS.values(), *spent, ADMIN, KEY]:
            assert secret.encode() not in kept and secret not in said, secret


def test_nothing_of_a_sign_in_leaves_with_the_browser(town: Any) -> None:
    house, browser = planted(town), Browser()
    link = house.begin("EVIL", redirect=PLATFORM)
    last = browser.sign_in(link, stop_at=PLATFORM)
    assert last.is_redirect
    [connection] = house.connections()
    assert browser.last == f"{PLATFORM}?connection={connection['id']}&reference=user", "that and nothing else"
    ours = [told for told in browser.told if told.url.startswith(house.base)]
    assert len(ours) == 3, "the page, its form and the callback"
    for told in ours:
        assert told.headers["referrer-policy"] == "no-referrer" and told.headers["cache-control"] == "no-store", told.url
    # To the provider goes what it needs, and nothing by which somebody could go on in the browser's place.
    [asked] = town.evil.at("/authorize")
    assert set(asked.form) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method", "prompt",
    }
    [led] = [told.headers["location"] for told in ours if "/authorize" in told.headers.get("location", "")]
    verifier = town.evil.tokens("authorization_code")[0]["code_verifier"]
    for secret in [link.rsplit("/", 1)[1], verifier, next(iter(browser.cookies.get_dict().values())), *SECRETS.values()]:
        assert secret not in unquote(led)


def test_no_code_stays_in_the_address_of_a_page(town: Any) -> None:
    house, browser = planted(town), Browser()
    link = house.begin("EVIL")
    browser.sign_in(link)
    assert browser.been[-1] == f"{link}/done"
    failed = browser.get(f"{house.base}/oauth/evil/default/callback?code={CODE}&state=unknown", timeout=30)
    assert failed.url == f"{house.base}/connect/failed?reason=stale-login"
    for page in [browser.told[-1], failed]:
        assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"


def test_an_account_is_not_named_by_the_token_that_was_shown_to_it(town: Any) -> None:
    house = planted(town)
    town.evil.subject = lambda token: token
    Browser().sign_in(house.begin("EVIL"))
    # The first one is about to expire: pulls show the next.
    until("a pull", lambda: town.evil.at("/userinfo")[-1].headers["authorization"].endswith(ACCESS[1]))
    until("an end of the pulls", house.at_rest)
    for token in ACCESS:
        assert token not in house.answers() and token.encode() not in house.everything()
