//! What the page is made of.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::output::list;
use crate::places::{Places, shown};
use crate::stamp::Fingerprint;

/// The inputs of the page, read once.
pub(crate) struct Sources {
    /// Cargo's modules: the islands, the worker, and what is loaded when it is wanted.
    pub(crate) wasm: [PathBuf; 3],
    modules: [Vec<u8>; 3],
    /// `frontend/boot.js`, which starts the islands.
    pub(crate) page_boot: String,
    /// `worker/boot.js`, which starts the worker.
    pub(crate) worker_boot: String,
    /// `style/*.css`, one after the other by name.
    pub(crate) style: String,
    /// Every file of `public/`, by its path within it.
    pub(crate) public: Vec<(String, Vec<u8>)>,
}

impl Sources {
    /// Reads everything; what is missing is named.
    pub(crate) fn collect(wasm: [&Path; 3], places: &Places) -> Result<Self> {
        let text = |path: PathBuf| {
            fs::read_to_string(&path).with_context(|| format!("the page needs {}", shown(&path, places)))
        };
        let module = |path: &Path| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
        Ok(Self {
            wasm: wasm.map(Path::to_path_buf),
            modules: [module(wasm[0])?, module(wasm[1])?, module(wasm[2])?],
            page_boot: text(places.root.join("frontend/boot.js"))?,
            worker_boot: text(places.root.join("worker/boot.js"))?,
            style: style(&places.root.join("style"))?,
            public: public(&places.root.join("public"))?,
        })
    }

    /// A digest of all of it, of the code that turns it into files and of the optimiser it uses.
    pub(crate) fn fingerprint(&self, recipe: &[&str], optimiser: &str) -> String {
        let mut all = Fingerprint::new();
        for part in recipe {
            all.add("recipe", part.as_bytes());
        }
        all.add("optimiser", optimiser.as_bytes());
        for module in &self.modules {
            all.add("module", module);
        }
        for text in [&self.page_boot, &self.worker_boot, &self.style] {
            all.add("text", text.as_bytes());
        }
        for (name, bytes) in &self.public {
            all.add(name, bytes);
        }
        all.finish()
    }
}

/// All style sheets in the order of their names.
fn style(dir: &Path) -> Result<String> {
    let mut style = String::new();
    for (name, path) in visible(dir)? {
        if name.ends_with(".css") {
            style += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            style.push('\n');
        }
    }
    if style.is_empty() {
        bail!("the page needs at least one style/*.css");
    }
    Ok(style)
}

/// The files of `public/`; a checkout need not have any.
fn public(dir: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let read = |(name, path): (String, PathBuf)| {
        if name.contains(char::is_whitespace) {
            bail!("public/{name} has white space in its name, which separates names in the manifest");
        }
        Ok((name, fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?))
    };
    visible(dir)?.into_iter().map(read).collect()
}

/// The files below a folder by name, without editors' and git's hidden ones.
fn visible(dir: &Path) -> Result<Vec<(String, PathBuf)>> {
    let files = list(dir)?.into_iter().filter_map(|(name, path)| Some((name.to_str()?.to_owned(), path)));
    Ok(files.filter(|(name, _)| !name.split('/').any(|part| part.starts_with('.'))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_follow_their_names_and_hidden_files_stay_out() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [("20-b.css", "b{}"), ("10-a.css", "a{}"), (".30-c.css", "c{}"), ("notes.md", "n")] {
            fs::write(dir.path().join(name), text).unwrap();
        }
        assert_eq!(style(dir.path()).unwrap(), "a{}\nb{}\n");
        let names: Vec<_> = public(dir.path()).unwrap().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["10-a.css", "20-b.css", "notes.md"]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let dir = tempfile::tempdir().unwrap();
        assert!(style(dir.path()).unwrap_err().to_string().contains("style/*.css"));
        assert!(public(&dir.path().join("none")).unwrap().is_empty());
        fs::write(dir.path().join("a b"), "").unwrap();
        assert!(public(dir.path()).unwrap_err().to_string().contains("white space"));
    }
}
