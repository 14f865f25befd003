//! Messages between page and worker. The input is a list of fields: a byte for the type, and
//! what belongs to it.

use crate::support::{Pieces, text};
use ashlink_core::message::{Field, Reply, Request};

/// The words that messages are told apart by: a fuzzer would be long in guessing them.
const WORDS: [&str; 26] = [
    "self_test",
    "generate",
    "create",
    "look",
    "reveal",
    "check",
    "burn",
    "ready",
    "passphrase",
    "created",
    "status",
    "revealed",
    "failed",
    "waiting",
    "opened",
    "burned",
    "expired",
    "lost",
    "text",
    "file",
    "raw",
    "broken",
    "link.missing",
    "link.too_new",
    "server.store_full",
    "unknown_outcome",
];

pub(crate) fn run(bytes: &[u8]) {
    let fields = fields(bytes);
    if let Ok(request) = Request::from_fields(fields.clone()) {
        let again = request.clone().into_fields();
        assert!(again.len() == fields.len() && again[0] == fields[0]);
        assert_eq!(Request::from_fields(again), Ok(request), "a request is read as written");
    }
    if let Ok(reply) = Reply::from_fields(fields.clone()) {
        let again = reply.clone().into_fields();
        assert!(again.len() == fields.len() && again[0] == fields[0]);
        assert_eq!(Reply::from_fields(again), Ok(reply), "a reply is read as written");
    }
}

fn fields(bytes: &[u8]) -> Vec<Field> {
    let mut pieces = Pieces(bytes);
    let mut fields = Vec::new();
    while !pieces.is_empty() {
        fields.push(match pieces.byte() % 6 {
            0 => Field::Nothing,
            1 => Field::Number(f64::from_le_bytes(pieces.array())),
            2 => Field::Number(u32::from_le_bytes(pieces.array()).into()),
            3 => WORDS[usize::from(pieces.byte()) % WORDS.len()].into(),
            4 => {
                let len = pieces.byte().into();
                text(pieces.bytes(len)).into_owned().into()
            }
            _ => {
                let len = pieces.byte().into();
                pieces.bytes(len).to_vec().into()
            }
        });
    }
    fields
}
