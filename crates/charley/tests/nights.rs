//! `charley nights` as a new user meets it.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_charley"))
        .arg("nights")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("writes");
    child.wait_with_output().expect("the binary ends")
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(input: &str, expected: &str) {
    let output = run(&["-"], input);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains(expected), "{message}");
}

const TABLE: &str =
    "\u{feff}Night;Cramps;Mood\r\n20.10.2025;1;x\r\n21.10.2025;0;\r\n22.10.2025;2+;\r\n23.10.2025;;\r\n";

#[test]
fn a_table_is_summed_up_with_a_range() {
    let text = said(&run(&["-"], TABLE));
    for line in [
        "Nights are in “Night”, cramps in “Cramps”.",
        "Not used: Mood.",
        "Lines without a number, not recorded: 1.",
        "20 October 2025 to 22 October 2025",
        "3 nights recorded. 1 of them free of cramps.",
        "A cramp on 2 of them. In 14 nights that is about 9 (likely 2 to 14).",
        "Cramps in all: at least 3.",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn json_has_the_numbers() {
    let text = said(&run(&["-", "--json"], TABLE));
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((json["recorded"].as_u64(), json["cramp_free"].as_u64()), (Some(3), Some(1)));
    assert_eq!(json["nights_with_cramp"]["per_14_nights"], 9.33333);
    assert_eq!(
        (&json["cramps_rate"]["at_least"], &json["cramps_rate"]["high"]),
        (&true.into(), &serde_json::Value::Null)
    );
    assert_eq!(json["nights"][2]["cramps"], "2+");
}

#[test]
fn a_saved_log_is_folded_first() {
    let entry = |id: u8, at: &str, body: &str| {
        format!(
            r#"{{"id":"00000000-0000-4000-8000-0000000000{id:02}","at":"{at}","zone":"Europe/London","body":{body}}}"#
        )
    };
    let target = r#"{"kind":"undo","target":"00000000-0000-4000-8000-000000000002"}"#;
    let entries = [
        entry(1, "2025-10-21T02:00:00Z", r#"{"kind":"episode"}"#),
        entry(2, "2025-10-21T03:00:00Z", r#"{"kind":"episode"}"#),
        entry(3, "2025-10-21T08:00:00Z", target),
        entry(4, "2025-10-21T08:00:00Z", r#"{"kind":"night","night":"2025-10-20","cramps":{"exactly":0}}"#),
    ];
    let file = format!(r#"{{"charley_nights":1,"entries":[{}]}}"#, entries.join(","));
    let text = said(&run(&["-"], &file));
    assert!(text.contains("“No cramp” said and a cramp logged: 1 night. The cramp counts."), "{text}");
    assert!(text.contains("Cramps in all: 1."), "{text}");
}

#[test]
fn what_cannot_be_read_is_refused_by_line() {
    refused("night,cramps\n2025-10-20,1\n2125-10-20,1\n", "line 3: 2125-10-20 is in the future");
    refused("night,cramps\n03/04/2025,1\n", "--order day-first or --order month-first");
    refused("a,b\n1,2\n", "We found no column of dates");
    refused("{\"x\":1}", "not a night log that Charley saved");
    refused("", "The file is empty");
}
