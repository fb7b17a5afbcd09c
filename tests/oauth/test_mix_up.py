"""An authorization server that wants another's code, and users who are led into somebody else's sign-in."""

from __future__ import annotations

from typing import Any

import pytest
from parties import Browser, changed


def nothing_came_of_it(town: Any) -> None:
    assert town.evil.tokens() == [] and town.house.connections() == []


def led_on(town: Any, which: str, redirect: str) -> None:
    """EVIL sends the browser on to HONEST, with HONEST's client and its own state and challenge."""
    town.evil.authorize = lambda query: changed(
        f"{town.servers.at[which]}/authorize", response_type="code", client_id="harbour", scope="openid",
        redirect_uri=redirect, state=query["state"], code_challenge=query["code_challenge"], code_challenge_method="S256",
    )


@pytest.mark.parametrize("which", ["oidc", "mock"])
def test_a_code_that_comes_to_the_honest_address_with_another_s_state_goes_nowhere(town: Any, which: str) -> None:
    house, browser = town.with_honest(which), Browser()
    led_on(town, which, town.honest_callback)
    page = browser.sign_in(house.begin("EVIL"), stop_at=town.honest_callback)
    assert "code=" in browser.last and page.is_redirect, "the honest server gave a code"
    assert browser.get(browser.last, timeout=30).status_code == 400
    nothing_came_of_it(town)
    # Nor does it go on afterwards from where it should have been.
    assert browser.get(browser.last.replace("/oauth/honest/", "/oauth/evil/"), timeout=30).status_code == 400
    nothing_came_of_it(town)
    if which == "oidc":
        assert town.servers.seen()["oidc"]["given"] == []


def test_a_code_of_an_issuer_that_says_its_name_is_not_taken_to_another(town: Any) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    led_on(town, "oidc", town.honest_callback)
    browser.sign_in(house.begin("EVIL"), stop_at=town.honest_callback)
    assert "iss=https%3A%2F%2Fhonest.example.test" in browser.last
    page = browser.get(browser.last.replace("/oauth/honest/", "/oauth/evil/"), timeout=30)
    assert page.status_code == 400 and "reason=issuer" in page.url
    nothing_came_of_it(town)


def test_no_two_providers_have_the_same_address(town: Any) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    led_on(town, "oidc", town.honest_callback.replace("/honest/", "/evil/"))
    page = browser.sign_in(house.begin("EVIL"), stop_at=f"{house.base}/oauth/")
    assert page.status_code == 400 and "redirect_uri" in page.text, "the honest server knows no such address"
    nothing_came_of_it(town)


@pytest.mark.parametrize("where", ["as-it-comes", "taken-home"])
def test_a_project_does_not_get_a_code_of_another_s_users(town: Any, where: str) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    assert house.admin("PUT", "/projects/another", json={"name": "Another"}).status_code == 200
    key = house.admin("POST", "/projects/another/keys", json={"name": "test"}).json()["key"]
    begun = house.v1("POST", "/connections", key, json={"provider": "HONEST", "reference": "user"}).json()

    # Another project's sign-in leads to the same server with the same client. On its way there it is given our address.
    browser.sign_in(begun["url"], stop_at=f"{town.servers.at['oidc']}/authorize")
    browser.go("GET", changed(browser.last, redirect_uri=town.honest_callback), stop_at=town.honest_callback)
    assert "code=" in browser.last
    home = browser.last.replace("/default/", "/another/")
    assert browser.get(home if where == "taken-home" else browser.last, timeout=30).status_code == 400
    assert house.v1("GET", "/connections", key).json()["items"] == []
    nothing_came_of_it(town)
    # The server does not take a code from another address than the one that it was sent to, so there it is asked in vain.
    assert town.servers.seen()["oidc"]["given"] == []
    assert town.servers.seen()["oidc"]["errors"] == (["invalid_grant"] if where == "taken-home" else [])


CHANGES = {
    "issuer": lambda back: changed(back, iss="https://evil.example.test"),
    "no-issuer": lambda back: changed(back, iss=""),
    "provider": lambda back: back.replace("/honest/", "/evil/"),
    "project": lambda back: back.replace("/default/", "/another/"),
    "state": lambda back: changed(back, state="x" * 43),
    "browser": lambda back: back,
}


@pytest.mark.parametrize("how", CHANGES)
def test_an_answer_that_is_not_this_sign_in_s_is_refused(town: Any, how: str) -> None:
    house, browser = town.with_honest("oidc"), Browser()
    browser.sign_in(house.begin("HONEST"), stop_at=f"{house.base}/oauth/")
    back = browser.last
    who = Browser() if how == "browser" else browser
    assert who.get(CHANGES[how](back), timeout=30).status_code == 400
    nothing_came_of_it(town)
    assert town.servers.seen()["oidc"]["given"] == []
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


@pytest.mark.parametrize("own", [False, True], ids=["fresh", "with-a-sign-in-of-its-own"])
def test_who_is_given_another_s_way_to_the_provider_connects_nothing_to_that_other(town: Any, own: bool) -> None:
    house, victim, thief = town.with_honest("oidc"), Browser(), Browser()
    if own:
        victim.sign_in(house.begin("HONEST"), stop_at=f"{house.base}/oauth/")
    thief.sign_in(house.begin("HONEST"), stop_at=f"{town.servers.at['oidc']}/authorize")
    # The victim signs in where the thief's sign-in leads, and comes back to us in its own browser.
    victim.go("GET", thief.last, stop_at=f"{house.base}/oauth/")
    assert "code=" in victim.last
    page = victim.get(victim.last, timeout=30)
    assert page.status_code == 400 and "reason=stale-login" in page.url
    assert house.connections() == [] and town.servers.seen()["oidc"]["given"] == []


def test_another_site_cannot_go_on_in_a_user_s_place(town: Any) -> None:
    house, mallory, victim = town.with_evil_alone(), Browser(), Browser()
    link = house.begin("HONEST")
    # Mallory's page lets the victim's browser post the form of Mallory's own link: no cookie of ours comes along.
    assert victim.post(link, data={"proof": mallory.look(link)}, allow_redirects=False, timeout=30).status_code == 400
    victim.look(link)
    assert victim.post(link, data={"proof": mallory.look(link)}, allow_redirects=False, timeout=30).status_code == 400
    [cookie] = [answer.headers["set-cookie"] for answer in victim.told]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert house.connections() == []
