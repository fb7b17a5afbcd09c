"""The check: what the simulator served, what the store holds and what the receiver got are compared. They know nothing of each
other."""

from collections import defaultdict


class Findings:
    def __init__(self):
        self.lost = []
        self.duplicates = []
        self.wrong = []

    def near(self, what, wanted, found):
        if found is None or abs(found - wanted) > max(0.01, abs(wanted) * 1e-6):
            self.lost.append(f"{what}: served {wanted}, stored {found}")


def measure(record, metric):
    return next((one["value"] for one in record["measures"] if one["metric"] == metric), None)


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
            check(rider, by_kind, findings)
    return stored


def one_each(who, kind, wanted, found, findings):
    """As many as there should be, and each found by what identifies it. A second record of the same thing is an invention."""
    if len(found) > len(wanted):
        findings.wrong.append(f"{who}: {len(found)} records of {kind} for {len(wanted)} that were served")
    for key, _ in wanted:
        if key not in found:
            findings.lost.append(f"{who}: {kind} {key} is missing")
    return [(thing, found[key]) for key, thing in wanted if key in found]


def check_strava(rider, records, findings):
    who = f"{rider['username']} at STRAVA"
    wanted = [(str(one["id"]), one) for one in rider["activities"] if not one["deleted"]]
    found = {record["key"]: record for record in records["activity"]}
    for served, record in one_each(who, "activities", wanted, found, findings):
        what = f"{who}, activity {served['id']}"
        findings.near(f"{what}, distance", served["distance"], measure(record, "distance"))
        findings.near(f"{what}, moving time", served["moving"], measure(record, "moving-duration"))
        findings.near(f"{what}, start", served["start"], record["window"]["start"])
        laps = [segment for segment in record.get("segments", []) if segment["role"] == "lap"]
        findings.near(f"{what}, laps", len(served["laps"]), len(laps))
    if len(records["athlete"]) != 1:
        findings.lost.append(f"{who}: {len(records['athlete'])} athletes")


def check_trainerroad(rider, records, findings):
    who = f"{rider['username']} at TRAINERROAD"
    # Ids are renumbered by the provider: what stays is when a ride began and how long it was.
    wanted = [((one["start"], one["seconds"]), one) for one in rider["rides"] if not one["deleted"]]
    found = {(record["window"]["start"], measure(record, "duration")): record for record in records["activity"]}
    if len(found) < len(records["activity"]):
        findings.wrong.append(f"{who}: a ride stands twice")
    for served, record in one_each(who, "rides", wanted, found, findings):
        findings.near(f"{who}, ride {served['start']}, TSS", served["tss"], measure(record, "training-stress-score"))
    wanted = [(f"plan:{one['entry']}", one) for one in rider["planned"] if not one["deleted"]]
    found = {record["key"]: record for record in records["planned-workout"]}
    for served, record in one_each(who, "planned workouts", wanted, found, findings):
        steps = [segment for segment in record.get("segments", []) if segment["role"] == "step"]
        findings.near(f"{who}, plan {served['entry']}, steps", len(served["steps"]), len(steps))
    days = {record["date"] for record in records["daily"]}
    for day in rider["days"]:
        if day["date"] not in days:
            findings.lost.append(f"{who}: day {day['date']} is missing")
    if len(records["athlete"]) != 1:
        findings.lost.append(f"{who}: {len(records['athlete'])} athletes")


def check_receiver(daemon, stored, taken, findings):
    """Each event arrived, no revision came under two ids, and of a record the revisions came in order."""
    received, ids, last = {}, defaultdict(set), {}
    for event in taken:
        record = event.get("record")
        first = event["id"] not in received
        received[event["id"]] = event
        if not record:
            continue
        ids[record["id"], record["revision"]].add(event["id"])
        if first and record["revision"] <= last.get(record["id"], 0) and len(ids[record["id"], record["revision"]]) == 1:
            findings.wrong.append(f"{record['id']}: revision {record['revision']} came after {last[record['id']]}")
        last[record["id"]] = max(record["revision"], last.get(record["id"], 0))
    for event in daemon.api.pages("/v1/events"):
        if event["id"] not in received:
            findings.lost.append(f"the event {event['id']} ({event['type']}) never arrived")
    findings.duplicates += [f"{record} revision {revision}: {sorted(events)}" for (record, revision), events in ids.items() if len(events) > 1]
    for id, record in stored.items():
        missing = [revision for revision in range(1, record["revision"] + 1) if not ids[id, revision]]
        if missing:
            findings.lost.append(f"{id}: revisions {missing} never arrived")
