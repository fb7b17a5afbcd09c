"""What the simulated Strava serves is what Strava's own description allows.

The wheel of stravalib holds Strava's swagger.json, whose schemas stand in files of their own
(https://developers.strava.com/swagger/activity.json and so on) that no package carries. Three things are left, and each
is checked: the swagger's paths, parameters and statuses; its schemas as stravalib's `strava_model` has them, which is
generated from those files; and the answers recorded from Strava that the swagger and the wheel show as examples, for
names that the schemas leave out.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import stravalib.tests
from conftest import SCOPES
from simulation import STRAVA, Simulator
from stravalib import Client, model, strava_model

RESOURCES = Path(stravalib.tests.__file__).parent / "resources"
SWAGGER: dict[str, Any] = json.loads((RESOURCES / "strava_swagger.json").read_text())
ELSEWHERE = "https://developers.strava.com/swagger/"
STREAM_KEYS = "time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving,grade_smooth"

CALLS = [
    ("/athlete", {}),
    ("/athlete/zones", {}),
    ("/athletes/{id}/stats", {}),
    ("/athlete/activities", {"page": 1, "per_page": 200}),
    ("/activities/{id}", {"include_all_efforts": "true"}),
    ("/activities/{id}/laps", {}),
    ("/activities/{id}/zones", {}),
    ("/activities/{id}/comments", {"page_size": 5}),
    ("/activities/{id}/kudos", {"page": 1}),
    ("/activities/{id}/streams", {"keys": STREAM_KEYS, "key_by_type": "true"}),
    ("/gear/{id}", {}),
]

FORMATS = jsonschema.FormatChecker(formats=[])


@FORMATS.checks("date-time", raises=ValueError)
def is_an_instant(text: Any) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text).tzinfo is not None


@cache
def definition(reference: str) -> dict[str, Any]:
    """The schema behind a reference into one of Strava's files."""
    assert reference.startswith(ELSEWHERE), reference
    name = reference.rsplit("/", 1)[1]
    return getattr(strava_model, name).model_json_schema()


def schema_of(operation: dict[str, Any], status: int) -> dict[str, Any]:
    responses = operation["responses"]
    schema = responses.get(str(status), responses["default"])["schema"]
    if schema.get("type") == "array":
        inner = definition(schema["items"]["$ref"])
        items = {key: value for key, value in inner.items() if key != "$defs"}
        return {"type": "array", "items": items, "$defs": inner.get("$defs", {})}
    return definition(schema["$ref"])


def check(path: str, body: Any, status: int = 200) -> None:
    schema = schema_of(SWAGGER["paths"][path]["get"], status)
    jsonschema.Draft202012Validator(schema, format_checker=FORMATS).validate(without_empty_places(body))


def without_empty_places(value: Any) -> Any:
    """The schema wants two numbers, and Strava is known to send an empty list for an activity without a place."""
    if isinstance(value, list):
        return [without_empty_places(item) for item in value]
    if isinstance(value, dict):
        empty = ("start_latlng", "end_latlng")
        return {name: without_empty_places(item) for name, item in value.items() if not (name in empty and item == [])}
    return value


def names(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(names, value))
    if isinstance(value, dict):
        return set(value).union(*map(names, value.values()))
    return set()


@cache
def known_names() -> frozenset[str]:
    """Every name that Strava, or stravalib's own models for what the schemas leave out, ever gave to anything."""
    recorded = [json.loads(file.read_text()) for file in RESOURCES.glob("*.json") if file.name != "strava_swagger.json"]
    examples = [
        response.get("examples", {}).get("application/json")
        for methods in SWAGGER["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
    ]
    modelled: set[str] = set()
    for kind in [*vars(strava_model).values(), *vars(model).values()]:
        modelled |= set(getattr(kind, "model_fields", {}))
    return frozenset(names(recorded) | names(examples) | modelled)


def get(simulator: Simulator, client: Client, path: str, **parameters: Any) -> Any:
    headers = {"Authorization": f"Bearer {client.access_token}"}
    return simulator.session().get(f"{STRAVA}/api/v3{path}", params=parameters, headers=headers, timeout=30)


@pytest.mark.parametrize(("path", "parameters"), CALLS)
def test_every_call_and_its_parameters_are_in_the_swagger(path: str, parameters: dict[str, Any]) -> None:
    operation = SWAGGER["paths"][path]["get"]
    known = set()
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            parameter = SWAGGER["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
        known.add(parameter["name"])
    assert set(parameters) <= known
    assert set(SWAGGER["securityDefinitions"]["strava_oauth"]["scopes"]) >= set(SCOPES)


def bodies(simulator: Simulator, client: Client, rider: dict[str, Any]) -> list[tuple[str, Any]]:
    """Everything that can be read of a rider, with the swagger's path of each."""
    truth = simulator.ledger(rider["username"])
    found = []
    athlete = get(simulator, client, "/athlete").json()
    for path, parameters in CALLS:
        ids: list[Any] = [activity["id"] for activity in truth["activities"]]
        if path.startswith("/athlete"):
            ids = [truth["athlete"]]
        elif path.startswith("/gear"):
            ids = [bike["id"] for bike in athlete["bikes"]]
        for one in ids:
            answer = get(simulator, client, path.replace("{id}", str(one)), **parameters)
            # A manual activity has no streams, and who does not subscribe no zones.
            if answer.status_code in (402, 404):
                check(path, answer.json(), answer.status_code)
                continue
            assert answer.status_code == 200, answer.text
            found.append((path, answer.json()))
    return found


def test_every_body_fits_its_schema(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    seen = set()
    for path, body in bodies(simulator, client, rider):
        check(path, body)
        if body:
            seen.add(path)
    silent = {"/activities/{id}/comments", "/activities/{id}/kudos"}
    rare = {"/activities/{id}/zones", "/gear/{id}"}
    assert {path for path, _ in CALLS} - silent - rare <= seen


def test_no_name_is_made_up(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    for path, body in bodies(simulator, client, rider):
        assert names(body) <= known_names(), path


def test_errors_are_faults(simulator: Simulator, client: Client) -> None:
    for kind, status in [("rate-limited", 429), ("unauthorized", 401)]:
        simulator.control("faults", {"provider": "strava", "path": "/api/v3/athlete", "fault": {"kind": kind}})
        answer = get(simulator, client, "/athlete")
        assert answer.status_code == status
        check("/athlete", answer.json(), status)
        assert answer.json()["errors"]
    for path, parameters, status in [
        ("/activities/1", {}, 404),
        ("/activities/1/streams", {"keys": "time"}, 404),
        ("/athlete/activities", {"per_page": 201}, 400),
        ("/nothing", {}, 404),
    ]:
        answer = get(simulator, client, path, **parameters)
        assert answer.status_code == status, path
        check("/athlete", answer.json(), status)


def test_the_check_itself_finds_a_body_that_is_wrong(simulator: Simulator, client: Client) -> None:
    athlete = get(simulator, client, "/athlete").json()
    for name, wrong in [("weight", "heavy"), ("sex", "X"), ("created_at", "yesterday"), ("bikes", {"id": "b1"})]:
        with pytest.raises(jsonschema.ValidationError):
            check("/athlete", athlete | {name: wrong})
    assert "elev_hihg" not in known_names()
