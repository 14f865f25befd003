//! `ashlink completions` and `ashlink man`

use crate::args::Cli;
use crate::exit::{Exit, Failure};
use clap::CommandFactory as _;
use clap_complete::Shell;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

pub(super) fn completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ashlink", &mut script);
    super::show(&String::from_utf8_lossy(&script).trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// One page for each command, as `ashlink-send.1`.
pub(super) fn manual(folder: &Path) -> Result<ExitCode, Failure> {
    // Only a built command has the flags of all commands on each page.
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
    written.map_err(|error| {
        let what = format!("cannot write into {}: {error}", folder.display());
        Failure::new(Exit::Local, what, "Name a folder that you can write to.")
    })?;
    Ok(ExitCode::SUCCESS)
}
