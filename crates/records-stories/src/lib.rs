//! What every engine of `charley-records` must do, told as stories. For tests only.
//!
//! An engine brings an [`Engine`] and expands [`stories!`], which makes one test of each story.

#![allow(clippy::unwrap_used, reason = "every line of this crate is a test")]

pub mod accounts;
pub mod at_work;
pub mod audit;
pub mod booking;
pub mod booking_world;
pub mod diary;
pub mod documents;
pub mod follow_up;
pub mod kill;
pub mod maintenance;
pub mod offers;
pub mod old;
pub mod patients;
pub mod people;
pub mod records;
pub mod reminders;
pub mod rivals;
pub mod second_factor;
pub mod staff;
pub mod visits;
pub mod worklist;
pub mod world;

use async_trait::async_trait;
use charley_records::SharedStore;
use uuid::Uuid;

/// An engine under test.
#[async_trait]
pub trait Engine: Send + Sync + Sized + 'static {
    /// Whether the engine is here; when not, its stories are skipped.
    fn available() -> bool {
        true
    }

    /// A new, empty database.
    async fn fresh() -> Self;

    /// What must outlive the store for the database to stay, such as a folder.
    type Place: Send;

    /// Where the database is, for another process.
    fn address(&self) -> String;

    /// Opens a database that is there.
    async fn open(address: &str) -> SharedStore;

    /// Closes the store and keeps the database.
    fn close(self) -> Self::Place;

    /// Its store.
    fn store(&self) -> SharedStore;

    /// Every table that holds this id in any column, as bytes or in a text. The tables are listed by a query, so that none
    /// is forgotten.
    async fn tables_holding(&self, id: Uuid) -> Vec<String>;

    /// Runs SQL past the store; says how many rows it touched.
    async fn sql(&self, text: &'static str) -> u64;

    /// Runs SQL past the store with these ids as $1, $2 and so on; says how many rows it touched.
    async fn sql_with(&self, text: &'static str, ids: &[Uuid]) -> u64;
}

/// One test of each story.
#[macro_export]
macro_rules! stories {
    ($engine:ty) => {
        $crate::stories!($engine; accounts:
            the_first_link_works_once
            names_and_passwords_are_checked
            a_household_of_ones_own_is_apart
            signing_in_and_out
            guessing_is_throttled_by_name
            guessing_is_throttled_by_origin
            sessions_end_by_themselves
            a_renewed_session_has_a_new_token
            a_reset_ends_all_sessions
            links_end_and_are_for_one_thing
            the_calendar_address_can_be_renewed
            an_account_that_owns_nobody_closes
            an_account_closes_with_the_roles_it_had
        );
        $crate::stories!($engine; people:
            a_stranger_cannot_tell_whether_a_record_exists
            the_owner_sees_everybody_in_the_household
            an_invited_member_reads_and_has_an_own_record
            consent_of_a_carer_can_be_withdrawn
            an_owner_cannot_be_locked_out
            what_is_said_of_a_person_is_checked
            a_deleted_person_is_gone_from_every_table
        );
        $crate::stories!($engine; diary:
            a_device_appends_and_does_nothing_else
            a_device_changes_only_what_it_sent
            a_revoked_device_is_told_so
            a_phone_pairs_with_a_link
            the_same_entry_again_is_known
            another_content_under_an_id_is_disputed
            undo_and_edit_are_entries
            what_is_deleted_stays_dead
            one_bad_entry_refuses_all
            entries_come_back_as_they_went
            two_devices_at_once_lose_nothing
        );
        $crate::stories!($engine; records:
            checks_are_kept_once
            one_trial_at_a_time
            a_trial_ends_once
            readers_change_nothing
        );
        $crate::stories!($engine; reminders:
            reminders_are_the_persons_own
            a_message_is_held_by_one_sender_at_a_time
            what_is_not_wanted_any_more_is_not_handed_out
        );
        $crate::stories!($engine; audit:
            every_read_and_write_is_counted
            the_chain_holds_while_people_write
            tampering_is_found
            sign_ins_are_logged
        );
        $crate::stories!($engine; maintenance:
            a_backup_restores_identically
            a_backup_from_before_a_deletion_revives_nobody
            a_listed_account_that_owns_somebody_stays
            a_closed_store_has_kept_what_it_acknowledged
            a_backup_made_while_others_write_is_from_one_moment
            a_database_in_use_is_not_restored_over
            a_damaged_backup_changes_nothing
        );
        $crate::stories!($engine; old:
            a_backup_of_version_1_restores
        );
        $crate::stories!($engine; staff:
            a_clinic_is_founded_and_changed
            invitations_to_a_clinic_work_once
            an_invitation_is_accepted_with_an_account
            roles_allow_what_the_table_says
            strangers_find_no_clinic
            a_clinic_is_no_household
            the_last_administrator_stays
        );
        $crate::stories!($engine; second_factor:
            the_second_factor_is_asked_for_and_ages
            a_code_works_once
            recovery_codes_work_once_and_are_kept_as_hashes
            guessing_codes_is_throttled
            a_lost_second_factor_is_taken_away
            a_reset_keeps_the_second_factor
            second_factors_are_logged
        );
        $crate::stories!($engine; patients:
            sharing_opens_the_record_until_it_is_ended
            an_emergency_has_a_reason_that_the_person_reads
            the_clinic_registers_people_and_changes_contacts
            a_clinic_deletes_whom_it_registered
            another_clinic_finds_nobody
            the_person_sees_who_looked
        );
        $crate::stories!($engine; documents:
            two_who_write_the_same_document
            what_cannot_be_kept_is_refused
            only_the_newest_version_is_signed
        );
        $crate::stories!($engine; follow_up:
            follow_ups_are_planned_moved_and_recorded
            outcomes_count_everybody_and_name_nobody
        );
        $crate::stories!($engine; worklist:
            a_request_is_sent_once_and_to_a_clinic_one_shares_with
            the_list_is_in_order_and_nothing_falls_off
            what_is_done_with_a_request_is_kept
            a_person_takes_a_request_back
            a_request_is_of_one_clinic_and_one_person
            looks_at_requests_are_logged
            the_front_desk_reads_no_words_of_clinicians
            red_flags_of_the_list_are_for_clinicians
        );
        $crate::stories!($engine; offers:
            what_a_clinic_offers_comes_back_as_it_went
            who_may_change_what_a_clinic_offers
            what_another_clinic_has_is_out_of_reach
            a_visit_is_in_the_timetable_until_it_is_cancelled
        );
        $crate::stories!($engine; booking:
            no_two_visits_use_one_thing_at_one_time
            the_same_booking_again_is_known
            a_person_books_within_the_rules
            a_visit_answers_a_request
            staff_book_over_with_a_reason
            a_failed_move_keeps_the_old_time
            a_person_changes_a_visit_in_time
            a_cancelled_visit_blocks_nothing
            missed_visits_are_counted
            a_link_opens_its_own_visit
            a_visit_is_of_one_clinic
            calls_about_visits_are_logged
        );
        $crate::stories!($engine; visits:
            a_visit_is_confirmed_and_reminded_of
            nothing_is_said_where_nothing_is_wanted
            what_is_not_true_any_more_is_not_sent
            a_visit_message_is_held_by_one_sender_at_a_time
            a_freed_time_is_offered_to_the_longest_waiting
            a_wish_is_kept_until_it_is_ended
            who_waits_no_more_is_offered_nothing
        );
        $crate::stories!($engine; rivals:
            of_many_rivals_one_wins
            many_retries_at_once_are_one_visit
            a_busy_day_has_no_double_booking
        );
        $crate::stories!($engine; kill:
            what_was_acknowledged_survives_a_kill
        );

        #[tokio::test]
        #[ignore = "the program that what_was_acknowledged_survives_a_kill starts and kills"]
        async fn writer() {
            $crate::kill::write::<$engine>().await;
        }
    };
    ($engine:ty; $module:ident: $($story:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $story() {
            if <$engine as $crate::Engine>::available() {
                $crate::$module::$story::<$engine>().await;
            }
        }
    )*};
}
