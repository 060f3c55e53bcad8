-- Times are milliseconds since 1970 UTC. Ids are 16 bytes. Tokens are kept as SHA-256 in hexadecimal.

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;

CREATE TABLE account (
    id BLOB PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE organisation (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('household')),
    created INTEGER NOT NULL
) STRICT;

-- entries: how many diary entries ever arrived, so that no place in the order of arrival is used twice.
CREATE TABLE person (
    id BLOB PRIMARY KEY,
    organisation BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    region TEXT NOT NULL,
    created INTEGER NOT NULL,
    entries INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX person_of_organisation ON person (organisation);

-- The only place that ties a person to the audit log.
CREATE TABLE subject (
    person BLOB PRIMARY KEY REFERENCES person (id),
    id BLOB NOT NULL UNIQUE
) STRICT;

CREATE TABLE membership (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    person BLOB REFERENCES person (id),
    organisation BLOB REFERENCES organisation (id),
    role TEXT NOT NULL CHECK (role IN ('oneself', 'carer', 'owner', 'member')),
    since INTEGER NOT NULL,
    until INTEGER,
    CHECK ((person IS NULL) <> (organisation IS NULL)),
    CHECK ((role IN ('oneself', 'carer')) = (person IS NOT NULL))
) STRICT;
CREATE INDEX membership_of_account ON membership (account);
CREATE INDEX membership_of_person ON membership (person);
CREATE INDEX membership_of_organisation ON membership (organisation);

CREATE TABLE session (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    token TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT;
CREATE INDEX session_of_account ON session (account);

-- target: an account, a person or an organisation, as the purpose says.
CREATE TABLE one_time (
    token TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('first_account', 'reset_password', 'pair_device', 'join_household')),
    target BLOB,
    until INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;

CREATE TABLE device (
    id BLOB PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    token TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER,
    revoked INTEGER
) STRICT;
CREATE INDEX device_of_person ON device (person);

-- The token itself is kept, because the address of a calendar must be shown again; it opens neutral reminders only.
CREATE TABLE calendar (
    person BLOB PRIMARY KEY REFERENCES person (id),
    token TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE
) STRICT;

-- Times are HH:MM by the clock of the person's zone; an empty address or topic: not wanted.
CREATE TABLE reminder (
    person BLOB PRIMARY KEY REFERENCES person (id),
    evening TEXT,
    morning TEXT,
    mail TEXT NOT NULL,
    topic TEXT NOT NULL
) STRICT;

-- The outbox. next: when to send or try again, moved on while a sender holds the message; empty when it is done with.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('evening', 'morning')),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'ntfy')),
    due INTEGER NOT NULL,
    until INTEGER NOT NULL,
    next INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    sent INTEGER
) STRICT;
CREATE INDEX message_of_person ON message (person);
CREATE INDEX message_waiting ON message (next) WHERE next IS NOT NULL;

-- Failed sign-ins, under the hash of a name or an origin.
CREATE TABLE attempt (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last INTEGER NOT NULL
) STRICT;

-- content: SHA-256 of what the entry says. A second content under an id is kept beside the first, as disputed.
CREATE TABLE entry (
    person BLOB NOT NULL REFERENCES person (id),
    sequence INTEGER NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    zone TEXT NOT NULL,
    body TEXT NOT NULL,
    content TEXT NOT NULL,
    target BLOB,
    device BLOB REFERENCES device (id),
    received INTEGER NOT NULL,
    disputed INTEGER NOT NULL CHECK (disputed IN (0, 1)),
    PRIMARY KEY (person, sequence)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX entry_of_id ON entry (person, id, content);
CREATE UNIQUE INDEX entry_undisputed ON entry (person, id) WHERE disputed = 0;

CREATE TABLE tombstone (
    person BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (person, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE saved_check (
    person BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    knowledge TEXT NOT NULL,
    disposition TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (person, id)
) STRICT;

CREATE TABLE trial (
    person BLOB NOT NULL REFERENCES person (id),
    id BLOB NOT NULL,
    created INTEGER NOT NULL,
    protocol TEXT NOT NULL,
    commitment TEXT NOT NULL,
    seed BLOB NOT NULL,
    ended INTEGER,
    why TEXT,
    result TEXT,
    decision TEXT,
    PRIMARY KEY (person, id),
    CHECK ((ended IS NULL) = (why IS NULL))
) STRICT;
-- One question at a time.
CREATE UNIQUE INDEX trial_under_way ON trial (person) WHERE ended IS NULL;

-- sequence and hash are empty until the sequencer has linked the entry.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject BLOB,
    count INTEGER NOT NULL,
    sequence INTEGER UNIQUE,
    hash TEXT,
    CHECK ((sequence IS NULL) = (hash IS NULL))
) STRICT;
CREATE INDEX audit_of_subject ON audit (subject, id);
CREATE INDEX audit_waiting ON audit (id) WHERE sequence IS NULL;

CREATE TABLE audit_head (
    sequence INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    signature TEXT NOT NULL
) STRICT;
