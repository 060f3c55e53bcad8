//! Messages of readers, short enough to be read.

/// Characters that are kept of each end.
const KEPT: usize = 200;

/// A message without the middle of what it quotes: a reader repeats a wrong name or value whole, however long it is, between
/// where it stands and what would do.
pub(crate) fn brief(message: &str) -> String {
    let count = message.chars().count();
    if count <= 2 * KEPT {
        return message.to_owned();
    }
    let (start, end) = (message.chars().take(KEPT), message.chars().skip(count - KEPT));
    start.chain(" … ".chars()).chain(end).collect()
}
