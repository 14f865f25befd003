//! Who asks. An address is held for as long as its connection is open, to count connections by it and
//! to settle whose a request is. What is kept beyond that is a tag (`tags.rs`), an HMAC whose key lives
//! for a day at most, and in each record the number of a quota group (`store/src/quota.rs`).

pub mod forwarded;
pub mod proxies;
pub mod tags;

pub use proxies::{ClientHeader, Proxies, TrustedProxies};
pub use tags::Tags;

use ashlink_store::address::Prefix;
use ashlink_store::tag::CallerTag;
use axum::extract::{FromRef, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The other end of a request's connection. Whoever accepts connections puts it there.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Whose request it is, for as long as the request lasts. Not printable: no log shows an address.
#[derive(Clone, Copy)]
pub struct Caller {
    /// The address. Nothing keeps it.
    pub prefix: Prefix,
    /// What is kept of it.
    pub tag: CallerTag,
    /// What is kept of the network above it.
    pub network: CallerTag,
    /// A number below [`Caller::REGIONS`] that all addresses of one provider share, and few others.
    pub region: u16,
}

impl Caller {
    /// At which levels limits count it: the caller itself, and the network above it.
    #[must_use]
    pub const fn levels(&self) -> [CallerTag; 2] {
        [self.tag, self.network]
    }

    /// How many numbers there are for regions.
    pub const REGIONS: u16 = 4096;
}

/// Knows of each request whose it is.
#[derive(Clone)]
pub struct Callers {
    /// Whom to believe about who asks.
    pub proxies: Arc<Proxies>,
    /// Makes what is kept of who asks.
    pub tags: Arc<Tags>,
}

impl Callers {
    /// Puts the [`Caller`] into a request.
    pub fn identify(&self, request: &mut Request) {
        let caller = self.of(request.extensions(), request.headers());
        request.extensions_mut().insert(caller);
    }

    fn of(&self, extensions: &Extensions, headers: &HeaderMap) -> Caller {
        let peer = extensions.get::<Peer>().expect("every connection has another end").0.ip();
        let client: IpAddr = self.proxies.client(peer, headers);
        self.tags.caller(Prefix::of(client))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Callers: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        Ok(Callers::from_ref(state).of(&parts.extensions, &parts.headers))
    }
}
