//! Families of numbers: each has a name, words, and a number for each combination of its labels.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::fmt::Debug;
use std::hash::Hash;

/// The upper bounds of the buckets, in seconds. From what the memory of this process takes, over what
/// a disk's sync takes, to a store's time-out.
const BOUNDS: [f64; 16] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// Some labels together.
pub(super) trait Labels: EncodeLabelSet + Clone + Hash + Eq + Debug + Send + Sync + 'static {}
impl<L: EncodeLabelSet + Clone + Hash + Eq + Debug + Send + Sync + 'static> Labels for L {}

/// Numbers that go up; `_total` is put behind their name.
pub(super) type Counters<L> = Family<L, Counter>;
/// How long things took, in seconds.
pub(super) type Timings<L> = Family<L, Histogram, fn() -> Histogram>;

/// Counters, of which these are written from the start: then the first one is seen as a change.
pub(super) fn counters<L: Labels>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    known: impl IntoIterator<Item = L>,
) -> Counters<L> {
    let family = Counters::<L>::default();
    for labels in known {
        drop(family.get_or_create(&labels));
    }
    registry.register(name, help, family.clone());
    family
}

/// Histograms, of which these are written from the start.
pub(super) fn timings<L: Labels>(
    registry: &mut Registry,
    name: &str,
    help: &str,
    known: impl IntoIterator<Item = L>,
) -> Timings<L> {
    let family = Timings::<L>::new_with_constructor(|| Histogram::new(BOUNDS));
    for labels in known {
        drop(family.get_or_create(&labels));
    }
    registry.register(name, help, family.clone());
    family
}

#[cfg(test)]
mod tests {
    use super::*;
    use prometheus_client::encoding::text::encode;

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let mut registry = Registry::default();
        let timings = timings(&mut registry, "took", "How long it took", [[("what", "nothing")], [("what", "it")]]);
        for micros in [0.0, 50.0, 51.0, 10_000_000.0, 10_000_001.0] {
            timings.get_or_create(&[("what", "it")]).observe(micros / 1e6);
        }
        let mut page = String::new();
        encode(&mut page, &registry).unwrap();
        let number = |name: &str| page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap();
        assert_eq!(number("took_count{what=\"nothing\"}"), "0");
        assert_eq!(number("took_count{what=\"it\"}"), "5");
        assert!((number("took_sum{what=\"it\"}").parse::<f64>().unwrap() - 20.000102).abs() < 1e-9);
        for (bound, below) in [("0.00005", "2"), ("0.0001", "3"), ("2.5", "3"), ("10.0", "4"), ("+Inf", "5")] {
            assert_eq!(number(&format!("took_bucket{{le=\"{bound}\",what=\"it\"}}")), below, "{bound}");
        }
    }
}
