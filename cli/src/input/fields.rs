//! The fields of a login: given, in files, on standard input, or asked for. Whatever may be a secret is no argument.

use super::{read_all, standard_input, take_standard_input, unreadable};
use crate::args::{GivenField, Login, Source};
use crate::exit::{Exit, Failure};
use crate::{terminal, totp};
use ashlink_core::envelope::MAX_ENVELOPE;
use ashlink_core::message::{Field, FieldType, Item};
use ashlink_core::payload::MAX_FIELDS;
use ashlink_core::text::without_mark;
use std::fs;
use zeroize::Zeroizing;

const PASSWORD_PROMPT: &str = "Password (not shown): ";

/// What a prompt asks for, and whether what is typed may be seen.
const PROMPTS: [(FieldType, &str, bool); 4] = [
    (FieldType::User, "User name: ", true),
    (FieldType::Password, PASSWORD_PROMPT, false),
    (FieldType::Url, "Address: ", true),
    (FieldType::Totp, "Key or otpauth address of the one-time code (not shown): ", false),
];

/// How often a prompt is shown again where what was typed cannot be used.
const REPETITIONS: usize = 3;

/// The fields that were given or are typed at prompts: user name, password, address and one-time code, then the
/// others as they were given. None where none is wanted. Without files, a login that would have nothing secret in it
/// gets its password as any secret is read: from standard input, or at a prompt.
pub(crate) fn login(login: &Login, has_files: bool) -> Result<Vec<Field>, Failure> {
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
    } else if login.is_without_secret() && !has_files {
        fields.push(password()?);
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
        let user = fields.iter().find(|field| field.field_type == FieldType::User);
        let user = Zeroizing::new(user.map(|field| field.value.clone()).unwrap_or_default());
        let ask = || if is_shown { terminal::ask_shown(prompt) } else { terminal::ask_hidden(prompt) };
        fields.extend(typed(&field_type, &user, ask)?);
    }
    if fields.is_empty() {
        return Err(Failure::new(Exit::Local, "the login is empty", "Nothing was sent."));
    }
    Ok(())
}

/// The field that is typed, asked for again where it cannot be used: what was typed at earlier prompts must not be
/// lost. None where it is left empty.
fn typed(
    field_type: &FieldType,
    user: &str,
    ask: impl Fn() -> Result<Zeroizing<String>, Failure>,
) -> Result<Option<Field>, Failure> {
    let mut repetitions = 0..REPETITIONS;
    loop {
        let typed = ask()?;
        if typed.trim().is_empty() {
            return Ok(None);
        }
        match field(field_type.clone(), "", &typed, user) {
            Err(failure) if repetitions.next().is_some() => {
                let next = "Type it again, or leave it empty to send the login without it.";
                terminal::tell(&format!("{}. {next}", sentence(&failure.what)));
            }
            read => return read.map(Some),
        }
    }
}

/// A text that begins as a sentence does.
fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or_else(String::new, |first| first.to_uppercase().chain(rest).collect())
}

/// The password that goes with a user name or an address, where nothing else was given.
fn password() -> Result<Field, Failure> {
    let field_type = FieldType::Password;
    let read = standard_input(PASSWORD_PROMPT, MAX_ENVELOPE)?;
    let value = if let Item::Text(text) = &read { Ok(text) } else { Err(unusable(&field_type, "it is no text")) }?;
    let password = field(field_type.clone(), "", value, "")?;
    // A key or a list that ended up here is no password, and would lose its last line end.
    if password.value.contains('\n') {
        let what = unusable(&field_type, "it has several lines").what;
        return Err(Failure::new(Exit::Local, what, "Give --field ssh_key=- or --field note=-. Nothing was sent."));
    }
    Ok(password)
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
    fn what_cannot_be_used_is_asked_for_again_three_times() {
        let answer = |typed: &[&str]| {
            let mut typed = typed.iter();
            let typed = std::cell::RefCell::new(&mut typed);
            let ask = || Ok(Zeroizing::new((*typed.borrow_mut().next().unwrap()).to_owned()));
            let field = super::typed(&FieldType::Totp, "alice", ask);
            (field.map(|field| field.map(|field| field.value.clone())), typed.into_inner().len())
        };
        let (key, address) = ("GEZDGNBVGY3TQOJQ", "otpauth://totp/alice?secret=GEZDGNBVGY3TQOJQ");
        assert_eq!(answer(&["no key", "nor this", "12345678", key]), (Ok(Some(address.to_owned())), 0));
        assert_eq!(answer(&["no key", " ", key]), (Ok(None), 1));
        let (failure, left) = answer(&["a", "b", "c", "d", key]);
        assert!(failure.unwrap_err().what.contains("Base32"));
        assert_eq!(left, 1);
    }

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
