-- Times are milliseconds since 1970 UTC, days are YYYY-MM-DD, clock times HH:MM. Rows of other tables refer to the three
-- that are made anew here; by the end of the transaction every reference holds again.
PRAGMA defer_foreign_keys = ON;

CREATE TEMP TABLE old_organisation AS SELECT * FROM organisation;
DROP TABLE organisation;
CREATE TABLE organisation (
    id BLOB PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('household', 'clinic')),
    created INTEGER NOT NULL
) STRICT;
INSERT INTO organisation SELECT * FROM old_organisation;
DROP TABLE old_organisation;

CREATE TEMP TABLE old_membership AS SELECT * FROM membership;
DROP TABLE membership;
CREATE TABLE membership (
    id BLOB PRIMARY KEY,
    account BLOB NOT NULL REFERENCES account (id),
    person BLOB REFERENCES person (id),
    organisation BLOB REFERENCES organisation (id),
    role TEXT NOT NULL CHECK (
        role IN ('oneself', 'carer', 'owner', 'member', 'clinician', 'front_desk', 'administrator')
    ),
    since INTEGER NOT NULL,
    until INTEGER,
    CHECK ((person IS NULL) <> (organisation IS NULL)),
    CHECK ((role IN ('oneself', 'carer')) = (person IS NOT NULL))
) STRICT;
INSERT INTO membership SELECT * FROM old_membership;
DROP TABLE old_membership;
CREATE INDEX membership_of_account ON membership (account);
CREATE INDEX membership_of_person ON membership (person);
CREATE INDEX membership_of_organisation ON membership (organisation);

-- detail: the role of an invitation to a clinic.
CREATE TEMP TABLE old_one_time AS SELECT * FROM one_time;
DROP TABLE one_time;
CREATE TABLE one_time (
    token TEXT PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (
        purpose IN ('first_account', 'reset_password', 'pair_device', 'join_household', 'join_clinic')
    ),
    target BLOB,
    until INTEGER NOT NULL,
    created INTEGER NOT NULL,
    detail TEXT
) STRICT;
INSERT INTO one_time SELECT *, NULL FROM old_one_time;
DROP TABLE old_one_time;

-- proved: when the second factor was last given in this session.
ALTER TABLE session ADD COLUMN proved INTEGER;

-- last_step: of the last code that was accepted, so that none works twice.
CREATE TABLE second_factor (
    account BLOB PRIMARY KEY REFERENCES account (id),
    secret BLOB NOT NULL,
    confirmed INTEGER,
    last_step INTEGER
) STRICT;

-- Kept as SHA-256 of the code.
CREATE TABLE recovery_code (
    account BLOB NOT NULL REFERENCES account (id),
    code TEXT NOT NULL,
    PRIMARY KEY (account, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE clinic (
    organisation BLOB PRIMARY KEY REFERENCES organisation (id),
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    region TEXT NOT NULL,
    demonstration INTEGER NOT NULL CHECK (demonstration IN (0, 1))
) STRICT;

-- Sharing: one row for each pair. until: when it was ended; sharing again empties it.
CREATE TABLE patient (
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    since INTEGER NOT NULL,
    until INTEGER,
    born TEXT,
    phone TEXT NOT NULL,
    mail TEXT NOT NULL,
    topic TEXT NOT NULL,
    PRIMARY KEY (clinic, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX patient_of_person ON patient (person);

CREATE TABLE emergency_look (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    account BLOB NOT NULL REFERENCES account (id),
    at INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX emergency_look_of_person ON emergency_look (person);

CREATE TABLE document (
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),
    at INTEGER NOT NULL,
    author BLOB NOT NULL REFERENCES account (id),
    body TEXT NOT NULL,
    signer BLOB REFERENCES account (id),
    signed INTEGER,
    PRIMARY KEY (clinic, person, kind, version),
    CHECK ((signer IS NULL) = (signed IS NULL))
) STRICT;
CREATE INDEX document_of_person ON document (person);

CREATE TABLE follow_up (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    week INTEGER NOT NULL,
    began TEXT NOT NULL,
    due TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'done', 'lost', 'declined')),
    result TEXT,
    account BLOB REFERENCES account (id),
    recorded INTEGER,
    CHECK ((account IS NULL) = (recorded IS NULL)),
    CHECK ((state = 'done') = (result IS NOT NULL))
) STRICT;
CREATE INDEX follow_up_of_person ON follow_up (person);
CREATE INDEX follow_up_due ON follow_up (clinic, state, due);
-- One that is to come for each person and week.
CREATE UNIQUE INDEX follow_up_open ON follow_up (clinic, person, week) WHERE state = 'due';

-- sent: the request as it arrived (JSON). urgency: as it is judged now.
CREATE TABLE request (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    urgency TEXT NOT NULL CHECK (urgency IN ('emergency', 'same_day', 'soon_2_weeks', 'routine', 'self_care')),
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)),
    red_flags INTEGER NOT NULL,
    created INTEGER NOT NULL,
    sent TEXT NOT NULL,
    assigned BLOB REFERENCES account (id),
    closing TEXT,
    closed INTEGER,
    not_reached INTEGER NOT NULL DEFAULT 0,
    CHECK ((closing IS NULL) = (closed IS NULL))
) STRICT;
CREATE INDEX request_of_person ON request (person);
CREATE INDEX request_open ON request (clinic) WHERE closed IS NULL;
CREATE INDEX request_closed ON request (clinic, closed) WHERE closed IS NOT NULL;

CREATE TABLE request_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    request BLOB NOT NULL REFERENCES request (id),
    at INTEGER NOT NULL,
    account BLOB REFERENCES account (id),
    act TEXT NOT NULL
) STRICT;
CREATE INDEX request_event_of_request ON request_event (request, id);

CREATE TABLE resource (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    kind TEXT NOT NULL CHECK (kind IN ('clinician', 'room', 'machine')),
    name TEXT NOT NULL,
    account BLOB REFERENCES account (id),
    retired INTEGER NOT NULL CHECK (retired IN (0, 1))
) STRICT;
CREATE INDEX resource_of_clinic ON resource (clinic);

CREATE TABLE service (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    name TEXT NOT NULL,
    minutes INTEGER NOT NULL,
    buffer_before INTEGER NOT NULL,
    buffer_after INTEGER NOT NULL,
    online INTEGER NOT NULL CHECK (online IN (0, 1)),
    notice_hours INTEGER NOT NULL,
    retired INTEGER NOT NULL CHECK (retired IN (0, 1))
) STRICT;
CREATE INDEX service_of_clinic ON service (clinic);

-- need: which need of the service, from 0. Any resource of one need will do.
CREATE TABLE service_need (
    service BLOB NOT NULL REFERENCES service (id),
    need INTEGER NOT NULL,
    resource BLOB NOT NULL REFERENCES resource (id),
    PRIMARY KEY (service, need, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE opening (
    id BLOB PRIMARY KEY,
    resource BLOB NOT NULL REFERENCES resource (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT
) STRICT;
CREATE INDEX opening_of_resource ON opening (resource);

-- resource: empty for the whole clinic.
CREATE TABLE closure (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    resource BLOB REFERENCES resource (id),
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX closure_of_clinic ON closure (clinic, ends);

-- link: the secret itself, because a reminder must show the address again; it opens this visit only.
-- wanted: what was asked for (JSON), so that a retry is told from another wish.
CREATE TABLE booking (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    service BLOB NOT NULL REFERENCES service (id),
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    request BLOB REFERENCES request (id),
    state TEXT NOT NULL CHECK (state IN ('booked', 'arrived', 'done', 'no_show', 'cancelled')),
    revision INTEGER NOT NULL,
    override_reason TEXT NOT NULL,
    note TEXT NOT NULL,
    cancel_reason TEXT NOT NULL,
    link TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    wanted TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX booking_of_clinic ON booking (clinic, begins);
CREATE INDEX booking_of_person ON booking (person);

CREATE TABLE booking_resource (
    booking BLOB NOT NULL REFERENCES booking (id),
    need INTEGER NOT NULL,
    resource BLOB NOT NULL REFERENCES resource (id),
    PRIMARY KEY (booking, need)
) STRICT, WITHOUT ROWID;

-- No double booking: this key. slot: five minutes of UTC counted from 1970. lane: 0, but for what staff book on top.
CREATE TABLE occupancy (
    resource BLOB NOT NULL REFERENCES resource (id),
    slot INTEGER NOT NULL,
    lane INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 7),
    booking BLOB NOT NULL REFERENCES booking (id),
    PRIMARY KEY (resource, slot, lane)
) STRICT, WITHOUT ROWID;
CREATE INDEX occupancy_of_booking ON occupancy (booking);

CREATE TABLE waiting (
    id BLOB PRIMARY KEY,
    clinic BLOB NOT NULL REFERENCES clinic (organisation),
    person BLOB NOT NULL REFERENCES person (id),
    service BLOB NOT NULL REFERENCES service (id),
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE INDEX waiting_of_clinic ON waiting (clinic, created);
CREATE INDEX waiting_of_person ON waiting (person);

-- The outbox of messages about visits. person: who gets it. next: when to send or try again; empty when it is done with.
CREATE TABLE visit_message (
    id TEXT PRIMARY KEY,
    booking BLOB NOT NULL REFERENCES booking (id),
    person BLOB NOT NULL REFERENCES person (id),
    says TEXT NOT NULL CHECK (says IN ('booked', 'moved', 'cancelled', 'reminder', 'offer')),
    channel TEXT NOT NULL CHECK (channel IN ('mail', 'ntfy')),
    due INTEGER NOT NULL,
    next INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    sent INTEGER
) STRICT;
CREATE INDEX visit_message_of_booking ON visit_message (booking);
CREATE INDEX visit_message_of_person ON visit_message (person);
CREATE INDEX visit_message_waiting ON visit_message (next) WHERE next IS NOT NULL;
