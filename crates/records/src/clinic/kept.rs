//! How requests, acts and wishes are kept as text: JSON, so that a retry is told from something else by its text alone.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::booking::NewBooking;
use super::worklist::{Act, NewRequest, Urgency};
use crate::{OrganisationId, PersonId, RecordsError, RequestId, ResourceId, Result, ServiceId};

#[derive(Serialize, Deserialize)]
struct KeptRequest {
    urgency: Urgency,
    provisional: bool,
    red_flags: Vec<String>,
    complaint: String,
    wish: String,
    case: Option<String>,
    knowledge: String,
}

/// A request as it is kept.
///
/// # Errors
/// [`RecordsError::Engine`] when it cannot be written.
pub fn request_text(new: &NewRequest) -> Result<String> {
    let NewRequest { id: _, urgency, provisional, red_flags, complaint, wish, case, knowledge } = new.clone();
    let kept = KeptRequest { urgency, provisional, red_flags, complaint, wish, case, knowledge };
    serde_json::to_string(&kept).map_err(RecordsError::engine)
}

/// A request from how it is kept.
///
/// # Errors
/// [`RecordsError::Damaged`].
pub fn request_of(id: RequestId, text: &str) -> Result<NewRequest> {
    let KeptRequest { urgency, provisional, red_flags, complaint, wish, case, knowledge } =
        serde_json::from_str(text).map_err(|error| damaged("a request", &error))?;
    Ok(NewRequest { id, urgency, provisional, red_flags, complaint, wish, case, knowledge })
}

/// What was done with a request, as it is kept.
///
/// # Errors
/// [`RecordsError::Engine`] when it cannot be written.
pub fn act_text(act: &Act) -> Result<String> {
    serde_json::to_string(act).map_err(RecordsError::engine)
}

/// What was done with a request, from how it is kept.
///
/// # Errors
/// [`RecordsError::Damaged`].
pub fn act_of(text: &str) -> Result<Act> {
    serde_json::from_str(text).map_err(|error| damaged("what was done with a request", &error))
}

#[derive(Serialize)]
struct Wanted<'n> {
    clinic: OrganisationId,
    person: PersonId,
    service: ServiceId,
    start: Timestamp,
    resources: &'n [ResourceId],
    request: Option<RequestId>,
    override_reason: &'n str,
    note: &'n str,
}

/// What was asked for when a visit was booked.
///
/// # Errors
/// [`RecordsError::Engine`] when it cannot be written.
pub fn wanted(clinic: OrganisationId, new: &NewBooking) -> Result<String> {
    let wanted = Wanted {
        clinic,
        person: new.person,
        service: new.service,
        start: new.start,
        resources: &new.resources,
        request: new.request,
        override_reason: new.override_reason.trim(),
        note: new.note.trim(),
    };
    serde_json::to_string(&wanted).map_err(RecordsError::engine)
}

fn damaged(what: &'static str, error: &serde_json::Error) -> RecordsError {
    RecordsError::Damaged { what, why: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::BookingId;
    use uuid::Uuid;

    #[test]
    fn a_request_comes_back_as_it_went() {
        let new = NewRequest {
            id: RequestId(Uuid::from_u128(1)),
            urgency: Urgency::SameDay,
            provisional: true,
            red_flags: vec!["One leg is swollen".to_owned()],
            complaint: "\"cramp\" \\ at night".to_owned(),
            wish: String::new(),
            case: Some("{\"facts\":[]}".to_owned()),
            knowledge: "k1".to_owned(),
        };
        assert_eq!(request_of(new.id, &request_text(&new).unwrap()).unwrap(), new);
        assert!(matches!(request_of(new.id, "{}"), Err(RecordsError::Damaged { .. })));
        let act = Act::Called { reached: false, text: "no answer".to_owned() };
        assert_eq!(act_of(&act_text(&act).unwrap()).unwrap(), act);
        assert!(matches!(act_of("{\"act\":\"forget\"}"), Err(RecordsError::Damaged { .. })));
    }

    #[test]
    fn another_wish_has_another_text_and_blanks_around_it_do_not_count() {
        let id = Uuid::from_u128(1);
        let new = NewBooking {
            id: BookingId(id),
            person: PersonId(id),
            service: ServiceId(id),
            start: Timestamp::UNIX_EPOCH,
            resources: vec![ResourceId(id)],
            request: None,
            override_reason: String::new(),
            note: "wheelchair".to_owned(),
        };
        let text = |new: &NewBooking| wanted(OrganisationId(id), new).unwrap();
        assert_eq!(text(&new), text(&NewBooking { note: " wheelchair ".to_owned(), ..new.clone() }));
        for other in [
            NewBooking { note: String::new(), ..new.clone() },
            NewBooking { start: Timestamp::from_second(300).unwrap(), ..new.clone() },
            NewBooking { request: Some(RequestId(id)), ..new.clone() },
            NewBooking { resources: Vec::new(), ..new.clone() },
        ] {
            assert_ne!(text(&new), text(&other), "{other:?}");
        }
    }
}
