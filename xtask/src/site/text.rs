//! Takes comments and indentation out of scripts and styles. Brotli does the rest:
//! renaming and joining would gain little and need a parser.

/// A script without the lines that are comments, and without indentation.
///
/// Only whole lines go, and only when every line can be read by itself (see
/// [`reaches_over_lines`]); otherwise the script stays as it is.
pub(crate) fn script(source: &str) -> String {
    if source.lines().any(reaches_over_lines) {
        return source.to_owned();
    }
    let mut out = String::with_capacity(source.len());
    let mut in_comment = false;
    for line in source.lines().map(str::trim) {
        let comment = if in_comment { Some(line) } else { line.strip_prefix("/*") };
        if let Some(comment) = comment {
            // A comment that ends within a line has code after it.
            let after = comment.split_once("*/").map(|(_, after)| after);
            in_comment = after.is_none();
            push_line(&mut out, after.unwrap_or_default().trim_start());
        } else if !line.starts_with("//") {
            push_line(&mut out, line);
        }
    }
    out
}

/// Whether a line may be the beginning or end of something that spans lines: a
/// template literal, a comment after code, or a string with a line continued.
fn reaches_over_lines(line: &str) -> bool {
    let comment_after_code = || {
        let opened = line.trim_start().rfind("/*").filter(|at| *at > 0);
        opened.is_some_and(|at| !line.trim_start()[at + 2..].contains("*/"))
    };
    line.matches('`').count() % 2 == 1 || line.ends_with('\\') || comment_after_code()
}

/// A style sheet without comments, indentation and empty lines; quoted strings stay as they are.
pub(crate) fn style(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut rest = source;
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        if let (None, Some(comment)) = (quote, rest.strip_prefix("/*")) {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            // It may be all that keeps two words apart, and is no white space to a selector.
            if !bare.ends_with(char::is_whitespace) && !rest.starts_with(char::is_whitespace) && !rest.is_empty() {
                bare.push_str("/**/");
            }
            continue;
        }
        let mut length = c.len_utf8();
        match (quote, c) {
            (_, '\\') => length += rest[length..].chars().next().map_or(0, char::len_utf8),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        bare.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    let mut out = String::with_capacity(bare.len());
    for line in bare.lines() {
        push_line(&mut out, line.trim());
    }
    out
}

fn push_line(out: &mut String, line: &str) {
    if !line.is_empty() {
        out.push_str(line);
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_loses_comment_lines_and_indentation() {
        let source = "/**\n * @param {string} a\n */\nexport function f(a) {\n    // why\n    return a; // end\n}\n\n/* one */\n/* two */ g();\n";
        assert_eq!(script(source), "export function f(a) {\nreturn a; // end\n}\ng();\n");
    }

    #[test]
    fn a_comments_last_line_may_look_like_a_first() {
        assert_eq!(script("/*\n/* still\n*/\nf();\n"), "f();\n");
        assert_eq!(script("/*/\nhidden();\n*/\nf();"), "f();\n");
    }

    #[test]
    fn a_template_over_lines_leaves_the_script_alone() {
        let source = "const t = `\n  // text\n`;\n";
        assert_eq!(script(source), source);
        assert_eq!(script("  f(`a`);"), "f(`a`);\n");
    }

    #[test]
    fn so_does_whatever_else_spans_lines() {
        for source in ["f(); /* a\n// b */ g();\n", "  f(\"a\\\n//b\");\n"] {
            assert_eq!(script(source), source);
        }
        assert_eq!(script("  f(); /* a */ g();"), "f(); /* a */ g();\n");
    }

    #[test]
    fn a_style_loses_comments_but_not_strings() {
        let source = "/* head */\na {\n  content: \"/* not */\"; /* gone */\n  b: 'it\\'s /*'; c: url(x)\n}\n\n";
        assert_eq!(style(source), "a {\ncontent: \"/* not */\";\nb: 'it\\'s /*'; c: url(x)\n}\n");
    }

    #[test]
    fn a_style_comment_separates_words() {
        assert_eq!(style(".a/*x*/.b{}"), ".a/**/.b{}\n");
        assert_eq!(style(".a /*/ x */ .b{}"), ".a  .b{}\n");
        assert_eq!(style("a{} /* open"), "a{}\n");
    }
}
