//! The fields of a login, as a person or a program reads them.

mod bitwarden;

use crate::args::{Format, Open};
use crate::report::{counted, now};
use crate::terminal;
use crate::totp::{Code, Totp};
use ashlink_core::message::{Field, FieldType, File, Item};
use ashlink_core::safe_name::safe_label;
use serde_json::json;
use std::io;

/// Puts what `--field` or `--format` names in place of the fields; without both, leaves them as they are.
///
/// # Errors
/// There is no such field, or a form cannot hold a value. Nothing is changed then.
pub(super) fn choose(open: &Open, items: &mut Vec<Item>) -> io::Result<()> {
    let lists = items.iter().filter_map(|item| if let Item::Fields(fields) = item { Some(fields) } else { None });
    let fields: Vec<Field> = lists.clone().flatten().cloned().collect();
    let text = match (&open.field, open.format) {
        (None, None) => return Ok(()),
        _ if fields.is_empty() => return Err(io::Error::other("it has no fields")),
        (Some(name), _) => value(&fields, name)?,
        (None, Some(Format::Json)) => as_object(&fields),
        (None, Some(Format::Env)) => assignments(&fields)?,
        (None, Some(Format::Bitwarden)) => bitwarden::import(lists),
    };
    let others = items.drain(..).filter_map(|item| match &item {
        Item::Fields(_) => None,
        // Saved, since it would stand between what a program reads.
        Item::Text(text) => {
            let (name, media_type) = ("secret.txt".to_owned(), "text/plain".to_owned());
            Some(Item::File(File { name, media_type, data: text.clone().into_bytes() }))
        }
        Item::File(_) => Some(item),
    });
    let all = std::iter::once(Item::Text(text)).chain(others).collect();
    *items = all;
    Ok(())
}

/// The value of a field: by its name, or else the first of a type. `code` is the one-time code. Capital letters are
/// small ones, unless two names differ in them alone.
fn value(fields: &[Field], name: &str) -> io::Result<String> {
    let named = named(fields);
    let folded = name.to_lowercase();
    let is_asked_for = |other: &str| other.to_lowercase() == folded;
    let exact = named.iter().find(|(other, _)| other == name);
    let by_name = exact.or_else(|| named.iter().find(|(other, _)| is_asked_for(other))).map(|(_, field)| *field);
    let by_type = || fields.iter().find(|field| is_asked_for(field.field_type.name()));
    if let Some(field) = by_name.or_else(by_type) {
        return Ok(field.value.clone());
    }
    if let Some((_, code)) = codes(fields).next().filter(|_| is_asked_for("code")) {
        terminal::tell_person(&format!("It is valid for {}.", counted(code.seconds_left, "second")));
        return Ok(code.digits.to_string());
    }
    let names: Vec<_> = named.iter().map(|(name, _)| format!("{name:?}")).collect();
    Err(io::Error::other(format!("it has no field {name:?}, only {}", names.join(", "))))
}

/// The one-time codes of this moment, with the names of their fields.
fn codes(fields: &[Field]) -> impl Iterator<Item = (String, Code)> {
    let at = u64::try_from(now()).unwrap_or_default();
    let totp = |field: &Field| (field.field_type == FieldType::Totp).then(|| Totp::parse(&field.value)).flatten();
    named(fields).into_iter().filter_map(move |(name, field)| Some((name, totp(field)?.code(at))))
}

/// Says at a terminal which one-time codes are valid now. The log of a job must not keep them.
pub(super) fn tell_codes(items: &[Item]) {
    for item in items {
        let Item::Fields(fields) = item else { continue };
        for (name, code) in codes(fields) {
            let (digits, left) = (&*code.digits, counted(code.seconds_left, "second"));
            terminal::tell_person(&format!("One-time code of {name:?}: {digits}, valid for {left}"));
        }
    }
}

/// An object of names and values, in the sender's order.
fn as_object(fields: &[Field]) -> String {
    let pairs: Vec<_> =
        named(fields).iter().map(|(name, field)| format!("{}:{}", json!(name), json!(field.value))).collect();
    format!("{{{}}}\n", pairs.join(","))
}

/// Lines that a shell reads (POSIX, Shell and Utilities, 2.2.2).
fn assignments(fields: &[Field]) -> io::Result<String> {
    let line = |(name, value): (String, &str)| {
        if value.contains('\0') {
            return Err(io::Error::other("it has a byte 0, which no variable can hold"));
        }
        Ok(format!("{name}='{}'\n", value.replace('\'', r"'\''")))
    };
    variables("SECRET", fields).into_iter().map(line).collect()
}

/// A variable for each field. Its name begins with a word that the sender has no influence on: `PATH` or `LD_PRELOAD`
/// would run what the sender likes.
pub(super) fn variables<'a>(prefix: &str, fields: &'a [Field]) -> Vec<(String, &'a str)> {
    let mut variables: Vec<(String, &str)> = Vec::new();
    for field in fields {
        let name = [&name(field), field.field_type.name()].map(word).into_iter().find(|word| !word.is_empty());
        let name = format!("{prefix}_{}", name.as_deref().unwrap_or("FIELD"));
        variables.push((unused(&name, "_", |name| variables.iter().any(|(used, _)| used == name)), &field.value));
    }
    variables
}

/// A text in capitals, digits and `_`.
fn word(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    text.chars().map(letter).collect::<String>().trim_matches('_').to_owned()
}

/// Each field with its name: the label, or else the type. A name that was there before gets a number.
pub(super) fn named(fields: &[Field]) -> Vec<(String, &Field)> {
    let mut named: Vec<(String, &Field)> = Vec::new();
    for field in fields {
        let name = unused(&name(field), " ", |name| named.iter().any(|(used, _)| used == name));
        named.push((name, field));
    }
    named
}

/// The label as it can be shown, or else the type.
fn name(field: &Field) -> String {
    let label = safe_label(&field.label);
    if label.is_empty() { safe_label(field.field_type.name()) } else { label }
}

/// A name, or with a number the first that is not used.
fn unused(name: &str, before_number: &str, is_used: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{before_number}{number}"));
    std::iter::once(name.to_owned()).chain(numbered).find(|name| !is_used(name)).expect("there is always one more")
}

/// A line for each field; below its name where the value has several.
pub(super) fn lines(fields: &[Field]) -> String {
    let line = |(name, field): (String, &Field)| match field.value.trim_end_matches(['\r', '\n']) {
        value if value.contains('\n') => format!("{name}:\n{value}\n"),
        value => format!("{name}: {value}\n"),
    };
    named(fields).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, label: &str, value: &str) -> Field {
        Field { field_type: FieldType::new(name), label: label.into(), value: value.into() }
    }

    #[test]
    fn each_field_has_a_line_under_a_name_of_its_own() {
        let fields = [
            field("user", "", "alice"),
            field("password", "Root\u{202e}\n", "x: y"),
            field("password", "", "p\r\n"),
            field("password", "", "q"),
            field("card_number", "\u{200b}", "1"),
            field("note", "user", "a\nb\n"),
        ];
        let text = "user: alice\nRoot: x: y\npassword: p\npassword 2: q\ncard_number: 1\nuser 2:\na\nb\n";
        assert_eq!(lines(&fields), text);
    }

    #[test]
    fn a_field_is_found_by_its_name_and_then_by_its_type() {
        let fields = [field("text", "password", "no"), field("password", "Root", "yes"), field("url", "", "u")];
        let value = |name| value(&fields, name).map_err(|error| error.to_string());
        assert_eq!(value("root").unwrap(), "yes");
        assert_eq!(value("PASSWORD").unwrap(), "no");
        assert_eq!(value("Url").unwrap(), "u");
        assert_eq!(value("password").unwrap(), "no");
        assert_eq!(value("url").unwrap(), "u");
        assert_eq!(value("pin").unwrap_err(), r#"it has no field "pin", only "password", "Root", "url""#);
        assert!(value("code").is_err(), "nothing makes codes");
    }

    #[test]
    fn capital_letters_count_where_names_differ_in_them_alone() {
        let fields = [field("text", "Über", "first"), field("text", "über", "second"), field("password", "PIN", "pin")];
        for (name, found) in
            [("Über", "first"), ("über", "second"), ("ÜBER", "first"), ("pin", "pin"), ("Password", "pin")]
        {
            assert_eq!(value(&fields, name).unwrap(), found, "{name}");
        }
    }

    #[test]
    fn a_code_is_that_of_the_first_field_that_makes_one() {
        let fields = [
            field("totp", "", "otpauth://hotp/x?secret=GE&counter=1"),
            field("totp", "", "otpauth://totp/x?secret=GEZDGNBV&digits=8"),
        ];
        let code = value(&fields, "Code").unwrap();
        assert!(code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        let codes: Vec<_> = codes(&fields).map(|(name, code)| (name, (1..=30).contains(&code.seconds_left))).collect();
        assert_eq!(codes, [("totp 2".to_owned(), true)]);
    }

    #[test]
    fn a_program_reads_names_and_values_as_they_are() {
        let fields = [
            field("user", "", "o'neill"),
            field("password", "PATH", "$(id)\n\"\\"),
            field("text", "日本", "a"),
            field("日本", "", "b"),
            field("text", "path", "c"),
        ];
        let assigned = "SECRET_USER='o'\\''neill'\nSECRET_PATH='$(id)\n\"\\'\nSECRET_TEXT='a'\nSECRET_FIELD='b'\nSECRET_PATH_2='c'\n";
        assert_eq!(assignments(&fields).unwrap(), assigned);
        let object =
            "{\"user\":\"o'neill\",\"PATH\":\"$(id)\\n\\\"\\\\\",\"日本\":\"a\",\"日本 2\":\"b\",\"path\":\"c\"}\n";
        assert_eq!(as_object(&fields), object);
        assert!(assignments(&[field("text", "", "a\0b")]).is_err());
    }
}
