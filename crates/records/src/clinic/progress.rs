//! What becomes of a request when something is done with it, once for every engine.

use jiff::Timestamp;

use super::worklist::{Act, Closing, RequestLine};
use crate::{RecordsError, Result};

/// Open requests that one person may have at one clinic.
pub const MOST_OPEN: i64 = 20;

/// The line after the act.
///
/// # Errors
/// [`RecordsError::Conflict`] when it is closed, or open, already.
pub fn after(line: &RequestLine, act: &Act, now: Timestamp) -> Result<RequestLine> {
    let mut line = line.clone();
    match (act, line.closed.is_some()) {
        (Act::Reopen { .. }, true) => line.closed = None,
        (Act::Reopen { .. }, false) => return Err(RecordsError::Conflict("This request is open already.")),
        (_, true) => {
            return Err(RecordsError::Conflict("This request is closed already. Open it again first."));
        }
        (Act::Assign { to }, false) => line.assigned = *to,
        (Act::Called { reached: false, .. }, false) => line.not_reached += 1,
        (Act::Note { .. } | Act::Called { .. }, false) => {}
        (Act::Regrade { urgency, .. }, false) => line.urgency = *urgency,
        (Act::Close { how, .. }, false) => line.closed = Some((*how, now)),
        (Act::Withdraw, false) => line.closed = Some((Closing::Withdrawn, now)),
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::super::worklist::Urgency;
    use super::*;
    use crate::{AccountId, PersonId, RequestId};
    use uuid::Uuid;

    #[test]
    fn a_request_is_closed_once_and_can_be_opened_again() {
        let id = Uuid::from_u128(1);
        let now = "2026-11-24T12:00:00Z".parse().unwrap();
        let open = RequestLine {
            id: RequestId(id),
            person: PersonId(id),
            name: "Ann".to_owned(),
            urgency: Urgency::Routine,
            provisional: false,
            red_flags: 0,
            created: now,
            assigned: None,
            closed: None,
            not_reached: 0,
        };
        let said = || "why".to_owned();
        let close = Act::Close { how: Closing::Seen, text: said() };
        let reopen = Act::Reopen { reason: said() };
        let others = [
            Act::Assign { to: Some(AccountId(id)) },
            Act::Note { text: said() },
            Act::Called { reached: false, text: said() },
            Act::Regrade { urgency: Urgency::Soon, reason: said() },
            Act::Withdraw,
        ];
        assert!(matches!(after(&open, &reopen, now), Err(RecordsError::Conflict(_))));
        let closed = after(&open, &close, now).unwrap();
        assert_eq!(closed.closed, Some((Closing::Seen, now)));
        for act in others.iter().chain([&close]) {
            assert!(matches!(after(&closed, act, now), Err(RecordsError::Conflict(_))), "{act:?}");
        }
        assert_eq!(after(&closed, &reopen, now).unwrap(), open);
        let done = others.iter().fold(open, |line, act| after(&line, act, now).unwrap());
        assert_eq!((done.assigned, done.not_reached), (Some(AccountId(id)), 1));
        assert_eq!((done.urgency, done.closed), (Urgency::Soon, Some((Closing::Withdrawn, now))));
    }
}
