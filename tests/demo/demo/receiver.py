"""The platform's webhook: checks each signature with PyPI's standardwebhooks, keeps what came, and is not always well."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

# Every so many-th event is answered with 500 at its first attempt, so that redelivery is seen.
UNWELL_EVERY = 40
# Whoever spoils something does so after this many events.
SPOIL_AFTER = 100


class Receiver:
    """`taken` is what was acknowledged, in the order in which it came."""

    def __init__(self, secret, sabotage=None):
        self.secret = secret
        self.sabotage = sabotage
        # What was spoilt, in words.
        self.spoilt = None
        self.lock = threading.Lock()
        self.taken = []
        self.seen = {}
        self.forged = 0
        self.redelivered = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status = receiver.take(body, {name.lower(): value for name, value in self.headers.items()})
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, body, headers):
        try:
            Webhook(self.secret).verify(body, headers)
        except WebhookVerificationError:
            with self.lock:
                self.forged += 1
            return 401
        event = json.loads(body)
        with self.lock:
            attempts = self.seen.get(event["id"], 0)
            self.seen[event["id"]] = attempts + 1
            if attempts:
                self.redelivered += 1
            elif len(self.seen) % UNWELL_EVERY == 0:
                return 500
            self.keep(event)
        return 204

    def keep(self, event):
        """Keeps an event, unless somebody was told to spoil one: that is what the check at the end has to find."""
        if self.sabotage and not self.spoilt and event.get("record"):
            self.spoilt = getattr(self, self.sabotage)(event)
            if self.spoilt:
                return
        self.taken.append(event)

    def lose(self, event):
        """An event is acknowledged and forgotten."""
        return len(self.taken) > SPOIL_AFTER and f"{event['id']} was acknowledged and forgotten"

    def double(self, event):
        """An event comes again, under another id."""
        if len(self.taken) <= SPOIL_AFTER:
            return None
        again = dict(event, id=f"{event['id']}-again")
        self.taken += [event, again]
        return f"{event['id']} came again as {again['id']}"

    def late(self, event):
        """A record's earlier revision comes after the later one."""
        record = event["record"]
        earlier = (record["id"], record["revision"] - 1)
        for place, other in enumerate(self.taken):
            told = other.get("record")
            if told and (told["id"], told["revision"]) == earlier:
                self.taken.append(event)
                self.taken.append(self.taken.pop(place))
                return f"{other['id']} came after {event['id']}"
        return None

    def close(self):
        self.server.shutdown()
        self.server.server_close()
