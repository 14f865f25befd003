//! Every target over its committed corpus.

use ashlink_fuzz::TARGETS;
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// How much a corpus may hold: it is there for what it reaches, not for how much it is.
const MOST_FILES: usize = 60;
const MOST_BYTES: u64 = 200 * 1024;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

/// The files of a target's corpus, by name.
fn files(target: &str) -> Vec<PathBuf> {
    let folder = corpus().join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.expect("a folder that can be listed").path()).collect();
    files.sort_unstable();
    files
}

#[test]
fn every_input_of_every_corpus_passes() {
    let mut failed = Vec::new();
    for target in TARGETS {
        let files = files(target.name);
        println!("{}: {} inputs", target.name, files.len());
        for file in files {
            let bytes = fs::read(&file).unwrap();
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err() {
                failed.push(file);
            }
        }
    }
    assert!(failed.is_empty(), "these inputs fail, see above: {failed:#?}");
}

#[test]
fn empty_and_plain_inputs_pass_everywhere() {
    for target in TARGETS {
        for byte in [0, b' ', b'1', b'A', 0xFF] {
            for len in [0, 1, 2, 7, 300, 5000] {
                (target.run)(&vec![byte; len]);
            }
        }
    }
}

#[test]
fn each_target_has_a_small_corpus() {
    for target in TARGETS {
        let files = files(target.name);
        let bytes: u64 = files.iter().map(|file| file.metadata().unwrap().len()).sum();
        assert!((5..=MOST_FILES).contains(&files.len()), "{}: {} inputs", target.name, files.len());
        assert!(bytes <= MOST_BYTES, "{}: {bytes} bytes", target.name);
    }
    let folders = fs::read_dir(corpus()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<_> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(folders.collect::<BTreeSet<_>>(), names, "a folder for each target, and no other");
}
