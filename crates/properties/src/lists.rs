//! Lists that people paste, and the clinician's form.

use axum::body::Body;
use axum::extract::FromRequest as _;
use axum::http::{Request, header};
use charley_web::answers::Lines;
use charley_web::answers::lines::{Kind, MOST_CHARACTERS, MOST_LINES};
use charley_web::clinician::{Sheet, parse, rows};
use charley_web::page::Fields;
use futures_util::FutureExt as _;

use crate::cases::assessed;
use crate::{knowledge, said};

/// A pasted list of medicines, and the same as illnesses: bounded, each line once, and its text is read again as the same
/// list; what was confirmed stays.
pub fn medicine_list(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for kind in [Kind::Medicine, Kind::Illness] {
        list(kind, text);
    }
}

fn list(kind: Kind, text: &str) -> Lines {
    let mut lines = Lines::default();
    lines.read(knowledge(), kind, text);
    assert!(lines.lines.len() <= MOST_LINES);
    let known = |code: &String| knowledge().codes.by_word.get(code).is_some_and(|code| kind.among(knowledge(), *code));
    for (at, line) in lines.lines.iter().enumerate() {
        assert!(!line.written.trim().is_empty() && line.written.chars().count() <= MOST_CHARACTERS, "{line:?}");
        assert!(lines.lines[..at].iter().all(|other| other.written != line.written), "twice: {line:?}");
        assert!(line.choices.iter().chain(&line.code).all(known), "a code of another kind: {line:?}");
        assert!(line.exact || line.code.is_none(), "applied and not confirmed: {line:?}");
    }
    let mut again = Lines::default();
    again.read(knowledge(), kind, &lines.text());
    assert_eq!(again, lines);
    let mut confirmed = lines.clone();
    for line in &mut confirmed.lines {
        line.code = line.choices.first().cloned();
        line.as_written = line.code.is_none();
    }
    let mut after = confirmed.clone();
    after.read(knowledge(), kind, &confirmed.text());
    assert_eq!(after, confirmed);
    lines
}

/// The clinician's form as a browser sends it: its facts and lists make a case, or every field that is wrong is named.
pub fn clinician_form(bytes: &[u8]) {
    let request = Request::post("/clinician")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(bytes.to_vec()))
        .expect("a request with fixed headers");
    // The whole body is in memory, so there is nothing to wait for.
    let Some(Ok(fields)) = Fields::from_request(request, &()).now_or_never() else { return };
    let facts = match parse::facts(knowledge(), &fields) {
        Ok(facts) => facts,
        Err(problems) => {
            assert!(!problems.is_empty(), "refused, and no field is named");
            return problems.iter().for_each(|(_, problem)| said(problem));
        }
    };
    let mut sheet = Sheet { facts, ..Sheet::default() };
    sheet.medicines = list(Kind::Medicine, fields.get("medicines"));
    sheet.illnesses = list(Kind::Illness, fields.get("illnesses"));
    for line in sheet.medicines.lines.iter_mut().chain(&mut sheet.illnesses.lines) {
        rows::take_inside(knowledge(), line);
    }
    sheet.medicines_complete = fields.get("medicines_complete") == "yes";
    sheet.illnesses_complete = fields.get("illnesses_complete") == "yes";
    assert_eq!(rows::medicine_rows(knowledge(), &sheet).len(), sheet.medicines.lines.len());
    assessed(&sheet.case());
}
