//! What kind of machine this is, as far as installing goes.

use std::fs;
use std::io::{IsTerminal, stderr, stdin};
use std::os::unix::fs::MetadataExt;

use crate::run::find;

/// The answers that decide how a missing package is dealt with.
pub(crate) struct Machine {
    /// Debian, Ubuntu or a relative of theirs.
    pub(crate) has_apt: bool,
    /// Who runs us.
    pub(crate) user: User,
}

/// Who runs us, as far as installing goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    /// May install without asking.
    Root,
    /// Can be asked, and has sudo.
    AtTerminal,
    /// Neither: can only be told.
    Unattended,
}

impl Machine {
    /// Looks around.
    pub(crate) fn look() -> Self {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        Self { has_apt: is_debian_like(&release) && find(&["apt-get"]).is_some(), user: User::look() }
    }
}

impl User {
    fn look() -> Self {
        // The owner of our own process entry is the effective user.
        if fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0) {
            Self::Root
        } else if stdin().is_terminal() && stderr().is_terminal() && find(&["sudo"]).is_some() {
            Self::AtTerminal
        } else {
            Self::Unattended
        }
    }
}

/// Reads `/etc/os-release`: whether `ID` or `ID_LIKE` names Debian or Ubuntu.
fn is_debian_like(release: &str) -> bool {
    release
        .lines()
        .filter_map(|line| line.split_once('='))
        .filter(|(key, _)| ["ID", "ID_LIKE"].contains(key))
        .flat_map(|(_, value)| value.trim_matches(['"', '\'']).split_whitespace())
        .any(|word| word == "debian" || word == "ubuntu")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relatives_of_debian_are_known() {
        assert!(is_debian_like("PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\n"));
        assert!(is_debian_like("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(is_debian_like("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
    }

    #[test]
    fn others_are_not() {
        assert!(!is_debian_like("ID=fedora\nHOME_URL=https://debian.example/\n"));
        assert!(!is_debian_like("ID='arch'\nBUILD_ID=debian\n"));
        assert!(!is_debian_like(""));
    }
}
