//! The fields of a login: given, in files, on standard input, or asked for. Whatever may be a secret is no argument.

use super::{read_all, take_standard_input, unreadable};
use crate::args::{GivenField, Login, Source};
use crate::exit::{Exit, Failure};
use crate::{terminal, totp};
use ashlink_core::envelope::MAX_ENVELOPE;
use ashlink_core::message::{Field, FieldType};
use ashlink_core::payload::MAX_FIELDS;
use ashlink_core::text::without_mark;
use std::fs;

/// What a prompt asks for, and whether what is typed may be seen.
const PROMPTS: [(FieldType, &str, bool); 4] = [
    (FieldType::User, "User name: ", true),
    (FieldType::Password, "Password (not shown): ", false),
    (FieldType::Url, "Address: ", true),
    (FieldType::Totp, "Key or otpauth address of the one-time code (not shown): ", false),
];

/// The fields that were given or are typed at prompts: user name, password, address and one-time code, then the
/// others as they were given. None where none is wanted.
pub(crate) fn login(login: &Login) -> Result<Vec<Field>, Failure> {
    let user = login.user.as_deref().unwrap_or_default();
    let mut fields = Vec::new();
    for (field_type, value) in [(FieldType::User, &login.user), (FieldType::Url, &login.url)] {
        if let Some(value) = value {
            fields.push(field(field_type, "", value, user)?);
        }
    }
    for GivenField { field_type, label, source } in &login.fields {
        let read = match source {
            Source::Input => {
                read_all(take_standard_input()?, MAX_ENVELOPE).map_err(|error| unreadable("standard input", &error))
            }
            Source::File(path) => fs::File::open(path)
                .and_then(|file| read_all(file, MAX_ENVELOPE))
                .map_err(|error| unreadable(&path.display().to_string(), &error)),
        }?;
        let value = str::from_utf8(without_mark(&read)).map_err(|_| unusable(field_type, "it is no text"))?;
        fields.push(field(field_type.clone(), label, value, user)?);
    }
    if login.login {
        ask(&mut fields)?;
    }
    let rank = |field: &Field| PROMPTS.iter().position(|(field_type, ..)| *field_type == field.field_type);
    fields.sort_by_key(|field| rank(field).filter(|_| field.label.is_empty()).unwrap_or(PROMPTS.len()));
    if fields.len() > MAX_FIELDS {
        return Err(Failure::new(
            Exit::Local,
            format!("there are more than {MAX_FIELDS} fields"),
            "Nothing was sent. Send the others by another link.",
        ));
    }
    Ok(fields)
}

/// Asks for what was not given. What is left empty is left out.
fn ask(fields: &mut Vec<Field>) -> Result<(), Failure> {
    for (field_type, prompt, is_shown) in PROMPTS {
        if fields.iter().any(|field| field.field_type == field_type) {
            continue;
        }
        let typed = if is_shown { terminal::ask_shown(prompt)? } else { terminal::ask_hidden(prompt)? };
        if !typed.trim().is_empty() {
            let user = fields.iter().find(|field| field.field_type == FieldType::User);
            let user = user.map(|field| field.value.clone()).unwrap_or_default();
            fields.push(field(field_type, "", &typed, &user)?);
        }
    }
    if fields.is_empty() {
        return Err(Failure::new(Exit::Local, "the login is empty", "Nothing was sent."));
    }
    Ok(())
}

/// A field whose value is as its type has it.
pub(crate) fn field(field_type: FieldType, label: &str, value: &str, user: &str) -> Result<Field, Failure> {
    let one_line = |value: &str| {
        let value = value.strip_prefix('\u{feff}').unwrap_or(value);
        let value = value.strip_suffix('\n').unwrap_or(value);
        value.strip_suffix('\r').unwrap_or(value).to_owned()
    };
    let value = match field_type {
        // The line end at the end belongs to them.
        FieldType::Note | FieldType::SshKey => value.to_owned(),
        FieldType::Totp => match totp::address(&one_line(value), user) {
            Some(address) => address.to_string(),
            None => return Err(unusable(&field_type, "it is neither an otpauth://totp address nor a key in Base32")),
        },
        FieldType::Text | FieldType::User | FieldType::Password | FieldType::Url | FieldType::Other(_) => {
            one_line(value)
        }
    };
    if value.is_empty() {
        return Err(unusable(&field_type, "it is empty"));
    }
    Ok(Field { field_type, value, label: label.to_owned() })
}

fn unusable(field_type: &FieldType, why: &str) -> Failure {
    Failure::new(Exit::Local, format!("cannot use the field {}: {why}", field_type.name()), "Nothing was sent.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_several_lines_keeps_its_line_end() {
        let value = |name, value| field(FieldType::new(name), "", value, "").ok().unwrap().value.clone();
        for name in ["text", "user", "password", "url"] {
            assert_eq!(value(name, "\u{feff} a b \r\n"), " a b ", "{name}");
            assert_eq!(value(name, "a\n\n"), "a\n", "{name}");
        }
        for name in ["note", "ssh_key"] {
            assert_eq!(value(name, "a\nb\n"), "a\nb\n", "{name}");
        }
        for (name, empty) in [("user", ""), ("password", "\r\n"), ("note", ""), ("totp", "no key")] {
            assert!(field(FieldType::new(name), "", empty, "").is_err(), "{name}");
        }
    }
}
