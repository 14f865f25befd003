//! A server, and what it said about itself.

use crate::exit::{Exit, Failure};
use crate::http::{Http, Why};
use crate::links;
use crate::settings::Settings;
use crate::terminal;
use crate::words::{Doing, failure};
use ashlink_client::session::Session;
use ashlink_core::api::{Config, ErrorCode};
use ashlink_core::message::{Fault, Reply, Request, Status};
use ashlink_core::passphrase::Passphrase;
use pollster::block_on;

/// A session with one server.
pub(crate) struct Server {
    session: Session<Http>,
    base: String,
    why: Why,
}

impl Server {
    /// The server of the settings: new links are made there.
    pub(crate) fn to_send(settings: &Settings) -> Result<Self, Failure> {
        Self::at(settings.server()?, settings)
    }

    /// The server that a link leads to.
    pub(crate) fn of_link(link: &str, settings: &Settings) -> Result<Self, Failure> {
        // A damaged link is known without asking anybody.
        ashlink_core::link::Key::find(link).map_err(|error| failure(Fault::Link(error), Doing::Reading, ""))?;
        match links::server_of(link) {
            Some(base) => {
                let linked = Self::at(base.clone(), settings)?;
                // A host without an API may have the page of the settings' server. Where there is an API, that
                // server is not asked: it has nothing to do with the link, and may be out of reach.
                let own = settings.server().ok().filter(|own| *own != base);
                if let Some(own) = own.filter(|_| linked.is_something_else()) {
                    let own = Self::at(own, settings)?;
                    if own.config().is_ok_and(|config| config.client_origin.as_deref() == Some(&*base)) {
                        return Ok(own);
                    }
                }
                Ok(linked)
            }
            // Another server would say that there never was such a secret.
            None if link.contains("://") => Err(Failure::new(
                Exit::Link,
                "the link's address cannot be read",
                "Give the link alone, as it was sent: https://…/s#…",
            )),
            None => Self::at(settings.server()?, settings),
        }
    }

    fn at(base: String, settings: &Settings) -> Result<Self, Failure> {
        if links::is_exposed(&base) {
            terminal::warn("this server is used over plain http: anybody on the way can take what it hands out");
        }
        let http = Http::new(&base, settings)?;
        let why = http.why();
        Ok(Self { session: Session::new(http, Passphrase::parse), base, why })
    }

    /// What it allows.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        self.told().map_err(|fault| self.failure(fault, Doing::Reading))
    }

    fn told(&self) -> Result<Config, Fault> {
        block_on(self.session.api().config())
            // Every server has this route: an address without it is not that of an Ashlink.
            .map_err(|fault| if fault == Fault::Server(ErrorCode::Unknown) { Fault::Strange } else { fault })
    }

    /// Whether something answers there that is no Ashlink.
    fn is_something_else(&self) -> bool {
        self.told().is_err_and(|fault| fault == Fault::Strange)
    }

    /// What links begin with, without a slash at the end. Warns where that is not where this server was asked.
    pub(crate) fn links_begin(&self, config: &Config) -> String {
        // Only what is an address: it is going to be shown.
        let Some(begin) = config.links_begin().and_then(|url| links::server(url).ok()) else {
            return self.base.clone();
        };
        if let Some(doubt) = links::doubt(&begin, &self.base) {
            terminal::warn(&doubt);
        }
        begin
    }

    /// Its API, for who keeps the keys elsewhere.
    pub(crate) const fn api(&self) -> &ashlink_client::api::Api<Http> {
        self.session.api()
    }

    /// What the last claim handed out, encrypted.
    pub(crate) fn envelope(&self) -> Option<&[u8]> {
        self.session.envelope()
    }

    /// Asks for something that can fail in many ways.
    pub(crate) fn ask(&mut self, request: Request) -> Result<Reply, Fault> {
        match block_on(self.session.handle(request)) {
            Reply::Failed(fault) => Err(fault),
            reply => Ok(reply),
        }
    }

    /// Asks what became of a secret, or destroys it; with whether its link asks for a passphrase.
    pub(crate) fn status(&mut self, request: Request) -> Result<(Option<bool>, Status), Failure> {
        let status = self.ask(request).and_then(Reply::into_status);
        status
            .map_err(|fault| match fault {
                // Without a route for it, a server knows no secret at all.
                Fault::Server(ErrorCode::Unknown) if self.is_something_else() => Fault::Strange,
                fault => fault,
            })
            .map_err(|fault| self.failure(fault, Doing::Reading))
    }

    /// The words for a fault of this server's.
    pub(crate) fn failure(&self, fault: Fault, doing: Doing) -> Failure {
        failure(fault, doing, &self.why.words())
    }
}
