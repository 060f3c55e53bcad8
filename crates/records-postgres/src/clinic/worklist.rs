//! The worklist.

use async_trait::async_trait;
use charley_records::clinic::worklist::{
    self, Act, Closing, NewRequest, Request, RequestEvent, RequestLine, Urgency, Which, Worklist,
};
use charley_records::clinic::{Care, Desk, Duty, kept, progress};
use charley_records::{Access, AccountId, Actor, OrganisationId, PersonId, RecordsError, RequestId, Result, Right};
use jiff::Timestamp;
use uuid::Uuid;

use super::log::note_about;
use super::sharing;
use crate::sql::{Connection, failed, time};
use crate::{PgStore, transaction};

/// Lines of the worklist, by a condition.
macro_rules! select_lines {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.clinic, r.person, p.name, r.urgency, r.provisional, r.red_flags, r.created, r.assigned,
                    r.closing, r.closed, r.not_reached
             FROM request r JOIN person p ON p.id = r.person ",
            $rest
        )
    };
}

type Row = (Uuid, Uuid, Uuid, String, String, bool, i64, i64, Option<Uuid>, Option<String>, Option<i64>, i64);

fn line(row: Row) -> Result<(OrganisationId, RequestLine)> {
    let (id, clinic, person, name, urgency, provisional, red_flags, created, assigned, closing, closed, tried) = row;
    let closed = match (closing, closed) {
        (Some(how), Some(at)) => Some((Closing::of_code(&how)?, time(at)?)),
        _ => None,
    };
    let line = RequestLine {
        id: RequestId(id),
        person: PersonId(person),
        name,
        urgency: Urgency::of_code(&urgency)?,
        provisional,
        red_flags: u32::try_from(red_flags).unwrap_or(0),
        created: time(created)?,
        assigned: assigned.map(AccountId),
        closed,
        not_reached: u32::try_from(tried).unwrap_or(u32::MAX),
    };
    Ok((OrganisationId(clinic), line))
}

#[async_trait]
impl Worklist for PgStore {
    async fn send_request(
        &self,
        access: &Access,
        clinic: OrganisationId,
        new: &NewRequest,
        now: Timestamp,
    ) -> Result<()> {
        access.need(Right::Write)?;
        let new = worklist::check(new)?;
        transaction!(self, |c| send(c, access.actor(), clinic, access.person(), &new, now));
        Ok(())
    }

    async fn take_request(&self, desk: &Desk, person: PersonId, new: &NewRequest, now: Timestamp) -> Result<()> {
        desk.need(Duty::Book)?;
        let new = worklist::check(new)?;
        transaction!(self, |c| send(c, &desk.actor(), desk.clinic(), person, &new, now));
        Ok(())
    }

    async fn requests(&self, desk: &Desk, which: Which) -> Result<Vec<RequestLine>> {
        desk.need(Duty::SeeList)?;
        let rows: Vec<Row> = match which {
            Which::Open => sqlx::query_as(select_lines!("WHERE r.clinic = $1 AND r.closed IS NULL"))
                .bind(desk.clinic().0)
                .fetch_all(&self.pool)
                .await
                .map_err(failed)?,
            Which::ClosedSince(at) => sqlx::query_as(select_lines!("WHERE r.clinic = $1 AND r.closed >= $2"))
                .bind(desk.clinic().0)
                .bind(at.as_millisecond())
                .fetch_all(&self.pool)
                .await
                .map_err(failed)?,
        };
        self.note_list(desk, "request.list", rows.len()).await?;
        let mut lines = rows.into_iter().map(|row| Ok(line(row)?.1)).collect::<Result<Vec<_>>>()?;
        worklist::sort(&mut lines);
        Ok(lines)
    }

    async fn request_line(&self, desk: &Desk, request: RequestId) -> Result<RequestLine> {
        desk.need(Duty::SeeList)?;
        let mut c = self.pool.acquire().await.map_err(failed)?;
        let line = find(&mut c, desk.clinic(), request).await?;
        drop(c);
        self.note_look(&desk.actor(), line.person, "request.read", 1, desk.opened()).await?;
        Ok(line)
    }

    async fn request(&self, care: &Care, request: RequestId) -> Result<Request> {
        let mut c = self.pool.acquire().await.map_err(failed)?;
        let found = in_full(&mut c, care, request).await?;
        drop(c);
        self.note_read(care.access(), "request.read", 1).await?;
        Ok(found)
    }

    async fn open_red_flags(&self, desk: &Desk) -> Result<Vec<(RequestId, Vec<String>)>> {
        desk.need(Duty::ReadRecord)?;
        let rows: Vec<(Uuid, Uuid, String)> = sqlx::query_as(
            "SELECT r.id, r.person, r.sent FROM request r JOIN patient t ON t.clinic = r.clinic AND t.person = r.person
             WHERE r.clinic = $1 AND r.closed IS NULL AND r.red_flags > 0 AND t.until IS NULL",
        )
        .bind(desk.clinic().0)
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        let seen = transaction!(self, |c| note_flags(c, desk, &rows));
        rows.into_iter()
            .filter(|(_, person, _)| seen.contains(person))
            .map(|(id, _, sent)| Ok((RequestId(id), kept::request_of(RequestId(id), &sent)?.red_flags)))
            .collect()
    }

    async fn request_events(&self, desk: &Desk, request: RequestId) -> Result<Vec<RequestEvent>> {
        desk.need(Duty::SeeList)?;
        let mut c = self.pool.acquire().await.map_err(failed)?;
        let line = find(&mut c, desk.clinic(), request).await?;
        let mut events = events(&mut c, request).await?;
        let clinicians: Vec<Uuid> =
            sqlx::query_scalar("SELECT account FROM membership WHERE organisation = $1 AND role = 'clinician'")
                .bind(desk.clinic().0)
                .fetch_all(&mut *c)
                .await
                .map_err(failed)?;
        drop(c);
        for event in &mut events {
            if event.account.is_some_and(|account| clinicians.contains(&account.0)) {
                event.act = event.act.without_words();
            }
        }
        self.note_look(&desk.actor(), line.person, "request.read", 1, desk.opened()).await?;
        Ok(events)
    }

    async fn act(&self, desk: &Desk, request: RequestId, act: &Act, now: Timestamp) -> Result<()> {
        desk.need(if matches!(act, Act::Regrade { .. }) { Duty::WriteRecord } else { Duty::Book })?;
        if *act == Act::Withdraw {
            return Err(RecordsError::Forbidden);
        }
        let act = worklist::check_act(act)?;
        transaction!(self, |c| do_act(c, desk, request, &act, now));
        Ok(())
    }

    async fn requests_of(&self, access: &Access) -> Result<Vec<(OrganisationId, RequestLine)>> {
        access.need(Right::Read)?;
        let rows: Vec<Row> = sqlx::query_as(select_lines!("WHERE r.person = $1 ORDER BY r.created DESC, r.id"))
            .bind(access.person().0)
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        let mut lines = rows.into_iter().map(line).collect::<Result<Vec<_>>>()?;
        // Staff see what was sent to their own clinic.
        if let Actor::Staff { clinic, .. } = access.actor() {
            lines.retain(|(of, _)| of == clinic);
        }
        self.note_read(access, "request.read", lines.len()).await?;
        Ok(lines)
    }

    async fn withdraw_request(&self, access: &Access, request: RequestId, now: Timestamp) -> Result<()> {
        access.need(Right::Write)?;
        transaction!(self, |c| withdraw(c, access, request, now));
        Ok(())
    }
}

async fn send(
    c: &mut Connection,
    actor: &Actor,
    clinic: OrganisationId,
    person: PersonId,
    new: &NewRequest,
    now: Timestamp,
) -> Result<()> {
    let sent = kept::request_text(new)?;
    let known = sqlx::query_as("SELECT clinic, person, sent FROM request WHERE id = $1").bind(new.id.0);
    let known: Option<(Uuid, Uuid, String)> = known.fetch_optional(&mut *c).await.map_err(failed)?;
    if let Some(known) = known {
        return if known == (clinic.0, person.0, sent) {
            Ok(())
        } else {
            Err(RecordsError::Conflict("This request was sent before, with other words. Look at your requests."))
        };
    }
    sharing::shared(c, clinic, person, now).await?;
    let open = sqlx::query_scalar("SELECT COUNT(*) FROM request WHERE person = $1 AND clinic = $2 AND closed IS NULL");
    let open: i64 = open.bind(person.0).bind(clinic.0).fetch_one(&mut *c).await.map_err(failed)?;
    if open >= progress::MOST_OPEN {
        return Err(RecordsError::Conflict("Too many requests are open already. Please call the clinic."));
    }
    note_about(c, actor, person, "request.send", 1, now).await?;
    sqlx::query(
        "INSERT INTO request (id, clinic, person, urgency, provisional, red_flags, created, sent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id.0)
    .bind(clinic.0)
    .bind(person.0)
    .bind(new.urgency.code())
    .bind(new.provisional)
    .bind(i64::try_from(new.red_flags.len()).unwrap_or(i64::MAX))
    .bind(now.as_millisecond())
    .bind(sent)
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(())
}

async fn find(c: &mut Connection, clinic: OrganisationId, request: RequestId) -> Result<RequestLine> {
    let row = sqlx::query_as(select_lines!("WHERE r.id = $1 AND r.clinic = $2"));
    let row: Option<Row> = row.bind(request.0).bind(clinic.0).fetch_optional(c).await.map_err(failed)?;
    Ok(line(row.ok_or(RecordsError::NotFound)?)?.1)
}

async fn in_full(c: &mut Connection, care: &Care, request: RequestId) -> Result<Request> {
    let line = find(c, care.desk().clinic(), request).await?;
    if line.person != care.person() {
        return Err(RecordsError::NotFound);
    }
    let sent = sqlx::query_scalar("SELECT sent FROM request WHERE id = $1").bind(request.0);
    let sent: Option<String> = sent.fetch_optional(&mut *c).await.map_err(failed)?;
    let sent = kept::request_of(request, &sent.ok_or(RecordsError::NotFound)?)?;
    Ok(Request { line, sent, events: events(c, request).await? })
}

async fn events(c: &mut Connection, request: RequestId) -> Result<Vec<RequestEvent>> {
    let rows: Vec<(i64, Option<Uuid>, String)> =
        sqlx::query_as("SELECT at, account, act FROM request_event WHERE request = $1 ORDER BY id")
            .bind(request.0)
            .fetch_all(c)
            .await
            .map_err(failed)?;
    let event = |(at, account, act): (i64, Option<Uuid>, String)| {
        Ok(RequestEvent { at: time(at)?, account: account.map(AccountId), act: kept::act_of(&act)? })
    };
    rows.into_iter().map(event).collect()
}

/// Logs under each person that red flags of theirs were read, and says under whom: whoever was deleted meanwhile is left out.
async fn note_flags(c: &mut Connection, desk: &Desk, rows: &[(Uuid, Uuid, String)]) -> Result<Vec<Uuid>> {
    let mut people: Vec<Uuid> = rows.iter().map(|(_, person, _)| *person).collect();
    people.sort_unstable();
    people.dedup();
    let mut seen = Vec::new();
    for person in people {
        let count = rows.iter().filter(|(_, whose, _)| *whose == person).count();
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        match note_about(c, &desk.actor(), PersonId(person), "request.flags", count, desk.opened()).await {
            Ok(()) => seen.push(person),
            Err(RecordsError::NotFound) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(seen)
}

async fn do_act(c: &mut Connection, desk: &Desk, request: RequestId, act: &Act, now: Timestamp) -> Result<()> {
    let before = find(c, desk.clinic(), request).await?;
    let after = progress::after(&before, act, now)?;
    if let Act::Assign { to: Some(account) } = act {
        sharing::need_staff(c, desk.clinic(), account.0, "to", now).await?;
    }
    record(c, &after, Some(desk.account()), act, now).await?;
    note_about(c, &desk.actor(), after.person, "request.act", 1, now).await
}

async fn withdraw(c: &mut Connection, access: &Access, request: RequestId, now: Timestamp) -> Result<()> {
    let row = sqlx::query_as(select_lines!("WHERE r.id = $1 AND r.person = $2"));
    let row: Option<Row> = row.bind(request.0).bind(access.person().0).fetch_optional(&mut *c).await.map_err(failed)?;
    let (_, before) = line(row.ok_or(RecordsError::NotFound)?)?;
    if before.closed.is_some_and(|(how, _)| how == Closing::Withdrawn) {
        return Ok(());
    }
    let after = progress::after(&before, &Act::Withdraw, now)?;
    record(c, &after, None, &Act::Withdraw, now).await?;
    note_about(c, access.actor(), after.person, "request.act", 1, now).await
}

/// Keeps what was done, and what became of the request.
async fn record(
    c: &mut Connection,
    after: &RequestLine,
    account: Option<AccountId>,
    act: &Act,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO request_event (request, at, account, act) VALUES ($1, $2, $3, $4)")
        .bind(after.id.0)
        .bind(now.as_millisecond())
        .bind(account.map(|account| account.0))
        .bind(kept::act_text(act)?)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    sqlx::query(
        "UPDATE request SET urgency = $2, assigned = $3, closing = $4, closed = $5, not_reached = $6 WHERE id = $1",
    )
    .bind(after.id.0)
    .bind(after.urgency.code())
    .bind(after.assigned.map(|account| account.0))
    .bind(after.closed.map(|(how, _)| how.code()))
    .bind(after.closed.map(|(_, at)| at.as_millisecond()))
    .bind(i64::from(after.not_reached))
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(())
}
