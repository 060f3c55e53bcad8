//! The people of the stories.

use charley_records::accounts::{Account, Device, OneTime};
use charley_records::diary::{Body, Cramps, Episode, NewEntry, NightReport};
use charley_records::people::{NewPerson, Person};
use charley_records::secret::Secret;
use charley_records::{Access, Actor, EntryId, SharedStore};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// A password that is accepted.
pub const PASSWORD: &str = "stove paper cloud";

/// The night of the stories, so many minutes later.
pub fn at(minutes: i64) -> Timestamp {
    "2026-11-24T03:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

/// Somebody of this name.
pub fn named(name: &str) -> NewPerson {
    NewPerson { name: name.to_owned(), zone: "Europe/London".to_owned(), region: "uk".to_owned() }
}

/// The password of the stories.
pub fn password() -> Secret {
    Secret::new(PASSWORD)
}

/// Somebody with an account and an own record.
#[derive(Debug, Clone)]
pub struct Somebody {
    /// Their account.
    pub account: Account,
    /// Their record.
    pub person: Person,
    /// The handle on it.
    pub access: Access,
}

impl Somebody {
    /// As who they act.
    pub fn actor(&self) -> Actor {
        Actor::Account { account: self.account.id }
    }
}

async fn somebody(store: &SharedStore, account: Account) -> Somebody {
    let person = store.people_of(account.id, at(0)).await.unwrap().remove(0);
    let access = store.open(&Actor::Account { account: account.id }, person.id, at(0)).await.unwrap();
    Somebody { account, person, access }
}

/// Ann, who owns the household.
pub async fn ann(store: &SharedStore) -> Somebody {
    let link = store.issue_link(&OneTime::FirstAccount, at(60), at(0)).await.unwrap();
    let account = store.create_first(&link, "ann", &password(), &named("Ann"), at(0)).await.unwrap();
    somebody(store, account).await
}

/// Somebody whom the owner invites.
pub async fn invited(store: &SharedStore, owner: &Somebody, login: &str) -> Somebody {
    let link = store.invite(owner.account.id, at(60), at(0)).await.unwrap();
    let account = store.join(&link, login, &password(), &named(login), at(0)).await.unwrap();
    somebody(store, account).await
}

/// Somebody with an account who has left the household and has a home of their own no more: a stranger to it.
pub async fn stranger(store: &SharedStore, owner: &Somebody, login: &str) -> Somebody {
    let somebody = invited(store, owner, login).await;
    let members = store.members(&owner.access, at(0)).await.unwrap();
    let role = members.iter().find(|member| member.account == somebody.account.id).unwrap();
    store.end_membership(&owner.access, role.id, at(0)).await.unwrap();
    somebody
}

/// A phone of somebody, with the handle it has.
pub async fn phone(store: &SharedStore, of: &Somebody, name: &str) -> (Device, Access) {
    let (device, token) = store.pair_device(&of.access, name, at(0)).await.unwrap();
    let device =
        store.device(&token, at(0)).await.map(|found| (found.id == device.id).then_some(found)).unwrap().unwrap();
    let actor = Actor::Device { device: device.id, person: device.person };
    let access = store.open(&actor, device.person, at(0)).await.unwrap();
    (device, access)
}

/// An id of an entry.
pub fn id(number: u128) -> EntryId {
    EntryId(Uuid::from_u128(number))
}

/// An entry with this body.
pub fn entry(number: u128, body: Body) -> NewEntry {
    NewEntry { id: id(number), at: at(0), zone: "Europe/London".to_owned(), body }
}

/// A cramp of so many minutes.
pub fn cramp(number: u128, minutes: f64) -> NewEntry {
    entry(number, Body::Episode(Episode { minutes: Some(minutes), ..Episode::default() }))
}

/// Last night in the morning.
pub fn night(number: u128, cramps: u16) -> NewEntry {
    let night = "2026-11-23".to_owned();
    let cramps = Cramps::Exactly(cramps);
    entry(number, Body::Night(NightReport { night, cramps, sleep: None, pain: None, by_partner: true }))
}
