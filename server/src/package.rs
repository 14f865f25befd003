//! `ashlink-server package-files`: what a release holds besides the program, made by the program itself.

use crate::command::CommandLine;
use crate::settings::Settings;
use crate::site::pages::Pages;
use crate::site::{Site, offline};
use crate::state::look;
use anyhow::Context as _;
use clap::{Command, CommandFactory as _};
use clap_complete::{Shell, generate_to};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The longest line of a comment, in characters.
const WIDTH: usize = 100;

/// Writes manual pages, completions, `server.env`, `manifest.json` and `ashlink-offline.html` into a folder.
///
/// # Errors
/// When the folder cannot be written to.
pub fn write(settings: &Settings, site: Site, folder: &Path) -> anyhow::Result<()> {
    let mut command = CommandLine::command().disable_help_subcommand(true);
    command.build();
    let pages = Pages::of(look(settings, site)?);
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        for shell in [Shell::Bash, Shell::Fish, Shell::Zsh] {
            generate_to(shell, &mut command.clone(), "ashlink-server", folder)?;
        }
        fs::write(folder.join("server.env"), environment(&command))?;
        fs::write(folder.join("manifest.json"), pages.manifest().to_json())?;
        if let Some(page) = offline::page() {
            fs::write(folder.join("ashlink-offline.html"), page)?;
        }
        clap_mangen::generate_to(command, folder)
    };
    write().with_context(|| format!("cannot write into {}", folder.display()))
}

/// Every setting with its help and its default, all commented out: systemd's `EnvironmentFile=`.
fn environment(command: &Command) -> String {
    let mut text = String::from(
        "# Settings of ashlink-server. After a change: systemctl restart ashlink-server\n\
         # Unless ASHLINK_STORE is set here, the unit keeps secrets in /var/lib/ashlink. To use\n\
         # ASHLINK_STORE_FILE, set ASHLINK_STORE to nothing as well.\n",
    );
    for setting in command.get_arguments() {
        let (Some(name), Some(help)) = (setting.get_env(), setting.get_help()) else { continue };
        text.push_str("\n#");
        let mut width = 1;
        for word in help.to_string().split_whitespace() {
            if width + 1 + word.len() > WIDTH {
                text.push_str("\n#");
                width = 1;
            }
            width += 1 + word.len();
            write!(text, " {word}").expect("writing to a String cannot fail");
        }
        let default = setting.get_default_values().first().map(|value| value.to_string_lossy()).unwrap_or_default();
        writeln!(text, "\n#{}={default}", name.display()).expect("writing to a String cannot fail");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ashlink_core::manifest::Manifest;
    use clap::Parser as _;

    #[test]
    fn a_release_gets_every_setting_commented_out_and_what_its_servers_serve() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings::parse_from(["ashlink-server"]);
        write(&settings, Site::none(), folder.path()).unwrap();
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let text = read("server.env");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH && (line.is_empty() || line.starts_with('#'))));
        for setting in Settings::command().get_arguments().filter_map(clap::Arg::get_env) {
            assert!(text.contains(&format!("\n#{}=", setting.display())), "{}", setting.display());
        }
        assert!(text.contains("\n#ASHLINK_LISTEN=127.0.0.1:3000\n") && text.contains("\n#ASHLINK_LOGO=\n"), "{text}");
        Manifest::parse(&read("manifest.json")).unwrap();
        for (name, words) in [
            ("ashlink-server.1", "ASHLINK_LISTEN"),
            ("ashlink-server-check.1", "ready"),
            ("ashlink-server.bash", "--listen"),
            ("ashlink-server.fish", "listen"),
            ("_ashlink-server", "--listen"),
        ] {
            assert!(read(name).contains(words), "{name}");
        }
        assert!(!read("ashlink-server.1").contains("package"), "it is nobody's business who installs packages");
    }
}
