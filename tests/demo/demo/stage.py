"""The processes: the simulator of the providers, and the daemon, which may be killed and comes back."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

from .http import Peer

ROOT = pathlib.Path(__file__).resolve().parents[3]
COMPONENTS = ROOT / "plugins/target/wasm32-wasip2/release"
SECRET = "whsec_ZGVtbyBzZWNyZXQgb2YgdGhlIHJlY2VpdmVyIQ=="
CALLBACK = "http://127.0.0.1:{port}"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def ready(process, name):
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"the {name} did not start: status {process.wait()}")
    return json.loads(line)


class Simulator:
    def __init__(self, folder, seed):
        program = ROOT / "target/debug/simulator"
        log = open(folder / "simulator.log", "w")
        self.process = subprocess.Popen([program, "--port", "0", "--seed", str(seed)], stdout=subprocess.PIPE, stderr=log, text=True)
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
        log = open(self.folder / "daemon.log", "a")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GEARSHIFT_")}
        environment["GEARSHIFT_LOG"] = "info"
        command = [ROOT / "target/debug/gearshift", "serve", "--config", self.config]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        ready(self.process, "daemon")

    def kill(self):
        """As a power cut would, as far as a process can tell."""
        with self.guard:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills += 1
            self.start()

    def install(self, name, file):
        """As an operator does: send it, read what it asks for, say yes."""
        component = (COMPONENTS / file).read_bytes()
        status, answer = self.operator.call("PUT", f"/admin/adapters/{name}", data=component)
        if status == 202:
            _, answer = self.operator.call("PUT", f"/admin/adapters/{name}?grant={answer['grant']}", data=component)
        return answer

    def in_flight(self, name):
        listed = self.operator.get(f"/admin/adapters/{name}")
        return sum(version["in-flight"] for version in listed["versions"])

    def close(self):
        with self.guard:
            if self.process.poll() is None:
                self.process.terminate()
                self.process.wait()


class Killer(threading.Thread):
    """Kills the daemon at moments that a number determines, until told to stop."""

    def __init__(self, daemon, random):
        super().__init__(daemon=True)
        self.victim = daemon
        self.random = random
        self.done = threading.Event()

    def run(self):
        while not self.done.wait(self.random.uniform(1.5, 5)):
            self.victim.kill()

    def stop(self):
        self.done.set()
        self.join()


def until(what, seconds, reached):
    """Waits for something, and says what did not come."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} did not come within {seconds} s")
        time.sleep(0.1)
