//! `charley trial` as a person or a program uses it: published answers, clear refusals.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn charley(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_charley"))
        .arg("trial")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Wrong options are refused before the input is read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn json(arguments: &[&str], input: &str) -> Value {
    let output = charley(arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The published series; none when their folder is not named.
fn published(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("CHARLEY_REFERENCE_DATA") else {
        eprintln!("SKIPPED {name}: CHARLEY_REFERENCE_DATA names no folder with published series.");
        return None;
    };
    Some(PathBuf::from(folder).join("data/nof1").join(name).display().to_string())
}

fn near(found: &Value, wanted: f64, off: f64) {
    let found = found.as_f64().unwrap_or(f64::NAN);
    assert!((found - wanted).abs() <= off, "{found} is not {wanted} within {off}");
}

#[test]
fn a_simulated_series_has_its_published_posterior() {
    let Some(file) = published("sim_effect_84.json") else { return };
    let found = json(&["analyse", &file, "--prior-sd", "0.5", "--json"], "");
    let sd = 0.317_826;
    near(&found["beta"]["mean"], -0.639_114, 0.08 * sd);
    near(&found["beta"]["sd"], sd, 0.06 * sd);
    near(&found["beta"]["q025"], -1.257_671, 0.05);
    near(&found["beta"]["q50"], -0.640_219, 0.05);
    near(&found["beta"]["q975"], -0.009_300, 0.05);
    near(&found["p_rr_below_1"], 0.976_688, 0.02);
    near(&found["p_rr_below_0_8"], 0.904_375, 0.02);
    near(&found["alpha"]["mean"], -0.564_770, 0.1 * 0.277);
}

#[test]
fn scores_have_their_published_comparison() {
    let Some(file) = published("melatonin_mood_70day.csv") else { return };
    let found = json(&["analyse", &file, "--outcome", "score", "--classical", "--json"], "");
    near(&found["classical"]["welch"]["difference"], 0.919, 0.001);
    near(&found["classical"]["welch"]["p"], 0.489, 0.001);
    near(&found["classical"]["gls_ar1"]["estimate"], 1.00, 0.005);
    near(&found["classical"]["gls_ar1"]["se"], 0.96, 0.005);
    near(&found["classical"]["gls_ar1"]["phi"], 0.26, 0.005);
    assert!(found["verdict"].is_null(), "scores get no verdict");
}

#[test]
fn the_classic_comparison_of_two_drugs() {
    let Some(file) = published("cushny_peebles_1905_sleep.csv") else { return };
    let columns = "L_hyoscine_mean_hours,L_hyoscyamine_mean_hours";
    let found = json(&["analyse", &file, "--paired", "--columns", columns, "--json"], "");
    near(&found["paired_t"]["t"], 4.062, 0.001);
    near(&found["paired_t"]["p"], 0.0028, 0.0001);
    assert_eq!(found["left_out"], 1);
}

#[test]
fn log_response_ratios_of_three_pupils() {
    let Some(file) = published("thorne_kamps_2008_abab_odd.csv") else { return };
    for (person, ratio, se) in [("1", -1.2173, 0.2497), ("3", -0.6544, 0.1375), ("5", -1.1427, 0.1948)] {
        let found = json(&["analyse", &file, "--person", person, "--classical", "--json"], "");
        near(&found["classical"]["log_response_ratio"]["estimate"], ratio, 0.00006);
        near(&found["classical"]["log_response_ratio"]["se"], se, 0.00006);
    }
}

/// Three pairs of weeks with hardly a cramp on treatment nights.
fn three_pairs() -> String {
    let arm: Vec<u8> = (0..42).map(|night| u8::from(night / 7 % 2 == 1)).collect();
    let y: Vec<Value> = (0..42)
        .map(|night| match night {
            10 => Value::Null,
            3 => "2+".into(),
            night if night / 7 % 2 == 1 => u8::from(night % 5 == 0).into(),
            night => (1 + night % 2).into(),
        })
        .collect();
    serde_json::json!({ "arm": arm, "y": y, "pairs": 3, "period_nights": 7 }).to_string()
}

#[test]
fn the_answer_has_every_promised_figure() {
    let found = json(&["analyse", "-", "--json"], &three_pairs());
    for name in ["alpha", "beta", "gamma", "sigma", "rho", "isq", "cramps_avoided_per_week"] {
        for figure in ["mean", "sd", "q025", "q05", "q25", "q50", "q75", "q95", "q975"] {
            assert!(found[name][figure].is_number(), "{name}.{figure}");
        }
    }
    near(&found["sign_flip_p"], 0.25, 1e-9);
    assert_eq!(found["verdict"], "helps");
    assert!(found["checks"]["predictive"].as_array().unwrap().len() == 4);
}

#[test]
fn without_pairs_there_is_no_randomisation_test_and_the_reason_is_said() {
    let mut series: Value = serde_json::from_str(&three_pairs()).unwrap();
    series.as_object_mut().unwrap().remove("pairs");
    let found = json(&["analyse", "-", "--json"], &series.to_string());
    assert!(found["sign_flip_p"].is_null());
    assert!(found["sign_flip_why_not"].as_str().unwrap().contains("pairs"));
}

#[test]
fn washout_nights_leave_the_answer() {
    let found = json(&["analyse", "-", "--json", "--washout-nights", "2"], &three_pairs());
    assert_eq!(found["nights"]["treatment"], 14);
    assert_eq!(found["nights"]["control"], 15);
    for period in ["0", "18446744073709551615"] {
        let refused = charley(&["analyse", "-", "--period-nights", period], &three_pairs());
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && said.contains("whole number from 1 to 365"), "{said}");
    }
}

#[test]
fn the_same_file_gives_the_same_bytes() {
    let once = charley(&["analyse", "-", "--json"], &three_pairs()).stdout;
    assert_eq!(once, charley(&["analyse", "-", "--json"], &three_pairs()).stdout);
}

#[test]
fn what_cannot_be_read_is_refused_with_its_place() {
    let cases = [
        ("{", "EOF"),
        (r#"{"arm":[0,1],"y":[1]}"#, "2 arms but 1 nights"),
        (r#"{"arm":[0,2],"y":[1,1]}"#, "arm[1] is 2"),
        (r#"{"arm":[0,1],"y":[1,-1]}"#, "y[1] is -1"),
        (r#"{"arm":[0,1],"y":[1,1.5]}"#, "y[1] is 1.5"),
        (r#"{"arm":[0,1],"y":[1,"many"]}"#, "y[1] is many"),
        (r#"{"arm":[1,1],"y":[1,0]}"#, "without treatment"),
        (r#"{"arm":[0,1],"y":[1,0],"pairs":"x"}"#, "pairs is"),
        (r#"{"arm":[0,1],"y":[1,0],"period_nights":0}"#, "period_nights is 0"),
        (r#"{"arm":[0,1],"y":[1,0],"priors":{"beta_sd":0}}"#, "beta sd"),
        (r#"{"arm":[0,1],"y":[1,0],"margin":0.5}"#, "a margin of 0.5: take 0.6 to 0.95"),
        (r#"{"arm":[0,1,1],"y":[1,0,0],"start_window":[2,3]}"#, "nights 2 to 3 cannot all be start days of 3 nights"),
        (r#"{"arm":[0,0,1,0],"y":[1,0,0,1],"start_window":[1,2]}"#, "and then only nights with it"),
        (r#"{"arm":[0,1,1],"y":[1,0,0],"start_window":[1,2],"pairs":1}"#, "do not go together"),
        (r#"{"arm":[0,1],"y":[1,0],"guess":[1]}"#, "guess has 1 entries for 2 nights"),
        (r#"{"arm":[0,1],"y":[1,0],"guess":[1,"perhaps"]}"#, "guess[1] is \"perhaps\""),
        (r#"{"arm":[0,1],"y":[1,0,5]}"#, "2 arms but 3 nights"),
        (r#"{"arm":[0,1],"y":[1,0],"priors":{"gamma_mean":1e308}}"#, "gamma mean"),
        (r#"{"arm":[0,1],"y":[1,0],"covariates":[[1e300,1]]}"#, "covariate 1"),
        ("night,arm,cramps\n-9223372036854775808,0,1\n9223372036854775807,1,0\n", "a gap of"),
        ("night,arm,cramps\n1,0,1\n1,1,0\n", "comes twice"),
        ("night,arm,cramps\n1,0,1\nx,1,0\n", "no whole number and no date"),
        ("a,b\n1,2\n", "no column for"),
        ("night,arm,cramps\n1,left,1\n2,right,0\n", "write 0 for without"),
    ];
    for (input, words) in cases {
        let output = charley(&["analyse", "-"], input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{input}: {said}");
        assert!(said.contains(words), "{input}: {said}");
    }
}

/// Six pairs of weeks: a night has nine cramps or none.
fn bursts() -> Value {
    let arm: Vec<u8> = (0..84).map(|night| u8::from(night / 7 % 2 == 1)).collect();
    let burst = |night: usize| if night / 7 % 2 == 1 { night % 7 == 3 } else { night.is_multiple_of(2) };
    let y: Vec<u8> = (0..84).map(|night| if burst(night) { 9 } else { 0 }).collect();
    serde_json::json!({ "arm": arm, "y": y, "pairs": 6, "period_nights": 7 })
}

#[test]
fn nights_that_the_model_seldom_makes_get_a_labelled_second_answer() {
    let found = json(&["analyse", "-", "--json"], &bursts().to_string());
    assert_eq!(found["checks"]["fits"], false);
    let second = &found["checks"]["alternative"];
    assert_eq!(second["endpoint"], "any_cramp");
    assert!(second["label"].as_str().unwrap().contains("beside that of the protocol"));
    assert!(!second["why"].as_array().unwrap().is_empty());
    assert_eq!(
        second["nights_with_cramp"],
        serde_json::json!({ "treatment": 6, "of_treatment": 42, "control": 24, "of_control": 42 })
    );
    assert_eq!(second["rule_would_say"], "helps");
    let ratio = &second["rate_ratio"];
    assert!(ratio["q025"].as_f64() < ratio["median"].as_f64() && ratio["median"].as_f64() < ratio["q975"].as_f64());
    let said = String::from_utf8(charley(&["analyse", "-"], &bursts().to_string()).stdout).unwrap();
    assert!(said.contains("SECOND ANSWER, beside the one above and not in its place:"), "{said}");
    assert!(said.contains("did a night have a cramp, yes or no?"), "{said}");
}

#[test]
fn ordinary_nights_get_the_second_answer_only_when_asked() {
    let plain = json(&["analyse", "-", "--json"], &three_pairs());
    assert_eq!(plain["checks"]["fits"], true, "{}", plain["checks"]["predictive"]);
    assert!(plain["checks"].get("alternative").is_none());
    let asked = json(&["analyse", "-", "--json", "--yes-no"], &three_pairs());
    assert_eq!(asked["checks"]["alternative"]["why"].as_array().unwrap().len(), 0);
    assert_eq!(plain["verdict"], asked["verdict"]);
}

#[test]
fn the_margin_of_the_protocol_is_told_beside_the_usual_one() {
    let at = |args: &[&str], input: &str| json(&[&["analyse", "-", "--json"], args].concat(), input);
    let usual = at(&[], &three_pairs());
    assert_eq!(usual["p_rr_below_margin"], usual["p_rr_below_0_8"]);
    let strict = at(&["--margin", "0.6"], &three_pairs());
    assert_eq!(strict["prior"]["worthwhile_below"], 0.6);
    assert_eq!(strict["p_rr_below_0_8"], usual["p_rr_below_0_8"]);
    assert!(strict["p_rr_below_margin"].as_f64() < usual["p_rr_below_margin"].as_f64());
    let mut series: Value = serde_json::from_str(&three_pairs()).unwrap();
    series["margin"] = 0.6.into();
    assert_eq!(at(&[], &series.to_string()), strict, "the same from the file");
    // The command line goes before the file.
    assert_eq!(at(&["--margin", "0.8"], &series.to_string())["prior"]["worthwhile_below"], 0.8);
}

#[test]
fn margins_have_bounds_everywhere() {
    for args in [
        ["analyse", "-", "--margin", "0.5"].as_slice(),
        ["design", "--rate", "0.6", "--margin", "0.96"].as_slice(),
        ["simulate", "--margin", "1"].as_slice(),
    ] {
        let output = charley(args, &three_pairs());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(said.contains("take 0.6 to 0.95"), "{args:?}: {said}");
    }
}

#[test]
fn a_plan_shows_what_the_margin_does() {
    let plan = |margin: &str| {
        json(&["design", "--rate", "0.6", "--pairs", "6", "--trials", "40", "--margin", margin, "--json"], "")
    };
    let (strict, mild) = (plan("0.6"), plan("0.95"));
    let nothing =
        |plan: &Value| plan["power"].as_array().unwrap().last().unwrap()["no_worthwhile_benefit"]["share"].as_f64();
    assert!(nothing(&strict) > nothing(&mild), "{strict} {mild}");
    assert_eq!(strict["margin"], 0.6);
}

#[test]
fn guesses_of_a_blinded_person_are_held_against_chance() {
    let with = |right: &dyn Fn(usize) -> bool| {
        let mut series = bursts();
        let guess: Vec<u8> = (0..84).map(|night| u8::from((night / 7 % 2 == 1) == right(night / 14))).collect();
        series["guess"] = serde_json::json!(guess);
        series.to_string()
    };
    let kept = json(&["analyse", "-", "--json"], &with(&|pair| pair % 2 == 0));
    assert_eq!(kept["blinding"]["secret"], "kept");
    assert_eq!(kept["blinding"]["pairs_right"], 3);
    assert!(!kept["cannot_say"].to_string().contains("expectation"));
    let lost = json(&["analyse", "-", "--json"], &with(&|_| true));
    assert_eq!(lost["blinding"]["secret"], "lost");
    assert!(lost["cannot_say"].to_string().contains("guesses of the arm beat chance"));
    let said = |input: &str| String::from_utf8(charley(&["analyse", "-"], input).stdout).unwrap();
    assert!(!said(&with(&|pair| pair % 2 == 0)).contains("expectation"));
    assert!(said(&with(&|_| true)).contains("You may have known which nights were which"));
    assert!(said(&bursts().to_string()).contains("You knew which nights were which"));
}

/// Without up to a night that was drawn from 20, then with: cramps fall on another night.
fn started(drawn: usize, falls: usize) -> String {
    let arm: Vec<u8> = (0..80).map(|night| u8::from(night >= drawn)).collect();
    let y: Vec<usize> =
        (0..80).map(|night| if night < falls { 2 + night % 2 } else { usize::from(night % 9 == 0) }).collect();
    serde_json::json!({ "arm": arm, "y": y, "start_window": [20, 39] }).to_string()
}

#[test]
fn a_start_drawn_by_lot_has_its_own_test_and_words() {
    let found = json(&["analyse", "-", "--json"], &started(24, 24));
    assert_eq!(found["start_day"]["drawn"], 24);
    near(&found["start_day"]["p"], 0.05, 1e-9);
    assert_eq!(found["verdict"], "helps");
    let said = String::from_utf8(charley(&["analyse", "-"], &started(24, 24)).stdout).unwrap();
    assert!(said.contains("FEWER CRAMPS SINCE THE DRAWN DAY"), "{said}");
    assert!(said.contains("You started on a day drawn by lot, but only once."), "{said}");
    assert!(said.contains("over 20 days that could have been drawn: p = 0.050"), "{said}");
}

#[test]
fn a_fall_at_another_day_than_the_drawn_one_is_no_claim() {
    let found = json(&["analyse", "-", "--json"], &started(34, 25));
    assert!(found["p_rr_below_1"].as_f64() > Some(0.975), "the model alone would claim it: {}", found["p_rr_below_1"]);
    assert_eq!(found["verdict"], "not_sure_yet");
    assert!(found["forecasts"].as_array().unwrap().is_empty());
    assert!(found["nights_needed_says"].as_str().unwrap().contains("turns tell more"));
}

#[test]
fn csv_columns_are_guessed_and_the_guess_is_said() {
    let mut csv = "date;arm;cramps\n".to_owned();
    for night in 0..28 {
        if night != 9 {
            csv += &format!("2026-10-{:02};{};{}\n", night + 1, ["placebo", "active"][night / 7 % 2], (night + 1) % 3);
        }
    }
    let found = json(&["analyse", "-", "--json"], &csv);
    let said = found["said"].to_string();
    assert!(said.contains("placebo") && said.contains("without") && said.contains("cramps"), "{said}");
    assert_eq!(found["nights"]["missing_treatment"], 1);
}

#[test]
fn people_are_pooled() {
    let mut csv = "person,night,arm,count\n".to_owned();
    for person in 1..=4 {
        for night in 0..56 {
            let arm = night / 7 % 2;
            let count = if arm == 1 { u32::from(night % 4 == 0) } else { (night + person) % 3 };
            csv += &format!("p{person},{night},{arm},{count}\n");
        }
    }
    csv += "p9,0,0,1\np9,1,0,2\n";
    let found = json(&["pool", "-", "--mu-sd", "0.69", "--tau-sd", "0.3", "--json"], &csv);
    assert!(found["mu"]["mean"].as_f64().unwrap() < -0.5, "{}", found["mu"]);
    assert!(found["tau"]["q975"].as_f64().unwrap() < 1.2);
    assert_eq!(found["people"].as_array().unwrap().len(), 4);
    assert_eq!(found["left_out"][0]["person"], "p9");
}

#[test]
fn a_design_seals_an_order_that_can_be_checked() {
    let seed = "00".repeat(32);
    let found = json(&["design", "--rate", "0.6", "--trials", "20", "--seed", &seed, "--open", "--json"], "");
    assert_eq!(
        found["commitment_sha256"], "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925",
        "the SHA-256 of 32 zero bytes"
    );
    assert_eq!(found["treatment_first"].as_array().unwrap().len(), 8);
    let refused = charley(&["design", "--rate", "0.6", "--pairs", "3"], "");
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn made_up_trials_do_not_depend_on_the_number_of_cores() {
    let found = json(&["simulate", "--trials", "21", "--json"], "");
    assert_eq!(found["trials"], 21);
    let sum: u64 = found["verdicts"].as_object().unwrap().values().map(|row| row["trials"].as_u64().unwrap()).sum();
    assert_eq!(sum, 21);
}
