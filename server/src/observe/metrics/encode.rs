//! Writing the page, with the library that knows its format.

use super::table::{Labels, Pair, Table};
use super::timings::Timings;
use crate::observe::metrics::label::Label;
use prometheus_client::encoding::{DescriptorEncoder, EncodeCounterValue, EncodeGaugeValue, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use std::fmt;

/// The page while it is written: families of numbers, each with its words.
pub(super) struct Page<'a>(pub(super) DescriptorEncoder<'a>);

/// Whether a counter is written that has counted nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zeros {
    /// It is: then the first one is seen as a change.
    Written,
    /// It is not: most of the combinations never happen.
    LeftOut,
}

const NO_EXEMPLAR: Option<&Exemplar<NoLabelSet, f64>> = None;

impl Page<'_> {
    fn family<'s>(&'s mut self, name: &'s str, help: &str, kind: MetricType) -> Result<MetricEncoder<'s>, fmt::Error> {
        self.0.encode_descriptor(name, help, None, kind)
    }

    /// What does not change, in labels.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &[Pair]) -> fmt::Result {
        self.family(name, help, MetricType::Info)?.encode_info(&labels)
    }

    /// A number that goes up and down; nothing but its words when it is not known.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: Option<impl EncodeGaugeValue>) -> fmt::Result {
        let mut family = self.family(name, help, MetricType::Gauge)?;
        value.map_or(Ok(()), |value| family.encode_gauge(&value))
    }

    /// A number that goes up; `_total` is put behind its name.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: &impl EncodeCounterValue) -> fmt::Result {
        self.family(name, help, MetricType::Counter)?.encode_counter(value, NO_EXEMPLAR)
    }

    /// Numbers that go up; `_total` is put behind their name.
    pub(super) fn counters<L: Labels>(
        &mut self,
        name: &str,
        help: &str,
        table: &Table<L>,
        zeros: Zeros,
    ) -> fmt::Result {
        let mut family = self.family(name, help, MetricType::Counter)?;
        for (labels, count) in table.each() {
            if labels.is_empty() {
                family.encode_counter(&count, NO_EXEMPLAR)?;
            } else if count > 0 || zeros == Zeros::Written {
                family.encode_family(&labels)?.encode_counter(&count, NO_EXEMPLAR)?;
            }
        }
        Ok(())
    }

    /// Histograms.
    pub(super) fn timings<L: Label>(&mut self, name: &str, help: &str, timings: &Timings<L>) -> fmt::Result {
        let mut family = self.family(name, help, MetricType::Histogram)?;
        for timed in timings.each() {
            let labels = [timed.label];
            let mut encoder = family.encode_family(&labels)?;
            encoder.encode_histogram::<NoLabelSet>(timed.sum, timed.count, &timed.buckets, None)?;
        }
        Ok(())
    }
}
