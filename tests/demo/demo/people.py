"""People connect their accounts, and a steady load of syncs goes on."""

import random
import re
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from .http import Refused


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def connect_strava(daemon, simulator, person):
    begun = daemon.api.post("/v1/connections", {"provider": "STRAVA", "reference": person["username"]})
    browser = urllib.request.build_opener(NoRedirect, urllib.request.HTTPCookieProcessor())
    try:
        with browser.open(begun["url"], timeout=30) as page:
            proof = re.search(r'name="proof" value="(\w+)"', page.read().decode())[1]
        browser.open(begun["url"], data=f"proof={proof}".encode(), timeout=30)
        raise RuntimeError("the link did not lead to the provider")
    except urllib.error.HTTPError as redirect:
        to = redirect.headers["location"]
    back = simulator.control.post("/strava/authorize", {"url": to, "user": person["username"]})
    # From here on it follows as a browser does.
    cookies = next(handler for handler in browser.handlers if isinstance(handler, urllib.request.HTTPCookieProcessor))
    with urllib.request.build_opener(cookies).open(back["location"], timeout=30) as page:
        if "Connected" not in page.read().decode():
            raise RuntimeError(f"{person['username']} was not connected")


def connect_trainerroad(daemon, person):
    begun = daemon.api.post("/v1/connections", {"provider": "TRAINERROAD", "reference": person["username"]})
    given = {"username": person["username"], "password": person["password"]}
    fields = {field["name"]: given["password" if field["secret"] else "username"] for field in begun["fields"]}
    daemon.api.post(f"/v1/connections/{begun['connection']}/form", {"fields": fields, "keep": True})


def connect_all(daemon, simulator, people, progress):
    done = 0
    with ThreadPoolExecutor(8) as pool:
        jobs = [pool.submit(connect_strava, daemon, simulator, person) for person in people]
        jobs += [pool.submit(connect_trainerroad, daemon, person) for person in people]
        for job in jobs:
            job.result()
            done += 1
            progress(f"{done} of {len(jobs)} accounts are connected")


class Load(threading.Thread):
    """Asks for a sync of somebody, again and again."""

    # Ten a second on two cores that the simulator, the receiver and the daemon share.
    EVERY_S = 0.1

    def __init__(self, daemon, seed):
        super().__init__(daemon=True)
        self.host = daemon
        self.random = random.Random(seed)
        self.connections = [connection["id"] for connection in daemon.api.pages("/v1/connections")]
        self.done = threading.Event()
        self.asked = 0
        self.refused = []

    def run(self):
        while not self.done.wait(self.EVERY_S):
            try:
                self.host.api.post(f"/v1/connections/{self.random.choice(self.connections)}/sync")
                self.asked += 1
            except Refused as error:
                self.refused.append(str(error))

    def stop(self):
        self.done.set()
        if self.is_alive():
            self.join()
