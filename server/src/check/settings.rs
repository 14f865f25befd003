//! Settings, and the files that they name.

use super::{Level, Report};
use crate::command::unknown;
use crate::settings::Settings;
use crate::site::NoPage;
use crate::site::brand::Brand;
use crate::state;
use crate::web::headers::Transport;
use crate::web::listener::Listen;

const ABOUT: &str = "settings";

/// Reads them as the start does.
pub(super) fn look(settings: &Settings, page: Result<(), NoPage>, report: &mut Report) {
    let before = report.findings().len();
    let mut hold = |outcome: anyhow::Result<()>| {
        if let Err(error) = outcome {
            report.add(Level::Problem, ABOUT, format_args!("{error:#}"));
        }
    };
    hold(page.map_err(Into::into));
    hold(settings.log_filter().map(drop));
    hold(settings.api_config().map(drop).map_err(Into::into));
    hold(Brand::read(settings.accent, settings.logo.as_deref()).map(drop));
    match state::tokens(settings) {
        Ok(Some(tokens)) if tokens.is_empty() => {
            let words = "the file of ASHLINK_TOKENS has no token, so nobody can create links: \
                         `ashlink-server token NAME --file FILE` adds one";
            report.add(Level::Warning, ABOUT, words);
        }
        tokens => hold(tokens.map(drop)),
    }
    for words in unknown::warnings() {
        report.add(Level::Warning, ABOUT, words);
    }
    if is_behind_unnamed_proxy(settings) {
        let words = "ASHLINK_PUBLIC_URL is https, so there is a proxy before this server, and all of its visitors \
                     count as one client: name it in ASHLINK_TRUSTED_PROXIES";
        report.add(Level::Warning, ABOUT, words);
    }
    if report.findings().len() == before {
        report.add(Level::Good, ABOUT, "all of them can be used");
    }
}

/// The server does not speak TLS itself. At a socket file, whoever connects is a proxy.
fn is_behind_unnamed_proxy(settings: &Settings) -> bool {
    settings.transport() == Transport::Https
        && settings.trusted_proxies.is_empty()
        && matches!(settings.listen, Listen::Tcp(_))
}
