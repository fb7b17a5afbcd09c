-- What an operator sets of a provider for all of its connections, as its adapter's manifest names it.
CREATE TABLE provider_settings (
    provider TEXT NOT NULL,
    name     TEXT NOT NULL,
    value    TEXT NOT NULL,
    PRIMARY KEY (provider, name)
) STRICT, WITHOUT ROWID;
