//! From cargo's module to the browser's: wasm-bindgen as a library, then what makes it small.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::npm::Optimisers;
use crate::places;

pub(crate) struct Bound {
    pub(crate) script: Vec<u8>,
    pub(crate) module: Vec<u8>,
}

/// Generates the bindings for a module, and makes both small with these tools.
pub(crate) fn bind(wasm: &Path, stem: &str, tools: Option<&Optimisers>) -> Result<Bound> {
    let dir = places::notes().join("bindgen").join(stem);
    let doing = || format!("making the bindings of {}", wasm.display());
    let mut output = Bindgen::new()
        .input_path(wasm)
        .out_name(stem)
        .web(true)
        .with_context(doing)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        // The script then names no module, so both can carry a hash of their contents.
        .omit_default_module_path(true)
        .generate_output()
        .with_context(doing)?;
    let has_snippets = output.snippets().values().any(|inline| !inline.is_empty());
    if has_snippets || !output.local_modules().is_empty() {
        bail!("{stem} imports JavaScript of its own (a snippet), which the page does not serve");
    }
    output.emit(&dir).with_context(doing)?;

    let (script, module) = (dir.join(format!("{stem}.js")), dir.join(format!("{stem}_bg.wasm")));
    if let Some(tools) = tools {
        tools.text(&script)?;
        tools.module(&module)?;
    }
    let read = |file: &Path| fs::read(file).with_context(|| format!("cannot read {}", file.display()));
    Ok(Bound { script: read(&script)?, module: read(&module)? })
}
