"""The check: what the simulator served, what the store holds and what the receiver got are compared. They know nothing of each
other."""

from collections import defaultdict


class Findings:
    def __init__(self):
        self.lost = []
        self.duplicates = []
        self.wrong = []

    def same(self, what, wanted, found):
        """A value is in the store as it was served: numbers to the last digit that the provider writes, absent ones absent."""
        numbers = isinstance(wanted, (int, float)) and isinstance(found, (int, float))
        if not (abs(found - wanted) <= max(0.01, abs(wanted) * 1e-6) if numbers else wanted == found):
            self.lost.append(f"{what}: served {wanted}, stored {found}")

    def measures(self, what, record, wanted):
        stored = {one["metric"]: one["value"] for one in record.get("measures", [])}
        for metric, value in wanted.items():
            self.same(f"{what}, {metric}", value, stored.get(metric))


def attribute(record, name):
    return next((one["value"] for one in record.get("attributes", []) if one["attribute"] == name), None)


def segments(record, role):
    return [segment for segment in record.get("segments", []) if segment["role"] == role]


def check_store(daemon, ledger, findings):
    """Everything that the ledger has is there once, with its values; and nothing else is there."""
    accounts = {(one["provider"], one["reference"]): one["id"] for one in daemon.api.pages("/v1/connections")}
    stored = {}
    for rider in ledger["riders"]:
        for provider, check in (("STRAVA", check_strava), ("TRAINERROAD", check_trainerroad)):
            connection = accounts.get((provider, rider["username"]))
            if connection is None:
                findings.lost.append(f"{rider['username']} has no connection at {provider}")
                continue
            records = list(daemon.api.pages(f"/v1/connections/{connection}/records"))
            stored.update((record["id"], record) for record in records)
            by_kind = defaultdict(list)
            for record in records:
                by_kind[record["kind"]].append(record["record"])
            check(f"{rider['username']} at {provider}", rider, by_kind, findings)
    return stored


def one_each(who, kind, wanted, found, findings):
    """As many as there should be, and each found by what identifies it. A second record of the same thing is an invention."""
    if len(found) > len(wanted):
        findings.wrong.append(f"{who}: {len(found)} records of {kind} for {len(wanted)} that were served")
    by_key = {key: record for key, record in found}
    for key, _ in wanted:
        if key not in by_key:
            findings.lost.append(f"{who}: {kind} {key} is missing")
    return [(f"{who}, {kind} {key}", thing, by_key[key]) for key, thing in wanted if key in by_key]


def check_strava(who, rider, records, findings):
    wanted = [(str(one["id"]), one) for one in rider["activities"] if not one["deleted"]]
    found = [(record["key"], record) for record in records["activity"]]
    for what, served, record in one_each(who, "activity", wanted, found, findings):
        findings.same(f"{what}, name", served["name"], attribute(record, "name"))
        findings.same(f"{what}, start", served["start"], record["window"]["start"])
        findings.measures(what, record, {
            "duration": served["elapsed"],
            "moving-duration": served["moving"],
            "distance": served["distance"],
            # Where it knows of no heights, Strava writes zero.
            "elevation-gain": served["climbed"] or 0,
            "heart-rate": served["average_heartrate"],
            "heart-rate-max": served["max_heartrate"],
            "power": served["average_watts"],
            "power-normalized": served["weighted_watts"],
        })
        # Detail, laps and samples are three answers that make one record.
        laps = [(lap["start"], lap["elapsed"]) for lap in served["laps"]]
        findings.same(f"{what}, laps", laps, [began(lap) for lap in segments(record, "lap")])
        samples = [len(series["offsets"]) for series in record.get("series", []) if series["metric"] == "cumulative-distance"]
        findings.same(f"{what}, samples", served["samples"], sum(samples))
    athlete = [(str(rider["athlete"]), rider)]
    for what, served, record in one_each(who, "athlete", athlete, [(one["key"], one) for one in records["athlete"]], findings):
        findings.measures(what, record, {"weight": served["weight"]})


def check_trainerroad(who, rider, records, findings):
    # The provider renumbers: what stays is when a ride began and how long it was.
    wanted = [((one["start"], one["seconds"]), one) for one in rider["rides"] if not one["deleted"]]
    found = [(began(record), record) for record in records["activity"]]
    for what, served, record in one_each(who, "ride", wanted, found, findings):
        findings.same(f"{what}, name", served["name"], attribute(record, "name"))
        findings.same(f"{what}, number", str(served["activity"]), attribute(record, "provider-id"))
        findings.measures(what, record, {
            "training-stress-score": served["tss"],
            "distance": served["distance"],
            "power": served["average_power"],
            "power-normalized": served["normalized_power"],
            "work": served["kilojoules"],
            "heart-rate": served["average_heartrate"] or None,
            "cadence": served["average_cadence"] or None,
        })
    wanted = [(f"plan:{one['entry']}", one) for one in rider["planned"] if not one["deleted"]]
    found = [(record["key"], record) for record in records["planned-workout"]]
    for what, served, record in one_each(who, "plan", wanted, found, findings):
        findings.same(f"{what}, day", served["date"], record["date"])
        findings.same(f"{what}, name", served["name"], attribute(record, "name"))
        findings.measures(what, record, {"duration": served["seconds"], "training-stress-score": served["tss"]})
        findings.same(f"{what}, steps", len(served["steps"]), len(segments(record, "step")))
    wanted = [(day["date"], day) for day in rider["days"]]
    found = [(record["date"], record) for record in records["daily"]]
    for what, served, record in one_each(who, "day", wanted, found, findings):
        findings.measures(what, record, {"training-stress-score": served["tss"]})
    athlete = [(str(rider["member"]), rider)]
    for what, served, record in one_each(who, "athlete", athlete, [(one["key"], one) for one in records["athlete"]], findings):
        findings.measures(what, record, {"functional-threshold-power": served["ftp"], "weight": served["weight"]})


def began(record):
    window = record["window"]
    return window["start"], (window["end"] - window["start"]) // 1_000


def check_identity(before, after, findings):
    """A ride that got another number at the provider is still the record that it was."""
    for ride, record in before.items():
        if after.get(ride) != record:
            findings.wrong.append(f"the ride {ride} was the record {record} and is {after.get(ride)} since it was renumbered")


def check_events(events, taken, findings):
    """Every event that the store wrote arrived, and none arrived that it did not write."""
    received = {event["id"] for event in taken}
    for id, event in events.items():
        if id not in received:
            findings.lost.append(f"the event {id} ({event['type']}) never arrived")
    for id in received - events.keys():
        findings.wrong.append(f"the event {id} arrived, and nobody sent it")


def check_receiver(stored, taken, findings):
    """No revision came under two ids; of a record the revisions came in order, none left out; the last is what the store has."""
    seen, ids, last = set(), defaultdict(set), {}
    for event in taken:
        record = event.get("record")
        if not record or event["id"] in seen:
            continue
        seen.add(event["id"])
        revision, before = record["revision"], last.get(record["id"])
        ids[record["id"], revision].add(event["id"])
        if before and revision < before["revision"]:
            findings.wrong.append(f"{record['id']}: revision {revision} came after {before['revision']}")
        else:
            last[record["id"]] = record
    findings.duplicates += [
        f"{record}: revision {revision} came as {len(events)} events: {', '.join(sorted(events))}"
        for (record, revision), events in ids.items()
        if len(events) > 1
    ]
    for id, record in stored.items():
        missing = [revision for revision in range(1, record["revision"] + 1) if not ids[id, revision]]
        if missing:
            findings.lost.append(f"{id}: revisions {missing} never arrived")
        elif last[id]["revision"] != record["revision"] or last[id].get("data") != record["record"]:
            findings.lost.append(f"{id}: what was delivered last is not what the store has")
