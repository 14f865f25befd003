//! What is counted of requests and connections.

use super::encode::{Page, Zeros};
use super::label::labels;
use super::table::Table;
use super::timings::Timings;
use crate::limit::Class;
use crate::routes::Route;
use ashlink_core::api::ErrorCode;
use axum::http;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

labels! {
    /// What is asked for. Anyone can make up a method, so all others are one.
    Method, "method": {
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

/// Makes a label whose values are what it is made from.
macro_rules! listed {
    ($(#[$doc:meta])* $label:ident, $name:literal, $from:ty, $other:ident = $none:literal:
        { $($value:ident = $text:tt => $given:pat),+ $(,)? }) => {
        labels! { $(#[$doc])* $label, $name: { $($value = $text,)+ $other = $none } }

        impl From<$from> for $label {
            fn from(given: $from) -> Self {
                match given { $($given => Self::$value,)+ _ => Self::$other }
            }
        }
    };
}

listed! {
    /// The statuses that this server answers with.
    Status, "status", u16, Other = "other": {
        Ok = "200" => 200, Created = "201" => 201, NoContent = "204" => 204, BadRequest = "400" => 400,
        Unauthorized = "401" => 401, Forbidden = "403" => 403, NotFound = "404" => 404,
        MethodNotAllowed = "405" => 405, RequestTimeout = "408" => 408, Conflict = "409" => 409, Gone = "410" => 410,
        TooLarge = "413" => 413, UnsupportedType = "415" => 415, Unprocessable = "422" => 422,
        TooMany = "429" => 429, Internal = "500" => 500, NotImplemented = "501" => 501, Unavailable = "503" => 503, Timeout = "504" => 504,
        Full = "507" => 507,
    }
}

labels! {
    /// Who has all of its connections already.
    Level, "level": { Address = "address", Network = "network" }
}

/// Requests and connections.
#[derive(Debug, Default)]
pub(crate) struct Http {
    requests: Table<(Method, Option<Route>, Status)>,
    durations: Timings<Option<Route>>,
    refused: Table<(ErrorCode,)>,
    limited: Table<(Class,)>,
    in_flight: AtomicU64,
    abandoned: AtomicU64,
    connections: Arc<AtomicU64>,
    most_connections: AtomicU64,
    turned_away: Table<(Level,)>,
}

impl Http {
    /// A request has begun. It ends with what this gives.
    pub(crate) fn begin(&self) -> InFlight<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight { http: self, answered: false }
    }

    /// A client asked more often than it may.
    pub(crate) fn limited(&self, class: Class) {
        self.limited.count((class,));
    }

    /// A connection was accepted. It ends with what this gives.
    pub(crate) fn connected(&self) -> Connection {
        self.connections.fetch_add(1, Ordering::Relaxed);
        Connection(Arc::clone(&self.connections))
    }

    /// So many connections can be open at once.
    pub(crate) fn limit_connections(&self, most: usize) {
        self.most_connections.store(most as u64, Ordering::Relaxed);
    }

    /// A connection was closed unheard, since its address or the network around it has all of its places.
    pub(crate) fn turned_away(&self, level: Level) {
        self.turned_away.count((level,));
    }

    /// By address, and by network.
    #[cfg(test)]
    pub(crate) fn turned_away_so_far(&self) -> Vec<u64> {
        self.turned_away.each().map(|(_, count)| count).collect()
    }

    pub(super) fn write(&self, page: &mut Page<'_>) -> fmt::Result {
        page.counters(
            "ashlink_http_requests",
            "Requests that were answered, by method, route template and status. What never happened is not listed.",
            &self.requests,
            Zeros::LeftOut,
        )?;
        page.timings(
            "ashlink_http_request_duration_seconds",
            "From a request's head to the head of its answer, its body's arrival included.",
            &self.durations,
        )?;
        page.counters(
            "ashlink_refused",
            "Requests that were answered with an error, by the error's code.",
            &self.refused,
            Zeros::Written,
        )?;
        page.counters(
            "ashlink_rate_limited",
            "Requests that were refused because one client asked too often (creating, looking, opening) \
             or had stored too many bytes.",
            &self.limited,
            Zeros::Written,
        )?;
        let now = |number: &AtomicU64| Some(number.load(Ordering::Relaxed));
        page.gauge("ashlink_http_requests_in_flight", "Requests that are not answered yet.", now(&self.in_flight))?;
        page.counter(
            "ashlink_http_requests_abandoned",
            "Requests whose client went away before the answer.",
            &self.abandoned.load(Ordering::Relaxed),
        )?;
        page.gauge("ashlink_http_connections", "Open connections.", now(&self.connections))?;
        page.gauge(
            "ashlink_http_connections_limit",
            "Connections that can be open at once; further ones wait.",
            now(&self.most_connections),
        )?;
        page.counters(
            "ashlink_http_connections_refused",
            "Connections that were closed at once, since one address, or the network around it, had all of its places.",
            &self.turned_away,
            Zeros::Written,
        )
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
        self.http.requests.count((method, route, status.into()));
        self.http.durations.observe(route, took);
        if let Some(code) = error {
            self.http.refused.count((code,));
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.http.in_flight.fetch_sub(1, Ordering::Relaxed);
        if !self.answered {
            self.http.abandoned.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// An open connection, for as long as it is kept.
#[derive(Debug)]
pub struct Connection(Arc<AtomicU64>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
