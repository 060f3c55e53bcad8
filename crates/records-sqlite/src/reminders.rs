//! Reminders and their outbox.

use async_trait::async_trait;
use charley_records::reminders::{self, Channel, Kind, Leased, NewMessage, Outbox, Reminders, ToRemind};
use charley_records::{Access, PersonId, RecordsError, Result, Right};
use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::audit::note;
use crate::sql::{Connection, failed, time};
use crate::{SqliteStore, transaction};

/// So long after their end messages are remembered, so that none is made twice.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(48);

type Row = (Option<String>, Option<String>, String, String);

fn wanted((evening, morning, mail, topic): Row) -> Result<Reminders> {
    Ok(Reminders { evening: clock(evening)?, morning: clock(morning)?, mail, topic })
}

fn clock(text: Option<String>) -> Result<Option<Time>> {
    let read = |text: String| {
        Time::strptime("%H:%M", &text)
            .map_err(|error| RecordsError::Damaged { what: "the time of a reminder", why: error.to_string() })
    };
    text.map(read).transpose()
}

fn kept(time: Option<Time>) -> Option<String> {
    time.map(|time| time.strftime("%H:%M").to_string())
}

type MessageRow = (String, Uuid, String, String, i64, i64, i64, String);

#[async_trait]
impl Outbox for SqliteStore {
    async fn reminders(&self, access: &Access) -> Result<Reminders> {
        reminders::may_read(access)?;
        let row = sqlx::query_as("SELECT evening, morning, mail, topic FROM reminder WHERE person = $1");
        let row: Option<Row> = row.bind(access.person().0).fetch_optional(&self.reader).await.map_err(failed)?;
        row.map_or_else(|| Ok(Reminders::default()), wanted)
    }

    async fn set_reminders(&self, access: &Access, wanted: &Reminders, now: Timestamp) -> Result<()> {
        access.need(Right::Write)?;
        let wanted = reminders::check(wanted)?;
        transaction!(self, |c| set(c, access, &wanted, now));
        Ok(())
    }

    async fn to_remind(&self) -> Result<Vec<ToRemind>> {
        let rows: Vec<(Uuid, String, Option<String>, Option<String>, String, String)> = sqlx::query_as(
            "SELECT p.id, p.zone, r.evening, r.morning, r.mail, r.topic FROM reminder r JOIN person p ON p.id = r.person
             WHERE (r.evening IS NOT NULL OR r.morning IS NOT NULL) AND (r.mail <> '' OR r.topic <> '')",
        )
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        rows.into_iter()
            .map(|(person, zone, evening, morning, mail, topic)| {
                let wanted = wanted((evening, morning, mail, topic))?;
                Ok(ToRemind { person: PersonId(person), zone, wanted })
            })
            .collect()
    }

    async fn enqueue(&self, messages: &[NewMessage], now: Timestamp) -> Result<u64> {
        Ok(transaction!(self, |c| enqueue(c, messages, now)))
    }

    async fn lease(&self, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<Leased>> {
        Ok(transaction!(self, |c| lease(c, most, seconds, now)))
    }

    async fn sent(&self, id: &str, now: Timestamp) -> Result<()> {
        transaction!(self, |c| close(c, id, Some(now)));
        Ok(())
    }

    async fn not_sent(&self, id: &str, again: Option<Timestamp>) -> Result<()> {
        match again {
            Some(again) => transaction!(self, |c| put_off(c, id, again)),
            None => transaction!(self, |c| close(c, id, None)),
        }
        Ok(())
    }
}

async fn set(c: &mut Connection, access: &Access, wanted: &Reminders, now: Timestamp) -> Result<()> {
    // Logged first: that fails when the person is gone.
    note(c, access, "reminders.change", 1, now).await?;
    sqlx::query(
        "INSERT INTO reminder (person, evening, morning, mail, topic) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (person) DO UPDATE SET evening = excluded.evening, morning = excluded.morning,
           mail = excluded.mail, topic = excluded.topic",
    )
    .bind(access.person().0)
    .bind(kept(wanted.evening))
    .bind(kept(wanted.morning))
    .bind(&wanted.mail)
    .bind(&wanted.topic)
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn enqueue(c: &mut Connection, messages: &[NewMessage], now: Timestamp) -> Result<u64> {
    let over = sqlx::query("DELETE FROM message WHERE until < $1").bind((now - REMEMBERED).as_millisecond());
    over.execute(&mut *c).await.map_err(failed)?;
    let mut new = 0;
    for message in messages {
        // A person who was deleted meanwhile is skipped.
        let insert = sqlx::query(
            "INSERT INTO message (id, person, kind, channel, due, until, next)
             SELECT $1, id, $3, $4, $5, $6, $5 FROM person WHERE id = $2 ON CONFLICT DO NOTHING",
        );
        let insert = insert
            .bind(&message.id)
            .bind(message.person.0)
            .bind(message.kind.code())
            .bind(message.channel.code())
            .bind(message.due.as_millisecond())
            .bind(message.until.as_millisecond());
        new += insert.execute(&mut *c).await.map_err(failed)?.rows_affected();
    }
    Ok(new)
}

async fn lease(c: &mut Connection, most: u32, seconds: u32, now: Timestamp) -> Result<Vec<Leased>> {
    let held = now + SignedDuration::from_secs(seconds.into());
    let rows: Vec<MessageRow> = sqlx::query_as(
        "SELECT m.id, m.person, m.kind, m.channel, m.due, m.until, m.tries,
                CASE m.channel WHEN 'mail' THEN r.mail ELSE r.topic END
         FROM message m JOIN reminder r ON r.person = m.person
         WHERE m.next IS NOT NULL AND m.next <= $1 AND m.until > $1
           AND CASE m.channel WHEN 'mail' THEN r.mail ELSE r.topic END <> ''
           AND CASE m.kind WHEN 'evening' THEN r.evening ELSE r.morning END IS NOT NULL
         ORDER BY m.next, m.id LIMIT $2",
    )
    .bind(now.as_millisecond())
    .bind(i64::from(most))
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let mut leased = Vec::with_capacity(rows.len());
    for (id, person, kind, channel, due, until, tries, to) in rows {
        let update = sqlx::query("UPDATE message SET next = $2, tries = tries + 1 WHERE id = $1");
        update.bind(&id).bind(held.as_millisecond()).execute(&mut *c).await.map_err(failed)?;
        let message = NewMessage {
            id,
            person: PersonId(person),
            kind: Kind::of_code(&kind)?,
            channel: Channel::of_code(&channel)?,
            due: time(due)?,
            until: time(until)?,
        };
        leased.push(Leased { message, to, tries: u32::try_from(tries + 1).unwrap_or(u32::MAX) });
    }
    Ok(leased)
}

async fn close(c: &mut Connection, id: &str, sent: Option<Timestamp>) -> Result<()> {
    let update = sqlx::query("UPDATE message SET next = NULL, sent = $2 WHERE id = $1");
    update.bind(id).bind(sent.map(Timestamp::as_millisecond)).execute(c).await.map_err(failed)?;
    Ok(())
}

async fn put_off(c: &mut Connection, id: &str, again: Timestamp) -> Result<()> {
    let update = sqlx::query("UPDATE message SET next = $2 WHERE id = $1 AND next IS NOT NULL");
    update.bind(id).bind(again.as_millisecond()).execute(c).await.map_err(failed)?;
    Ok(())
}
