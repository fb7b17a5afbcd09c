"""The daemon's database, read beside the daemon and never written."""

import sqlite3


class Store:
    def __init__(self, data):
        self.uri = f"file:{data / 'gearshift.db'}?mode=ro"

    def all(self, query):
        connection = sqlite3.connect(self.uri, uri=True, timeout=10)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def one(self, query):
        return self.all(query)[0][0]

    def documents(self):
        return self.one("SELECT count(*) FROM documents")

    def waiting(self):
        """Documents in quarantine and pulls held, now."""
        documents = self.one("SELECT count(*) FROM documents WHERE state = 'quarantined'")
        return documents, self.one("SELECT count(*) FROM jobs WHERE state = 'held'")

    def healed(self):
        """Documents that another version read than the one that pulled them, and pulls that went on after they were held."""
        documents = self.one("SELECT count(*) FROM documents WHERE state = 'normalized' AND normalized_by <> version")
        return documents + self.one("SELECT count(*) FROM jobs WHERE failure IS NOT NULL AND state = 'done'")

    def ever_waited(self):
        """Everything that was quarantined or held at any time."""
        documents = self.one("SELECT count(*) FROM documents WHERE state = 'quarantined' OR normalized_by <> version")
        return documents + self.one("SELECT count(*) FROM jobs WHERE failure IS NOT NULL")

    def syncs(self):
        """Syncs that were begun, and those that ended without commit, hold or retry."""
        begun = self.one("SELECT count(*) FROM jobs WHERE kind = 'pull' AND token > 0")
        return begun, self.one("SELECT count(*) FROM jobs WHERE kind = 'pull' AND state = 'dead'")

    def refusals(self):
        """For each 429, how many milliseconds later the same account was asked again; None where it was not yet."""
        answered = self.all("SELECT connection, status, fetched_at FROM exchanges ORDER BY connection, id")
        pairs = zip(answered, [*answered[1:], (None, 0, 0)])
        return [after[2] - one[2] if after[0] == one[0] else None for one, after in pairs if one[1] == 429]

    def working(self):
        """Jobs that run or are due."""
        return self.one(
            "SELECT count(*) FROM jobs WHERE state = 'running' OR state = 'ready' AND run_at < (unixepoch() + 30) * 1000"
        )

    def busy(self):
        """Jobs, and deliveries on their way."""
        return self.working() + self.one("SELECT count(*) FROM deliveries WHERE state = 'pending'")
