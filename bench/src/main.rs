//! `cargo xtask bench`: create-and-claim cycles over HTTP, against two baselines in the same run.
//!
//! | contender | is |
//! |---|---|
//! | `raw` | the store's own operations, without HTTP: SET EX and GETDEL, or redb's |
//! | `bare` | an axum handler that does SET EX and GETDEL, or the same with a map, and nothing else |
//! | `ashlink` | the release server with its default settings, but for the limit of requests by the minute |
//!
//! All of them are driven by one thread over the same number of connections, with envelopes of the
//! same length. Ratios are taken within a run, one contender right after the other, so that what else
//! the machine does falls on all of them. One run says little; the median of several is reported.

mod bare;
mod cells;
mod load;
mod machine;
mod one_sync;
mod page;
mod process;
mod redis_server;
mod report;
mod scale;
mod servers;
mod stock;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Parser)]
#[command(name = "ashlink-bench", about = "Measures the release server against baselines in the same run")]
struct CommandLine {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Measure, print a table, and write everything as JSON
    Run(Box<Options>),
    /// Serve as the bare handler that the server is compared with
    Bare {
        /// A Redis to SET and GETDEL at; without it, a map in memory
        #[arg(long)]
        redis: Option<String>,
    },
}

/// What is measured, and with what.
#[derive(Args)]
struct Options {
    /// The release server
    #[arg(long, env = "ASHLINK_TEST_SERVER")]
    server: PathBuf,
    /// The redis-server program
    #[arg(long, env = "REDIS_SERVER")]
    redis: PathBuf,
    /// A folder on a disk, for the file store and its baseline
    #[arg(long)]
    folder: PathBuf,
    /// Where everything that was measured goes, as JSON
    #[arg(long)]
    json: PathBuf,
    /// Where the tables go, as Markdown
    #[arg(long)]
    markdown: Option<PathBuf>,
    /// What a browser measured, as JSON, to be reported with the rest
    #[arg(long)]
    browser: Option<PathBuf>,
    /// How often each cell is measured
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// For how long each time, in milliseconds
    #[arg(long, default_value_t = 2000)]
    millis: u64,
    /// Bytes of the secrets
    #[arg(long, value_delimiter = ',', default_value = "1024,102400")]
    sizes: Vec<usize>,
    /// Connections
    #[arg(long, value_delimiter = ',', default_value = "1,32,256")]
    connections: Vec<usize>,
    /// Stores: redis, memory, file
    #[arg(long, value_delimiter = ',', default_value = "redis,memory,file")]
    stores: Vec<stock::Store>,
    /// The most secrets that are stored beside the measured ones
    #[arg(long, default_value_t = 1_000_000)]
    stored: usize,
}

impl Options {
    fn window(&self) -> Duration {
        Duration::from_millis(self.millis)
    }
}

fn main() -> anyhow::Result<()> {
    match CommandLine::parse().task {
        Task::Bare { redis } => bare::serve(redis.as_deref()),
        Task::Run(options) => run(&options),
    }
}

fn run(options: &Options) -> anyhow::Result<()> {
    // Each connection takes one.
    rlimit::increase_nofile_limit(65_536).context("the limit of open files")?;
    let mut report = report::Report::new(machine::describe(&options.redis)?, options);
    report.cells = cells::measure(options)?;
    report.idle = stock::idle(options)?;
    report.stored = stock::per_secret(options)?;
    report.scale = scale::by_number(options)?;
    report.processes = scale::by_processes(options)?;
    report.page = page::measure(options)?;
    report.browser = report::browser(options.browser.as_deref())?;
    report.write(options)
}
