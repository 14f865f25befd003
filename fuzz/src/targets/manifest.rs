//! Manifests and templates of a stranger's server, and pages read by them.

use crate::support::{Pieces, text, within};
use ashlink_core::manifest::Manifest;
use ashlink_core::template::Template;

pub(crate) fn run(bytes: &[u8]) {
    let whole = text(bytes);
    // What is read may take some times as much as the text, and no more.
    let memory = 64 * 1024 + 200 * whole.len();
    if let Ok((manifest, _)) = within(memory, || Manifest::parse(&whole)) {
        let json = manifest.to_json();
        assert_eq!(Manifest::parse(&json).expect("it was read before").0, manifest);
    }
    let mut pieces = Pieces(bytes);
    let len = usize::from(u16::from_le_bytes(pieces.array()));
    let (template, page) = (text(pieces.bytes(len)), text(pieces.0));
    let Ok(template) = within(memory, || Template::parse(&template)) else { return };
    let Ok(values) = within(memory, || template.read(&page)) else { return };
    // A page that can be read is the one that its values give.
    assert_eq!(template.fill(&values).as_deref(), Ok(&*page));
    assert_eq!(template.read(&page), Ok(values));
}
