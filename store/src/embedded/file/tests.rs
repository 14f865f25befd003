//! What a file is refused for, in which words, and that it is left as it was.

use super::*;
use redb::{ReadableDatabase as _, TableDefinition};
use tempfile::TempDir;

fn place() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store");
    (folder, path)
}

fn attempt(path: &Path) -> Result<Database, UnusableFile> {
    open(path, &Volume::default())
}

fn refused(path: &Path) -> String {
    attempt(path).expect_err("it is refused").to_string()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_file_is_its_owners_alone_and_nothing_lies_beside_it() {
    let (folder, path) = place();
    drop(attempt(&path).unwrap());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    drop(attempt(&path).unwrap());
}

#[test]
fn a_file_that_others_can_read_is_closed_to_them() {
    let (_folder, path) = place();
    drop(attempt(&path).unwrap());
    for open in [0o644, 0o640, 0o602] {
        std::fs::set_permissions(&path, Permissions::from_mode(open)).unwrap();
        drop(attempt(&path).unwrap());
        assert_eq!(mode(&path), 0o600);
    }
}

#[test]
fn one_process_has_it_alone() {
    let (_folder, path) = place();
    let first = attempt(&path).unwrap();
    assert_eq!(refused(&path), "another process has it open; stop that one, or give each server a file of its own");
    drop(first);
    attempt(&path).unwrap();
}

#[test]
fn two_that_begin_at_once_do_not_replace_each_others_file() {
    for _ in 0..20 {
        let (folder, path) = place();
        let opened: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| attempt(&path))).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
        assert!(
            opened.iter().flat_map(|opened| opened.as_ref().err()).all(|error| matches!(error, UnusableFile::InUse))
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn what_is_no_store_is_refused_and_left_alone() {
    let (folder, path) = place();
    assert_eq!(refused(folder.path()), "it is not a regular file");
    let missing = folder.path().join("none/store");
    assert_eq!(refused(&missing), format!("the folder {} does not exist", missing.parent().unwrap().display()));

    std::fs::write(&path, "").unwrap();
    assert_eq!(refused(&path), "it is empty; remove it, and a new store is made in its place");
    for content in ["x", "root:x:0:0:root:/root:/bin/bash\n", &"y".repeat(100_000)] {
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert_eq!(refused(&path), "it is not a store of Ashlink's, and was left as it is");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
        assert_eq!(mode(&path), 0o644);
    }
}

#[test]
fn another_programs_database_is_refused() {
    const THEIRS: TableDefinition<'_, &str, &str> = TableDefinition::new("theirs");
    let (_folder, path) = place();
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(THEIRS).unwrap().insert("key", "value").unwrap();
    transaction.commit().unwrap();
    drop(database);
    assert_eq!(refused(&path), "it is not a store of Ashlink's, and was left as it is");
    let database = Database::open(&path).unwrap();
    let theirs = database.begin_read().unwrap();
    assert_eq!(theirs.list_tables().unwrap().count(), 1);
    assert_eq!(theirs.open_table(THEIRS).unwrap().get("key").unwrap().unwrap().value(), "value");
}

#[test]
fn another_layout_is_refused_with_its_number() {
    let (_folder, path) = place();
    layout::mark_as(&attempt(&path).unwrap(), 1);
    assert_eq!(
        refused(&path),
        "another version of Ashlink wrote it (layout 1); use that version, or move the file away to begin anew"
    );
    layout::mark_as(&Database::open(&path).unwrap(), layout::LAYOUT);
    attempt(&path).unwrap();
}

#[test]
fn a_refusal_by_the_system_is_said_in_words() {
    let error = denied(io::ErrorKind::PermissionDenied.into(), "read and write it");
    assert_eq!(error.to_string(), "this user may not read and write it; give it to the user that the server runs as");
    let error = denied(io::ErrorKind::ReadOnlyFilesystem.into(), "read and write it");
    assert!(error.to_string().starts_with("its disk is mounted read-only; choose"), "{error}");
}

#[test]
fn damage_is_found_at_the_start() {
    const TABLE: TableDefinition<'_, [u8; 16], &[u8]> = TableDefinition::new("envelopes");
    let (_folder, path) = place();
    let content = |n: u8| vec![n; 5000];
    let database = attempt(&path).unwrap();
    for n in 0..100 {
        let transaction = database.begin_write().unwrap();
        transaction.open_table(TABLE).unwrap().insert([n; 16], content(n).as_slice()).unwrap();
        transaction.commit().unwrap();
    }
    drop(database);
    let whole = std::fs::read(&path).unwrap();
    let mut rng = fastrand::Rng::with_seed(7);
    let (mut found, mut harmless) = (0, 0);
    for n in 0..150 {
        let mut bytes = whole.clone();
        match n % 3 {
            0 => bytes.truncate(rng.usize(1..whole.len())),
            // The header, where little room holds much.
            1 => bytes[rng.usize(..512)] ^= 1 << rng.u8(..8),
            _ => bytes[rng.usize(512..whole.len())] ^= 0xFF,
        }
        std::fs::write(&path, &bytes).unwrap();
        match attempt(&path) {
            // A free page, or a bit that nothing hangs on: then everything is as it was.
            Ok(database) => {
                harmless += 1;
                let transaction = database.begin_read().unwrap();
                let table = transaction.open_table(TABLE).unwrap();
                for n in 0..100 {
                    assert_eq!(table.get([n; 16]).unwrap().unwrap().value(), content(n));
                }
            }
            Err(UnusableFile::Damaged(_) | UnusableFile::Foreign | UnusableFile::OtherVersion(_)) => found += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    println!("{found} found, {harmless} harmless");
    assert!(found > 50);
}
