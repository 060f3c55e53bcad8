//! How text is painted: terminals have colour, files do not.

use charley_wire::Disposition;

/// Painting of headings and levels of care; words and shape carry the meaning, colour only helps.
pub trait Paint {
    /// A heading.
    fn heading(&self, text: &str) -> String;
    /// A level of care.
    fn level(&self, disposition: Disposition, text: &str) -> String;
    /// Less important text.
    fn muted(&self, text: &str) -> String;
}

/// No paint at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plain;

impl Paint for Plain {
    fn heading(&self, text: &str) -> String {
        text.to_owned()
    }

    fn level(&self, _: Disposition, text: &str) -> String {
        text.to_owned()
    }

    fn muted(&self, text: &str) -> String {
        text.to_owned()
    }
}
