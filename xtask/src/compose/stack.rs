//! The stack under test: a project of its own, with a password and a port of its own.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::janitor::Janitor;
use crate::run::{ask, find, program, run};
use crate::setup::{self, Need, any};
use crate::tools::TestTools;
use crate::{notes, places};

const DOCKER: Need = Need {
    what: "Docker with Compose",
    met: || find(&["docker"]).is_some() && compose().is_some(),
    choices: &[
        any(&["docker.io", "docker-cli", "docker-compose"]),
        any(&["docker.io", "docker-compose-v2"]),
        any(&["docker.io", "docker-compose"]),
    ],
    hint: "neither `docker compose` nor `docker-compose` answers",
    or_else: false,
};

/// The words that Compose is called with.
type Compose = &'static [&'static str];

/// Compose 2 as a part of the client, or the older one, a program of its own.
fn compose() -> Option<Compose> {
    let all: [Compose; 2] = [&["docker", "compose"], &["docker-compose"]];
    all.into_iter().find(|words| ask(Command::new(words[0]).args(&words[1..]).arg("version")).is_some())
}

/// Finds Compose, and an engine that answers.
pub(super) fn ready() -> Result<Compose> {
    setup::ensure(&[&DOCKER])?;
    let compose = compose().context("there is no Compose")?;
    if ask(program("docker").args(["version", "--format", "{{.Server.Version}}"])).is_none() {
        bail!(
            "the Docker engine does not answer: start it (`systemctl start docker`, or `dockerd &` \
             where there is no systemd), and be root or in the group docker"
        );
    }
    println!("Compose is `{}`.", compose.join(" "));
    Ok(compose)
}

/// How long the server may take from its start to its first good health check.
const PATIENCE: Duration = Duration::from_secs(90);
const IMAGE: &str = "ashlink-compose-test:latest";
const BUILD_STAGE: &str = "label=ashlink.stage=build";

/// The files that make the stack with its store in memory.
pub(super) const MEMORY: &[&str] = &[ALL[0]];
/// With an append-only file.
pub(super) const DURABLE: &[&str] = &[ALL[0], ALL[1]];
/// With Caddy in front.
pub(super) const CADDY: &[&str] = &[ALL[0], ALL[2]];
const ALL: &[&str] =
    &["docker-compose.yml", "docker-compose.durable.yml", "docs/examples/caddy/docker-compose.caddy.yml"];

/// A project of Compose that goes away with this process.
pub(super) struct Stack {
    /// The words that Compose is called with for this project.
    words: Vec<String>,
    settings: Vec<(&'static str, String)>,
    url: String,
    files: &'static [&'static str],
    janitor: Option<Janitor>,
}

impl Stack {
    pub(super) fn new(compose: Compose, images: Vec<(&'static str, String)>, image: Option<&str>) -> Result<Self> {
        let [port, http, https] = free_ports()?;
        let password = fs::read_to_string("/proc/sys/kernel/random/uuid").context("cannot draw a password")?;
        let password = password.trim().replace('-', "");
        let secrets = places::notes().join("compose-secrets");
        let files = [
            ("store", format!("redis://:{password}@redis:6379\n")),
            ("redis.conf", format!("requirepass {password}\n")),
        ];
        for (name, text) in files {
            notes::write(&secrets.join(name), text)?;
            // The containers' users read them, whatever this one's mask is.
            fs::set_permissions(secrets.join(name), Permissions::from_mode(0o644)).context("the secrets' mode")?;
        }
        // In the place of `.env`, since a person's own is for that person's stack; `/dev/null` is none for
        // older Compose.
        let no_settings = places::notes().join("compose.env");
        notes::write(&no_settings, "")?;
        let mut words: Vec<String> = compose.iter().map(|&word| word.to_owned()).collect();
        words.extend(["--project-name".to_owned(), format!("ashlink-test-{}", std::process::id())]);
        words.extend(["--env-file".to_owned(), no_settings.display().to_string()]);
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
        let mut stack = Self { words, settings, url: format!("http://127.0.0.1:{port}"), files: ALL, janitor: None };
        let mut down = stack.compose();
        down.args(["down", "--volumes", "--remove-orphans", "--timeout", "5"]);
        stack.janitor = Some(Janitor::hire(&down)?);
        Ok(stack)
    }

    fn words(&self) -> Vec<String> {
        let files = self.files.iter().flat_map(|name| ["--file", name]);
        self.words.iter().map(String::as_str).chain(files).map(str::to_owned).collect()
    }

    fn compose(&self) -> Command {
        let words = self.words();
        let mut command = program(&words[0]);
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

    pub(super) fn build(&mut self) -> Result<()> {
        println!("This compiles everything (eight minutes or more).");
        self.files = MEMORY;
        let built = run(self.compose().args(["build", "server"]), "building the image");
        // The folder of a whole build, of no use any more.
        run(program("docker").args(["image", "prune", "--force", "--filter", BUILD_STAGE]), "tidying up")?;
        built?;
        self.image()
    }

    pub(super) fn image(&self) -> Result<()> {
        let (_, image) =
            self.settings.iter().find(|(name, _)| *name == "ASHLINK_IMAGE").context("no image is named")?;
        let mut inspect = program("docker");
        run(
            inspect.args(["image", "inspect", "--format", "{{.RepoTags}}: {{.Size}} bytes", image]),
            "finding the image",
        )
    }

    pub(super) fn up(&mut self, files: &'static [&'static str]) -> Result<()> {
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
            let state = ask(program("docker").args(["inspect", "--format", "{{.State.Health.Status}}", &id]));
            // What Docker says may be of some seconds ago, with another store.
            let ready = || {
                ask(program("docker").args(["exec", &id, "/usr/local/bin/ashlink-server", "check", "--ready"]))
                    .is_some()
            };
            match state.as_deref() {
                Some("healthy") if ready() => return Ok(()),
                _ if Instant::now() > give => bail!("the server is not healthy but {}", state.unwrap_or_default()),
                _ => thread::sleep(Duration::from_millis(500)),
            }
        }
    }

    pub(super) fn hold_to(&self, tools: &TestTools, files: &[&str]) -> Result<()> {
        let mut command = self.node(tools);
        command.args(files.iter().map(|file| format!("stack/{file}.test.js")));
        run(&mut command, "the tests of the stack")
    }

    /// Node's test runner, told where the stack is; one file at a time, since some stop it.
    pub(super) fn node(&self, tools: &TestTools) -> Command {
        let mut command = program(&tools.node);
        self.fill_in(&mut command);
        let words: Vec<String> = self.words().iter().map(|word| format!("{word:?}")).collect();
        command
            .current_dir(places::end2end())
            .args(["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"])
            .envs(tools.variables.iter().filter(|(name, _)| ["CHROMIUM", "PYTHON"].contains(name)).cloned())
            .env("ASHLINK_TEST_URL", &self.url)
            .env("ASHLINK_TEST_COMPOSE", format!("[{}]", words.join(",")));
        command
    }

    pub(super) fn end(mut self) -> Result<()> {
        let janitor = self.janitor.take().context("it has ended")?;
        janitor.dismiss().context("taking the stack down")
    }
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
    fn every_file_exists() {
        for name in ALL {
            assert!(places::root().join(name).is_file(), "{name}");
        }
    }

    #[test]
    fn ports_differ() {
        let ports = free_ports().unwrap();
        assert!(ports[0] != ports[1] && ports[1] != ports[2] && ports[0] != ports[2], "{ports:?}");
    }
}
