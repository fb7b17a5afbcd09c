"""The play, act by act: people connect, TrainerRoad changes its API twice under load, and adapters are swapped."""

import contextlib

from .people import Load, connect_all
from .receiver import Receiver
from .stage import SECRET, Daemon, Killer, Simulator
from .store import Store
from .story import until

# What the simulator makes up is the same each time.
SEED = 7
# How long anything may take: far more than it does, so that a slow machine tells the same story, later.
PATIENCE_S = 180
# What Strava asks for when it refuses.
RETRY_AFTER_S = 2
# The provider answers this late while an adapter is swapped, so that calls are in flight: longer than an activation takes anywhere.
SLOW_MS = 2_500


class Play(contextlib.ExitStack):
    """The stage and what was noted on the way. Leaving it ends every process, however the play ended."""

    def __init__(self, options, folder, story):
        super().__init__()
        self.options = options
        self.story = story
        self.swaps = []
        # Calls that ran on the old version right after each swap; None where the daemon was killed meanwhile.
        self.flying = []
        # Records of rides before they were renumbered, by what a new number does not change.
        self.rides = {}
        # Should one part of the stage not stand, those that stand already are taken down.
        with contextlib.ExitStack() as stage:
            self.receiver = Receiver(SECRET, options.sabotage)
            stage.callback(self.receiver.close)
            self.simulator = Simulator(folder, SEED)
            stage.callback(self.simulator.close)
            self.daemon = Daemon(folder, self.simulator, self.receiver)
            stage.callback(self.daemon.close)
            self.store = Store(self.daemon.data)
            self.killer = None if options.kill is None else Killer(self.daemon, options.kill)
            self.push(stage.pop_all())

    def run(self):
        say = self.story.say
        people = self.morning()
        self.load = Load(self.daemon, SEED)
        self.callback(self.load.stop)
        self.load.start()
        self.too_many_requests()
        if self.killer:
            say("From now on the daemon is killed every few seconds, and started again.")
            self.callback(self.killer.stop)
            self.killer.start()
        self.spelling(people)
        self.calendar(people)
        if self.killer:
            self.killer.stop()
            say(f"The daemon was killed {self.daemon.kills} times.")
        self.load.stop()
        say("No more syncs are asked for. TrainerRoad's are made once more, and whatever is under way comes to its end ...")
        # So that the check compares what is with what is, and not with what was a moment ago.
        for connection in self.daemon.api.pages("/v1/connections?provider=TRAINERROAD"):
            self.daemon.api.post(f"/v1/connections/{connection['id']}/sync")
        self.wait("the end of all work", lambda: self.store.busy() == 0, lambda: f"{self.store.busy()} still under way")

    def wait(self, what, reached, told=None):
        until(what, PATIENCE_S, reached, told and (lambda: self.story.live and self.story.progress(told())))

    def morning(self):
        say = self.story.say
        rides = {"count": self.options.people, "activities": 5, "rides": 4, "planned": 2, "days": 10, "seconds": [300, 600]}
        people = self.simulator.control.post("/users", rides)
        self.simulator.control.post("/trainerroad/generation", {"generation": "interval-case-old"})
        say(f"{len(people)} people ride with Strava and TrainerRoad. Their clouds are simulated, on this machine.")
        for name, component in (("strava", "strava.wasm"), ("trainerroad", "trainerroad_1_0.wasm")):
            self.note(self.daemon.install(name, component))
        self.daemon.operator.post("/admin/providers/TRAINERROAD/accept")
        say("The operator installed an adapter for each, and accepted that TrainerRoad has no official API.")
        connect_all(self.daemon, self.simulator, people, self.story.progress)
        enough = lambda: self.store.documents() >= 10 * len(people) and self.store.working() == 0
        self.wait("a first sync of everybody", enough, lambda: f"{self.store.documents()} documents")
        documents, events = self.store.documents(), len(self.receiver.taken)
        say(f"Everybody is connected at both, and synced: {documents} documents, {events} events delivered.")
        return people

    def too_many_requests(self):
        refusal = {"kind": "rate-limited", "retry_after": RETRY_AFTER_S}
        self.simulator.control.post("/faults", {"provider": "strava", "count": 3, "fault": refusal})
        self.wait("a refusal for too many requests", lambda: len(self.store.refusals()) > 0)
        self.story.say(f"Strava answered 429. No sync begins there until the {RETRY_AFTER_S} seconds that it named are over ...")
        self.wait("an answer after the refusal", lambda: all(after is not None for after in self.store.refusals()))
        self.story.say("... and then it goes on where it was refused.")

    def spelling(self, people):
        """Interval data's case: the old version's documents cannot be read."""
        for person in people[:20]:
            self.simulator.control.post(f"/users/{person['username']}/planned", {"count": 1})
        self.simulator.control.post("/trainerroad/generation", {"generation": "interval-case-new"})
        self.story.say("TrainerRoad now spells `intervalData` otherwise, and told nobody. New workouts are planned meanwhile.")
        self.wait("a quarantine", lambda: self.store.waiting()[0] >= min(20, len(people)))
        self.story.say(f"{self.store.waiting()[0]} documents cannot be read: they wait in quarantine, with the reason.")
        self.heal("trainerroad_1_1.wasm")

    def calendar(self, people):
        """The calendar moves and all rides get new numbers: the old version's pulls are held."""
        self.rides = self.daemon.rides("TRAINERROAD")
        for person in people[:20]:
            self.simulator.control.post(f"/users/{person['username']}/rides", {"provider": "trainerroad", "count": 1})
        self.simulator.control.post("/trainerroad/generation", {"generation": "react-calendar"})
        self.story.say("TrainerRoad moved its calendar and gave every ride another number. People go on riding.")
        self.wait("a held pull", lambda: self.store.waiting()[1] >= min(10, len(people)))
        self.story.say(f"{self.store.waiting()[1]} pulls found nothing where the calendar was: they are held where they stood.")
        self.heal("trainerroad.wasm")
        after = self.daemon.rides("TRAINERROAD")
        same = sum(after.get(ride) == record for ride, record in self.rides.items())
        self.story.say(f"{same} of {len(self.rides)} rides that had been there are still the records that they were.")

    def heal(self, component):
        """The next version is sent in and waits. It is activated while the provider answers slowly, so that calls run."""
        ready = self.daemon.install("trainerroad", component, "activate=no")
        faults = {"provider": "trainerroad", "count": 1_000, "fault": {"kind": "delay", "ms": SLOW_MS}}
        self.simulator.control.post("/faults", faults)
        kills = self.daemon.kills
        self.wait("calls in flight", lambda: sum(self.daemon.in_flight("trainerroad").values()) >= 2)
        if self.killer:
            self.killer.strike()
        change = self.daemon.activate("trainerroad", ready["digest"])
        flying = self.daemon.in_flight("trainerroad").get(change["previous"], 0)
        self.simulator.control.call("DELETE", "/faults")
        if self.killer:
            self.killer.struck()
        took = self.note(change)
        undisturbed = self.daemon.kills == kills
        self.flying.append(flying if undisturbed else None)
        calls = f"and right after it {flying} calls still ran on the old one" if undisturbed else "while the daemon was killed"
        self.story.say(f"The adapter that knows the new API took over in {took:.1f} ms, {calls}.")
        told = lambda: "{} documents and {} pulls wait".format(*self.store.waiting())
        self.wait("healing", lambda: self.store.waiting() == (0, 0), told)
        self.story.say("All that waited is healed.")

    def note(self, change):
        """What the daemon itself says of how long the activation took, in milliseconds."""
        took = next(time["ms"] for time in change["timings"] if time["stage"] == "active")
        self.swaps.append(took)
        return took
