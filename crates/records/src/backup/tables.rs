//! The tables of a database, as a backup holds them.

use serde_json::Value;
use uuid::Uuid;

use crate::secret::hex;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier.
    Id,
    /// Text.
    Text,
    /// A whole number or a time in milliseconds.
    Number,
    /// Yes or no.
    Flag,
    /// Bytes.
    Bytes,
}

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// What it holds. Every column may be empty as far as a backup is concerned.
    pub kind: Kind,
}

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Name.
    pub name: &'static str,
    /// Columns; the rows are written in the order of the key.
    pub columns: &'static [Column],
    /// Columns of the key, as SQL lists them.
    pub key: &'static str,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the kinds")]
pub enum Cell {
    Id(Option<Uuid>),
    Text(Option<String>),
    Number(Option<i64>),
    Flag(Option<bool>),
    Bytes(Option<Vec<u8>>),
}

impl Cell {
    /// As JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Id(id) => id.map(|id| id.to_string()).into(),
            Self::Text(text) => text.clone().into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Bytes(bytes) => bytes.as_deref().map(hex).into(),
        }
    }

    /// From JSON; none when it is of another kind.
    pub fn of_json(kind: Kind, value: &Value) -> Option<Self> {
        let text = || value.as_str();
        let null = value.is_null();
        Some(match kind {
            Kind::Id => Self::Id(if null { None } else { Some(text()?.parse().ok()?) }),
            Kind::Text => Self::Text(if null { None } else { Some(text()?.to_owned()) }),
            Kind::Number => Self::Number(if null { None } else { Some(value.as_i64()?) }),
            Kind::Flag => Self::Flag(if null { None } else { Some(value.as_bool()?) }),
            Kind::Bytes => Self::Bytes(if null { None } else { Some(bytes(text()?)?) }),
        })
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|sign| sign.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

macro_rules! tables {
    ($($name:ident by $key:literal { $($column:ident: $kind:ident),* $(,)? })*) => {
        /// Every table, each after those it refers to.
        pub const TABLES: &[Table] = &[$(Table {
            name: stringify!($name),
            columns: &[$(Column { name: stringify!($column), kind: Kind::$kind }),*],
            key: $key,
        }),*];
    };
}

tables! {
    secret by "name" { name: Text, value: Bytes }
    account by "id" { id: Id, login: Text, password: Text, created: Number }
    organisation by "id" { id: Id, kind: Text, created: Number }
    person by "id" {
        id: Id, organisation: Id, name: Text, zone: Text, region: Text, created: Number, entries: Number,
    }
    subject by "person" { person: Id, id: Id }
    membership by "id" {
        id: Id, account: Id, person: Id, organisation: Id, role: Text, since: Number, until: Number,
    }
    session by "id" {
        id: Id, account: Id, token: Text, device: Text, created: Number, seen: Number, proved: Number,
    }
    one_time by "token" { token: Text, purpose: Text, target: Id, until: Number, created: Number, detail: Text }
    second_factor by "account" { account: Id, secret: Bytes, confirmed: Number, last_step: Number }
    recovery_code by "account, code" { account: Id, code: Text }
    clinic by "organisation" { organisation: Id, name: Text, zone: Text, region: Text, demonstration: Flag }
    patient by "clinic, person" {
        clinic: Id, person: Id, since: Number, until: Number, born: Text, phone: Text, mail: Text, topic: Text,
    }
    emergency_look by "id" { id: Id, clinic: Id, person: Id, account: Id, at: Number, reason: Text }
    document by "clinic, person, kind, version" {
        clinic: Id, person: Id, kind: Text, version: Number, at: Number, author: Id, body: Text, signer: Id,
        signed: Number,
    }
    follow_up by "id" {
        id: Id, clinic: Id, person: Id, week: Number, began: Text, due: Text, state: Text, result: Text, account: Id,
        recorded: Number,
    }
    request by "id" {
        id: Id, clinic: Id, person: Id, urgency: Text, provisional: Flag, red_flags: Number, created: Number, sent: Text,
        assigned: Id, closing: Text, closed: Number, not_reached: Number,
    }
    request_event by "id" { id: Number, request: Id, at: Number, account: Id, act: Text }
    resource by "id" { id: Id, clinic: Id, kind: Text, name: Text, account: Id, retired: Flag }
    service by "id" {
        id: Id, clinic: Id, name: Text, minutes: Number, buffer_before: Number, buffer_after: Number, online: Flag,
        notice_hours: Number, retired: Flag,
    }
    service_need by "service, need, resource" { service: Id, need: Number, resource: Id }
    opening by "id" {
        id: Id, resource: Id, weekday: Number, opens: Text, closes: Text, since: Text, until: Text,
    }
    closure by "id" { id: Id, clinic: Id, resource: Id, begins: Number, ends: Number, reason: Text }
    booking by "id" {
        id: Id, clinic: Id, person: Id, service: Id, begins: Number, ends: Number, request: Id, state: Text,
        revision: Number, override_reason: Text, note: Text, cancel_reason: Text, link: Text, fingerprint: Text,
        wanted: Text, created: Number,
    }
    booking_resource by "booking, need" { booking: Id, need: Number, resource: Id }
    occupancy by "resource, slot, lane" { resource: Id, slot: Number, lane: Number, booking: Id }
    waiting by "id" {
        id: Id, clinic: Id, person: Id, service: Id, begins: Number, ends: Number, created: Number,
    }
    visit_message by "id" {
        id: Text, booking: Id, person: Id, says: Text, channel: Text, due: Number, next: Number, tries: Number,
        sent: Number,
    }
    device by "id" {
        id: Id, person: Id, token: Text, name: Text, created: Number, seen: Number, revoked: Number,
    }
    calendar by "person" { person: Id, token: Text, fingerprint: Text }
    reminder by "person" { person: Id, evening: Text, morning: Text, mail: Text, topic: Text }
    message by "id" {
        id: Text, person: Id, kind: Text, channel: Text, due: Number, until: Number, next: Number, tries: Number,
        sent: Number,
    }
    attempt by "name" { name: Text, failures: Number, last: Number }
    entry by "person, sequence" {
        person: Id, sequence: Number, id: Id, at: Number, zone: Text, body: Text, content: Text, target: Id, device: Id,
        received: Number, disputed: Flag,
    }
    tombstone by "person, id" { person: Id, id: Id, at: Number }
    saved_check by "person, id" { person: Id, id: Id, at: Number, knowledge: Text, disposition: Text, answers: Text }
    trial by "person, id" {
        person: Id, id: Id, created: Number, protocol: Text, commitment: Text, seed: Bytes, ended: Number, why: Text,
        result: Text, decision: Text,
    }
    audit by "id" {
        id: Number, at: Number, actor: Text, action: Text, subject: Id, count: Number, sequence: Number, hash: Text,
    }
    audit_head by "sequence" { sequence: Number, hash: Text, at: Number, signature: Text }
}

impl Table {
    /// Reads these columns of all rows in the order of the key.
    pub fn select(&self, columns: &[Column]) -> String {
        format!("SELECT {} FROM {} ORDER BY {}", names(columns), self.name, self.key)
    }

    /// Writes these columns of one row, with numbered placeholders. The others get what the schema gives them.
    pub fn insert(&self, columns: &[Column]) -> String {
        let places: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, names(columns), places.join(", "))
    }

    /// Empties the table.
    pub fn clear(&self) -> String {
        format!("DELETE FROM {}", self.name)
    }
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_went() {
        let id = Uuid::from_u128(5);
        let cells = [
            (Kind::Id, Cell::Id(Some(id))),
            (Kind::Id, Cell::Id(None)),
            (Kind::Text, Cell::Text(Some("é \"\n".to_owned()))),
            (Kind::Text, Cell::Text(None)),
            (Kind::Number, Cell::Number(Some(i64::MIN))),
            (Kind::Number, Cell::Number(None)),
            (Kind::Flag, Cell::Flag(Some(true))),
            (Kind::Flag, Cell::Flag(None)),
            (Kind::Bytes, Cell::Bytes(Some(vec![0, 15, 255]))),
            (Kind::Bytes, Cell::Bytes(None)),
        ];
        for (kind, cell) in cells {
            assert_eq!(Cell::of_json(kind, &cell.to_json()), Some(cell));
        }
        assert_eq!(Cell::of_json(Kind::Bytes, &"abc".into()), None);
        assert_eq!(Cell::of_json(Kind::Id, &5.into()), None);
    }
}
