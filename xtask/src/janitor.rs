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
    use std::time::Duration;

    #[test]
    fn it_cleans_up_when_it_is_told_or_its_master_is_gone_and_signals_do_not_stop_it() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["told", "gone"] {
            let file = folder.path().join(name);
            let mut janitor = Janitor::hire(Command::new("touch").arg(&file)).unwrap();
            std::thread::sleep(Duration::from_millis(100));
            for signal in ["-INT", "-TERM", "-HUP"] {
                assert!(Command::new("kill").args([signal, &janitor.0.id().to_string()]).status().unwrap().success());
            }
            std::thread::sleep(Duration::from_millis(100));
            assert!(!file.exists());
            if name == "told" {
                janitor.dismiss().unwrap();
            } else {
                // What the end of this process would do.
                drop(janitor.0.stdin.take());
                janitor.0.wait().unwrap();
            }
            assert!(file.exists(), "{name}");
        }
        assert!(Janitor::hire(&Command::new("false")).unwrap().dismiss().is_err());
    }
}
