//! The plan and its follow-ups.

use charley_records::clinic::StaffRole;
use charley_records::clinic::follow_up::{FollowUpState, WEEKS};
use jiff::Timestamp;

use super::{Play, Step};
use crate::Result;
use crate::clinic::Purpose;
use crate::people::{Course, Outcome};
use crate::time::after;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

impl Play {
    /// The plan begins on the day of the visit.
    pub(super) async fn plan(&mut self, who: usize, at: Timestamp) -> Result<()> {
        if std::mem::replace(&mut self.people[who].planned, true) {
            return Ok(());
        }
        let desk = self.desk(StaffRole::Clinician, at)?;
        let care = self.store.care(&desk, self.person(who)?, at).await?;
        self.store.plan_follow_ups(&care, self.zone.to_datetime(at).date(), at).await?;
        for week in WEEKS {
            let days = i64::from(week) * 7 + i64::from(self.people[who].draw.between(0, 6));
            self.put_at_work(at, days * DAY, who, Step::FollowUp(week))?;
        }
        self.put(after(at, 5), who, Step::Book(Purpose::Review));
        Ok(())
    }

    /// Who cannot be reached, or does not want to be asked, is written down as such.
    pub(super) async fn follow_up(&mut self, who: usize, week: u16, at: Timestamp) -> Result<()> {
        let state = match self.people[who].character.course {
            Course::Seen(Outcome::Lost) if week > 4 => FollowUpState::Lost,
            Course::Seen(Outcome::Declined) if week > 4 => FollowUpState::Declined,
            _ => return Ok(()),
        };
        let desk = self.desk(StaffRole::Clinician, at)?;
        let care = self.store.care(&desk, self.person(who)?, at).await?;
        let due = self.store.follow_ups(&care).await?;
        let due = due.into_iter().find(|due| due.week == week && due.state == FollowUpState::Due);
        if let Some(due) = due {
            self.store.record_follow_up(&care, due.id, state, None, at).await?;
        }
        Ok(())
    }
}
