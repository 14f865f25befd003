//! The store: all that a start would find out, by the same code, and nothing left in it.

use super::{Level, Report};
use crate::settings::{Settings, StoreUrl};
use crate::start;
use anyhow::Context as _;
use ashlink_store::embedded::{EmbeddedStore, UnusableFile};
use ashlink_store::redis::{RedisStore, RedisUrl};
use bytesize::ByteSize;
use std::path::PathBuf;

const ABOUT: &str = "store";

/// Looks at it; `runs` where a server of ours does already.
pub(super) async fn look(settings: &Settings, runs: bool, report: &mut Report) {
    let looked = match &settings.store {
        StoreUrl::Memory => {
            report.add(Level::Warning, ABOUT, start::MEMORY_ALONE);
            return;
        }
        StoreUrl::File(path) => file(settings, path.clone(), runs, report).await,
        StoreUrl::Redis(url) => redis(settings, url, report).await,
    };
    if let Err(error) = looked.with_context(|| format!("cannot use ASHLINK_STORE={}", settings.store)) {
        report.add(Level::Problem, ABOUT, format_args!("{error:#}"));
    }
}

async fn file(settings: &Settings, path: PathBuf, runs: bool, report: &mut Report) -> anyhow::Result<()> {
    let store = &settings.store;
    let examined = tokio::task::spawn_blocking(move || EmbeddedStore::examine(&path)).await?;
    match examined {
        Ok(None) => report.add(Level::Good, ABOUT, format_args!("{store} is not there yet; the server makes it")),
        Ok(Some(used)) => {
            let (used, budget) = (ByteSize(used), settings.store_budget);
            report.add(Level::Good, ABOUT, format_args!("{store} is whole and holds {used} of {budget}"));
            if used >= budget {
                report.add(
                    Level::Warning,
                    ABOUT,
                    "it is full and takes nothing new: raise ASHLINK_STORE_BUDGET, or wait",
                );
            }
        }
        Err(error) if runs && matches!(error.downcast_ref(), Some(UnusableFile::InUse)) => {
            report.add(
                Level::Good,
                ABOUT,
                format_args!("{store} is in use, by the server that runs, and was not read"),
            );
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

async fn redis(settings: &Settings, url: &RedisUrl, report: &mut Report) -> anyhow::Result<()> {
    let ca = start::redis_ca(settings, url)?;
    let warnings = RedisStore::examine(url, ca, start::snapshots(settings)).await?;
    report.add(Level::Good, ABOUT, format_args!("{url} answers, and this user may do what the server does"));
    for warning in warnings {
        report.add(Level::Warning, ABOUT, warning);
    }
    Ok(())
}
