//! The browsers' engines, and the oldest version of each that the tests support.

use std::path::Path;
use std::process::Command;

use super::apt;
use super::machine::Machine;
use crate::run::ask;

/// An engine that the tests run in.
pub(super) struct Engine {
    /// What people call it.
    name: &'static str,
    /// The oldest version, as major and minor, that all tests are known to pass with.
    oldest: Version,
    /// Debian's package of it.
    package: &'static str,
}

/// Major and minor.
type Version = (u32, u32);

/// The oldest supported versions are written here and nowhere else.
pub(super) const CHROMIUM: Engine = Engine { name: "Chromium", oldest: (148, 0), package: "chromium" };
/// See [`CHROMIUM`].
pub(super) const FIREFOX: Engine = Engine { name: "Firefox", oldest: (140, 0), package: "firefox-esr" };
/// See [`CHROMIUM`].
pub(super) const WEBKIT: Engine = Engine { name: "WebKitGTK", oldest: (2, 50), package: "webkit2gtk-driver" };

impl Engine {
    /// Says which version the tests will use. An older one of the distribution than is supported
    /// is brought up to date where that needs no asking; one that stays so is put into words.
    ///
    /// `program` answers `--version`; without one, the package is asked.
    pub(super) fn look_over(&self, program: Option<&Path>, machine: &Machine) -> Option<String> {
        let mut version = self.version(program);
        let is_packaged = program.is_none_or(|path| path.starts_with("/usr/bin"));
        if is_packaged
            && version.is_some_and(|version| version < self.oldest)
            && !apt::installed(&[self.package]).is_empty()
        {
            if let Err(error) = apt::upgrade(self.package, machine) {
                println!("Warning: {} was not brought up to date: {error:#}.", self.name);
            }
            version = self.version(program);
        }
        match version {
            Some((major, minor)) => println!("The tests use {} {major}.{minor}.", self.name),
            None => println!("The tests use a {} that does not tell its version.", self.name),
        }
        let complaint = self.complaint(version?)?;
        println!("{complaint}");
        Some(complaint)
    }

    fn version(&self, program: Option<&Path>) -> Option<Version> {
        match program {
            Some(path) => version_in(&ask(Command::new(path).arg("--version"))?),
            None => version_in(&apt::installed(&[self.package]).pop()?.1),
        }
    }

    /// What to say of a version that is too old.
    fn complaint(&self, version: Version) -> Option<String> {
        let Self { name, oldest, .. } = self;
        (version < *oldest).then(|| {
            format!(
                "Warning: {name} {}.{} is older than {}.{}, the oldest that the tests support; \
                 some may fail for that alone.",
                version.0, version.1, oldest.0, oldest.1
            )
        })
    }
}

/// The first number with a dot: `Mozilla Firefox 140.10.2esr` is (140, 10).
fn version_in(text: &str) -> Option<Version> {
    text.split_whitespace().find_map(|word| {
        let mut parts = word.split(|c: char| !c.is_ascii_digit());
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_browsers_and_packages_write_them() {
        let built = "Chromium 156.0.8078.108 built on Debian GNU/Linux 12 (bookworm)";
        assert_eq!(version_in(built), Some((156, 0)));
        assert_eq!(version_in("Google Chrome for Testing 149.0.7827.55"), Some((149, 0)));
        assert_eq!(version_in("Mozilla Firefox 140.10.2esr"), Some((140, 10)));
        assert_eq!(version_in("2.50.6-1~deb12u1"), Some((2, 50)));
        assert_eq!(version_in("Chromium"), None);
    }

    #[test]
    fn an_older_engine_is_named_with_what_is_supported() {
        let engine = Engine { name: "Chromium", oldest: (150, 0), package: "chromium" };
        let said = engine.complaint((149, 9)).unwrap();
        assert!(said.contains("Chromium 149.9") && said.contains("150.0"), "{said}");
        assert_eq!(engine.complaint((150, 0)), None);
        let minor = Engine { name: "WebKitGTK", oldest: (2, 50), package: "webkit2gtk-driver" };
        assert!(minor.complaint((2, 48)).is_some() && minor.complaint((2, 52)).is_none());
    }
}
