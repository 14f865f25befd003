//! Messages between page and worker: each has one form in bytes, and no other is read.

use crate::support::within;
use ashlink_core::message::{Reply, Request};

pub(crate) fn run(bytes: &[u8]) {
    // The largest item is some forty times its byte: a text without letters in a list.
    let room = 64 * bytes.len() + 1024;
    if let Ok(request) = within(room, || Request::from_bytes(bytes)) {
        assert_eq!(*request.to_bytes(), bytes, "a request is written as it was read");
    }
    if let Ok(reply) = within(room, || Reply::from_bytes(bytes)) {
        assert_eq!(*reply.to_bytes(), bytes, "a reply is written as it was read");
    }
}
