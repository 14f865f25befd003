//! The transport of the command line: HTTP over the system's network.

use crate::exit::{Exit, Failure};
use crate::no_proxy;
use crate::settings::Settings;
use ashlink_client::transport::{Answer, Call, NoAnswer, Transport};
use ashlink_core::text::without_mark;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::cell::RefCell;
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use ureq::http::HeaderMap;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body, Proxy, ProxyProtocol};

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the other side may be silent, and how long the head of an answer may take as a whole.
const SILENCE: Duration = Duration::from_secs(30);
/// How many bytes of a body must come or go in a second once it has taken that long: fewer than any line that
/// people use, and enough to end when somebody sends one byte a second.
const PACE: u64 = 2000;
/// The longest answer: the largest envelope in base64, and some.
const LONGEST: u64 = 100 * 1024 * 1024;
/// The longest page or file, in bytes, packed or not.
pub(crate) const LONGEST_PAGE: u64 = 16 * 1024 * 1024;
/// How long a page or file may take as a whole.
const PAGE: Duration = Duration::from_secs(60);

/// One server, over HTTP.
pub(crate) struct Http {
    agent: Agent,
    /// What stands before every path, without a slash at the end.
    base: String,
    why: Why,
}

/// What the network said about the last call without an answer.
#[derive(Clone, Default)]
pub(crate) struct Why(Rc<RefCell<String>>);

impl Why {
    /// Its words; empty where there were none.
    pub(crate) fn words(&self) -> String {
        self.0.borrow().clone()
    }
}

fn unusable(what: &str) -> Failure {
    Failure::new(Exit::Local, what, "Write it as http://host:port or https://host:port. Nothing was sent.")
}

impl Http {
    /// To the server at this address, without a slash at the end.
    pub(crate) fn new(base: &str, settings: &Settings) -> Result<Self, Failure> {
        let proxy = match &settings.proxy {
            Some(proxy) => Some(Proxy::new(proxy).map_err(|_| unusable("the proxy's address cannot be read"))?),
            None if no_proxy::names(base) => None,
            None => Proxy::try_from_env(),
        };
        // Any other would be passed by without a word, and who wants one does not want that.
        if proxy.as_ref().is_some_and(|proxy| !matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https)) {
            return Err(unusable("this kind of proxy is not supported (ALL_PROXY, or the settings)"));
        }
        // Certificates are only looked for where they are needed.
        let roots = if base.starts_with("https:") { roots(settings.ca_file.as_deref())? } else { Vec::new() };
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .proxy(proxy)
            .user_agent(concat!("ashlink/", env!("CARGO_PKG_VERSION")))
            // Every status is an answer, and a server that sends us elsewhere is not the one
            // that the link is for.
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_per_read(Some(SILENCE))
            .timeout_per_write(Some(SILENCE))
            .timeout_send_request(Some(SILENCE))
            .timeout_recv_response(Some(SILENCE))
            // A connection that the server is about to close would leave a claim without an
            // answer: each call has its own.
            .max_idle_connections(0)
            .build();
        Ok(Self { agent: config.new_agent(), base: base.to_owned(), why: Why::default() })
    }

    /// What the network will have said about calls without an answer.
    pub(crate) fn why(&self) -> Why {
        self.why.clone()
    }

    fn call(&self, call: &Call) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(call.method.as_str())
            .uri([&*self.base, "/api/v1/", &*call.path].concat());
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let answer = match &call.body {
            Some(body) => {
                let request = request.header("content-type", "application/json").body(body.as_str())?;
                let timeout = Some(allowed(body.len()));
                self.agent.run(self.agent.configure_request(request).timeout_send_body(timeout).build())?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let status = answer.status().as_u16();
        Ok(Answer { status, body: text(answer.into_body())? })
    }
}

/// A page or file as it came: packed, and maybe cut off.
pub(crate) struct Page {
    pub(crate) status: u16,
    headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Why the body is not whole.
    pub(crate) broken: Option<String>,
}

impl Page {
    /// A header's value; empty where there is none, and all of them where there are several.
    pub(crate) fn header(&self, name: &str) -> String {
        let values = self.headers.get_all(name).iter();
        values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect::<Vec<_>>().join(", ")
    }
}

impl Http {
    /// Fetches what is at a path below the base, as somebody who sends these headers.
    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Result<Page, Failure> {
        let address = format!("{}/{path}", self.base);
        let unreachable = |error: ureq::Error| {
            Failure::new(Exit::Unreachable, format!("there is no answer from {address}: {error}"), "Try again later.")
        };
        let mut request = ureq::http::Request::get(&address);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).map_err(|error| unreachable(error.into()))?;
        let request = self.agent.configure_request(request).timeout_global(Some(PAGE)).build();
        let (head, body) = self.agent.run(request).map_err(unreachable)?.into_parts();
        let mut whole = Vec::new();
        let read = body.into_with_config().limit(LONGEST_PAGE).reader().read_to_end(&mut whole);
        let broken = read.err().map(|error| error.to_string());
        Ok(Page { status: head.status.as_u16(), headers: head.headers, body: whole, broken })
    }
}

fn text(body: Body) -> Result<String, ureq::Error> {
    let started = Instant::now();
    let bytes = in_time(body.into_with_config().limit(LONGEST).reader(), || started.elapsed())?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// How long a body of so many bytes may take.
const fn allowed(bytes: usize) -> Duration {
    SILENCE.saturating_add(Duration::from_secs(bytes as u64 / PACE))
}

/// All that comes, unless that takes too long for what it is.
fn in_time(mut from: impl Read, elapsed: impl Fn() -> Duration) -> io::Result<Vec<u8>> {
    let mut all = Vec::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        match from.read(&mut part) {
            Ok(0) => return Ok(all),
            Ok(read) => all.extend_from_slice(&part[..read]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if elapsed() > allowed(all.len()) {
            return Err(io::Error::new(ErrorKind::TimedOut, "its answer comes too slowly"));
        }
    }
}

impl Transport for Http {
    /// Blocks: a command has nothing else to do meanwhile.
    async fn send(&self, call: Call) -> Result<Answer, NoAnswer> {
        self.call(&call).map_err(|error| {
            *self.why.0.borrow_mut() = match error {
                ureq::Error::Io(error) => error.to_string(),
                error => error.to_string(),
            };
            NoAnswer
        })
    }
}

/// Whom to believe: the CAs of this file alone, or else those of the system.
fn roots(file: Option<&Path>) -> Result<Vec<Certificate<'static>>, Failure> {
    let certificates = match file {
        Some(path) => of_file(path)?,
        None => rustls_native_certs::load_native_certs().certs,
    };
    if certificates.is_empty() {
        let next = "Install them (the package ca-certificates), or give a PEM file with --ca-file.";
        return Err(Failure::new(Exit::Local, "there are no CA certificates", next));
    }
    Ok(certificates.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect())
}

fn of_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let unusable = |why: String| {
        Failure::new(Exit::Local, format!("cannot use the CA file {}: {why}", path.display()), "It must be a PEM file.")
    };
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    CertificateDer::pem_slice_iter(without_mark(&pem))
        .collect::<Result<_, _>>()
        .map_err(|error| unusable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A line that carries so many bytes in each second of its own clock.
    struct Line<'a> {
        left: usize,
        per_second: usize,
        clock: &'a Cell<u64>,
    }

    impl Read for Line<'_> {
        fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
            let read = self.per_second.min(self.left).min(part.len());
            self.left -= read;
            self.clock.set(self.clock.get() + 1);
            Ok(read)
        }
    }

    #[test]
    fn an_answer_must_come_in_a_time_that_fits_it() {
        let read = |left: usize, per_second: usize| {
            let clock = Cell::new(0);
            let line = Line { left, per_second, clock: &clock };
            (in_time(line, || Duration::from_secs(clock.get())).map(|all| all.len()), clock.get())
        };
        // A modem of 56 kbit/s, for as long as it takes.
        assert_eq!(read(2_000_000, 5_000).0.unwrap(), 2_000_000);
        assert_eq!(read(25, 1).0.unwrap(), 25);
        let (slow, took) = read(2_000_000, 1);
        assert_eq!((slow.unwrap_err().kind(), took), (ErrorKind::TimedOut, 31));
        assert!(read(2_000_000, 1_000).0.is_err());
    }
}
