//! Whoever ends xtask, and however: what it started is taken down.

use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

/// Waits until nobody holds the other end of its standard input, then does what it was told.
/// Ctrl-C reaches it too, and must not keep it from that.
const SCRIPT: &str = "trap '' INT TERM HUP; cat > /dev/null; exec \"$@\"";

/// A process that cleans up when this one ends.
pub(crate) struct Janitor(Child);

impl Janitor {
    /// Starts one that will run this command, with the command's environment.
    pub(crate) fn hire(command: &Command) -> Result<Self> {
        let mut janitor = Command::new("sh");
        janitor.args(["-c", SCRIPT, "janitor"]).arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => janitor.env(name, value),
                None => janitor.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            janitor.current_dir(folder);
        }
        // The pipe closes by itself when this process is no more.
        Ok(Self(janitor.stdin(Stdio::piped()).spawn().context("cannot start sh")?))
    }

    /// Lets it clean up now, and waits for it.
    pub(crate) fn dismiss(mut self) -> Result<()> {
        drop(self.0.stdin.take());
        let status = self.0.wait().context("cannot wait for the cleaning up")?;
        if !status.success() {
            bail!("cleaning up ended with {status}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::time::{Duration, Instant};

    fn touch(file: &Path) -> Command {
        let mut command = Command::new("touch");
        command.arg(file);
        command
    }

    fn appears(file: &Path) -> bool {
        let give = Instant::now() + Duration::from_secs(10);
        while !file.exists() && Instant::now() < give {
            std::thread::sleep(Duration::from_millis(20));
        }
        file.exists()
    }

    #[test]
    fn it_cleans_up_when_it_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clean");
        let janitor = Janitor::hire(&touch(&file)).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        assert!(!file.exists());
        janitor.dismiss().unwrap();
        assert!(file.exists());
        assert!(Janitor::hire(&Command::new("false")).unwrap().dismiss().is_err());
    }

    #[test]
    fn it_cleans_up_when_its_master_is_gone_and_signals_do_not_stop_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("clean");
        let mut janitor = Janitor::hire(&touch(&file)).unwrap();
        std::thread::sleep(Duration::from_millis(100));
        let id = janitor.0.id().to_string();
        for signal in ["-INT", "-TERM", "-HUP"] {
            assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        }
        std::thread::sleep(Duration::from_millis(100));
        assert!(!file.exists());
        // What the end of this process would do.
        drop(janitor.0.stdin.take());
        assert!(appears(&file));
        janitor.0.wait().unwrap();
    }
}
