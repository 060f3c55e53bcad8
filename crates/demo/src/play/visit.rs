//! Visits: booked, moved, cancelled, missed, and what follows from them.

use charley_records::clinic::StaffRole;
use charley_records::clinic::booking::{Booker, BookingState, NewBooking, NewTime, Waiting};
use charley_records::clinic::hours::{FreeStart, free_starts};
use charley_records::clinic::worklist::Closing;
use charley_records::{BookingId, WaitingId};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::{Play, Step};
use crate::clinic::Purpose;
use crate::people::Course;
use crate::time::{after, at_work, later, moment};
use crate::{DemoError, Result};

/// Visits begin on a quarter of an hour.
const STEP_MINUTES: u16 = 15;
/// Free times are looked for in so many days at once, so many times.
const WINDOW: i32 = 14;
const WINDOWS: i32 = 6;
/// Whoever came so many minutes ago for a review is still there.
const STILL_THERE: i64 = 18;
/// Minutes of a day.
const DAY: i64 = 24 * 60;

impl Play {
    /// Fills yesterday, today and tomorrow of the clinic with reviews, so that the list of the day has something on it.
    pub(super) fn busy_days(&mut self) -> Result<()> {
        let weekend = |day: &Date| matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let days: Vec<Date> = (0..7).map(|ahead| later(self.today, ahead)).filter(|day| !weekend(day)).collect();
        let before = (1..7).map(|back| later(self.today, -back)).find(|day| !weekend(day)).unwrap_or(self.today);
        let order = [days[0], days[1], days[0], before, days[0], days[1], days[2]];
        let booked = at_work(after(self.now, -9 * DAY), 40, &self.zone)?;
        let known = |who: &usize| {
            let character = &self.people[*who].character;
            matches!(character.course, Course::Seen(_)) && character.arrival < later(self.today, -10)
        };
        let who: Vec<usize> = (0..self.people.len()).filter(known).collect();
        for (who, day) in who.into_iter().zip(order.into_iter().cycle().take(self.people.len() / 3)) {
            self.put(booked, who, Step::BookOn(Purpose::Review, day));
        }
        // The person whose sign-in is told has something to come.
        self.put(booked, 0, Step::BookOn(Purpose::Review, days[3]));
        Ok(())
    }

    pub(super) async fn book(&mut self, who: usize, purpose: Purpose, day: Option<Date>, at: Timestamp) -> Result<()> {
        let live = &mut self.people[who];
        let days = match purpose {
            Purpose::First => live.draw.between(2, 9),
            Purpose::Review => live.draw.between(15, 25),
            Purpose::Scan => live.draw.between(4, 14),
            Purpose::Treatment => live.draw.between(14, 28),
            Purpose::Call => live.draw.between(2, 4),
        };
        let today = self.zone.to_datetime(at).date();
        let free = match day {
            Some(day) => self.free(purpose, day, 1, at).await?,
            None => self.free_from(purpose, later(today, days), at).await?,
        };
        // Somebody is in the house at this moment, when the clinic is at work.
        let present = |free: &FreeStart| free.start <= self.now && self.now < after(free.start, STILL_THERE);
        let chosen = match free.iter().position(present) {
            Some(place) if day.is_some() => free.into_iter().nth(place),
            _ => self.choose(who, free),
        };
        // A full day stays as it is.
        let Some(free) = chosen else { return Ok(()) };
        let live = &mut self.people[who];
        let id = BookingId(live.draw.id());
        let service = self.furniture.service(purpose);
        let online = live.character.own_record && service.online && live.draw.chance(0.5);
        let new = NewBooking {
            id,
            person: live.person.ok_or(DemoError::Missing("a person who books"))?,
            service: service.id,
            start: free.start,
            resources: free.resources,
            request: live.request.filter(|_| purpose == Purpose::First),
            override_reason: String::new(),
            note: String::new(),
        };
        if online {
            let access = self.access(who, at).await?;
            self.store.book(Booker::Person(&access), self.clinic.id, &new, at).await?;
        } else {
            let desk = self.desk(StaffRole::FrontDesk, at)?;
            self.store.book(Booker::Staff(&desk), self.clinic.id, &new, at).await?;
        }
        self.totals.visits += 1;
        self.fate(who, id, purpose, free.start, at);
        Ok(())
    }

    /// What becomes of a visit: most people come.
    fn fate(&mut self, who: usize, id: BookingId, purpose: Purpose, start: Timestamp, at: Timestamp) {
        let live = &mut self.people[who];
        let drawn = if live.character.number == 1 { 1.0 } else { live.draw.share() };
        let early = after(start, -3 * DAY);
        match drawn {
            drawn if drawn < 0.07 && early > at => self.put(early, who, Step::Cancel(id, purpose)),
            drawn if drawn < 0.15 && early > at => self.put(early, who, Step::Move(id, purpose)),
            drawn if drawn < 0.24 && !live.missed => self.put(after(start, 20), who, Step::Miss(id, purpose)),
            _ => self.attend(who, id, purpose, start),
        }
    }

    fn attend(&mut self, who: usize, id: BookingId, purpose: Purpose, start: Timestamp) {
        let minutes = i64::from(self.furniture.service(purpose).minutes);
        self.put(after(start, -4), who, Step::Arrive(id));
        self.put(after(start, minutes), who, Step::Done(id, purpose));
    }

    pub(super) async fn move_visit(
        &mut self,
        who: usize,
        booking: BookingId,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<()> {
        let day = later(self.zone.to_datetime(at).date(), self.people[who].draw.between(4, 9));
        let free = self.free_from(purpose, day, at).await?;
        let Some(free) = self.choose(who, free) else { return Ok(()) };
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        let to = NewTime { revision: 0, start: free.start, resources: free.resources, override_reason: String::new() };
        self.store.move_booking(Booker::Staff(&desk), booking, &to, at).await?;
        self.attend(who, booking, purpose, free.start);
        Ok(())
    }

    pub(super) async fn cancel(
        &mut self,
        who: usize,
        booking: BookingId,
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<()> {
        let reasons = ["A cold.", "Cannot leave work.", "No reason given."];
        let reason = self.people[who].draw.one_of(&reasons);
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        self.store.cancel(Booker::Staff(&desk), booking, reason, at).await?;
        self.put_at_work(at, 30, who, Step::Book(purpose))
    }

    pub(super) async fn arrive(&self, booking: BookingId, at: Timestamp) -> Result<()> {
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        Ok(self.store.mark(&desk, booking, BookingState::Arrived, at).await?)
    }

    pub(super) async fn miss(&mut self, who: usize, booking: BookingId, purpose: Purpose, at: Timestamp) -> Result<()> {
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        self.store.mark(&desk, booking, BookingState::NoShow, at).await?;
        self.people[who].missed = true;
        self.put_at_work(at, DAY, who, Step::Book(purpose))
    }

    pub(super) async fn done(&mut self, who: usize, booking: BookingId, purpose: Purpose, at: Timestamp) -> Result<()> {
        let desk = self.desk(StaffRole::FrontDesk, at)?;
        self.store.mark(&desk, booking, BookingState::Done, at).await?;
        let character = &self.people[who].character;
        let (number, veins) = (character.number, character.veins);
        match purpose {
            Purpose::First => {
                if number % 3 == 0 {
                    self.close(who, StaffRole::Clinician, Closing::Seen, "", after(at, 2)).await?;
                }
                self.write_history(who, after(at, 3)).await?;
                self.put_at_work(at, 2 * DAY, who, Step::Results)?;
                if veins {
                    self.put(after(at, 5), who, Step::Book(Purpose::Scan));
                } else {
                    self.put_at_work(at, 4 * DAY, who, Step::Plan)?;
                }
            }
            Purpose::Scan => {
                self.write_scan(who, after(at, 2)).await?;
                self.put_at_work(at, 5 * DAY, who, Step::Plan)?;
                if number % 2 == 1 {
                    self.put(after(at, 15), who, Step::Book(Purpose::Treatment));
                }
            }
            Purpose::Treatment => {
                self.write_treatment(who, after(at, 2)).await?;
                self.put(after(at, 10), who, Step::Book(Purpose::Review));
            }
            Purpose::Review if self.people[who].draw.chance(0.4) => {
                self.put_at_work(at, 2 * DAY, who, Step::Results)?;
            }
            Purpose::Review | Purpose::Call => {}
        }
        Ok(())
    }

    /// A wish for an earlier time than any that is free.
    pub(super) async fn wait(&mut self, who: usize, at: Timestamp) -> Result<()> {
        let access = self.access(who, at).await?;
        let waiting = Waiting {
            id: WaitingId(self.people[who].draw.id()),
            person: self.person(who)?,
            service: self.furniture.service(Purpose::First).id,
            from: at,
            until: after(self.now, 30 * DAY),
            created: at,
        };
        Ok(self.store.wait(Booker::Person(&access), self.clinic.id, &waiting, at).await?)
    }

    /// One of the first free times; none when nothing is free.
    fn choose(&mut self, who: usize, mut free: Vec<FreeStart>) -> Option<FreeStart> {
        let last = i32::try_from(free.len().min(24)).unwrap_or(1) - 1;
        let place = usize::try_from(self.people[who].draw.between(0, last.max(0))).unwrap_or(0);
        (place < free.len()).then(|| free.swap_remove(place))
    }

    /// Free times from a day on, in the first stretch of days that has any.
    async fn free_from(&self, purpose: Purpose, day: Date, at: Timestamp) -> Result<Vec<FreeStart>> {
        for stretch in 0..WINDOWS {
            let free = self.free(purpose, later(day, stretch * WINDOW), WINDOW, at).await?;
            if !free.is_empty() {
                return Ok(free);
            }
        }
        Err(DemoError::Missing("a free time: too many people for one clinic"))
    }

    /// Free times of some days that a person may still book.
    async fn free(&self, purpose: Purpose, day: Date, days: i32, at: Timestamp) -> Result<Vec<FreeStart>> {
        let service = self.furniture.service(purpose);
        let notice = after(at, i64::from(service.notice_hours) * 60);
        let (from, to) = (moment(day, 0, &self.zone)?.max(notice), moment(later(day, days), 0, &self.zone)?);
        if to <= from {
            return Ok(Vec::new());
        }
        let timetable = self.store.timetable(self.clinic.id, from, to).await?;
        Ok(free_starts(&timetable, service, from, to, STEP_MINUTES)?)
    }
}
