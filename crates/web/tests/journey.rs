//! The order of the check, and what a person may see when.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests may panic, and their names say what they hold")]

mod common;

use axum::http::StatusCode;
use common::App;

#[tokio::test]
async fn the_usual_way_ends_at_the_answers_and_then_the_result() {
    let mut app = App::new();
    assert_eq!(app.until("/check/answers", &[]).await, "/check/answers");
    let result = app.get("/check/result").await;
    assert_eq!(result.status, StatusCode::OK);
    assert_eq!(result.body.matches("class=\"care care--").count(), 1, "one level of care");
    assert!(result.body.contains("Come back on "));
    assert!(!result.body.contains("{emergency_number}") && !result.body.contains("{advice_line}"));
}

#[tokio::test]
async fn at_most_eighteen_chosen_questions() {
    let mut app = App::new();
    let mut at = app.until("/check/illnesses", &[]).await;
    let mut asked = 0;
    loop {
        let reply = app.post(&at, common::usual(&at)).await;
        at = reply.to().to_owned();
        if at == "/check/answers" {
            break;
        }
        asked += 1;
        assert!(asked <= 18, "question {asked}: {at}");
    }
}

#[tokio::test]
async fn a_call_now_sign_stops_at_once_whatever_else_is_ticked() {
    for form in ["sign=chest", "sign=chest&rest=none", "sign=cold_leg&rest=not_sure"] {
        let mut app = App::new();
        app.until("/check/danger/call_now", &[]).await;
        assert_eq!(app.post("/check/danger/call_now", form).await.to(), "/check/call", "{form}");
        let call = app.get("/check/call").await;
        assert!(call.body.contains("href=\"tel:999\""), "{form}");
        for path in ["/check/next", "/check/result", "/check/answers"] {
            assert_eq!(app.get(path).await.to(), "/check/call", "{path}");
        }
        assert_eq!(app.get("/check/letter").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn the_number_is_that_of_the_country() {
    for (country, tel) in [("us", Some("tel:911")), ("eu", Some("tel:112")), ("ie", Some("tel:112")), ("other", None)] {
        let mut app = App::new();
        let form = format!("country={country}");
        app.until("/check/danger/call_now", &[("/check/country", &form)]).await;
        app.post("/check/danger/call_now", "sign=chest").await;
        let body = app.get("/check/call").await.body;
        match tel {
            Some(tel) => assert!(body.contains(tel), "{country}"),
            None => assert!(!body.contains("href=\"tel:") && body.contains("your emergency number"), "{country}"),
        }
    }
}

#[tokio::test]
async fn no_result_before_the_danger_check_is_answered() {
    let mut app = App::new();
    app.until("/check/danger/call_now", &[]).await;
    for path in ["/check/result", "/check/letter", "/check/why/ordinary_cramp"] {
        assert_eq!(app.get(path).await.to(), "/check/danger/call_now", "{path}");
    }
    app.post("/check/danger/call_now", "rest=none").await;
    assert_eq!(app.get("/check/result").await.to(), "/check/danger/today");
}

#[tokio::test]
async fn not_sure_asks_which_then_one_follow_up() {
    let mut app = App::new();
    app.until("/check/danger/call_now", &[]).await;
    assert_eq!(app.post("/check/danger/call_now", "rest=not_sure").await.to(), "/check/danger/call_now/which");
    assert_eq!(app.get("/check/result").await.to(), "/check/danger/call_now/which");
    let empty = app.post("/check/danger/call_now/which", "").await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.post("/check/danger/call_now/which", "sign=spine").await.to(), "/check/danger/call_now/look");
    let look = app.get("/check/danger/call_now/look").await.body;
    assert_eq!(look.matches("Try this:").count(), 1);
    assert_eq!(app.post("/check/danger/call_now/look", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.post("/check/danger/call_now/look", "spine=yes").await.to(), "/check/call");
}

async fn unsure_result(answers: &[(&str, &str)]) -> String {
    let mut app = App::new();
    let mut all = vec![
        ("/check/danger/call_now", "rest=not_sure"),
        ("/check/danger/call_now/which", "sign=cold_leg"),
        ("/check/danger/call_now/look", "cold_leg=not_sure"),
    ];
    all.extend_from_slice(answers);
    app.until("/check/answers", &all).await;
    let body = app.get("/check/result").await.body;
    let care = body.split("class=\"care care--").nth(1).expect("a level of care");
    care.split("</h2>").next().unwrap().to_owned()
}

#[tokio::test]
async fn whoever_stays_unsure_never_sees_routine_or_self_care() {
    let care = unsure_result(&[]).await;
    assert!(care.starts_with("unsure") || care.starts_with("today"), "{care}");
    assert!(!care.contains("Book a visit") && !care.contains("Look after yourself"), "{care}");
}

#[tokio::test]
async fn nothing_ticked_and_nothing_chosen_is_asked_again() {
    let mut app = App::new();
    app.until("/check/danger/today", &[]).await;
    for form in ["", "sign=swollen&rest=none", "rest=none&rest=not_sure"] {
        let reply = app.post("/check/danger/today", form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(reply.body.contains("<title>Error: "), "{form}");
    }
}

#[tokio::test]
async fn a_change_comes_back_to_the_answers_and_opens_what_it_must() {
    let mut app = App::new();
    app.until("/check/answers", &[]).await;
    assert!(app.get("/check/answers").await.body.contains("/check/q/age?change=1"));
    assert_eq!(app.post("/check/q/age", "typed=30&unit=yr&change=1").await.to(), "/check/answers");
    assert_eq!(app.post("/check/q/sex", "answer=female&change=1").await.to(), "/check/q/pregnant");
}

#[tokio::test]
async fn pregnancy_is_asked_where_it_fits_and_not_twice() {
    let mut app = App::new();
    let answers = [("/check/q/sex", "answer=female"), ("/check/q/age", "typed=30"), ("/check/q/pregnant", "answer=no")];
    app.until("/check/danger/past", &answers).await;
    assert!(!app.get("/check/danger/past").await.body.contains("Pregnant now"));
    let mut man = App::new();
    man.until("/check/danger/past", &[]).await;
    assert!(!man.get("/check/danger/past").await.body.contains("Pregnant now"));
    let mut silent = App::new();
    silent
        .until(
            "/check/danger/past",
            &[("/check/q/sex", "answer=other"), ("/check/q/age", "typed=30"), ("/check/q/pregnant", "answer=unknown")],
        )
        .await;
    assert!(silent.get("/check/danger/past").await.body.contains("Pregnant now"));
}

#[tokio::test]
async fn medicines_are_never_guessed_silently() {
    let mut app = App::new();
    app.until("/check/medicines", &[]).await;
    let reply = app.post("/check/medicines", "list=bendroflumethazide&complete=complete").await;
    assert_eq!(reply.to(), "/check/medicines/review");
    let page = app.get("/check/medicines/review").await.body;
    assert!(page.contains("Did you mean") && page.contains("None of these"));
    assert_eq!(app.post("/check/medicines/review", "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let saved = app.get("/check/answers.json").await.body;
    assert!(!saved.contains("\"value\": \"bendroflumethiazide\""), "used before it was confirmed");
    app.post("/check/medicines/review", "line0=as_written").await;
    assert!(app.get("/check/answers.json").await.body.contains("\"value\": \"bendroflumethazide\""));
}

#[tokio::test]
async fn a_saved_file_goes_on_for_a_stranger_and_is_a_case_file() {
    let mut app = App::new();
    app.until("/check/illnesses", &[]).await;
    let saved = app.get("/check/answers.json").await.body;
    assert!(charley_wire::read_case(&saved).is_ok());
    let mut stranger = app.stranger();
    assert_eq!(upload(&mut stranger, &saved).await.to(), "/check/next");
    assert_eq!(stranger.get("/check/next").await.to(), "/check/illnesses");
}

async fn upload(app: &mut App, text: &str) -> common::Reply {
    let body =
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{text}\r\n--x--\r\n");
    let request = axum::http::Request::post("/check/resume")
        .header("content-type", "multipart/form-data; boundary=x")
        .header("sec-fetch-site", "same-origin");
    app.send(request, body).await
}

#[tokio::test]
async fn bad_files_are_refused_in_words() {
    let mut app = App::new();
    for (text, words) in [
        ("", "Choose the file"),
        ("hello", "not a file that Charley saved"),
        (r#"{"facts":[{"name":"age","value":900,"unit":"yr"}]}"#, "can’t be right"),
        (r#"{"facts":[{"name":"fever","value":"yes"},{"name":"fever","value":"no"}]}"#, "can’t be right"),
    ] {
        let reply = upload(&mut app, text).await;
        assert_eq!(
            (reply.status, reply.body.contains(words)),
            (StatusCode::UNPROCESSABLE_ENTITY, true),
            "{text}: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn a_file_that_claims_an_answered_danger_check_is_asked_again() {
    let mut app = App::new();
    let text = r#"{"facts":[],"charley":{"version":1,"region":"uk","who":"me","done":["danger:call_now","danger:today","danger:past"]}}"#;
    upload(&mut app, text).await;
    assert_eq!(app.get("/check/result").await.to(), "/check/danger/call_now");
}

#[tokio::test]
async fn a_plain_case_file_is_taken_and_the_rest_is_asked() {
    let mut app = App::new();
    let text = r#"{"facts":[{"name":"age","value":70,"unit":"yr"},{"name":"leg_cramps","value":"yes"},{"name":"medicine","value":"salbutamol"}]}"#;
    assert_eq!(upload(&mut app, text).await.to(), "/check/next");
    assert_eq!(app.get("/check/next").await.to(), "/check/country");
    let at = app.until("/check/danger/call_now", &[]).await;
    assert_eq!(at, "/check/danger/call_now");
    let saved = app.get("/check/answers.json").await.body;
    assert!(saved.contains("salbutamol"), "{saved}");
}

#[tokio::test]
async fn children_get_no_plan() {
    let mut app = App::new();
    app.until("/check/answers", &[("/check/q/age", "typed=9")]).await;
    let body = app.get("/check/result").await.body;
    assert!(body.contains("below 18 we give no plan") && !body.contains("id=\"tonight\""));
    assert!(!body.contains("Look after yourself"));
}

#[tokio::test]
async fn somebody_else_is_they() {
    let mut app = App::new();
    app.until("/check/q/age", &[("/check/who", "who=other")]).await;
    let body = app.get("/check/q/age").await.body;
    assert!(body.contains("How old are they?") && body.contains("About the person you help"));
}

/// The words of the main part of a page, without its marks.
fn main_text(body: &str) -> String {
    let main = body.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let mut text = String::new();
    for piece in main.split('<').skip(1) {
        text.push(' ');
        text.push_str(piece.split_once('>').map_or("", |(_, text)| text));
    }
    let plain = text.replace("&#39;", "'").replace("&#34;", "\"").replace("&#38;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What these pages say to whoever answers. Any other "you" would be the person with the legs, who is "they".
const TO_THE_HELPER: [&str; 13] = [
    "the person you help",
    "you told us",
    "if you can’t reach",
    "if you cannot reach",
    "if you still can’t tell",
    "you were not sure",
    "are you not sure about",
    "each that you tick",
    "your answers",
    "you wrote",
    "your words",
    "while you wait",
    "you can’t say",
];

fn holds_no_you(path: &str, body: &str) {
    let mut text = main_text(body).to_lowercase();
    for phrase in TO_THE_HELPER {
        text = text.replace(phrase, "");
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    for (at, word) in words.iter().enumerate() {
        if matches!(*word, "you" | "your" | "yours" | "yourself") {
            let from = at.saturating_sub(8);
            panic!("{path}: … {} …", words[from..words.len().min(at + 8)].join(" "));
        }
    }
}

/// Somebody else's check, page by page: whoever answers is "you", and the person is "they".
#[tokio::test]
async fn pages_for_somebody_else_mix_nobody_up() {
    let ordinary: &[(&str, &str)] = &[("/check/medicines", "list=indapamide%0D%0Asalbutamol&complete=complete")];
    let today: &[(&str, &str)] =
        &[("/check/danger/today", "sign=swollen"), ("/check/illnesses", "illness=x&complete=none")];
    let unsure: &[(&str, &str)] =
        &[("/check/danger/today", "rest=not_sure"), ("/check/danger/today/which", "rest=all")];
    let call: &[(&str, &str)] = &[("/check/danger/call_now", "sign=cold_leg&sign=chest")];
    let mut seen = std::collections::BTreeSet::new();
    for answers in [ordinary, today, unsure, call] {
        let mut app = App::new();
        let mut at = "/check/country".to_owned();
        let who = ("/check/who", "who=other");
        while at != "/check/answers" && at != "/check/call" {
            let page = app.get(&at).await.body;
            if at != "/check/country" && at != "/check/who" {
                holds_no_you(&at, &page);
            }
            let told = answers.iter().chain([&who]).find(|(path, _)| *path == at);
            let form = told.map_or_else(|| common::usual(&at).to_owned(), |(_, form)| (*form).to_owned());
            let form = if at.ends_with("/look") { all_not_sure(&page) } else { form };
            let reply = app.post(&at, &form).await;
            assert_eq!(reply.status, StatusCode::SEE_OTHER, "{at} {form}: {}", main_text(&reply.body));
            seen.insert(at.clone());
            at = reply.to().to_owned();
        }
        let page = app.get(&at).await;
        holds_no_you(&at, &page.body);
        for path in ["/check/result", "/check/letter", "/check/answers"] {
            let page = app.get(path).await;
            if page.status == StatusCode::OK {
                holds_no_you(path, &page.body);
                seen.insert(path.to_owned());
                for cause in page.body.split("href=\"/check/why/").skip(1).take(40) {
                    let path = format!("/check/why/{}", cause.split('"').next().unwrap());
                    holds_no_you(&path, &app.get(&path).await.body);
                }
            }
        }
        seen.insert(at);
    }
    for path in ["/check/call", "/check/result", "/check/danger/today/which", "/check/danger/today/look"] {
        assert!(seen.contains(path), "{path} was not seen: {seen:?}");
    }
}

/// "Still not sure" for each sign of the page.
fn all_not_sure(page: &str) -> String {
    let names: std::collections::BTreeSet<&str> =
        page.split("type=\"radio\" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    names.iter().map(|name| format!("{name}=not_sure")).collect::<Vec<_>>().join("&")
}

/// Every text of the knowledge that can stand on such a page, turned round: nobody is left over, and nobody is "they" where
/// it should be "them".
#[test]
fn every_text_of_the_knowledge_turns_round() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut open = vec![folder];
    let (mut texts, mut wrong) = (0, Vec::new());
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let inside = ["sources", "claims", "hazards", "foods", "trials"];
        if !name.ends_with(".toml") || inside.iter().any(|part| path.to_str().unwrap().contains(part)) {
            continue;
        }
        let file = std::fs::read_to_string(&path).unwrap();
        for text in
            file.lines().filter(|line| !line.starts_with('#')).flat_map(|line| line.split('"').skip(1).step_by(2))
        {
            texts += 1;
            let turned = charley_web::they::they(text).to_lowercase();
            let words: Vec<&str> = turned.split(|c: char| !c.is_alphabetic() && c != '’').collect();
            let object = words.windows(2).any(|two| two[1] == "they" && OBJECT_AFTER.contains(&two[0]));
            let ends = ["they.", "they;", "they!"].iter().any(|end| turned.contains(&format!(" {end}")));
            if object || ends || turned.contains("yourself") {
                wrong.push(format!("{name}: {turned}"));
            }
        }
    }
    assert!(texts > 3_000, "{texts}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Words after which a person is an object.
const OBJECT_AFTER: [&str; 34] = [
    "about", "ask", "asks", "at", "beside", "bring", "brings", "by", "fit", "fits", "for", "from", "give", "gives",
    "help", "helps", "let", "lets", "make", "makes", "near", "of", "on", "protect", "robs", "see", "stop", "suit",
    "tell", "to", "told", "troubles", "wakes", "with",
];

#[test]
fn no_question_for_somebody_else_says_you() {
    let reasoner = common::reasoner();
    let mut left = Vec::new();
    for (_, ask) in reasoner.knowledge.asked_facts().filter(|(_, ask)| ask.person) {
        let text = charley_web::they::they(&format!("{} {}", ask.question, ask.help));
        let words = text.split(|c: char| !c.is_alphabetic());
        if words.map(str::to_lowercase).any(|word| matches!(word.as_str(), "you" | "your" | "yours" | "yourself")) {
            left.push(text);
        }
    }
    assert!(left.is_empty(), "{left:#?}");
}

#[tokio::test]
async fn foods_hide_potassium_from_those_whom_it_can_harm() {
    let mut app = App::new();
    let text = r#"{"facts":[{"name":"told_limit_potassium","value":"yes"}]}"#;
    assert!(app.get("/foods").await.body.contains("Potassium</th>"));
    upload(&mut app, text).await;
    let body = app.get("/foods").await.body;
    assert!(!body.contains("Potassium</th>") && !body.contains("class=\"foods\""));
}

#[tokio::test]
async fn the_clinician_override_needs_a_reason_and_stays_beside_the_rules() {
    let mut app = App::new();
    let form = "region=uk&age=70&age.u=yr&leg_cramps=yes&all_clear=yes&medicines=salmeterol";
    assert_eq!(app.post("/clinician", form).await.to(), "/clinician/result");
    app.post("/clinician/override", "disposition=same_day&reason=").await;
    assert!(!app.get("/clinician/result").await.body.contains("Overridden"));
    app.post("/clinician/override", "disposition=same_day&reason=calf+tense").await;
    let body = app.get("/clinician/result").await.body;
    assert!(body.contains("Overridden") && body.contains("calf tense") && body.contains("The rules say"));
    assert!(app.get("/clinician/case.json").await.body.contains("override_disposition"));
}

#[tokio::test]
async fn the_clinician_form_refuses_what_cannot_be() {
    let mut app = App::new();
    for (form, words) in [
        ("age=old", "not a number"),
        ("age=900&age.u=yr", "outside what is possible"),
        ("more=wings+%3D+yes", "not a fact that Charley knows. Check the spelling, or leave it out"),
        ("more=potassium+%3D+2.4", "Did you mean lab_potassium"),
        ("more=nonsense", "write name = value"),
    ] {
        let reply = app.post("/clinician", form).await;
        assert_eq!((reply.status, reply.body.contains(words)), (StatusCode::UNPROCESSABLE_ENTITY, true), "{form}");
    }
}
