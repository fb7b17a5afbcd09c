"""Users and providers are listed as Terra's own SDK reads them, and errors have Terra's shape."""

from __future__ import annotations

from typing import Any

import pytest
from stage import ADMIN, KEY, Stage
from terra.core.api_error import ApiError

ROUTES = [
    ("POST", "/auth/generateWidgetSession"),
    ("POST", "/auth/authenticateUser?resource=STRAVA"),
    ("DELETE", "/auth/deauthenticateUser?user_id=x"),
    ("POST", "/auth/generateAuthToken"),
    ("GET", "/userInfo?user_id=x"),
    ("POST", "/bulkUserInfo"),
    ("GET", "/subscriptions"),
    ("PATCH", "/users/x"),
]
NOBODY = "0199c0a2-d4ee-7bb1-a0cc-00112233aabb"


def problem(answer: Any, status: int, code: str) -> dict[str, str]:
    """Checks an error's shape, and gives it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "instance", "detail", "code"}
    assert (body["type"], body["code"]) == ("about:blank", code)
    assert body["title"] == body["title"].lower() and body["instance"].startswith("/v2/") and body["detail"]
    return body


def test_users_come_in_pages_or_all_at_once(stage: Stage) -> None:
    terra = stage.terra(*stage.project("paged"))
    # The SDK takes a page for its other answer, and leaves what it finds in it as it came.
    assert terra.user.getalluserids(page=0).data == {"results": [], "next": None, "max_page": 0}
    users = [stage.connected(f"paged-{number}", terra=terra) for number in range(3)]
    terra.authentication.authenticateuser(resource="STRAVA", reference_id="begun and no more")
    assert [user.user_id for user in terra.user.getalluserids().users] == users
    found: list[str] = []
    page: int | None = 0
    while page is not None:
        part = terra.user.getalluserids(page=page, per_page=2).data
        assert part["max_page"] == 1
        found += [user["user_id"] for user in part["results"]]
        page = part["next"]
    assert found == users
    assert terra.user.getalluserids(page=9, per_page=2).data["results"] == []
    assert [user["user_id"] for user in terra.user.getalluserids(page=0).data["results"]] == users


def test_several_users_are_those_that_there_are(stage: Stage, reference: str) -> None:
    terra = stage.terra()
    first, second = stage.connected(reference), stage.connected(f"{reference}-b")
    found = terra.user.getinfoformultipleuserids(request=[second, NOBODY, "no uuid", first])
    assert [user.user_id for user in found] == [second, first]
    too_many = stage.v2("POST", "/bulkUserInfo", json=[NOBODY] * 1_001)
    problem(too_many, 400, "too-many")


def test_a_project_sees_no_users_of_another_s(stage: Stage, reference: str) -> None:
    user = stage.connected(reference)
    project, key = stage.project("other")
    for method, path in [
        ("GET", f"/userInfo?user_id={user}"),
        ("GET", f"/userInfo?reference_id={reference}"),
        ("DELETE", f"/auth/deauthenticateUser?user_id={user}"),
        ("PATCH", f"/users/{user}"),
    ]:
        body = problem(stage.v2(method, path, project, key), 404, "not-found")
        assert (body["title"], body["detail"], body["instance"]) == ("not found", "user not found", f"/v2{path}")
    assert stage.terra(project, key).user.getalluserids().users == []
    assert stage.v2("POST", "/bulkUserInfo", project, key, json=[user]).status_code == 404
    assert stage.terra().user.getinfoforuserid(user_id=user).user.active


def test_whoever_asks_may_know_the_providers(stage: Stage) -> None:
    public = stage.v2("GET", "/integrations", project=None, key=None).json()
    assert public == {
        "status": "success", "providers": ["GARMIN", "STRAVA", "TRAINERROAD", "WHOOP"], 
        "sdk_providers": ["HEALTH_CONNECT"], "sdk_resource": ["HEALTH_CONNECT"],
    }
    assert stage.terra().integrations.fetch().providers == ["GARMIN", "STRAVA", "WHOOP"], "TrainerRoad is not accepted"
    project, key = stage.project("alone")
    detailed = {one.provider: one for one in stage.terra(project, key).integrations.detailedfetch(sdk=True).providers}
    enabled = {"GARMIN": True, "HEALTH_CONNECT": True, "STRAVA": True, "TRAINERROAD": False, "WHOOP": False}
    assert {name: one.enabled for name, one in detailed.items()} == enabled, "WHOOP's keys are shared with nobody"
    strava = detailed["STRAVA"]
    assert (strava.name, strava.icon, strava.setup) == ("Strava", None, None)
    assert strava.types.activity is True and strava.types.sleep is False
    assert stage.v2("GET", "/integrations", project="nobody", key=None).json()["providers"] == ["GARMIN"]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_key_goes_with_its_project_alone(stage: Stage, method: str, path: str) -> None:
    _, foreign = stage.project("foreign")
    for project, key in [(None, KEY), ("default", None), ("", KEY), (None, None)]:
        assert "is missing" in problem(stage.v2(method, path, project, key), 401, "unauthorized")["detail"]
    for project, key in [("default", "wrong"), ("foreign", KEY), ("default", foreign), ("default", ADMIN), ("nobody", KEY)]:
        body = problem(stage.v2(method, path, project, key), 401, "unauthorized")
        assert (body["title"], body["instance"]) == ("unauthorized", f"/v2{path}")
        assert key not in str(body)


def test_the_sdk_raises_for_a_wrong_key(stage: Stage) -> None:
    with pytest.raises(ApiError) as error:
        stage.terra(key="wrong").user.getalluserids()
    assert error.value.status_code == 401


def test_a_revoked_key_opens_nothing(stage: Stage) -> None:
    project, key = stage.project("revoked")
    assert stage.terra(project, key).user.getalluserids().users == []
    [listed] = stage.admin("GET", f"/projects/{project}/keys").json()
    assert stage.admin("DELETE", f"/projects/{project}/keys/{listed['id']}").ok
    problem(stage.v2("GET", "/subscriptions", project, key), 401, "unauthorized")


def test_what_cannot_be_read_is_told_without_what_was_sent(stage: Stage) -> None:
    secret = "a-secret-in-the-wrong-place"
    for method, path, body in [
        ("POST", "/auth/authenticateUser?resource=STRAVA", f'{{"reference_id": ["{secret}"]}}'),
        ("POST", "/auth/generateWidgetSession", f'"{secret}"'),
        ("POST", "/bulkUserInfo", f'{{"{secret}": 1}}'),
    ]:
        assert secret not in str(problem(stage.v2(method, path, data=body), 400, "body"))
    for method, path in [
        ("POST", "/auth/authenticateUser"),
        ("DELETE", "/auth/deauthenticateUser"),
        ("GET", "/userInfo"),
        ("GET", "/subscriptions?page=-1"),
        ("GET", "/subscriptions?page=x"),
    ]:
        problem(stage.v2(method, path), 400, "query")
    problem(stage.v2("POST", "/bulkUserInfo", data="[" + " " * (3 << 20)), 413, "too-large")


def test_what_is_not_served_has_terra_s_shape_too(stage: Stage) -> None:
    problem(stage.v2("GET", "/nothing?x=1"), 404, "not-found")
    problem(stage.v2("GET", "/auth/generateAuthToken"), 405, "method-not-allowed")
    for odd in ["x", "conn_0199c0a2d4ee7bb1a0cc00112233aabb", "%00", "0199c0a2-d4ee-7bb1-a0cc-00112233aabb'--"]:
        problem(stage.v2("GET", f"/userInfo?user_id={odd}"), 404, "not-found")
