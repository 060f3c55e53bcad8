//! `charley admin` as an administrator meets it.

use std::path::Path;
use std::process::{Command, Output};

fn run(folder: &Path, args: &[&str]) -> Output {
    let data = folder.to_str().expect("a plain path");
    Command::new(env!("CARGO_BIN_EXE_charley"))
        .arg("admin")
        .args(args)
        .args(["--data", data])
        .env("RUST_BACKTRACE", "0")
        .output()
        .expect("the binary starts")
}

fn fine(folder: &Path, args: &[&str]) -> String {
    let output = run(folder, args);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn fails(folder: &Path, args: &[&str], expected: &str) {
    let output = run(folder, args);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains(expected), "expected {expected}\n{message}");
    assert!(!message.contains("panicked"), "{message}");
}

fn store(folder: &Path, work: impl AsyncFnOnce(charley_records::SharedStore)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let file = folder.join("charley.db");
        let store = charley_records_sqlite::SqliteStore::open(&file, jiff::Timestamp::now()).await.expect("it opens");
        work(std::sync::Arc::new(store)).await;
    });
}

fn make_ann(folder: &Path) {
    let link = fine(folder, &["first-link"]);
    let token = link.trim().strip_prefix("/first/").expect("a path").to_owned();
    store(folder, async |store| {
        let secret = charley_records::secret::Secret::new;
        let (name, zone) = ("Ann".to_owned(), "Europe/London".to_owned());
        let person = charley_records::people::NewPerson { name, zone, region: String::new() };
        let now = jiff::Timestamp::now();
        store
            .create_first(&secret(token), "ann", &secret("stove paper cloud".to_owned()), &person, now)
            .await
            .expect("it is made");
        store.link_audit(now).await.expect("it links");
    });
}

#[test]
fn a_first_link_is_printed_until_there_is_an_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = fine(folder.path(), &["first-link"]);
    assert!(link.starts_with("/first/") && link.trim().len() == "/first/".len() + 64, "{link}");
    fails(folder.path(), &["reset-password", "ann"], "nobody signs in as `ann`");
    make_ann(folder.path());
    fails(folder.path(), &["first-link"], "There is an account already");
    assert!(fine(folder.path(), &["reset-password", "ann"]).starts_with("/reset/"));
}

#[test]
fn a_clinic_is_founded_for_somebody_who_has_an_account() {
    let folder = tempfile::tempdir().expect("a folder");
    let clinic = |zone, login| ["clinic", "Hill Street", "--zone", zone, "--administrator", login, "--region", "uk"];
    fails(folder.path(), &clinic("Europe/London", "ann"), "there is no database at");
    make_ann(folder.path());
    fails(folder.path(), &clinic("Europe/London", "bob"), "nobody signs in as `bob`");
    fails(folder.path(), &clinic("Nowhere", "ann"), "This is not a time zone");
    let mut mars = clinic("Europe/London", "ann");
    mars[7] = "mars";
    fails(folder.path(), &mars, "there is no country `mars`: use one of");
    assert!(fine(folder.path(), &clinic("Europe/London", "ann")).contains("Founded Hill Street. ann signs in"));
    store(folder.path(), async |store| {
        let ann = store.account_named("ann").await.expect("she is there");
        let clinics = store.clinics_of(ann.id, jiff::Timestamp::now()).await.expect("they are read");
        let (clinic, roles) = &clinics[0];
        assert_eq!((clinic.name.as_str(), clinic.region.as_str()), ("Hill Street", "uk"));
        assert_eq!(roles, &[charley_records::clinic::StaffRole::Administrator]);
    });
}

#[test]
fn a_link_to_a_household_of_ones_own_is_printed() {
    let folder = tempfile::tempdir().expect("a folder");
    fails(folder.path(), &["account-link"], "there is no database at");
    make_ann(folder.path());
    let link = fine(folder.path(), &["account-link"]);
    let token = link.trim().strip_prefix("/first/").expect("a path").to_owned();
    store(folder.path(), async |store| {
        let secret = charley_records::secret::Secret::new(token);
        let meant = store.look_at_link(&secret, jiff::Timestamp::now()).await.expect("it holds");
        assert_eq!(meant, charley_records::accounts::OneTime::OwnHousehold);
    });
}

#[test]
fn a_demonstration_is_made_where_nobody_real_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = fine(folder.path(), &["demo", "--people", "3", "--sign-ins", "2"]);
    for word in
        ["Demonstration clinic", "Nobody in it is real", "demo-clinician", "demo-desk", "demo-admin", "demo-person-03"]
    {
        assert!(said.contains(word), "no {word} in\n{said}");
    }
    fails(folder.path(), &["demo"], "a demonstration is here already");
    store(folder.path(), async |store| {
        let clinics = store.clinics().await.expect("they are read");
        assert!(clinics.len() == 1 && clinics[0].demonstration);
    });
    let real = tempfile::tempdir().expect("a folder");
    make_ann(real.path());
    fails(real.path(), &["demo"], "somebody uses this database already");
    fine(real.path(), &["clinic", "Hill Street", "--zone", "Europe/London", "--administrator", "ann"]);
    fails(real.path(), &["demo", "--people", "1"], "a clinic that is no demonstration (Hill Street)");
    assert!(fine(real.path(), &["demo", "--people", "1", "--yes"]).contains("1 made-up people"));
}

#[test]
fn a_lost_second_factor_is_taken_away() {
    let folder = tempfile::tempdir().expect("a folder");
    make_ann(folder.path());
    let now = jiff::Timestamp::now();
    store(folder.path(), async |store| {
        let secret = charley_records::secret::Secret::new("stove paper cloud".to_owned());
        let (ann, token) = store.sign_in("ann", &secret, "", "test", now).await.expect("she signs in");
        let (_, session) = store.session(&token, now).await.expect("a session");
        let key = store.begin_second_factor(ann.id, now).await.expect("a secret");
        let step = now.as_second().div_euclid(30);
        let code = charley_records::clinic::second_factor::code_of(&key, step).expect("a code");
        store.confirm_second_factor(ann.id, session, &code, now).await.expect("it is confirmed");
    });
    fails(folder.path(), &["remove-second-factor", "bob"], "nobody signs in as `bob`");
    assert!(fine(folder.path(), &["remove-second-factor", "ann"]).contains("ann signs in again"));
    store(folder.path(), async |store| {
        let ann = store.account_named("ann").await.expect("she is there");
        assert!(!store.second_factor(ann.id).await.expect("it is read").confirmed);
    });
}

#[test]
fn a_backup_goes_into_a_new_folder_and_nowhere_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (old, new) = (folder.path().join("old"), folder.path().join("new"));
    let file = folder.path().join("one.charley");
    let name = file.to_str().expect("a plain path");
    fails(&old, &["backup", name], "there is no database at");
    assert!(!old.exists(), "nothing is made by the way");
    make_ann(&old);
    assert!(fine(&old, &["backup", name]).contains("SHA-256"));
    fails(&old, &["backup", name], "it exists already");
    fails(&old, &["restore", name], "This database is in use");
    fails(&new, &["restore", "none"], "there is no file none");
    fails(&new, &["restore", name], "say --none-deleted");
    fails(&new, &["restore", name, "--deleted", "none"], "there is no file none");
    assert!(!new.exists(), "nothing is made by the way");
    assert!(fine(&new, &["restore", name, "--none-deleted"]).contains("0 people, 0 accounts"));
    assert!(fine(&new, &["reset-password", "ann"]).starts_with("/reset/"));
}

#[test]
fn who_was_deleted_after_a_backup_does_not_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    let plain = |name: &str| path(name).to_str().expect("a plain path").to_owned();
    let (old, backup) = (path("old"), plain("one.charley"));
    make_ann(&old);
    fine(&old, &["backup", &backup]);
    let mut number = String::new();
    store(&old, async |store| {
        let now = jiff::Timestamp::now();
        let account = store.account_named("ann").await.expect("she is there");
        let person = store.people_of(account.id, now).await.expect("she is there").remove(0);
        let actor = charley_records::Actor::Account { account: account.id };
        let access = store.open(&actor, person.id, now).await.expect("it opens");
        let receipt = store.delete_person(&access, now).await.expect("it is deleted");
        store.close_account(account.id, now).await.expect("it is closed");
        assert!(receipt.listed);
        number = receipt.subject.to_string();
    });
    // In the same folder, after the file was lost: its list is still there.
    for file in ["charley.db", "charley.db-wal", "charley.db-shm"] {
        let _ = std::fs::remove_file(old.join(file));
    }
    assert!(fine(&old, &["restore", &backup]).contains("1 people, 1 accounts"));
    fails(&old, &["reset-password", "ann"], "nobody signs in as `ann`");
    // In another folder, with the list, and with a number that was typed from a receipt.
    let list = old.join("charley.deleted").to_str().expect("a plain path").to_owned();
    assert!(fine(&path("new"), &["restore", &backup, "--deleted", &list]).contains("1 people, 1 accounts"));
    std::fs::write(path("receipts.txt"), format!("# from paper\n{number}\n")).expect("it is written");
    let receipts = plain("receipts.txt");
    assert!(fine(&path("third"), &["restore", &backup, "--deleted", &receipts]).contains("1 people, 0 accounts"));
    std::fs::write(path("receipts.txt"), "Ann\n").expect("it is written");
    fails(&path("fourth"), &["restore", &backup, "--deleted", &receipts], "line 1 is no number of a receipt");
}

#[test]
fn a_broken_audit_log_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().expect("a folder");
    make_ann(folder.path());
    let text = fine(folder.path(), &["audit", "verify"]);
    assert!(text.contains("The audit log holds: 3 entries, 1 signed heads, 0 not linked yet."), "{text}");
    let file = folder.path().join("charley.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        use sqlx::Connection as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
        let mut c = sqlx::SqliteConnection::connect_with(&options).await.expect("it opens");
        sqlx::query("UPDATE audit SET count = 7 WHERE sequence = 2").execute(&mut c).await.expect("it changes");
    });
    let output = run(folder.path(), &["audit", "verify"]);
    assert_eq!(output.status.code(), Some(1));
    // The file itself may be named too.
    let named = run(&folder.path().join("charley.db"), &["audit", "verify"]);
    assert_eq!((named.status.code(), &named.stdout), (Some(1), &output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("BROKEN: entry 2 was changed"));
}
