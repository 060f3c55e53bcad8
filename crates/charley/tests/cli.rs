//! The command line as a new user meets it: results, clear refusals, exit codes.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_charley"))
        .args(args)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    // The child may refuse before it has read all: a broken pipe is no fault of the test.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("the binary ends");
    writer.join().expect("the writer ends");
    output
}

fn refused(args: &[&str], input: &[u8], expected: &str) {
    let output = run(args, input);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(expected), "expected {expected}\n{message}");
    assert!(output.stdout.is_empty(), "nothing is half-answered");
    assert!(!message.contains("panicked"), "{message}");
}

const CASE: &[u8] = br#"{"facts":[{"name":"calf_cramps","value":"yes"},{"name":"nocturnal_symptoms","value":"yes"},{"name":"age","value":64,"unit":"yr"}]}"#;

#[test]
fn a_case_on_standard_input_is_answered_in_words() {
    let output = run(&["assess", "-"], CASE);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for part in ["What may be behind it", "o single cause", "Tonight", "Come back"] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn json_is_one_object_with_the_same_answer_each_time() {
    let one = run(&["assess", "--json", "-"], CASE);
    let two = run(&["assess", "--json", "-"], CASE);
    assert_eq!(one.stdout, two.stdout);
    let value: serde_json::Value = serde_json::from_slice(&one.stdout).expect("JSON");
    assert_eq!(value["causes"][0]["id"], "ordinary_cramp");
}

#[test]
fn bad_input_is_refused_with_what_where_and_what_to_do() {
    refused(&["assess", "-"], b"", "not valid JSON");
    refused(&["assess", "-"], b"{\"facts\":[", "line 1");
    refused(&["assess", "-"], br#"{"facts":"none"}"#, "wrong shape at `facts`");
    refused(&["assess", "-"], br#"{"facts":[{"name":"age","value":-4,"unit":"yr"}]}"#, "outside what is possible");
    refused(&["assess", "-"], br#"{"facts":[{"name":"age","value":NaN}]}"#, "not valid JSON");
    refused(&["assess", "-"], br#"{"facts":[{"name":"age","value":"old"}]}"#, "`old` is not a number");
    refused(
        &["assess", "-"],
        br#"{"facts":[{"name":"lab_potassium","value":4,"unit":"stone"}]}"#,
        "unknown unit `stone`",
    );
    refused(
        &["assess", "-"],
        br#"{"facts":[{"name":"leg_pain","value":"yes"},{"name":"leg_pain","value":"no"}]}"#,
        "both as yes and as no",
    );
    refused(&["assess", "-"], &[0xff, 0xfe, 0x00], "not UTF-8");
    refused(&["assess", "-"], &vec![b'x'; 10 << 20], "larger than");
    refused(&["knowledge", "show", "no_such_thing"], b"", "nothing in the knowledge is called");
}

#[test]
fn a_missing_file_is_said_with_its_name() {
    let output = run(&["assess", "no/such/file.json"], b"");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(message.contains("no/such/file.json"), "{message}");
}

#[test]
fn many_cases_come_back_in_order_and_a_bad_line_says_so() {
    let mut input = Vec::new();
    for n in 0..300 {
        if n == 150 {
            input.extend_from_slice(b"{broken\n\n");
        }
        input.extend_from_slice(
            format!("{{\"id\":\"c{n}\",\"facts\":[{{\"name\":\"calf_cramps\",\"value\":\"yes\"}}]}}\n").as_bytes(),
        );
    }
    let output = run(&["assess", "--jsonl", "--brief", "-"], &input);
    assert_eq!(output.status.code(), Some(2));
    let lines: Vec<serde_json::Value> =
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 301);
    let ids: Vec<&str> = lines.iter().filter_map(|line| line["id"].as_str()).collect();
    assert_eq!(ids, (0..300).map(|n| format!("c{n}")).collect::<Vec<_>>());
    assert!(lines[150]["error"].as_str().is_some_and(|e| e.contains("not valid JSON")));
    assert_eq!(lines[150]["line"], 151);
}

#[test]
fn the_knowledge_checks_itself_and_shows_its_evidence() {
    let output = run(&["knowledge", "check"], b"");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("network width at 30"), "{text}");
    let shown = run(&["knowledge", "show", "drug_laba"], b"");
    let text = String::from_utf8_lossy(&shown.stdout);
    assert!(text.contains("2.42") && text.contains("garrison-2012") && text.contains("no clinician yet"), "{text}");
}

#[test]
fn the_interview_asks_takes_back_saves_and_ends_with_a_result() {
    let folder = std::env::temp_dir().join(format!("charley-ask-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("answers.json");
    let script = format!("1\nnone\nnone\nnone\nyes\nback\nyes\nyes\nwhy\n64\nmale\nsave {}\nstop\n", file.display());
    let output = run(&["ask"], script.as_bytes());
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("What may be behind it"), "{text}");
    let saved = std::fs::read(&file).expect("saved");
    let again = run(&["assess", "--json", "-"], &saved);
    assert!(again.status.success(), "a saved interview is a case file");
    let resumed = run(&["ask", "--resume", &file.display().to_string()], b"1\nstop\n");
    assert!(String::from_utf8_lossy(&resumed.stdout).contains("What may be behind it"));
    std::fs::remove_dir_all(folder).expect("cleaned");
}

#[test]
fn a_call_now_sign_stops_the_interview_with_the_number() {
    let output = run(&["ask"], b"1\n1\n");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("CALL 999 NOW"), "{text}");
    assert!(!text.contains("What may be behind it"));
}

/// Floors on our own textbook pictures: a regression test, not a measure of performance (we wrote both sides).
#[test]
fn the_textbook_pictures_keep_their_floors() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/textbook.jsonl");
    let output = run(&["evaluate", file, "--json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let share = |name: &str| report[name]["share"].as_f64().expect("a share");
    assert_eq!(report["dangerous_misses"]["count"], 0, "{report}");
    assert!(share("top1_group") >= 0.80 && share("top3_group") >= 0.92);
    assert!(share("triage_acceptable") >= 0.94 && share("over_triage") <= 0.08);
    assert_eq!(report["refused"].as_array().map(Vec::len), Some(0));
}

/// The published development cases, when the shared folder is there.
#[test]
fn the_published_development_cases_meet_the_limits() {
    let Some(folder) = std::env::var_os("CHARLEY_REFERENCE_DATA") else {
        eprintln!("SKIPPED: set CHARLEY_REFERENCE_DATA to run the published development cases");
        return;
    };
    let file = std::path::Path::new(&folder).join("vignettes/dev-cases.jsonl");
    let output = run(&["evaluate", &file.display().to_string(), "--json"], b"");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let share = |name: &str| report[name]["share"].as_f64().expect("a share");
    assert_eq!(report["dangerous_misses"]["count"], 0);
    assert!(share("emergencies_answered_same_day") <= 0.10 && share("triage_acceptable") >= 0.90);
    assert!(share("over_triage") <= 0.12 && share("top1_group") >= 0.75 && share("top3_group") >= 0.92);
    assert_eq!(report["unrecognised_names"].as_array().map(Vec::len), Some(0));
}
