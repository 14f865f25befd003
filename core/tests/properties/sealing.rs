//! Sealing and opening: what was sealed comes out, and nothing else does.

use crate::support::{Random, any_parts, any_text, cases, entropy, unlock};
use ashlink_core::bytes::SecretId;
use ashlink_core::derive::LinkSecrets;
use ashlink_core::envelope::{EnvelopeError, HEADER_LEN, TAG_LEN};
use ashlink_core::link::Key;
use ashlink_core::passphrase::{Passphrase, Profile, StretchError};
use ashlink_core::payload::Payload;
use ashlink_core::seal::{OpenError, Protection, Sealed, open, seal};
use proptest::prelude::*;
use proptest::sample::Index;

const FIXED: Random = ([7; 32], [8; 32], [9; 12]);

fn sealed(payload: &Payload, random: Random) -> Sealed {
    seal(payload, Protection::Link, entropy(random)).unwrap()
}

/// Opens as a recipient does, from the link's text.
fn opened(sealed: &Sealed, passphrase: Option<&Passphrase>) -> Result<Payload, OpenError> {
    let Ok(Key::Share(share)) = Key::find(&sealed.share.to_text()) else { panic!("the link is read") };
    let link = LinkSecrets::derive(&share.key);
    assert_eq!(link.id, sealed.id);
    let secrets = link.unlock(share.profile, passphrase).unwrap();
    assert_eq!(secrets.access.verifier(), sealed.access_verifier);
    open(&sealed.envelope, share.profile, &secrets.enc).map(|plaintext| Payload::parse(&plaintext).unwrap())
}

/// Any text that is a passphrase.
fn any_passphrase() -> impl Strategy<Value = String> {
    any_text().prop_filter("a passphrase", |text| matches!(Passphrase::parse(text), Ok(Some(_))))
}

proptest! {
    #![proptest_config(cases(48))]

    #[test]
    fn what_was_sealed_comes_out(parts in any_parts(), random: Random) {
        let payload = parts.payload();
        let sealed = sealed(&payload, random);
        prop_assert_eq!(sealed.envelope.len(), HEADER_LEN + payload.to_plaintext().len() + TAG_LEN);
        prop_assert!(opened(&sealed, None) == Ok(payload));
    }

    #[test]
    fn any_other_envelope_fails(parts in any_parts(), random: Random, at in any::<Index>(), bits in 1_u8.., cut in any::<Index>()) {
        let payload = parts.payload();
        let sealed = sealed(&payload, random);
        let keys = unlock(random.0, Profile::None, None);
        let mut changed = sealed.envelope.clone();
        let at = at.index(changed.len());
        changed[at] ^= bits;
        prop_assert!(open(&changed, Profile::None, &keys.enc).is_err());
        let cut = &sealed.envelope[..cut.index(sealed.envelope.len())];
        prop_assert!(open(cut, Profile::None, &keys.enc).is_err());
        let longer = [sealed.envelope.as_slice(), &[bits]].concat();
        prop_assert_eq!(open(&longer, Profile::None, &keys.enc).err(), Some(OpenError::Decrypt));
    }

    #[test]
    fn any_other_key_or_profile_fails(parts in any_parts(), random: Random, bit in 0_usize..256) {
        let payload = parts.payload();
        let sealed = sealed(&payload, random);
        let mut other = random.0;
        other[bit / 8] ^= 1 << (bit % 8);
        let keys = unlock(other, Profile::None, None);
        prop_assert_eq!(open(&sealed.envelope, Profile::None, &keys.enc).err(), Some(OpenError::Decrypt));
        let keys = unlock(random.0, Profile::None, None);
        for profile in [Profile::Argon2Large, Profile::Argon2Small] {
            let refused = open(&sealed.envelope, profile, &keys.enc).err();
            prop_assert_eq!(refused, Some(OpenError::Envelope(EnvelopeError::Profile)));
        }
    }

    #[test]
    fn two_link_keys_have_nothing_in_common(a: [u8; 32], b: [u8; 32]) {
        prop_assume!(a != b);
        let [(link_a, open_a), (link_b, open_b)] =
            [a, b].map(|k| (LinkSecrets::derive(&ashlink_core::derive::LinkKey::new(k)), unlock(k, Profile::None, None)));
        prop_assert!(link_a.id != link_b.id && link_a.link != link_b.link && open_a.access != open_b.access);
        prop_assert!(link_a.link.as_bytes() != open_a.access.as_bytes());
        prop_assert_eq!(link_a.link.secret_id(), link_a.id);
    }
}

proptest! {
    #![proptest_config(cases(3))]

    #[test]
    fn a_passphrase_opens_and_another_does_not(
        parts in any_parts(),
        random: Random,
        right in any_passphrase(),
        wrong in any_passphrase(),
    ) {
        let payload = parts.payload();
        let right = Passphrase::parse(&right).unwrap().unwrap();
        let wrong = Passphrase::parse(&wrong).unwrap().unwrap();
        prop_assume!(right.as_bytes() != wrong.as_bytes());
        let sealed = seal(&payload, Protection::Passphrase(&right, Profile::Argon2Small), entropy(random)).unwrap();
        prop_assert!(opened(&sealed, Some(&right)) == Ok(payload));

        let link = LinkSecrets::derive(&sealed.share.key);
        let keys = link.unlock(Profile::Argon2Small, Some(&wrong)).unwrap();
        prop_assert_eq!(open(&sealed.envelope, Profile::Argon2Small, &keys.enc).err(), Some(OpenError::Decrypt));
        prop_assert!(keys.access.verifier() != sealed.access_verifier);
        // Not even by its key alone: the profile is part of what is derived.
        let keys = link.unlock(Profile::None, None).unwrap();
        prop_assert_eq!(open(&sealed.envelope, Profile::Argon2Small, &keys.enc).err(), Some(OpenError::Decrypt));
        prop_assert_eq!(link.unlock(Profile::Argon2Small, None).err(), Some(StretchError::Missing));
        prop_assert_eq!(link.unlock(Profile::None, Some(&right)).err(), Some(StretchError::Unexpected));
    }
}

#[test]
fn every_flipped_bit_and_every_cut_of_one_envelope_fails() {
    let sealed = sealed(&Payload::text("hello"), FIXED);
    let keys = unlock(FIXED.0, Profile::None, None);
    for bit in 0..sealed.envelope.len() * 8 {
        let mut changed = sealed.envelope.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => EnvelopeError::Version.into(),
            1 => EnvelopeError::Suite.into(),
            2 => EnvelopeError::Profile.into(),
            _ => OpenError::Decrypt,
        };
        assert_eq!(open(&changed, Profile::None, &keys.enc).err(), Some(expected), "bit {bit}");
    }
    for len in 0..sealed.envelope.len() {
        let cut = open(&sealed.envelope[..len], Profile::None, &keys.enc).err();
        assert_eq!(cut, Some(EnvelopeError::TooShort.into()), "{len} bytes");
    }
    assert!(open(&sealed.envelope, Profile::None, &keys.enc).is_ok());
}

#[test]
fn fresh_secrets_have_nothing_in_common() {
    let fresh =
        || seal(&Payload::text("hello"), Protection::Link, ashlink_core::seal::Entropy::fresh().unwrap()).unwrap();
    let (a, b) = (fresh(), fresh());
    assert_ne!(a.id, b.id);
    assert_ne!(a.owner.proof, b.owner.proof);
    assert_ne!(a.access_verifier, b.access_verifier);
    assert_ne!(a.envelope[3..HEADER_LEN], b.envelope[3..HEADER_LEN]);
    assert_eq!(a.id.as_bytes().len(), SecretId::LEN);
    assert!(opened(&a, None) == Ok(Payload::text("hello")));
}
