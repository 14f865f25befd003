//! Sending spans to a collector, by OTLP over HTTP.
//!
//! The standard's environment variables say where and how (`OTEL_EXPORTER_OTLP_ENDPOINT`,
//! `OTEL_TRACES_SAMPLER`, `OTEL_SERVICE_NAME` …). Without an endpoint nothing is sent.

use super::TARGET;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use std::env;
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::crypto::ring;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// For how long a collector is waited for: the standard's default.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What names an endpoint, for all signals or for traces.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
/// What this program is called, unless `OTEL_SERVICE_NAME` says otherwise.
const SERVICE: &str = "ashlink-server";

/// What sends the spans. To be kept until the end.
#[derive(Debug)]
pub struct Traces(SdkTracerProvider);

impl Traces {
    /// As the environment says; `None` where it names no collector.
    ///
    /// # Errors
    /// When what it says cannot be read.
    pub fn from_env() -> Result<Option<Self>, ExporterBuildError> {
        let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
        ENDPOINTS.into_iter().any(is_set).then(|| Self::to(None)).transpose()
    }

    /// To this address, or to that of the environment.
    ///
    /// # Errors
    /// When it is no address.
    pub fn to(endpoint: Option<String>) -> Result<Self, ExporterBuildError> {
        let mut builder = SpanExporter::builder().with_http().with_http_client(Client::new());
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let resource = Resource::builder();
        let resource = match env::var_os("OTEL_SERVICE_NAME") {
            Some(_) => resource,
            None => resource.with_service_name(SERVICE),
        };
        Ok(Self(
            SdkTracerProvider::builder().with_batch_exporter(builder.build()?).with_resource(resource.build()).build(),
        ))
    }

    /// Turns this program's spans into theirs. Nothing else is taken: no line of the log, and no
    /// span of a library.
    pub fn layer<S: Subscriber + for<'a> LookupSpan<'a>>(&self) -> impl Layer<S> + use<S> {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer(SERVICE))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_level(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(|metadata| metadata.is_span() && metadata.target() == TARGET))
    }
}

impl Drop for Traces {
    /// Sends what is left.
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// The way to the collector. It blocks, which the exporter's own thread may.
#[derive(Debug)]
struct Client(Agent);

impl Client {
    fn new() -> Self {
        let roots = rustls_native_certs::load_native_certs().certs;
        let roots = roots.iter().map(|root| Certificate::from_der(root).to_owned()).collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(TIMEOUT))
            .build();
        Self(config.new_agent())
    }
}

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let (parts, mut body) = self.0.run(Request::from_parts(parts, &*body))?.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
