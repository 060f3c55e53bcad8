//! Requests: how they come in, and what the clinic does with them.

use charley_records::clinic::StaffRole;
use charley_records::clinic::worklist::{Act, Closing, Urgency};
use charley_records::{CheckId, RequestId};
use jiff::Timestamp;

use super::{Play, Step};
use crate::clinic::Purpose;
use crate::people::Course;
use crate::time::after;
use crate::{Result, check};

/// Minutes of a day.
const DAY: i32 = 24 * 60;

impl Play {
    /// Asks to be seen.
    pub(super) async fn ask(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let own = self.people[who].character.own_record;
        if !own {
            self.register(who, at).await?;
        }
        let urgency = self.send(who, at).await?;
        let live = &mut self.people[who];
        let course = live.character.course;
        let (low, high) = match urgency {
            Urgency::Emergency => (3, 9),
            Urgency::SameDay => (15, 150),
            Urgency::Soon => (60, 2 * DAY),
            Urgency::Routine => (DAY, 9 * DAY),
            Urgency::SelfCare => (3 * DAY, 15 * DAY),
        };
        let delay = i64::from(live.draw.between(low, high));
        match course {
            Course::Waiting(minutes) if minutes > 6 * 24 * 60 - 1 => {
                self.put_at_work(at, 2 * 24 * 60, who, Step::Triage)?;
                self.put_at_work(at, 3 * 24 * 60, who, Step::Wait)?;
            }
            Course::Waiting(_) => {}
            Course::Withdrawn => self.put(after(at, i64::from(DAY)), who, Step::Withdraw),
            Course::Twice => {
                self.put(after(at, 900), who, Step::AskAgain);
                self.put_at_work(at, i64::from(DAY) + delay, who, Step::Triage)?;
            }
            _ => self.put_at_work(at, delay, who, Step::Triage)?,
        }
        Ok(())
    }

    /// The check and the request it makes; on the telephone the same questions are asked.
    async fn send(&mut self, who: usize, at: Timestamp) -> Result<Urgency> {
        let live = &mut self.people[who];
        let id = RequestId(live.draw.id());
        let check = CheckId(live.draw.id());
        live.request = Some(id);
        let character = live.character.clone();
        let answers = check::answers(&character, &self.engine)?;
        let (new, disposition) = check::request(&character, &self.engine, &answers, id)?;
        if character.own_record {
            let access = self.access(who, at).await?;
            self.store.save_check(&access, &check::kept(check, &answers, &new, disposition, at)).await?;
            self.store.send_request(&access, self.clinic.id, &new, at).await?;
        } else {
            let desk = self.desk(StaffRole::FrontDesk, at)?;
            self.store.take_request(&desk, self.person(who)?, &new, at).await?;
        }
        self.totals.requests += 1;
        Ok(new.urgency)
    }

    pub(super) async fn ask_again(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let first = self.people[who].request;
        self.send(who, at).await?;
        let second = self.request(who)?;
        self.people[who].request = first;
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        let text = "The same request came the day before.".to_owned();
        let act = Act::Close { how: Closing::Duplicate, text };
        Ok(self.store.act(&desk, second, &act, after(at, 30)).await?)
    }

    pub(super) async fn withdraw(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let access = self.access(who, at).await?;
        Ok(self.store.withdraw_request(&access, self.request(who)?, at).await?)
    }

    /// Somebody at the front desk takes it.
    pub(super) async fn triage(&mut self, who: usize, at: Timestamp) -> Result<()> {
        self.act(who, StaffRole::FrontDesk, &Act::Assign { to: Some(self.staff.front_desk) }, at).await?;
        let live = &mut self.people[who];
        let words = ["Prefers mornings.", "Works shifts: call before noon.", "Uses a stick: room on the ground floor."];
        let note = live.draw.chance(0.3).then(|| live.draw.one_of(&words).to_owned());
        if let Some(text) = note {
            self.act(who, StaffRole::FrontDesk, &Act::Note { text }, after(at, 3)).await?;
        }
        let minutes = i64::from(self.people[who].draw.between(10, 180));
        self.put_at_work(at, minutes, who, Step::Call(1))
    }

    pub(super) async fn call(&mut self, who: usize, time: u8, at: Timestamp) -> Result<()> {
        let course = self.people[who].character.course;
        let fails = matches!(course, Course::NotReached | Course::Waiting(_));
        let text = if fails { "No answer." } else { "" };
        let called = Act::Called { reached: !fails, text: text.to_owned() };
        self.act(who, StaffRole::FrontDesk, &called, at).await?;
        let soon = after(at, 4);
        match course {
            Course::NotReached if time < 3 => self.put_at_work(at, 26 * 60, who, Step::Call(time + 1))?,
            Course::NotReached => {
                let words = "Called on three days without an answer. A letter with our number was sent.";
                self.close(who, StaffRole::FrontDesk, Closing::NotReached, words, soon).await?;
            }
            Course::Seen(_) => {
                self.put(soon, who, Step::Book(Purpose::First));
                // Some stay open until the visit: both ways are in use.
                if !self.people[who].character.number.is_multiple_of(3) {
                    self.close(who, StaffRole::FrontDesk, Closing::Booked, "", after(at, 6)).await?;
                }
            }
            Course::Advised | Course::Twice => {
                let words =
                    "Stretching before bed explained. Will call again when it does not get better in six weeks.";
                self.close(who, StaffRole::Clinician, Closing::Advised, words, soon).await?;
            }
            Course::SentOn => {
                let reason = "New weakness of the foot: not for a vein clinic.".to_owned();
                let act = Act::Regrade { urgency: Urgency::SameDay, reason };
                self.act(who, StaffRole::Clinician, &act, soon).await?;
                let words = "Sent to the emergency neurology clinic the same day; spoke to the doctor on duty there.";
                self.close(who, StaffRole::Clinician, Closing::SentOn, words, after(at, 12)).await?;
            }
            Course::Waiting(_) | Course::Withdrawn => {}
        }
        Ok(())
    }

    pub(super) async fn close(
        &self,
        who: usize,
        role: StaffRole,
        how: Closing,
        words: &str,
        at: Timestamp,
    ) -> Result<()> {
        self.act(who, role, &Act::Close { how, text: words.to_owned() }, at).await
    }

    async fn act(&self, who: usize, role: StaffRole, act: &Act, at: Timestamp) -> Result<()> {
        let desk = self.desk(role, at)?;
        Ok(self.store.act(&desk, self.request(who)?, act, at).await?)
    }
}
