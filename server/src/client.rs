//! Who asks: an address for the time of a request, and beyond it only a tag from which nobody
//! finds the address again.

pub mod address;
pub mod forwarded;
pub mod proxies;
pub mod tags;

pub use proxies::{ClientHeader, Proxies, TrustedProxies};
pub use tags::{ClientTag, TagKey, Tags};

use crate::client::address::Prefix;
use crate::state::AppState;
use axum::extract::Request;
use std::net::{IpAddr, SocketAddr};

/// The other end of a request's connection. Whoever accepts connections puts it there.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// At which levels limits count whose request it is. Tags of callers and of networks never meet.
#[derive(Debug, Clone, Copy)]
pub struct Levels {
    /// The address, or the /64 of IPv6.
    pub caller: ClientTag,
    /// The network around it.
    pub network: ClientTag,
}

impl Levels {
    /// Both of them, the caller first.
    #[must_use]
    pub const fn both(self) -> [ClientTag; 2] {
        [self.caller, self.network]
    }
}

/// Puts the [`ClientTag`] of whoever asks into a request, and its [`Levels`].
pub fn identify(state: &AppState, request: &mut Request) {
    let peer = request.extensions().get::<Peer>().expect("every connection has another end").0.ip();
    let client: IpAddr = state.proxies.client(peer, request.headers());
    let prefix = Prefix::of(client);
    let levels = Levels { caller: state.tags.tag(prefix), network: state.tags.tag(prefix.network()) };
    request.extensions_mut().insert(levels.caller);
    request.extensions_mut().insert(levels);
}
