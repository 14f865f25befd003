//! The fields of a login, as a person or a program reads them.

use ashlink_core::message::Field;
use ashlink_core::safe_name::safe_label;

/// Each field with its name: the label, or else the type. A name that was there before gets a number.
pub(super) fn named(fields: &[Field]) -> Vec<(String, &Field)> {
    let mut named: Vec<(String, &Field)> = Vec::new();
    for field in fields {
        let label = safe_label(&field.label);
        let name = if label.is_empty() { safe_label(field.field_type.name()) } else { label };
        let name = unused(&name, " ", |name| named.iter().any(|(used, _)| used == name));
        named.push((name, field));
    }
    named
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
    use ashlink_core::message::FieldType;

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
}
