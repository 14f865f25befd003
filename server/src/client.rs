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

/// Puts the [`ClientTag`] of whoever asks into a request.
pub fn identify(state: &AppState, request: &mut Request) {
    let peer = request.extensions().get::<Peer>().expect("every connection has another end").0.ip();
    let client: IpAddr = state.proxies.client(peer, request.headers());
    let tag = state.tags.tag(Prefix::of(client));
    request.extensions_mut().insert(tag);
}
