//! The form of the vascular tests, there and back.

use charley_clinic::vascular::{
    Anatomy, Ceap, Class, Etiology, LegTests, Pathophysiology, Reflux, SCORE_ITEMS, Vascular, Vein, Wells,
};
use charley_clinic::{Fault, Leg};
use charley_knowledge::Knowledge;
use jiff::civil::Date;

use crate::check::Choice;
use crate::page::Fields;

/// A vein on the form.
pub struct VeinField {
    /// Name of the field, without the leg.
    pub code: &'static str,
    /// In words.
    pub name: &'static str,
    /// Backflow as entered.
    pub ms: String,
    /// Width as entered.
    pub width: String,
    /// The width is asked.
    pub asks_width: bool,
}

/// One leg on the form.
pub struct LegForm {
    /// "left".
    pub side: &'static str,
    /// "Left leg".
    pub title: &'static str,
    /// Dorsalis pedis, posterior tibial, toe, index after exercise: field, words, what was entered.
    pub pressures: Vec<(&'static str, &'static str, String)>,
    /// Veins.
    pub veins: Vec<VeinField>,
    /// Clot in a deep vein: yes, no, or empty.
    pub clot: String,
    /// Clinical class.
    pub class: Vec<Choice>,
    /// Symptoms: yes, no, or empty.
    pub symptoms: String,
    /// Cause.
    pub etiology: Vec<Choice>,
    /// Places.
    pub anatomy: Vec<Choice>,
    /// Flow.
    pub flow: Vec<Choice>,
    /// Items of the score as entered; empty: not scored.
    pub score: Vec<String>,
    /// Fields that are wrong.
    pub bad: Vec<String>,
}

/// A Wells item on the form.
pub struct WellsItem {
    /// Id.
    pub id: String,
    /// In words.
    pub name: String,
    /// Points.
    pub points: String,
    /// It is there.
    pub ticked: bool,
}

fn title(leg: Leg) -> &'static str {
    if leg == Leg::Left { "Left leg" } else { "Right leg" }
}

/// The pressures of a leg: field, and words.
const PRESSURES: [(&str, &str); 4] = [
    ("dp", "Dorsalis pedis, mmHg"),
    ("pt", "Posterior tibial, mmHg"),
    ("toe", "Toe, mmHg"),
    ("exercise", "Ankle index after exercise"),
];

/// One leg of the form, as it was sent.
pub fn leg(fields: &Fields, problems: &[(String, String)], leg: Leg) -> LegForm {
    let side = leg.word();
    let own = |name: &str| fields.get(&format!("{side}.{name}")).to_owned();
    let chosen = own("class");
    LegForm {
        side,
        title: title(leg),
        pressures: PRESSURES.iter().map(|(name, words)| (*name, *words, own(name))).collect(),
        veins: Vein::ALL
            .iter()
            .map(|vein| VeinField {
                code: vein.code(),
                name: vein.name(),
                ms: own(&format!("ms.{}", vein.code())),
                width: own(&format!("mm.{}", vein.code())),
                asks_width: *vein == Vein::Perforator,
            })
            .collect(),
        clot: own("clot"),
        class: Class::ALL
            .iter()
            .map(|class| {
                Choice::new(
                    class.code(),
                    &format!("{}: {}", class.code().to_uppercase(), class.words()),
                    class.code() == chosen,
                )
            })
            .collect(),
        symptoms: own("symptoms"),
        etiology: choices(Etiology::ALL.iter().map(|one| (one.code(), one.words())), &own("etiology")),
        anatomy: Anatomy::ALL
            .iter()
            .map(|place| {
                let name = format!("{side}.anatomy");
                Choice::new(
                    place.code(),
                    &format!("{} ({})", place.code(), place.words()),
                    fields.has(&name, place.code()),
                )
            })
            .collect(),
        flow: choices(Pathophysiology::ALL.iter().map(|one| (one.code(), one.words())), &own("flow")),
        score: (0..SCORE_ITEMS).map(|at| own(&format!("score.{at}"))).collect(),
        bad: problems.iter().map(|(field, _)| field.clone()).filter(|field| field.starts_with(side)).collect(),
    }
}

fn choices<'c>(all: impl Iterator<Item = (&'c str, &'c str)>, chosen: &str) -> Vec<Choice> {
    all.map(|(code, words)| Choice::new(code, &format!("{code}: {words}"), code == chosen)).collect()
}

/// The Wells items of the form.
pub fn wells_items(knowledge: &Knowledge, fields: &Fields) -> Vec<WellsItem> {
    let items = knowledge.measure("wells").map(|measure| measure.items.as_slice()).unwrap_or_default();
    items
        .iter()
        .map(|item| WellsItem {
            id: item.id.clone(),
            name: item.name.clone(),
            points: item.points.map(|points| format!("{points:+.0}").replace('-', "−")).unwrap_or_default(),
            ticked: fields.has("wells", &item.id),
        })
        .collect()
}

/// Kept tests as the fields of the form.
pub fn fields(vascular: &Vascular) -> Fields {
    let mut all: Vec<(String, String)> = Vec::new();
    let mut add = |name: String, value: Option<String>| all.extend(value.map(|value| (name, value)));
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    add("date".to_owned(), vascular.date.map(|date| date.to_string()));
    add("arms.left".to_owned(), number(vascular.arms[0]));
    add("arms.right".to_owned(), number(vascular.arms[1]));
    add("note".to_owned(), Some(vascular.note.clone()));
    for leg in Leg::BOTH {
        let (tests, side) = (vascular.leg(leg), leg.word());
        add(format!("{side}.dp"), number(tests.dorsalis_pedis));
        add(format!("{side}.pt"), number(tests.posterior_tibial));
        add(format!("{side}.toe"), number(tests.toe));
        add(format!("{side}.exercise"), number(tests.index_after_exercise));
        add(format!("{side}.clot"), tests.clot.map(yes_no));
        for reflux in &tests.reflux {
            add(format!("{side}.ms.{}", reflux.vein.code()), number(Some(reflux.ms)));
            add(format!("{side}.mm.{}", reflux.vein.code()), number(reflux.width_mm));
        }
        for (at, item) in tests.rvcss.iter().enumerate() {
            add(format!("{side}.score.{at}"), item.map(|item| item.to_string()));
        }
        if let Some(ceap) = &tests.ceap {
            add(format!("{side}.class"), Some(ceap.class.code().to_owned()));
            add(format!("{side}.symptoms"), ceap.symptoms.map(yes_no));
            add(format!("{side}.etiology"), ceap.etiology.map(|one| one.code().to_owned()));
            add(format!("{side}.flow"), ceap.pathophysiology.map(|one| one.code().to_owned()));
            for place in &ceap.anatomy {
                add(format!("{side}.anatomy"), Some(place.code().to_owned()));
            }
        }
    }
    if let Some(wells) = &vascular.wells {
        add("wells.scored".to_owned(), Some("yes".to_owned()));
        add("wells.leg".to_owned(), wells.leg.map(|leg| leg.word().to_owned()));
        for item in &wells.items {
            add("wells".to_owned(), Some(item.clone()));
        }
    }
    all.into()
}

fn yes_no(yes: bool) -> String {
    if yes { "yes" } else { "no" }.to_owned()
}

/// Reads the form.
///
/// # Errors
/// Every field that is no number, date or choice.
pub fn read(fields: &Fields) -> Result<Vascular, Vec<Fault>> {
    let mut reader = Reader { fields, faults: Vec::new() };
    let date = match fields.get("date") {
        "" => None,
        written => match written.parse::<Date>() {
            Ok(date) => Some(date),
            Err(_) => {
                reader.faults.push(Fault::new("date", "This is not a date. Write it like 2026-11-24."));
                None
            }
        },
    };
    let vascular = Vascular {
        date,
        arms: [reader.number("arms.left"), reader.number("arms.right")],
        left: reader.leg(Leg::Left),
        right: reader.leg(Leg::Right),
        wells: (fields.get("wells.scored") == "yes").then(|| Wells {
            leg: Leg::BOTH.into_iter().find(|leg| leg.word() == fields.get("wells.leg")),
            items: fields.all("wells").map(str::to_owned).collect(),
        }),
        note: fields.get("note").to_owned(),
    };
    if reader.faults.is_empty() { Ok(vascular) } else { Err(reader.faults) }
}

struct Reader<'f> {
    fields: &'f Fields,
    faults: Vec<Fault>,
}

impl Reader<'_> {
    fn number(&mut self, name: &str) -> Option<f64> {
        let written = self.fields.get(name);
        if written.is_empty() {
            return None;
        }
        let number = charley_clinic::laboratory::number(written);
        if number.is_none() {
            self.faults.push(Fault::new(name, format!("“{written}” is not a number.")));
        }
        number
    }

    fn yes(&self, name: &str) -> Option<bool> {
        match self.fields.get(name) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    fn leg(&mut self, leg: Leg) -> LegTests {
        let side = leg.word();
        let name = |part: &str| format!("{side}.{part}");
        let mut reflux = Vec::new();
        for vein in Vein::ALL {
            let ms = self.number(&name(&format!("ms.{}", vein.code())));
            let width_mm = self.number(&name(&format!("mm.{}", vein.code())));
            match (ms, width_mm) {
                (Some(ms), width_mm) => reflux.push(Reflux { vein, ms, width_mm }),
                (None, Some(_)) => {
                    self.faults
                        .push(Fault::new(name("reflux"), "A width needs its backflow time as well: 0 for none."));
                }
                (None, None) => {}
            }
        }
        let mut rvcss = [None; SCORE_ITEMS];
        for (at, item) in rvcss.iter_mut().enumerate() {
            let written = self.fields.get(&name(&format!("score.{at}")));
            *item = written.parse().ok();
        }
        LegTests {
            dorsalis_pedis: self.number(&name("dp")),
            posterior_tibial: self.number(&name("pt")),
            toe: self.number(&name("toe")),
            index_after_exercise: self.number(&name("exercise")),
            reflux,
            clot: self.yes(&name("clot")),
            ceap: Class::of_code(self.fields.get(&name("class"))).map(|class| Ceap {
                class,
                symptoms: self.yes(&name("symptoms")),
                etiology: Etiology::of_code(self.fields.get(&name("etiology"))),
                anatomy: self.fields.all(&name("anatomy")).filter_map(Anatomy::of_code).collect(),
                pathophysiology: Pathophysiology::of_code(self.fields.get(&name("flow"))),
            }),
            rvcss,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_comes_back_as_it_was() {
        let mut tests = Vascular {
            date: Some("2026-11-24".parse().unwrap()),
            arms: [Some(120.0), None],
            wells: Some(Wells { leg: Some(Leg::Right), items: vec!["cancer".to_owned()] }),
            note: "By Doppler.".to_owned(),
            ..Vascular::default()
        };
        tests.left = LegTests {
            dorsalis_pedis: Some(90.5),
            toe: Some(60.0),
            reflux: vec![Reflux { vein: Vein::Perforator, ms: 600.0, width_mm: Some(3.5) }],
            clot: Some(false),
            ceap: Some(Ceap {
                class: Class::C2r,
                symptoms: Some(true),
                etiology: Some(Etiology::Primary),
                anatomy: vec![Anatomy::GreatAbove, Anatomy::CalfPerforator],
                pathophysiology: Some(Pathophysiology::Both),
            }),
            rvcss: [Some(2); SCORE_ITEMS],
            ..LegTests::default()
        };
        assert_eq!(read(&fields(&tests)).unwrap(), tests);
        assert_eq!(read(&Fields::default()).unwrap(), Vascular::default());
    }

    #[test]
    fn what_is_no_number_is_named() {
        let sent: Fields =
            vec![("left.dp".to_owned(), "good".to_owned()), ("right.mm.perforator".to_owned(), "3".to_owned())].into();
        let fields: Vec<String> = read(&sent).unwrap_err().into_iter().map(|fault| fault.field).collect();
        assert_eq!(fields, ["left.dp", "right.reflux"]);
    }
}
