//! From cargo's module to the browser's: wasm-bindgen as a library, then wasm-opt.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::npm::WasmOpt;
use crate::places::Places;
use crate::run::run;

/// How wasm-opt works on every module. For the worker too: its inner loops got their speed
/// from rustc (`wasm-worker`), and AES and Argon2 measured the same at every level, from
/// none to -O4, where -Oz gives the fewest bytes.
const LEVEL: &str = "-Oz";

/// A module and the script that loads it.
pub(crate) struct Bound {
    /// The JavaScript.
    pub(crate) script: String,
    /// The WASM.
    pub(crate) module: Vec<u8>,
}

/// Generates the bindings for a module, and makes it small if there is an optimiser.
pub(crate) fn bind(wasm: &Path, stem: &str, optimiser: Option<&WasmOpt>, places: &Places) -> Result<Bound> {
    let dir = places.notes().join("bindgen").join(stem);
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

    let module = dir.join(format!("{stem}_bg.wasm"));
    if let Some(tool) = optimiser {
        let mut command = tool.command(places);
        // The features are read from the module; more of them would shut out older browsers.
        command.arg(&module).arg("-o").arg(&module).args([LEVEL, "--strip-debug", "--strip-producers"]);
        run(&mut command, "optimising WASM")?;
    }
    let script = dir.join(format!("{stem}.js"));
    Ok(Bound {
        script: fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?,
        module: fs::read(&module).with_context(|| format!("cannot read {}", module.display()))?,
    })
}
