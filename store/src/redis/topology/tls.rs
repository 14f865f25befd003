//! Whom to believe that they are the Redis that was meant.

use crate::files::read_in_time;
use anyhow::{Context as _, ensure};
use ashlink_core::text::without_mark;
use rustls_native_certs::load_native_certs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The largest file of CAs, in bytes: ten times what systems have.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Encrypts for servers that a CA of this file, or else of the system, has signed.
pub(in crate::redis) struct Trust {
    ca: Option<PathBuf>,
    connector: RwLock<TlsConnector>,
}

impl Trust {
    pub(in crate::redis) fn new(ca: Option<&Path>) -> anyhow::Result<Self> {
        Ok(Self { ca: ca.map(Path::to_owned), connector: RwLock::new(connector(ca)?) })
    }

    /// For the next connection.
    pub(in crate::redis) fn connector(&self) -> TlsConnector {
        self.connector.read().expect("nothing panics while it has this lock").clone()
    }

    /// Reads the CAs again, for connections from now on. When they cannot be read, those of before stay.
    pub(in crate::redis) fn refresh(&self) -> anyhow::Result<()> {
        let new = connector(self.ca.as_deref())?;
        *self.connector.write().expect("nothing panics while it has this lock") = new;
        Ok(())
    }
}

fn connector(ca: Option<&Path>) -> anyhow::Result<TlsConnector> {
    let roots = match ca {
        Some(path) => of_file(path).with_context(|| format!("cannot use ASHLINK_REDIS_CA={}", path.display()))?,
        None => of_system()?,
    };
    // The provider is named, because a process-wide one would be a second place to look at.
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has what TLS 1.2 and 1.3 need")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn of_file(path: &Path) -> anyhow::Result<RootCertStore> {
    let bytes = read_in_time(path, LARGEST)?;
    let pem = without_mark(&bytes);
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        roots.add(certificate?)?;
    }
    ensure!(!roots.is_empty(), "there is no certificate in it: it must be a PEM file");
    Ok(roots)
}

fn of_system() -> anyhow::Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    // A system can hold certificates that nothing can read; the others are good enough.
    roots.add_parsable_certificates(load_native_certs().certs);
    ensure!(
        !roots.is_empty(),
        "this system has no CA certificates: install them (ca-certificates), or set ASHLINK_REDIS_CA"
    );
    Ok(roots)
}
