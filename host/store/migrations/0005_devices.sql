-- Phones that push: the tickets by which they enrol, the token that each has, and the batches that came. Tickets, tokens
-- and keys are here as their sha256 only.

CREATE TABLE tickets (
    hash      TEXT PRIMARY KEY,
    project   TEXT NOT NULL REFERENCES projects (id),
    reference TEXT,
    expires   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX tickets_by_expiry ON tickets (expires);

CREATE TABLE devices (
    connection TEXT PRIMARY KEY REFERENCES connections (id),
    hash       TEXT NOT NULL UNIQUE,
    enrolled   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX connections_by_reference ON connections (project, provider, reference) WHERE reference IS NOT NULL;

-- A batch is an exchange like any other, and `pieces` say how it falls into documents.
CREATE TABLE pushes (
    exchange   INTEGER PRIMARY KEY REFERENCES exchanges (id) ON DELETE CASCADE,
    connection TEXT NOT NULL,
    stream     TEXT NOT NULL,
    hash       TEXT NOT NULL,
    key        TEXT,
    pieces     TEXT NOT NULL,
    UNIQUE (connection, stream, hash),
    UNIQUE (connection, stream, key)
) STRICT;
CREATE INDEX pushes_in_order ON pushes (connection, stream, exchange);
