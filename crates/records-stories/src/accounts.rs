//! Sign-in.

use charley_records::accounts::OneTime;
use charley_records::secret::Secret;
use charley_records::{Actor, RecordsError, SharedStore};

use crate::Engine;
use crate::world::{ann, at, invited, named, password, stranger};

/// The first link makes one account, once, and a second first link is not to be had.
pub async fn the_first_link_works_once<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    assert!(store.is_fresh().await.unwrap());
    let one = store.issue_link(&OneTime::FirstAccount, at(60), at(0)).await.unwrap();
    let two = store.issue_link(&OneTime::FirstAccount, at(60), at(0)).await.unwrap();
    assert_eq!(store.look_at_link(&one, at(1)).await.unwrap(), OneTime::FirstAccount);
    let account = store.create_first(&one, " Ann ", &password(), &named("Ann"), at(1)).await.unwrap();
    assert_eq!(account.login, "ann");
    assert!(!store.is_fresh().await.unwrap());
    for link in [&one, &two] {
        assert!(matches!(store.look_at_link(link, at(1)).await, Err(RecordsError::NotFound)));
        let again = store.create_first(link, "bob", &password(), &named("Bob"), at(1)).await;
        assert!(matches!(again, Err(RecordsError::NotFound)));
    }
    assert!(matches!(store.issue_link(&OneTime::FirstAccount, at(60), at(2)).await, Err(RecordsError::Conflict(_))));
    let people = store.people_of(account.id, at(1)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Ann"]);
    assert_eq!(store.account_named("ANN").await.unwrap(), account);
    assert!(matches!(store.account_named("bob").await, Err(RecordsError::NotFound)));
}

/// A link to a household of one's own makes an account that sees nobody of another household, once.
pub async fn a_household_of_ones_own_is_apart<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let link = store.issue_link(&OneTime::OwnHousehold, at(60), at(0)).await.unwrap();
    assert_eq!(store.look_at_link(&link, at(1)).await.unwrap(), OneTime::OwnHousehold);
    assert!(matches!(store.join(&link, "bob", &password(), &named("Bob"), at(1)).await, Err(RecordsError::NotFound)));
    let bob = store.create_first(&link, "bob", &password(), &named("Bob"), at(1)).await.unwrap();
    let again = store.create_first(&link, "rob", &password(), &named("Rob"), at(1)).await;
    assert!(matches!(again, Err(RecordsError::NotFound)));
    let people = store.people_of(bob.id, at(1)).await.unwrap();
    assert_eq!(people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), ["Bob"]);
    assert_eq!(store.people_of(ann.account.id, at(1)).await.unwrap().len(), 1);
    let bob_opens = store.open(&Actor::Account { account: bob.id }, ann.person.id, at(1)).await;
    assert!(matches!(bob_opens, Err(RecordsError::NotFound)));
    assert!(store.invite(bob.id, at(60), at(1)).await.is_ok(), "he owns his household");
}

/// A bad name or password is told, and the link can still be used.
pub async fn names_and_passwords_are_checked<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let link = store.issue_link(&OneTime::FirstAccount, at(60), at(0)).await.unwrap();
    for (login, secret, name) in
        [("an", "stove paper cloud", "Ann"), ("ann", "password123", "Ann"), ("ann", "stove paper cloud", " ")]
    {
        let refused = store.create_first(&link, login, &Secret::new(secret), &named(name), at(1)).await;
        assert!(matches!(refused, Err(RecordsError::Invalid(_))), "{login} {secret} {name}");
    }
    store.create_first(&link, "ann", &password(), &named("Ann"), at(1)).await.unwrap();
    let owner = store.account_named("ann").await.unwrap();
    let link = store.invite(owner.id, at(60), at(1)).await.unwrap();
    let taken = store.join(&link, "Ann", &password(), &named("Other"), at(1)).await;
    assert!(matches!(taken, Err(RecordsError::Conflict(_))));
    store.join(&link, "ann2", &password(), &named("Other"), at(1)).await.unwrap();
}

async fn sign_in(
    store: &SharedStore,
    login: &str,
    secret: &str,
    from: &str,
    minutes: i64,
) -> Result<Secret, RecordsError> {
    store.sign_in(login, &Secret::new(secret), from, "Firefox", at(minutes)).await.map(|(_, token)| token)
}

/// A session opens with the password, shows in the list, and ends when told.
pub async fn signing_in_and_out<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    assert!(matches!(sign_in(&store, "ann", "stove paper clout", "", 1).await, Err(RecordsError::NotFound)));
    assert!(matches!(sign_in(&store, "bob", "stove paper cloud", "", 1).await, Err(RecordsError::NotFound)));
    let token = sign_in(&store, " ANN", "stove paper cloud", "192.0.2.1", 2).await.unwrap();
    let other = sign_in(&store, "ann", "stove paper cloud", "", 3).await.unwrap();
    let (account, session) = store.session(&token, at(10)).await.unwrap();
    assert_eq!(account, ann.account);
    let sessions = store.sessions(account.id, at(10)).await.unwrap();
    assert_eq!(sessions.len(), 2);
    assert_eq!((sessions[0].id, sessions[0].seen, sessions[0].device.as_str()), (session, at(10), "Firefox"));
    store.end_session(account.id, session, at(11)).await.unwrap();
    assert!(matches!(store.session(&token, at(11)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.end_session(account.id, session, at(11)).await, Err(RecordsError::NotFound)));
    store.session(&other, at(11)).await.unwrap();
    assert!(matches!(store.session(&Secret::new("guessed"), at(11)).await, Err(RecordsError::NotFound)));
}

/// Five wrong passwords, then one waits, even with the right one; names that nobody has wait alike.
pub async fn guessing_is_throttled_by_name<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    for login in ["ann", "nobody"] {
        for _ in 0..5 {
            assert!(matches!(sign_in(&store, login, "wrong password", "", 0).await, Err(RecordsError::NotFound)));
        }
        let next = sign_in(&store, login, "stove paper cloud", "", 0).await;
        assert!(matches!(next, Err(RecordsError::Throttled { retry_after_s: 15 })), "{login}: {next:?}");
    }
    // A minute later one more try; it fails and the wait doubles.
    assert!(matches!(sign_in(&store, "ann", "wrong password", "", 1).await, Err(RecordsError::NotFound)));
    let next = sign_in(&store, "ann", "stove paper cloud", "", 1).await;
    assert!(matches!(next, Err(RecordsError::Throttled { retry_after_s: 30 })), "{next:?}");
    sign_in(&store, "ann", "stove paper cloud", "", 2).await.unwrap();
    // Signing in forgets the failures.
    assert!(matches!(sign_in(&store, "ann", "wrong password", "", 2).await, Err(RecordsError::NotFound)));
}

/// From one origin twenty tries at any names, then one waits; another origin does not.
pub async fn guessing_is_throttled_by_origin<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    ann(&store).await;
    for number in 0..20 {
        let login = format!("name{number}");
        assert!(matches!(sign_in(&store, &login, "wrong password", "192.0.2.7", 0).await, Err(RecordsError::NotFound)));
    }
    let next = sign_in(&store, "ann", "stove paper cloud", "192.0.2.7", 0).await;
    assert!(matches!(next, Err(RecordsError::Throttled { .. })), "{next:?}");
    sign_in(&store, "ann", "stove paper cloud", "192.0.2.8", 0).await.unwrap();
}

/// A session ends after 30 days without use, and after 180 days in any case.
pub async fn sessions_end_by_themselves<E: Engine>() {
    const DAY: i64 = 24 * 60;
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let idle = sign_in(&store, "ann", "stove paper cloud", "", 0).await.unwrap();
    let used = sign_in(&store, "ann", "stove paper cloud", "", 0).await.unwrap();
    for day in (0..180).step_by(29) {
        store.session(&used, at(day * DAY)).await.unwrap();
    }
    assert!(matches!(store.session(&idle, at(30 * DAY)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.sessions(ann.account.id, at(175 * DAY)).await.unwrap().len(), 1);
    assert!(matches!(store.session(&used, at(180 * DAY)).await, Err(RecordsError::NotFound)));
}

/// A session that is renewed goes on under a new token; the old one opens nothing, and nobody renews another's.
pub async fn a_renewed_session_has_a_new_token<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let other = stranger(&store, &ann, "eve").await;
    let old = sign_in(&store, "ann", "stove paper cloud", "", 0).await.unwrap();
    let (_, session) = store.session(&old, at(0)).await.unwrap();
    assert!(matches!(store.renew_session(other.account.id, session).await, Err(RecordsError::NotFound)));
    let new = store.renew_session(ann.account.id, session).await.unwrap();
    assert!(matches!(store.session(&old, at(1)).await, Err(RecordsError::NotFound)));
    let (account, same) = store.session(&new, at(1)).await.unwrap();
    assert_eq!((account.id, same), (ann.account.id, session));
}

/// The administrator's link sets a password once, and whoever was signed in is out.
pub async fn a_reset_ends_all_sessions<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let token = sign_in(&store, "ann", "stove paper cloud", "", 0).await.unwrap();
    let purpose = OneTime::ResetPassword(ann.account.id);
    let link = store.issue_link(&purpose, at(60), at(0)).await.unwrap();
    let other = store.issue_link(&purpose, at(60), at(0)).await.unwrap();
    assert!(matches!(store.reset_password(&link, &Secret::new("short"), at(1)).await, Err(RecordsError::Invalid(_))));
    let fresh = Secret::new("river lemon basket");
    assert_eq!(store.reset_password(&link, &fresh, at(1)).await.unwrap(), ann.account);
    assert!(matches!(store.session(&token, at(1)).await, Err(RecordsError::NotFound)));
    assert!(matches!(sign_in(&store, "ann", "stove paper cloud", "", 1).await, Err(RecordsError::NotFound)));
    sign_in(&store, "ann", "river lemon basket", "", 1).await.unwrap();
    for used in [&link, &other] {
        assert!(matches!(store.reset_password(used, &fresh, at(1)).await, Err(RecordsError::NotFound)));
    }
}

/// A link is over at its time, and opens nothing but what it is for.
pub async fn links_end_and_are_for_one_thing<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    assert!(matches!(store.invite(bob.account.id, at(60), at(0)).await, Err(RecordsError::NotFound)));
    let pair = store.issue_link(&OneTime::PairDevice(ann.person.id), at(10), at(0)).await.unwrap();
    assert!(matches!(store.reset_password(&pair, &password(), at(1)).await, Err(RecordsError::NotFound)));
    assert!(matches!(
        store.create_first(&pair, "eve", &password(), &named("Eve"), at(1)).await,
        Err(RecordsError::NotFound)
    ));
    assert!(matches!(store.join(&pair, "eve", &password(), &named("Eve"), at(1)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.look_at_link(&pair, at(9)).await.unwrap(), OneTime::PairDevice(ann.person.id));
    assert!(matches!(store.look_at_link(&pair, at(10)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.pair_with_link(&pair, "Phone", at(10)).await, Err(RecordsError::NotFound)));
}

/// The address of the calendar stays until it is renewed; then the old one opens nothing.
pub async fn the_calendar_address_can_be_renewed<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let token = store.calendar_token(&ann.access, false, at(0)).await.unwrap();
    assert_eq!(store.calendar_token(&ann.access, false, at(1)).await.unwrap(), token);
    assert_eq!(store.calendar_owner(&token).await.unwrap(), ann.person.id);
    let renewed = store.calendar_token(&ann.access, true, at(2)).await.unwrap();
    assert!(matches!(store.calendar_owner(&token).await, Err(RecordsError::NotFound)));
    assert_eq!(store.calendar_owner(&renewed).await.unwrap(), ann.person.id);
    let link = Actor::Link { person: ann.person.id, action: charley_records::access::LinkAction::Calendar };
    let access = store.open(&link, ann.person.id, at(2)).await.unwrap();
    assert!(matches!(store.entries(&access).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.append(&access, &[], at(2)).await, Err(RecordsError::Forbidden)));
}

/// An account that owns nobody closes: its sessions end, its links lead nowhere, and its name is free again.
pub async fn an_account_that_owns_nobody_closes<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let (_, session) = store.sign_in("ann", &password(), "", "Firefox", at(0)).await.unwrap();
    let reset = store.issue_link(&OneTime::ResetPassword(ann.account.id), at(60), at(0)).await.unwrap();
    let invitation = store.invite(ann.account.id, at(60), at(0)).await.unwrap();
    assert!(matches!(store.sign_in("ann", &Secret::new("wrong"), "", "", at(0)).await, Err(RecordsError::NotFound)));
    // Signed in with a second factor.
    engine.sql("INSERT INTO second_factor (account, secret) SELECT a.id, s.value FROM account a, secret s").await;
    engine.sql("INSERT INTO recovery_code (account, code) SELECT id, 'x' FROM account").await;
    assert!(matches!(store.close_account(ann.account.id, at(1)).await, Err(RecordsError::Conflict(_))));
    assert_eq!(store.session(&session, at(1)).await.unwrap().0, ann.account, "a refusal changes nothing");
    store.delete_person(&ann.access, at(1)).await.unwrap();
    store.close_account(ann.account.id, at(2)).await.unwrap();
    assert!(matches!(store.session(&session, at(2)).await, Err(RecordsError::NotFound)));
    for link in [&reset, &invitation] {
        assert!(matches!(store.look_at_link(link, at(2)).await, Err(RecordsError::NotFound)));
    }
    assert!(matches!(store.account_named("ann").await, Err(RecordsError::NotFound)));
    assert!(matches!(store.close_account(ann.account.id, at(2)).await, Err(RecordsError::NotFound)));
    assert_eq!(engine.tables_holding(ann.account.id.0).await, ["audit"], "the log keeps who acted, by number");
    assert!(store.is_fresh().await.unwrap(), "the last account and its household are gone");
    let again = self::ann(&store).await;
    assert_ne!(again.account.id, ann.account.id, "the name is free, and somebody else's");
    store.link_audit(at(3)).await.unwrap();
    assert_eq!(store.verify_audit().await.unwrap().fault, None);
}

/// Whoever owns others cannot close; roles with others end with the account, and nothing of theirs changes.
pub async fn an_account_closes_with_the_roles_it_had<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    store.add_carer(&ann.access, "bob", at(1)).await.unwrap();
    store.delete_person(&ann.access, at(1)).await.unwrap();
    let refused = store.close_account(ann.account.id, at(2)).await;
    assert!(matches!(refused, Err(RecordsError::Conflict(_))), "Bob's record lies in Ann's household: {refused:?}");
    let gran = store.add_person(ann.account.id, &named("Gran"), at(2)).await.unwrap();
    assert!(matches!(store.close_account(bob.account.id, at(2)).await, Err(RecordsError::Conflict(_))));
    store.delete_person(&bob.access, at(2)).await.unwrap();
    let cat = invited(&store, &ann, "cat").await;
    store.delete_person(&cat.access, at(2)).await.unwrap();
    engine
        .sql(
            "INSERT INTO membership (id, account, organisation, role, since, until)
             SELECT a.id, a.id, p.organisation, 'clinician', 0, 1 FROM account a, person p WHERE a.login = 'cat'",
        )
        .await;
    let refused = store.close_account(cat.account.id, at(3)).await;
    assert!(matches!(refused, Err(RecordsError::Conflict(_))), "papers of a clinic may name it: {refused:?}");
    store.close_account(bob.account.id, at(3)).await.unwrap();
    assert_eq!(store.people_of(ann.account.id, at(3)).await.unwrap(), [gran]);
    assert_eq!(store.account_named("ann").await.unwrap(), ann.account);
    let link = store.invite(ann.account.id, at(60), at(3)).await.unwrap();
    store.join(&link, "bob", &password(), &named("Bob"), at(4)).await.unwrap();
}
