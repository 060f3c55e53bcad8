//! Opening hours by the clinic's clock, and the times that are free. Pure: everything comes in as an argument.
//!
//! A slot of five minutes is open when the clock of the clinic shows a time from opening to closing, on a day on which the
//! hours hold. What a change of the clock skips is therefore never open, and what it repeats is open twice. Hours that
//! touch are one. Buffers are no part of a visit: they may lie outside the hours, but not in another visit.

use std::collections::HashMap;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::booking::{MOST_DAYS_AHEAD, slot_of, slots_of};
use super::resources::{Opening, Resource, ResourceKind, SLOT_MINUTES, Service, Timetable};
use crate::{RecordsError, ResourceId, Result};

const SLOT_SECONDS: i64 = SLOT_MINUTES as i64 * 60;

/// The zone of this name.
///
/// # Errors
/// [`RecordsError::Damaged`] when there is none.
pub fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name)
        .map_err(|error| RecordsError::Damaged { what: "the time zone of a clinic", why: error.to_string() })
}

/// Why a resource cannot be booked at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shut {
    /// Outside its hours.
    Hours,
    /// In a closure: leave, a holiday, repairs.
    Closure,
}

/// Whether a resource is open from one moment to another, all the time.
pub fn open_at(timetable: &Timetable, zone: &TimeZone, resource: ResourceId, from: Timestamp, to: Timestamp) -> bool {
    shut_at(timetable, zone, resource, from, to).is_none()
}

/// Why a resource is not open from one moment to another; none when it is. One that the timetable does not know is not.
pub fn shut_at(
    timetable: &Timetable,
    zone: &TimeZone,
    resource: ResourceId,
    from: Timestamp,
    to: Timestamp,
) -> Option<Shut> {
    let known = timetable.resources.iter().find(|known| known.id == resource);
    let Some(hours) = known.map(|resource| Hours::of(timetable, resource)) else { return Some(Shut::Hours) };
    let slots = slot_of(from)..slot_after(to);
    if closures(timetable, resource).any(|(begin, end)| begin < to && from < end) {
        Some(Shut::Closure)
    } else if slots.into_iter().all(|slot| shown(slot, zone).is_some_and(|shown| hours.hold(shown))) {
        None
    } else {
        Some(Shut::Hours)
    }
}

/// The first slot that begins at this moment or after it.
fn slot_after(at: Timestamp) -> i64 {
    let slot = slot_of(at);
    let whole = at.as_second().rem_euclid(SLOT_SECONDS) == 0 && at.subsec_nanosecond() == 0;
    if whole { slot } else { slot + 1 }
}

fn closures(timetable: &Timetable, resource: ResourceId) -> impl Iterator<Item = (Timestamp, Timestamp)> {
    let of_it = move |of: Option<ResourceId>| of.is_none_or(|of| of == resource);
    timetable.closures.iter().filter(move |closure| of_it(closure.resource)).map(|closure| (closure.from, closure.to))
}

/// What the clock of the clinic shows when a slot begins.
#[derive(Clone, Copy)]
struct Shown {
    day: Date,
    weekday: i8,
    minute: i32,
}

/// Every zone of today is a multiple of five minutes away from UTC, so that a slot lies on one side of every opening.
fn shown(slot: i64, zone: &TimeZone) -> Option<Shown> {
    let clock = zone.to_datetime(Timestamp::from_second(slot.checked_mul(SLOT_SECONDS)?).ok()?);
    let weekday = clock.date().weekday().to_monday_one_offset();
    Some(Shown { day: clock.date(), weekday, minute: minute_of_day(clock.time()) })
}

fn minute_of_day(time: Time) -> i32 {
    i32::from(time.hour()) * 60 + i32::from(time.minute())
}

/// The hours of one resource.
struct Hours<'t> {
    always: bool,
    openings: Vec<&'t Opening>,
}

impl<'t> Hours<'t> {
    /// Rooms and machines for which no hours were ever given are there whenever somebody needs them.
    fn of(timetable: &'t Timetable, resource: &Resource) -> Self {
        let openings: Vec<_> = timetable.openings.iter().filter(|opening| opening.resource == resource.id).collect();
        Self { always: openings.is_empty() && resource.kind != ResourceKind::Clinician, openings }
    }

    fn hold(&self, shown: Shown) -> bool {
        self.always
            || self.openings.iter().any(|opening| {
                opening.weekday == shown.weekday
                    && opening.since <= shown.day
                    && opening.until.is_none_or(|until| shown.day <= until)
                    && minute_of_day(opening.from) <= shown.minute
                    && shown.minute + i32::from(SLOT_MINUTES) <= minute_of_day(opening.to)
            })
    }
}

/// A time at which a visit can begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeStart {
    /// When.
    pub start: Timestamp,
    /// One free resource for each need of the service, in the order of its needs, each once.
    pub resources: Vec<ResourceId>,
}

/// Times from `from` until before `to` at which a visit can begin, in order, on whole steps of so many minutes by the
/// clinic's clock (a multiple of 5). The timetable must have been asked for the same time. Where several resources will do,
/// one that its need names early is preferred. At most two years are looked at.
///
/// # Errors
/// [`RecordsError::Damaged`] when the zone of the timetable is none.
pub fn free_starts(
    timetable: &Timetable,
    service: &Service,
    from: Timestamp,
    to: Timestamp,
    step_minutes: u16,
) -> Result<Vec<FreeStart>> {
    let zone = zone(&timetable.zone)?;
    let furthest = from + SignedDuration::from_hours(24 * MOST_DAYS_AHEAD);
    let starts = slot_after(from)..slot_after(to.min(furthest));
    let length = slots_of(service, Timestamp::UNIX_EPOCH);
    let visit = i64::from(service.minutes.div_ceil(SLOT_MINUTES));
    // Every slot that any of the visits takes.
    let looked_at = starts.start + length.start..starts.end.max(starts.start) + length.end;
    let clock: Vec<Option<Shown>> = looked_at.clone().map(|slot| shown(slot, &zone)).collect();
    let mut diaries: HashMap<ResourceId, Diary> = HashMap::new();
    for need in &service.needs {
        for resource in timetable.resources.iter().filter(|known| known.kind == need.kind && !known.retired) {
            if need.any_of.contains(&resource.id) {
                let diary = || Diary::of(timetable, resource, looked_at.start, &clock);
                diaries.entry(resource.id).or_insert_with(diary);
            }
        }
    }
    let kinds: HashMap<_, _> = timetable.resources.iter().map(|known| (known.id, known.kind)).collect();
    let step = i32::from(step_minutes.max(SLOT_MINUTES));
    let mut free = Vec::new();
    for slot in starts {
        let place = usize::try_from(slot - looked_at.start).unwrap_or(usize::MAX);
        let Some(shown) = clock.get(place).copied().flatten() else { continue };
        if shown.minute % step != 0 {
            continue;
        }
        let fits = |need: usize, resource: ResourceId| {
            kinds.get(&resource) == Some(&service.needs[need].kind)
                && diaries.get(&resource).is_some_and(|diary| {
                    diary.open(slot, slot + visit) && diary.untaken(slot + length.start, slot + length.end)
                })
        };
        if let (Some(resources), Ok(start)) = (choose(service, fits), Timestamp::from_second(slot * SLOT_SECONDS)) {
            free.push(FreeStart { start, resources });
        }
    }
    Ok(free)
}

/// Which slots of one resource are shut or taken, counted up so that a range is answered at once.
struct Diary {
    first: i64,
    shut: Vec<u32>,
    taken: Vec<u32>,
}

impl Diary {
    fn of(timetable: &Timetable, resource: &Resource, first: i64, clock: &[Option<Shown>]) -> Self {
        let hours = Hours::of(timetable, resource);
        let mut shut: Vec<bool> = clock.iter().map(|shown| !shown.is_some_and(|shown| hours.hold(shown))).collect();
        let place = |slot: i64| usize::try_from(slot - first).unwrap_or(0).min(clock.len());
        for (begin, end) in closures(timetable, resource.id) {
            let closed = place(slot_of(begin).max(first))..place(slot_after(end).max(first));
            if closed.start < closed.end {
                shut[closed].fill(true);
            }
        }
        let mut taken = vec![false; clock.len()];
        let begin = timetable.taken.partition_point(|(of, slot)| (*of, *slot) < (resource.id, first));
        for (_, slot) in timetable.taken[begin..].iter().take_while(|(of, _)| *of == resource.id) {
            if let Some(taken) = taken.get_mut(place(*slot)) {
                *taken = true;
            }
        }
        Self { first, shut: counted(&shut), taken: counted(&taken) }
    }

    fn open(&self, from: i64, to: i64) -> bool {
        self.none(&self.shut, from, to)
    }

    fn untaken(&self, from: i64, to: i64) -> bool {
        self.none(&self.taken, from, to)
    }

    fn none(&self, counted: &[u32], from: i64, to: i64) -> bool {
        let at = |slot: i64| usize::try_from(slot - self.first).ok().and_then(|place| counted.get(place));
        at(from).is_some() && at(from) == at(to)
    }
}

/// How many are true before each place, and before the end.
fn counted(marks: &[bool]) -> Vec<u32> {
    let mut sum = 0;
    let mut counted = vec![0];
    counted.extend(marks.iter().map(|mark| {
        sum += u32::from(*mark);
        sum
    }));
    counted
}

/// One resource for each need, each once. A resource that serves two needs is given to the one that has no other, by
/// augmenting paths: taking the first that fits can fail although there is a way.
fn choose(service: &Service, fits: impl Fn(usize, ResourceId) -> bool) -> Option<Vec<ResourceId>> {
    let mut holder: HashMap<ResourceId, usize> = HashMap::new();
    for need in 0..service.needs.len() {
        let mut tried = Vec::new();
        if !give(service, &fits, need, &mut holder, &mut tried) {
            return None;
        }
    }
    let mut chosen: Vec<_> = holder.into_iter().map(|(resource, need)| (need, resource)).collect();
    chosen.sort_unstable();
    Some(chosen.into_iter().map(|(_, resource)| resource).collect())
}

fn give(
    service: &Service,
    fits: &impl Fn(usize, ResourceId) -> bool,
    need: usize,
    holder: &mut HashMap<ResourceId, usize>,
    tried: &mut Vec<ResourceId>,
) -> bool {
    for resource in &service.needs[need].any_of {
        if tried.contains(resource) || !fits(need, *resource) {
            continue;
        }
        tried.push(*resource);
        let other = holder.get(resource).copied();
        if other.is_none_or(|other| give(service, fits, other, holder, tried)) {
            holder.insert(*resource, need);
            return true;
        }
    }
    false
}

#[cfg(test)]
#[path = "hours_tests.rs"]
mod tests;
