//! One module for each parser.

pub(crate) mod accept_encoding;
pub(crate) mod api_bodies;
pub(crate) mod authorization;
pub(crate) mod base64url;
pub(crate) mod client_json;
pub(crate) mod embedded_record;
pub(crate) mod envelope;
pub(crate) mod forwarded;
pub(crate) mod link;
pub(crate) mod manifest;
pub(crate) mod message;
pub(crate) mod passphrase;
pub(crate) mod path_prefix;
pub(crate) mod payload;
pub(crate) mod redis_record;
pub(crate) mod safe_name;
pub(crate) mod settings;
pub(crate) mod store_url;
pub(crate) mod timestamp;
pub(crate) mod token_file;
