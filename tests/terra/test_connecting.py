"""A user is connected and disconnected by Terra's own SDK."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
from stage import DONE, FAILED, Stage, proof_on
from terra.core.api_error import ApiError
from terra.errors.bad_request_error import BadRequestError
from terra.errors.not_found_error import NotFoundError

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00"


def begin(stage: Stage, **more: Any) -> Any:
    return stage.terra().authentication.authenticateuser(
        **{"resource": "STRAVA", "auth_success_redirect_url": DONE, "auth_failure_redirect_url": FAILED, **more}
    )


def test_a_user_signs_in_and_is_known(stage: Stage, reference: str) -> None:
    begun = begin(stage, reference_id=reference)
    assert begun.status == "success"
    before = stage.terra().user.getinfoforuserid(user_id=begun.user_id)
    assert (before.is_authenticated, before.user.active, before.user.scopes) == (False, False, None)

    where, told = stage.lands(begun.auth_url, stage.rider())
    assert where == DONE
    assert told == {"user_id": begun.user_id, "resource": "STRAVA", "reference_id": reference}

    after = stage.terra().user.getinfoforuserid(user_id=begun.user_id)
    assert (after.status, after.is_authenticated) == ("success", True)
    user = after.user
    assert (user.user_id, user.provider, user.reference_id, user.active) == (begun.user_id, "STRAVA", reference, True)
    assert set(user.scopes.split(",")) == {"read", "activity:read_all", "profile:read_all"}
    # Without what only this route tells, it is the same user everywhere.
    alone = user.dict() | {"last_webhook_update": None}
    assert {alone.pop(name) for name in ("last_polled_at", "most_recent_data_at")} >= {None}
    [listed] = stage.terra().user.getinfoforuserid(reference_id=reference)
    [several] = stage.terra().user.getinfoformultipleuserids(request=[begun.user_id])
    for other in (listed, several):
        assert other.dict() | {"last_webhook_update": None} == alone


def test_a_user_who_says_no_is_told_of_and_nobody(stage: Stage, reference: str) -> None:
    begun = begin(stage, reference_id=reference)
    where, told = stage.lands(begun.auth_url, stage.rider(), deny=True)
    assert where == FAILED
    assert told == {"user_id": begun.user_id, "resource": "STRAVA", "reference_id": reference, "reason": "access_denied"}
    with pytest.raises(NotFoundError):
        stage.terra().user.getinfoforuserid(user_id=begun.user_id)
    with pytest.raises(NotFoundError):
        stage.terra().user.getinfoforuserid(reference_id=reference)


def test_what_stands_in_an_address_stays(stage: Stage, reference: str) -> None:
    begun = begin(stage, reference_id=reference, auth_success_redirect_url=f"{DONE}?from=here")
    where, told = stage.lands(begun.auth_url, stage.rider())
    assert (where, told["from"], told["user_id"]) == (DONE, "here", begun.user_id)


def test_without_addresses_a_user_ends_on_a_page_of_ours(stage: Stage, reference: str) -> None:
    terra = stage.terra().authentication
    where, _ = stage.lands(terra.authenticateuser(resource="STRAVA", reference_id=reference).auth_url, stage.rider())
    assert re.fullmatch(r"/connect/[\w-]+/done", where)
    only = terra.authenticateuser(resource="STRAVA", reference_id=reference, auth_success_redirect_url=DONE)
    where, told = stage.lands(only.auth_url, stage.rider(), deny=True)
    assert re.fullmatch(r"/connect/[\w-]+/failed", where)
    assert told == {"reason": "denied", "provider": "STRAVA"}


def test_an_account_that_is_connected_again_is_the_same_user(stage: Stage, reference: str) -> None:
    rider = stage.rider()
    first = stage.connected(reference, rider=rider)
    assert stage.connected(reference, rider=rider) == first
    [user] = stage.terra().user.getinfoforuserid(reference_id=reference)
    assert user.user_id == first


def test_a_deauthenticated_user_is_gone(stage: Stage, reference: str) -> None:
    user = stage.connected(reference)
    assert stage.terra().authentication.deauthenticateuser(user_id=user).status == "success"
    for _ in range(2):
        with pytest.raises(NotFoundError) as gone:
            stage.terra().authentication.deauthenticateuser(user_id=user)
        assert gone.value.body["detail"] == "user not found"
    with pytest.raises(NotFoundError):
        stage.terra().user.getinfoformultipleuserids(request=[user])


def test_a_user_gets_another_reference(stage: Stage, reference: str) -> None:
    rider = stage.rider()
    user = stage.connected(reference, rider=rider)
    changed = stage.terra().user.modifyuser(user_id=user, reference_id=f"{reference}-b", active=True)
    assert (changed.status, changed.user.user_id, changed.user.reference_id) == ("success", user, f"{reference}-b")
    assert stage.terra().user.getinfoforuserid(user_id=user).user.reference_id == f"{reference}-b"
    for cannot in ({"active": False}, {"reference_id": ""}):
        with pytest.raises(BadRequestError):
            stage.terra().user.modifyuser(user_id=user, **cannot)
    stage.connected(reference, rider=rider)
    with pytest.raises(ApiError) as taken:
        stage.terra().user.modifyuser(user_id=user, reference_id=reference)
    assert (taken.value.status_code, taken.value.body["code"]) == (409, "conflict")


@pytest.mark.parametrize("which", ["auth_success_redirect_url", "auth_failure_redirect_url"])
def test_users_are_sent_only_where_the_project_allows(stage: Stage, which: str) -> None:
    elsewhere = {which: "https://evil.example.test/"}
    for refused in (
        lambda: begin(stage, **elsewhere),
        lambda: stage.terra().authentication.generatewidgetsession(**elsewhere),
    ):
        with pytest.raises(BadRequestError) as error:
            refused()
        assert error.value.body["code"] == "redirect"


def test_a_provider_that_nobody_serves_is_not_found(stage: Stage) -> None:
    with pytest.raises(NotFoundError) as error:
        begin(stage, resource="NOBODY")
    assert error.value.body["code"] == "unknown-provider"
    with pytest.raises(BadRequestError) as refused:
        stage.terra().authentication.generatewidgetsession(providers="STRAVA,NOBODY")
    assert refused.value.body["code"] == "unknown-provider"


@pytest.mark.parametrize(("providers", "picked"), [("STRAVA,WHOOP", "STRAVA"), (None, "WHOOP"), ("WHOOP", None)])
def test_a_widget_session_leads_through_our_pages(
    stage: Stage, reference: str, providers: str | None, picked: str | None
) -> None:
    session = stage.terra().authentication.generatewidgetsession(
        providers=providers, reference_id=reference, language="de",
        auth_success_redirect_url=DONE, auth_failure_redirect_url=FAILED,
    )
    assert (session.status, session.expires_in) == ("success", 900)
    assert 'lang="de"' in requests.get(session.url, timeout=30).text
    where, told = stage.lands(session.url, stage.rider(), picked)
    [user] = stage.terra().user.getinfoforuserid(reference_id=reference)
    assert where == DONE
    assert told == {"user_id": user.user_id, "resource": picked or "WHOOP", "reference_id": reference}
    assert user.active


def test_a_widget_session_that_comes_to_nothing_says_why(stage: Stage, reference: str) -> None:
    session = stage.terra().authentication.generatewidgetsession(
        providers="STRAVA,WHOOP", reference_id=reference, auth_failure_redirect_url=FAILED
    )
    where, told = stage.lands(session.url, stage.rider(), "STRAVA", deny=True)
    assert (where, told) == (FAILED, {"reference_id": reference, "reason": "access_denied"})


def test_a_phone_s_token_lets_it_enrol_once(stage: Stage, reference: str) -> None:
    given = stage.terra().authentication.generateauthtoken()
    assert (given.status, given.expires_in) == ("success", 180)
    enrol = {"url": f"{stage.base}/ingest/HEALTH_CONNECT/connect", "json": {"reference": reference}, "timeout": 30}
    enrolled, again = (requests.post(headers={"authorization": f"Bearer {given.token}"}, **enrol) for _ in range(2))
    assert (enrolled.status_code, again.status_code) == (201, 401)
    [user] = stage.terra().user.getinfoforuserid(reference_id=reference)
    assert (user.provider, user.active) == ("HEALTH_CONNECT", True)


def test_a_provider_with_a_form_is_connected_on_our_page(stage: Stage, reference: str) -> None:
    assert stage.admin("POST", "/providers/TRAINERROAD/accept").ok
    browser, account = requests.Session(), stage.account()
    begun = begin(stage, resource="TRAINERROAD", reference_id=reference)
    form = stage.agrees(browser, begun.auth_url)
    page = browser.get(form, timeout=30)
    filled = {f"field-{name}": account[name] for name in ("username", "password")}
    handed_in = browser.post(
        page.url.partition("?")[0], data={"proof": proof_on(page), "provider": "TRAINERROAD", **filled},
        allow_redirects=False, timeout=60,
    )
    where, told = stage.ends(browser, handed_in)
    assert (where, told) == (DONE, {"user_id": begun.user_id, "resource": "TRAINERROAD", "reference_id": reference})
    assert stage.admin("DELETE", "/providers/TRAINERROAD/accept").ok


def test_a_provider_without_an_official_api_is_off_until_it_is_accepted(stage: Stage, reference: str) -> None:
    def enabled() -> bool:
        [one] = [one for one in stage.terra().integrations.detailedfetch().providers if one.provider == "TRAINERROAD"]
        return one.enabled

    assert not enabled()
    with pytest.raises(ApiError) as error:
        begin(stage, resource="TRAINERROAD", reference_id=reference)
    assert error.value.body["code"] == "not-accepted"
    assert stage.admin("POST", "/providers/TRAINERROAD/accept").ok
    assert enabled()
    assert stage.admin("DELETE", "/providers/TRAINERROAD/accept").ok
