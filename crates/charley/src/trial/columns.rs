//! Columns of a CSV file on the command line.

use charley_nights::trial::table::Columns;

/// Columns named on the command line; the others are guessed.
#[derive(Debug, Default, clap::Args)]
pub struct Named {
    /// CSV: column of the arm (0/1, or two words).
    #[arg(long, value_name = "NAME")]
    arm_column: Option<String>,
    /// CSV: column of the count or score.
    #[arg(long, value_name = "NAME")]
    y_column: Option<String>,
    /// CSV: column of the night's number or date; gaps in it are missing nights.
    #[arg(long, value_name = "NAME")]
    night_column: Option<String>,
    /// CSV: column that tells people apart.
    #[arg(long, value_name = "NAME")]
    person_column: Option<String>,
}

impl Named {
    /// As a table takes them.
    pub fn columns(&self) -> Columns {
        Columns {
            arm: self.arm_column.clone(),
            counted: self.y_column.clone(),
            night: self.night_column.clone(),
            person: self.person_column.clone(),
        }
    }
}
