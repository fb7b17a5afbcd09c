"""PyPI's aiowithings works against the simulated Withings: so the simulator is not our own idea of Withings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from aiohttp import ClientSession
from aiowithings import WithingsClient, const, exceptions
from aiowithings.models import (
    ActivityDataFields,
    ActivityDataOrigin,
    AuthScope,
    MeasurementAttribution,
    MeasurementGroupCategory,
    MeasurementPosition,
    MeasurementType,
    SleepDataFields,
    SleepState,
    SleepSummaryDataFields,
    WorkoutDataFields,
)
from simulation import Simulator
from yarl import URL

Answer = TypeVar("Answer")
EVER = datetime(2000, 1, 1, tzinfo=timezone.utc)
CALLBACK = "http://localhost/callback"


class ToSimulator:
    """What the client sends with: only the address is another."""

    def __init__(self, session: ClientSession, rewrites: dict[str, str]) -> None:
        self.session = session
        self.rewrites = rewrites

    async def request(self, method: str, url: URL, **rest: Any) -> Any:
        base = self.rewrites[str(url.origin())]
        return await self.session.request(method, URL(base + url.raw_path_qs, encoded=True), **rest)


class Account:
    """A rider who let an application in, and a client for each call."""

    def __init__(self, simulator: Simulator, rider: dict[str, Any], scopes: list[str]) -> None:
        self.simulator = simulator
        self.username = rider["username"]
        self.client = simulator.ready["clients"]["WITHINGS"]
        wanted = {"response_type": "code", "client_id": self.client["id"], "redirect_uri": CALLBACK, "state": "s"}
        url = self.rewritten(const.AUTHORIZATION_URL) + "?" + urlencode({**wanted, "scope": ",".join(scopes)})
        form = {"email": rider["email"], "password": rider["password"], "scope": scopes, "answer": "authorize"}
        back = requests.post(url, data=form, allow_redirects=False, timeout=30)
        assert back.status_code == 302, back.text
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        self.tokens = self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)

    def rewritten(self, url: str) -> str:
        parts = urlsplit(url)
        return self.simulator.ready["rewrites"][f"{parts.scheme}://{parts.netloc}"] + parts.path

    def token(self, **fields: str) -> dict[str, Any]:
        form = {"action": "requesttoken", "client_id": self.client["id"], "client_secret": self.client["secret"]}
        answer = requests.post(self.rewritten(const.TOKEN_URL), data={**form, **fields}, timeout=30).json()
        assert answer["status"] in const.STATUS_SUCCESS, answer
        return answer["body"]

    def __call__(self, call: Callable[[WithingsClient], Awaitable[Answer]], token: str | None = None) -> Answer:
        async def run() -> Answer:
            async with ClientSession() as session:
                through: Any = ToSimulator(session, self.simulator.ready["rewrites"])
                client = WithingsClient(session=through)
                client.authenticate(token or self.tokens["access_token"])
                return await call(client)

        return asyncio.run(run())

    def truth(self, kind: str) -> dict[str, dict[str, Any]]:
        things = self.simulator.control("ledger")["things"]["withings"][self.username]
        return {thing["id"]: thing for thing in things if thing["kind"] == kind}


@pytest.fixture
def account(simulator: Simulator, rider: dict[str, Any]) -> Account:
    return Account(simulator, rider, [str(scope) for scope in AuthScope])


def test_tokens_come_in_the_body_and_are_renewed(account: Account) -> None:
    assert account.tokens["expires_in"] == 10_800
    assert account.tokens["scope"].split(",") == [str(scope) for scope in AuthScope]
    renewed = account.token(grant_type="refresh_token", refresh_token=account.tokens["refresh_token"])
    assert renewed["refresh_token"] != account.tokens["refresh_token"]
    assert str(renewed["userid"]) == str(account.tokens["userid"])
    account(lambda client: client.get_goals(), token=renewed["access_token"])


def test_measures_are_read(account: Account) -> None:
    groups = account(lambda client: client.get_measurement_since(EVER))
    truth = account.truth("body")
    assert len(groups) == 25, "a page: the client reads no more"
    attributions = set()
    for group in groups:
        attributions.add(group.attribution)
        if group.category is MeasurementGroupCategory.USER_OBJECTIVES:
            continue
        values = truth[str(group.group_id)]["values"]
        assert group.taken_at.timestamp() * 1000 == truth[str(group.group_id)]["start"]
        for measurement in group.measurements:
            assert measurement.measurement_type is not MeasurementType.UNKNOWN
            whole = (None, MeasurementPosition.WHOLE_BODY, MeasurementPosition.BETWEEN_LEGS)
            if measurement.position in whole:
                assert measurement.value == pytest.approx(values[f"type_{int(measurement.measurement_type)}"])
    assert MeasurementAttribution.UNKNOWN not in attributions
    assert MeasurementAttribution.DEVICE_ENTRY_FOR_USER_AMBIGUOUS in attributions
    weights = account(lambda client: client.get_measurement_since(EVER, [MeasurementType.WEIGHT]))
    assert {measurement.measurement_type for group in weights for measurement in group.measurements} == {
        MeasurementType.WEIGHT
    }


def test_measures_of_a_period_lie_within_it(account: Account) -> None:
    groups = account(lambda client: client.get_measurement_since(EVER))
    start, end = groups[5].taken_at, groups[9].taken_at
    within = account(lambda client: client.get_measurement_in_period(start, end))
    assert [group.group_id for group in within] == [group.group_id for group in groups[5:10]]


def test_days_are_read_with_and_without_a_heart_rate(account: Account) -> None:
    fields = list(ActivityDataFields)
    days = account(lambda client: client.get_activities_since(EVER, fields))
    truth = account.truth("daily")
    assert {day.origin for day in days} == {ActivityDataOrigin.WITHINGS, ActivityDataOrigin.EXTERNAL}
    own = [day for day in days if day.origin is ActivityDataOrigin.WITHINGS]
    for day in own:
        values = truth[str(day.date)]["values"]
        assert (day.steps, day.distance) == (values["steps"], values["distance"])
        assert day.total_calories_burnt == values["totalcalories"]
        assert (day.average_heart_rate or 0) == values["hr_average"]
    assert {day.average_heart_rate is None for day in own} == {True, False}
    some = own[2].date
    period = account(lambda client: client.get_activities_in_period(some, some + timedelta(days=1), fields))
    assert {day.date for day in period} == {some, some + timedelta(days=1)}
    assert all(day.average_heart_rate is None for day in account(lambda client: client.get_activities_since(EVER)))


def test_nights_and_their_stages_are_read(account: Account) -> None:
    nights = account(lambda client: client.get_sleep_summary_since(EVER, list(SleepSummaryDataFields)))
    truth = {thing["start"]: thing["values"] for thing in account.truth("sleep").values()}
    assert len(nights) == 25
    for night in nights:
        values = truth[night.start_date.timestamp() * 1000]
        assert night.total_sleep_time == values.get("total_sleep_time")
        assert night.sleep_score == values.get("sleep_score")
        stretches = account(lambda client: client.get_sleep(night.start_date, night.end_date, list(SleepDataFields)))
        own = [stretch for stretch in stretches if stretch.hashed_device_id == night.hashed_device_id]
        deep = [stretch for stretch in own if stretch.state is SleepState.DEEP_SLEEP]
        seconds = sum((stretch.end_date - stretch.start_date).total_seconds() for stretch in deep)
        assert seconds == (night.deep_sleep_duration or 0)
        assert all(stretch.heart_rate for stretch in deep)
    some = nights[3].date
    period = account(lambda client: client.get_sleep_summary_in_period(some, some))
    assert {night.date for night in period} == {some}


def test_workouts_are_read(account: Account) -> None:
    workouts = account(lambda client: client.get_workouts_since(EVER, list(WorkoutDataFields)))
    truth = account.truth("activity")
    assert {str(workout.workout_id) for workout in workouts} == set(truth)
    for workout in workouts:
        values = truth[str(workout.workout_id)]["values"]
        assert (workout.distance or 0) == values["distance"]
        assert (workout.active_calories_burnt or 0) == values["calories"]


def test_devices_and_goals_are_read(account: Account) -> None:
    devices = account(lambda client: client.get_devices())
    assert [device.raw_model for device in devices] == ["Body Scan", "ScanWatch"]
    goals = account(lambda client: client.get_goals())
    assert (goals.steps, goals.weight) == (10_000, 70)


def test_a_status_is_the_clients_own_exception(simulator: Simulator, account: Account, rider: dict[str, Any]) -> None:
    with pytest.raises(exceptions.WithingsAuthenticationFailedError):
        account(lambda client: client.get_goals(), token="guessed")
    less = Account(simulator, rider, ["user.metrics"])
    # A status that the client does not know: real ones were seen with it.
    with pytest.raises(exceptions.WithingsUnknownStatusError, match="insufficient_scope"):
        less(lambda client: client.get_activities_since(EVER))
    simulator.control(
        "faults", {"provider": "withings", "path": "*", "user": account.username, "fault": {"kind": "rate-limited"}}
    )
    with pytest.raises(exceptions.WithingsTooManyRequestsError):
        account(lambda client: client.get_goals())
    account(lambda client: client.get_goals())
