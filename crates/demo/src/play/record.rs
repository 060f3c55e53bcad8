//! What people do with a record of their own: nights, trials, sharing.

use charley_records::clinic::StaffRole;
use charley_records::clinic::patients::NewPatient;
use charley_records::diary::{Body, MOST_ENTRIES, NewEntry};
use charley_records::trials::Ended;
use jiff::Timestamp;

use super::found::{own_account, password};
use super::{Live, Play, Step};
use crate::nights::nights;
use crate::people::{Course, DAYS, Outcome};
use crate::time::{after, later, moment};
use crate::{DemoError, Result, SignIn};

/// Sign-in name of the first person.
pub(super) const FIRST_LOGIN: &str = "demo-person";
/// Nights are told for so long before somebody turns to the clinic.
const BEFORE: i32 = 45;
/// Nights are told to the store once in so many days.
const TELL_EVERY: i32 = 60;

impl Play {
    /// Puts the beginning of somebody's story on the agenda.
    pub(super) fn begin(&mut self, who: usize) -> Result<()> {
        let live = &mut self.people[who];
        let character = &live.character;
        let asks = match character.course {
            Course::Waiting(minutes) => after(self.now, -minutes),
            _ => {
                let minutes = i16::try_from(live.draw.between(9 * 60, 20 * 60)).unwrap_or(600);
                moment(character.arrival, minutes, &self.zone)?
            }
        };
        let (own, course, arrival) = (character.own_record, character.course, character.arrival);
        let trial = live.trial.as_ref().map(|trial| (trial.starts(), trial.ends()));
        if own {
            let mut opens = later(arrival, -BEFORE);
            if let Some((starts, _)) = trial {
                opens = opens.min(later(starts, -30));
            }
            let opens = opens.max(later(self.today, -DAYS));
            self.put(moment(opens, 7 * 60, &self.zone)?, who, Step::Open);
            let mut day = later(opens, TELL_EVERY);
            while day < self.today {
                self.put(moment(day, 12 * 60, &self.zone)?, who, Step::Tell);
                day = later(day, TELL_EVERY);
            }
            self.put(after(asks, -20), who, Step::Share);
        }
        if let Some((starts, ends)) = trial {
            self.put(moment(starts, 18 * 60, &self.zone)?, who, Step::StartTrial);
            self.put(moment(ends, 12 * 60, &self.zone)?, who, Step::EndTrial);
        }
        self.put(asks, who, Step::Ask);
        if course == Course::Seen(Outcome::Better) && self.people[who].character.number % 20 == 19 {
            self.put(moment(later(arrival, 150), 19 * 60, &self.zone)?, who, Step::EndSharing);
        }
        Ok(())
    }

    /// Opens a record with the nights that will be told in it.
    pub(super) async fn open(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let live = &self.people[who];
        let character = live.character.clone();
        let login = match character.number {
            1 => FIRST_LOGIN.to_owned(),
            number => format!("{FIRST_LOGIN}-{number:02}"),
        };
        let secret = password()?;
        let account = own_account(&self.store, &login, &secret, &character.name, at).await?;
        let person = self.store.people_of(account.id, at).await?.into_iter().next();
        let person = person.ok_or(DemoError::Missing("the record of a new account"))?;
        let from = self.zone.to_datetime(at).date();
        let nights = nights(&character, live.trial.as_ref(), (from, self.today), self.seed, &self.zone)?;
        let own = |live: &&Live| live.character.own_record && live.character.number <= character.number;
        let place = self.people.iter().filter(own).count();
        if u32::try_from(place).is_ok_and(|place| place <= self.sign_ins) {
            self.told.push((place, SignIn { who: character.name.clone(), login, password: secret, totp: None }));
        }
        let live = &mut self.people[who];
        (live.account, live.person, live.nights) = (Some(account.id), Some(person.id), nights);
        Ok(())
    }

    /// Tells the nights that are over.
    pub(super) async fn tell(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let day = self.zone.to_datetime(at).date();
        let live = &self.people[who];
        let over = live.nights.iter().skip(live.told).take_while(|night| night.date < day);
        let over: Vec<_> = over.collect();
        let entries: Vec<NewEntry> =
            over.iter().flat_map(|night| &night.entries).filter(|entry| entry.at <= at).cloned().collect();
        let told = over.len();
        let nights = entries.iter().filter(|entry| matches!(entry.body, Body::Night(_))).count();
        if !entries.is_empty() {
            let access = self.access(who, at).await?;
            for some in entries.chunks(MOST_ENTRIES) {
                self.store.append(&access, some, at).await?;
            }
        }
        self.totals.nights += u64::try_from(nights).unwrap_or(0);
        self.people[who].told += told;
        Ok(())
    }

    pub(super) async fn start_trial(&mut self, who: usize, at: Timestamp) -> Result<()> {
        self.tell(who, at).await?;
        let access = self.access(who, at).await?;
        let live = &self.people[who];
        let plan = live.trial.as_ref().ok_or(DemoError::Missing("the plan of a trial"))?;
        Ok(self.store.start_trial(&access, &plan.trial(&live.nights, at)).await?)
    }

    pub(super) async fn end_trial(&mut self, who: usize, at: Timestamp) -> Result<()> {
        self.tell(who, at).await?;
        let access = self.access(who, at).await?;
        let live = &self.people[who];
        let plan = live.trial.as_ref().ok_or(DemoError::Missing("the plan of a trial"))?;
        let ended = plan.end(&live.nights, at)?;
        let undecided = Ended { decision: None, ..ended.clone() };
        self.store.end_trial(&access, plan.id, &undecided).await?;
        if ended.decision.is_some() {
            self.store.end_trial(&access, plan.id, &ended).await?;
        }
        Ok(())
    }

    pub(super) async fn share(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let access = self.access(who, at).await?;
        let character = &self.people[who].character;
        Ok(self.store.share(&access, self.clinic.id, &character.contact(), Some(character.born), at).await?)
    }

    pub(super) async fn end_sharing(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let access = self.access(who, at).await?;
        self.store.end_sharing(&access, self.clinic.id, at).await?;
        self.people[who].gone = true;
        Ok(())
    }

    /// The front desk puts somebody on the list who calls and has no record here.
    pub(super) async fn register(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        let character = &self.people[who].character;
        let new = NewPatient { name: character.name.clone(), born: Some(character.born), contact: character.contact() };
        let patient = self.store.register(&desk, &new, at).await?;
        self.people[who].person = Some(patient.person);
        Ok(())
    }
}
