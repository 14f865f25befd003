//! `Accept-Encoding`, one header line in each line of the input.

use crate::support::text;
use ashlink_server::fuzzing::accepted;
use ashlink_server::web::encoding::Encoding;

pub(crate) fn run(bytes: &[u8]) {
    let text = text(bytes);
    let mut lines: Vec<&str> = text.split('\n').collect();
    let best = accepted(&lines);

    let named = |name: &str| {
        let mut names = text.split(['\n', ',']).filter_map(|item| item.split(';').next());
        names.any(|item| item.trim().eq_ignore_ascii_case(name))
    };
    match best {
        Encoding::Brotli => assert!(named("br"), "brotli only where it is asked for"),
        Encoding::Gzip => assert!(named("gzip"), "gzip only where it is asked for"),
        Encoding::Identity => {}
    }

    // Neither the order of the lines counts, nor what is refused; and nothing hides what follows.
    lines.reverse();
    assert_eq!(accepted(&lines), best);
    lines.push("br;q=0, gzip; q=0.0,identity;q=0");
    assert_eq!(accepted(&lines), best);
    lines.push("deflate, br");
    assert_eq!(accepted(&lines), Encoding::Brotli);
    let joined = lines.join(",");
    assert_eq!(accepted(&[&joined]), Encoding::Brotli);
}
