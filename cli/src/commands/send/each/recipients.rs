//! Who gets which secret, from a CSV file (RFC 4180) with a row of names at its top, also as Excel writes it: with
//! semicolons or tabs, a first line `sep=;`, in UTF-16, with empty rows.

use crate::exit::{Exit, Failure};
use crate::field_name::field_name;
use crate::input::fields::field;
use ashlink_core::message::{Field, FieldType, Item};
use ashlink_core::payload::MAX_FIELDS;
use ashlink_core::text::without_mark;
use std::collections::HashSet;
use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::Path;
use zeroize::{Zeroize as _, Zeroizing};

/// A row; columns with other names are ignored.
pub(super) struct Recipient {
    /// A name that no other row has: an address, a login.
    pub(super) name: String,
    /// What it is about; empty where that is a login.
    pub(super) secret: Zeroizing<String>,
    /// Empty for none.
    pub(super) passphrase: Zeroizing<String>,
    /// What stands in the columns whose names are those of fields.
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
    pub(super) columns: Named,
    _locked: File,
}

/// The names of columns, as they stand in the header row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// Whose cells recipients get.
    pub(super) sent: Vec<String>,
    /// Whose cells nobody gets, besides those of recipients and passphrases.
    left_out: Vec<String>,
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
        let (columns, rows) = read(&file).map_err(unusable)?;
        Ok(Self { rows, columns, _locked: file })
    }

    /// What will be sent to how many: a column for the sender's own eyes may be called like a field.
    pub(super) fn announcement(&self) -> String {
        let Named { sent, left_out } = &self.columns;
        let who = match self.rows.len() {
            1 => "1 recipient gets".to_owned(),
            number => format!("{number} recipients get"),
        };
        let rest = if left_out.is_empty() { String::new() } else { format!(" Not sent: {}.", left_out.join(", ")) };
        format!("{who} these columns: {}.{rest}", sent.join(", "))
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

fn read(mut file: &File) -> Result<(Named, Vec<Recipient>), String> {
    let len = file.metadata().map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(0));
    let mut bytes = Zeroizing::new(Vec::with_capacity(len + 1));
    file.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    rows(&text(&bytes)?)
}

/// In UTF-16 where a byte order mark says so, otherwise in UTF-8.
fn text(bytes: &[u8]) -> Result<Zeroizing<String>, String> {
    let units = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let (pairs, odd) = rest.as_chunks();
        let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
        text.ok().filter(|_| odd.is_empty()).map(Zeroizing::new).ok_or_else(|| "it is no text in UTF-16".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => units(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => units(rest, u16::from_be_bytes),
        _ => str::from_utf8(without_mark(bytes))
            .map(|text| Zeroizing::new(text.to_owned()))
            .map_err(|_| "it is no text in UTF-8; Excel calls that \"CSV UTF-8\"".to_owned()),
    }
}

/// Where the columns are that count.
struct Columns {
    all: usize,
    recipient: usize,
    secret: Option<usize>,
    passphrase: Option<usize>,
    fields: Vec<(usize, FieldType, String)>,
}

impl Columns {
    /// What the header row calls them.
    fn named(&self, header: &csv::StringRecord) -> Named {
        let is_sent = |at: usize| self.secret == Some(at) || self.fields.iter().any(|(field, ..)| *field == at);
        let is_known = |at: usize| is_sent(at) || self.recipient == at || self.passphrase == Some(at);
        let names = |is_it: &dyn Fn(usize) -> bool| -> Vec<String> {
            let cells = header.iter().enumerate().filter(|(at, cell)| is_it(*at) && !cell.trim().is_empty());
            cells.map(|(_, cell)| cell.trim().to_owned()).collect()
        };
        Named { sent: names(&is_sent), left_out: names(&|at| !is_known(at)) }
    }

    /// Reads the header row.
    fn find(header: &csv::StringRecord) -> Result<Self, String> {
        let place = |name: &str| {
            let mut places = header.iter().enumerate().filter(|(_, cell)| is_named(cell, name));
            match (places.next(), places.next()) {
                (_, Some(_)) => Err(format!("it has two columns {name}")),
                (first, None) => Ok(first.map(|(place, _)| place)),
            }
        };
        let missing = |name: &str| format!("it has no column {name}");
        let recipient = place("recipient")?.ok_or_else(|| missing("recipient"))?;
        let fields = field_columns(header)?;
        let secret = place("secret")?;
        if secret.is_none() && fields.is_empty() {
            return Err(missing("secret"));
        }
        Ok(Self { all: header.len(), recipient, secret, passphrase: place("passphrase")?, fields })
    }
}

/// Whether a cell of the header row has this name; case does not matter.
fn is_named(cell: &str, name: &str) -> bool {
    cell.trim().eq_ignore_ascii_case(name)
}

/// With the separator of the line `sep=`, or the one with which the header row has its columns.
fn rows(text: &str) -> Result<(Named, Vec<Recipient>), String> {
    let first_line = text.lines().next().unwrap_or_default().trim_matches('"');
    let said = first_line.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and(first_line.as_bytes().get(4));
    let start = if said.is_some() { text.find('\n').map_or(text.len(), |end| end + 1) } else { 0 };
    let reader = |separator: u8| {
        csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(&text.as_bytes()[start..])
    };
    let has_columns = |separator: &u8| {
        let names = |header: &csv::StringRecord| {
            header.iter().any(|cell| is_named(cell, "recipient") || is_named(cell, "secret"))
        };
        reader(*separator).headers().is_ok_and(names)
    };
    let separator = said.copied().or_else(|| [b',', b';', b'\t'].into_iter().find(has_columns)).unwrap_or(b',');
    let mut reader = reader(separator);
    let header = reader.headers().map_err(|error| error.to_string())?;
    let columns = Columns::find(header)?;
    let named = columns.named(header);
    let mut names = HashSet::new();
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        // Excel leaves rows of separators where something was.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let at = record.position().map_or(0, csv::Position::byte);
        let line = line(text, start + usize::try_from(at).unwrap_or_default());
        let cell = |place: usize| record.get(place).unwrap_or_default().to_owned();
        if record.len() < columns.all || record.iter().skip(columns.all).any(|cell| !cell.is_empty()) {
            return Err(format!("line {line} has {} cells, and the first row {}", record.len(), columns.all));
        }
        let row = Recipient {
            name: cell(columns.recipient),
            secret: Zeroizing::new(columns.secret.map(cell).unwrap_or_default()),
            passphrase: Zeroizing::new(columns.passphrase.map(cell).unwrap_or_default()),
            fields: read_fields(&columns.fields, &record).map_err(|why| format!("line {line}: {why}"))?,
        };
        if row.name.trim().is_empty() {
            return Err(format!("line {line} names no recipient"));
        }
        if row.items().is_empty() {
            return Err(format!("line {line} has no secret"));
        }
        if !names.insert(row.name.clone()) {
            return Err(format!("line {line} names {:?} again", row.name));
        }
        rows.push(row);
    }
    names.drain().for_each(|mut name| name.zeroize());
    if rows.is_empty() { Err("there is nobody in it".to_owned()) } else { Ok((named, rows)) }
}

/// The number that an editor shows at the line in which a row begins, whose place may be that of the line break before
/// it.
fn line(text: &str, at: usize) -> usize {
    let breaks = text.as_bytes()[at..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let before = &text.as_bytes()[..at + breaks];
    let is_break = |at: usize| before[at] == b'\n' || (before[at] == b'\r' && before.get(at + 1) != Some(&b'\n'));
    1 + (0..before.len()).filter(|at| is_break(*at)).count()
}

/// The columns that are fields: where they stand, and what they are.
fn field_columns(headers: &csv::StringRecord) -> Result<Vec<(usize, FieldType, String)>, String> {
    let is_field = |head: &&str| {
        let name = head.split(':').next().unwrap_or_default();
        !matches!(FieldType::new(&name.trim().to_ascii_lowercase()), FieldType::Other(_))
    };
    let columns = headers.iter().enumerate().filter(|(_, head)| is_field(head));
    let fields = columns.map(|(index, head)| field_name(head).map(|(field_type, label)| (index, field_type, label)));
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

    fn open(text: impl AsRef<[u8]>) -> Result<Recipients, String> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_ref()).unwrap();
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
    fn the_columns_that_are_sent_are_named_before() {
        for (text, said) in [
            ("recipient,secret\na,s\n", "1 recipient gets these columns: secret."),
            (
                "recipient,secret, Note ,passphrase,department,,URL\na,s,n,p,d,,u\nb,s,n,p,d,,u\n",
                "2 recipients get these columns: secret, Note, URL. Not sent: department.",
            ),
        ] {
            assert_eq!(open(text).unwrap().announcement(), said);
        }
    }

    #[test]
    fn a_mistake_in_any_row_stops_all() {
        for (text, why) in [
            ("", "no column recipient"),
            ("recipient,secret\n", "nobody"),
            ("recipient,pass\na,b\n", "secret"),
            ("recipient,secret\na,b\na,c\n", "line 3"),
            ("recipient,secret\na,b\n,c\n", "line 3"),
            ("recipient,secret\na,b\nc,\n", "line 3"),
            ("recipient,secret\na,b,c\n", "line 2 has 3 cells, and the first row 2"),
            ("recipient,secret\na\n", "line 2 has 1 cells"),
            ("recipient,secret,secret\na,b,c\n", "two columns secret"),
            ("recipient,secret\na,\"b\nc\"\n\nd,\n", "line 5"),
            ("sep=;\nrecipient,secret\na,b\n", "no column recipient"),
            ("sep=;\nrecipient;secret\na;\n", "line 3 has no secret"),
            ("recipient;note to self\na;b\n", "no column secret"),
            ("recipient,user,password\na,u,p\nb,,\n", "line 3"),
            ("recipient,user,totp\na,u,no key\n", "line 2"),
        ] {
            // The lines are those of an editor, whatever ends them.
            for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
                // Only line feeds can follow the line of the separator, as Excel writes them.
                if text.starts_with("sep=") && !text.contains('\n') {
                    continue;
                }
                let error = open(&text).err().unwrap();
                assert!(error.contains(why), "{text:?}: {error}");
            }
        }
        assert!(open(b"recipient,secret\nJos\xe9,x\n").err().unwrap().contains("CSV UTF-8"));
    }

    #[test]
    fn a_file_of_excel_is_read_as_it_is() {
        let plain = "Recipient,SECRET, Passphrase \r\na@x,\"s, \"\"1\"\"\",\r\nb@x,ü;\t2,p\r\n,,\r\n,,\r\n";
        let other = |separator: &str| {
            let text = "Recipient,SECRET, Passphrase \r\na@x,\"s, \"\"1\"\"\",\r\nb@x,\"ü;\t2\",p\r\n,,\r\n,,\r\n";
            text.replace("s, ", "s. ").replace(',', separator).replace("s. ", "s, ")
        };
        let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
        };
        for bytes in [
            plain.into(),
            format!("\u{feff}{plain}").into(),
            other(";").into(),
            other("\t").into(),
            format!("sep=;\r\n{}", other(";")).into(),
            format!("\"SEP=|\"\n{}", other("|")).into(),
            utf16(&other("\t"), u16::to_le_bytes),
            utf16(&other(";"), u16::to_be_bytes),
        ] {
            let read = open(&bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)));
            let rows: Vec<_> = read.rows.iter().map(|row| [&*row.name, &**row.secret, &**row.passphrase]).collect();
            assert_eq!(rows, [["a@x", "s, \"1\"", ""], ["b@x", "ü;\t2", "p"]], "{}", String::from_utf8_lossy(&bytes));
        }
        let cut = &utf16("recipient,secret\na,b\n", u16::to_le_bytes)[..21];
        assert!(open(cut).err().unwrap().contains("UTF-16"));
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
