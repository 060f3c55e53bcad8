//! Who works in a clinic.

use charley_records::clinic::{Duty, NewClinic, StaffRole, StaffRoles};
use charley_records::{Actor, RecordsError, Result};

use crate::Engine;
use crate::at_work::{NOWHERE, colleague, joined, new_clinic, new_patient, share, sign_in, staffed};
use crate::world::{ann, at, invited, named, password};

/// Whoever founds a clinic runs it, under a name and zone that are checked; a demonstration stays one.
pub async fn a_clinic_is_founded_and_changed<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bad = NewClinic { zone: "Mars/Olympus".to_owned(), ..new_clinic(" ") };
    match store.found_clinic(ann.account.id, &bad, at(0)).await {
        Err(RecordsError::Invalid(fields)) => {
            assert_eq!(fields.iter().map(|field| field.name).collect::<Vec<_>>(), ["name", "zone"]);
        }
        other => panic!("{other:?}"),
    }
    let nobody = charley_records::AccountId(NOWHERE.0);
    assert!(matches!(store.found_clinic(nobody, &new_clinic("B"), at(0)).await, Err(RecordsError::NotFound)));
    let new = NewClinic { demonstration: true, ..new_clinic(" B ") };
    let clinic = store.found_clinic(ann.account.id, &new, at(0)).await.unwrap();
    assert_eq!((clinic.name.as_str(), clinic.demonstration, clinic.created), ("B", true, at(0)));
    let other = store.found_clinic(ann.account.id, &new_clinic("A"), at(0)).await.unwrap();
    assert_eq!(store.clinics().await.unwrap(), [other.clone(), clinic.clone()]);
    let mine = store.clinics_of(ann.account.id, at(0)).await.unwrap();
    assert_eq!(mine, [other, clinic.clone()].map(|clinic| (clinic, vec![StaffRole::Administrator])));
    let desk = colleague(&store, "ann").await.enter(&store, clinic.id).await;
    let new = NewClinic { zone: "Europe/Berlin".to_owned(), ..new_clinic("Legs") };
    let changed = store.change_clinic(&desk, &new, at(1)).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.zone.as_str(), changed.demonstration), ("Legs", "Europe/Berlin", true));
    assert_eq!(store.clinic(&desk).await.unwrap(), changed);
    assert!(matches!(store.change_clinic(&desk, &bad, at(1)).await, Err(RecordsError::Invalid(_))));
}

/// An invitation makes one account with its role, until its time, and opens nothing else.
pub async fn invitations_to_a_clinic_work_once<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let link = store.invite_staff(&at_work.managing, StaffRole::Clinician, at(60), at(0)).await.unwrap();
    let invitation = store.look_at_invitation(&link, at(1)).await.unwrap();
    assert_eq!((invitation.clinic, invitation.role), (at_work.clinic.id, StaffRole::Clinician));
    assert!(matches!(store.look_at_link(&link, at(1)).await, Err(RecordsError::NotFound)));
    let household = store.join(&link, "dora", &password(), &named("Dora"), at(1)).await;
    assert!(matches!(household, Err(RecordsError::NotFound)));
    // A name that is taken does not use it up.
    assert!(matches!(store.join_staff(&link, "ann", &password(), at(1)).await, Err(RecordsError::Conflict(_))));
    let dora = store.join_staff(&link, " Dora", &password(), at(1)).await.unwrap();
    assert_eq!(dora.login, "dora");
    assert!(matches!(store.join_staff(&link, "eve", &password(), at(1)).await, Err(RecordsError::NotFound)));
    assert!(matches!(store.look_at_invitation(&link, at(1)).await, Err(RecordsError::NotFound)));
    let late = store.invite_staff(&at_work.managing, StaffRole::FrontDesk, at(60), at(0)).await.unwrap();
    assert!(matches!(store.join_staff(&late, "eve", &password(), at(60)).await, Err(RecordsError::NotFound)));
    // A link of a household is no invitation.
    let home = store.invite(ann.account.id, at(60), at(0)).await.unwrap();
    assert!(matches!(store.join_staff(&home, "eve", &password(), at(1)).await, Err(RecordsError::NotFound)));
    let staff = store.staff(&at_work.booking).await.unwrap();
    let rows: Vec<_> = staff.iter().map(|one| (one.login.as_str(), one.role, one.second_factor)).collect();
    assert_eq!(
        rows,
        [
            ("ann", StaffRole::Administrator, true),
            ("cleo.legs", StaffRole::Clinician, true),
            ("fred.legs", StaffRole::FrontDesk, true)
        ]
    );
    // The handle is of minute 0, and Dora came a minute later.
    let later = store.enter(ann.account.id, at_work.administrator.session, at_work.clinic.id, at(1)).await.unwrap();
    let staff = store.staff(&later).await.unwrap();
    assert!(staff.iter().any(|one| one.login == "dora" && !one.second_factor), "{staff:?}");
}

/// Somebody with an account takes the role of an invitation with it, once; having the role already is no error.
pub async fn an_invitation_is_accepted_with_an_account<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let invite = async || store.invite_staff(&at_work.managing, StaffRole::Clinician, at(60), at(0)).await.unwrap();
    let (one, two, late) = (invite().await, invite().await, invite().await);
    let role = store.accept_role(&one, bob.account.id, at(1)).await.unwrap();
    let roles = store.clinics_of(bob.account.id, at(1)).await.unwrap();
    assert_eq!(roles, [(at_work.clinic.clone(), vec![StaffRole::Clinician])]);
    assert!(matches!(store.accept_role(&one, bob.account.id, at(1)).await, Err(RecordsError::NotFound)));
    assert_eq!(store.accept_role(&two, bob.account.id, at(1)).await.unwrap(), role);
    assert!(matches!(store.look_at_invitation(&two, at(1)).await, Err(RecordsError::NotFound)), "it is used up");
    assert!(matches!(store.accept_role(&late, bob.account.id, at(60)).await, Err(RecordsError::NotFound)));
    let household = store.invite(ann.account.id, at(60), at(0)).await.unwrap();
    assert!(matches!(store.accept_role(&household, bob.account.id, at(1)).await, Err(RecordsError::NotFound)));
}

/// Each role may do what the table of duties says, and no more.
pub async fn roles_allow_what_the_table_says<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    share(&store, &ann.access, &at_work.clinic).await;
    let day = "2026-11-24".parse().unwrap();
    for (role, desk) in [
        (StaffRole::Administrator, &at_work.managing),
        (StaffRole::Clinician, &at_work.treating),
        (StaffRole::FrontDesk, &at_work.booking),
    ] {
        for duty in Duty::ALL {
            let outcomes: Vec<Result<()>> = match duty {
                Duty::SeeList => vec![
                    store.patients(desk, "", 9).await.map(drop),
                    store.patient(desk, ann.person.id).await.map(drop),
                    store.due_follow_ups(desk, day).await.map(drop),
                ],
                Duty::Book => vec![
                    store.register(desk, &new_patient("Zoe"), at(1)).await.map(drop),
                    store.change_patient(desk, ann.person.id, &new_patient("Ann"), at(1)).await.map(drop),
                ],
                // Without this there is no handle to write or sign with.
                Duty::ReadRecord | Duty::WriteRecord | Duty::Sign => vec![
                    store.care(desk, ann.person.id, at(1)).await.map(drop),
                    store.emergency(desk, ann.person.id, "Found unconscious.", at(1)).await.map(drop),
                ],
                Duty::Outcomes => vec![store.outcomes(desk, day).await.map(drop)],
                Duty::Manage => vec![
                    store.change_clinic(desk, &new_clinic("legs"), at(1)).await.map(drop),
                    store.invite_staff(desk, role, at(60), at(1)).await.map(drop),
                    store.give_role(desk, "fred.legs", StaffRole::FrontDesk, at(1)).await.map(drop),
                ],
            };
            let allowed = StaffRoles::of(&[role]).allow(duty);
            for outcome in outcomes {
                match outcome {
                    Ok(()) => assert!(allowed, "{role:?} {duty:?}"),
                    Err(RecordsError::Forbidden) => assert!(!allowed, "{role:?} {duty:?}"),
                    Err(other) => panic!("{role:?} {duty:?}: {other}"),
                }
            }
        }
    }
    let role = store.staff(&at_work.managing).await.unwrap()[0].id;
    for desk in [&at_work.treating, &at_work.booking] {
        assert!(matches!(store.end_role(desk, role, at(1)).await, Err(RecordsError::Forbidden)));
        let removed = store.remove_second_factor(desk, ann.account.id, at(1)).await;
        assert!(matches!(removed, Err(RecordsError::Forbidden)));
    }
}

/// Without a role a clinic is not there, whether it exists or not; a role that ended opens nothing from then on.
pub async fn strangers_find_no_clinic<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let bob = invited(&store, &ann, "bob").await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let (_, session) = sign_in(&store, "bob", 0).await;
    for clinic in [at_work.clinic.id, NOWHERE] {
        assert!(matches!(store.enter(bob.account.id, session, clinic, at(1)).await, Err(RecordsError::NotFound)));
    }
    assert!(store.clinics_of(bob.account.id, at(1)).await.unwrap().is_empty());
    // Somebody else's session proves nothing.
    let cleo = &at_work.clinician;
    let stolen = store.enter(cleo.account.id, at_work.administrator.session, at_work.clinic.id, at(1)).await;
    assert!(matches!(stolen, Err(RecordsError::SecondFactor)), "{stolen:?}");
    let nobody = store.give_role(&at_work.managing, "nobody", StaffRole::Clinician, at(1)).await;
    assert!(matches!(nobody, Err(RecordsError::Invalid(_))));
    let role = store.give_role(&at_work.managing, " BOB", StaffRole::FrontDesk, at(1)).await.unwrap();
    assert_eq!(store.give_role(&at_work.managing, "bob", StaffRole::FrontDesk, at(1)).await.unwrap(), role);
    let entered = store.enter(bob.account.id, session, at_work.clinic.id, at(1)).await;
    assert!(matches!(entered, Err(RecordsError::SecondFactor)), "{entered:?}");
    store.end_role(&at_work.managing, role, at(2)).await.unwrap();
    assert!(matches!(store.end_role(&at_work.managing, role, at(2)).await, Err(RecordsError::NotFound)));
    let entered = store.enter(bob.account.id, session, at_work.clinic.id, at(2)).await;
    assert!(matches!(entered, Err(RecordsError::NotFound)));
    // Nor does an administrator end a role of another clinic.
    let other = staffed(&store, &bob.account, "veins").await;
    let of_bob = store.staff(&other.managing).await.unwrap()[0].id;
    assert!(matches!(store.end_role(&at_work.managing, of_bob, at(2)).await, Err(RecordsError::NotFound)));
}

/// A clinic is no household: staff get no right in the people whose record lies in it, and need no record of their own.
pub async fn a_clinic_is_no_household<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let zoe = store.register(&at_work.booking, &new_patient("Zoe"), at(0)).await.unwrap();
    for one in [&at_work.administrator, &at_work.clinician, &at_work.front_desk] {
        let account = Actor::Account { account: one.account.id };
        let staff = Actor::Staff { account: one.account.id, clinic: at_work.clinic.id };
        for actor in [account, staff] {
            assert!(matches!(store.open(&actor, zoe.person, at(1)).await, Err(RecordsError::NotFound)), "{actor:?}");
        }
    }
    // Ann has her own record beside her role; Cleo has none, and owns no household.
    let people = store.people_of(ann.account.id, at(1)).await.unwrap();
    assert_eq!(people, std::slice::from_ref(&ann.person));
    store.open(&ann.actor(), ann.person.id, at(1)).await.unwrap();
    let cleo = at_work.clinician.account.id;
    assert!(store.people_of(cleo, at(1)).await.unwrap().is_empty());
    assert!(matches!(store.add_person(cleo, &named("X"), at(1)).await, Err(RecordsError::Forbidden)));
    assert!(matches!(store.invite(cleo, at(60), at(1)).await, Err(RecordsError::NotFound)));
    let job = Actor::Job { name: "reminders".to_owned() };
    let access = store.open(&job, zoe.person, at(1)).await.unwrap();
    assert!(store.members(&access, at(1)).await.unwrap().is_empty());
    let role = store.staff(&at_work.managing).await.unwrap()[0].id;
    assert!(matches!(store.end_membership(&access, role, at(1)).await, Err(RecordsError::NotFound)));
}

/// A clinic keeps an administrator, also when two end each other's role at the same moment.
pub async fn the_last_administrator_stays<E: Engine>() {
    let engine = E::fresh().await;
    let store = engine.store();
    let ann = ann(&store).await;
    let at_work = staffed(&store, &ann.account, "legs").await;
    let staff = store.staff(&at_work.managing).await.unwrap();
    let of_ann = staff.iter().find(|one| one.account == ann.account.id).unwrap().id;
    let refused = store.end_role(&at_work.managing, of_ann, at(1)).await;
    assert!(matches!(refused, Err(RecordsError::Conflict(_))), "{refused:?}");
    let dora = joined(&store, &at_work.managing, "dora", StaffRole::Administrator).await;
    let second = dora.enter(&store, at_work.clinic.id).await;
    let staff = store.staff(&second).await.unwrap();
    let of_dora = staff.iter().find(|one| one.login == "dora").unwrap().id;
    let (one, two) =
        tokio::join!(store.end_role(&at_work.managing, of_dora, at(1)), store.end_role(&second, of_ann, at(1)));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(matches!(one.and(two), Err(RecordsError::Conflict(_))));
}
