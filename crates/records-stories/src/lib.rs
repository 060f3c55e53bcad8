//! What every engine of `charley-records` must do, told as stories. For tests only.
//!
//! An engine brings an [`Engine`] and expands [`stories!`], which makes one test of each story.

#![allow(clippy::unwrap_used, reason = "every line of this crate is a test")]

pub mod accounts;
pub mod audit;
pub mod diary;
pub mod kill;
pub mod maintenance;
pub mod old;
pub mod people;
pub mod records;
pub mod reminders;
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
}

/// One test of each story.
#[macro_export]
macro_rules! stories {
    ($engine:ty) => {
        $crate::stories!($engine; accounts:
            the_first_link_works_once
            names_and_passwords_are_checked
            signing_in_and_out
            guessing_is_throttled_by_name
            guessing_is_throttled_by_origin
            sessions_end_by_themselves
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
