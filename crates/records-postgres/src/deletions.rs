//! What was deleted: on the list in the folder of this server, and out of the database for good.

use charley_records::deletions::Deleted;
use charley_records::{AccountId, Actor, PersonId, RecordsError, Result, SubjectId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::accounts::close;
use crate::people::delete;
use crate::sql::{Connection, failed};
use crate::{PgStore, transaction};

impl PgStore {
    /// Writes to the list, where there is one; says whether it stands there. The deletion itself has happened by then.
    pub(crate) fn list(&self, deleted: &Deleted) -> bool {
        self.deletions.as_ref().is_some_and(|list| list.add(deleted).is_ok())
    }

    /// Brings list and database together: what is listed leaves the database, which somebody may have put back;
    /// what the log tells of gets on the list.
    pub(crate) async fn settle_deletions(&self, now: Timestamp) -> Result<()> {
        let Some(list) = &self.deletions else { return Ok(()) };
        let listed = list.read()?;
        transaction!(self, |c| keep_out(c, &listed, "open", now));
        let mut c = self.pool.acquire().await.map_err(failed)?;
        list.add(&told(&mut c).await?)
    }
}

/// What the audit log tells of.
async fn told(c: &mut Connection) -> Result<Deleted> {
    let people = "SELECT DISTINCT subject FROM audit WHERE action = 'person.delete' AND subject IS NOT NULL";
    let people: Vec<Uuid> = sqlx::query_scalar(people).fetch_all(&mut *c).await.map_err(failed)?;
    let accounts = "SELECT DISTINCT actor FROM audit WHERE action = 'account.close'";
    let accounts: Vec<String> = sqlx::query_scalar(accounts).fetch_all(c).await.map_err(failed)?;
    let account = |actor: String| actor.strip_prefix("account:")?.parse::<AccountId>().ok();
    Ok(Deleted {
        people: people.into_iter().map(SubjectId).collect(),
        accounts: accounts.into_iter().filter_map(account).collect(),
    })
}

/// Deletes again what is listed; says how many people and accounts that were.
pub async fn keep_out(c: &mut Connection, deleted: &Deleted, job: &'static str, now: Timestamp) -> Result<(u64, u64)> {
    let actor = Actor::Job { name: job.to_owned() };
    let (mut people, mut accounts) = (0, 0);
    for subject in &deleted.people {
        let person = sqlx::query_scalar("SELECT person FROM subject WHERE id = $1").bind(subject.0);
        let person: Option<Uuid> = person.fetch_optional(&mut *c).await.map_err(failed)?;
        if let Some(person) = person {
            delete(c, &actor, PersonId(person), now).await?;
            people += 1;
        }
    }
    for account in &deleted.accounts {
        match close(c, *account, now).await {
            Ok(()) => accounts += 1,
            Err(RecordsError::NotFound | RecordsError::Conflict(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok((people, accounts))
}
