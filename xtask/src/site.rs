//! Builds the page: WASM, its JavaScript, the style and the public files, named by
//! their contents, compressed, and listed in `manifest.txt` for the server to embed.

mod asset;
pub(crate) mod bindgen;
mod compress;
pub(crate) mod manifest;
mod output;
mod sources;
mod text;

use anyhow::{Context, Result, bail};

use crate::npm::WasmOpt;
use crate::places::Places;
use crate::stamp;
use crate::wasm::Toolchain;
use asset::Asset;
use sources::Sources;

/// The code that decides what the files look like: when it changes, they are made again.
const RECIPE: [&str; 6] = [
    include_str!("site.rs"),
    include_str!("site/asset.rs"),
    include_str!("site/bindgen.rs"),
    include_str!("site/compress.rs"),
    include_str!("site/sources.rs"),
    include_str!("site/text.rs"),
];

/// What became of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing it is made of has changed.
    Unchanged,
    /// It was made.
    Made,
}

/// Builds the page into `target/site`, unless it is there already.
pub(crate) fn build(toolchain: &Toolchain, optimiser: Option<&WasmOpt>, places: &Places) -> Result<Outcome> {
    println!("Building the page's WASM (three minutes or more the first time).");
    let frontend = toolchain.build("ashlink-frontend", "wasm-release", places)?;
    let worker = toolchain.build("ashlink-worker", "wasm-worker", places)?;
    let extras = toolchain.build("ashlink-extras", "wasm-release", places)?;
    let sources = Sources::collect([&frontend, &worker, &extras], places)?;

    let note = places.notes().join("site");
    let tool = optimiser.map_or("none", |tool| &tool.version);
    let wanted = sources.fingerprint(&RECIPE, tool);
    if stamp::says(&note, &wanted) && manifest::is_complete(&places.site()) {
        return Ok(Outcome::Unchanged);
    }
    println!("Making the page's files: bindings, size, names, compression (about 10 s).");
    stamp::forget(&note);
    output::write(&assets(&sources, optimiser, places)?, &places.site())?;
    stamp::write(&note, &wanted)?;
    Ok(Outcome::Made)
}

/// Every file of the page.
fn assets(sources: &Sources, optimiser: Option<&WasmOpt>, places: &Places) -> Result<Vec<Asset>> {
    let [frontend, worker, extras] = &sources.wasm;
    let frontend = bindgen::bind(frontend, "frontend", optimiser, places)?;
    let worker = bindgen::bind(worker, "worker", optimiser, places)?;
    let extras = bindgen::bind(extras, "extras", optimiser, places)?;
    let glue = Asset::hashed("worker_glue.js", text::script(&worker.script).into());
    let module = Asset::hashed("worker.wasm", worker.module);
    let boot = worker_boot(&text::script(&sources.worker_boot), &glue, &module)?;

    let mut assets = vec![
        Asset::hashed("frontend.js", text::script(&frontend.script).into()),
        Asset::hashed("frontend.wasm", frontend.module),
        Asset::hashed("extras.js", text::script(&extras.script).into()),
        Asset::hashed("extras.wasm", extras.module),
        Asset::hashed("boot.js", text::script(&sources.page_boot).into()),
        Asset::hashed("style.css", text::style(&sources.style).into()),
        glue,
        module,
        Asset::hashed("worker.js", boot.into()),
    ];
    for (name, bytes) in &sources.public {
        if assets.iter().any(|asset| asset.name == *name) {
            bail!("public/{name} has the name of a file that the build makes");
        }
        assets.push(Asset::public(name, bytes.clone()));
    }
    Ok(assets)
}

/// Puts the worker's hashed names into its boot script: a worker has no page to read them from.
fn worker_boot(script: &str, glue: &Asset, module: &Asset) -> Result<String> {
    let mut script = script.to_owned();
    for (word, asset) in [("WORKER_GLUE", glue), ("WORKER_WASM", module)] {
        if !script.contains(word) {
            bail!("worker/boot.js does not contain {word}, where the build puts a file's name");
        }
        let file = asset.path.rsplit('/').next().context("an asset has no file name")?;
        script = script.replace(word, &format!("./{file}"));
    }
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_script_names_its_files() {
        let glue = Asset::hashed("worker_glue.js", b"g".to_vec());
        let module = Asset::hashed("worker.wasm", b"w".to_vec());
        let script = worker_boot("import init from \"WORKER_GLUE\"; init(\"WORKER_WASM\")", &glue, &module).unwrap();
        assert!(script.contains("\"./worker_glue."), "{script}");
        assert!(script.contains("\"./worker."), "{script}");
        assert!(!script.contains("pkg/"));
        assert!(worker_boot("WORKER_GLUE", &glue, &module).unwrap_err().to_string().contains("WORKER_WASM"));
    }
}
