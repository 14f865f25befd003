//! Every page, rendered, against the list; and whatever else names an id, against the pages.

use super::*;
use crate::page::{Page, default_config, reference::Reference, testing::filled};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What stands in a row of the table in `README.md`, and which ids it lists.
const GROUPS: [(&str, &[Entry]); 9] = [
    ("every page with an island", any_page::ENTRIES),
    ("`/`, `/s`", create_or_open::ENTRIES),
    ("`/s`, `/m`", open_or_receipt::ENTRIES),
    ("`/`, `/m`", create_or_receipt::ENTRIES),
    ("`/`", create::ENTRIES),
    ("`/s`", open::ENTRIES),
    ("`/s`, once a text is shown", shown::ENTRIES),
    ("`/m`", receipt::ENTRIES),
    ("`/docs/api`", reference::ENTRIES),
];

/// Addresses, pages, and the ids that the page is served with.
fn pages() -> Vec<(&'static str, Page, Vec<Entry>)> {
    let api = Reference { lead: String::new(), groups: Vec::new(), error: Vec::new(), codes: Vec::new() };
    vec![
        (
            "/",
            Page::Create,
            [any_page::ENTRIES, create_or_open::ENTRIES, create_or_receipt::ENTRIES, create::ENTRIES].concat(),
        ),
        (
            "/s",
            Page::Open,
            [any_page::ENTRIES, create_or_open::ENTRIES, open_or_receipt::ENTRIES, open::ENTRIES].concat(),
        ),
        (
            "/m",
            Page::Receipt,
            [any_page::ENTRIES, open_or_receipt::ENTRIES, create_or_receipt::ENTRIES, receipt::ENTRIES].concat(),
        ),
        ("/docs/api", Page::Reference(Box::new(api)), reference::ENTRIES.to_vec()),
        ("/about", Page::About, Vec::new()),
        ("/nowhere", Page::NotFound, Vec::new()),
    ]
}

/// The document as a server sends it that has a notice of its own, and where all that can be
/// wanted of a sender is wanted or nothing is.
fn render(page: &Page, wants_all: bool) -> String {
    let mut config = default_config();
    config.notice = Some("To our staff".to_owned());
    config.passphrase_required = wants_all;
    config.token_required = wants_all;
    filled(page.clone(), &config)
}

struct Tag {
    name: String,
    attributes: BTreeMap<String, String>,
}

/// The opening tags of a document. Leptos quotes every value, and escapes what is in it.
fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    for piece in html.split('<').skip(1).filter(|piece| piece.starts_with(|first: char| first.is_ascii_lowercase())) {
        let end = piece.find(|c: char| c.is_whitespace() || c == '>').expect("a tag ends");
        let (name, mut rest) = piece.split_at(end);
        let mut attributes = BTreeMap::new();
        while let Some(attribute) = Some(rest.trim_start()).filter(|rest| !rest.starts_with('>')) {
            let end = attribute.find(|c: char| c.is_whitespace() || c == '>' || c == '=').expect("an attribute ends");
            let (key, after) = attribute.split_at(end);
            let (value, after) = match after.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').expect("a quoted value ends"),
                None => ("", after),
            };
            assert!(attributes.insert(key.to_owned(), value.to_owned()).is_none(), "{name} has two {key}");
            rest = after;
        }
        found.push(Tag { name: name.to_owned(), attributes });
    }
    found
}

#[test]
fn every_page_has_its_ids_once_and_no_others() {
    for (address, page, entries) in pages() {
        for wants_all in [false, true] {
            let tags = tags(&render(&page, wants_all));
            assert!(tags.len() > 20, "{address} was rendered");
            let mut ids = BTreeMap::new();
            for tag in &tags {
                if let Some(id) = tag.attributes.get("id") {
                    assert!(ids.insert(id.as_str(), tag.name.as_str()).is_none(), "{address} has {id} twice");
                }
            }
            for Entry { id, tags, .. } in &entries {
                let tag = ids.remove(id).unwrap_or_else(|| panic!("{address} has no {id}"));
                assert!(tags.is_empty() || tags.contains(&tag), "{id} on {address} is a {tag}, and no {tags:?}");
            }
            assert!(ids.is_empty(), "{address} has ids that are not in the list: {ids:?}");
        }
    }
}

#[test]
fn boxes_are_boxes_and_file_fields_take_files() {
    let typed = |wanted: &str| {
        let tags = tags(&render(&Page::Create, false));
        let of_type = |tag: &Tag| tag.attributes.get("type").is_some_and(|it| it == wanted);
        let ids = tags.iter().filter(|tag| of_type(tag)).filter_map(|tag| tag.attributes.get("id").cloned());
        ids.collect::<BTreeSet<_>>()
    };
    let boxes = [create::LOWER, create::UPPER, create::DIGITS, create::SYMBOLS, create::FRAGILE];
    assert_eq!(typed("checkbox"), boxes.map(|id| id.as_str().to_owned()).into());
    assert_eq!(typed("file"), [create::ATTACH_FIELD.as_str().to_owned()].into());
}

#[test]
fn what_refers_to_an_id_finds_it() {
    for (address, page, entries) in pages() {
        let tags = tags(&render(&page, true));
        let mut references = 0;
        for Tag { name, attributes } in &tags {
            let lists = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];
            let lists = lists.iter().filter_map(|key| attributes.get(*key)).flat_map(|ids| ids.split(' '));
            let anchor = attributes.get("href").and_then(|href| href.strip_prefix('#'));
            for id in lists.chain(anchor) {
                let is_there = entries.iter().any(|entry| entry.id == id);
                assert!(is_there, "a {name} on {address} refers to {id}, which is not there");
                references += 1;
            }
        }
        assert_eq!(references > 0, !entries.is_empty(), "{address} has {references} references");
    }
}

#[test]
fn every_row_has_its_parts_once() {
    let template = |page: Page, id: Id<Template>| {
        let html = render(&page, false);
        let from = html.find(&format!("<template id=\"{}\"", id.as_str())).expect("the template is there");
        let (rows, _) = html[from..].split_once("</template>").expect("the template ends");
        tags(rows).split_off(1)
    };
    let rows = [
        (template(Page::Create, create::FILE_ROW), &file_row::ALL[..]),
        (template(Page::Open, open::FILE_ROW), &file_row::ALL[..]),
        (template(Page::Open, open::TEXT_ROW), &text_row::ALL[..]),
        (template(Page::Open, open::FIELD_ROW), &field_row::ALL[..]),
    ];
    for (tags, parts) in rows {
        for part in parts {
            let is_it = |tag: &&Tag| match part.selector().strip_prefix('.') {
                Some(class) => tag.attributes.get("class").is_some_and(|all| all.split(' ').any(|it| it == class)),
                None => tag.name == part.selector(),
            };
            assert_eq!(tags.iter().filter(is_it).count(), 1, "{}", part.selector());
        }
    }
}

#[test]
fn what_is_shown_as_it_is_is_not_for_translation() {
    let tags = tags(&render(&Page::Open, false));
    let has_class =
        |tag: &Tag, class| tag.attributes.get("class").is_some_and(|all| all.split(' ').any(|it| it == class));
    let is_reply = |tag: &Tag| tag.attributes.get("id").is_some_and(|id| id == open::REPLY.as_str());
    let kept: Vec<_> =
        tags.iter().filter(|tag| has_class(tag, "secret") || has_class(tag, "name") || is_reply(tag)).collect();
    assert_eq!(kept.len(), 3, "a text, a file's name, and what is sent to the sender");
    for tag in kept {
        assert_eq!(tag.attributes.get("translate").map(String::as_str), Some("no"), "{}", tag.name);
    }
}

#[test]
fn the_radio_buttons_are_of_known_groups() {
    let tags = tags(&render(&Page::Create, false));
    let radios = tags.iter().filter(|tag| tag.attributes.get("type").is_some_and(|it| it == "radio"));
    let names: BTreeSet<_> = radios.map(|tag| tag.attributes["name"].as_str()).collect();
    assert_eq!(names, [CONTENT.as_str(), KIND.as_str(), LIFETIME.as_str()].into());
}

/// What a script or style sheet calls elements, by what stands before each name.
fn named<'a>(source: &'a str, before: &str) -> Vec<&'a str> {
    let end = |rest: &str| rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(rest.len());
    source.split(before).skip(1).map(|rest| &rest[..end(rest)]).collect()
}

#[test]
fn the_first_script_and_the_style_sheets_name_ids_that_are_there() {
    let is_known = |id: &str| GROUPS.iter().any(|(_, entries)| entries.iter().any(|entry| entry.id == id));
    let boot = include_str!("../../../frontend/boot.js");
    let ids = [named(boot, "show(\""), named(boot, "getElementById(\"")].concat();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert!(ids.iter().all(|id| any_page::ENTRIES.iter().any(|entry| entry.id == *id)), "{ids:?}");

    let sheets = std::fs::read_dir(in_tree("style")).expect("the style sheets are in the tree");
    let read = |sheet: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(sheet?.path());
    let style = sheets.map(read).collect::<Result<String, _>>().expect("each of them can be read");
    let is_colour = |name: &&str| matches!(name.len(), 3 | 4 | 6 | 8) && name.chars().all(|c| c.is_ascii_hexdigit());
    let ids: Vec<_> = named(&style, "#").into_iter().filter(|name| !is_colour(name)).collect();
    assert!(!ids.is_empty());
    assert!(ids.iter().all(|id| is_known(id)), "{ids:?}");
}

fn in_tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// Fails where a file does not hold what was made from the list; writes it where snapshots are written.
fn hold(path: &str, wanted: impl FnOnce(&str) -> String) {
    let file = in_tree(path);
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let wanted = wanted(&found);
    if std::env::var("INSTA_UPDATE").is_ok_and(|it| it == "always") {
        std::fs::write(&file, wanted).expect("the tree can be written");
    } else {
        assert!(found == wanted, "{path} is not what app/src/ids.rs says: test once with INSTA_UPDATE=always");
    }
}

#[test]
fn the_browser_tests_have_the_list() {
    hold("end2end/lib/ids.json", |_| {
        let mut ids: Vec<_> = GROUPS.iter().flat_map(|(_, entries)| *entries).map(|entry| entry.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let lines: Vec<_> = ids.iter().map(|id| format!("  \"{id}\"")).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    });
}

#[test]
fn the_documents_have_the_list() {
    let (begin, end) = ("<!-- Written by the test of src/ids.rs. -->\n", "<!-- End. -->");
    hold("app/README.md", |found| {
        let (before, rest) = found.split_once(begin).expect("the table has a beginning");
        let (_, after) = rest.split_once(end).expect("the table has an end");
        let mut table = "| page | ids |\n|---|---|\n".to_owned();
        for (pages, entries) in GROUPS {
            let note = |note: &str| if note.is_empty() { String::new() } else { format!(" ({note})") };
            let ids: Vec<_> = entries.iter().map(|entry| format!("`{}`{}", entry.id, note(entry.note))).collect();
            writeln!(table, "| {pages} | {} |", ids.join(", ")).unwrap();
        }
        [before, begin, &table, end, after].concat()
    });
}
