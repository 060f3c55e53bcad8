//! The table over the open bits, and the tape of tables that a forward pass leaves behind.

use super::lanes::Lanes;

/// The tables of a forward pass, one after the other; the last one is the present one.
#[derive(Debug, Default)]
pub(super) struct Tape<const L: usize> {
    /// Room for all tables; past the end lies what earlier runs left.
    entries: Vec<Lanes<L>>,
    /// Where each table starts.
    starts: Vec<usize>,
    /// Where the last one ends.
    end: usize,
}

impl<const L: usize> Tape<L> {
    /// Starts again with the table of no bit, which holds all the weight; there will be so many entries in all.
    pub(super) fn start(&mut self, entries: usize) {
        if self.entries.len() < entries {
            self.entries.resize(entries, Lanes::ZERO);
        }
        self.entries[0] = Lanes::ONE;
        self.end = 1;
        self.starts.clear();
        self.starts.push(0);
    }

    /// The present table.
    pub(super) fn last(&self) -> &[Lanes<L>] {
        &self.entries[self.starts[self.starts.len() - 1]..self.end]
    }

    /// Adds a table of so many entries, which are still to be written; returns the one before it and the new one.
    pub(super) fn push(&mut self, len: usize) -> (&[Lanes<L>], &mut [Lanes<L>]) {
        let (before, start) = (self.starts[self.starts.len() - 1], self.end);
        self.starts.push(start);
        self.end += len;
        let (old, new) = self.entries[..self.end].split_at_mut(start);
        (&old[before..], new)
    }

    /// Takes the present table away; the one before it is the present one again.
    pub(super) fn pop(&mut self) {
        self.end = self.starts.pop().unwrap_or_default();
    }
}

/// What may set a bit, and how probably.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link<const L: usize> {
    pub(super) bit: usize,
    pub(super) weight: Lanes<L>,
}

/// Lets each state produce these bits, each with its probability; two in one sweep.
#[inline(always)]
pub(super) fn produce<const L: usize>(table: &mut [Lanes<L>], mut links: impl Iterator<Item = Link<L>>) {
    while let Some(one) = links.next() {
        let one_set = 1 << one.bit;
        let Some(other) = links.next() else {
            for off in states_without(one_set, table.len()) {
                let on = off + one_set;
                (table[off], table[on]) = produced(one, table[off], table[on]);
            }
            return;
        };
        let other_set = 1 << other.bit;
        for neither in states_without(one_set | other_set, table.len()) {
            let [first, second, both] = [neither + one_set, neither + other_set, neither + one_set + other_set];
            let (a, b) = produced(one, table[neither], table[first]);
            let (c, d) = produced(one, table[second], table[both]);
            (table[neither], table[second]) = produced(other, a, c);
            (table[first], table[both]) = produced(other, b, d);
        }
    }
}

/// Values without and with the bit, after it may have been produced.
#[inline(always)]
fn produced<const L: usize>(link: Link<L>, off: Lanes<L>, on: Lanes<L>) -> (Lanes<L>, Lanes<L>) {
    (off * link.weight.contrary(), on + link.weight * off)
}

/// Replaces each value by its expectation when these bits may still be set, each with its probability; two in one sweep.
#[inline(always)]
pub(super) fn expect<const L: usize>(values: &mut [Lanes<L>], mut links: impl Iterator<Item = Link<L>>) {
    while let Some(one) = links.next() {
        let one_set = 1 << one.bit;
        let Some(other) = links.next() else {
            for off in states_without(one_set, values.len()) {
                values[off] = expected(one, values[off], values[off + one_set]);
            }
            return;
        };
        let other_set = 1 << other.bit;
        for neither in states_without(one_set | other_set, values.len()) {
            let [first, second, both] = [neither + one_set, neither + other_set, neither + one_set + other_set];
            values[second] = expected(one, values[second], values[both]);
            values[neither] = expected(one, values[neither], values[first]);
            values[neither] = expected(other, values[neither], values[second]);
            values[first] = expected(other, values[first], values[both]);
        }
    }
}

/// Expectation of a value without the bit when it may still be set.
#[inline(always)]
fn expected<const L: usize>(link: Link<L>, off: Lanes<L>, on: Lanes<L>) -> Lanes<L> {
    link.weight.contrary() * off + link.weight * on
}

/// The states of a table of so many entries in which none of these bits is set, in rising order.
#[inline(always)]
pub(super) fn states_without(bits: usize, entries: usize) -> impl Iterator<Item = usize> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let state = next;
        // A carry runs through the bits as if they were not there.
        next = ((state | bits) + 1) & !bits;
        (state < entries).then_some(state)
    })
}

/// The pairs of entries that differ in one bit, in rising order of the state without the bit.
#[inline(always)]
pub(super) fn pairs<const L: usize>(table: &[Lanes<L>], bit: usize) -> impl Iterator<Item = (Lanes<L>, Lanes<L>)> {
    states_without(1 << bit, table.len()).map(move |off| (table[off], table[off | 1 << bit]))
}

/// Splits each value into a pair, in a table of twice as many entries, which gets this bit.
#[inline(always)]
pub(super) fn unfold<const L: usize>(
    values: &mut Vec<Lanes<L>>,
    bit: usize,
    split: impl Fn(Lanes<L>) -> (Lanes<L>, Lanes<L>),
) {
    let (half, stride) = (values.len(), 1 << bit);
    values.resize(half * 2, Lanes::ZERO);
    // From the end, so that nothing is overwritten before it is read.
    for pair in (0..half).rev() {
        let off = pair + (pair & !(stride - 1));
        (values[off], values[off + stride]) = split(values[pair]);
    }
}
