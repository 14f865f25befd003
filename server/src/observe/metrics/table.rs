//! Counters, one for each combination of labels, all of them there from the start.

use super::label::Label;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};

/// A label's name and the texts of its values.
pub(super) type Axis = (&'static str, &'static [&'static str]);

/// One or more labels together.
pub(crate) trait Labels: Copy {
    /// The labels, in the order in which they are written.
    fn axes() -> Vec<Axis>;

    /// Where this combination stands among all of them: the last label changes fastest.
    fn place(self) -> usize;
}

impl Labels for () {
    fn axes() -> Vec<Axis> {
        Vec::new()
    }

    fn place(self) -> usize {
        0
    }
}

impl<A: Label> Labels for (A,) {
    fn axes() -> Vec<Axis> {
        vec![(A::NAME, A::VALUES)]
    }

    fn place(self) -> usize {
        self.0.place()
    }
}

impl<A: Label, B: Label> Labels for (A, B) {
    fn axes() -> Vec<Axis> {
        vec![(A::NAME, A::VALUES), (B::NAME, B::VALUES)]
    }

    fn place(self) -> usize {
        self.0.place() * B::VALUES.len() + self.1.place()
    }
}

impl<A: Label, B: Label, C: Label> Labels for (A, B, C) {
    fn axes() -> Vec<Axis> {
        vec![(A::NAME, A::VALUES), (B::NAME, B::VALUES), (C::NAME, C::VALUES)]
    }

    fn place(self) -> usize {
        (self.0, self.1).place() * C::VALUES.len() + self.2.place()
    }
}

/// A label's name and one of its values.
pub(super) type Pair = (&'static str, &'static str);

/// A counter for each combination.
#[derive(Debug)]
pub(crate) struct Table<L> {
    counts: Box<[AtomicU64]>,
    labels: PhantomData<fn(L)>,
}

impl<L: Labels> Default for Table<L> {
    fn default() -> Self {
        let combinations = L::axes().iter().map(|(_, values)| values.len()).product();
        Self { counts: (0..combinations).map(|_| AtomicU64::new(0)).collect(), labels: PhantomData }
    }
}

impl<L: Labels> Table<L> {
    /// One more.
    pub(crate) fn count(&self, labels: L) {
        self.counts[labels.place()].fetch_add(1, Ordering::Relaxed);
    }

    /// Each combination and how often it was counted.
    pub(super) fn each(&self) -> impl Iterator<Item = (Vec<Pair>, u64)> {
        let axes = L::axes();
        self.counts.iter().enumerate().map(move |(place, count)| {
            let mut rest = place;
            let mut pairs: Vec<Pair> = Vec::with_capacity(axes.len());
            for (name, values) in axes.iter().rev() {
                pairs.push((name, values[rest % values.len()]));
                rest /= values.len();
            }
            pairs.reverse();
            (pairs, count.load(Ordering::Relaxed))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::api::ErrorCode;
    use ashlink_store::counters::Class;

    #[test]
    fn every_combination_has_its_place() {
        let table = Table::<(Class, ErrorCode, Class)>::default();
        let classes = [Class::Create, Class::Look, Class::Open, Class::Bytes];
        let all: Vec<_> = classes
            .into_iter()
            .flat_map(|first| ErrorCode::ALL.iter().map(move |code| (first, *code)))
            .flat_map(|(first, code)| classes.map(|last| (first, code, last)))
            .collect();
        for (place, labels) in all.iter().enumerate() {
            for _ in 0..place {
                table.count(*labels);
            }
        }
        let counted: Vec<_> = table.each().collect();
        assert_eq!(counted.len(), all.len());
        for (place, ((first, code, last), (pairs, count))) in all.into_iter().zip(counted).enumerate() {
            assert_eq!(count, place as u64);
            assert_eq!(pairs, [("class", first.name()), ("code", code.as_str()), ("class", last.name())]);
        }
    }
}
