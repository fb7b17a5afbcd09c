"""What happens to a user arrives in Terra's words, and signed: the receiver counts what is not."""

from __future__ import annotations

import re
from typing import Any

from stage import Stage, until
from test_connecting import TIME, UUID, begin

ALL = {"read", "activity:read_all", "profile:read_all"}


def user_of(event: dict[str, Any], user_id: str, reference: str, active: bool, provider: str = "STRAVA") -> dict[str, Any]:
    """Checks all of an event's user but the scopes, and gives it."""
    user = event["user"]
    assert set(user) == {
        "user_id", "provider", "created_at", "last_webhook_update", "scopes", "reference_id", "active",
    }
    assert re.fullmatch(UUID, user_id) and re.fullmatch(TIME, user["created_at"])
    assert user["last_webhook_update"] is None or re.fullmatch(TIME, user["last_webhook_update"])
    assert (user["user_id"], user["provider"], user["reference_id"], user["active"]) == (user_id, provider, reference, active)
    return user


def test_auth_when_a_user_has_signed_in(stage: Stage, reference: str) -> None:
    user_id = stage.connected(reference)
    event = stage.receiver.one(reference, "auth")
    assert set(event) == {"type", "status", "message", "widget_session_id", "user"}
    assert (event["status"], event["widget_session_id"]) == ("success", None)
    user = user_of(event, user_id, reference, True)
    assert set(user["scopes"].split(",")) == ALL and user["last_webhook_update"] is None

    def told() -> bool:
        return stage.terra().user.getinfoforuserid(user_id=user_id).user.last_webhook_update is not None

    until("a user who knows that it was told of", told)


def test_auth_cancelled_when_a_user_says_no(stage: Stage, reference: str) -> None:
    begun = begin(stage, reference_id=reference)
    stage.lands(begun.auth_url, stage.rider(), deny=True)
    assert stage.receiver.one(reference, "auth_cancelled") == {
        "type": "auth_cancelled", "status": "error", "flow_id": begun.user_id, "reason": "access_denied",
        "reference_id": reference,
    }
    assert not stage.receiver.of(reference, "auth")


def test_deauth_when_the_platform_ends_it(stage: Stage, reference: str) -> None:
    user_id = stage.connected(reference)
    stage.receiver.one(reference, "auth")
    stage.terra().authentication.deauthenticateuser(user_id=user_id)
    event = stage.receiver.one(reference, "deauth")
    assert set(event) == {"type", "status", "message", "user"} and event["status"] == "success"
    user = user_of(event, user_id, reference, False)
    assert user["scopes"] is None, "they are erased with all else"
    assert user["last_webhook_update"], "of its auth"


def test_access_revoked_when_a_user_withdraws_at_the_provider(stage: Stage, reference: str) -> None:
    stage.hooked("STRAVA")
    rider = stage.rider()
    user_id = stage.connected(reference, rider=rider)
    stage.simulator.control("deregister", {"provider": "strava", "user": rider})
    event = stage.receiver.one(reference, "access_revoked")
    assert set(event) == {"type", "status", "message", "user"} and event["status"] == "warning"
    user_of(event, user_id, reference, False)


def test_connection_error_when_the_provider_refuses_a_credential(stage: Stage, reference: str) -> None:
    # WHOOP has not been told where to call here, so that nobody learns of it but by being refused.
    rider = stage.rider()
    user_id = stage.connected(reference, "WHOOP", rider)
    stage.simulator.control("revoke", {"provider": "whoop", "user": rider})
    stage.sync(user_id)
    event = stage.receiver.one(reference, "connection_error")
    assert set(event) == {"type", "status", "message", "user"} and event["status"] == "warning"
    assert event["message"]
    user_of(event, user_id, reference, False, "WHOOP")
    assert stage.terra().user.getinfoforuserid(user_id=user_id).is_authenticated is False


def test_permission_change_when_scopes_are_taken_back_and_given_again(stage: Stage, reference: str) -> None:
    stage.hooked("GARMIN")
    rider = stage.rider()
    user_id = stage.connected(reference, "GARMIN", rider)
    scopes = stage.terra().user.getinfoforuserid(user_id=user_id).user.scopes.split(",")
    rest = [scope for scope in scopes if scope != "HEALTH_EXPORT"]
    stage.simulator.control("permissions", {"provider": "garmin", "user": rider, "scopes": rest})
    event = stage.receiver.one(reference, "permission_change")
    assert set(event) == {"type", "status", "message", "version", "scopes_added", "scopes_removed", "user"}
    assert (event["status"], event["version"]) == ("warning", "2022-03-16")
    assert (event["scopes_added"], event["scopes_removed"]) == ("", "HEALTH_EXPORT")
    user = user_of(event, user_id, reference, True, "GARMIN")
    assert user["scopes"].split(",") == rest
    assert stage.receiver.one(reference, "connection_error")["user"]["active"] is True, "data comes in part"

    stage.simulator.control("permissions", {"provider": "garmin", "user": rider, "scopes": scopes})
    until("the other change", lambda: len(stage.receiver.of(reference, "permission_change")) == 2)
    again = stage.receiver.of(reference, "permission_change")[1]
    assert (again["scopes_added"], again["scopes_removed"]) == ("HEALTH_EXPORT", "")


def test_nothing_but_terra_s_words_comes(stage: Stage, reference: str) -> None:
    user_id = stage.connected(reference)
    stage.sync(user_id)
    stage.receiver.one(reference, "auth")
    stage.terra().authentication.deauthenticateuser(user_id=user_id)
    stage.receiver.one(reference, "deauth")
    # What was on its way before is withdrawn or erased by now: of one connection events come in order.
    assert not [event for event in stage.receiver.taken if "." in event["type"]]
    counts = stage.admin("GET", "/status").json()["deliveries"]
    assert all(one["state"] != "dead" for one in counts), counts
