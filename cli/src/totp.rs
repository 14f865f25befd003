//! One-time codes (RFC 6238) from `otpauth` addresses, as authenticator apps read them
//! (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>).

use data_encoding::{BASE32_NOPAD, Encoding};
use ring::hmac;
use url::Url;
use zeroize::Zeroizing;

/// The shortest key that services give away, in bytes: 16 characters of Base32.
const SHORTEST_KEY: usize = 10;

/// What codes are made from.
pub(crate) struct Totp {
    key: Zeroizing<Vec<u8>>,
    algorithm: hmac::Algorithm,
    /// 6 to 8.
    digits: u32,
    /// For how many seconds a code is valid.
    period: u64,
}

/// A code, and for how many seconds it is still valid.
pub(crate) struct Code {
    pub(crate) digits: Zeroizing<String>,
    pub(crate) seconds_left: u64,
}

impl Totp {
    /// Reads the address; `None` for codes that do not go by time, and for what is no such address.
    pub(crate) fn parse(address: &str) -> Option<Self> {
        let url = Url::parse(address.trim()).ok()?;
        if url.scheme() != "otpauth" || url.host_str() != Some("totp") {
            return None;
        }
        let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value);
        let algorithm = match &*value("algorithm").unwrap_or_default().to_ascii_uppercase() {
            // Most services still have this one, which HMAC does not weaken (RFC 6238, section 1.2).
            "" | "SHA1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            "SHA256" => hmac::HMAC_SHA256,
            "SHA512" => hmac::HMAC_SHA512,
            _ => return None,
        };
        let number = |name, default| value(name).map_or(Some(default), |number| number.parse().ok());
        let digits = number("digits", 6).filter(|digits| (6..=8).contains(digits))?;
        let period = number("period", 30).filter(|period| *period > 0)?;
        Some(Self { key: key(&value("secret")?)?, algorithm, digits: u32::try_from(digits).ok()?, period })
    }

    /// The code at a time in Unix seconds.
    pub(crate) fn code(&self, at: u64) -> Code {
        let key = hmac::Key::new(self.algorithm, &self.key);
        let tag = hmac::sign(&key, &(at / self.period).to_be_bytes());
        // RFC 4226, section 5.3: the last four bits say where the number stands.
        let tag = tag.as_ref();
        let start = usize::from(tag[tag.len() - 1] & 15);
        let number = tag[start..start + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte)) & 0x7FFF_FFFF;
        let (width, modulus) = (self.digits as usize, 10_u32.pow(self.digits));
        Code {
            digits: Zeroizing::new(format!("{:0width$}", number % modulus)),
            seconds_left: self.period - at % self.period,
        }
    }
}

/// The address for what a person has: the address itself, or the secret key alone in Base32, as services show it
/// beside the QR code.
pub(crate) fn address(given: &str, user: &str) -> Option<Zeroizing<String>> {
    let given = given.trim();
    if Totp::parse(given).is_some() {
        return Some(Zeroizing::new(given.to_owned()));
    }
    // Shorter ones are words that happen to be Base32.
    let key = key(given).filter(|key| key.len() >= SHORTEST_KEY)?;
    let key = Zeroizing::new(BASE32_NOPAD.encode(&key));
    let mut url = Url::parse("otpauth://totp/").expect("this is an address");
    url.set_path(if user.is_empty() { "login" } else { user });
    url.query_pairs_mut().append_pair("secret", &key);
    Some(Zeroizing::new(url.into()))
}

/// A key in Base32 (RFC 4648, section 6), as people write it: in lower case, in groups, padded or not.
fn key(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let letters: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '=')).collect();
    let letters = Zeroizing::new(letters.to_ascii_uppercase());
    let key = lenient().decode(letters.as_bytes()).ok().filter(|key| !key.is_empty())?;
    Some(Zeroizing::new(key))
}

/// Services cut keys anywhere, so bits may be left over.
fn lenient() -> Encoding {
    let mut rules = BASE32_NOPAD.specification();
    rules.check_trailing_bits = false;
    rules.encoding().expect("these rules are sound")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: time, and the codes by SHA-1, SHA-256 and SHA-512.
    const VECTORS: [(u64, [&str; 3]); 6] = [
        (59, ["94287082", "46119246", "90693936"]),
        (1_111_111_109, ["07081804", "68084774", "25091201"]),
        (1_111_111_111, ["14050471", "67062674", "99943326"]),
        (1_234_567_890, ["89005924", "91819424", "93441116"]),
        (2_000_000_000, ["69279037", "90698825", "38618901"]),
        (20_000_000_000, ["65353130", "77737706", "47863826"]),
    ];

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (index, (algorithm, len)) in [("SHA1", 20), ("SHA256", 32), ("SHA512", 64)].into_iter().enumerate() {
            let key: Vec<u8> = b"1234567890".iter().copied().cycle().take(len).collect();
            let key = BASE32_NOPAD.encode(&key);
            let totp = Totp::parse(&format!("otpauth://totp/x?secret={key}&algorithm={algorithm}&digits=8")).unwrap();
            for (at, codes) in VECTORS {
                assert_eq!(*totp.code(at).digits, codes[index], "{algorithm} at {at}");
            }
        }
    }

    #[test]
    fn what_an_address_leaves_out_has_its_usual_value() {
        let totp =
            Totp::parse("otpauth://totp/A%20B:c?secret=gezd-gnbv%20gy3tqojqgezdgnbvgy3tqojq==&issuer=A").unwrap();
        let code = totp.code(59);
        assert_eq!((&**code.digits, code.seconds_left), ("287082", 1));
        assert_eq!(totp.code(60).seconds_left, 30);
        let slow = Totp::parse("otpauth://totp/x?secret=GE&period=60").unwrap();
        assert_eq!(slow.code(59).seconds_left, 1);
    }

    #[test]
    fn what_makes_no_codes_is_refused() {
        for address in [
            "",
            "otpauth://hotp/x?secret=GEZDGNBV&counter=1",
            "https://totp/x?secret=GEZDGNBV",
            "otpauth://totp/x",
            "otpauth://totp/x?secret=",
            "otpauth://totp/x?secret=10!!",
            "otpauth://totp/x?secret=GEZDGNBV&digits=9",
            "otpauth://totp/x?secret=GEZDGNBV&digits=six",
            "otpauth://totp/x?secret=GEZDGNBV&period=0",
            "otpauth://totp/x?secret=GEZDGNBV&algorithm=MD5",
        ] {
            assert!(Totp::parse(address).is_none(), "{address}");
        }
    }

    #[test]
    fn a_key_alone_becomes_an_address() {
        let given = " gezd gnbv gy3t qojq\n";
        let made = address(given, "a b@example.org").unwrap();
        assert_eq!(*made, "otpauth://totp/a%20b@example.org?secret=GEZDGNBVGY3TQOJQ");
        assert_eq!(*Totp::parse(&made).unwrap().key, b"1234567890");
        assert!(Totp::parse(&address(given, "").unwrap()).is_some());
        assert_eq!(*address(&made, "").unwrap(), *made);
        for given in ["no key: 01", "hunter", "gezd gnbv gy3t qoj"] {
            assert!(address(given, "").is_none(), "{given}");
        }
    }
}
