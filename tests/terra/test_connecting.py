"""A user is connected and disconnected by Terra's own SDK."""

from __future__ import annotations

from typing import Any

import pytest
from stage import DONE, FAILED, Stage
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
    assert where == "/connect/done"
    only = terra.authenticateuser(resource="STRAVA", reference_id=reference, auth_success_redirect_url=DONE)
    assert stage.lands(only.auth_url, stage.rider(), deny=True) == ("/connect/failed", {"reason": "denied"})


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


def test_what_takes_a_page_of_ours_is_not_there_yet(stage: Stage) -> None:
    terra = stage.terra().authentication
    for missing in (lambda: terra.generatewidgetsession(providers="STRAVA", reference_id="user"), terra.generateauthtoken):
        with pytest.raises(ApiError) as error:
            missing()
        assert (error.value.status_code, error.value.body["code"]) == (409, "unsupported")


def test_a_provider_without_an_official_api_is_off_until_it_is_accepted(stage: Stage, reference: str) -> None:
    def enabled() -> bool:
        [one] = [one for one in stage.terra().integrations.detailedfetch().providers if one.provider == "TRAINERROAD"]
        return one.enabled

    def refused() -> str:
        with pytest.raises(ApiError) as error:
            begin(stage, resource="TRAINERROAD", reference_id=reference)
        return error.value.body["code"]

    assert (enabled(), refused()) == (False, "not-accepted")
    assert stage.admin("POST", "/providers/TRAINERROAD/accept").ok
    # A form takes a page of ours.
    assert (enabled(), refused()) == (True, "unsupported")
    assert stage.admin("DELETE", "/providers/TRAINERROAD/accept").ok
