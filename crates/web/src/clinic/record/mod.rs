//! The record of one person in a clinic. Every page opens it through [`open::Record`], which asks the store for the handle:
//! it is given when the person shares, and it is logged.
//!
//! Documents are written in versions. A form carries the version that it was made from; when somebody else has saved since,
//! nothing is overwritten and both are shown ([`save`]).

pub mod chart;
pub mod content;
pub mod evaluation;
pub mod follow_up;
pub mod handover;
pub mod import;
pub mod intake;
pub mod laboratory;
pub mod load;
pub mod medicines;
pub mod open;
pub mod outcomes;
pub mod overview;
pub mod plan;
pub mod save;
pub mod treatments;
pub mod vascular;
pub mod vascular_form;

use charley_records::clinic::Duty;

use super::access::Pages;

/// The pages of a record, the list of follow-ups, and the outcomes.
pub fn pages() -> Pages {
    use Duty::{Outcomes, ReadRecord, SeeList, Sign, WriteRecord};
    Pages::default()
        .get("/clinic/people/{person}", ReadRecord, overview::show)
        .get("/clinic/people/{person}/intake", ReadRecord, intake::show)
        .post("/clinic/people/{person}/intake", WriteRecord, intake::set)
        .get("/clinic/people/{person}/laboratory", ReadRecord, laboratory::show)
        .post("/clinic/people/{person}/laboratory", WriteRecord, laboratory::add)
        .post("/clinic/people/{person}/laboratory/remove", WriteRecord, laboratory::remove)
        .post("/clinic/people/{person}/laboratory/look", WriteRecord, import::look)
        .post("/clinic/people/{person}/laboratory/import", WriteRecord, import::add)
        .get("/clinic/people/{person}/medicines", ReadRecord, medicines::show)
        .post("/clinic/people/{person}/medicines", WriteRecord, medicines::set)
        .get("/clinic/people/{person}/medicines/note", ReadRecord, medicines::note)
        .get("/clinic/people/{person}/vascular", ReadRecord, vascular::show)
        .post("/clinic/people/{person}/vascular", WriteRecord, vascular::set)
        .get("/clinic/people/{person}/evaluation", ReadRecord, evaluation::show)
        .get("/clinic/people/{person}/plan", ReadRecord, plan::show)
        .post("/clinic/people/{person}/plan", WriteRecord, plan::set)
        .post("/clinic/people/{person}/plan/sign", Sign, plan::sign)
        .get("/clinic/people/{person}/plan/copy", ReadRecord, plan::copy)
        .get("/clinic/people/{person}/treatments", ReadRecord, treatments::show)
        .post("/clinic/people/{person}/treatments", WriteRecord, treatments::add)
        .post("/clinic/people/{person}/treatments/remove", WriteRecord, treatments::remove)
        .get("/clinic/people/{person}/follow-up/{follow_up}", ReadRecord, follow_up::show)
        .post("/clinic/people/{person}/follow-up/{follow_up}", WriteRecord, follow_up::set)
        .get("/clinic/people/{person}/handover", ReadRecord, handover::show)
        .get("/clinic/people/{person}/handover.pdf", ReadRecord, handover::pdf)
        .get("/clinic/follow-up", SeeList, follow_up::list)
        .get("/clinic/outcomes", Outcomes, outcomes::show)
}
