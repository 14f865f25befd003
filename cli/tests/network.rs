//! How the command line reaches servers: certificates of an own CA, and proxies. The server here
//! answers every call alike; what it answers is tested elsewhere.

#![expect(clippy::unwrap_used, reason = "all of it is test code, helpers too")]

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// The first key of `core/testdata/seal.json`.
const KEY: &str = "SJB7KGZaFdZQambRM8QzN2uPsUZkjMaFMuvXaATDPU7g5yNuAXEs";
const LOOKUP: &str = r#"{"state":"waiting","expires_at":"2126-11-29T14:03:00Z","views_left":1,"opened_at":[]}"#;

/// A CA, and a certificate for `localhost` that it signed.
fn certificates(folder: &tempfile::TempDir, name: &str) -> (PathBuf, ServerConfig) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let ca = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, ca.as_ref().pem()).unwrap();

    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&key, &ca).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::try_from(key.serialize_der()).unwrap())
        .unwrap();
    (path, config)
}

/// Reads one request, and answers it.
fn answer(mut stream: impl Read + Write) -> Option<String> {
    let head = head(&mut stream)?;
    let length = LOOKUP.len();
    write!(stream, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{LOOKUP}")
        .ok()?;
    stream.flush().ok()?;
    Some(head)
}

fn head(stream: &mut impl Read) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        bytes.push(byte[0]);
    }
    String::from_utf8(bytes).ok()
}

/// A server over TLS; tells the requests that it got through.
fn serve(config: ServerConfig) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    let config = Arc::new(config);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            if let Some(head) = answer(StreamOwned::new(connection, stream.unwrap())) {
                drop(sender.send(head));
            }
        }
    });
    (port, requests)
}

/// A proxy that connects wherever it is told to (RFC 9110, 9.3.6).
fn proxy() -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut client = stream.unwrap();
            let Some(head) = head(&mut client) else { continue };
            let to = head.split(' ').nth(1).unwrap().replace("localhost", "127.0.0.1");
            drop(sender.send(head));
            let mut server = TcpStream::connect(to).unwrap();
            client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
            let (mut from, mut into) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || drop(std::io::copy(&mut from, &mut into)));
            drop(std::io::copy(&mut server, &mut client));
        }
    });
    (port, requests)
}

fn lookup(port: u16, settings: &[(&str, String)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ashlink"));
    command.env_clear().args(["lookup", &format!("https://localhost:{port}/s#{KEY}")]);
    command.envs(settings.iter().map(|(name, value)| (name, value))).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn only_the_ca_that_was_named_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, config) = certificates(&folder, "ca.pem");
    let (other, _) = certificates(&folder, "other.pem");
    let (port, requests) = serve(config);

    let trusted = lookup(port, &[("ASHLINK_CA_FILE", ca.display().to_string())]);
    assert!(trusted.status.success(), "{}", errors(&trusted));
    assert!(requests.recv().unwrap().starts_with("GET /api/v1/open/"));

    let refused = lookup(port, &[("ASHLINK_CA_FILE", other.display().to_string())]);
    assert_eq!(refused.status.code(), Some(6));
    assert!(errors(&refused).contains("certificate"), "{}", errors(&refused));
    assert!(requests.try_recv().is_err(), "nothing was asked");

    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let none = lookup(port, &[("ASHLINK_CA_FILE", empty.display().to_string())]);
    assert_eq!(none.status.code(), Some(12), "{}", errors(&none));
}

#[test]
fn a_proxy_is_gone_through_and_sees_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, config) = certificates(&folder, "ca.pem");
    let (port, requests) = serve(config);
    let (proxy_port, connects) = proxy();
    let ca = ("ASHLINK_CA_FILE", ca.display().to_string());
    let at = format!("http://127.0.0.1:{proxy_port}");
    for name in ["ASHLINK_PROXY", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let through = lookup(port, &[ca.clone(), (name, at.clone())]);
        assert!(through.status.success(), "{name}: {}", errors(&through));
        let connect = connects.try_recv().unwrap_or_else(|_| panic!("{name} counts"));
        assert!(connect.starts_with(&format!("CONNECT localhost:{port} ")), "{connect}");
        assert!(!connect.contains(KEY));
        requests.recv().unwrap();
    }
    let nowhere = "http://127.0.0.1:1".to_owned();
    let past = lookup(port, &[ca.clone(), ("HTTPS_PROXY", at), ("NO_PROXY", "localhost".to_owned())]);
    assert!(past.status.success(), "{}", errors(&past));
    assert!(connects.try_recv().is_err(), "NO_PROXY counts");

    for list in ["a.example, localhost", "127.0.0.1 localhost"] {
        let direct = lookup(port, &[ca.clone(), ("HTTPS_PROXY", nowhere.clone()), ("NO_PROXY", list.to_owned())]);
        assert!(direct.status.success(), "{list}: {}", errors(&direct));
    }

    // Of the two spellings, curl takes the small letters.
    let both = [("NO_PROXY", "a.example"), ("no_proxy", "localhost")].map(|(name, list)| (name, list.to_owned()));
    let direct = lookup(port, &[&[ca.clone(), ("HTTPS_PROXY", nowhere)][..], &both[..]].concat());
    assert!(direct.status.success(), "{}", errors(&direct));

    let wrong = lookup(port, &[ca, ("ASHLINK_PROXY", "no address at all".to_owned())]);
    assert_eq!(wrong.status.code(), Some(12), "{}", errors(&wrong));
}

/// A server that answers every call with this and then with a space each second, for ever.
fn trickle(start: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            thread::spawn(move || {
                drop(head(&mut stream));
                let mut written = stream.write_all(start.as_bytes());
                while written.is_ok() {
                    thread::sleep(Duration::from_secs(1));
                    written = stream.write_all(b" ");
                }
            });
        }
    });
    port
}

#[test]
fn a_server_that_answers_one_byte_a_second_is_not_waited_for() {
    let starts = ["HTTP/1.1 200 OK\r\nx-slow:", "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"];
    let runs = starts.map(|start| {
        thread::spawn(move || {
            let started = Instant::now();
            let link = format!("http://127.0.0.1:{}/s#{KEY}", trickle(start));
            let mut command = Command::new(env!("CARGO_BIN_EXE_ashlink"));
            (command.env_clear().args(["lookup", &link]).output().unwrap(), started.elapsed())
        })
    });
    for run in runs {
        let (output, took) = run.join().unwrap();
        assert_eq!(output.status.code(), Some(6), "{}", errors(&output));
        assert!(took < Duration::from_secs(50), "{took:?}");
    }
}

#[test]
fn a_variable_that_is_set_and_empty_is_not_set() {
    let folder = tempfile::tempdir().unwrap();
    let (ca, config) = certificates(&folder, "ca.pem");
    let (port, _requests) = serve(config);
    let ca = std::fs::read_to_string(ca).unwrap();
    let marked = folder.path().join("marked.pem");
    std::fs::write(&marked, format!("\u{feff}{ca}")).unwrap();
    let ca = ("ASHLINK_CA_FILE", marked.display().to_string());
    let empty = |name| (name, String::new());
    let all = ["SERVER", "PROXY", "CONFIG"].map(|name| format!("ASHLINK_{name}"));
    let empties: Vec<_> = all.iter().map(|name| empty(name.as_str())).chain([ca]).collect();
    let done = lookup(port, &empties);
    assert!(done.status.success(), "{}", errors(&done));

    // With every one of them the words are those of nobody having said which server.
    let names = ["SERVER", "CA_FILE", "PROXY", "CONFIG", "TTL", "VIEWS", "TOKEN_FILE", "TOKEN", "PASSPHRASE"];
    let send = |value: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ashlink"));
        command.env_clear().args(["send", "Cargo.toml"]);
        if let Some(value) = value {
            command.envs(names.map(|name| (format!("ASHLINK_{name}"), value)));
        }
        let output = command.output().unwrap();
        (output.status.code(), errors(&output))
    };
    let plain = send(None);
    assert!(plain.0 == Some(12) && plain.1.contains("no server"), "{plain:?}");
    assert_eq!(send(Some("")), plain);
}
