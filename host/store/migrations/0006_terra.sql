-- What it takes to speak in the words of another API: in whose words a destination and a browser are spoken to, how a
-- connection stood when an event was written, and when something of it last arrived.

ALTER TABLE destinations ADD COLUMN format TEXT NOT NULL DEFAULT 'gearshift';

ALTER TABLE sessions ADD COLUMN format TEXT NOT NULL DEFAULT 'gearshift';

ALTER TABLE events ADD COLUMN about TEXT NOT NULL DEFAULT '[]';

ALTER TABLE connections ADD COLUMN delivered INTEGER;
UPDATE connections SET delivered = (
    SELECT max(delivered_at) FROM deliveries JOIN events ON events.seq = deliveries.seq
    WHERE events.connection = connections.id
);
