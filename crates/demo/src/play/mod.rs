//! Living through the year. Everything that is to happen stands on an agenda; what happens puts more on it. The agenda is
//! followed until now, so that whatever is after now has not happened yet.

mod chart;
mod follow;
mod found;
mod record;
mod request;
mod visit;

use std::collections::BTreeMap;
use std::sync::Arc;

use charley_reason::Reasoner;
use charley_records::clinic::{Clinic, Desk, StaffRole};
use charley_records::{Access, AccountId, Actor, BookingId, PersonId, RequestId, SharedStore};
use charley_web::engine::Engine;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::clinic::{Furniture, Purpose};
use crate::draw::Draw;
use crate::nights::Night;
use crate::people::{Character, people};
use crate::time::{after, at_work};
use crate::trial::{self, TrialPlan};
use crate::{DemoError, Filled, MOST_PEOPLE, Result, SignIn, Wanted};

/// Streams of what happens begin here.
const STREAM: u64 = 3 << 32;

/// Something that happens to one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// They open a record of their own.
    Open,
    /// They have told their nights until today.
    Tell,
    /// Their trial starts.
    StartTrial,
    /// Their trial ends.
    EndTrial,
    /// They share with the clinic.
    Share,
    /// They end it.
    EndSharing,
    /// They ask to be seen: by their check, or on the telephone.
    Ask,
    /// They ask again.
    AskAgain,
    /// They take it back.
    Withdraw,
    /// The front desk takes the request up.
    Triage,
    /// The clinic calls, for the so-manieth time.
    Call(u8),
    /// A visit is booked.
    Book(Purpose),
    /// A visit is booked on a certain day.
    BookOn(Purpose, Date),
    /// A place on the waiting list.
    Wait,
    /// Somebody calls and moves a visit.
    Move(BookingId, Purpose),
    /// Somebody cancels a visit.
    Cancel(BookingId, Purpose),
    /// They come.
    Arrive(BookingId),
    /// They do not come.
    Miss(BookingId, Purpose),
    /// The visit is over.
    Done(BookingId, Purpose),
    /// Blood results have come.
    Results,
    /// The plan begins.
    Plan,
    /// The clinic asks how it went after so many weeks.
    FollowUp(u16),
}

/// A person as far as the story has come.
struct Live {
    character: Character,
    draw: Draw,
    account: Option<AccountId>,
    person: Option<PersonId>,
    request: Option<RequestId>,
    nights: Vec<Night>,
    told: usize,
    trial: Option<TrialPlan>,
    chart: chart::Chart,
    missed: bool,
    planned: bool,
    /// Shares no more.
    gone: bool,
}

/// Who works there.
#[derive(Debug, Clone, Copy)]
struct Staff {
    clinician: AccountId,
    front_desk: AccountId,
}

#[derive(Debug, Clone, Copy, Default)]
struct Totals {
    nights: u64,
    requests: u64,
    visits: u64,
    documents: u64,
}

struct Play {
    store: SharedStore,
    engine: Engine,
    reasoner: Arc<Reasoner>,
    zone: TimeZone,
    now: Timestamp,
    today: Date,
    seed: u64,
    sign_ins: u32,
    clinic: Clinic,
    staff: Staff,
    furniture: Furniture,
    agenda: BTreeMap<(Timestamp, u64), (usize, Step)>,
    entered: u64,
    people: Vec<Live>,
    /// Sign-ins that are told, each with its place among them; those of staff have place 0.
    told: Vec<(usize, SignIn)>,
    totals: Totals,
}

/// Founds the clinic and lives through its year until now. The database need not be empty; no name of a sign-in may be taken.
///
/// # Errors
/// [`DemoError`]; what was made until then stays.
pub async fn fill(store: &SharedStore, reasoner: &Arc<Reasoner>, wanted: Wanted, now: Timestamp) -> Result<Filled> {
    if !(1..=MOST_PEOPLE).contains(&wanted.people) {
        return Err(DemoError::People(wanted.people));
    }
    let founded = found::found(store, wanted.seed, now).await?;
    let today = founded.today;
    let mut live = Vec::new();
    for character in people(wanted.people, wanted.seed, today) {
        let trial = trial::plan(&character, reasoner, wanted.seed, today)?;
        let draw = Draw::new(wanted.seed, STREAM + u64::from(character.number));
        live.push(Live {
            character,
            draw,
            account: None,
            person: None,
            request: None,
            nights: Vec::new(),
            told: 0,
            trial,
            chart: chart::Chart::default(),
            missed: false,
            planned: false,
            gone: false,
        });
    }
    let mut play = Play {
        store: store.clone(),
        engine: Engine::new(Arc::clone(reasoner)),
        reasoner: Arc::clone(reasoner),
        zone: founded.zone,
        now,
        today,
        seed: wanted.seed,
        sign_ins: wanted.sign_ins,
        clinic: founded.clinic,
        staff: founded.staff,
        furniture: founded.furniture,
        agenda: BTreeMap::new(),
        entered: 0,
        people: live,
        told: founded.sign_ins.into_iter().map(|sign_in| (0, sign_in)).collect(),
        totals: Totals::default(),
    };
    for who in 0..play.people.len() {
        play.begin(who)?;
    }
    play.busy_days()?;
    while let Some(((at, _), (who, step))) = play.agenda.pop_first() {
        if at > now {
            break;
        }
        play.step(who, step, at).await?;
    }
    for who in 0..play.people.len() {
        if play.people[who].account.is_some() {
            play.tell(who, now).await?;
        }
    }
    while store.link_audit(now).await? > 0 {}
    play.told.sort_by_key(|(place, _)| *place);
    Ok(Filled {
        clinic: play.clinic,
        sign_ins: play.told.into_iter().map(|(_, sign_in)| sign_in).collect(),
        people: wanted.people,
        nights: play.totals.nights,
        requests: play.totals.requests,
        visits: play.totals.visits,
        documents: play.totals.documents,
    })
}

impl Play {
    /// Puts something on the agenda.
    fn put(&mut self, at: Timestamp, who: usize, step: Step) {
        self.entered += 1;
        self.agenda.insert((at, self.entered), (who, step));
    }

    /// Puts something on the agenda so many minutes later, in working hours.
    fn put_at_work(&mut self, at: Timestamp, minutes: i64, who: usize, step: Step) -> Result<()> {
        let minutes_in = i16::try_from(self.people[who].draw.between(5, 110)).unwrap_or(30);
        let at = at_work(after(at, minutes), minutes_in, &self.zone)?;
        self.put(at, who, step);
        Ok(())
    }

    async fn step(&mut self, who: usize, step: Step, at: Timestamp) -> Result<()> {
        match step {
            Step::Open => self.open(who, at).await,
            Step::Tell => self.tell(who, at).await,
            Step::StartTrial => self.start_trial(who, at).await,
            Step::EndTrial => self.end_trial(who, at).await,
            Step::Share => self.share(who, at).await,
            Step::EndSharing => self.end_sharing(who, at).await,
            Step::Ask => self.ask(who, at).await,
            Step::AskAgain => self.ask_again(who, at).await,
            Step::Withdraw => self.withdraw(who, at).await,
            Step::Triage => self.triage(who, at).await,
            Step::Call(time) => self.call(who, time, at).await,
            // Whoever shares no more is not booked, and not asked how it went.
            _ if self.people[who].gone => Ok(()),
            Step::Book(purpose) => self.book(who, purpose, None, at).await,
            Step::BookOn(purpose, day) => self.book(who, purpose, Some(day), at).await,
            Step::Wait => self.wait(who, at).await,
            Step::Move(booking, purpose) => self.move_visit(who, booking, purpose, at).await,
            Step::Cancel(booking, purpose) => self.cancel(who, booking, purpose, at).await,
            Step::Arrive(booking) => self.arrive(booking, at).await,
            Step::Miss(booking, purpose) => self.miss(who, booking, purpose, at).await,
            Step::Done(booking, purpose) => self.done(who, booking, purpose, at).await,
            Step::Results => self.results(who, at).await,
            Step::Plan => self.plan(who, at).await,
            Step::FollowUp(week) => self.follow_up(who, week, at).await,
        }
    }

    /// The clinic as one of its staff has it at a moment.
    fn desk(&self, role: StaffRole, at: Timestamp) -> Result<Desk> {
        let account = match role {
            StaffRole::Clinician => self.staff.clinician,
            StaffRole::FrontDesk | StaffRole::Administrator => self.staff.front_desk,
        };
        Ok(Desk::grant(account, self.clinic.id, &[role], Some(at), at)?)
    }

    fn person(&self, who: usize) -> Result<PersonId> {
        self.people[who].person.ok_or(DemoError::Missing("something happens to a person who is not there yet"))
    }

    fn request(&self, who: usize) -> Result<RequestId> {
        self.people[who].request.ok_or(DemoError::Missing("a request is answered before it is made"))
    }

    /// The person's own handle on the record.
    async fn access(&self, who: usize, at: Timestamp) -> Result<Access> {
        let account = self.people[who].account.ok_or(DemoError::Missing("somebody without an account acts"))?;
        Ok(self.store.open(&Actor::Account { account }, self.person(who)?, at).await?)
    }
}
