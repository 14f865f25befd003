//! Proof that this browser can do what a claim needs, before any claim is made.

use ashlink_core::bytes::from_base64url;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::link::Key;
use ashlink_core::passphrase::Profile;
use ashlink_core::payload::Payload;
use ashlink_core::seal::{Entropy, Protection, open, seal};

/// The first case of `core/testdata/seal.json`.
const LINK: &str = "SJB7KGZaFdZQambRM8QzN2uPsUZkjMaFMuvXaATDPU7g5yNuAXEs";
const ENVELOPE: &str = "AQEAUMUdWkRHWcaq8Ory0WhjYyIX3AqewjTaoj8rUYvOOu1lyZRIETYBoLPqSdrruc0qRKUTY8sDW1sJHYEa76\
                        QrcVQbWF7LidhDfp6M8NNkAJB9W0J0ud2cJuMecfFQDMJrI-yJN1JHIAkol0e9weY0XeNPeZMQnWcyo6pDiN3\
                        xlK9kCeX7EBdcnMJnnfp0IS4kfWFBqyEARZMYnCSxey7zmLvAqUd-B7-fd3E_8kAblxD9C-BpRMB8v_JjpXLs\
                        Z4_dTzWlzCzVNCyjjRsqF6A6ShEtt5dMcC4gyCxfjC1-3dZXhX020pbQrLHYxoNPArCcHf722njk_h6tfFxcp\
                        8UZnV867HH-dWb-LRrg5abbXv6sGxDiTi7cldIa2Jo";
const TEXT: &str = "hello";

/// Opens a known envelope with a known link, then seals and opens a fresh one.
#[must_use]
pub fn passes() -> bool {
    opens_the_known_envelope() && opens_what_it_seals()
}

fn opens_the_known_envelope() -> bool {
    let Ok(envelope) = from_base64url(ENVELOPE) else { return false };
    opens(LINK, &envelope)
}

fn opens_what_it_seals() -> bool {
    // Two draws, because a generator that always says the same is none.
    let (Ok(entropy), Ok(other)) = (Entropy::fresh(), Entropy::fresh()) else { return false };
    let seal = |entropy| seal(&Payload::text(TEXT), Protection::Link, entropy);
    let (Ok(sealed), Ok(other)) = (seal(entropy), seal(other)) else { return false };
    sealed.id != other.id && opens(&sealed.share.to_text(), &sealed.envelope)
}

fn opens(link: &str, envelope: &[u8]) -> bool {
    let Ok(Key::Share(share)) = Key::find(link) else { return false };
    LinkSecrets::derive(&share.key)
        .unlock(Profile::None, None)
        .ok()
        .and_then(|secrets| open(envelope, Profile::None, &secrets.enc).ok())
        .is_some_and(|plaintext| Payload::parse(&plaintext) == Ok(Payload::text(TEXT)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_passes_here() {
        assert!(super::passes());
    }
}
