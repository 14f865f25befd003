//! Files that go along.

use super::limits::{Limits, MAX_FILES};
use super::problem::Problem;
use ashlink_core::message::File;
use ashlink_core::payload::{MAX_NAME_BYTES, MAX_TYPE_BYTES, longest_text};

/// Which of some more files, by their names and their sizes in bytes, may join those that are attached, and what there
/// is to say about the others: one that is too large costs no other its place.
#[must_use]
pub fn choose(attached: &[File], more: &[(String, u64)], limits: &Limits) -> (Vec<bool>, Option<Problem>) {
    if attached.len() + more.len() > MAX_FILES {
        return (vec![false; more.len()], Some(Problem::TooManyFiles));
    }
    let room = longest_text(usize::try_from(limits.max_envelope).unwrap_or(usize::MAX)) as u64;
    let mut total = total(attached);
    let mut left_out = Vec::new();
    let joins = |(name, size): &(String, u64)| {
        let fits = total + size <= room;
        if fits {
            total += size;
        } else {
            left_out.push(name.clone());
        }
        fits
    };
    let joining = more.iter().map(joins).collect();
    (joining, (!left_out.is_empty()).then_some(Problem::NotAttached(left_out)))
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
    fn files_join_while_there_is_room_and_one_that_is_too_large_costs_no_other() {
        let room = longest_text(1000) as u64;
        let of = |attached: &[File], sizes: &[u64]| {
            let names = ["a", "b", "c"].map(str::to_owned);
            let more: Vec<_> = names.into_iter().zip(sizes.iter().copied()).collect();
            choose(attached, &more, &LIMITS)
        };
        let left_out = |names: &[&str]| Some(Problem::NotAttached(names.iter().map(|&name| name.to_owned()).collect()));
        assert_eq!(of(&[], &[room]), (vec![true], None));
        assert_eq!(of(&[], &[room + 1]), (vec![false], left_out(&["a"])));
        assert_eq!(of(&[file(400)], &[room - 600, 200]), (vec![true, true], None));
        assert_eq!(of(&[file(400)], &[1 << 40, 300, room - 700]), (vec![false, true, true], left_out(&["a"])));
        assert_eq!(of(&[file(400)], &[room, 300, room]), (vec![false, true, false], left_out(&["a", "c"])));
        let many = vec![file(0); MAX_FILES];
        assert_eq!(of(&many, &[]), (vec![], None));
        assert_eq!(of(&many, &[0]), (vec![false], Some(Problem::TooManyFiles)));
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
