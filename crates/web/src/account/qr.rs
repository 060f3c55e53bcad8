//! An address as a picture for a phone's camera, made here: no other server sees it.

use std::fmt::Write as _;

use qrcodegen::{QrCode, QrCodeEcc};

/// White margin that readers need, in modules.
const QUIET: i32 = 4;

/// A drawn code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Modules on a side, margin included.
    pub side: i32,
    /// One square for each dark module, rows joined, as an SVG path.
    pub path: String,
}

/// Draws a text; none when it is too long for a code.
pub fn draw(text: &str) -> Option<Drawn> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let start = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let _ = write!(path, "M{} {}h{}v1h-{}z", start + QUIET, y + QUIET, x - start, x - start);
            }
            x += 1;
        }
    }
    Some(Drawn { side: size + 2 * QUIET, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corner_marks_are_where_readers_look() {
        let drawn = draw("https://legs.example/pair/0123456789abcdef").unwrap();
        assert!(drawn.path.starts_with("M4 4h7v1h-7z"), "{}", &drawn.path[..40]);
        assert!(drawn.side >= 21 + 8 && drawn.path.len() < 20_000);
        assert_eq!(draw(&"x".repeat(4_000)), None);
    }
}
