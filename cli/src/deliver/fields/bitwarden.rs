//! What Bitwarden imports as "Bitwarden (json)": <https://bitwarden.com/help/condition-bitwarden-import/>.

use super::named;
use ashlink_core::message::{Field, FieldType};
use serde_json::{Value, json};

/// The kind of an item with user name and password.
const LOGIN: u8 = 1;
/// The kinds of an item's own fields.
const TEXT: u8 = 0;
const HIDDEN: u8 = 1;

/// The whole file, with an item for each list of fields.
pub(super) fn import<'a>(lists: impl Iterator<Item = &'a Vec<Field>>) -> String {
    let items: Vec<_> = lists.map(|fields| item(fields)).collect();
    format!("{}\n", json!({ "encrypted": false, "folders": [], "items": items }))
}

/// The first of each kind has its place in the item; what is left becomes a field of its own.
fn item(fields: &[Field]) -> Value {
    let (mut user, mut password, mut totp) = (None, None, None);
    let (mut uris, mut notes, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (name, Field { field_type, value, .. }) in named(fields) {
        let place = match field_type {
            FieldType::User => Some(&mut user),
            FieldType::Password => Some(&mut password),
            FieldType::Totp => Some(&mut totp),
            FieldType::Url => {
                uris.push(json!({ "match": null, "uri": value }));
                continue;
            }
            // A field of its own has one line.
            FieldType::Note | FieldType::SshKey => {
                notes.push(value.as_str());
                continue;
            }
            FieldType::Text | FieldType::Other(_) => None,
        };
        match place {
            Some(place @ None) => *place = Some(value.as_str()),
            Some(Some(_)) | None => {
                let kind = if field_type.is_hidden() { HIDDEN } else { TEXT };
                others.push(json!({ "name": name, "value": value, "type": kind }));
            }
        }
    }
    let notes = (!notes.is_empty()).then(|| notes.join("\n"));
    let url = fields.iter().find(|field| field.field_type == FieldType::Url);
    let host = url.and_then(|field| url::Url::parse(&field.value).ok()?.host_str().map(str::to_owned));
    let name = host.or_else(|| user.map(str::to_owned)).unwrap_or_else(|| "Ashlink".to_owned());
    json!({
        "type": LOGIN,
        "name": name,
        "notes": notes,
        "favorite": false,
        "fields": others,
        "login": { "uris": uris, "username": user, "password": password, "totp": totp },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_place() {
        let field = |name: &str, label: &str, value: &str| Field {
            field_type: FieldType::new(name),
            label: label.into(),
            value: value.into(),
        };
        let fields = vec![
            field("user", "", "alice"),
            field("password", "Root", "first"),
            field("password", "Old", "second"),
            field("url", "", "https://host.example/x"),
            field("url", "", "not an address"),
            field("totp", "", "otpauth://totp/x?secret=GE"),
            field("ssh_key", "", "KEY\n"),
            field("note", "", "two\nlines"),
            field("text", "Port", "22"),
            field("card_number", "", "4"),
        ];
        let bare = vec![field("note", "", "n")];
        let got: Value = serde_json::from_str(&import([&fields, &bare].into_iter())).unwrap();
        let login = json!({
            "type": 1, "name": "host.example", "notes": "KEY\n\ntwo\nlines", "favorite": false,
            "fields": [
                { "name": "Old", "value": "second", "type": 1 },
                { "name": "Port", "value": "22", "type": 0 },
                { "name": "card_number", "value": "4", "type": 0 },
            ],
            "login": {
                "uris": [
                    { "match": null, "uri": "https://host.example/x" }, { "match": null, "uri": "not an address" },
                ],
                "username": "alice", "password": "first", "totp": "otpauth://totp/x?secret=GE",
            },
        });
        let note = json!({
            "type": 1, "name": "Ashlink", "notes": "n", "favorite": false, "fields": [],
            "login": { "uris": [], "username": null, "password": null, "totp": null },
        });
        assert_eq!(got, json!({ "encrypted": false, "folders": [], "items": [login, note] }));
    }
}
