"""JSON over HTTP, as a platform and an operator speak it."""

import http.client
import json
import time
import urllib.error
import urllib.request

# A daemon that was killed is back within seconds; longer than this it is a failure of the demo.
PATIENCE_S = 20


class Refused(Exception):
    """The other side answered, and said no."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body


class Peer:
    """One HTTP server. Requests that meet a server which is being restarted are made again: all of them are harmless twice."""

    def __init__(self, base, token=None):
        self.base = base
        self.token = token

    def call(self, method, path, body=None, data=None):
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                return self._once(method, path, body, data)
            except (ConnectionError, http.client.HTTPException, urllib.error.URLError, TimeoutError) as error:
                if isinstance(error, urllib.error.HTTPError) or time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _once(self, method, path, body, data):
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        if body is not None:
            data = json.dumps(body).encode()
            headers["content-type"] = "application/json"
        url = path if path.startswith("http") else self.base + path
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, decoded(answer.read())
        except urllib.error.HTTPError as error:
            raise Refused(error.code, decoded(error.read())) from None

    def get(self, path):
        return self.call("GET", path)[1]

    def post(self, path, body=None):
        return self.call("POST", path, body=body)[1]

    def pages(self, path, limit=500):
        """All items of a list that comes in pages."""
        after = ""
        while True:
            sign = "&" if "?" in path else "?"
            page = self.get(f"{path}{sign}limit={limit}{after}")
            yield from page["items"]
            if page["next"] is None:
                return
            after = f"&after={page['next']}"


def decoded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")
