//! Trials from JSON and from tables.

use charley_nights::trial::analysis::{Question, USUAL_PAIR_NIGHTS, analyse};
use charley_nights::trial::blinding::{Guess, blinding};
use charley_nights::trial::design::rule;
use charley_nights::trial::given::{Given, PairsGiven};
use charley_nights::trial::series::MOST_NIGHTS;
use charley_nights::trial::table::{Columns, Table, TableError};
use charley_nights::trial::{Count, Look, Series};
use charley_wire::trial::{Besides, Report, SummaryOut, read_given};
use serde_json::json;

use crate::said;

/// Most nights that are analysed: the work grows with them, the cases do not.
const MOST_ANALYSED: usize = 32;
/// Most people of one table that are read.
const MOST_PEOPLE: usize = 8;

/// A series in JSON is read or refused with words; what is read can be written and read again.
pub fn trial_json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match read_given(text) {
        Ok(given) => {
            assert_eq!(read_given(text).as_ref(), Ok(&given));
            holds(&given);
            assert_eq!(read_given(&in_json(&given)).as_ref(), Ok(&given));
        }
        Err(error) => said(&error),
    }
}

/// A table of trials is read or refused with words, counts and scores, everybody's and one person's; what is read can be
/// written and read again.
pub fn trial_csv(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let table = match Table::read(text) {
        Ok(table) => table,
        Err(error) => return said(&error),
    };
    assert!(table.rows.iter().all(|row| row.1.len() == table.header.len()), "a row has another width");
    let columns = Columns::default();
    for score in [false, true] {
        match table.one(&columns, None, score) {
            Ok(given) => round(&given, score),
            Err(error @ TableError::SeveralPeople { .. }) => {
                said(&error);
                let people = table.people(&columns).expect("told apart before");
                for person in people.keys().take(MOST_PEOPLE) {
                    match table.one(&columns, Some(person), score) {
                        Ok(given) => round(&given, score),
                        Err(error) => said(&error),
                    }
                }
            }
            Err(error) => said(&error),
        }
    }
}

/// What holds of all nights that were read.
fn holds(given: &Given) {
    let nights = given.arms.len();
    assert!(nights <= MOST_NIGHTS);
    let washout = given.washout();
    assert_eq!((given.values.len(), given.places.len(), washout.len()), (nights, nights, nights));
    match given.pairs() {
        Ok(pairs) => {
            let mut all: Vec<usize> =
                pairs.iter().flat_map(|pair| pair.treated.iter().chain(&pair.control)).copied().collect();
            all.sort_unstable();
            assert!(all.windows(2).all(|two| two[0] < two[1]) && all.iter().all(|night| *night < nights), "{all:?}");
            assert!(pairs.iter().flat_map(|pair| &pair.treated).all(|night| given.arms[*night]));
            assert!(pairs.iter().flat_map(|pair| &pair.control).all(|night| !given.arms[*night]));
        }
        Err(error) => said(&error),
    }
    match given.start() {
        Ok(None) => assert_eq!(given.start_window, None),
        Ok(Some(start)) => {
            assert!(
                (start.first..=start.last).contains(&start.drawn) && start.last + start.settle < nights,
                "{start:?}"
            );
            assert!((0..nights).all(|night| washout[night] == start.settles(night)), "{start:?}");
        }
        Err(error) => said(&error),
    }
    assert!(given.guesses.as_ref().is_none_or(|guesses| guesses.len() == nights));
    if let Err(error) = rule(given.margin) {
        said(&error);
    }
    match given.scores() {
        Ok(scores) => assert!(scores.len() == nights && scores.iter().flatten().all(|score| score.is_finite())),
        Err(error) => said(&error),
    }
    let counts = match given.counts() {
        Ok(counts) => counts,
        Err(error) => return said(&error),
    };
    let series = Series::new(&given.arms, counts).and_then(|series| series.with_covariates(given.covariates.clone()));
    match series {
        Ok(series) => assert!(series.nights() == nights && series.recorded().count() <= nights),
        Err(error) => said(&error),
    }
}

/// A series in JSON that can be read has an answer: every figure is a number, every chance lies between 0 and 1, and what
/// is kept of the answer can be read again.
pub fn trial_analysis(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(given) = read_given(text) else { return };
    let Ok(counts) = given.counts() else { return };
    if given.arms.len() > MOST_ANALYSED {
        return;
    }
    let kept = counts.iter().zip(given.washout()).map(|(count, washout)| if washout { Count::Missing } else { *count });
    let series =
        |counts| Series::new(&given.arms, counts).and_then(|series| series.with_covariates(given.covariates.clone()));
    let (series, whole) = match (series(kept.collect()), series(counts)) {
        (Ok(series), Ok(whole)) => (series, whole),
        (Err(error), _) | (_, Err(error)) => return said(&error),
    };
    if let Err(error) = given.priors.check() {
        return said(&error);
    }
    let start = match given.start() {
        Ok(start) => start,
        Err(error) => return said(&error),
    };
    let rule = match rule(given.margin) {
        Ok(rule) => rule,
        Err(error) => return said(&error),
    };
    let pairs = given.pairs();
    let pair_nights = given.period_nights.and_then(|period| u32::try_from(2 * period).ok());
    let question = Question {
        series: &series,
        whole: &whole,
        pairs: pairs.as_ref().ok().map(Vec::as_slice),
        start,
        pair_nights: pair_nights.unwrap_or(USUAL_PAIR_NIGHTS),
        look: Look::End,
        priors: given.priors,
        rule,
        yes_no: true,
    };
    let found = analyse(&question);
    let besides = Besides {
        why_no_pairs: pairs.as_ref().err().map(ToString::to_string),
        as_done: None,
        classical: None,
        blinding: given.guesses.as_ref().zip(pairs.as_ref().ok()).map(|(guesses, pairs)| blinding(guesses, pairs)),
        said: Vec::new(),
    };
    let report = Report::new(&question, &found, besides);
    let written = serde_json::to_string(&report).expect("an answer can be written");
    let again: Report = serde_json::from_str(&written).unwrap_or_else(|error| panic!("{error} in {written}"));
    assert_eq!(serde_json::to_string(&again).expect("an answer can be written"), written);
    let second = again.checks.alternative.as_ref().expect("the second answer was asked for");
    let chances = [again.p_rr_below_1, again.p_rr_below_0_8, second.p_rr_below_1, second.p_rr_below_margin]
        .into_iter()
        .chain([again.p_rr_below_margin, again.sign_flip_p, second.sign_flip_p].into_iter().flatten())
        .chain(again.start_day.as_ref().and_then(|start| start.p))
        .chain(again.blinding.iter().flat_map(|blinding| blinding.interval));
    for chance in chances {
        assert!((0.0..=1.0).contains(&chance.get()), "{chance:?} is no chance: {written}");
    }
    let summaries = [&again.alpha, &again.beta, &again.gamma, &again.sigma, &again.rho, &second.beta];
    for summary in summaries.into_iter().chain(&again.isq) {
        assert!(in_order(summary), "{summary:?}");
    }
}

fn in_order(summary: &SummaryOut) -> bool {
    let SummaryOut { q025, q05, q25, q50, q75, q95, q975, .. } = summary;
    [q025, q05, q25, q50, q75, q95, q975].windows(2).all(|two| two[0].get() <= two[1].get())
}

fn in_json(given: &Given) -> String {
    let pairs = match &given.pairs {
        None => json!(null),
        Some(PairsGiven::Number(count)) => json!(count),
        Some(PairsGiven::Nights(list)) => json!(list),
    };
    let guess = |guess: &Option<Guess>| match guess {
        None => json!(null),
        Some(Guess::Treatment) => json!(1),
        Some(Guess::Control) => json!(0),
        Some(Guess::Unknown) => json!("unknown"),
    };
    let guesses: Option<Vec<_>> = given.guesses.as_ref().map(|list| list.iter().map(guess).collect());
    let priors = &given.priors;
    json!({
        "arm": given.arms, "y": given.values, "period_nights": given.period_nights, "pairs": pairs,
        "washout_nights": given.washout_nights, "done": given.done, "covariates": given.covariates,
        "start_window": given.start_window, "guess": guesses, "margin": given.margin,
        "priors": {
            "alpha_mean": priors.alpha.mean, "alpha_sd": priors.alpha.sd,
            "beta_mean": priors.beta.mean, "beta_sd": priors.beta.sd,
            "gamma_mean": priors.gamma.mean, "gamma_sd": priors.gamma.sd,
            "sigma_halfnormal_sd": priors.sigma_sd, "rho01_beta": [priors.rho.0, priors.rho.1],
            "inv_sqrt_phi_halfnormal_sd": priors.isq_sd, "delta_sd": priors.delta.sd,
        },
    })
    .to_string()
}

/// Writes a row a night, missing ones too, and reads them again.
fn round(given: &Given, score: bool) {
    holds(given);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["night", "arm", if score { "score" } else { "count" }]).expect("memory takes it");
    for (night, (treated, value)) in given.arms.iter().zip(&given.values).enumerate() {
        let arm = if *treated { "1" } else { "0" };
        writer.write_record([&night.to_string(), arm, value]).expect("memory takes it");
    }
    let bytes = writer.into_inner().expect("memory takes it");
    let text = String::from_utf8(bytes).expect("text goes in");
    let again = Table::read(&text).and_then(|table| table.one(&Columns::default(), None, score)).expect("reads again");
    assert_eq!((&again.arms, &again.values), (&given.arms, &given.values));
}
