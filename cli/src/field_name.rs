//! Names of fields, as they stand on the command line and at the heads of columns.

use ashlink_core::message::FieldType;
use ashlink_core::payload::MAX_LABEL_CHARS;

/// What stands before the value of a field, on the command line and at the head of a CSV column: the name of a type,
/// and behind a colon a label.
pub(crate) fn field_name(text: &str) -> Result<(FieldType, String), String> {
    let (name, label) = text.split_once(':').unwrap_or((text, ""));
    let field_type = FieldType::new(&name.trim().to_ascii_lowercase());
    if matches!(field_type, FieldType::Other(_)) {
        return Err(format!(
            "{name:?} is not a type of a field: give text, user, password, url, totp, note or ssh_key"
        ));
    }
    let label = label.trim();
    if label.chars().count() > MAX_LABEL_CHARS {
        return Err(format!("a label has at most {MAX_LABEL_CHARS} characters"));
    }
    Ok((field_type, label.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_type_and_a_label() {
        assert_eq!(field_name("password"), Ok((FieldType::Password, String::new())));
        assert_eq!(field_name("ssh_key: Deploy: main "), Ok((FieldType::SshKey, "Deploy: main".into())));
        assert_eq!(field_name("Password"), Ok((FieldType::Password, String::new())), "as it stands in a table");
        for wrong in ["", "pin", ":pin"] {
            assert!(field_name(wrong).is_err(), "{wrong:?}");
        }
        assert!(field_name(&format!("text:{}", "é".repeat(64))).is_ok());
        assert!(field_name(&format!("text:{}", "é".repeat(65))).is_err());
    }
}
