//! Colour for terminals that have it.

use std::io::IsTerminal as _;

use charley_wire::Disposition;
use charley_words::{Paint, Plain};

/// ANSI colours.
struct Ansi;

impl Paint for Ansi {
    fn heading(&self, text: &str) -> String {
        format!("\u{1b}[1m{text}\u{1b}[0m")
    }

    fn level(&self, disposition: Disposition, text: &str) -> String {
        let colour = match disposition {
            Disposition::Emergency => "1;37;41",
            Disposition::SameDay => "1;30;43",
            Disposition::Soon2Weeks | Disposition::Routine => "1;36",
            Disposition::SelfCare => "1;32",
        };
        format!("\u{1b}[{colour}m{text}\u{1b}[0m")
    }

    fn muted(&self, text: &str) -> String {
        format!("\u{1b}[2m{text}\u{1b}[0m")
    }
}

/// Colour when standard output is a terminal and NO_COLOR is not set (no-color.org).
pub fn for_stdout() -> Box<dyn Paint> {
    let wanted = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    if wanted { Box::new(Ansi) } else { Box::new(Plain) }
}
