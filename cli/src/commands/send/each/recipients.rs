//! Who gets which secret, from a CSV file (RFC 4180) with a row of names at its top.

use crate::exit::{Exit, Failure};
use crate::input::fields::{field, name};
use ashlink_core::message::{Field, FieldType, Item};
use ashlink_core::payload::MAX_FIELDS;
use serde::Deserialize;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// A row; columns with other names are ignored.
#[derive(Deserialize)]
pub(super) struct Recipient {
    /// A name that no other row has: an address, a login.
    #[serde(rename = "recipient")]
    pub(super) name: String,
    /// What it is about; empty where that is a login.
    #[serde(default)]
    pub(super) secret: Zeroizing<String>,
    /// Empty for none.
    #[serde(default)]
    pub(super) passphrase: Zeroizing<String>,
    /// What stands in the columns whose names are those of fields.
    #[serde(skip)]
    fields: Vec<Field>,
}

impl Recipient {
    /// The text, the login, or both.
    pub(super) fn items(&self) -> Vec<Item> {
        let text = (!self.secret.is_empty()).then(|| Item::Text(self.secret.to_string()));
        let fields = (!self.fields.is_empty()).then(|| Item::Fields(self.fields.clone()));
        text.into_iter().chain(fields).collect()
    }

    fn len(&self) -> usize {
        self.secret.len() + self.fields.iter().map(|field| field.value.len()).sum::<usize>()
    }
}

/// All of them, and their file, which no other run can have meanwhile.
pub(super) struct Recipients {
    /// In the file's order.
    pub(super) rows: Vec<Recipient>,
    _locked: File,
}

impl Recipients {
    /// Reads them all before anything is sent: a mistake in the last row must not be found after
    /// the others were sent.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let unusable = |why: String| {
            Failure::new(
                Exit::Local,
                format!("cannot use {}: {why}", path.display()),
                "It must have the columns recipient and secret, or recipient and fields such as user and password; and may \
                 have passphrase. Nothing was sent.",
            )
        };
        let file = File::open(path).map_err(|error| unusable(error.to_string()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(unusable("another run is sending them".to_owned())),
            // Some file systems have no locks; then it is up to the user.
            Err(TryLockError::Error(_)) => {}
        }
        let rows = read(&file).map_err(unusable)?;
        Ok(Self { rows, _locked: file })
    }

    /// That none is certainly too long for the server.
    pub(super) fn check_sizes(&self, max_envelope: u64) -> Result<(), Failure> {
        match self.rows.iter().find(|row| row.len() as u64 > max_envelope) {
            None => Ok(()),
            Some(row) => Err(Failure::new(
                Exit::Refused,
                format!("the secret for {:?} is too large for this server", row.name),
                "Nothing was sent.",
            )),
        }
    }
}

fn read(file: &File) -> Result<Vec<Recipient>, String> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_reader(file);
    let mut names = HashSet::new();
    let mut rows = Vec::new();
    let headers = reader.headers().map_err(|error| error.to_string())?.clone();
    let fields = field_columns(&headers)?;
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        let line = record.position().map_or(0, csv::Position::line);
        let mut row: Recipient = record.deserialize(Some(&headers)).map_err(|error| error.to_string())?;
        if row.name.trim().is_empty() {
            return Err(format!("line {line} names no recipient"));
        }
        row.fields = read_fields(&fields, &record).map_err(|why| format!("line {line}: {why}"))?;
        if row.items().is_empty() {
            return Err(format!("line {line} has no secret"));
        }
        if !names.insert(row.name.clone()) {
            return Err(format!("line {line} names {:?} once more", row.name));
        }
        rows.push(row);
    }
    names.drain().for_each(|mut name| name.zeroize());
    if rows.is_empty() { Err("nobody is in it".to_owned()) } else { Ok(rows) }
}

/// The columns that are fields: where they stand, and what they are.
fn field_columns(headers: &csv::StringRecord) -> Result<Vec<(usize, FieldType, String)>, String> {
    let is_field = |head: &&str| {
        let name = head.split(':').next().unwrap_or_default();
        !matches!(FieldType::new(name.trim()), FieldType::Other(_))
    };
    let columns = headers.iter().enumerate().filter(|(_, head)| is_field(head));
    let fields = columns.map(|(index, head)| name(head).map(|(field_type, label)| (index, field_type, label)));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    if fields.len() > MAX_FIELDS { Err(format!("it has more than {MAX_FIELDS} fields")) } else { Ok(fields) }
}

/// The fields of a row; an empty one is left out.
fn read_fields(columns: &[(usize, FieldType, String)], record: &csv::StringRecord) -> Result<Vec<Field>, String> {
    let user = columns.iter().find(|(_, field_type, _)| *field_type == FieldType::User);
    let user = user.and_then(|(index, ..)| record.get(*index)).unwrap_or_default();
    let cells = columns.iter().filter_map(|(index, field_type, label)| {
        let value = record.get(*index).filter(|value| !value.is_empty())?;
        Some(field(field_type.clone(), label, value, user).map_err(|failure| failure.what))
    });
    cells.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn open(text: &str) -> Result<Recipients, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Recipients::open(file.path()).map_err(|failure| failure.what)
    }

    #[test]
    fn rows_are_read_as_they_are() {
        let read = open("recipient,secret,passphrase\na@x,\" two\nlines, \"\"q\"\" \",\nb@x,s,p\n").unwrap();
        assert_eq!(*read.rows[0].secret, " two\nlines, \"q\" ");
        assert_eq!((&*read.rows[0].passphrase as &str, &*read.rows[1].passphrase as &str), ("", "p"));
        assert_eq!(open("secret, recipient\ns,a").unwrap().rows[0].name, "a");
    }

    #[test]
    fn columns_with_the_names_of_types_are_fields() {
        let read = open("recipient,department,user,password:Root,totp\na,x,u,p,GEZDGNBVGY3TQOJQ\nb,x,,q,\n").unwrap();
        let fields = |row: usize| {
            let field = |field: &Field| (field.field_type.name().to_owned(), field.label.clone(), field.value.clone());
            read.rows[row].fields.iter().map(field).collect::<Vec<_>>()
        };
        let field = |name: &str, label: &str, value: &str| (name.to_owned(), label.to_owned(), value.to_owned());
        let all = [
            field("user", "", "u"),
            field("password", "Root", "p"),
            field("totp", "", "otpauth://totp/u?secret=GEZDGNBVGY3TQOJQ"),
        ];
        assert_eq!(fields(0), all);
        assert_eq!(fields(1), [field("password", "Root", "q")]);
        assert_eq!(read.rows[0].items().len(), 1, "a login alone");
        assert_eq!(open("recipient,secret,user\na,s,u\n").unwrap().rows[0].items().len(), 2);
    }

    #[test]
    fn a_mistake_in_any_row_stops_all() {
        for (text, why) in [
            ("", "nobody"),
            ("recipient,secret\n", "nobody"),
            ("recipient,pass\na,b\n", "secret"),
            ("recipient,secret\na,b\na,c\n", "line 3"),
            ("recipient,secret\na,b\n,c\n", "line 3"),
            ("recipient,secret\na,b\nc,\n", "line 3"),
            ("recipient,secret\na,b,c\n", "3"),
            ("recipient,user,password\na,u,p\nb,,\n", "line 3"),
            ("recipient,user,totp\na,u,no key\n", "line 2"),
        ] {
            let error = open(text).err().unwrap();
            assert!(error.contains(why), "{text:?}: {error}");
        }
    }

    #[test]
    fn two_runs_do_not_send_the_same_file() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"recipient,secret\na,b\n").unwrap();
        let first = Recipients::open(file.path()).ok().unwrap();
        assert!(Recipients::open(file.path()).err().unwrap().what.contains("another run"));
        drop(first);
        assert!(Recipients::open(file.path()).is_ok());
    }
}
