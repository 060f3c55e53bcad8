//! The table over the open bits, and the tape of tables that a forward pass leaves behind.

use super::lanes::Lanes;

/// The tables of a forward pass, one after the other; the last one is the present one.
#[derive(Debug, Default)]
pub(super) struct Tape<const L: usize> {
    entries: Vec<Lanes<L>>,
    /// Where each table starts.
    starts: Vec<usize>,
}

impl<const L: usize> Tape<L> {
    /// Starts again with the table of no bit, which holds all the weight; there will be so many entries in all.
    pub(super) fn start(&mut self, entries: usize) {
        self.entries.clear();
        self.entries.reserve_exact(entries);
        self.entries.push(Lanes::ONE);
        self.starts.clear();
        self.starts.push(0);
    }

    /// The present table.
    pub(super) fn last(&self) -> &[Lanes<L>] {
        &self.entries[self.starts[self.starts.len() - 1]..]
    }

    /// Adds a table of so many entries, all zero; returns the one before it and the new one.
    pub(super) fn push(&mut self, len: usize) -> (&[Lanes<L>], &mut [Lanes<L>]) {
        let before = self.starts[self.starts.len() - 1];
        let start = self.entries.len();
        self.starts.push(start);
        self.entries.resize(start + len, Lanes::ZERO);
        let (old, new) = self.entries.split_at_mut(start);
        (&old[before..], new)
    }

    /// Takes the present table away; the one before it is the present one again.
    pub(super) fn pop(&mut self) {
        if let Some(start) = self.starts.pop() {
            self.entries.truncate(start);
        }
    }
}

/// Lets each state produce the bit with this probability.
pub(super) fn produce<const L: usize>(table: &mut [Lanes<L>], bit: usize, weight: Lanes<L>) {
    let idle = weight.contrary();
    for pair in 0..table.len() / 2 {
        let (off, on) = states(pair, bit);
        let value = table[off];
        table[on] += weight * value;
        table[off] = value * idle;
    }
}

/// Replaces each value by its expectation when the bit may still be set with this probability.
pub(super) fn expect<const L: usize>(values: &mut [Lanes<L>], bit: usize, weight: Lanes<L>) {
    let idle = weight.contrary();
    for pair in 0..values.len() / 2 {
        let (off, on) = states(pair, bit);
        values[off] = idle * values[off] + weight * values[on];
    }
}

/// The two states of a pair that differ in one bit, in rising order of the state without the bit.
#[inline(always)]
fn states(pair: usize, bit: usize) -> (usize, usize) {
    let stride = 1 << bit;
    let off = (pair >> bit << (bit + 1)) | (pair & (stride - 1));
    (off, off + stride)
}

/// The pairs of entries that differ in one bit, in rising order of the state without the bit.
pub(super) fn pairs<const L: usize>(table: &[Lanes<L>], bit: usize) -> impl Iterator<Item = (Lanes<L>, Lanes<L>)> {
    (0..table.len() / 2).map(move |pair| {
        let (off, on) = states(pair, bit);
        (table[off], table[on])
    })
}

/// Splits each value into a pair, in a table of twice as many entries, which gets this bit.
pub(super) fn unfold<const L: usize>(
    values: &mut Vec<Lanes<L>>,
    bit: usize,
    split: impl Fn(Lanes<L>) -> (Lanes<L>, Lanes<L>),
) {
    let half = values.len();
    values.resize(half * 2, Lanes::ZERO);
    // From the end, so that nothing is overwritten before it is read.
    for pair in (0..half).rev() {
        let (off, on) = states(pair, bit);
        (values[off], values[on]) = split(values[pair]);
    }
}
