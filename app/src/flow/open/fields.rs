//! The fields of a secret that is open.

use crate::text::{OpenText, Texts};
use ashlink_core::message::{Field, FieldType, Item};
use ashlink_core::safe_name::safe_label;

/// A field with its place: that of its row, and that of its item among the items.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The place of the item.
    pub item: usize,
    /// The field.
    pub field: &'a Field,
}

/// All fields, in the order of their rows.
pub fn all_fields(items: &[Item]) -> impl Iterator<Item = Placed<'_>> {
    items.iter().enumerate().flat_map(|(item, it)| {
        let fields: &[Field] = match it {
            Item::Fields(fields) => fields,
            Item::Text(_) | Item::File(_) => &[],
        };
        fields.iter().map(move |field| Placed { item, field })
    })
}

/// What a field is called. The sender's words are in quotation marks, so that nobody takes them for the page's.
#[must_use]
pub fn field_name(field: &Field, texts: Texts<OpenText>) -> String {
    let quoted = |label: &str| texts.fill(OpenText::FieldLabel, &[("label", label)]);
    let key = match &field.field_type {
        FieldType::Text => OpenText::FieldText,
        FieldType::User => OpenText::FieldUser,
        FieldType::Password => OpenText::FieldPassword,
        FieldType::Url => OpenText::FieldUrl,
        FieldType::Totp => OpenText::FieldTotp,
        FieldType::Note => OpenText::FieldNote,
        FieldType::SshKey => OpenText::FieldSshKey,
        FieldType::Other(name) => {
            let words = [&safe_label(&field.label), &safe_label(name)].map(|word| word.trim().to_owned());
            return quoted(words.iter().find(|word| !word.is_empty()).map_or("", String::as_str));
        }
    };
    let label = safe_label(&field.label);
    let name = texts.get(key);
    if label.is_empty() { name.to_owned() } else { [name, " ", &quoted(&label)].concat() }
}

/// Where a click on an address leads: to pages of the web alone. Nothing else becomes a link, since a scheme such as
/// `javascript` would run what the sender likes.
#[must_use]
pub fn web_address(field: &Field) -> Option<&str> {
    let is_of = |scheme: &str| field.value.get(..scheme.len()).is_some_and(|it| it.eq_ignore_ascii_case(scheme));
    (field.field_type == FieldType::Url && (is_of("https://") || is_of("http://"))).then_some(&*field.value)
}

/// Whether the person has all of an item's fields that nobody remembers, once these rows were copied: those that are
/// hidden, or all where none is.
#[must_use]
pub fn has_all(items: &[Item], item: usize, is_copied: impl Fn(usize) -> bool) -> bool {
    let rows: Vec<_> = all_fields(items).enumerate().filter(|(_, placed)| placed.item == item).collect();
    let is_hidden = |placed: &Placed<'_>| placed.field.field_type.is_hidden();
    let any_is_hidden = rows.iter().any(|(_, placed)| is_hidden(placed));
    rows.iter().filter(|(_, placed)| is_hidden(placed) || !any_is_hidden).all(|(row, _)| is_copied(*row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    fn field(name: &str, label: &str, value: &str) -> Field {
        Field { field_type: FieldType::new(name), label: label.into(), value: value.into() }
    }

    #[test]
    fn a_strangers_word_is_quoted_and_has_nothing_unseen() {
        let name = |of: &str, label: &str| field_name(&field(of, label, ""), Language::english().open);
        assert_eq!(name("password", ""), "Password");
        assert_eq!(name("password", "Root\u{202e}\n"), "Password “Root”");
        assert_eq!(name("ssh_key", "\u{200b}"), "SSH private key");
        assert_eq!(name("card_number", ""), "“card_number”");
        assert_eq!(name("card_number", "Visa"), "“Visa”");
        assert_eq!(name("\u{202e}x", " \u{feff}"), "“x”");
    }

    #[test]
    fn only_addresses_of_the_web_are_links() {
        let links = ["https://a.example/x?y#z", "http://[::1]:8080/", "HTTPS://A.example"];
        for value in links {
            assert_eq!(web_address(&field("url", "", value)), Some(value));
        }
        for value in [
            "javascript:alert(1)",
            " https://a.example",
            "java\nscript:alert(1)//https://",
            "https:a.example",
            "data:text/html,x",
            "ftp://a.example",
            "//a.example",
            "a.example",
            "ſttps://a",
            "",
        ] {
            assert_eq!(web_address(&field("url", "", value)), None, "{value:?}");
        }
        assert_eq!(web_address(&field("text", "", "https://a.example")), None, "its sender calls it no address");
    }

    #[test]
    fn an_item_is_kept_once_its_hidden_fields_were_copied() {
        let items = [
            Item::Text("t".into()),
            Item::Fields(vec![field("user", "", "u"), field("password", "", "p"), field("totp", "", "o")]),
            Item::Fields(vec![field("url", "", "a"), field("note", "", "n")]),
        ];
        let after = |item, copied: &[usize]| has_all(&items, item, |row| copied.contains(&row));
        assert!(!after(1, &[0, 1]) && after(1, &[1, 2]));
        assert!(!after(2, &[1, 2, 3]) && after(2, &[3, 4]));
        assert_eq!(all_fields(&items).map(|placed| placed.item).collect::<Vec<_>>(), [1, 1, 1, 2, 2]);
    }
}
