//! The Docker engine of this machine, and which Compose it has.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::places::Places;
use crate::run::{ask, find, program};
use crate::setup::{Need, any};

/// The client, the engine and Compose.
pub(crate) const DOCKER: Need = Need {
    what: "Docker with Compose",
    met: || find(&["docker"]).is_some() && compose().is_some(),
    choices: &[
        any(&["docker.io", "docker-cli", "docker-compose"]),
        any(&["docker.io", "docker-compose-v2"]),
        any(&["docker.io", "docker-compose"]),
    ],
    hint: "neither `docker compose` nor `docker-compose` answers",
};

/// An engine that answers.
pub(crate) struct Engine {
    /// The words that Compose is called with.
    pub(crate) compose: &'static [&'static str],
}

impl Engine {
    /// Asks it.
    pub(crate) fn find(places: &Places) -> Result<Self> {
        let compose = compose().context("there is no Compose")?;
        if ask(program("docker", places).args(["version", "--format", "{{.Server.Version}}"])).is_none() {
            bail!(
                "the Docker engine does not answer: start it (`systemctl start docker`, or `dockerd &` \
                 where there is no systemd), and be root or in the group docker"
            );
        }
        println!("Compose is `{}`.", compose.join(" "));
        Ok(Self { compose })
    }
}

/// Compose 2 as a part of the client, or the older one, a program of its own.
fn compose() -> Option<&'static [&'static str]> {
    let all: [&[&str]; 2] = [&["docker", "compose"], &["docker-compose"]];
    all.into_iter().find(|words| ask(Command::new(words[0]).args(&words[1..]).arg("version")).is_some())
}
