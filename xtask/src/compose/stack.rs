//! The stack under test: a project of its own, with a password and a port of its own.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::engine::Engine;
use crate::janitor::Janitor;
use crate::places::Places;
use crate::run::{ask, program, run};
use crate::setup::TestTools;
use crate::stamp;

/// How long the server may take from its start to its first good health check.
const PATIENCE: Duration = Duration::from_secs(90);
/// The name of what is built, when no image is given.
const IMAGE: &str = "ashlink-compose-test:latest";
/// What the build stage's image is labelled with.
const BUILD_STAGE: &str = "label=ashlink.stage=build";

/// Which files make the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
    /// The main one: the store in memory.
    Memory,
    /// With an append-only file.
    Durable,
    /// With Caddy in front.
    Caddy,
    /// All of them, for taking everything down.
    All,
}

impl Files {
    fn names(self) -> &'static [&'static str] {
        const MAIN: &str = "docker-compose.yml";
        const DURABLE: &str = "docker-compose.durable.yml";
        const CADDY: &str = "docs/examples/caddy/docker-compose.caddy.yml";
        match self {
            Self::Memory => &[MAIN],
            Self::Durable => &[MAIN, DURABLE],
            Self::Caddy => &[MAIN, CADDY],
            Self::All => &[MAIN, DURABLE, CADDY],
        }
    }
}

/// A project of Compose that goes away with this process.
pub(super) struct Stack<'a> {
    pub(super) places: &'a Places,
    engine: &'a Engine,
    project: String,
    /// What the files are filled in with.
    settings: Vec<(&'static str, String)>,
    /// Where the server is published.
    url: String,
    files: Files,
    janitor: Option<Janitor>,
}

impl<'a> Stack<'a> {
    /// Prepares one; nothing is started.
    pub(super) fn new(
        places: &'a Places,
        engine: &'a Engine,
        images: Vec<(&'static str, String)>,
        image: Option<&str>,
    ) -> Result<Self> {
        let [port, http, https] = free_ports()?;
        let password = fs::read_to_string("/proc/sys/kernel/random/uuid").context("cannot draw a password")?;
        let password = password.trim().replace('-', "");
        let secrets = places.notes().join("compose-secrets");
        stamp::write(&secrets.join("store"), &format!("redis://:{password}@redis:6379\n"))?;
        stamp::write(&secrets.join("redis.conf"), &format!("requirepass {password}\n"))?;
        for name in ["store", "redis.conf"] {
            // The containers' users read them, whatever this one's mask is.
            fs::set_permissions(secrets.join(name), Permissions::from_mode(0o644)).context("the secrets' mode")?;
        }
        let empty = no_settings(places);
        stamp::write(&empty, "")?;
        let mut settings = vec![
            ("ASHLINK_SECRETS", secrets.display().to_string()),
            ("ASHLINK_PUBLISH", format!("127.0.0.1:{port}")),
            ("ASHLINK_IMAGE", image.unwrap_or(IMAGE).to_owned()),
            ("ASHLINK_DOMAIN", "localhost".to_owned()),
            // All visitors come from this machine.
            ("ASHLINK_RATE_LIMIT", "off".to_owned()),
            ("CADDY_HTTP", format!("127.0.0.1:{http}")),
            ("CADDY_HTTPS", format!("127.0.0.1:{https}")),
        ];
        settings.extend(images);
        let mut stack = Self {
            places,
            engine,
            project: format!("ashlink-test-{}", std::process::id()),
            settings,
            url: format!("http://127.0.0.1:{port}"),
            files: Files::All,
            janitor: None,
        };
        let mut down = stack.compose();
        down.args(["down", "--volumes", "--remove-orphans", "--timeout", "5"]);
        stack.janitor = Some(Janitor::hire(&down)?);
        Ok(stack)
    }

    /// Compose for this project, in the words that it is called with.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.engine.compose.iter().map(|&word| word.to_owned()).collect();
        words.extend(["--project-name".to_owned(), self.project.clone()]);
        // A person's own .env is for that person's stack.
        words.extend(["--env-file".to_owned(), no_settings(self.places).display().to_string()]);
        words.extend(self.files.names().iter().flat_map(|name| ["--file".to_owned(), (*name).to_owned()]));
        words
    }

    fn compose(&self) -> Command {
        let words = self.words();
        let mut command = program(&words[0], self.places);
        self.fill_in(command.args(&words[1..]));
        command
    }

    /// The settings, and none of those that a person may have for another stack.
    fn fill_in(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            if name_text.starts_with("ASHLINK_") || name_text.starts_with("COMPOSE_") {
                command.env_remove(name);
            }
        }
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
    }

    fn docker(&self) -> Command {
        program("docker", self.places)
    }

    /// Builds the image as `docker compose build` does for everyone.
    pub(super) fn build(&mut self) -> Result<()> {
        println!("This compiles everything (eight minutes or more).");
        self.files = Files::Memory;
        let built = run(self.compose().args(["build", "server"]), "building the image");
        // The folder of a whole build, of no use any more.
        run(self.docker().args(["image", "prune", "--force", "--filter", BUILD_STAGE]), "tidying up")?;
        built?;
        self.image()
    }

    /// Says how large it is.
    pub(super) fn image(&self) -> Result<()> {
        let (_, image) =
            self.settings.iter().find(|(name, _)| *name == "ASHLINK_IMAGE").context("no image is named")?;
        let size = ask(self.docker().args(["image", "inspect", "--format", "{{.Size}}", image]));
        let size: u64 = size.with_context(|| format!("there is no image {image}"))?.parse().context("its size")?;
        println!("{image} has {}.{} MB.", size / 1_000_000, size / 100_000 % 10);
        Ok(())
    }

    /// Makes it run so, and waits until the server is healthy.
    pub(super) fn up(&mut self, files: Files) -> Result<()> {
        self.files = files;
        let started =
            run(self.compose().args(["up", "--detach", "--no-build", "--remove-orphans"]), "starting the stack");
        let healthy = started.and_then(|()| self.healthy());
        if healthy.is_err() {
            // Why, most likely.
            run(self.compose().args(["logs", "--tail", "30"]), "the logs")?;
        }
        healthy
    }

    fn healthy(&self) -> Result<()> {
        let give = Instant::now() + PATIENCE;
        loop {
            let id =
                ask(self.compose().args(["ps", "--quiet", "server"])).context("Compose does not know the server")?;
            let state = ask(self.docker().args(["inspect", "--format", "{{.State.Health.Status}}", &id]));
            // What Docker says may be of some seconds ago, with another store.
            let ready = || {
                ask(self.docker().args(["exec", &id, "/usr/local/bin/ashlink-server", "check", "--ready"])).is_some()
            };
            match state.as_deref() {
                Some("healthy") if ready() => return Ok(()),
                _ if Instant::now() > give => bail!("the server is not healthy but {}", state.unwrap_or_default()),
                _ => thread::sleep(Duration::from_millis(500)),
            }
        }
    }

    /// Runs these files of `end2end/stack`.
    pub(super) fn hold_to(&self, tools: &TestTools, files: &[&str]) -> Result<()> {
        let mut command = self.node(tools);
        command.args(files.iter().map(|file| format!("stack/{file}.test.js")));
        run(&mut command, "the tests of the stack")
    }

    /// Node's test runner, told where the stack is; one file at a time, since some stop it.
    pub(super) fn node(&self, tools: &TestTools) -> Command {
        let mut command = program(&tools.node, self.places);
        self.fill_in(&mut command);
        let words: Vec<String> = self.words().iter().map(|word| format!("{word:?}")).collect();
        command
            .current_dir(self.places.end2end())
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"])
            .env("CHROMIUM", &tools.chromium)
            .env("PYTHON", &tools.python)
            .env("ASHLINK_TEST_URL", &self.url)
            .env("ASHLINK_TEST_COMPOSE", format!("[{}]", words.join(",")));
        command
    }

    /// Takes it down, with its volumes.
    pub(super) fn end(mut self) -> Result<()> {
        let janitor = self.janitor.take().context("it has ended")?;
        janitor.dismiss().context("taking the stack down")
    }
}

/// An empty file, in the place of `.env`; `/dev/null` is none for older Compose.
fn no_settings(places: &Places) -> PathBuf {
    places.notes().join("compose.env")
}

/// Ports that nobody listens on just now.
fn free_ports() -> Result<[u16; 3]> {
    // All at once, so that they differ.
    let listeners = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0"));
    let mut ports = [0; 3];
    for (port, listener) in ports.iter_mut().zip(listeners) {
        *port = listener.and_then(|listener| listener.local_addr()).context("no port is free")?.port();
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_exists_and_is_taken_down() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        for files in [Files::Memory, Files::Durable, Files::Caddy] {
            for name in files.names() {
                assert!(root.join(name).is_file(), "{name}");
                assert!(Files::All.names().contains(name), "{name}");
            }
        }
    }

    #[test]
    fn ports_differ() {
        let ports = free_ports().unwrap();
        assert!(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2], "{ports:?}");
    }
}
