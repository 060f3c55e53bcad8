//! Writing in the record: each document with the evaluation that it leads to, as the pages do.

use charley_clinic::body;
use charley_clinic::evaluation::{Parts, Snapshot, assess, gather};
use charley_clinic::intake::Intake;
use charley_clinic::laboratory::Laboratory;
use charley_clinic::medicines::Medicines;
use charley_clinic::plan::{Allowed, Chosen, Lane, Plan, choices, copy};
use charley_clinic::treatment::Treatments;
use charley_clinic::vascular::{Vascular, judge};
use charley_nights::diary::fold;
use charley_records::clinic::documents::DocumentKind;
use charley_records::clinic::{Care, StaffRole};
use charley_web::log::{convert, triage};
use charley_web::wording;
use charley_wire::Assessment;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use super::Play;
use crate::{DemoError, Result, chart, check};

/// Nights before the plan that its follow-ups are compared with.
pub(super) const BEFORE: i32 = 28;

/// What was written of somebody so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Chart {
    intake: Option<Intake>,
    medicines: Option<Medicines>,
    laboratory: Option<Laboratory>,
    vascular: Option<Vascular>,
    treatments: Treatments,
    pub plan: Option<Plan>,
    versions: [u32; DocumentKind::ALL.len()],
}

impl Play {
    pub(super) fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    pub(super) async fn care(&self, who: usize, at: Timestamp) -> Result<Care> {
        let desk = self.desk(StaffRole::Clinician, at)?;
        Ok(self.store.care(&desk, self.person(who)?, at).await?)
    }

    /// History and medicines, in the first visit.
    pub(super) async fn write_history(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let live = &mut self.people[who];
        let intake = chart::intake(&live.character);
        let medicines = chart::medicines(&mut live.draw, &live.character, self.engine.knowledge());
        live.chart.intake = Some(intake.clone());
        live.chart.medicines = Some(medicines.clone());
        let care = self.care(who, at).await?;
        let snapshot = Snapshot::of(&self.evaluate(who, &care, at).await?, at);
        self.write(who, &care, DocumentKind::Intake, &intake, Some(snapshot.clone()), at).await?;
        self.write(who, &care, DocumentKind::Medicines, &medicines, Some(snapshot), at).await
    }

    /// Blood results have come.
    pub(super) async fn write_results(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let day = self.day(at);
        let live = &mut self.people[who];
        let mut laboratory = live.chart.laboratory.clone().unwrap_or_default();
        let again = !laboratory.panels.is_empty();
        laboratory.add(chart::panel(&mut live.draw, &live.character, day, again));
        live.chart.laboratory = Some(laboratory.clone());
        let care = self.care(who, at).await?;
        let snapshot = Snapshot::of(&self.evaluate(who, &care, at).await?, at);
        self.write(who, &care, DocumentKind::Laboratory, &laboratory, Some(snapshot), at).await
    }

    /// The scan.
    pub(super) async fn write_scan(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let day = self.day(at);
        let live = &mut self.people[who];
        let vascular = chart::vascular(&mut live.draw, chart::worse_leg(&live.character), day);
        live.chart.vascular = Some(vascular.clone());
        let care = self.care(who, at).await?;
        let snapshot = Snapshot::of(&self.evaluate(who, &care, at).await?, at);
        self.write(who, &care, DocumentKind::Vascular, &vascular, Some(snapshot), at).await
    }

    /// A vein was treated.
    pub(super) async fn write_treatment(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let day = self.day(at);
        let live = &mut self.people[who];
        let treatment = chart::treatment(&mut live.draw, chart::worse_leg(&live.character), day);
        live.chart.treatments.add(treatment);
        let treatments = live.chart.treatments.clone();
        let care = self.care(who, at).await?;
        self.write(who, &care, DocumentKind::Treatments, &treatments, None, at).await
    }

    /// The plan behind its gates, signed.
    pub(super) async fn write_plan(&mut self, who: usize, care: &Care, at: Timestamp) -> Result<()> {
        let day = self.day(at);
        let assessment = self.evaluate(who, care, at).await?;
        let knowledge = self.engine.knowledge();
        let live = &mut self.people[who];
        let vascular = live.chart.vascular.as_ref();
        let barred = vascular.is_some_and(|tests| judge(knowledge, tests, None, None).compression_barred());
        let open = choices(&assessment.plan, barred);
        let first = |lane: Lane, most: usize| {
            let of_lane = open.iter().filter(move |choice| choice.lane == lane && lane.allows() != Allowed::No);
            of_lane.take(most).map(|choice| Chosen { id: choice.item.id.clone(), note: String::new() })
        };
        let mut plan = Plan {
            goals: vec![live.character.wish.to_owned()],
            chosen: first(Lane::Tonight, 2)
                .chain(first(Lane::ThisWeek, 2))
                .chain(first(Lane::AskPrescriber, 1))
                .collect(),
            advice: "Call us when a cramp lasts longer than ten minutes or a leg swells.".to_owned(),
            began: Some(day),
            before: chart::counted(&live.nights, day, BEFORE),
            copy: None,
        };
        if let Err(faults) = plan.check(&open) {
            return Err(DemoError::Answers(format!("{}: {faults:?}", live.character.name)));
        }
        let region = self.engine.region(Some(crate::clinic::REGION));
        let say = |text: &str| wording::fill(text, region);
        let version = &assessment.knowledge.version;
        plan.copy = Some(copy(&plan, &open, &assessment.advice.safety_net, version, &say));
        live.chart.plan = Some(plan.clone());
        self.write(who, care, DocumentKind::Plan, &plan, None, at).await?;
        let version = self.people[who].chart.versions[place(DocumentKind::Plan)];
        self.store.sign_document(care, DocumentKind::Plan, version, at).await?;
        Ok(self.store.plan_follow_ups(care, day, at).await?)
    }

    async fn write<T: Serialize>(
        &mut self,
        who: usize,
        care: &Care,
        kind: DocumentKind,
        content: &T,
        snapshot: Option<Snapshot>,
        at: Timestamp,
    ) -> Result<()> {
        let body = body::write(content, snapshot).map_err(|_| DemoError::Missing("a document is not JSON"))?;
        let base = self.people[who].chart.versions[place(kind)];
        let document = self.store.write_document(care, kind, base, &body, at).await?;
        self.people[who].chart.versions[place(kind)] = document.version;
        self.totals.documents += 1;
        Ok(())
    }

    /// Everything that is known of the person, assessed.
    async fn evaluate(&self, who: usize, care: &Care, at: Timestamp) -> Result<Assessment> {
        let live = &self.people[who];
        let entries = self.store.entries(care.access()).await?;
        let told: Vec<_> = entries.iter().filter_map(convert::entry).collect();
        let (diary, _) = triage::of_diary(&fold(&told), at, &self.zone);
        let shared = check::answers(&live.character, &self.engine)?.case().facts;
        let parts = Parts {
            shared: &shared,
            diary: &diary,
            intake: live.chart.intake.as_ref(),
            laboratory: live.chart.laboratory.as_ref(),
            medicines: live.chart.medicines.as_ref(),
            vascular: live.chart.vascular.as_ref(),
            born: Some(live.character.born),
        };
        let gathered = gather(self.engine.knowledge(), &parts, self.day(at));
        assess(&self.reasoner, &gathered).map_err(|faults| {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            DemoError::Answers(format!("{}: {}", live.character.name, faults.join("; ")))
        })
    }
}

fn place(kind: DocumentKind) -> usize {
    DocumentKind::ALL.iter().position(|known| *known == kind).unwrap_or(0)
}
