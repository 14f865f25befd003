//! The format's vectors as a module that the browser tests load.

use std::fs;

use anyhow::{Context, Result};

use crate::places::Places;
use crate::site::bindgen;
use crate::stamp;
use crate::wasm::Toolchain;

/// Builds `target/vectors/vectors.js` and `vectors.wasm`, unless they are there already.
pub(crate) fn build(toolchain: &Toolchain, places: &Places) -> Result<()> {
    println!("Building the vectors' WASM (one minute or more the first time).");
    let wasm = toolchain.build("ashlink-vectors", "wasm-release", places)?;
    let bytes = fs::read(&wasm).with_context(|| format!("cannot read {}", wasm.display()))?;

    let dir = places.vectors();
    let files = [dir.join("vectors.js"), dir.join("vectors.wasm")];
    let note = places.notes().join("vectors");
    let wanted = stamp::sha256(&bytes);
    if stamp::says(&note, &wanted) && files.iter().all(|file| file.is_file()) {
        return Ok(());
    }
    stamp::forget(&note);
    // Nobody downloads it, so its size does not matter and it is not optimised.
    let bound = bindgen::bind(&wasm, "vectors", None, places)?;
    fs::create_dir_all(&dir).with_context(|| format!("cannot make {}", dir.display()))?;
    for (file, bytes) in files.iter().zip([bound.script.into_bytes(), bound.module]) {
        fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    }
    stamp::write(&note, &wanted)
}
