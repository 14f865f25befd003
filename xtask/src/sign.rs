//! `cargo xtask sign`: a signature beside each file of a release, as minisign makes and checks them.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use minisign::{PublicKey, SecretKey, SecretKeyBox};

#[derive(Debug, PartialEq, Eq, clap::Args)]
pub(crate) struct Options {
    /// The secret key, with a password, as `minisign -G` makes it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The files of the release that a signature is put beside
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub(crate) fn sign(options: &Options) -> Result<()> {
    let key = secret_key(&options.key, env::var("MINISIGN_PASSWORD").ok())?;
    for file in &options.files {
        println!("{}", sign_one(&key, file)?.display());
    }
    Ok(())
}

/// Asks for the password that it is not given.
fn secret_key(path: &Path, password: Option<String>) -> Result<SecretKey> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let key = SecretKeyBox::from_string(&text).and_then(|key| key.into_secret_key(password));
    key.with_context(|| format!("cannot use the key in {}", path.display()))
}

/// Signs the file, and returns where the signature is.
fn sign_one(key: &SecretKey, file: &Path) -> Result<PathBuf> {
    let beside = PathBuf::from(format!("{}.minisig", file.display()));
    let name = file.file_name().unwrap_or_default().display();
    let content = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let public = PublicKey::from_secret_key(key)?;
    let comment = format!("file:{name}");
    let signature = minisign::sign(Some(&public), key, content, Some(&comment), None)
        .with_context(|| format!("cannot sign {}", file.display()))?;
    fs::write(&beside, signature.into_string()).with_context(|| format!("cannot write {}", beside.display()))?;
    Ok(beside)
}

#[cfg(test)]
mod tests {
    use super::*;
    use minisign::{KeyPair, SignatureBox};
    use std::io::Cursor;

    #[test]
    fn a_signature_holds_for_its_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, file) = (folder.path().join("key"), folder.path().join("SHA256SUMS"));
        let pair = KeyPair::generate_encrypted_keypair(Some("correct".into())).unwrap();
        fs::write(&path, pair.sk.to_box(None).unwrap().to_bytes()).unwrap();
        fs::write(&file, "content").unwrap();
        let words = secret_key(&path, Some("wrong".into())).unwrap_err();
        assert!(format!("{words:#}").contains("Wrong password"), "{words:#}");
        let beside = sign_one(&secret_key(&path, Some("correct".into())).unwrap(), &file).unwrap();
        assert_eq!(beside, folder.path().join("SHA256SUMS.minisig"));
        let signature = SignatureBox::from_file(&beside).unwrap();
        let holds = |content: &str| minisign::verify(&pair.pk, &signature, Cursor::new(content), true, false, false);
        holds("content").unwrap();
        assert!(holds("contents").is_err());
        assert!(sign_one(&pair.sk, &folder.path().join("none")).is_err());
    }
}
