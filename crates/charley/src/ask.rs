//! `charley ask`: the interview in a terminal, one question at a time.

use std::io::{BufRead, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use charley_knowledge::{DangerItem, FactKind, Knowledge, Region};
use charley_reason::Reasoner;
use charley_wire::{Case, Disposition, FactIn, Options, assess, read_case};
use charley_words::{Audience, fill, write_assessment};
use serde_json::{Value, json};

use crate::input::{Refused, read, refuse};
use crate::paint;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Go on from a saved file.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
}

/// Most questions after the danger check.
const MOST_QUESTIONS: usize = 18;

/// What every interview asks first, in this order.
const FIRST: [&str; 7] = ["calf_cramps", "nocturnal_symptoms", "age", "sex", "pregnant", "medicine", "condition"];

const HELP: &str = "Answer, or: back, why, save FILE, stop (show the result), ? (I don't know), help";

/// One answered step, so that it can be taken back.
struct Step {
    asked: String,
    facts: Vec<FactIn>,
}

/// What a line of the person means.
enum Reply {
    Answer(Vec<FactIn>),
    Back,
    Stop,
}

struct Talk<'k> {
    reasoner: &'k Reasoner,
    region: Option<Region>,
    steps: Vec<Step>,
    input: Box<dyn BufRead>,
}

/// Runs the command.
pub fn ask(reasoner: &Reasoner, args: &Args) -> anyhow::Result<ExitCode> {
    let mut talk =
        Talk { reasoner, region: None, steps: Vec::new(), input: Box::new(std::io::BufReader::new(std::io::stdin())) };
    if let Some(file) = &args.resume {
        let text = read(file)?;
        let case = read_case(&text).map_err(|error| Refused(format!("{}: {error}", file.display())))?;
        for fact in case.facts {
            let asked = fact.name.clone();
            talk.steps.push(Step { asked, facts: vec![fact] });
        }
        println!("Your saved answers are here ({} facts). We go on from there.\n", talk.steps.len());
    }
    println!("Charley asks about cramps and trouble in the legs. {HELP}\n");
    talk.country()?;
    if talk.danger_check()? && talk.questions()? {
        talk.result()?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Talk<'_> {
    fn knowledge(&self) -> &Knowledge {
        &self.reasoner.knowledge
    }

    /// One trimmed line; the end of input is "stop".
    fn line(&mut self, prompt: &str) -> anyhow::Result<String> {
        print!("{prompt} ");
        std::io::stdout().flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line).context("cannot read your answer")? == 0 {
            println!();
            return Ok("stop".to_owned());
        }
        Ok(line.trim().to_owned())
    }

    fn facts(&self) -> Vec<FactIn> {
        self.steps.iter().flat_map(|step| step.facts.clone()).collect()
    }

    fn knows(&self, name: &str) -> bool {
        self.steps.iter().any(|step| step.asked == name || step.facts.iter().any(|fact| fact.name == name))
    }

    fn country(&mut self) -> anyhow::Result<()> {
        let regions = self.knowledge().regions.clone();
        println!("Where are you? It decides which number to call.");
        for (at, region) in regions.iter().enumerate() {
            println!("  {}  {}", at + 1, region.name);
        }
        let answer = self.line(">")?;
        let chosen = answer.parse::<usize>().ok().and_then(|n| regions.get(n.checked_sub(1)?));
        self.region = chosen.cloned();
        if self.region.is_none() {
            println!("No country chosen: we will say \"your emergency number\".");
        }
        Ok(())
    }

    /// Three tick-lists. False when a call-now sign ends the interview.
    fn danger_check(&mut self) -> anyhow::Result<bool> {
        for list in self.knowledge().danger_lists.clone() {
            if list.items.iter().all(|item| item.sets.iter().all(|set| self.knows(set_name(set)))) {
                continue;
            }
            println!("\n{}", list.title);
            for (at, item) in list.items.iter().enumerate() {
                println!("  {}  {}", at + 1, item.label);
            }
            println!("  Numbers of all that are true (for example 1 3), none, or ? for not sure.");
            let answer = self.line(">")?;
            let ticked: Vec<usize> = answer.split([' ', ',']).filter_map(|word| word.parse::<usize>().ok()).collect();
            let none = answer.eq_ignore_ascii_case("none") || answer == "0";
            for (at, item) in list.items.iter().enumerate() {
                let value = match (ticked.contains(&(at + 1)), none || !ticked.is_empty()) {
                    (true, _) => Some("yes"),
                    (false, true) => Some("no"),
                    (false, false) => self.follow_up(item)?,
                };
                if let Some(value) = value {
                    let facts =
                        item.sets.iter().map(|set| fact(set_name(set), json!(sign_value(set, value)))).collect();
                    self.steps.push(Step { asked: item.id.clone(), facts });
                }
            }
            if self.assess(false)?.disposition == Disposition::Emergency {
                self.call_now()?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// "Not sure": something to try, then the sign itself once more. The try is never read as the sign.
    fn follow_up(&mut self, item: &DangerItem) -> anyhow::Result<Option<&'static str>> {
        if let Some(question) = &item.follow_up {
            println!("\n{}\n  Try this: {question}", item.label);
        } else {
            println!("\n{}", item.label);
        }
        let answer = self.line("Is this sign there? (yes, no, ?)")?;
        Ok(match answer.to_lowercase().as_str() {
            "yes" | "y" => Some("yes"),
            "no" | "n" => Some("no"),
            _ => None,
        })
    }

    fn call_now(&self) -> anyhow::Result<()> {
        let assessment = self.assess(false)?;
        let number = self.region.as_ref().map_or("your emergency number", |region| region.emergency_number.as_str());
        println!("\nCALL {number} NOW.");
        for flag in assessment.red_flags.iter().filter(|flag| flag.disposition == Disposition::Emergency) {
            println!("{}. {}", flag.title, flag.reason);
            if let Some(say) = &flag.say {
                println!("Say: \"{say}\"");
            }
        }
        Ok(())
    }

    fn assess(&self, questions: bool) -> anyhow::Result<charley_wire::Assessment> {
        let case = Case { id: None, facts: self.facts() };
        let options = Options { ranges: false, reasons: false, questions, person: true };
        Ok(assess(self.reasoner, &case, &options).map_err(|errors| refuse(&errors))?)
    }

    /// The adaptive part. False when the person stopped without wanting the result.
    fn questions(&mut self) -> anyhow::Result<bool> {
        let begun = self.steps.len();
        while self.steps.len() - begun < MOST_QUESTIONS + FIRST.len() {
            let first = FIRST.iter().find(|name| !self.knows(name) && self.fits(name)).map(|name| (*name).to_owned());
            let next = match first {
                Some(name) => name,
                None => {
                    let assessment = self.assess(true)?;
                    match assessment.next_questions.iter().find(|question| !self.knows(&question.fact)) {
                        Some(question) => question.fact.clone(),
                        None => break,
                    }
                }
            };
            match self.one(&next)? {
                Reply::Answer(facts) => self.steps.push(Step { asked: next, facts }),
                Reply::Back => {
                    if self.steps.len() > begun {
                        self.steps.pop();
                    } else {
                        println!("This is the first question.");
                    }
                }
                Reply::Stop => break,
            }
        }
        Ok(true)
    }

    /// Pregnancy is asked only where it may be.
    fn fits(&self, name: &str) -> bool {
        name != "pregnant"
            || (self.facts().iter().any(|f| f.name == "sex" && f.value == "female")
                && self
                    .facts()
                    .iter()
                    .any(|f| f.name == "age" && f.value.as_f64().is_some_and(|age| (12.0..56.0).contains(&age))))
    }

    fn one(&mut self, name: &str) -> anyhow::Result<Reply> {
        let Some((_, entry)) = self.knowledge().fact(name) else { return Ok(Reply::Answer(Vec::new())) };
        let entry = entry.clone();
        let (question, why, options) = match &entry.ask {
            Some(ask) => (ask.question.clone(), ask.why.clone(), ask.options.clone()),
            None => (entry.meaning.clone(), "It helps to tell causes apart.".to_owned(), Vec::new()),
        };
        println!("\n{question}");
        for (at, option) in options.iter().enumerate() {
            println!("  {}  {}", at + 1, option.label);
        }
        let takes = match entry.kind {
            FactKind::YesNo => "(yes, no, ?)".to_owned(),
            FactKind::Number | FactKind::Duration => format!("(number in {}, ?)", entry.unit),
            _ if entry.repeat => "(one or more, with commas; none; ?)".to_owned(),
            _ => "(number or word, ?)".to_owned(),
        };
        loop {
            let answer = self.line(&takes)?;
            match answer.to_lowercase().as_str() {
                "back" => return Ok(Reply::Back),
                "stop" => return Ok(Reply::Stop),
                "why" => println!("{why}"),
                "help" | "" => println!("{HELP}"),
                "?" => return Ok(Reply::Answer(Vec::new())),
                lower if lower.starts_with("save") => self.save(answer.get(4..).unwrap_or_default().trim())?,
                _ => {
                    let facts = self.read_answer(&entry, &options, &answer);
                    match self.accepts(&facts) {
                        Ok(()) => return Ok(Reply::Answer(facts)),
                        Err(message) => println!("{message}"),
                    }
                }
            }
        }
    }

    fn read_answer(
        &self,
        entry: &charley_knowledge::Fact,
        options: &[charley_knowledge::Opt],
        answer: &str,
    ) -> Vec<FactIn> {
        let chosen = answer.parse::<usize>().ok().and_then(|n| options.get(n.checked_sub(1)?));
        if let Some(option) = chosen {
            return vec![fact(&entry.name, json!(option.value))];
        }
        match entry.kind {
            FactKind::YesNo => {
                let word = match answer.to_lowercase().as_str() {
                    "y" | "yes" => "yes".to_owned(),
                    "n" | "no" => "no".to_owned(),
                    other => other.to_owned(),
                };
                vec![fact(&entry.name, json!(word))]
            }
            FactKind::Number | FactKind::Duration | FactKind::NumberOrCode => {
                let (number, unit) = answer.split_once(' ').unwrap_or((answer, ""));
                match number.parse::<f64>() {
                    Ok(number) => {
                        let unit = if unit.is_empty() { entry.unit.clone() } else { unit.trim().to_owned() };
                        vec![FactIn {
                            name: entry.name.clone(),
                            value: json!(number),
                            unit: Some(unit),
                            days_ago: None,
                        }]
                    }
                    Err(_) => vec![fact(&entry.name, json!(answer))],
                }
            }
            FactKind::Code if entry.repeat => self.read_list(&entry.name, answer),
            FactKind::Code => vec![fact(&entry.name, json!(answer.to_lowercase().replace(' ', "_")))],
        }
    }

    /// A list of medicines or diagnoses; "none" declares it complete.
    fn read_list(&self, name: &str, answer: &str) -> Vec<FactIn> {
        let complete = match name {
            "medicine" => Some("medicines_complete"),
            "condition" => Some("conditions_complete"),
            _ => None,
        };
        let mut facts: Vec<FactIn> = complete.map(|name| fact(name, json!("yes"))).into_iter().collect();
        if !answer.eq_ignore_ascii_case("none") {
            facts.extend(
                answer.split(',').map(str::trim).filter(|word| !word.is_empty()).map(|word| fact(name, json!(word))),
            );
        }
        facts
    }

    /// Tries the answer; what is not understood is asked again, never silently applied.
    fn accepts(&self, facts: &[FactIn]) -> Result<(), String> {
        let case = Case { id: None, facts: facts.to_vec() };
        let options = Options { ranges: false, reasons: false, questions: false, person: true };
        let answer = assess(self.reasoner, &case, &options)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))?;
        for unknown in &answer.unrecognised {
            let given = unknown.value.clone().unwrap_or_default();
            if unknown.did_you_mean.is_empty() {
                println!("We do not know \"{given}\". We keep it in your list and say so in the result.");
            } else {
                return Err(format!("We do not know \"{given}\". Did you mean {}?", unknown.did_you_mean.join(", ")));
            }
        }
        Ok(())
    }

    fn save(&self, file: &str) -> anyhow::Result<()> {
        if file.is_empty() {
            println!("Give a name: save my-answers.json");
            return Ok(());
        }
        let facts: Vec<Value> = self
            .facts()
            .iter()
            .map(|f| {
                let mut member = json!({ "name": f.name, "value": f.value });
                if let Some(unit) = &f.unit {
                    member["unit"] = json!(unit);
                }
                member
            })
            .collect();
        let text = serde_json::to_string_pretty(&json!({ "facts": facts }))?;
        match std::fs::write(file, text) {
            Ok(()) => println!("Saved. Go on another day with: charley ask --resume {file}"),
            Err(error) => println!("Cannot write {file}: {error}. Choose another name."),
        }
        Ok(())
    }

    fn result(&self) -> anyhow::Result<()> {
        let case = Case { id: None, facts: self.facts() };
        let options = Options { person: true, ..Options::default() };
        let assessment = assess(self.reasoner, &case, &options).map_err(|errors| refuse(&errors))?;
        let numbers = self.region.as_ref().map(|r| (r.emergency_number.as_str(), r.advice_line.as_str()));
        let text = write_assessment(&assessment, Audience::Person, paint::for_stdout().as_ref());
        println!("\n{}", fill(&text, numbers));
        Ok(())
    }
}

fn fact(name: &str, value: Value) -> FactIn {
    FactIn { name: name.to_owned(), value, unit: None, days_ago: None }
}

/// The fact that a sign sets.
fn set_name(set: &str) -> &str {
    set.split('=').next().unwrap_or(set).trim()
}

/// The value a ticked or unticked sign gives its fact.
fn sign_value<'s>(set: &'s str, ticked: &'s str) -> &'s str {
    let when_ticked = set.split('=').nth(1).map_or("yes", str::trim);
    match (ticked, when_ticked) {
        ("yes", value) => value,
        (_, "no") => "yes",
        (other, _) => other,
    }
}
