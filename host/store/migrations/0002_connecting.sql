-- Projects with their own keys, sign-ins that are tied to a browser, renewals that one process at a time carries out,
-- calls of providers, and connections that leave word when they end. Where a column says `sealed`, the vault made it.

CREATE TABLE projects (
    id        TEXT PRIMARY KEY,
    name      TEXT NOT NULL,
    redirects TEXT NOT NULL,
    created   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
-- A project was only a word until now: those in use go on under their own name.
INSERT INTO projects (id, name, redirects, created)
    SELECT project, project, '[]', min(created)
    FROM (SELECT project, created FROM connections UNION ALL SELECT project, created FROM destinations)
    GROUP BY project;

CREATE TABLE api_keys (
    id      TEXT PRIMARY KEY,
    project TEXT NOT NULL REFERENCES projects (id),
    name    TEXT NOT NULL,
    hash    TEXT NOT NULL UNIQUE,
    created INTEGER NOT NULL,
    revoked INTEGER
) STRICT;
CREATE INDEX api_keys_by_project ON api_keys (project, id);

CREATE TABLE provider_keys (
    project     TEXT NOT NULL REFERENCES projects (id),
    provider    TEXT NOT NULL,
    client_id   TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    hook_sealed BLOB,
    scopes      TEXT NOT NULL,
    settings    TEXT NOT NULL,
    hook        TEXT NOT NULL UNIQUE,
    changed     INTEGER NOT NULL,
    PRIMARY KEY (project, provider)
) STRICT;

-- A connection that ended, as a husk: the row to which its last event belongs, until that has gone out.
ALTER TABLE connections ADD COLUMN ended INTEGER;
CREATE INDEX connections_ended ON connections (ended) WHERE ended IS NOT NULL;
CREATE INDEX connections_attempts ON connections (created) WHERE status = 'connecting';

-- When a secret is to be renewed.
ALTER TABLE secrets ADD COLUMN expires INTEGER;
CREATE INDEX secrets_by_expiry ON secrets (expires, connection) WHERE expires IS NOT NULL;

-- A lease is live while it has an owner and `until` has not come. `tried`: a request with the present refresh token
-- left, and its answer never became durable.
CREATE TABLE renewals (
    connection TEXT PRIMARY KEY REFERENCES connections (id),
    token      INTEGER NOT NULL,
    owner      TEXT,
    until      INTEGER,
    tried      INTEGER,
    renewed    INTEGER
) STRICT, WITHOUT ROWID;

-- Made anew, since a sign-in that began without a browser to be tied to must not end: it lives for minutes, and its
-- user begins again.
DROP TABLE logins;
CREATE TABLE logins (
    state_hash       TEXT PRIMARY KEY,
    link_hash        TEXT NOT NULL UNIQUE,
    project          TEXT NOT NULL,
    connection       TEXT NOT NULL REFERENCES connections (id),
    provider         TEXT NOT NULL,
    auth_id          TEXT NOT NULL,
    version          TEXT NOT NULL,
    verifier_sealed  BLOB NOT NULL,
    authorize_sealed BLOB NOT NULL,
    redirect_uri     TEXT NOT NULL,
    redirect         TEXT NOT NULL,
    language         TEXT,
    cookie_hash      TEXT,
    created          INTEGER NOT NULL,
    opened           INTEGER,
    expires          INTEGER NOT NULL,
    used             INTEGER
) STRICT;
CREATE INDEX logins_by_connection ON logins (connection);

-- AUTOINCREMENT: the id is the order of arrival, and a collected one must never come again.
CREATE TABLE inbound (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    project   TEXT NOT NULL,
    provider  TEXT NOT NULL,
    method    TEXT NOT NULL,
    path      TEXT NOT NULL,
    query     TEXT NOT NULL,
    headers   TEXT NOT NULL,
    verified  TEXT NOT NULL,
    body_hash TEXT NOT NULL REFERENCES bodies (hash),
    received  INTEGER NOT NULL,
    state     TEXT NOT NULL,
    failure   TEXT,
    version   TEXT
) STRICT;
CREATE INDEX inbound_by_state ON inbound (state, id);
CREATE INDEX inbound_by_age ON inbound (provider, received);
CREATE INDEX inbound_by_body ON inbound (body_hash);

CREATE VIEW received AS
    SELECT inbound.*, bodies.size FROM inbound JOIN bodies ON bodies.hash = inbound.body_hash;
