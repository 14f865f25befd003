//! A foreign envelope is refused in the order of the format's section 4; one of ours opens, and
//! with one bit changed it does not.

use crate::support::{Pieces, text, within};
use ashlink_core::bytes::OwnerProof;
use ashlink_core::derive::{EncryptionKey, LinkKey, LinkSecrets};
use ashlink_core::envelope::{EnvelopeError, EnvelopeNonce, MIN_ENVELOPE};
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, OpenError, Protection, open, seal};
use std::sync::OnceLock;

static KEY: OnceLock<EncryptionKey> = OnceLock::new();

const LINK_KEY: [u8; 32] = [7; 32];

pub(crate) fn run(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let profile = Profile::from_byte(pieces.byte() % 3).expect("a profile below 3");
    let [at @ .., bit] = pieces.array::<5>();
    let key = KEY.get_or_init(|| {
        let open = LinkSecrets::derive(&LinkKey::new(LINK_KEY)).unlock(Profile::None, None);
        open.expect("nothing is stretched").enc
    });

    let foreign = pieces.0;
    let opened = within(foreign.len(), || open(foreign, profile, key));
    assert_eq!(opened.err(), Some(refusal(foreign, profile)));

    let payload = Payload::text(text(foreign));
    let entropy = Entropy {
        link_key: LinkKey::new(LINK_KEY),
        owner_proof: OwnerProof::new([8; 32]),
        nonce: EnvelopeNonce::new([9; 12]),
    };
    let mut ours = seal(&payload, Protection::Link, entropy).expect("nothing is stretched").envelope;
    let plaintext = open(&ours, Profile::None, key).expect("our own envelope opens");
    assert_eq!(Payload::parse(&plaintext).as_ref(), Ok(&payload));

    let at = u32::from_le_bytes(at) as usize % ours.len();
    ours[at] ^= 1 << (bit % 8);
    assert_eq!(open(&ours, Profile::None, key).err(), Some(refusal(&ours, Profile::None)));
}

/// Why an envelope that is not ours does not open.
fn refusal(envelope: &[u8], profile: Profile) -> OpenError {
    OpenError::Envelope(match envelope {
        short if short.len() < MIN_ENVELOPE => EnvelopeError::TooShort,
        [1, 1, byte, ..] if *byte == profile.byte() => return OpenError::Decrypt,
        [1, 1, ..] => EnvelopeError::Profile,
        [1, ..] => EnvelopeError::Suite,
        _ => EnvelopeError::Version,
    })
}
