//! People, households, roles.

use async_trait::async_trait;
use charley_records::accounts::OneTime;
use charley_records::deletions::Deleted;
use charley_records::people::{
    self, DeletionReceipt, Member, Membership, NewPerson, Party, People, Person, Role, backups_expire,
};
use charley_records::{
    Access, AccountId, Actor, MembershipId, OrganisationId, PersonId, RecordsError, Result, Right, SubjectId, login,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::audit::note;
use crate::clinic::log::note_about;
use crate::sql::{Connection, count, failed, time};
use crate::{PgStore, accounts, transaction};

type Row = (Uuid, String, String, String, i64);

fn person((id, name, zone, region, created): Row) -> Result<Person> {
    Ok(Person { id: PersonId(id), name, zone, region, created: time(created)? })
}

#[async_trait]
impl People for PgStore {
    async fn open(&self, actor: &Actor, person: PersonId, now: Timestamp) -> Result<Access> {
        let mut c = self.pool.acquire().await.map_err(failed)?;
        let known = sqlx::query("SELECT 1 FROM person WHERE id = $1").bind(person.0);
        let known = known.fetch_optional(&mut *c).await.map_err(failed)?.is_some();
        let held = match actor {
            Actor::Account { account } => memberships(&mut c, *account, now).await?,
            Actor::Device { device, .. } => {
                let live = sqlx::query("SELECT 1 FROM device WHERE id = $1 AND person = $2 AND revoked IS NULL");
                let live = live.bind(device.0).bind(person.0).fetch_optional(&mut *c).await.map_err(failed)?;
                live.map(|_| Vec::new()).ok_or(RecordsError::NotFound)?
            }
            Actor::Link { .. } | Actor::Job { .. } | Actor::Staff { .. } => Vec::new(),
        };
        let access = Access::grant(actor, person, &held, now)?;
        if known { Ok(access) } else { Err(RecordsError::NotFound) }
    }

    async fn people_of(&self, account: AccountId, now: Timestamp) -> Result<Vec<Person>> {
        let rows: Vec<(Uuid, String, String, String, i64, bool)> = sqlx::query_as(
            "SELECT p.id, p.name, p.zone, p.region, p.created,
                    BOOL_OR(m.role = 'oneself' AND m.person = p.id)
             FROM person p JOIN membership m ON m.person = p.id OR m.organisation = p.organisation
             WHERE m.account = $1 AND m.since <= $2 AND (m.until IS NULL OR m.until > $2)
               AND m.role IN ('oneself', 'carer', 'owner', 'member')
             GROUP BY p.id, p.name, p.zone, p.region, p.created",
        )
        .bind(account.0)
        .bind(now.as_millisecond())
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        let mut people = rows
            .into_iter()
            .map(|(id, name, zone, region, created, oneself)| Ok((oneself, person((id, name, zone, region, created))?)))
            .collect::<Result<Vec<_>>>()?;
        people.sort_by(|(a_self, a), (b_self, b)| (b_self, &a.name, a.id).cmp(&(a_self, &b.name, b.id)));
        Ok(people.into_iter().map(|(_, person)| person).collect())
    }

    async fn add_person(&self, account: AccountId, new: &NewPerson, now: Timestamp) -> Result<Person> {
        let new = people::check(new)?;
        Ok(transaction!(self, |c| add(c, account, &new, now)))
    }

    async fn person(&self, access: &Access) -> Result<Person> {
        access.need(Right::Append)?;
        let mut c = self.pool.acquire().await.map_err(failed)?;
        find(&mut c, access).await
    }

    async fn change_person(&self, access: &Access, new: &NewPerson, now: Timestamp) -> Result<Person> {
        access.need(Right::Write)?;
        let new = people::check(new)?;
        Ok(transaction!(self, |c| change(c, access, &new, now)))
    }

    async fn members(&self, access: &Access, now: Timestamp) -> Result<Vec<Member>> {
        access.need(Right::Read)?;
        let rows: Vec<(Uuid, Uuid, String, String, i64)> = sqlx::query_as(
            "SELECT m.id, a.id, a.login, m.role, m.since
             FROM membership m JOIN account a ON a.id = m.account
             WHERE (m.person = $1 OR m.organisation = (SELECT organisation FROM person WHERE id = $1))
               AND m.since <= $2 AND (m.until IS NULL OR m.until > $2)
               AND m.role IN ('oneself', 'carer', 'owner', 'member')
             ORDER BY m.since, m.id",
        )
        .bind(access.person().0)
        .bind(now.as_millisecond())
        .fetch_all(&self.pool)
        .await
        .map_err(failed)?;
        self.note_read(access, "members.read", rows.len()).await?;
        rows.into_iter()
            .map(|(id, account, login, role, since)| {
                let (id, account) = (MembershipId(id), AccountId(account));
                Ok(Member { id, account, login, role: Role::of_code(&role)?, since: time(since)? })
            })
            .collect()
    }

    async fn add_carer(&self, access: &Access, login: &str, now: Timestamp) -> Result<MembershipId> {
        access.need(Right::Own)?;
        let login = login::normal(login);
        Ok(transaction!(self, |c| add_carer(c, access, &login, now)))
    }

    async fn end_membership(&self, access: &Access, membership: MembershipId, now: Timestamp) -> Result<()> {
        transaction!(self, |c| end_membership(c, access, membership, now));
        Ok(())
    }

    async fn delete_person(&self, access: &Access, now: Timestamp) -> Result<DeletionReceipt> {
        access.need(Right::Own)?;
        let mut receipt = transaction!(self, |c| delete(c, access.actor(), access.person(), now));
        receipt.listed = self.list(&Deleted::person(receipt.subject));
        Ok(receipt)
    }
}

/// Roles of an account that hold now. Those of staff are left out: in a clinic's people they give no right.
async fn memberships(c: &mut Connection, account: AccountId, now: Timestamp) -> Result<Vec<Membership>> {
    let rows: Vec<(Uuid, String, Option<Uuid>, Option<Uuid>)> = sqlx::query_as(
        "SELECT id, role, person, organisation FROM membership
         WHERE account = $1 AND since <= $2 AND (until IS NULL OR until > $2)
           AND role IN ('oneself', 'carer', 'owner', 'member')",
    )
    .bind(account.0)
    .bind(now.as_millisecond())
    .fetch_all(&mut *c)
    .await
    .map_err(failed)?;
    let mut held = Vec::with_capacity(rows.len());
    for (id, role, person, organisation) in rows {
        let party = match (person, organisation) {
            (Some(person), _) => Party::Person(PersonId(person)),
            (None, Some(organisation)) => {
                let people = sqlx::query_scalar("SELECT id FROM person WHERE organisation = $1").bind(organisation);
                let people: Vec<Uuid> = people.fetch_all(&mut *c).await.map_err(failed)?;
                let people = people.into_iter().map(PersonId).collect();
                Party::Household { organisation: OrganisationId(organisation), people }
            }
            (None, None) => continue,
        };
        held.push(Membership { id: MembershipId(id), account, party, role: Role::of_code(&role)? });
    }
    Ok(held)
}

/// The household that an account owns.
pub async fn owned(c: &mut Connection, account: AccountId, now: Timestamp) -> Result<Option<OrganisationId>> {
    let owned = sqlx::query_scalar(
        "SELECT organisation FROM membership
         WHERE account = $1 AND role = 'owner' AND since <= $2 AND (until IS NULL OR until > $2) ORDER BY since, id",
    );
    let owned: Option<Uuid> =
        owned.bind(account.0).bind(now.as_millisecond()).fetch_optional(c).await.map_err(failed)?;
    Ok(owned.map(OrganisationId))
}

/// A record in a household, with its stand-in in the audit log.
pub async fn insert(c: &mut Connection, household: OrganisationId, new: &NewPerson, now: Timestamp) -> Result<Person> {
    let id = PersonId(charley_records::random()?);
    sqlx::query("INSERT INTO person (id, organisation, name, zone, region, created) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id.0)
        .bind(household.0)
        .bind(&new.name)
        .bind(&new.zone)
        .bind(&new.region)
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    let subject = sqlx::query("INSERT INTO subject (person, id) VALUES ($1, $2)");
    subject.bind(id.0).bind(charley_records::random()?).execute(c).await.map_err(failed)?;
    let NewPerson { name, zone, region } = new.clone();
    Ok(Person { id, name, zone, region, created: time(now.as_millisecond())? })
}

/// A role from now on.
pub async fn give(
    c: &mut Connection,
    account: AccountId,
    party: &Party,
    role: Role,
    now: Timestamp,
) -> Result<MembershipId> {
    let party = match party {
        Party::Person(person) => (Some(person.0), None),
        Party::Household { organisation, .. } => (None, Some(organisation.0)),
    };
    hold(c, account, party, role.code(), now).await
}

/// A role, by its code, in a person or an organisation.
pub async fn hold(
    c: &mut Connection,
    account: AccountId,
    (person, organisation): (Option<Uuid>, Option<Uuid>),
    role: &str,
    now: Timestamp,
) -> Result<MembershipId> {
    let id = MembershipId(charley_records::random()?);
    sqlx::query(
        "INSERT INTO membership (id, account, person, organisation, role, since) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.0)
    .bind(account.0)
    .bind(person)
    .bind(organisation)
    .bind(role)
    .bind(now.as_millisecond())
    .execute(c)
    .await
    .map_err(failed)?;
    Ok(id)
}

async fn add(c: &mut Connection, account: AccountId, new: &NewPerson, now: Timestamp) -> Result<Person> {
    let household = owned(c, account, now).await?.ok_or(RecordsError::Forbidden)?;
    let person = insert(c, household, new, now).await?;
    let held = memberships(c, account, now).await?;
    let access = Access::grant(&Actor::Account { account }, person.id, &held, now)?;
    note(c, &access, "person.add", 1, now).await?;
    Ok(person)
}

async fn find(c: &mut Connection, access: &Access) -> Result<Person> {
    let row = sqlx::query_as("SELECT id, name, zone, region, created FROM person WHERE id = $1");
    let row: Option<Row> = row.bind(access.person().0).fetch_optional(c).await.map_err(failed)?;
    row.map(person).ok_or(RecordsError::NotFound)?
}

async fn change(c: &mut Connection, access: &Access, new: &NewPerson, now: Timestamp) -> Result<Person> {
    sqlx::query("UPDATE person SET name = $2, zone = $3, region = $4 WHERE id = $1")
        .bind(access.person().0)
        .bind(&new.name)
        .bind(&new.zone)
        .bind(&new.region)
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note(c, access, "person.change", 1, now).await?;
    find(c, access).await
}

async fn add_carer(c: &mut Connection, access: &Access, login: &str, now: Timestamp) -> Result<MembershipId> {
    let account = accounts::named(c, login).await?.ok_or_else(|| {
        RecordsError::field("login", "Nobody here signs in with this name. Check the spelling, or invite them first.")
    })?;
    let known: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM membership WHERE account = $1 AND person = $2 AND role = 'carer' AND (until IS NULL OR until > $3)",
    )
    .bind(account.id.0)
    .bind(access.person().0)
    .bind(now.as_millisecond())
    .fetch_optional(&mut *c)
    .await
    .map_err(failed)?;
    if let Some(known) = known {
        return Ok(MembershipId(known));
    }
    // Logged first: that fails when the person is gone.
    note(c, access, "carer.add", 1, now).await?;
    give(c, account.id, &Party::Person(access.person()), Role::Carer, now).await
}

async fn end_membership(c: &mut Connection, access: &Access, id: MembershipId, now: Timestamp) -> Result<()> {
    let row: Option<(Uuid, String, Option<Uuid>)> = sqlx::query_as(
        "SELECT account, role, organisation FROM membership
         WHERE id = $1 AND (until IS NULL OR until > $3) AND role IN ('oneself', 'carer', 'owner', 'member')
           AND (person = $2 OR organisation = (SELECT organisation FROM person WHERE id = $2))",
    )
    .bind(id.0)
    .bind(access.person().0)
    .bind(now.as_millisecond())
    .fetch_optional(&mut *c)
    .await
    .map_err(failed)?;
    let (holder, role, household) = row.ok_or(RecordsError::NotFound)?;
    let Actor::Account { account } = access.actor() else { return Err(RecordsError::Forbidden) };
    let mine = account.0 == holder;
    match Role::of_code(&role)? {
        Role::Carer if mine => {}
        Role::Carer => access.need(Right::Own)?,
        Role::Member if mine => {}
        Role::Member => {
            if owned(c, *account, now).await?.map(|owned| owned.0) != household {
                return Err(RecordsError::Forbidden);
            }
        }
        Role::Oneself | Role::Owner => {
            return Err(RecordsError::Conflict(
                "Without this role nobody could open the record. Delete the record instead.",
            ));
        }
    }
    let end = sqlx::query("UPDATE membership SET until = $2 WHERE id = $1");
    end.bind(id.0).bind(now.as_millisecond()).execute(&mut *c).await.map_err(failed)?;
    note(c, access, "membership.end", 1, now).await
}

/// What a person's record lies in, each table before those it refers to.
const DELETIONS: [(&str, &str); 22] = [
    ("occupancy", "DELETE FROM occupancy WHERE booking IN (SELECT id FROM booking WHERE person = $1)"),
    ("booking_resource", "DELETE FROM booking_resource WHERE booking IN (SELECT id FROM booking WHERE person = $1)"),
    (
        "visit_message",
        "DELETE FROM visit_message
      WHERE person = $1 OR booking IN (SELECT id FROM booking WHERE person = $1)",
    ),
    ("booking", "DELETE FROM booking WHERE person = $1"),
    ("waiting", "DELETE FROM waiting WHERE person = $1"),
    ("request_event", "DELETE FROM request_event WHERE request IN (SELECT id FROM request WHERE person = $1)"),
    ("request", "DELETE FROM request WHERE person = $1"),
    ("follow_up", "DELETE FROM follow_up WHERE person = $1"),
    ("document", "DELETE FROM document WHERE person = $1"),
    ("emergency_look", "DELETE FROM emergency_look WHERE person = $1"),
    ("patient", "DELETE FROM patient WHERE person = $1"),
    ("entry", "DELETE FROM entry WHERE person = $1"),
    ("tombstone", "DELETE FROM tombstone WHERE person = $1"),
    ("saved_check", "DELETE FROM saved_check WHERE person = $1"),
    ("trial", "DELETE FROM trial WHERE person = $1"),
    ("device", "DELETE FROM device WHERE person = $1"),
    ("calendar", "DELETE FROM calendar WHERE person = $1"),
    ("message", "DELETE FROM message WHERE person = $1"),
    ("reminder", "DELETE FROM reminder WHERE person = $1"),
    ("membership", "DELETE FROM membership WHERE person = $1"),
    ("subject", "DELETE FROM subject WHERE person = $1"),
    ("person", "DELETE FROM person WHERE id = $1"),
];

/// Destroys everything of a person. Whether the actor may is for the caller to know.
pub async fn delete(c: &mut Connection, actor: &Actor, person: PersonId, now: Timestamp) -> Result<DeletionReceipt> {
    let subject = sqlx::query_scalar("SELECT id FROM subject WHERE person = $1").bind(person.0);
    let subject: Option<Uuid> = subject.fetch_optional(&mut *c).await.map_err(failed)?;
    let subject = SubjectId(subject.ok_or(RecordsError::NotFound)?);
    // The last entry under this subject, while the mapping still stands.
    note_about(c, actor, person, "person.delete", 1, now).await?;
    let links = sqlx::query("DELETE FROM one_time WHERE target = $1 AND purpose = $2");
    let links = links.bind(person.0).bind(accounts::code(&OneTime::PairDevice(person)).0);
    let links = links.execute(&mut *c).await.map_err(failed)?.rows_affected();
    let mut destroyed = vec![("one_time".to_owned(), links)];
    for (table, delete) in DELETIONS {
        let rows = sqlx::query(delete).bind(person.0).execute(&mut *c).await.map_err(failed)?.rows_affected();
        destroyed.push((table.to_owned(), rows));
    }
    debug_assert_eq!(destroyed.last().map(|(_, rows)| count(*rows)), Some(1));
    Ok(DeletionReceipt { subject, at: now, destroyed, backups_expire: backups_expire(now), listed: false })
}
