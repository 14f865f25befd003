//! What is counted of requests and connections.

use super::families::{Counters, Timings, counters, timings};
use super::label::{Value, labels};
use crate::routes::Route;
use crate::web::accept::Level;
use ashlink_core::api::ErrorCode;
use ashlink_store::counters::Class;
use axum::http;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::time::Duration;

labels! {
    /// What is asked for. Anyone can make up a method, so all others are one.
    Method: {
        Get = "GET", Head = "HEAD", Post = "POST", Put = "PUT", Patch = "PATCH", Delete = "DELETE",
        Options = "OPTIONS", Other = "other",
    }
}

impl From<&http::Method> for Method {
    fn from(method: &http::Method) -> Self {
        match method.as_str() {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            _ => Self::Other,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    method: Value<Method>,
    route: Value<Option<Route>>,
    status: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfRoute {
    route: Value<Option<Route>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfCode {
    code: Value<ErrorCode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfClass {
    class: Value<Class>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLevel {
    level: Value<Level>,
}

/// Requests and connections.
#[derive(Debug)]
pub(crate) struct Http {
    requests: Counters<Answer>,
    durations: Timings<OfRoute>,
    refused: Counters<OfCode>,
    limited: Counters<OfClass>,
    in_flight: Gauge,
    abandoned: Counter,
    connections: Gauge,
    most_connections: Gauge,
    turned_away: Counters<OfLevel>,
}

impl Http {
    /// With a place on the page for each number.
    pub(super) fn new(registry: &mut Registry) -> Self {
        let requests = counters(
            registry,
            "ashlink_http_requests",
            "Requests that were answered, by method, route template and status. What never happened is not listed",
            [],
        );
        let routes = Route::ALL.iter().copied().map(Some).chain([None]);
        let durations = timings(
            registry,
            "ashlink_http_request_duration_seconds",
            "From a request's head to the head of its answer, its body's arrival included",
            routes.map(|route| OfRoute { route: Value(route) }),
        );
        let refused = counters(
            registry,
            "ashlink_refused",
            "Requests that were answered with an error, by the error's code",
            ErrorCode::ALL.iter().map(|code| OfCode { code: Value(*code) }),
        );
        let limited = counters(
            registry,
            "ashlink_rate_limited",
            "Requests that were refused because one caller asked too often (create, lookup, open) \
             or had stored too many bytes",
            Class::ALL.iter().map(|class| OfClass { class: Value(*class) }),
        );
        let turned_away = counters(
            registry,
            "ashlink_http_connections_refused",
            "Connections that were closed at once, since one address, or the network around it, had all of its places",
            Level::ALL.iter().map(|level| OfLevel { level: Value(*level) }),
        );
        let [in_flight, connections, most_connections] = [(); 3].map(|()| Gauge::default());
        registry.register("ashlink_http_requests_in_flight", "Requests that are not answered yet", in_flight.clone());
        registry.register("ashlink_http_connections", "Open connections", connections.clone());
        registry.register(
            "ashlink_http_connections_limit",
            "Connections that can be open at once; further ones wait",
            most_connections.clone(),
        );
        let abandoned = Counter::default();
        registry.register(
            "ashlink_http_requests_abandoned",
            "Requests whose client went away before the answer",
            abandoned.clone(),
        );
        Self { requests, durations, refused, limited, in_flight, abandoned, connections, most_connections, turned_away }
    }

    /// A request has begun. It ends with what this gives.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.inc();
        InFlight { http: self, answered: false }
    }

    /// A client asked more often than it may.
    pub(crate) fn limited(&self, class: Class) {
        self.limited.get_or_create(&OfClass { class: Value(class) }).inc();
    }

    /// A connection was accepted. It ends with what this gives.
    pub(crate) fn connected(&self) -> Connection {
        self.connections.inc();
        Connection(self.connections.clone())
    }

    /// So many connections can be open at once.
    pub(crate) fn limit_connections(&self, most: usize) {
        self.most_connections.set(i64::try_from(most).unwrap_or(i64::MAX));
    }

    /// A connection was closed unheard, since its address or the network around it has all of its places.
    pub(crate) fn turned_away(&self, level: Level) {
        self.turned_away.get_or_create(&OfLevel { level: Value(level) }).inc();
    }

    /// By address, and by network.
    #[cfg(test)]
    pub(crate) fn turned_away_so_far(&self) -> Vec<u64> {
        let count = |level: &Level| self.turned_away.get_or_create(&OfLevel { level: Value(*level) }).get();
        Level::ALL.iter().map(count).collect()
    }
}

/// A request that is not answered yet.
pub(crate) struct InFlight<'a> {
    http: &'a Http,
    answered: bool,
}

impl InFlight<'_> {
    /// It was answered.
    pub(crate) fn answered(
        mut self,
        method: Method,
        route: Option<Route>,
        status: u16,
        error: Option<ErrorCode>,
        took: Duration,
    ) {
        self.answered = true;
        let route = Value(route);
        self.http.requests.get_or_create(&Answer { method: Value(method), route, status }).inc();
        self.http.durations.get_or_create(&OfRoute { route }).observe(took.as_secs_f64());
        if let Some(code) = error {
            self.http.refused.get_or_create(&OfCode { code: Value(code) }).inc();
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.http.in_flight.dec();
        if !self.answered {
            self.http.abandoned.inc();
        }
    }
}

/// An open connection, for as long as it is kept.
#[derive(Debug)]
pub(crate) struct Connection(Gauge);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.dec();
    }
}
