//! A program that is killed in the middle of writing.
//!
//! The writer is this very test program, started once more. It says each entry that was acknowledged; then it is killed at
//! a random moment, without warning. This shows what a crash of the program does; it does not cut the power.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use charley_records::diary::{NewEntry, Receipt};
use charley_records::{AccountId, Actor, PersonId, SharedStore};

use crate::Engine;
use crate::world::{ann, at, cramp};

const ADDRESS: &str = "CHARLEY_KILL_ADDRESS";
const ACCOUNT: &str = "CHARLEY_KILL_ACCOUNT";
const PERSON: &str = "CHARLEY_KILL_PERSON";
/// How often to kill; the long proof says more.
const KILLS: &str = "CHARLEY_KILLS";
const KILLS_IN_THE_GATE: u32 = 10;
/// Everything is checked after so many kills.
const CHECK_EVERY: u32 = 10;
/// Longest wait between the first acknowledgement and the kill.
const MOST_MS: u64 = 120;
/// Entries in one call: all of them are kept or none.
const TOGETHER: u128 = 3;
const KEPT: &str = "kept ";

fn group(number: u128) -> Vec<NewEntry> {
    (0..TOGETHER).map(|place| cramp((number << 2) + place, 5.0)).collect()
}

/// The writer: appends until it is killed, and says what was acknowledged.
pub async fn write<E: Engine>() {
    let setting = |name| std::env::var(name).unwrap();
    let store = E::open(&setting(ADDRESS)).await;
    let account: AccountId = setting(ACCOUNT).parse().unwrap();
    let person: PersonId = setting(PERSON).parse().unwrap();
    let access = store.open(&Actor::Account { account }, person, at(0)).await.unwrap();
    for turn in 1_u64.. {
        let number = charley_records::random().unwrap().as_u128() >> 2;
        store.append(&access, &group(number), at(1)).await.unwrap();
        // One write of the whole line: a line that is there is whole.
        let line = format!("{KEPT}{number}\n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
        std::io::stdout().lock().flush().unwrap();
        if turn % 4 == 0 {
            store.link_audit(at(1)).await.unwrap();
        }
    }
}

/// After any number of kills each acknowledged entry is there, none twice, none of a call alone, and the audit chain holds.
pub async fn what_was_acknowledged_survives_a_kill<E: Engine>() {
    let engine = E::fresh().await;
    let somebody = ann(&engine.store()).await;
    let address = engine.address();
    // Closed, so that the next to open finds what a crash leaves.
    let _place = engine.close();
    let kills = std::env::var(KILLS).map_or(KILLS_IN_THE_GATE, |kills| kills.parse().unwrap());
    let mut acknowledged = BTreeSet::new();
    let mut kept = 0;
    for kill in 1..=kills {
        let settings = [
            (ADDRESS, address.clone()),
            (ACCOUNT, somebody.account.id.to_string()),
            (PERSON, somebody.person.id.to_string()),
        ];
        acknowledged.extend(tokio::task::spawn_blocking(move || start_and_kill(settings)).await.unwrap());
        if kill % CHECK_EVERY == 0 || kill == kills {
            let store = E::open(&address).await;
            let access = store.open(&somebody.actor(), somebody.person.id, at(2)).await.unwrap();
            kept = check(&store, &access, &acknowledged).await;
        }
    }
    println!("{kills} kills, {} calls acknowledged, {kept} kept", acknowledged.len());
}

fn start_and_kill(settings: [(&str, String); 3]) -> Vec<u128> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .envs(settings)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let number = |line: &String| line.strip_prefix(KEPT).map(|number| number.parse().unwrap());
    let mut acknowledged: Vec<u128> = lines.by_ref().find_map(|line| number(&line)).into_iter().collect();
    assert!(!acknowledged.is_empty(), "the writer ended by itself: {:?}", child.wait());
    let random = charley_records::random().unwrap().as_u128();
    std::thread::sleep(Duration::from_millis(u64::try_from(random % u128::from(MOST_MS)).unwrap()));
    child.kill().unwrap();
    child.wait().unwrap();
    acknowledged.extend(lines.filter_map(|line| number(&line)));
    acknowledged
}

async fn check(store: &SharedStore, access: &charley_records::Access, acknowledged: &BTreeSet<u128>) -> usize {
    let mut groups: BTreeMap<u128, Vec<u128>> = BTreeMap::new();
    for (place, entry) in (1..).zip(store.entries(access).await.unwrap()) {
        assert_eq!(entry.sequence, place, "places are without gap");
        assert!(!entry.disputed);
        let id = entry.new.id.0.as_u128();
        groups.entry(id >> 2).or_default().push(id & 3);
    }
    for number in acknowledged {
        assert!(groups.contains_key(number), "{number} was acknowledged and is lost");
    }
    for (number, places) in &groups {
        assert_eq!(*places, (0..TOGETHER).collect::<Vec<_>>(), "{number} is not whole, or there twice");
    }
    let last = acknowledged.last().copied().unwrap();
    assert_eq!(store.append(access, &group(last), at(2)).await.unwrap(), [Receipt::Known; TOGETHER as usize]);
    while store.link_audit(at(2)).await.unwrap() > 0 {}
    let found = store.verify_audit().await.unwrap();
    assert_eq!((found.fault, found.waiting), (None, 0));
    groups.len()
}
