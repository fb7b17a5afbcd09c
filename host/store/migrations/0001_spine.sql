-- Instants are Unix milliseconds. Lists and maps that nothing searches are JSON text. `body` of records, facets and
-- events is JSON, compressed by zstd where it is large (the first bytes tell).

CREATE TABLE connections (
    id        TEXT PRIMARY KEY,
    project   TEXT NOT NULL,
    provider  TEXT NOT NULL,
    auth_id   TEXT NOT NULL,
    account   TEXT,
    name      TEXT,
    status    TEXT NOT NULL,
    reason    TEXT,
    zone      TEXT,
    settings  TEXT NOT NULL,
    scopes    TEXT NOT NULL,
    reference TEXT,
    created   INTEGER NOT NULL,
    changed   INTEGER NOT NULL
) STRICT;
CREATE INDEX connections_by_project ON connections (project, id);
CREATE INDEX connections_by_provider ON connections (provider, id);
-- Two sign-ins that end at the same moment must not make two connections of one account.
CREATE UNIQUE INDEX connections_by_account ON connections (project, provider, account, ifnull(reference, ''))
    WHERE account IS NOT NULL;

-- `sealed` is null after an erasure: the row stays, so that the generation never starts again.
CREATE TABLE secrets (
    connection TEXT NOT NULL REFERENCES connections (id),
    name       TEXT NOT NULL,
    sealed     BLOB,
    generation INTEGER NOT NULL,
    PRIMARY KEY (connection, name)
) STRICT;

CREATE TABLE logins (
    state_hash      TEXT PRIMARY KEY,
    connection      TEXT NOT NULL REFERENCES connections (id),
    provider        TEXT NOT NULL,
    auth_id         TEXT NOT NULL,
    version         TEXT NOT NULL,
    verifier_sealed BLOB NOT NULL,
    redirect        TEXT NOT NULL,
    cookie_hash     TEXT,
    created         INTEGER NOT NULL,
    expires         INTEGER NOT NULL,
    used            INTEGER
) STRICT;
CREATE INDEX logins_by_connection ON logins (connection);

-- One row a body, however many exchanges brought it. `stored` is its size on disk.
CREATE TABLE bodies (
    hash   TEXT PRIMARY KEY,
    size   INTEGER NOT NULL,
    stored INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: the id is the order of arrival, and a collected one must never come again.
CREATE TABLE exchanges (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    connection        TEXT NOT NULL REFERENCES connections (id),
    provider          TEXT NOT NULL,
    endpoint_hint     TEXT,
    method            TEXT NOT NULL,
    url               TEXT NOT NULL,
    status            INTEGER NOT NULL,
    headers           TEXT NOT NULL,
    request_body_hash TEXT,
    body_hash         TEXT NOT NULL REFERENCES bodies (hash),
    media_type        TEXT,
    fetched_at        INTEGER NOT NULL,
    version           TEXT NOT NULL,
    once_key          TEXT
) STRICT;
CREATE INDEX exchanges_by_connection ON exchanges (connection, id);
CREATE INDEX exchanges_by_body ON exchanges (body_hash);
CREATE INDEX exchanges_by_age ON exchanges (provider, fetched_at);
CREATE UNIQUE INDEX exchanges_by_once ON exchanges (connection, once_key) WHERE once_key IS NOT NULL;

CREATE VIEW archived AS
    SELECT exchanges.*, bodies.size FROM exchanges JOIN bodies ON bodies.hash = exchanges.body_hash;

-- `exchange` is the latest of its parts: its place in the order of arrival.
CREATE TABLE documents (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection    TEXT NOT NULL REFERENCES connections (id),
    provider      TEXT NOT NULL,
    stream        TEXT NOT NULL,
    endpoint      TEXT NOT NULL,
    provider_id   TEXT,
    subject       TEXT NOT NULL,
    context       TEXT NOT NULL,
    fetched_at    INTEGER NOT NULL,
    exchange      INTEGER NOT NULL,
    version       TEXT NOT NULL,
    state         TEXT NOT NULL,
    failure       TEXT,
    notes         TEXT NOT NULL,
    normalized_by TEXT,
    tried_by      TEXT NOT NULL,
    created       INTEGER NOT NULL,
    changed       INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_connection ON documents (connection, id);
CREATE INDEX documents_by_state ON documents (provider, state, id);

-- `exchange` has no foreign key: it outlives the exchange's retention, so that provenance can still be told.
CREATE TABLE document_parts (
    document INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    ordinal  INTEGER NOT NULL,
    name     TEXT NOT NULL,
    exchange INTEGER NOT NULL,
    first    INTEGER,
    last     INTEGER,
    PRIMARY KEY (document, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX document_parts_by_exchange ON document_parts (exchange);

CREATE TABLE records (
    id          TEXT PRIMARY KEY,
    connection  TEXT NOT NULL REFERENCES connections (id),
    kind        TEXT NOT NULL,
    key         TEXT NOT NULL,
    revision    INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    body        BLOB NOT NULL,
    version     TEXT NOT NULL,
    deleted     INTEGER NOT NULL,
    merged_into TEXT REFERENCES records (id),
    created     INTEGER NOT NULL,
    changed     INTEGER NOT NULL
) STRICT;
CREATE INDEX records_by_connection ON records (connection, seq);
CREATE INDEX records_by_merge ON records (merged_into) WHERE merged_into IS NOT NULL;

CREATE VIEW composed AS
    SELECT records.*, connections.provider FROM records JOIN connections ON connections.id = records.connection;

-- Every key that ever led to a record still does.
CREATE TABLE record_keys (
    connection TEXT NOT NULL,
    kind       TEXT NOT NULL,
    key        TEXT NOT NULL,
    record     TEXT NOT NULL REFERENCES records (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (connection, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX record_keys_by_record ON record_keys (record);
CREATE INDEX record_keys_by_key ON record_keys (connection, key);

-- What the provider said to be deleted, and the exchange that told it: only what came later brings the thing back. A
-- row a key and not a record, since the thing itself may still be in quarantine. An empty kind: of whatever kind.
CREATE TABLE tombstones (
    connection TEXT NOT NULL REFERENCES connections (id),
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    exchange   INTEGER NOT NULL,
    PRIMARY KEY (connection, key, kind)
) STRICT, WITHOUT ROWID;

-- Since keys lead to records, (connection, kind, key, endpoint) is (record, endpoint) here.
CREATE TABLE facets (
    record   TEXT NOT NULL REFERENCES records (id) DEFERRABLE INITIALLY DEFERRED,
    endpoint TEXT NOT NULL,
    key      TEXT NOT NULL,
    updated  INTEGER,
    exchange INTEGER NOT NULL,
    document INTEGER NOT NULL REFERENCES documents (id),
    version  TEXT NOT NULL,
    hash     TEXT NOT NULL,
    body     BLOB NOT NULL,
    PRIMARY KEY (record, endpoint)
) STRICT;
CREATE INDEX facets_by_document ON facets (document);

CREATE TABLE streams (
    connection     TEXT NOT NULL REFERENCES connections (id),
    stream         TEXT NOT NULL,
    cursor         TEXT,
    watermark      TEXT,
    next_watermark TEXT,
    state_schema   INTEGER NOT NULL,
    complete_start INTEGER,
    complete_end   INTEGER,
    completed      INTEGER,
    changed        INTEGER NOT NULL,
    PRIMARY KEY (connection, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE jobs (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT NOT NULL,
    connection  TEXT REFERENCES connections (id),
    provider    TEXT NOT NULL,
    stream      TEXT,
    payload     TEXT NOT NULL,
    priority    INTEGER NOT NULL,
    run_at      INTEGER NOT NULL,
    dedupe      TEXT,
    state       TEXT NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    token       INTEGER NOT NULL DEFAULT 0,
    worker      TEXT,
    lease_until INTEGER,
    cursor      TEXT,
    -- It was asked for when it had begun: what was new by then may lie behind it.
    again       INTEGER NOT NULL DEFAULT 0,
    pages       INTEGER NOT NULL DEFAULT 0,
    reason      TEXT,
    failure     TEXT,
    version     TEXT,
    evidence    TEXT NOT NULL DEFAULT '[]',
    created     INTEGER NOT NULL,
    changed     INTEGER NOT NULL
) STRICT;
CREATE INDEX jobs_due ON jobs (priority DESC, run_at, id) WHERE state = 'ready';
CREATE INDEX jobs_soonest ON jobs (run_at) WHERE state = 'ready';
CREATE INDEX jobs_leases ON jobs (lease_until) WHERE state = 'running';
CREATE INDEX jobs_held ON jobs (provider) WHERE state = 'held';
CREATE INDEX jobs_ended ON jobs (changed) WHERE state IN ('done', 'dead');
CREATE INDEX jobs_by_connection ON jobs (connection, id);
CREATE UNIQUE INDEX jobs_live ON jobs (dedupe) WHERE dedupe IS NOT NULL AND state IN ('ready', 'running', 'held');
-- The database itself keeps a connection from running twice, whatever a claim may overlook.
CREATE UNIQUE INDEX jobs_running ON jobs (connection) WHERE connection IS NOT NULL AND state = 'running';

CREATE TABLE events (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    project    TEXT NOT NULL,
    connection TEXT NOT NULL REFERENCES connections (id),
    record     TEXT REFERENCES records (id) DEFERRABLE INITIALLY DEFERRED,
    kind       TEXT,
    revision   INTEGER,
    type       TEXT NOT NULL,
    body       BLOB NOT NULL,
    created    INTEGER NOT NULL
) STRICT;
-- One revision of one record never has two event ids.
CREATE UNIQUE INDEX events_by_revision ON events (record, revision) WHERE record IS NOT NULL;
CREATE INDEX events_by_project ON events (project, seq);
CREATE INDEX events_by_connection ON events (connection, seq);

CREATE TABLE destinations (
    id            TEXT PRIMARY KEY,
    project       TEXT NOT NULL,
    url           TEXT NOT NULL,
    secret_sealed BLOB NOT NULL,
    enabled       INTEGER NOT NULL,
    created       INTEGER NOT NULL
) STRICT;

-- `lane` is the record, or the connection for its own events: within it, deliveries to a destination keep their order.
CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    seq          INTEGER NOT NULL REFERENCES events (seq) ON DELETE CASCADE,
    destination  TEXT NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
    lane         TEXT NOT NULL,
    state        TEXT NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_at      INTEGER NOT NULL,
    -- A process sends it; `next_at` is when that process is believed to be dead.
    sending      INTEGER NOT NULL DEFAULT 0,
    last_status  INTEGER,
    last_error   TEXT,
    delivered_at INTEGER,
    UNIQUE (seq, destination)
) STRICT;
CREATE INDEX deliveries_due ON deliveries (next_at, seq) WHERE state = 'pending';
CREATE INDEX deliveries_lanes ON deliveries (destination, lane, seq) WHERE state = 'pending';
CREATE INDEX deliveries_by_destination ON deliveries (destination, state);

CREATE TABLE versions (
    digest           TEXT PRIMARY KEY,
    name             TEXT NOT NULL,
    component_digest TEXT NOT NULL,
    manifest_digest  TEXT NOT NULL,
    manifest         TEXT NOT NULL,
    semver           TEXT NOT NULL,
    contract         TEXT NOT NULL,
    state            TEXT NOT NULL,
    reason           TEXT,
    timings          TEXT NOT NULL,
    signer           TEXT,
    created          INTEGER NOT NULL
) STRICT;
CREATE INDEX versions_by_name ON versions (name, created);

CREATE TABLE heads (
    provider TEXT NOT NULL,
    auth_id  TEXT NOT NULL,
    name     TEXT NOT NULL,
    digest   TEXT NOT NULL REFERENCES versions (digest),
    previous TEXT REFERENCES versions (digest),
    changed  INTEGER NOT NULL,
    PRIMARY KEY (provider, auth_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE activations (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    name   TEXT NOT NULL,
    digest TEXT NOT NULL REFERENCES versions (digest),
    at     INTEGER NOT NULL
) STRICT;

-- `line` is a grant's canonical text.
CREATE TABLE grants (
    name    TEXT NOT NULL,
    line    TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (name, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE acceptances (
    provider TEXT PRIMARY KEY,
    created  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
