-- Times are milliseconds since 1970 UTC. Tokens are kept as SHA-256 in hexadecimal.

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE account (
    id UUID PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE organisation (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('household')),
    created BIGINT NOT NULL
);

-- entries: how many diary entries ever arrived, so that no place in the order of arrival is used twice.
CREATE TABLE person (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    region TEXT NOT NULL,
    created BIGINT NOT NULL,
    entries BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX person_of_organisation ON person (organisation);

-- The only place that ties a person to the audit log.
CREATE TABLE subject (
    person UUID PRIMARY KEY REFERENCES person (id),
    id UUID NOT NULL UNIQUE
);

CREATE TABLE membership (
    id UUID PRIMARY KEY,
    account UUID NOT NULL REFERENCES account (id),
    person UUID REFERENCES person (id),
    organisation UUID REFERENCES organisation (id),
    role TEXT NOT NULL CHECK (role IN ('oneself', 'carer', 'owner', 'member')),
    since BIGINT NOT NULL,
    until BIGINT,
    CHECK ((person IS NULL) <> (organisation IS NULL)),
    CHECK ((role IN ('oneself', 'carer')) = (person IS NOT NULL))
);
CREATE INDEX membership_of_account ON membership (account);
CREATE INDEX membership_of_person ON membership (person);
CREATE INDEX membership_of_organisation ON membership (organisation);

CREATE TABLE session (
    id UUID PRIMARY KEY,
    account UUID NOT NULL REFERENCES account (id),
    token TEXT NOT NULL UNIQUE,
    device TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL
);
CREATE INDEX session_of_account ON session (account);

-- target: an account, a person or an organisation, as the purpose says.
CREATE TABLE one_time (
    token TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('first_account', 'reset_password', 'pair_device', 'join_household')),
    target UUID,
    until BIGINT NOT NULL,
    created BIGINT NOT NULL
);

CREATE TABLE device (
    id UUID PRIMARY KEY,
    person UUID NOT NULL REFERENCES person (id),
    token TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT,
    revoked BIGINT
);
CREATE INDEX device_of_person ON device (person);

-- The token itself is kept, because the address of a calendar must be shown again; it opens neutral reminders only.
CREATE TABLE calendar (
    person UUID PRIMARY KEY REFERENCES person (id),
    token TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE
);

-- Times are HH:MM by the clock of the person's zone; an empty address or topic: not wanted.
CREATE TABLE reminder (
    person UUID PRIMARY KEY REFERENCES person (id),
    evening TEXT,
    morning TEXT,
    mail TEXT NOT NULL,
    topic TEXT NOT NULL
);

-- The outbox. next: when to send or try again, moved on while a sender holds the message; empty when it is done with.
CREATE TABLE message (
    id TEXT PRIMARY KEY,
    person UUID NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL CHECK (kind IN ('evening', 'morning')),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'ntfy')),
    due BIGINT NOT NULL,
    until BIGINT NOT NULL,
    next BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    sent BIGINT
);
CREATE INDEX message_of_person ON message (person);
CREATE INDEX message_waiting ON message (next) WHERE next IS NOT NULL;

-- Failed sign-ins, under the hash of a name or an origin.
CREATE TABLE attempt (
    name TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last BIGINT NOT NULL
);

-- content: SHA-256 of what the entry says. A second content under an id is kept beside the first, as disputed.
CREATE TABLE entry (
    person UUID NOT NULL REFERENCES person (id),
    sequence BIGINT NOT NULL,
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    zone TEXT NOT NULL,
    body TEXT NOT NULL,
    content TEXT NOT NULL,
    target UUID,
    device UUID REFERENCES device (id),
    received BIGINT NOT NULL,
    disputed BOOLEAN NOT NULL,
    PRIMARY KEY (person, sequence)
);
CREATE UNIQUE INDEX entry_of_id ON entry (person, id, content);
CREATE UNIQUE INDEX entry_undisputed ON entry (person, id) WHERE NOT disputed;

CREATE TABLE tombstone (
    person UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, id)
);

CREATE TABLE saved_check (
    person UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    at BIGINT NOT NULL,
    knowledge TEXT NOT NULL,
    disposition TEXT NOT NULL,
    answers TEXT NOT NULL,
    PRIMARY KEY (person, id)
);

CREATE TABLE trial (
    person UUID NOT NULL REFERENCES person (id),
    id UUID NOT NULL,
    created BIGINT NOT NULL,
    protocol TEXT NOT NULL,
    commitment TEXT NOT NULL,
    seed BYTEA NOT NULL,
    ended BIGINT,
    why TEXT,
    result TEXT,
    decision TEXT,
    PRIMARY KEY (person, id),
    CHECK ((ended IS NULL) = (why IS NULL))
);
-- One question at a time.
CREATE UNIQUE INDEX trial_under_way ON trial (person) WHERE ended IS NULL;

-- sequence and hash are empty until the sequencer has linked the entry.
CREATE TABLE audit (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject UUID,
    count BIGINT NOT NULL,
    sequence BIGINT UNIQUE,
    hash TEXT,
    CHECK ((sequence IS NULL) = (hash IS NULL))
);
CREATE INDEX audit_of_subject ON audit (subject, id);
CREATE INDEX audit_waiting ON audit (id) WHERE sequence IS NULL;

CREATE TABLE audit_head (
    sequence BIGINT PRIMARY KEY,
    hash TEXT NOT NULL,
    at BIGINT NOT NULL,
    signature TEXT NOT NULL
);
