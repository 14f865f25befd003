//! Links: what chat programs and fingers do to them.

use crate::support::{any_text, cases};
use ashlink_core::bytes::{OwnerProof, SecretId};
use ashlink_core::derive::LinkKey;
use ashlink_core::link::{Key, LinkError, MAX_FRAGMENT_CHARS, OwnerKey, ShareKey};
use ashlink_core::passphrase::Profile;
use ashlink_core::text::is_invisible;
use proptest::prelude::*;
use proptest::sample::Index;

const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// A key by its text, from which it is read and written again.
fn found(text: &str) -> Result<String, LinkError> {
    Key::find(text).map(|key| match key {
        Key::Share(key) => key.to_text().to_string(),
        Key::Owner(key) => key.to_text().to_string(),
    })
}

fn share(profile: Profile, key: [u8; 32]) -> String {
    ShareKey { profile, key: LinkKey::new(key) }.to_text().to_string()
}

fn owner(id: [u8; 16], proof: [u8; 32]) -> String {
    OwnerKey { id: SecretId::new(id), proof: OwnerProof::new(proof) }.to_text().to_string()
}

fn any_profile() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![Profile::None, Profile::Argon2Large, Profile::Argon2Small])
}

fn any_key() -> impl Strategy<Value = String> {
    prop_oneof![
        (any_profile(), any::<[u8; 32]>()).prop_map(|(profile, key)| share(profile, key)),
        (any::<[u8; 16]>(), any::<[u8; 32]>()).prop_map(|(id, proof)| owner(id, proof)),
    ]
}

/// A text around a key. A `#` in it would move the fragment.
fn decoration() -> impl Strategy<Value = String> {
    any_text().prop_map(|text| text.replace('#', ""))
}

/// What breaks a key into pieces on its way: line ends, invisible characters, and percent codes of them,
/// which may be encoded again.
fn gap() -> impl Strategy<Value = String> {
    let codes = prop::collection::vec("%(25){0,3}(0A|0d|20|E2|8b|ad)", 1..3).prop_map(|codes| codes.concat());
    prop_oneof![
        prop::sample::select(vec!["\n", "\r\n", " ", "\u{a0}", "\u{ad}", "\u{200b}", "\u{feff}"])
            .prop_map(str::to_owned),
        codes,
    ]
}

/// A character that ends a run of the alphabet, and leaves the fragment where it is.
fn separator() -> impl Strategy<Value = char> {
    any::<char>().prop_map(|c| if ALPHABET.contains(c) || c == '#' { '=' } else { c })
}

/// One character replaced, deleted, inserted or swapped with the next; never the same text.
fn damages(text: &str) -> Vec<String> {
    let mut damaged = Vec::new();
    for at in 0..=text.len() {
        let (before, behind) = text.split_at(at);
        for c in ALPHABET.chars() {
            damaged.push(format!("{before}{c}{behind}"));
            if !behind.is_empty() && !behind.starts_with(c) {
                damaged.push(format!("{before}{c}{}", &behind[1..]));
            }
        }
        if !behind.is_empty() {
            damaged.push(format!("{before}{}", &behind[1..]));
        }
        if behind.len() > 1 && behind[..1] != behind[1..2] {
            damaged.push(format!("{before}{}{}{}", &behind[1..2], &behind[..1], &behind[2..]));
        }
    }
    damaged
}

proptest! {
    #![proptest_config(cases(128))]

    #[test]
    fn a_share_key_is_read_as_written(profile in any_profile(), key: [u8; 32]) {
        let text = share(profile, key);
        let Ok(Key::Share(read)) = Key::find(&text) else { panic!("a share key is found") };
        prop_assert_eq!(read.profile, profile);
        // A link key shows its bytes to nobody; its text is theirs.
        let again = read.to_text();
        prop_assert_eq!(again.as_str(), text);
    }

    #[test]
    fn an_owner_key_is_read_as_written(id: [u8; 16], proof: [u8; 32]) {
        let Ok(Key::Owner(read)) = Key::find(&owner(id, proof)) else { panic!("an owner key is found") };
        prop_assert_eq!(read, OwnerKey { id: SecretId::new(id), proof: OwnerProof::new(proof) });
    }

    #[test]
    fn decorations_do_no_harm(
        key in any_key(),
        before in decoration(),
        left in separator(),
        right in separator(),
        behind in decoration(),
    ) {
        let decorated = format!("{before}{left}{key}{right}{behind}");
        prop_assert_eq!(found(&decorated), Ok(key.clone()));
        let address = format!("https://host.example/s#{decorated}#{key}");
        prop_assert_eq!(found(&address), Ok(key));
    }

    #[test]
    fn a_number_sign_behind_the_key_cuts_it_off(key in any_key(), behind in decoration()) {
        let text = format!("{key}#{behind}");
        prop_assert!(found(&text).is_err());
    }

    #[test]
    fn a_damaged_key_is_no_other(key in any_key(), which in any::<Index>(), again in any::<Index>()) {
        let once = damages(&key);
        let once = which.get(&once);
        prop_assert!(found(once).is_err() || once.contains(&key), "{}", once);
        let twice = damages(once);
        let twice = again.get(&twice);
        prop_assert!(found(twice).is_err() || twice.contains(&key), "{}", twice);
    }

    #[test]
    fn a_cut_key_is_damaged(key in any_key(), at in any::<Index>()) {
        let at = 1 + at.index(key.len() - 1);
        prop_assert_eq!(found(&key[..at]), Err(LinkError::Damaged));
        prop_assert_eq!(found(&key[at..]), Err(LinkError::Damaged));
        let parted = format!("{}-{}", &key[..at], &key[at..]);
        prop_assert_eq!(found(&parted), Err(LinkError::Damaged));
    }

    #[test]
    fn a_broken_key_is_joined(key in any_key(), at in any::<Index>(), again in any::<Index>(), gap in gap()) {
        let mut places = [at.index(key.len() + 1), again.index(key.len() + 1)];
        places.sort_unstable();
        let parts = [&key[..places[0]], &key[places[0]..places[1]], &key[places[1]..]];
        prop_assert_eq!(found(&parts.join(&gap)), Ok(key.clone()));
        let sentence = format!("It is {}, see you", parts.join(&gap));
        prop_assert_eq!(found(&sentence), Ok(key));
    }

    #[test]
    fn letters_around_a_key_do_no_harm(
        key in any_key(),
        before in "[1-9A-HJ-NP-Za-km-z]{0,200}",
        behind in "[1-9A-HJ-NP-Za-km-z]{0,200}",
    ) {
        prop_assert_eq!(found(&format!("{before}{key}{behind}")), Ok(key));
    }

    #[test]
    fn no_more_than_4096_characters_are_looked_at(key in any_key(), c in separator(), before in 3_900_usize..4_200) {
        let text = format!("{}{key}", c.to_string().repeat(before));
        let expected = if before + key.len() <= MAX_FRAGMENT_CHARS {
            Ok(key)
        } else if before >= MAX_FRAGMENT_CHARS && (c.is_whitespace() || is_invisible(c)) {
            Err(LinkError::Missing)
        } else {
            Err(LinkError::Damaged)
        };
        prop_assert_eq!(found(&text), expected);
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn any_text_is_searched(text in any_text(), runs in "[1-9A-HJ-NP-Za-km-z]{30,140}") {
        prop_assert!(found(&text).is_err());
        prop_assert_eq!(found(&runs), Err(LinkError::Damaged));
        prop_assert!(found(&(text + &runs)).is_err());
    }
}

/// All of them, for one key of each kind. These are the same on every run, so that no luck
/// is needed: a random damage is missed with a chance of 2^-32.
#[test]
fn every_damage_to_a_key_is_noticed() {
    let mut tried = 0;
    for key in [share(Profile::Argon2Large, [0x5a; 32]), owner([0x3c; 16], [0xc3; 32])] {
        assert_eq!(found(&key), Ok(key.clone()));
        for damaged in damages(&key) {
            if damaged.contains(&key) {
                // Something was added at an end: the key is whole.
                assert_eq!(found(&damaged), Ok(key.clone()));
                continue;
            }
            // Too new is a refusal as well, and no more likely than a right checksum.
            let refused = found(&damaged).err();
            assert!(matches!(refused, Some(LinkError::Damaged | LinkError::TooNew)), "{damaged}: {refused:?}");
            tried += 1;
        }
    }
    println!("{tried} damages");
    assert!(tried > 14_000);
}

#[test]
fn a_key_of_another_kind_is_never_taken_for_the_first() {
    let share = share(Profile::None, [1; 32]);
    assert!(matches!(Key::find(&share), Ok(Key::Share(_))));
    assert!(matches!(Key::find(&owner([1; 16], [1; 32])), Ok(Key::Owner(_))));
}
