"""The processes: the simulator of the providers, and the daemon, which may be killed and comes back."""

import contextlib
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import threading

from .http import Peer

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMPONENTS = ROOT / "plugins/target/wasm32-wasip2/release"
SECRET = "whsec_ZGVtbyBzZWNyZXQgb2YgdGhlIHJlY2VpdmVyIQ=="


def free_port():
    """Below the range from which systems number outgoing connections: one of those would keep a killed daemon from coming back."""
    for port in random.sample(range(15_000, 32_000), 1_000):
        with socket.socket() as free, contextlib.suppress(OSError):
            free.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")


def ready(process, name):
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the {name} did not start: status {process.wait()}")
    return json.loads(line)


class Simulator:
    def __init__(self, folder, seed):
        program = ROOT / "target/debug/simulator"
        command = [program, "--port", "0", "--seed", str(seed), "--until-stdin-closes"]
        with open(folder / "simulator.log", "w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        self.at = ready(self.process, "simulator")
        self.control = Peer(self.at["control"])
        # The tier that Strava gives by default would last for two people.
        self.control.post("/strava/limits", {"overall": [100_000, 1_000_000], "read": [100_000, 1_000_000]})

    def close(self):
        self.process.terminate()
        self.process.wait()


class Daemon:
    """The daemon with embedded defaults, but for where the providers and the receiver are."""

    def __init__(self, folder, simulator, receiver):
        self.folder = folder
        self.data = folder / "data"
        self.public = free_port()
        self.admin = free_port()
        self.kills = 0
        self.guard = threading.Lock()
        self.config = folder / "gearshift.toml"
        self.config.write_text(f'''
data = "{self.data}"
public = "127.0.0.1:{self.public}"
admin = "127.0.0.1:{self.admin}"

[rewrites]
"https://www.strava.com" = "{simulator.at["strava"]}"
"https://www.trainerroad.com" = "{simulator.at["trainerroad"]}"

[clients.STRAVA]
id = "{simulator.at["client_id"]}"
secret = "simulated-client-secret"

[destination]
url = "{receiver.url}"
secret = "{SECRET}"
private = true
''')
        self.start()
        self.api = Peer(f"http://127.0.0.1:{self.public}", (self.data / "api-key").read_text().strip())
        self.operator = Peer(f"http://127.0.0.1:{self.admin}", (self.data / "admin-token").read_text().strip())

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GEARSHIFT_")}
        environment["GEARSHIFT_LOG"] = "info"
        command = [ROOT / "target/debug/gearshift", "serve", "--config", self.config]
        with open(self.folder / "daemon.log", "a") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        try:
            ready(self.process, "daemon")
        except BaseException:
            self.process.kill()
            raise

    def kill(self):
        """As a power cut would, as far as a process can tell."""
        with self.guard:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills += 1
            self.start()

    def install(self, name, file, options=""):
        """As an operator does: send it, read what it asks for, say yes."""
        component = (COMPONENTS / file).read_bytes()
        status, answer = self.operator.call("PUT", f"/admin/adapters/{name}?{options}", data=component)
        if status == 202:
            _, answer = self.operator.call("PUT", f"/admin/adapters/{name}?{options}&grant={answer['grant']}", data=component)
        return answer

    def activate(self, name, digest):
        return self.operator.post(f"/admin/adapters/{name}/activate?digest={digest}")

    def in_flight(self, name):
        """Calls that run now, by the version that they run on."""
        listed = self.operator.get(f"/admin/adapters/{name}")
        return {version["digest"]: version["in-flight"] for version in listed["versions"]}

    def rides(self, provider):
        """The ids of a provider's activities, by connection, start and length."""
        found = {}
        for connection in self.api.pages(f"/v1/connections?provider={provider}"):
            for stored in self.api.pages(f"/v1/connections/{connection['id']}/records?kind=activity"):
                window = stored["record"]["window"]
                found[connection["id"], window["start"], window["end"]] = stored["id"]
        return found

    def close(self):
        with self.guard:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.wait()


class Killer(threading.Thread):
    """Kills the daemon at moments that a number determines, until told to stop."""

    # Within this time from the beginning of an activation, it is struck: before it, in it, or after it.
    STRIKE_S = 0.06

    def __init__(self, daemon, seed):
        super().__init__(daemon=True)
        self.victim = daemon
        # One for each, so that neither's moments depend on how often the other was asked.
        self.pauses = random.Random(f"pauses {seed}")
        self.strikes = random.Random(f"strikes {seed}")
        self.done = threading.Event()
        self.blow = None

    def run(self):
        while not self.done.wait(self.pauses.uniform(1.5, 5)):
            self.victim.kill()

    def strike(self):
        """At an activation, beside all other times."""
        self.blow = threading.Timer(self.strikes.uniform(0, self.STRIKE_S), self.victim.kill)
        self.blow.start()

    def struck(self):
        self.blow.join()

    def stop(self):
        self.done.set()
        for thread in (self, self.blow):
            if thread and thread.is_alive():
                thread.join()
