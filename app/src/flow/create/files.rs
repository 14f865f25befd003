//! Files that go along.

use super::limits::{Limits, MAX_FILES};
use super::problem::Problem;
use ashlink_core::message::{Fault, File};
use ashlink_core::payload::{MAX_NAME_BYTES, MAX_TYPE_BYTES};

/// Whether more files, of these sizes in bytes, may join those that are attached.
///
/// # Errors
/// What there is to say about it; nothing was read then.
pub fn check_room(attached: &[File], sizes: &[u64], limits: &Limits) -> Result<(), Problem> {
    if attached.len() + sizes.len() > MAX_FILES {
        return Err(Problem::TooManyFiles);
    }
    let total = total(attached) + sizes.iter().sum::<u64>();
    if total > limits.max_envelope { Err(Problem::Fault(Fault::TooLong)) } else { Ok(()) }
}

/// All that is attached, in bytes.
#[must_use]
pub(super) fn total(attached: &[File]) -> u64 {
    attached.iter().map(|file| file.data.len() as u64).sum()
}

/// A file as it was chosen. A name or type beyond what the format holds is cut down, since
/// nobody can change it here.
#[must_use]
pub fn attach(name: &str, media_type: &str, data: Vec<u8>) -> File {
    let media_type = if media_type.len() > MAX_TYPE_BYTES { "" } else { media_type };
    File { name: fit(name), media_type: media_type.to_owned(), data }
}

/// The name, cut before its ending where it is too long.
fn fit(name: &str) -> String {
    if name.is_empty() {
        return "file".to_owned();
    }
    if name.len() <= MAX_NAME_BYTES {
        return name.to_owned();
    }
    let ending = name.rfind('.').map(|dot| &name[dot..]).filter(|ending| ending.len() <= 16).unwrap_or_default();
    let mut end = MAX_NAME_BYTES - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    [&name[..end], ending].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits =
        Limits { min_ttl: 0, max_ttl: 0, default_ttl: 0, max_views: 1, max_envelope: 1000, passphrase_required: false };

    fn file(len: usize) -> File {
        attach("n", "", vec![0; len])
    }

    #[test]
    fn files_join_while_there_is_room() {
        assert_eq!(check_room(&[], &[1000], &LIMITS), Ok(()));
        assert_eq!(check_room(&[file(400)], &[300, 300], &LIMITS), Ok(()));
        let too_long = Err(Problem::Fault(Fault::TooLong));
        assert_eq!(check_room(&[file(400)], &[300, 301], &LIMITS), too_long);
        assert_eq!(check_room(&[], &[1 << 40], &LIMITS), too_long);
        let many = vec![file(0); MAX_FILES];
        assert_eq!(check_room(&many, &[], &LIMITS), Ok(()));
        assert_eq!(check_room(&many, &[0], &LIMITS), Err(Problem::TooManyFiles));
    }

    #[test]
    fn names_fit_the_format() {
        assert_eq!(attach("", "", vec![]).name, "file");
        assert_eq!(attach("a.txt", "text/plain", vec![]).media_type, "text/plain");
        let long = attach(&("é".repeat(200) + ".tar"), &"x".repeat(128), vec![]);
        assert!(long.name.len() <= MAX_NAME_BYTES && long.name.ends_with("é.tar"), "{}", long.name);
        assert_eq!(long.media_type, "");
        let dotless = attach(&(".".to_owned() + &"x".repeat(300)), "", vec![]);
        assert_eq!(dotless.name.len(), MAX_NAME_BYTES);
    }
}
