//! Builds the page: WASM, its JavaScript, the style and the public files, named by
//! their contents, compressed, and listed in `manifest.txt` for the server to embed.

pub(crate) mod bindgen;
mod files;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::notes;
use crate::npm::Optimisers;
use crate::places;
use crate::wasm::Toolchain;
use files::Asset;
pub(crate) use files::{BROTLI, manifest};

/// The code that decides what the files look like: when it changes, they are made again.
const RECIPE: [&str; 4] =
    [include_str!("site.rs"), include_str!("site/bindgen.rs"), include_str!("site/files.rs"), include_str!("npm.rs")];

/// What the page is made of besides modules: the scripts that start islands and worker, all style sheets
/// one after the other by name, and the files that others know by their names.
struct Sources {
    page_boot: String,
    worker_boot: String,
    style: String,
    public: Vec<(String, Vec<u8>)>,
}

/// Builds the page into `target/site`, unless it is there already.
pub(crate) fn build(toolchain: &Toolchain, tools: &Optimisers) -> Result<()> {
    println!("Building the page's WASM (three minutes or more the first time).");
    let modules = [
        toolchain.build("ashlink-frontend", "wasm-release", Some("create"))?,
        toolchain.build("ashlink-frontend", "wasm-release", Some("open"))?,
        toolchain.build("ashlink-worker", "wasm-worker", None)?,
        toolchain.build("ashlink-extras", "wasm-release", None)?,
    ];
    let sources = Sources::read(places::root())?;

    let note = places::notes().join("site");
    let wanted = fingerprint(&modules, &sources, tools)?;
    let is_complete = || manifest().is_ok_and(|files| files.iter().all(|(_, path)| path.is_file()));
    if notes::says(&note, &wanted) && is_complete() {
        return Ok(());
    }
    println!("Making the page's files: bindings, size, names, compression (about 10 s).");
    // What is begun now is not what the note speaks of.
    notes::write(&note, "")?;
    files::write(&assets(&modules, &sources, tools)?, &places::site())?;
    notes::write(&note, wanted)
}

/// A digest of all inputs, of the code that turns them into files and of the tools that it uses.
fn fingerprint(modules: &[PathBuf], sources: &Sources, tools: &Optimisers) -> Result<String> {
    let read = |path: &PathBuf| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let modules = modules.iter().map(read).collect::<Result<Vec<_>>>()?;
    let Sources { page_boot, worker_boot, style, public } = sources;
    let texts = [&*tools.version, page_boot, worker_boot, style];
    let texts = RECIPE.into_iter().chain(texts).map(str::as_bytes);
    let public = public.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]);
    Ok(notes::fingerprint(texts.chain(modules.iter().map(Vec::as_slice)).chain(public)))
}

fn assets(modules: &[PathBuf; 4], sources: &Sources, tools: &Optimisers) -> Result<Vec<Asset>> {
    let [create, open, worker, extras] = modules;
    let create = bindgen::bind(create, "create", Some(tools))?;
    let open = bindgen::bind(open, "open", Some(tools))?;
    let worker = bindgen::bind(worker, "worker", Some(tools))?;
    let extras = bindgen::bind(extras, "extras", Some(tools))?;
    let (glue, module) = (Asset::hashed("worker_glue.js", worker.script), Asset::hashed("worker.wasm", worker.module));
    let boot = worker_boot(&sources.worker_boot, &glue, &module)?;

    let mut assets = vec![
        Asset::hashed("create.js", create.script),
        Asset::hashed("create.wasm", create.module),
        Asset::hashed("open.js", open.script),
        Asset::hashed("open.wasm", open.module),
        Asset::hashed("extras.js", extras.script),
        Asset::hashed("extras.wasm", extras.module),
        Asset::hashed("boot.js", small("boot.js", &sources.page_boot, tools)?),
        Asset::hashed("style.css", small("style.css", &sources.style, tools)?),
        glue,
        module,
        Asset::hashed("worker.js", small("worker.js", &boot, tools)?),
    ];
    for (name, bytes) in &sources.public {
        if assets.iter().any(|asset| asset.name == *name) {
            bail!("public/{name} has the name of a file that the build makes");
        }
        assets.push(Asset::public(name, bytes.clone()));
    }
    Ok(assets)
}

/// A script or style sheet in fewer bytes.
fn small(name: &str, text: &str, tools: &Optimisers) -> Result<Vec<u8>> {
    let file = places::notes().join("small").join(name);
    notes::write(&file, text)?;
    tools.text(&file)?;
    fs::read(&file).with_context(|| format!("cannot read {}", file.display()))
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

impl Sources {
    fn read(root: &Path) -> Result<Self> {
        let text = |name: &str| fs::read_to_string(root.join(name)).with_context(|| format!("the page needs {name}"));
        let mut style = String::new();
        for (name, path) in visible(&root.join("style"))? {
            if name.ends_with(".css") {
                style += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
                style.push('\n');
            }
        }
        if style.is_empty() {
            bail!("the page needs at least one style/*.css");
        }
        let mut public = Vec::new();
        for (name, path) in visible(&root.join("public"))? {
            if name.contains(char::is_whitespace) {
                bail!("public/{name} has white space in its name, which separates names in the manifest");
            }
            public.push((name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?));
        }
        Ok(Self { page_boot: text("frontend/boot.js")?, worker_boot: text("worker/boot.js")?, style, public })
    }
}

/// The files below a folder by name, without editors' and git's hidden ones.
fn visible(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let files = files::list(dir)?.into_iter().filter_map(|(name, path)| Some((name.to_str()?.to_owned(), path)));
    Ok(files.filter(|(name, _)| !name.split('/').any(|part| part.starts_with('.'))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_script_names_its_files() {
        let glue = Asset::hashed("worker_glue.js", b"g".to_vec());
        let module = Asset::hashed("worker.wasm", b"w".to_vec());
        let script = worker_boot("import init from \"WORKER_GLUE\"; init(\"WORKER_WASM\")", &glue, &module).unwrap();
        assert!(script.contains("\"./worker_glue.") && script.contains("\"./worker."), "{script}");
        assert!(!script.contains("pkg/"));
        assert!(worker_boot("WORKER_GLUE", &glue, &module).unwrap_err().to_string().contains("WORKER_WASM"));
    }

    #[test]
    fn styles_follow_their_names_hidden_files_stay_out_and_what_is_missing_is_named() {
        let root = tempfile::tempdir().unwrap();
        let put = |name: &str, text: &str| notes::write(&root.path().join(name), text).unwrap();
        let read = || Sources::read(root.path()).map_err(|error| format!("{error:#}"));
        for name in ["style/notes.md", "public/robots.txt", "public/.hidden"] {
            put(name, "");
        }
        assert!(read().err().unwrap().contains("style/*.css"));
        for (name, text) in [("20-b.css", "b{}"), ("10-a.css", "a{}"), (".30-c.css", "c{}")] {
            put(&format!("style/{name}"), text);
        }
        assert!(read().err().unwrap().contains("boot.js"));
        put("frontend/boot.js", "");
        put("worker/boot.js", "");
        let sources = read().unwrap();
        assert_eq!(sources.style, "a{}\nb{}\n");
        assert_eq!(sources.public, [("robots.txt".to_owned(), vec![])]);
        put("public/a b", "");
        assert!(read().err().unwrap().contains("white space"));
    }
}
