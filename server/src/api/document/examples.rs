//! One secret for all examples: the first vector of `core/testdata/seal.json`, "hello". What the
//! examples say belongs together, so they can be tried one after the other.

use serde_json::Value;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Components, Schema};

/// Names of schemas, and an example of each.
const TEXTS: [(&str, &str); 8] = [
    ("SecretId", "pR6_Tx-Z26S_YUkqMkNpow"),
    ("LinkProof", "DMy-alMJ-uLvo3uxEPjb4MMwy8fGSfDLNVnFbY3jbcI"),
    ("Access", "oUC_nFTUNKlMtX0YxooL2hMNBDiDZMjp9wr9L_MnbvY"),
    ("AccessVerifier", "HLO1_v520o8On6kgK4_q924wk-dkUy5TRLirR5Bi92U"),
    ("OwnerProof", "sziwVAirT3QV6cOKpV-LRQbxCoF1pY8EGO4sc4s3-7E"),
    ("OwnerVerifier", "UDIdrDk3MAhwoixe0bK0pc1PKg8jyKiCltG1GzFP7dE"),
    ("ClaimNonce", "eDd7UldXtJRCf4kBT5fXmQ"),
    (
        "EnvelopeBytes",
        "AQEAUMUdWkRHWcaq8Ory0WhjYyIX3AqewjTaoj8rUYvOOu1lyZRIETYBoLPqSdrruc0qRKUTY8sDW1sJHYEa76QrcVQbWF7LidhDfp6M8NNk\
         AJB9W0J0ud2cJuMecfFQDMJrI-yJN1JHIAkol0e9weY0XeNPeZMQnWcyo6pDiN3xlK9kCeX7EBdcnMJnnfp0IS4kfWFBqyEARZMYnCSxey7z\
         mLvAqUd-B7-fd3E_8kAblxD9C-BpRMB8v_JjpXLsZ4_dTzWlzCzVNCyjjRsqF6A6ShEtt5dMcC4gyCxfjC1-3dZXhX020pbQrLHYxoNPArCc\
         Hf722njk_h6tfFxcp8UZnV867HH-dWb-LRrg5abbXv6sGxDiTi7cldIa2Jo",
    ),
];

/// The one example that is a number: seven days, in seconds.
const LIFETIME: (&str, u64) = ("Ttl", 604_800);

/// Gives the schemas their examples.
pub(super) fn add(components: &mut Components) {
    let texts = TEXTS.map(|(name, text)| (name, Value::from(text)));
    for (name, example) in texts.into_iter().chain([(LIFETIME.0, LIFETIME.1.into())]) {
        if let Some(RefOr::T(Schema::Object(schema))) = components.schemas.get_mut(name) {
            schema.examples.push(example);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TEXTS;
    use ashlink_core::bytes::{Access, LinkProof, OwnerProof, from_base64url};
    use ashlink_core::derive::LinkSecrets;
    use ashlink_core::link::Key;
    use ashlink_core::passphrase::Profile;
    use ashlink_core::seal::open;
    use serde_json::Value;

    fn example(name: &str) -> &'static str {
        TEXTS.iter().find(|(known, _)| *known == name).unwrap().1
    }

    #[test]
    fn they_are_one_secret_and_it_says_hello() {
        let vectors: Value = serde_json::from_str(include_str!("../../../../core/testdata/seal.json")).unwrap();
        let Ok(Key::Share(share)) = Key::find(vectors["cases"][0]["share"].as_str().unwrap()) else { panic!("a link") };
        let link = LinkSecrets::derive(&share.key);
        assert_eq!(link.id.to_text(), example("SecretId"));
        assert_eq!(link.link, LinkProof::parse(example("LinkProof")).unwrap());
        let keys = link.unlock(Profile::None, None).unwrap();
        assert_eq!(keys.access, Access::parse(example("Access")).unwrap());
        assert_eq!(keys.access.verifier().to_text(), example("AccessVerifier"));
        let owner = OwnerProof::parse(example("OwnerProof")).unwrap();
        assert_eq!(owner.verifier().to_text(), example("OwnerVerifier"));
        let plaintext = open(&from_base64url(example("EnvelopeBytes")).unwrap(), Profile::None, &keys.enc).unwrap();
        assert!(plaintext.windows(5).any(|window| window == b"hello"));
    }
}
