"""Tells the story on the terminal. The last line is one JSON object; the status is 0 only if everything in it holds.

    python -m demo [--kill SEED] [--sabotage lose|double|late] [--people N]
"""

import argparse
import json
import pathlib
import random
import sys
import tempfile
import time

from .check import Findings, check_receiver, check_store
from .people import Load, connect_all
from .receiver import Receiver
from .stage import SECRET, Daemon, Killer, Simulator, until
from .store import Store

SEED = 7


def arguments():
    parser = argparse.ArgumentParser(prog="./dev demo", description="Adapters are swapped while data flows, and nothing is lost.")
    parser.add_argument("--kill", type=int, metavar="SEED", help="kill the daemon on the way, at moments that SEED determines")
    parser.add_argument("--sabotage", choices=("lose", "double", "late"), help="break it on purpose: the demo must fail")
    parser.add_argument("--people", type=int, default=50, help="how many people ride (default 50)")
    return parser.parse_args()


class Story:
    """Lines for people, with the seconds since the beginning; progress on a line of its own."""

    def __init__(self):
        self.began = time.monotonic()

    def say(self, text):
        print(f"{time.monotonic() - self.began:5.1f} s  {text}", flush=True)

    def progress(self, done, of):
        if sys.stdout.isatty():
            print(f"\r         {done} of {of} accounts ", end="\n" if done == of else "", flush=True)


class Demo:
    def __init__(self, options, folder):
        self.options = options
        self.story = Story()
        self.receiver = Receiver(SECRET, options.sabotage)
        self.simulator = Simulator(folder, SEED)
        self.daemon = Daemon(folder, self.simulator, self.receiver)
        self.store = Store(self.daemon.data)
        self.swaps = []
        self.blind = []
        self.killer = Killer(self.daemon, random.Random(options.kill)) if options.kill is not None else None

    def run(self):
        say = self.story.say
        people = self.morning()
        load = Load(self.daemon, SEED)
        load.start()
        if self.killer:
            say("From now on the daemon is killed every few seconds, and started again.")
            self.killer.start()
        self.too_many_requests()
        self.spelling(people)
        self.calendar(people)
        if self.killer:
            self.killer.stop()
            say(f"The daemon was killed {self.daemon.kills} times.")
        load.stop()
        say("No more syncs are asked for. Whatever is under way comes to its end ...")
        # A sync of everybody, so that the check compares what is with what is, and not with what was a moment ago.
        for connection in load.connections:
            self.daemon.api.post(f"/v1/connections/{connection}/sync")
        until("the end of all work", 60, lambda: self.store.busy() == 0)
        return self.verdict(load)

    def morning(self):
        say = self.story.say
        rides = {"count": self.options.people, "activities": 5, "rides": 4, "planned": 2, "days": 10, "seconds": [600, 900]}
        people = self.simulator.control.post("/users", rides)
        self.simulator.control.post("/trainerroad/generation", {"generation": "interval-case-old"})
        say(f"{len(people)} people ride with Strava and TrainerRoad. Their clouds are simulated, on this machine.")
        self.swap("strava", "strava.wasm")
        self.swap("trainerroad", "trainerroad_1_0.wasm")
        self.daemon.operator.post("/admin/providers/TRAINERROAD/accept")
        say("The operator installed an adapter for each, and accepted that TrainerRoad has no official API.")
        connect_all(self.daemon, self.simulator, people, self.story.progress)
        until("a first sync of everybody", 60, lambda: self.store.documents() >= 10 * len(people) and self.store.busy() == 0)
        say(f"Everybody is connected at both, and synced: {self.store.documents()} documents, {len(self.receiver.taken)} events delivered.")
        return people

    def too_many_requests(self):
        fault = {"provider": "strava", "count": 3, "fault": {"kind": "rate-limited", "retry_after": 2}}
        self.simulator.control.post("/faults", fault)
        until("a refusal for too many requests", 20, lambda: self.simulator.control.get("/ledger")["requests"]["rate_limited"] > 0)
        self.story.say("Strava answered 429: nobody asks it again until the two seconds that it named are over.")

    def spelling(self, people):
        """Interval data's case: the old version's documents cannot be read."""
        self.simulator.control.post("/trainerroad/generation", {"generation": "interval-case-new"})
        for person in people[:20]:
            self.simulator.control.post(f"/users/{person['username']}/planned", {"count": 1})
        self.story.say("TrainerRoad now spells `intervalData` otherwise, and told nobody. New workouts are planned meanwhile.")
        until("a quarantine", 30, lambda: self.store.waiting()[0] >= 20)
        self.story.say(f"{self.store.waiting()[0]} documents cannot be read: they wait in quarantine, with the reason.")
        self.heal("trainerroad_1_1.wasm")

    def calendar(self, people):
        """The calendar moves and all rides get new numbers: the old version's pulls are held."""
        self.simulator.control.post("/trainerroad/generation", {"generation": "react-calendar"})
        for person in people[:20]:
            self.simulator.control.post(f"/users/{person['username']}/rides", {"provider": "trainerroad", "count": 1})
        self.story.say("TrainerRoad moved its calendar and gave every ride another number. People go on riding.")
        until("a held pull", 30, lambda: self.store.waiting()[1] >= 10)
        self.story.say(f"{self.store.waiting()[1]} pulls found nothing where the calendar was: they are held where they stood.")
        self.heal("trainerroad.wasm")

    def heal(self, component):
        """Swaps with calls in flight: the provider answers slowly meanwhile, so that there are some at the moment of activation."""
        self.simulator.control.post("/faults", {"provider": "trainerroad", "count": 60, "fault": {"kind": "delay", "ms": 600}})
        until("calls in flight", 20, lambda: self.daemon.in_flight("trainerroad") > 0)
        flying = self.daemon.in_flight("trainerroad")
        change = self.swap("trainerroad", component)
        until("healing", 40, lambda: self.store.waiting() == (0, 0))
        self.story.say(f"The adapter that knows the new API took over in {change:.1f} ms, with {flying} calls in flight. All is healed.")

    def swap(self, name, component):
        answer = self.daemon.install(name, component)
        active = [time["ms"] for time in answer["timings"] if time["stage"] == "active"]
        self.swaps.append(active[0])
        return active[0]

    def verdict(self, load):
        findings = Findings()
        ledger = self.simulator.control.get("/ledger")
        stored = check_store(self.daemon, ledger, findings)
        check_receiver(self.daemon, stored, self.receiver.taken, findings)
        begun, failed = self.store.syncs()
        result = {
            "requests": begun,
            "failed": failed,
            "documents": self.store.documents(),
            "quarantined": self.store.ever_waited(),
            "healed": self.store.healed(),
            "lost": len(findings.lost),
            "swaps": len(self.swaps),
            "activate_ms": round(max(self.swaps), 2),
            "deliveries": len(self.receiver.taken),
            "redelivered": self.receiver.redelivered,
            "duplicates": len(findings.duplicates),
        }
        wrong = findings.wrong + [f"refused: {refusal}" for refusal in load.refused] + broken(result, ledger, self)
        for line in (findings.lost + findings.duplicates + wrong)[:20]:
            self.story.say(f"WRONG: {line}")
        return result, not (findings.lost or findings.duplicates or wrong)

    def close(self):
        if self.killer:
            self.killer.done.set()
        self.daemon.close()
        self.simulator.close()
        self.receiver.close()


def broken(result, ledger, demo):
    """The conditions that the last line must meet, and those that stand behind it."""
    conditions = [
        (result["failed"] == 0, "a sync ended without commit, hold or retry"),
        (result["documents"] >= 500 or demo.options.people < 50, "fewer than 500 documents were synced"),
        (result["quarantined"] > 0, "nothing was quarantined"),
        (result["healed"] == result["quarantined"], "not everything that waited was healed"),
        (result["swaps"] >= 4, "an adapter was not swapped"),
        (result["redelivered"] > 0, "no event was delivered again"),
        (ledger["requests"]["rate_limited"] > 0, "no 429 was met"),
        (demo.receiver.forged == 0, "a delivery had no valid signature"),
        (demo.options.kill is None or demo.daemon.kills > 0, "the daemon was not killed"),
    ]
    return [reason for held, reason in conditions if not held]


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="gearshift-demo-") as folder:
        demo = Demo(options, pathlib.Path(folder))
        try:
            result, holds = demo.run()
        except Exception as error:  # the story ends here, whatever it was; the logs are about to be deleted
            demo.story.say(f"WRONG: {error}")
            log = (pathlib.Path(folder) / "daemon.log").read_text().splitlines()[-20:]
            print("\n".join(log), file=sys.stderr)
            raise
        finally:
            demo.close()
    demo.story.say("Nothing was lost, nothing came twice." if holds else "It does not hold: see above.")
    print(json.dumps(result, separators=(",", ":")))
    sys.exit(0 if holds else 1)


main()
