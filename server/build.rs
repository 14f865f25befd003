//! Puts the page into the binary.
//!
//! `ASHLINK_SITE_DIR` names the folder that `cargo xtask build` makes: a `manifest.txt` of
//! logical names and paths, and the files, each with its `.br` and `.gz` beside it. Without
//! the variable the server is built without a page, which is enough for its own tests.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=ASHLINK_SITE_DIR");
    let site = std::env::var_os("ASHLINK_SITE_DIR").map(PathBuf::from);
    let mut code = String::from("static FILES: &[File] = &[\n");
    if let Some(site) = site {
        let manifest = site.join("manifest.txt");
        println!("cargo::rerun-if-changed={}", manifest.display());
        let text = std::fs::read_to_string(&manifest)
            .unwrap_or_else(|error| panic!("cannot read {}: {error}", manifest.display()));
        for line in text.lines() {
            let (name, path) = line.split_once(' ').expect("a line of the manifest is a name and a path");
            add(&mut code, &site, name, path);
        }
    }
    code.push_str("];\n");
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("site_files.rs"), code).expect("OUT_DIR can be written");
}

fn add(code: &mut String, site: &Path, name: &str, path: &str) {
    let file = site.join(path);
    println!("cargo::rerun-if-changed={}", file.display());
    let file = file.to_str().expect("the site lies under a UTF-8 path");
    writeln!(
        code,
        "    File {{ name: {name:?}, path: {path:?}, plain: include_bytes!({file:?}), \
         brotli: include_bytes!({:?}), gzip: include_bytes!({:?}) }},",
        format!("{file}.br"),
        format!("{file}.gz"),
    )
    .expect("writing to a String cannot fail");
}
