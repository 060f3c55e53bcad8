//! The plan and its follow-ups.

use charley_records::clinic::follow_up::{FollowUpState, WEEKS};
use jiff::Timestamp;

use super::{Play, Step};
use crate::clinic::Purpose;
use crate::people::{Course, Outcome};
use crate::time::after;
use crate::{DemoError, Result, chart};

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// Follow-ups that are due for so short a time may still wait to be done.
const FRESH: i64 = 10 * DAY;

impl Play {
    /// Blood results of the visit; on later visits the salts are looked at again.
    pub(super) async fn results(&mut self, who: usize, at: Timestamp) -> Result<()> {
        self.write_results(who, at).await
    }

    /// The plan is written and signed, and begins that day.
    pub(super) async fn plan(&mut self, who: usize, at: Timestamp) -> Result<()> {
        if std::mem::replace(&mut self.people[who].planned, true) {
            return Ok(());
        }
        let care = self.care(who, at).await?;
        self.write_plan(who, &care, at).await?;
        for week in WEEKS {
            let days = i64::from(week) * 7 + i64::from(self.people[who].draw.between(0, 6));
            self.put_at_work(at, days * DAY, who, Step::FollowUp(week))?;
        }
        self.put(after(at, 5), who, Step::Book(Purpose::Review));
        Ok(())
    }

    /// The clinic asks how it went, and writes down who answers, who does not want to, and who cannot be reached.
    pub(super) async fn follow_up(&mut self, who: usize, week: u16, at: Timestamp) -> Result<()> {
        let day = self.day(at);
        let live = &mut self.people[who];
        let state = match live.character.course {
            Course::Seen(Outcome::Lost) => FollowUpState::Lost,
            Course::Seen(Outcome::Declined) if week > 4 => FollowUpState::Declined,
            // Nobody is always up to date.
            _ if at > after(self.now, -FRESH) && live.draw.chance(0.5) => return Ok(()),
            _ => FollowUpState::Done,
        };
        let answers = (state == FollowUpState::Done).then(|| {
            let before = live.chart.plan.as_ref().and_then(|plan| plan.before);
            let now = chart::counted(&live.nights, day, 14);
            chart::answers(&mut live.draw, &live.character, before, now)
        });
        let answers = answers.as_ref().map(serde_json::to_string).transpose();
        let answers = answers.map_err(|_| DemoError::Missing("a follow-up is not JSON"))?;
        let care = self.care(who, at).await?;
        let due = self.store.follow_ups(&care).await?;
        let due = due.into_iter().find(|due| due.week == week && due.state == FollowUpState::Due);
        if let Some(due) = due {
            self.store.record_follow_up(&care, due.id, state, answers.as_deref(), at).await?;
        }
        Ok(())
    }
}
