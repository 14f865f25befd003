//! Starting and stopping on a file.

use crate::client::{Claimed, Client, Secret};
use crate::server::{SMALL, Server, refusal};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

#[test]
fn a_file_that_cannot_be_used_ends_the_start_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    std::fs::write(&store, "something of value").unwrap();
    let said = format!(
        "ashlink-server: cannot use ASHLINK_STORE=file:{}: it is not a store of Ashlink's, and was left as it is\n",
        store.display()
    );
    assert_eq!(refusal(&store), (said, Some(1)));
    assert_eq!(std::fs::read(&store).unwrap(), b"something of value");
}

#[test]
fn a_second_server_on_one_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let _first = Server::start(&store, SMALL);
    let (said, code) = refusal(&store);
    assert!(said.contains("another process has it open; stop that one"), "{said}");
    assert_eq!(code, Some(1));
}

#[test]
fn the_file_is_its_owners_alone_under_any_umask() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let other = folder.path().join("other");
    let _server = Server::start_with_lax_umask(&store, &other);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&store), mode(&other)), (0o600, 0o666));
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_leaves_its_secrets_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    let secret = Secret::new("the door code".to_owned(), 1);
    let server = Server::start(&store, SMALL);
    assert!(Client::connect(server.address()).await.unwrap().create(&secret).await.unwrap());
    assert!(server.stop().success());
    let server = Server::start(&store, SMALL);
    let claimed = Client::connect(server.address()).await.unwrap().claim(&secret, [0; 16]).await.unwrap();
    assert!(matches!(claimed, Claimed::Granted { views_left: 0 }), "{claimed:?}");
}
