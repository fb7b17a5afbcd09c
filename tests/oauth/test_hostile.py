"""A token endpoint that answers whatever may do harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from house import SECRETS, until
from parties import Answer, Browser, Evil, Form, granting

OURS = SECRETS["EVIL"]

HOSTILE: dict[str, Any] = {
    "huge": (200, {}, b'{"access_token":"' + b"x" * (40 << 20) + b'"}'),
    "deep": (200, {}, b'{"access_token":' + b"[" * 200_000),
    "compressed": (200, {"content-encoding": "gzip"}, b"\x1f\x8b" + b"\0" * 64),
    "page": (200, {"content-type": "text/html"}, b"<html>Welcome</html>"),
    "empty": (200, {}, b""),
    "nested": (200, {}, b'{"data":{"access_token":"nested-token"}}'),
    "list": (200, {}, b"[1,2,3]"),
    "number": (200, {}, b'{"access_token":17}'),
    "moved": lambda evil: (302, {"location": f"{evil.url}/elsewhere"}, b""),
    "moved-with-form": lambda evil: (307, {"location": f"{evil.url}/elsewhere"}, b""),
}


def echoed(word: str, form: Form) -> str:
    """The secrets of a request, wherever a refusal has room for them."""
    secrets = " ".join(form.get(name, "") for name in ("client_secret", "code", "code_verifier", "refresh_token"))
    return json.dumps({"error": word or secrets, "error_description": secrets, "error_uri": f"https://{OURS}.test"})


ECHOES = {
    "echo-of-the-client": lambda form: (401, {}, echoed("invalid_client", form).encode()),
    "echo-of-the-grant": lambda form: (400, {}, echoed("invalid_grant", form).encode()),
    "echo-of-something": lambda form: (400, {}, echoed("temporarily_unavailable", form).encode()),
    "echo-as-the-error": lambda form: (400, {}, echoed("", form).encode()),
}


def answer(evil: Evil, which: str, form: Form) -> Answer:
    if which in ECHOES:
        return ECHOES[which](form)
    return HOSTILE[which](evil) if callable(HOSTILE[which]) else HOSTILE[which]


def nothing_leaked(town: Any, browser: Browser) -> None:
    """Nothing that was to reach the token endpoint alone is anywhere else."""
    said = "".join([*browser.been, *(f"{told.text}{told.headers}" for told in browser.told), town.house.answers()])
    kept = town.house.everything()
    asked = town.evil.tokens()
    assert asked and town.evil.at("/elsewhere") == []
    for form in asked:
        for name in ("client_secret", "code_verifier", "refresh_token"):
            assert form.get(name, "?" * 40) not in said, name
        for name in ("client_secret", "code_verifier", "refresh_token", "code"):
            assert form.get(name, "?" * 40).encode() not in kept, name


@pytest.mark.parametrize("which", [*HOSTILE, *ECHOES])
def test_a_hostile_answer_to_a_code_connects_nobody(town: Any, which: str) -> None:
    house, browser = town.with_evil_alone(), Browser()
    town.evil.token = lambda form: answer(town.evil, which, form)
    page = browser.sign_in(house.begin("EVIL"))
    assert page.status_code == 400
    assert house.all_connections() == [] and len(town.evil.tokens()) == 1
    nothing_leaked(town, browser)


@pytest.mark.parametrize("which", [*HOSTILE, *ECHOES])
def test_a_hostile_answer_to_a_renewal_costs_no_more_than_it_says(town: Any, which: str) -> None:
    house = town.with_evil_alone()
    first = granting("the-first-access-token", "the-first-refresh-token", 1)
    renewals = lambda form: form["grant_type"] == "refresh_token"  # noqa: E731
    town.evil.token = lambda form: answer(town.evil, which, form) if renewals(form) else first
    connection, browser = town.connected("EVIL")
    house.sync(connection["id"])
    until("a renewal", lambda: town.evil.tokens("refresh_token"))
    until("an end of the pulls", house.at_rest)
    [present] = house.connections()
    nothing_leaked(town, browser)
    if which == "echo-of-the-grant":
        assert present["status"] == "needs-reconnect"
        return
    assert present["status"] in ("connected", "degraded"), "only the grant's own refusal is the user's to mend"
    town.evil.token = lambda form: granting("the-healed-access-token", "the-second-refresh-token")
    house.sync(connection["id"])
    healed = lambda: town.evil.at("/userinfo")[-1].headers["authorization"] == "Bearer the-healed-access-token"  # noqa: E731
    until("a pull with the new token", healed)
    until("an end of the pulls", house.at_rest)
    assert house.connections()[0]["status"] == "connected"


def test_a_renewal_that_brings_no_refresh_token_keeps_the_former(town: Any) -> None:
    house = town.with_evil_alone()
    town.evil.token = lambda form: granting(
        "an-access-token", "the-one-refresh-token" if form["grant_type"] == "authorization_code" else None, 1
    )
    connection, _ = town.connected("EVIL")
    for _ in range(3):
        renewed = len(town.evil.tokens("refresh_token"))
        house.sync(connection["id"])
        until("another renewal", lambda: len(town.evil.tokens("refresh_token")) > renewed)
    assert {form["refresh_token"] for form in town.evil.tokens("refresh_token")} == {"the-one-refresh-token"}
    assert house.connections()[0]["status"] == "connected"


@pytest.mark.parametrize("lifetime", [-5, 0, "3600", 99999999999999, 2**63, 1e300, "soon", None, [1]])
def test_an_odd_lifetime_is_no_fault_of_the_user(town: Any, lifetime: Any) -> None:
    house = town.with_evil_alone()
    town.evil.token = lambda form: granting("a-token-of-evil", "a-refresh-token", lifetime)
    connection, _ = town.connected("EVIL")
    house.sync(connection["id"])
    until("pulls", lambda: len(town.evil.at("/userinfo")) > 2)
    until("an end of the pulls", house.at_rest)
    assert house.connections()[0]["status"] == "connected"


def test_a_token_that_would_be_a_header_of_its_own_is_none(town: Any) -> None:
    house, browser = town.with_evil_alone(), Browser()
    town.evil.token = lambda form: granting("a-token\r\nx-injected: yes\r\n\r\nGET /elsewhere HTTP/1.1")
    page = browser.sign_in(house.begin("EVIL"))
    assert page.status_code == 400 and house.all_connections() == []
    assert town.evil.at("/elsewhere") == [] and not any("x-injected" in one.headers for one in town.evil.reached)
    assert b"x-injected" not in house.everything()


@pytest.mark.parametrize("which", ECHOES)
def test_a_check_of_keys_shows_none(town: Any, which: str) -> None:
    house = town.with_evil_alone()
    town.evil.token = lambda form: answer(town.evil, which, form)
    said = house.check_keys("EVIL")
    assert said["keys"] in ("known", "refused", "unclear") and OURS not in json.dumps(said)
    assert OURS.encode() not in house.everything()
