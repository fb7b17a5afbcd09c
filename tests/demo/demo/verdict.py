"""What the last line says, and whether it holds."""

from .check import Findings, check_events, check_identity, check_receiver, check_store
from .play import RETRY_AFTER_S


def verdict(play):
    """The last line, and everything that is wrong."""
    findings = Findings()
    ledger = play.simulator.control.get("/ledger")
    stored = check_store(play.daemon, ledger, findings)
    check_identity(play.rides, play.daemon.rides("TRAINERROAD"), findings)
    events = {event["id"]: event for event in play.daemon.api.pages("/v1/events")}
    check_events(events, play.receiver.taken, findings)
    check_receiver(stored, play.receiver.taken, findings)
    begun, failed = play.store.syncs()
    result = {
        "requests": begun,
        "failed": failed,
        "documents": play.store.documents(),
        "quarantined": play.store.ever_waited(),
        "healed": play.store.healed(),
        "lost": len(findings.lost),
        "swaps": len(play.swaps),
        "activate_ms": round(max(play.swaps), 2),
        "deliveries": len(play.receiver.taken),
        "redelivered": play.receiver.redelivered,
        "duplicates": len(findings.duplicates),
    }
    refused = [f"refused: {refusal}" for refusal in play.load.refused]
    return result, findings.lost + findings.duplicates + findings.wrong + refused + broken(result, play)


def broken(result, play):
    """The conditions that the last line must meet, and those that stand behind it."""
    options, receiver = play.options, play.receiver
    refusals = play.store.refusals()
    asked_early = [after for after in refusals if after is not None and after < RETRY_AFTER_S * 1_000]
    conditions = [
        (result["failed"] == 0, "a sync ended without commit, hold or retry"),
        (result["documents"] >= 500 or options.people < 50, "fewer than 500 documents were synced"),
        (result["quarantined"] > 0, "nothing was quarantined"),
        (result["healed"] == result["quarantined"], "not everything that waited was healed"),
        (result["swaps"] >= 4, "an adapter was not swapped"),
        (all(calls is None or calls > 0 for calls in play.flying), "no call was in flight at an activation"),
        (result["redelivered"] > 0, "no event was delivered again"),
        (len(refusals) > 0, "no 429 was met"),
        (not asked_early, f"after a 429 the same account was asked again within {asked_early} ms"),
        (receiver.forged == 0, "a delivery had no valid signature"),
        (options.kill is None or play.daemon.kills > 0, "the daemon was not killed"),
    ]
    return [reason for held, reason in conditions if not held]
