//! Who works in a clinic.

use async_trait::async_trait;
use charley_records::accounts::{Account, SESSION_IDLE, SESSION_WHOLE};
use charley_records::clinic::staff::{Staff, StaffInvitation, StaffMember};
use charley_records::clinic::{self, Clinic, Desk, Duty, NewClinic, StaffRole};
use charley_records::secret::Secret;
use charley_records::{AccountId, MembershipId, OrganisationId, RecordsError, Result, SessionId, login};
use jiff::Timestamp;
use uuid::Uuid;

use crate::accounts::actor;
use crate::audit::note_plain;
use crate::people::hold;
use crate::sql::{Connection, failed, some_time, time};
use crate::{SqliteStore, accounts, transaction};

type Row = (Uuid, String, String, String, bool, i64);

fn clinic((id, name, zone, region, demonstration, created): Row) -> Result<Clinic> {
    Ok(Clinic { id: OrganisationId(id), name, zone, region, demonstration, created: time(created)? })
}

#[async_trait]
impl Staff for SqliteStore {
    async fn found_clinic(&self, administrator: AccountId, new: &NewClinic, now: Timestamp) -> Result<Clinic> {
        let new = clinic::check(new)?;
        Ok(transaction!(self, |c| found(c, administrator, &new, now)))
    }

    async fn clinics_of(&self, account: AccountId, now: Timestamp) -> Result<Vec<(Clinic, Vec<StaffRole>)>> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let mut mine = Vec::new();
        for clinic in all(&mut c).await? {
            let roles = roles(&mut c, account, clinic.id, now).await?;
            if !roles.is_empty() {
                mine.push((clinic, roles));
            }
        }
        Ok(mine)
    }

    async fn clinics(&self) -> Result<Vec<Clinic>> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        all(&mut c).await
    }

    async fn enter(
        &self,
        account: AccountId,
        session: SessionId,
        clinic: OrganisationId,
        now: Timestamp,
    ) -> Result<Desk> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let roles = roles(&mut c, account, clinic, now).await?;
        let proved: Option<Option<i64>> = sqlx::query_scalar(
            "SELECT proved FROM session WHERE id = $1 AND account = $2 AND seen > $3 AND created > $4",
        )
        .bind(session.0)
        .bind(account.0)
        .bind((now - SESSION_IDLE).as_millisecond())
        .bind((now - SESSION_WHOLE).as_millisecond())
        .fetch_optional(&mut *c)
        .await
        .map_err(failed)?;
        Desk::grant(account, clinic, &roles, some_time(proved.flatten())?, now)
    }

    async fn clinic(&self, desk: &Desk) -> Result<Clinic> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        one(&mut c, desk.clinic()).await
    }

    async fn change_clinic(&self, desk: &Desk, new: &NewClinic, now: Timestamp) -> Result<Clinic> {
        desk.need(Duty::Manage)?;
        let new = clinic::check(new)?;
        Ok(transaction!(self, |c| change(c, desk, &new, now)))
    }

    async fn staff(&self, desk: &Desk) -> Result<Vec<StaffMember>> {
        let rows: Vec<(Uuid, Uuid, String, String, i64, bool)> = sqlx::query_as(
            "SELECT m.id, a.id, a.login, m.role, m.since,
                    EXISTS (SELECT 1 FROM second_factor f WHERE f.account = a.id AND f.confirmed IS NOT NULL)
             FROM membership m JOIN account a ON a.id = m.account
             WHERE m.organisation = $1 AND m.since <= $2 AND (m.until IS NULL OR m.until > $2)
             ORDER BY a.login, m.since, m.id",
        )
        .bind(desk.clinic().0)
        .bind(desk.opened().as_millisecond())
        .fetch_all(&self.reader)
        .await
        .map_err(failed)?;
        rows.into_iter()
            .map(|(id, account, login, role, since, second_factor)| {
                let (id, account) = (MembershipId(id), AccountId(account));
                let (role, since) = (StaffRole::of_code(&role)?, time(since)?);
                Ok(StaffMember { id, account, login, role, since, second_factor })
            })
            .collect()
    }

    async fn invite_staff(&self, desk: &Desk, role: StaffRole, until: Timestamp, now: Timestamp) -> Result<Secret> {
        desk.need(Duty::Manage)?;
        Ok(transaction!(self, |c| invite(c, desk, role, until, now)))
    }

    async fn look_at_invitation(&self, link: &Secret, now: Timestamp) -> Result<StaffInvitation> {
        let row: Option<(Uuid, String)> = sqlx::query_as(
            "SELECT target, detail FROM one_time WHERE token = $1 AND until > $2 AND purpose = 'join_clinic'",
        )
        .bind(link.fingerprint())
        .bind(now.as_millisecond())
        .fetch_optional(&self.reader)
        .await
        .map_err(failed)?;
        invitation(row)
    }

    async fn join_staff(&self, link: &Secret, login: &str, password: &Secret, now: Timestamp) -> Result<Account> {
        // Looked at before the costly hash; used up in the transaction.
        self.look_at_invitation(link, now).await?;
        let login = login::check(login, password)?;
        let hash = self.passwords.hash(password).await?;
        Ok(transaction!(self, |c| join(c, link, &login, &hash, now)))
    }

    async fn accept_role(&self, link: &Secret, account: AccountId, now: Timestamp) -> Result<MembershipId> {
        Ok(transaction!(self, |c| accept(c, link, account, now)))
    }

    async fn give_role(&self, desk: &Desk, login: &str, role: StaffRole, now: Timestamp) -> Result<MembershipId> {
        desk.need(Duty::Manage)?;
        let login = login::normal(login);
        Ok(transaction!(self, |c| give(c, desk, &login, role, now)))
    }

    async fn end_role(&self, desk: &Desk, role: MembershipId, now: Timestamp) -> Result<()> {
        desk.need(Duty::Manage)?;
        transaction!(self, |c| end(c, desk, role, now));
        Ok(())
    }
}

/// The roles that an account has in a clinic now.
pub async fn roles(
    c: &mut Connection,
    account: AccountId,
    clinic: OrganisationId,
    now: Timestamp,
) -> Result<Vec<StaffRole>> {
    let codes: Vec<String> = sqlx::query_scalar(
        "SELECT m.role FROM membership m JOIN clinic c ON c.organisation = m.organisation
         WHERE m.account = $1 AND m.organisation = $2 AND m.since <= $3 AND (m.until IS NULL OR m.until > $3)",
    )
    .bind(account.0)
    .bind(clinic.0)
    .bind(now.as_millisecond())
    .fetch_all(c)
    .await
    .map_err(failed)?;
    let mut roles = codes.iter().map(|code| StaffRole::of_code(code)).collect::<Result<Vec<_>>>()?;
    roles.sort_unstable();
    Ok(roles)
}

/// Every clinic, by name.
async fn all(c: &mut Connection) -> Result<Vec<Clinic>> {
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.id, c.name, c.zone, c.region, c.demonstration, o.created
         FROM clinic c JOIN organisation o ON o.id = c.organisation",
    )
    .fetch_all(c)
    .await
    .map_err(failed)?;
    let mut clinics = rows.into_iter().map(clinic).collect::<Result<Vec<_>>>()?;
    clinics.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    Ok(clinics)
}

/// A clinic.
pub async fn one(c: &mut Connection, id: OrganisationId) -> Result<Clinic> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT o.id, c.name, c.zone, c.region, c.demonstration, o.created
         FROM clinic c JOIN organisation o ON o.id = c.organisation WHERE c.organisation = $1",
    )
    .bind(id.0)
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    row.map(clinic).ok_or(RecordsError::NotFound)?
}

async fn found(c: &mut Connection, administrator: AccountId, new: &NewClinic, now: Timestamp) -> Result<Clinic> {
    let known = sqlx::query("SELECT 1 FROM account WHERE id = $1").bind(administrator.0);
    known.fetch_optional(&mut *c).await.map_err(failed)?.ok_or(RecordsError::NotFound)?;
    let id = OrganisationId(charley_records::random()?);
    let insert = sqlx::query("INSERT INTO organisation (id, kind, created) VALUES ($1, 'clinic', $2)");
    insert.bind(id.0).bind(now.as_millisecond()).execute(&mut *c).await.map_err(failed)?;
    sqlx::query("INSERT INTO clinic (organisation, name, zone, region, demonstration) VALUES ($1, $2, $3, $4, $5)")
        .bind(id.0)
        .bind(&new.name)
        .bind(&new.zone)
        .bind(&new.region)
        .bind(new.demonstration)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    hold(c, administrator, (None, Some(id.0)), StaffRole::Administrator.code(), now).await?;
    note_plain(c, &actor(administrator), "clinic.found", now).await?;
    one(c, id).await
}

async fn change(c: &mut Connection, desk: &Desk, new: &NewClinic, now: Timestamp) -> Result<Clinic> {
    sqlx::query("UPDATE clinic SET name = $2, zone = $3, region = $4 WHERE organisation = $1")
        .bind(desk.clinic().0)
        .bind(&new.name)
        .bind(&new.zone)
        .bind(&new.region)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note_plain(c, &desk.actor(), "clinic.change", now).await?;
    one(c, desk.clinic()).await
}

async fn invite(c: &mut Connection, desk: &Desk, role: StaffRole, until: Timestamp, now: Timestamp) -> Result<Secret> {
    let over = sqlx::query("DELETE FROM one_time WHERE until <= $1").bind(now.as_millisecond());
    over.execute(&mut *c).await.map_err(failed)?;
    let token = Secret::random()?;
    sqlx::query(
        "INSERT INTO one_time (token, purpose, target, until, created, detail)
         VALUES ($1, 'join_clinic', $2, $3, $4, $5)",
    )
    .bind(token.fingerprint())
    .bind(desk.clinic().0)
    .bind(until.as_millisecond())
    .bind(now.as_millisecond())
    .bind(role.code())
    .execute(&mut *c)
    .await
    .map_err(failed)?;
    note_plain(c, &desk.actor(), "staff.invite", now).await?;
    Ok(token)
}

fn invitation(row: Option<(Uuid, String)>) -> Result<StaffInvitation> {
    let (clinic, role) = row.ok_or(RecordsError::NotFound)?;
    Ok(StaffInvitation { clinic: OrganisationId(clinic), role: StaffRole::of_code(&role)? })
}

/// Uses a link up.
async fn redeem(c: &mut Connection, link: &Secret, now: Timestamp) -> Result<StaffInvitation> {
    let row: Option<(Uuid, String)> = sqlx::query_as(
        "DELETE FROM one_time WHERE token = $1 AND until > $2 AND purpose = 'join_clinic' RETURNING target, detail",
    )
    .bind(link.fingerprint())
    .bind(now.as_millisecond())
    .fetch_optional(&mut *c)
    .await
    .map_err(failed)?;
    invitation(row)
}

async fn join(c: &mut Connection, link: &Secret, login: &str, hash: &str, now: Timestamp) -> Result<Account> {
    let StaffInvitation { clinic, role } = redeem(c, link, now).await?;
    let account = accounts::insert(c, login, hash, now).await?;
    hold(c, account.id, (None, Some(clinic.0)), role.code(), now).await?;
    note_plain(c, &actor(account.id), "staff.join", now).await?;
    Ok(account)
}

async fn accept(c: &mut Connection, link: &Secret, account: AccountId, now: Timestamp) -> Result<MembershipId> {
    let StaffInvitation { clinic, role } = redeem(c, link, now).await?;
    note_plain(c, &actor(account), "staff.accept", now).await?;
    match held(c, account, clinic, role, now).await? {
        Some(known) => Ok(known),
        None => hold(c, account, (None, Some(clinic.0)), role.code(), now).await,
    }
}

/// The role on file that the account has in a clinic already.
async fn held(
    c: &mut Connection,
    account: AccountId,
    clinic: OrganisationId,
    role: StaffRole,
    now: Timestamp,
) -> Result<Option<MembershipId>> {
    let known: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM membership
         WHERE account = $1 AND organisation = $2 AND role = $3 AND (until IS NULL OR until > $4)",
    )
    .bind(account.0)
    .bind(clinic.0)
    .bind(role.code())
    .bind(now.as_millisecond())
    .fetch_optional(c)
    .await
    .map_err(failed)?;
    Ok(known.map(MembershipId))
}

async fn give(c: &mut Connection, desk: &Desk, login: &str, role: StaffRole, now: Timestamp) -> Result<MembershipId> {
    let account = accounts::named(c, login).await?.ok_or_else(|| {
        RecordsError::field("login", "Nobody here signs in with this name. Check the spelling, or invite them.")
    })?;
    if let Some(known) = held(c, account.id, desk.clinic(), role, now).await? {
        return Ok(known);
    }
    note_plain(c, &desk.actor(), "staff.give", now).await?;
    hold(c, account.id, (None, Some(desk.clinic().0)), role.code(), now).await
}

async fn end(c: &mut Connection, desk: &Desk, id: MembershipId, now: Timestamp) -> Result<()> {
    let live: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT id, role FROM membership WHERE organisation = $1 AND since <= $2 AND (until IS NULL OR until > $2)",
    )
    .bind(desk.clinic().0)
    .bind(now.as_millisecond())
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let (_, role) = live.iter().find(|(held, _)| *held == id.0).ok_or(RecordsError::NotFound)?;
    let administrator = StaffRole::Administrator.code();
    if role == administrator && live.iter().filter(|(_, role)| role == administrator).count() == 1 {
        return Err(RecordsError::Conflict(
            "This is the last administrator. Make somebody else one first, so that the clinic can be run.",
        ));
    }
    let end = sqlx::query("UPDATE membership SET until = $2 WHERE id = $1");
    end.bind(id.0).bind(now.as_millisecond()).execute(&mut *c).await.map_err(failed)?;
    note_plain(c, &desk.actor(), "staff.end", now).await
}
