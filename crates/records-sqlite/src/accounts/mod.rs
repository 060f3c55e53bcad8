//! Sign-in.

pub mod attempts;
mod close;
mod devices;
mod links;
mod sessions;

use async_trait::async_trait;
use charley_records::accounts::{Account, Accounts, Device, OneTime, SessionInfo};
use charley_records::deletions::Deleted;
use charley_records::people::{self, NewPerson};
use charley_records::secret::Secret;
use charley_records::{
    Access, AccountId, Actor, DeviceId, OrganisationId, PersonId, RecordsError, Result, Right, SessionId, login,
};
use jiff::Timestamp;
use uuid::Uuid;

pub use close::close;
pub use links::code;

use crate::audit::{note, note_plain};
use crate::sql::{Connection, failed};
use crate::{SqliteStore, transaction};

/// The account with a sign-in name in its kept form.
pub async fn named(c: &mut Connection, login: &str) -> Result<Option<Account>> {
    let row: Option<(Uuid, String)> = sqlx::query_as("SELECT id, login FROM account WHERE login = $1")
        .bind(login)
        .fetch_optional(c)
        .await
        .map_err(failed)?;
    Ok(row.map(|(id, login)| Account { id: AccountId(id), login }))
}

async fn is_fresh(c: &mut Connection) -> Result<bool> {
    let any = sqlx::query("SELECT 1 FROM account LIMIT 1").fetch_optional(c).await.map_err(failed)?;
    Ok(any.is_none())
}

/// An account as the one who acts.
pub fn actor(account: AccountId) -> Actor {
    Actor::Account { account }
}

#[async_trait]
impl Accounts for SqliteStore {
    async fn is_fresh(&self) -> Result<bool> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        is_fresh(&mut c).await
    }

    async fn issue_link(&self, purpose: &OneTime, until: Timestamp, now: Timestamp) -> Result<Secret> {
        Ok(transaction!(self, |c| links::issue(c, purpose, until, now)))
    }

    async fn look_at_link(&self, token: &Secret, now: Timestamp) -> Result<OneTime> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        links::look(&mut c, token, now).await
    }

    async fn create_first(
        &self,
        link: &Secret,
        login: &str,
        password: &Secret,
        person: &NewPerson,
        now: Timestamp,
    ) -> Result<Account> {
        self.create(link, (login, password), person, now, |purpose| {
            matches!(purpose, OneTime::FirstAccount | OneTime::OwnHousehold)
        })
        .await
    }

    async fn invite(&self, owner: AccountId, until: Timestamp, now: Timestamp) -> Result<Secret> {
        Ok(transaction!(self, |c| links::invite(c, owner, until, now)))
    }

    async fn join(
        &self,
        link: &Secret,
        login: &str,
        password: &Secret,
        person: &NewPerson,
        now: Timestamp,
    ) -> Result<Account> {
        self.create(link, (login, password), person, now, |purpose| matches!(purpose, OneTime::JoinHousehold(_))).await
    }

    async fn reset_password(&self, link: &Secret, password: &Secret, now: Timestamp) -> Result<Account> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let OneTime::ResetPassword(account) = links::look(&mut c, link, now).await? else {
            return Err(RecordsError::NotFound);
        };
        let login = sqlx::query_scalar("SELECT login FROM account WHERE id = $1").bind(account.0);
        let login: Option<String> = login.fetch_optional(&mut *c).await.map_err(failed)?;
        drop(c);
        let login = login.ok_or(RecordsError::NotFound)?;
        login::check_password(&login, password)?;
        let hash = self.passwords.hash(password).await?;
        transaction!(self, |c| links::reset(c, link, account, &login, &hash, now));
        Ok(Account { id: account, login })
    }

    async fn close_account(&self, account: AccountId, now: Timestamp) -> Result<()> {
        transaction!(self, |c| close(c, account, now));
        self.list(&Deleted::account(account));
        self.forget_log().await;
        Ok(())
    }

    async fn account_named(&self, login: &str) -> Result<Account> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        named(&mut c, &login::normal(login)).await?.ok_or(RecordsError::NotFound)
    }

    async fn sign_in(
        &self,
        login: &str,
        password: &Secret,
        from: &str,
        device: &str,
        now: Timestamp,
    ) -> Result<(Account, Secret)> {
        let login = login::normal(login);
        let found = transaction!(self, |c| sessions::attempt(c, &login, from, now));
        let (account, hash) = found.map_or((None, None), |(account, hash)| (Some(account), Some(hash)));
        let fits = self.passwords.fits(password, hash.clone()).await?;
        match (account, hash) {
            (Some(account), Some(hash)) if fits => {
                let token = transaction!(self, |c| sessions::start(c, &account, &hash, (from, device), now));
                Ok((account, token))
            }
            (account, _) => {
                transaction!(self, |c| sessions::refused(c, account.as_ref(), now));
                Err(RecordsError::NotFound)
            }
        }
    }

    async fn session(&self, token: &Secret, now: Timestamp) -> Result<(Account, SessionId)> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let found = sessions::find(&mut c, token, now).await?;
        drop(c);
        if found.stale {
            transaction!(self, |c| sessions::seen(c, found.session, now));
        }
        Ok((found.account, found.session))
    }

    async fn sessions(&self, account: AccountId, now: Timestamp) -> Result<Vec<SessionInfo>> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        sessions::list(&mut c, account, now).await
    }

    async fn renew_session(&self, account: AccountId, session: SessionId) -> Result<Secret> {
        Ok(transaction!(self, |c| sessions::renew(c, account, session)))
    }

    async fn end_session(&self, account: AccountId, session: SessionId, now: Timestamp) -> Result<()> {
        transaction!(self, |c| sessions::end(c, account, session, now));
        Ok(())
    }

    async fn pair_device(&self, access: &Access, name: &str, now: Timestamp) -> Result<(Device, Secret)> {
        access.need(Right::Write)?;
        let name = charley_records::accounts::device_name(name)?;
        Ok(transaction!(self, |c| devices::pair(c, access, &name, now)))
    }

    async fn pair_with_link(&self, link: &Secret, name: &str, now: Timestamp) -> Result<(Device, Secret)> {
        let name = charley_records::accounts::device_name(name)?;
        Ok(transaction!(self, |c| devices::pair_with_link(c, link, &name, now)))
    }

    async fn device(&self, token: &Secret, _now: Timestamp) -> Result<Device> {
        let mut c = self.reader.acquire().await.map_err(failed)?;
        devices::find(&mut c, token).await
    }

    async fn devices(&self, access: &Access) -> Result<Vec<Device>> {
        access.need(Right::Read)?;
        let mut c = self.reader.acquire().await.map_err(failed)?;
        let devices = devices::list(&mut c, access).await?;
        drop(c);
        self.note_read(access, "device.read", devices.len()).await?;
        Ok(devices)
    }

    async fn revoke_device(&self, access: &Access, device: DeviceId, now: Timestamp) -> Result<()> {
        access.need(Right::Write)?;
        transaction!(self, |c| devices::revoke(c, access, device, now));
        Ok(())
    }

    async fn calendar_token(&self, access: &Access, renew: bool, now: Timestamp) -> Result<Secret> {
        access.need(Right::Write)?;
        Ok(transaction!(self, |c| devices::calendar(c, access, renew, now)))
    }

    async fn calendar_owner(&self, token: &Secret) -> Result<PersonId> {
        let owner = sqlx::query_scalar("SELECT person FROM calendar WHERE fingerprint = $1").bind(token.fingerprint());
        let owner: Option<Uuid> = owner.fetch_optional(&self.reader).await.map_err(failed)?;
        owner.map(PersonId).ok_or(RecordsError::NotFound)
    }
}

impl SqliteStore {
    /// A new account by a link of a certain purpose.
    async fn create(
        &self,
        link: &Secret,
        (login, password): (&str, &Secret),
        person: &NewPerson,
        now: Timestamp,
        meant: fn(&OneTime) -> bool,
    ) -> Result<Account> {
        // Looked at before the costly hash; used up in the transaction.
        let purpose = self.look_at_link(link, now).await?;
        if !meant(&purpose) {
            return Err(RecordsError::NotFound);
        }
        let login = login::check(login, password)?;
        let person = people::check(person)?;
        let hash = self.passwords.hash(password).await?;
        Ok(transaction!(self, |c| create(c, link, &login, &hash, &person, now)))
    }
}

async fn create(
    c: &mut Connection,
    link: &Secret,
    login: &str,
    hash: &str,
    person: &NewPerson,
    now: Timestamp,
) -> Result<Account> {
    use charley_records::people::{Party, Role};
    let (household, role) = match links::use_up(c, link, now).await? {
        OneTime::FirstAccount if is_fresh(c).await? => (household(c, now).await?, Role::Owner),
        OneTime::OwnHousehold => (household(c, now).await?, Role::Owner),
        OneTime::JoinHousehold(household) => (household, Role::Member),
        _ => return Err(RecordsError::NotFound),
    };
    let account = insert(c, login, hash, now).await?;
    let party = Party::Household { organisation: household, people: Vec::new() };
    crate::people::give(c, account.id, &party, role, now).await?;
    let person = crate::people::insert(c, household, person, now).await?;
    crate::people::give(c, account.id, &Party::Person(person.id), Role::Oneself, now).await?;
    let own = charley_records::people::Membership {
        id: charley_records::MembershipId(account.id.0),
        account: account.id,
        party: Party::Person(person.id),
        role: Role::Oneself,
    };
    note(c, &Access::grant(&actor(account.id), person.id, &[own], now)?, "person.add", 1, now).await?;
    Ok(account)
}

/// A new account under a name that nobody has yet.
pub async fn insert(c: &mut Connection, login: &str, hash: &str, now: Timestamp) -> Result<Account> {
    if named(c, login).await?.is_some() {
        return Err(RecordsError::Conflict("Somebody signs in with this name already. Choose another."));
    }
    let account = Account { id: AccountId(charley_records::random()?), login: login.to_owned() };
    sqlx::query("INSERT INTO account (id, login, password, created) VALUES ($1, $2, $3, $4)")
        .bind(account.id.0)
        .bind(login)
        .bind(hash)
        .bind(now.as_millisecond())
        .execute(&mut *c)
        .await
        .map_err(failed)?;
    note_plain(c, &actor(account.id), "account.create", now).await?;
    Ok(account)
}

async fn household(c: &mut Connection, now: Timestamp) -> Result<OrganisationId> {
    let id = OrganisationId(charley_records::random()?);
    let insert = sqlx::query("INSERT INTO organisation (id, kind, created) VALUES ($1, 'household', $2)");
    insert.bind(id.0).bind(now.as_millisecond()).execute(c).await.map_err(failed)?;
    Ok(id)
}
