//! Founding the clinic, a year ago.

use charley_records::accounts::{Account, OneTime};
use charley_records::clinic::second_factor::{base32, code_of, new_recovery_code};
use charley_records::clinic::{Clinic, Desk, NewClinic, StaffRole};
use charley_records::people::NewPerson;
use charley_records::secret::Secret;
use charley_records::{RecordsError, SharedStore};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::Staff;
use crate::clinic::{self, Furniture, furniture};
use crate::people::DAYS;
use crate::time::{after, later, moment};
use crate::{DemoError, Result, SignIn};

/// Sign-in names of staff.
const ADMINISTRATOR: &str = "demo-admin";
const CLINICIAN: &str = "demo-clinician";
const FRONT_DESK: &str = "demo-desk";
/// What the sessions of the founding call themselves.
const DEVICE: &str = "charley admin demo";

pub(super) struct Founded {
    pub clinic: Clinic,
    pub staff: Staff,
    pub furniture: Furniture,
    pub zone: TimeZone,
    pub today: Date,
    pub sign_ins: Vec<SignIn>,
}

/// A password that nobody guesses: 80 random bits.
pub(super) fn password() -> Result<Secret> {
    Ok(new_recovery_code()?)
}

pub(super) async fn found(store: &SharedStore, seed: u64, now: Timestamp) -> Result<Founded> {
    for login in [ADMINISTRATOR, CLINICIAN, FRONT_DESK, super::record::FIRST_LOGIN] {
        match store.account_named(login).await {
            Err(RecordsError::NotFound) => {}
            Ok(_) => return Err(DemoError::Taken(login.to_owned())),
            Err(other) => return Err(other.into()),
        }
    }
    let zone = TimeZone::get(clinic::ZONE)?;
    let today = zone.to_datetime(now).date();
    let first_day = later(today, -DAYS - 7);
    let at = moment(first_day, 9 * 60, &zone)?;
    let secret = password()?;
    let admin = own_account(store, ADMINISTRATOR, &secret, "Demo Administrator", at).await?;
    let new = NewClinic {
        name: clinic::NAME.to_owned(),
        zone: clinic::ZONE.to_owned(),
        region: clinic::REGION.to_owned(),
        demonstration: true,
    };
    let clinic = store.found_clinic(admin.id, &new, at).await?;
    let desk = Desk::grant(admin.id, clinic.id, &[StaffRole::Administrator], Some(at), at)?;
    let mut sign_ins = vec![second_factor(store, "Administrator", &admin, secret, after(at, 5)).await?];
    let mut staff = Vec::new();
    for (login, role, who) in
        [(CLINICIAN, StaffRole::Clinician, "Clinician"), (FRONT_DESK, StaffRole::FrontDesk, "Front desk")]
    {
        let (secret, at) = (password()?, after(at, 30));
        let link = store.invite_staff(&desk, role, after(at, 60), at).await?;
        let account = store.join_staff(&link, login, &secret, at).await?;
        sign_ins.push(second_factor(store, who, &account, secret, after(at, 5)).await?);
        staff.push(account.id);
    }
    let [clinician, front_desk] = staff[..] else { return Err(DemoError::Missing("staff of the clinic")) };
    let at = after(at, 60);
    let furniture = furniture(seed, clinician, first_day, today, &zone)?;
    for resource in &furniture.resources {
        store.put_resource(&desk, resource, at).await?;
    }
    for service in &furniture.services {
        store.put_service(&desk, service, at).await?;
    }
    for opening in &furniture.openings {
        store.put_opening(&desk, opening, at).await?;
    }
    for closure in &furniture.closures {
        store.put_closure(&desk, closure, at).await?;
    }
    let staff = Staff { clinician, front_desk };
    Ok(Founded { clinic, staff, furniture, zone, today, sign_ins })
}

/// An account with a household and a record of its own.
pub(super) async fn own_account(
    store: &SharedStore,
    login: &str,
    password: &Secret,
    name: &str,
    at: Timestamp,
) -> Result<Account> {
    let purpose = if store.is_fresh().await? { OneTime::FirstAccount } else { OneTime::OwnHousehold };
    let link = store.issue_link(&purpose, at + SignedDuration::from_hours(1), at).await?;
    let person = NewPerson { name: name.to_owned(), zone: clinic::ZONE.to_owned(), region: clinic::REGION.to_owned() };
    Ok(store.create_first(&link, login, password, &person, at).await?)
}

/// Sets a second factor up, in a session that ends with it.
async fn second_factor(
    store: &SharedStore,
    who: &str,
    account: &Account,
    password: Secret,
    at: Timestamp,
) -> Result<SignIn> {
    let (_, token) = store.sign_in(&account.login, &password, "", DEVICE, at).await?;
    let (_, session) = store.session(&token, at).await?;
    let secret = store.begin_second_factor(account.id, at).await?;
    let code =
        code_of(&secret, at.as_second().div_euclid(30)).ok_or(DemoError::Missing("a code of a second factor"))?;
    store.confirm_second_factor(account.id, session, &code, at).await?;
    store.end_session(account.id, session, at).await?;
    let totp = Some(Secret::new(base32(&secret)));
    Ok(SignIn { who: who.to_owned(), login: account.login.clone(), password, totp })
}
