"""PyPI's stravalib works against the simulated Strava: so the simulator is not our own idea of Strava."""

from __future__ import annotations

from datetime import timezone
from typing import Any

import pytest
from conftest import SCOPES
from simulation import CLIENT_ID, CLIENT_SECRET, Simulator
from stravalib import Client, exc
from stravalib.client import BatchedResultsIterator
from stravalib.model import SummaryActivity
from stravalib.util.limiter import RateLimiter, get_rates_from_response_headers


def test_a_code_is_exchanged_for_tokens_and_the_athlete(simulator: Simulator, rider: dict[str, Any]) -> None:
    client = Client(requests_session=simulator.session(), rate_limit_requests=False)
    url = client.authorization_url(client_id=CLIENT_ID, redirect_uri="http://127.0.0.1:1/cb", scope=SCOPES, state="x y")
    callback = simulator.consent(url, rider, ["read", "profile:read_all"])
    assert callback["state"] == "x y"
    assert callback["scope"] == "read,profile:read_all"
    tokens, athlete = client.exchange_code_for_token(CLIENT_ID, CLIENT_SECRET, callback["code"], return_athlete=True)
    assert athlete is not None and athlete.id == rider["athlete"]
    assert tokens["access_token"] != tokens["refresh_token"]
    with pytest.raises(exc.Fault, match="AuthorizationCode"):
        client.exchange_code_for_token(CLIENT_ID, CLIENT_SECRET, callback["code"])


def test_a_wrong_secret_is_unauthorized(simulator: Simulator) -> None:
    client = Client(requests_session=simulator.session(), rate_limit_requests=False)
    with pytest.raises(exc.AccessUnauthorized):
        client.exchange_code_for_token(CLIENT_ID, "guessed", "made-up")


def test_the_athlete_is_read(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    truth = simulator.ledger(rider["username"])
    athlete = client.get_athlete()
    assert athlete.id == rider["athlete"] > 2**31
    assert athlete.weight == truth["weight"]
    assert athlete.ftp == truth["ftp"]
    assert athlete.measurement_preference in ("meters", "feet")
    zones = client.get_athlete_zones()
    assert zones.heart_rate is not None and zones.heart_rate.zones is not None
    assert zones.heart_rate.zones.root[-1].max == -1
    stats = client.get_athlete_stats()
    runs = [activity for activity in truth["activities"] if activity["sport"] == "Run"]
    assert stats.all_run_totals is not None and stats.all_run_totals.count == len(runs)
    for bike in athlete.bikes or []:
        assert client.get_gear(bike.id).name == bike.name


def test_pages_of_activities_follow_each_other(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    def fetch(**page: int) -> Any:
        return client.protocol.get("/athlete/activities", **page)

    paged = BatchedResultsIterator(SummaryActivity, fetch, bind_client=client, per_page=5)
    truth = sorted(simulator.ledger(rider["username"])["activities"], key=lambda activity: -activity["start"])
    assert [activity.id for activity in paged] == [activity["id"] for activity in truth]
    assert [activity.id for activity in client.get_activities()] == [activity["id"] for activity in truth]


def test_the_order_turns_with_a_start_alone(client: Client) -> None:
    newest_first = list(client.get_activities())
    middle = newest_first[5].start_date
    assert middle is not None
    after = list(client.get_activities(after=middle.replace(tzinfo=timezone.utc)))
    assert [activity.id for activity in after] == [activity.id for activity in reversed(newest_first[:5])]
    before = list(client.get_activities(before=middle.replace(tzinfo=timezone.utc)))
    assert [activity.id for activity in before] == [activity.id for activity in newest_first[6:]]


def test_activities_are_read_in_detail(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    for truth in simulator.ledger(rider["username"])["activities"]:
        activity = client.get_activity(truth["id"])
        assert activity.name == truth["name"]
        assert activity.sport_type is not None and activity.sport_type.root == truth["sport"]
        assert activity.distance == truth["distance"]
        assert activity.elapsed_time == truth["elapsed"]
        assert activity.average_heartrate == truth["average_heartrate"]
        assert activity.weighted_average_watts == truth["weighted_watts"]
        assert activity.calories == truth["calories"]
        assert activity.start_date is not None and activity.start_date_local is not None
        assert activity.start_date.timestamp() * 1_000 == truth["start"]
        # stravalib keeps the false Z; what is local differs by the offset.
        apart = activity.start_date_local.replace(tzinfo=None) - activity.start_date.replace(tzinfo=None)
        assert apart.total_seconds() == truth["offset"]
        assert activity.timezone is not None


def test_laps_and_streams_are_read(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    recorded = [activity for activity in simulator.ledger(rider["username"])["activities"] if not activity["manual"]]
    for truth in recorded[:5]:
        laps = list(client.get_activity_laps(truth["id"]))
        assert [lap.distance for lap in laps] == [lap["distance"] for lap in truth["laps"]]
        streams = client.get_activity_streams(truth["id"])
        assert {len(stream.data or []) for stream in streams.values()} == {truth["samples"]}
        assert ("heartrate" in streams) == (truth["average_heartrate"] is not None)
        assert ("latlng" in streams) == (truth["sport"] != "VirtualRide")
        some = client.get_activity_streams(truth["id"], types=["time", "moving"])
        assert set(some) == {"time", "moving"}


def test_what_was_typed_in_by_hand_has_no_streams(simulator: Simulator, client: Client, rider: dict[str, Any]) -> None:
    manual = next(activity for activity in simulator.ledger(rider["username"])["activities"] if activity["manual"])
    assert client.get_activity(manual["id"]).start_latlng is None
    with pytest.raises(exc.ObjectNotFound):
        client.get_activity_streams(manual["id"])


def test_a_token_past_its_end_is_refreshed_by_the_client_itself(simulator: Simulator, client: Client) -> None:
    before = client.access_token
    simulator.control("clock", {"advance_s": 6 * 3_600})
    with pytest.raises(exc.AccessUnauthorized):
        client.get_athlete()
    client.token_expires = 1
    client.get_athlete()
    assert client.access_token != before


def test_a_refresh_keeps_what_is_good_and_then_rotates(simulator: Simulator, client: Client) -> None:
    first = client.refresh_token
    assert first is not None
    same = client.refresh_access_token(CLIENT_ID, CLIENT_SECRET, first)
    assert same["refresh_token"] == first
    simulator.control("clock", {"advance_s": 5 * 3_600 + 60})
    next_one = client.refresh_access_token(CLIENT_ID, CLIENT_SECRET, first)
    assert next_one["refresh_token"] != first
    with pytest.raises(exc.Fault, match="RefreshToken"):
        client.refresh_access_token(CLIENT_ID, CLIENT_SECRET, first)
    client.refresh_access_token(CLIENT_ID, CLIENT_SECRET, next_one["refresh_token"])
    client.get_athlete()


class Rates(RateLimiter):
    """Looks at the headers as stravalib's own limiter does, and does not sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Any] = []
        self.rules.append(lambda headers, method: self.seen.append(get_rates_from_response_headers(headers, method)))


def test_quotas_are_told_in_headers_and_refused_with_a_fault(simulator: Simulator, client: Client) -> None:
    rates = Rates()
    limited = Client(access_token=client.access_token, requests_session=simulator.session(), rate_limiter=rates)
    limited.refresh_token, limited.token_expires = client.refresh_token, client.token_expires
    limited.get_athlete()
    limited.get_athlete()
    first, second = rates.seen
    assert (first.short_limit, first.long_limit) == (100_000, 100_000)
    assert second.long_usage == first.long_usage + 1
    fault = {"provider": "strava", "path": "/api/v3/athlete", "fault": {"kind": "rate-limited"}}
    simulator.control("faults", fault)
    with pytest.raises(exc.Fault, match="429 Client Error.*Rate Limit Exceeded"):
        limited.get_athlete()
    assert rates.seen[-1].short_usage >= second.short_usage
    limited.get_athlete()


def test_an_application_that_is_put_out_sees_no_more(client: Client) -> None:
    client.get_athlete()
    client.deauthorize()
    with pytest.raises(exc.AccessUnauthorized):
        client.get_athlete()
