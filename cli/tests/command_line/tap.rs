//! A plain TCP proxy in front of a server. It sees every byte that is really sent, and can break
//! connections.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

/// Requests of this method whose path contains this.
#[derive(Clone, Copy)]
pub(crate) struct Asks(pub(crate) &'static str, pub(crate) &'static str);

pub(crate) const CREATE: Asks = Asks("POST", "/secrets");
pub(crate) const LOOKUP: Asks = Asks("GET", "/open/");
pub(crate) const CLAIM: Asks = Asks("POST", "/claim");
pub(crate) const ACKNOWLEDGE: Asks = Asks("POST", "/ack");
pub(crate) const ANYTHING: Asks = Asks("", "");

impl Asks {
    /// Whether such a request begins with these bytes.
    fn begins(self, bytes: &[u8]) -> bool {
        let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let mut words = line.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        method.starts_with(self.0) && path.contains(self.1)
    }
}

/// How much of an answer still gets through before its connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Through {
    /// The request does not even reach the server.
    Unsent,
    /// Nothing of the answer; the connection is reset.
    Nothing,
    /// Nothing of the answer; the connection is reset after so long a silence.
    NothingAfter(Duration),
    /// The head of the answer; the connection is reset.
    Head,
    /// Its head and half of its body.
    Half,
}

/// What a request gets instead of an answer of the server, by its first bytes.
type Answer = Box<dyn FnMut(&str) -> Option<&'static str> + Send>;

enum Rule {
    Cut { on: Asks, through: Through, times: usize },
    Instead { on: Asks, answer: Answer },
    Before { on: Asks, act: Box<dyn FnOnce() + Send> },
}

/// What went each way over one connection.
#[derive(Clone, Default)]
struct Record {
    sent: Vec<u8>,
    received: Vec<u8>,
}

#[derive(Default)]
struct State {
    rule: Option<Rule>,
    cuts: usize,
    records: Vec<Record>,
}

impl State {
    fn counted(&mut self) {
        self.cuts += 1;
        if let Some(Rule::Cut { times, .. }) = self.rule
            && self.cuts >= times
        {
            self.rule = None;
        }
    }
}

pub(crate) struct Tap {
    port: u16,
    state: Arc<Mutex<State>>,
}

impl Tap {
    pub(crate) fn open(target: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                // A server that is gone takes no connection, and nor does its tap.
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(target)) else { continue };
                pass(&shared, client, server);
            }
        });
        Self { port, state }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Breaks the next so many connections on which such a request comes.
    pub(crate) fn cut(&self, on: Asks, through: Through, times: usize) {
        let mut state = self.state();
        state.cuts = 0;
        state.rule = Some(Rule::Cut { on, through, times });
    }

    /// Answers such requests with this, or never where it is empty, and lets nothing of them through.
    pub(crate) fn instead(&self, on: Asks, answer: &'static str) {
        self.instead_if(on, move |_| Some(answer));
    }

    /// Answers those of such requests itself for which there is an answer.
    pub(crate) fn instead_if(&self, on: Asks, answer: impl FnMut(&str) -> Option<&'static str> + Send + 'static) {
        self.state().rule = Some(Rule::Instead { on, answer: Box::new(answer) });
    }

    /// Does something when the next such request has come, and passes it on after that.
    pub(crate) fn before(&self, on: Asks, act: impl FnOnce() + Send + 'static) {
        self.state().rule = Some(Rule::Before { on, act: Box::new(act) });
    }

    pub(crate) fn heal(&self) {
        self.state().rule = None;
    }

    /// How many connections were broken since `cut`.
    pub(crate) fn cuts(&self) -> usize {
        self.state().cuts
    }

    /// What was sent, one text for each connection.
    pub(crate) fn sent(&self) -> Vec<Vec<u8>> {
        self.state().records.iter().map(|record| record.sent.clone()).collect()
    }

    /// What was answered, one text for each connection.
    pub(crate) fn received(&self) -> Vec<String> {
        self.state().records.iter().map(|record| String::from_utf8_lossy(&record.received).into_owned()).collect()
    }

    /// Method and path of every request.
    pub(crate) fn requests(&self) -> Vec<String> {
        let lines = |bytes: Vec<u8>| {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let starts = text.split("\r\n").filter_map(|line| line.strip_suffix(" HTTP/1.1"));
            // The body before it, which is JSON, has no line break at its end.
            starts.map(|line| line.rsplit('}').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
        };
        self.sent().into_iter().flat_map(lines).collect()
    }

    /// How often this was asked for.
    pub(crate) fn count(&self, asked: Asks) -> usize {
        self.requests().iter().filter(|line| asked.begins(line.as_bytes())).count()
    }
}

/// One connection, from both of its ends.
struct Connection {
    state: Arc<Mutex<State>>,
    number: usize,
    client: TcpStream,
    server: TcpStream,
    /// What becomes of the answer that is under way.
    cut: Mutex<Option<Through>>,
    is_reset: Mutex<bool>,
}

/// Passes on what is sent and answered, in threads of its own.
fn pass(state: &Arc<Mutex<State>>, client: TcpStream, server: TcpStream) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let number = {
        let mut state = state.lock().unwrap();
        state.records.push(Record::default());
        state.records.len() - 1
    };
    let state = Arc::clone(state);
    let connection =
        Arc::new(Connection { state, number, client, server, cut: Mutex::default(), is_reset: Mutex::default() });
    let other = Arc::clone(&connection);
    thread::spawn(move || connection.up());
    thread::spawn(move || other.down());
}

impl Connection {
    /// What the client sends.
    fn up(&self) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = (&self.client).read(&mut buffer) {
            if !self.let_through(&buffer[..read]) || (&self.server).write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// Decides about some bytes, and does what the rule says.
    fn let_through(&self, bytes: &[u8]) -> bool {
        let mut state = self.state.lock().unwrap();
        state.records[self.number].sent.extend(bytes);
        match state.rule.take() {
            Some(Rule::Before { on, act }) if on.begins(bytes) => {
                drop(state);
                act();
                true
            }
            Some(Rule::Cut { on, through, times }) if on.begins(bytes) => {
                state.rule = Some(Rule::Cut { on, through, times });
                if through == Through::Unsent {
                    state.counted();
                    self.reset();
                    return false;
                }
                *self.cut.lock().unwrap() = Some(through);
                true
            }
            Some(Rule::Instead { on, mut answer }) if on.begins(bytes) => {
                let now = answer(&String::from_utf8_lossy(bytes));
                state.rule = Some(Rule::Instead { on, answer });
                drop(state);
                if let Some(answer) = now {
                    self.answer(answer);
                }
                now.is_none()
            }
            other => {
                state.rule = other;
                true
            }
        }
    }

    /// Answers in the server's place, and takes what else comes until the client goes.
    fn answer(&self, answer: &str) {
        if !answer.is_empty() {
            let _ = (&self.client).write_all(answer.as_bytes());
            let _ = self.client.shutdown(Shutdown::Write);
        }
        let _ = std::io::copy(&mut &self.client, &mut std::io::sink());
    }

    /// What the server answers.
    fn down(&self) {
        let mut buffer = vec![0; 64 * 1024];
        let mut held = Vec::new();
        while let Ok(read @ 1..) = (&self.server).read(&mut buffer) {
            let bytes = &buffer[..read];
            self.state.lock().unwrap().records[self.number].received.extend(bytes);
            let cut = *self.cut.lock().unwrap();
            let Some(through) = cut else {
                if (&self.client).write_all(bytes).is_err() {
                    break;
                }
                continue;
            };
            held.extend_from_slice(bytes);
            let Some(part) = part(&held, through) else { continue };
            self.state.lock().unwrap().counted();
            if let Through::NothingAfter(silence) = through {
                thread::sleep(silence);
            }
            if matches!(through, Through::Nothing | Through::NothingAfter(_)) {
                self.reset();
            } else {
                let _ = (&self.client).write_all(part);
            }
            break;
        }
        let _ = self.server.shutdown(Shutdown::Both);
        if !*self.is_reset.lock().unwrap() {
            let _ = self.client.shutdown(Shutdown::Both);
        }
    }

    /// Breaks the connection to the client with a reset, which is sent when both threads have let go
    /// of it (RFC 9293, 3.10.4, with nothing left to linger for).
    fn reset(&self) {
        *self.is_reset.lock().unwrap() = true;
        socket2::SockRef::from(&self.client).set_linger(Some(Duration::ZERO)).unwrap();
        let _ = self.client.shutdown(Shutdown::Read);
        let _ = self.server.shutdown(Shutdown::Both);
    }
}

/// What of an answer still gets through; `None` while less of it has come.
fn part(answer: &[u8], through: Through) -> Option<&[u8]> {
    let head = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    let length: usize =
        text.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let body = if through == Through::Half { length / 2 } else { 0 };
    answer.get(..head + body)
}
