//! TLS, with a CA of one's own.

use super::*;
use crate::redis::topology::connect::Connector;
use crate::redis::topology::url::{Address, Login};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::path::PathBuf;
use tempfile::TempDir;

/// A CA, and a server that it has signed for `localhost` and the loopback address.
struct Encrypted {
    server: RedisServer,
    tls_port: u16,
    files: TempDir,
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Encrypted {
    async fn start() -> Self {
        let files = tempfile::tempdir().unwrap();
        let path = |name: &str| files.path().join(name);
        let (ours, other) = (authority("ours"), authority("other"));
        let key = KeyPair::generate().unwrap();
        let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
        let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &ours).unwrap();
        std::fs::write(path("ca.pem"), ours.as_ref().pem()).unwrap();
        std::fs::write(path("other.pem"), other.as_ref().pem()).unwrap();
        std::fs::write(path("server.pem"), certificate.pem()).unwrap();
        std::fs::write(path("key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(path("empty.pem"), "nothing").unwrap();
        let tls_port = server::free_port();
        let text = |name: &str| path(name).to_str().unwrap().to_owned();
        let server = RedisServer::start(&[
            "--tls-port",
            &tls_port.to_string(),
            "--tls-cert-file",
            &text("server.pem"),
            "--tls-key-file",
            &text("key.pem"),
            "--tls-ca-cert-file",
            &text("ca.pem"),
            "--tls-auth-clients",
            "no",
            "--bind",
            "127.0.0.1",
            "127.0.0.2",
        ])
        .await;
        Self { server, tls_port, files }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.files.path().join(name)
    }

    async fn connect(&self, host: &str, ca: Option<&str>) -> anyhow::Result<RedisStore> {
        let url = format!("rediss://{host}:{}", self.tls_port).parse().unwrap();
        RedisStore::connect(&url, ca.map(|name| self.file(name)).as_deref(), Snapshots::Refuse).await
    }

    async fn refusal(&self, host: &str, ca: Option<&str>) -> String {
        let error = self.connect(host, ca).await.err().unwrap();
        assert!(error.is::<Unsuitable>(), "waiting does not help: {error:#}");
        format!("{error:#}")
    }
}

async fn start() -> Redis {
    let encrypted = Encrypted::start().await;
    let store = Arc::new(encrypted.connect("localhost", Some("ca.pem")).await.unwrap());
    Redis { server: encrypted.server, store }
}

conformance!(start());

#[tokio::test]
async fn only_the_right_ca_is_believed() {
    let server = Encrypted::start().await;
    for host in ["localhost", "127.0.0.1"] {
        server.connect(host, Some("ca.pem")).await.unwrap();
    }
    let words = server.refusal("localhost", Some("other.pem")).await;
    assert!(words.contains("certificate") && words.contains("ASHLINK_REDIS_CA"), "{words}");
    // The CAs of the system did not sign it either, if there are any.
    let words = server.refusal("localhost", None).await;
    assert!(words.contains("ASHLINK_REDIS_CA"), "{words}");
    // The right CA for another server: all of 127/8 is this machine, and one address is signed.
    let words = server.refusal("127.0.0.2", Some("ca.pem")).await;
    assert!(words.contains("certificate"), "{words}");
}

#[tokio::test]
async fn a_bad_ca_file_is_named() {
    let server = Encrypted::start().await;
    for file in ["empty.pem", "missing.pem"] {
        let words = server.refusal("localhost", Some(file)).await;
        assert!(words.contains("ASHLINK_REDIS_CA=") && words.contains(file), "{words}");
    }
}

#[tokio::test]
async fn tls_is_not_spoken_to_who_does_not_speak_it() {
    let server = Encrypted::start().await;
    let url = format!("rediss://localhost:{}", server.server.port()).parse().unwrap();
    let error = RedisStore::connect(&url, Some(&server.file("ca.pem")), Snapshots::Refuse).await.err().unwrap();
    let words = format!("{error:#}");
    assert!(words.contains("TLS") || words.contains("does not answer"), "{words}");
    let plain = connect(&format!("redis://localhost:{}", server.tls_port)).await.err().unwrap();
    assert!(!plain.is::<Unsuitable>(), "{plain:#}");
}

#[tokio::test]
async fn a_ca_that_was_replaced_counts_from_the_next_connection_on() {
    let server = Encrypted::start().await;
    let (ca, right) = (server.file("current.pem"), std::fs::read(server.file("ca.pem")).unwrap());
    std::fs::copy(server.file("other.pem"), &ca).unwrap();
    let trust = Arc::new(Trust::new(Some(&ca)).unwrap());
    let connector = Connector::new(&Login::default(), 0, Some(Arc::clone(&trust)));
    let address = Address { host: "localhost".into(), port: server.tls_port };
    let connects = async || connector.connect(&address, || {}).await.is_ok();
    // As Notepad writes it.
    std::fs::write(&ca, ["\u{feff}".as_bytes(), &right].concat()).unwrap();
    assert!(!connects().await, "it was not read again yet");
    trust.refresh().unwrap();
    assert!(connects().await);
    std::fs::write(&ca, "nothing").unwrap();
    assert!(trust.refresh().is_err());
    assert!(connects().await, "what cannot be used changes nothing");
}
