//! Makes what is kept of a client: an HMAC of its address prefix under a key that lives for a day.

use crate::web::caller::Caller;
use ashlink_store::address::Prefix;
use ashlink_store::tag::{CallerTag, TagKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::sync::RwLock;
use std::time::Instant;

/// Makes tags under the current key, which is replaced when its day is over.
pub struct Tags(RwLock<Current>);

struct Current {
    mac: Hmac<Sha256>,
    until: Instant,
}

impl Current {
    fn of(key: &TagKey) -> Self {
        let mac = Hmac::new_from_slice(&key.bytes).expect("HMAC takes keys of every length");
        Self { mac, until: Instant::now() + key.rest }
    }
}

impl Tags {
    /// With a key of this process's own.
    #[must_use]
    pub fn new() -> Self {
        Self(RwLock::new(Current::of(&TagKey::fresh())))
    }

    /// From now on with this key, which other processes share.
    pub fn adopt(&self, key: &TagKey) {
        *self.0.write().expect("nothing panics while it has this lock") = Current::of(key);
    }

    /// Replaces a key whose time is over.
    pub fn renew(&self) {
        let mut current = self.0.write().expect("nothing panics while it has this lock");
        if Instant::now() >= current.until {
            *current = Current::of(&TagKey::fresh());
        }
    }

    /// The tag of whoever has this prefix.
    #[must_use]
    pub fn tag(&self, prefix: Prefix) -> CallerTag {
        let code = self.code(prefix.as_bytes());
        CallerTag::new(std::array::from_fn(|index| code[index]))
    }

    /// Whoever has this prefix, and its tags.
    #[must_use]
    pub fn caller(&self, prefix: Prefix) -> Caller {
        let region = self.code(prefix.region());
        Caller {
            prefix,
            tag: self.tag(prefix),
            network: self.tag(prefix.network()),
            region: u16::from_be_bytes([region[0], region[1]]) % Caller::REGIONS,
        }
    }

    /// The HMAC of these bytes.
    fn code(&self, bytes: &[u8]) -> [u8; 32] {
        let current = self.0.read().expect("nothing panics while it has this lock");
        if Instant::now() >= current.until {
            drop(current);
            self.renew();
            return self.code(bytes);
        }
        let mut mac = current.mac.clone();
        drop(current);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl Default for Tags {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_tag_holds_for_its_key_and_no_longer() {
        let prefix = |text: &str| Prefix::of(text.parse().unwrap());
        let tags = Tags::new();
        let tag = tags.tag(prefix("192.0.2.1"));
        assert_eq!(tags.tag(prefix("192.0.2.1")), tag);
        assert_ne!(tags.tag(prefix("192.0.2.2")), tag);
        assert_ne!(Tags::new().tag(prefix("192.0.2.1")), tag, "every process draws its own key");

        let shared = TagKey::fresh();
        let (one, other) = (Tags::new(), Tags::new());
        one.adopt(&shared);
        other.adopt(&shared);
        assert_eq!(one.tag(prefix("192.0.2.1")), other.tag(prefix("192.0.2.1")));

        let before = one.tag(prefix("192.0.2.1"));
        one.adopt(&TagKey { rest: Duration::ZERO, ..shared });
        assert_ne!(one.tag(prefix("192.0.2.1")), before, "a key whose time is over is not used");

        let kept = other.tag(prefix("192.0.2.1"));
        other.renew();
        assert_eq!(other.tag(prefix("192.0.2.1")), kept, "a key whose time is not over stays");
        other.adopt(&TagKey { rest: Duration::ZERO, ..shared });
        other.renew();
        assert!(other.0.read().unwrap().until > Instant::now(), "nobody has to ask for it");
    }
}
