//! Placeholders.

/// Puts values in the place of `{name}`. A name without a value stays as it is.
#[must_use]
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let value = after
            .split_once('}')
            .and_then(|(name, after)| Some((values.iter().find(|(known, _)| *known == name)?.1, after)));
        if let Some((value, after)) = value {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn names_become_values() {
        assert_eq!(fill("until {time}, {n} times", &[("n", "3"), ("time", "noon")]), "until noon, 3 times");
        assert_eq!(fill("{time}", &[("time", "{n}"), ("n", "3")]), "{n}", "values are not filled in turn");
        assert_eq!(fill("{a} { b}", &[("c", "3")]), "{a} { b}");
        assert_eq!(fill("{", &[]), "{");
    }
}
