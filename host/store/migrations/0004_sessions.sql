-- Sessions: what a user's browser is led through, from the choice of a provider to the way back. `connection` is what
-- came of it, and `attempt` what was promised for it.
CREATE TABLE sessions (
    id_hash     TEXT PRIMARY KEY,
    project     TEXT NOT NULL,
    providers   TEXT,
    scopes      TEXT,
    reference   TEXT,
    success     TEXT NOT NULL,
    failure     TEXT NOT NULL,
    language    TEXT,
    attempt     TEXT,
    cookie_hash TEXT,
    connection  TEXT,
    created     INTEGER NOT NULL,
    ended       INTEGER,
    expires     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_expiry ON sessions (expires);
CREATE INDEX sessions_by_connection ON sessions (connection) WHERE connection IS NOT NULL;

-- Made anew: a sign-in begins when its user goes on to the provider, and belongs to a session from then on. One that is
-- under way lives for minutes, and its user begins again.
DROP TABLE logins;
CREATE TABLE logins (
    state_hash       TEXT PRIMARY KEY,
    session_hash     TEXT NOT NULL,
    project          TEXT NOT NULL,
    connection       TEXT NOT NULL REFERENCES connections (id),
    provider         TEXT NOT NULL,
    auth_id          TEXT NOT NULL,
    version          TEXT NOT NULL,
    verifier_sealed  BLOB NOT NULL,
    authorize_sealed BLOB NOT NULL,
    redirect_uri     TEXT NOT NULL,
    cookie_hash      TEXT NOT NULL,
    created          INTEGER NOT NULL,
    expires          INTEGER NOT NULL,
    used             INTEGER
) STRICT;
CREATE INDEX logins_by_connection ON logins (connection);
-- However often a user goes on, it is one sign-in.
CREATE UNIQUE INDEX logins_live ON logins (session_hash, provider) WHERE used IS NULL;
