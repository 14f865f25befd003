//! Where the log goes, and in which form.

#[cfg(feature = "otel")]
use anyhow::Context as _;
use std::io::IsTerminal as _;
use tracing::Metadata;
use tracing_subscriber::filter::{FilterExt as _, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// In which form lines are logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: an object in each line.
    Json,
}

/// What must be kept until the end, so that all is sent.
#[derive(Debug, Default)]
pub struct Started {
    #[cfg(feature = "otel")]
    _traces: Option<crate::observe::trace::otlp::Traces>,
}

fn is_event(metadata: &Metadata<'_>) -> bool {
    metadata.is_event()
}

/// Logs to standard error from now on, and sends traces where that was built in and a collector
/// is named. Called once.
///
/// # Errors
/// When the collector's address cannot be read; in words that name the variable.
pub fn start(filter: EnvFilter, format: LogFormat) -> anyhow::Result<Started> {
    let lines = match format {
        LogFormat::Text => fmt::layer()
            .with_writer(std::io::stderr)
            // Colours are for people; files and journals get plain text.
            .with_ansi(std::io::stderr().is_terminal())
            .boxed(),
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(std::io::stderr)
            .boxed(),
    };
    // Spans are for traces alone.
    let lines = lines.with_filter(filter.and(filter_fn(is_event)));
    #[cfg(feature = "otel")]
    {
        let traces = crate::observe::trace::otlp::Traces::from_env().context("OTEL_EXPORTER_OTLP_…")?;
        tracing_subscriber::registry()
            .with(lines)
            .with(traces.as_ref().map(crate::observe::trace::otlp::Traces::layer))
            .init();
        Ok(Started { _traces: traces })
    }
    #[cfg(not(feature = "otel"))]
    {
        tracing_subscriber::registry().with(lines).init();
        Ok(Started::default())
    }
}
