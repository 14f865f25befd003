//! The whole benchmark at its smallest: every contender answers, and every figure is one.

use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

fn program(variable: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(path) => path.into(),
        None => panic!("{variable} names no program: run `cargo xtask test`, or set it"),
    }
}

fn number(value: &Value, name: &str) -> f64 {
    value[name].as_f64().unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[test]
fn every_contender_is_measured() {
    let folder = tempfile::tempdir().unwrap();
    let (json, document) = (folder.path().join("bench.json"), folder.path().join("document.md"));
    std::fs::write(&document, "before\n<!-- measured: begin -->\n<!-- measured: end -->\nafter\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_ashlink-bench"))
        .arg("run")
        .arg("--server")
        .arg(program("ASHLINK_TEST_SERVER"))
        .arg("--redis")
        .arg(program("REDIS_SERVER"))
        .arg("--folder")
        .arg(folder.path().join("stores"))
        .arg("--json")
        .arg(&json)
        .arg("--markdown")
        .arg(&document)
        .args(["--runs", "1", "--millis", "200", "--sizes", "1024", "--connections", "1,32", "--stored", "100"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
    let cells = report["cells"].as_array().unwrap();
    // Raw, bare and the server on Redis and in memory, and raw and the server in a file, with one
    // connection; and with 32 of them also acknowledged.
    assert_eq!(cells.len(), 8 + 11);
    for cell in cells {
        assert!(number(&cell["runs"][0], "cycles_per_second") > 1.0, "{cell}");
        assert!(number(&cell["runs"][0], "p99_micros") >= number(&cell["runs"][0], "p50_micros"), "{cell}");
    }
    assert_eq!(report["idle"].as_array().unwrap().len(), 3);
    assert!(number(&report["page"][0], "cycles_per_second") > 1.0, "{}", report["page"]);
    assert_eq!(report["processes"].as_array().unwrap().len(), 3);
    let document = std::fs::read_to_string(&document).unwrap();
    assert!(document.starts_with("before\n") && document.ends_with("after\n"), "{document}");
    assert!(document.contains("| processor of the server for a page, compressed | < 50 µs |"), "{document}");
    assert!(document.contains("| Redis | 1 KiB | 32 | **Ashlink** |"), "{document}");
}
