//! A clinician writes a record: intake, laboratory, medicines, vascular tests, and what comes of them.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

#[path = "clinic/chart.rs"]
mod chart;
mod common;
#[path = "clinic/world.rs"]
mod world;

use axum::http::StatusCode;
use charley_records::Actor;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::worklist::Urgency;
use chart::{Chart, bare};
use world::{between, in_hours, now};

#[tokio::test]
async fn a_panel_by_hand_is_judged_and_its_errors_are_named() {
    let mut chart = Chart::new().await;
    assert!(chart.see("laboratory").await.contains("No results yet"));
    chart.keep("intake", "base=0&leg_cramps=yes&age=66&sex=female").await;
    chart.panel("2026-10-01", &[("potassium", "4.4", "mmol/L"), ("creatinine", "80", "umol/L")]).await;
    assert!(bare(&chart.see("laboratory").await).contains("CKD-EPI 2021"), "a derived value names its formula");
    chart.panel("2026-11-20", &[("potassium", "3.1", "mmol/L")]).await;
    let page = bare(&chart.see("laboratory").await);
    assert!(page.contains("Potassium") && page.contains("3.1 mmol/L low"), "{page}");
    let trend = between(&page, "3.1 mmol/L low", "Creatinine");
    assert!(trend.contains("down 1.3 from 4.4 in 50 days"), "{trend}");
    assert!(page.contains("45 to 84 µmol/L") && !page.contains("men 59"), "the interval of her sex: {page}");

    for (form, field, words) in [
        ("date=2026-11-20&v.potassium=high&u.potassium=mmol/L", "potassium", "not a number"),
        ("date=2026-11-20&v.sodium=1400&u.sodium=mmol/L", "sodium", "outside what is possible"),
        ("date=2026-11-25&v.potassium=4&u.potassium=mmol/L", "date", "future"),
        ("date=soon&v.potassium=4&u.potassium=mmol/L", "date", "is not a date"),
        ("date=2026-11-20", "results", "at least one"),
    ] {
        let page = chart.refuse("laboratory", form).await;
        assert!(page.contains(&format!("href=\"#{field}\"")) && page.contains(words), "{form}: {page}");
    }
    let again = chart.refuse("laboratory", "date=2026-11-20&v.potassium=high&u.potassium=mmol/L").await;
    assert!(again.contains("value=\"high\""), "what was typed is still there");
    assert_eq!(chart.version(DocumentKind::Laboratory).await, 2, "nothing wrong was kept");

    chart.keep("laboratory/remove", "date=2026-11-20&laboratory=Town").await;
    assert!(!chart.see("laboratory").await.contains("3.1"));
    let history = chart.world.store.document_history(&chart.care().await, DocumentKind::Laboratory).await.unwrap();
    assert!(history.len() == 3 && history[1].body.contains("3.1"), "every earlier version keeps it");
}

#[tokio::test]
async fn a_dangerous_value_is_shouted_wherever_the_record_is_opened() {
    let mut chart = Chart::new().await;
    chart.panel("2026-11-23", &[("potassium", "6.9", "mmol/L")]).await;
    let page = chart.see("laboratory").await;
    let shout = bare(between(&page, "role=\"alert\"", "</div></div>"));
    assert!(shout.contains("Potassium") && shout.contains("6.9"), "{shout}");
    let overview = chart.see("").await;
    assert!(bare(between(&overview, "class=\"shout\"", "</div>")).contains("Potassium"), "{overview}");
    let evaluation = bare(&chart.see("evaluation?saved=laboratory").await);
    assert!(evaluation.contains("Laboratory saved.") && evaluation.contains("Call"), "{evaluation}");
}

#[tokio::test]
async fn pasted_lines_and_tables_are_looked_at_before_they_are_added() {
    let mut chart = Chart::new().await;
    let text = "Potassium 3.2 mmol/L (3.5 - 5.0) L\nCreatinine 1.1\nSunshine 7 lux";
    let look = chart.path("laboratory/look");
    let page = chart.app.post_parts(&look, &[("date", "2026-11-20"), ("laboratory", "Town"), ("text", text)]).await;
    let words = bare(&page.body);
    assert!(words.contains("1 of 3 lines can be read"), "{words}");
    assert!(words.contains("Potassium: 3.2 mmol/L (printed range 3.5 to 5.0), 20 Nov 2026"), "{words}");
    assert!(words.contains("Add 1 result ") && words.contains("Give the unit"), "{words}");
    assert_eq!(words.matches("Not read.").count(), 2, "{words}");
    assert_eq!(chart.version(DocumentKind::Laboratory).await, 0, "looking keeps nothing");
    let sent = text.replace(' ', "+").replace('\n', "%0D%0A").replace('(', "%28").replace(')', "%29");
    chart.keep("laboratory/import", &format!("date=2026-11-20&laboratory=Town&text={sent}")).await;

    let table = "name,value,unit,date\nMagnesium,1.9,mg/dL,2026-11-21\nSerum creatinine,88,µmol/L,21 Nov 2026\n";
    let page = chart.app.post_parts(&look, &[("text", ""), ("file", table)]).await;
    assert!(bare(&page.body).contains("2 of 2 lines can be read"), "{}", page.body);
    chart.keep("laboratory/import", &format!("text={}", table.replace('\n', "%0A").replace(' ', "+"))).await;
    let page = bare(&chart.see("laboratory").await);
    assert!(page.contains("1.9 mg/dL") && page.contains("= 0.78 mmol/L"), "converted as the core does: {page}");

    let nothing = chart.app.post_parts(&look, &[("text", " ")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("There is nothing to read"), "{}", nothing.body);
    let undated = chart.app.post_parts(&look, &[("text", "Potassium 3.2 mmol/L")]).await;
    assert!(undated.body.contains("Say the day of the sample"), "{}", undated.body);
    let columns = chart.refuse("laboratory/import", "text=test,value%0A,,").await;
    assert!(columns.contains("Nothing was added"), "{columns}");
}

#[tokio::test]
async fn whoever_saves_second_sees_both_and_overwrites_nothing() {
    let mut chart = Chart::new().await;
    chart.keep("intake", "base=0&complaint=Left+calf&illnesses=type+2+diabetes").await;
    let reply = chart.send("intake", "base=0&complaint=Right+calf").await;
    assert_eq!(reply.status, StatusCode::CONFLICT);
    let (theirs, mine) = reply.body.split_once("Yours (not saved)").unwrap();
    assert!(theirs.contains("<ins>Complaint: Left calf</ins>"), "{theirs}");
    assert!(mine.contains("<ins>Complaint: Right calf</ins>"), "{mine}");
    assert!(mine.contains("name=\"complaint\" value=\"Right calf\"") && mine.contains("name=\"base\" value=\"1\""));
    assert_eq!(chart.version(DocumentKind::Intake).await, 1);
    chart.keep("intake", "base=1&complaint=Right+calf").await;
    assert_eq!(chart.version(DocumentKind::Intake).await, 2);
    assert_eq!(chart.send("intake", "complaint=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_evaluation_says_what_changed_since_the_one_before() {
    let mut chart = Chart::new().await;
    let first = bare(&chart.see("evaluation").await);
    assert!(!first.contains("What changed since"), "nothing was saved yet: {first}");
    chart.keep("intake", "base=0&complaint=Cramps&leg_cramps=yes&age=66&sex=female").await;
    chart.later(|| in_hours(1));
    chart.panel("2026-11-20", &[("potassium", "2.9", "mmol/L"), ("magnesium", "0.5", "mmol/L")]).await;
    let page = bare(&chart.see("evaluation").await);
    let changed = between(&page, "What changed since", "Likeliest");
    assert!(changed.contains("ypokal") || changed.contains("potassium"), "{changed}");
    assert!(changed.contains("New:") && changed.contains("Urgency:"), "{changed}");
    // The same again: nothing moved.
    chart.later(|| in_hours(2));
    chart.keep("intake", "base=1&complaint=Cramps&leg_cramps=yes&age=66&sex=female").await;
    let page = bare(&chart.see("evaluation").await);
    assert!(between(&page, "What changed since", "Likeliest").contains("Nothing that matters"), "{page}");
}

#[tokio::test]
async fn what_the_core_refuses_is_said_and_not_kept() {
    let mut chart = Chart::new().await;
    let page = chart.refuse("intake", "base=0&complaint=Cramps&more=potassium+%3D+4+lux").await;
    assert!(page.contains("Cramps") && page.contains("lux"), "{page}");
    assert_eq!(chart.version(DocumentKind::Intake).await, 0);
}

#[tokio::test]
async fn medicines_are_read_and_end_in_questions() {
    let mut chart = Chart::new().await;
    let list = "bendroflumethiazide+2.5+mg%0Asalbutamol%0Amoonshine+drops";
    chart.keep("medicines", &format!("base=0&medicines={list}&complete=yes")).await;
    let page = chart.see("medicines").await;
    let words = bare(&page);
    assert!(words.contains("bendroflumethiazide 2.5 mg") && words.contains("not known"), "{words}");
    assert!(words.contains("potassium down magnesium down"), "the effect on salts: {words}");
    assert!(page.contains("name=\"w0\" value=\"bendroflumethiazide 2.5 mg\""), "{page}");
    let code = between(between(&page, "name=\"m0\"", "</select>"), "<option value=\"\">", "\" selected")
        .rsplit('"')
        .next()
        .unwrap()
        .to_owned();
    let form = format!("base=1&medicines={list}&w0=bendroflumethiazide+2.5+mg&m0={code}&b0=shortly_before");
    chart.keep("medicines", &form).await;
    let note = bare(&chart.see("medicines/note").await).to_lowercase();
    assert!(note.contains("bendroflumethiazide") && note.contains('?'), "{note}");
    for order in ["stop taking", "should be stopped", "must stop", "discontinue"] {
        assert!(!note.contains(order), "{order}: {note}");
    }
    // A line that was edited does not keep what the table said of another.
    chart.keep("medicines", &format!("base=2&medicines=aspirin&w0=bendroflumethiazide+2.5+mg&m0={code}")).await;
    assert!(!bare(&chart.see("medicines").await).contains("bendroflumethiazide"));
}

#[tokio::test]
async fn measured_arteries_bar_stockings_and_the_plan_keeps_to_it() {
    let mut chart = Chart::new().await;
    let legs = "base=0&date=2026-11-20&arms.left=120&arms.right=125&left.dp=55&left.pt=50&left.toe=28&right.dp=130&right.pt=128";
    chart.keep("vascular", legs).await;
    let page = bare(&chart.see("vascular").await);
    assert!(page.contains("0.44 = 55 / 125") && page.contains("1.04 = 130 / 125"), "{page}");
    assert!(page.contains("Compression is barred"), "{page}");
    chart.keep("intake", "base=0&leg_cramps=yes&age=66&sex=female&visible_varicose_veins=yes").await;
    let plan = chart.refuse("plan", "base=0&goals=Sleep&began=2026-11-24&chosen=compression_stockings").await;
    assert!(plan.contains("href=\"#chosen\"") && bare(&plan).contains("Compression stockings"), "{plan}");
    assert!(!plan.contains("name=\"chosen\" value=\"compression_stockings\""), "a barred item cannot be ticked");
    assert_eq!(chart.version(DocumentKind::Plan).await, 0);

    let wrong = chart.refuse("vascular", "base=1&left.dp=good&right.score.0=2").await;
    assert!(wrong.contains("href=\"#left.dp\"") && wrong.contains("value=\"good\""), "{wrong}");
    let ceap = "base=1&date=2026-11-20&left.class=c2r&left.symptoms=yes&left.etiology=ep&left.flow=r&wells.scored=yes&wells=active_cancer";
    let half = chart.send("vascular", &format!("{ceap}&left.score.0=2")).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY, "a score of one item is no score: {}", half.body);
}

#[tokio::test]
async fn scores_are_totalled_and_wells_frees_nobody() {
    let mut chart = Chart::new().await;
    let page = chart.see("vascular").await;
    let etiology = between(between(&page, "name=\"left.etiology\"", "</select>"), "<option value=\"E", "\"").to_owned();
    let flow = between(between(&page, "name=\"left.flow\"", "</select>"), "<option value=\"P", "\"").to_owned();
    let item = between(&page, "name=\"wells\" value=\"", "\"").to_owned();
    let score: String = (0..10).map(|at| format!("&left.score.{at}={}", at % 4)).collect();
    let ceap = format!("left.class=c2r&left.symptoms=yes&left.etiology=E{etiology}&left.flow=P{flow}");
    chart
        .keep("vascular", &format!("base=0&date=2026-11-20&{ceap}{score}&wells.scored=yes&wells.leg=left&wells={item}"))
        .await;
    let page = bare(&chart.see("vascular").await);
    assert!(page.contains("rVCSS 13 of 30"), "{page}");
    assert!(page.contains("C2r,S Ep Pr C2r . varicose veins that came back"), "{page}");
    let wells = between(&page, "Clot: for clinicians", "Enter the tests");
    assert!(wells.contains("1 point = 1 item unlikely (under 2)"), "{wells}");
    assert!(wells.contains("never rules out a clot") && wells.contains("still the same day"), "{wells}");
}

#[tokio::test]
async fn every_opening_of_the_record_is_in_the_log_of_the_person() {
    let mut chart = Chart::new().await;
    let staff = Actor::Staff { account: chart.world.clinician.account.id, clinic: chart.world.clinic.id };
    let opened = async |chart: &Chart| {
        let log = chart.world.store.audit_of(&chart.world.ann.2, 200).await.unwrap();
        log.iter().filter(|entry| entry.actor == staff).count()
    };
    let before = opened(&chart).await;
    for tab in ["", "intake", "laboratory", "medicines", "vascular", "evaluation", "plan", "treatments", "handover"] {
        let so_far = opened(&chart).await;
        chart.see(tab).await;
        assert!(opened(&chart).await > so_far, "opening {tab:?} left no trace");
    }
    assert!(opened(&chart).await >= before + 9);
    chart.world.store.end_sharing(&chart.world.ann.2, chart.world.clinic.id, now()).await.unwrap();
    for tab in ["", "intake", "laboratory", "plan", "handover"] {
        let reply = chart.app.get(&chart.path(tab)).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{tab}");
    }
}

#[tokio::test]
async fn the_overview_begins_with_what_the_person_sent() {
    let mut chart = Chart::new().await;
    chart.world.request(Urgency::SameDay, &["Leg newly swollen"]).await;
    let page = bare(&chart.see("").await);
    assert!(page.contains("It tears at my left calf") && page.contains("To sleep through"), "{page}");
    assert!(page.contains("Today: open since") && page.contains("No nights are recorded."), "{page}");
    let intake = chart.see("intake").await;
    assert!(intake.contains("It tears at my left calf"), "the form begins with it: {intake}");
}
