//! Visits as staff see them: the day, booking and moving, the waiting list.

pub mod book;
pub mod choose;
pub mod clash;
pub mod day;
pub mod moving;
pub mod show;
pub mod waiting;

use charley_records::clinic::Duty;

use super::access::Pages;

/// Pages of visits.
pub fn pages() -> Pages {
    Pages::default()
        .get("/clinic/day", Duty::SeeList, day::show)
        .get("/clinic/book", Duty::Book, book::show)
        .post("/clinic/book", Duty::Book, book::book)
        .get("/clinic/visits/{booking}", Duty::SeeList, show::show)
        .post("/clinic/visits/{booking}/mark", Duty::Book, show::mark)
        .get("/clinic/visits/{booking}/move", Duty::Book, moving::show)
        .post("/clinic/visits/{booking}/move", Duty::Book, moving::move_to)
        .post("/clinic/visits/{booking}/cancel", Duty::Book, show::cancel)
        .get("/clinic/waiting", Duty::SeeList, waiting::show)
        .post("/clinic/waiting", Duty::Book, waiting::add)
        .post("/clinic/waiting/{waiting}/end", Duty::Book, waiting::end)
}
