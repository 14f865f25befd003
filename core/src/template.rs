//! A page as a release holds it: fixed text with marked places, which a server fills with what its operator
//! says. Only escaped text ever stands in a place, so that no setting can add an element, an attribute or a
//! script; and whoever has the template can tell from a page what was filled in, or where it differs.
//!
//! A template is text. The marks are characters for private use (Unicode, section 23.5), which no page
//! contains otherwise:
//!
//! ```text
//! U+E000 name U+E001                  the text of this name
//! U+E002 name U+E001 … U+E003         this part, where the condition of this name holds
//! ```

use std::collections::{BTreeMap, BTreeSet};

const PLACE: char = '\u{e000}';
const NAMED: char = '\u{e001}';
const PART: char = '\u{e002}';
const END: char = '\u{e003}';
/// So many parts may lie within each other: a template can be a stranger's.
const DEEPEST: u32 = 8;

/// Marks the place of a text.
#[must_use]
pub fn place(name: &str) -> String {
    format!("{PLACE}{name}{NAMED}")
}

/// Marks where a part begins that depends on a condition.
#[must_use]
pub fn part(name: &str) -> String {
    format!("{PART}{name}{NAMED}")
}

/// Marks where the part ends that began last.
#[must_use]
pub fn end() -> String {
    END.to_string()
}

/// What is filled into a template, or was found in a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Texts by the names of their places, as they were meant: not escaped.
    pub texts: BTreeMap<String, String>,
    /// The conditions that hold.
    pub conditions: BTreeSet<String>,
}

/// A template that can be filled and read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Fixed(String),
    Place(String),
    Part { condition: String, pieces: Vec<Self> },
}

/// A text is no template, in words for who made it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no template: {0}")]
pub struct Malformed(&'static str);

/// A page is not what its template gives.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at byte {at} stands {found:?} instead of {expected:?}")]
pub struct Difference {
    /// How many bytes are as they should be.
    pub at: usize,
    /// What should follow, shortened.
    pub expected: String,
    /// What follows, shortened.
    pub found: String,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`Malformed`] where marks do not fit together, or where a page could not be read again without
    /// guessing: a place must be followed by fixed text, and a part must begin with it.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut rest = text;
        pieces(&mut rest, 0).map(Self)
    }

    /// The page with these values.
    ///
    /// # Errors
    /// The name of a place that no text is for.
    pub fn fill(&self, values: &Values) -> Result<String, String> {
        let mut page = String::new();
        fill(&self.0, values, &mut page)?;
        Ok(page)
    }

    /// What was filled in to give this page.
    ///
    /// # Errors
    /// The first place where no value gives it.
    pub fn read(&self, page: &str) -> Result<Values, Difference> {
        let mut reader = Reader { page, at: 0, values: Values::default(), absent: BTreeSet::new() };
        reader.pieces(&self.0, "")?;
        match reader.rest() {
            "" => Ok(reader.values),
            _ => Err(reader.difference("")),
        }
    }
}

/// Reads up to the end of the part that lies within so many; `depth` 0 is the whole.
fn pieces(rest: &mut &str, depth: u32) -> Result<Vec<Piece>, Malformed> {
    let mut pieces = Vec::new();
    loop {
        let fixed = rest.find([PLACE, NAMED, PART, END]).unwrap_or(rest.len());
        if fixed > 0 {
            pieces.push(Piece::Fixed(rest[..fixed].to_owned()));
        } else if matches!(pieces.last(), Some(Piece::Place(_))) {
            return Err(Malformed("a place is not followed by fixed text"));
        }
        *rest = &rest[fixed..];
        let Some(mark) = rest.chars().next() else {
            return if depth > 0 { Err(Malformed("a part does not end")) } else { Ok(pieces) };
        };
        *rest = &rest[mark.len_utf8()..];
        match mark {
            PLACE => pieces.push(Piece::Place(name(rest)?)),
            PART if depth == DEEPEST => return Err(Malformed("too many parts lie within each other")),
            PART => {
                let condition = name(rest)?;
                let inner = self::pieces(rest, depth + 1)?;
                if !matches!(inner.first(), Some(Piece::Fixed(_))) {
                    return Err(Malformed("a part does not begin with fixed text"));
                }
                pieces.push(Piece::Part { condition, pieces: inner });
            }
            END if depth > 0 => return Ok(pieces),
            _ => return Err(Malformed("a mark stands where none can")),
        }
    }
}

/// Takes a name and the mark behind it.
fn name(rest: &mut &str) -> Result<String, Malformed> {
    let (name, after) = rest.split_once(NAMED).ok_or(Malformed("a name does not end"))?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_') {
        return Err(Malformed("a name has other characters than a to z, 0 to 9 and _"));
    }
    *rest = after;
    Ok(name.to_owned())
}

fn fill(pieces: &[Piece], values: &Values, page: &mut String) -> Result<(), String> {
    for piece in pieces {
        match piece {
            Piece::Fixed(text) => page.push_str(text),
            Piece::Place(name) => escape(values.texts.get(name).ok_or_else(|| name.clone())?, page),
            Piece::Part { condition, pieces } if values.conditions.contains(condition) => fill(pieces, values, page)?,
            Piece::Part { .. } => {}
        }
    }
    Ok(())
}

/// For text and for values in double quotes (HTML, section 13.3); marks are dropped, so that a setting adds
/// none.
fn escape(text: &str, page: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => page.push_str("&amp;"),
            '<' => page.push_str("&lt;"),
            '>' => page.push_str("&gt;"),
            '"' => page.push_str("&quot;"),
            '\'' => page.push_str("&#x27;"),
            PLACE | NAMED | PART | END => {}
            letter => page.push(letter),
        }
    }
}

/// The text that [`escape`] wrote; `None` for what it never writes.
fn unescape(text: &str) -> Option<String> {
    let mut found = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'', PLACE, NAMED, PART, END]) {
        found.push_str(&rest[..at]);
        let entities = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#x27;", '\'')];
        let (entity, letter) = entities.into_iter().find(|(entity, _)| rest[at..].starts_with(entity))?;
        found.push(letter);
        rest = &rest[at + entity.len()..];
    }
    found.push_str(rest);
    Some(found)
}

struct Reader<'p> {
    page: &'p str,
    at: usize,
    values: Values,
    /// Conditions that were found not to hold.
    absent: BTreeSet<String>,
}

impl<'p> Reader<'p> {
    fn rest(&self) -> &'p str {
        &self.page[self.at..]
    }

    fn difference(&self, expected: &str) -> Difference {
        let short = |text: &str| text.chars().take(60).collect();
        Difference { at: self.at, expected: short(expected), found: short(self.rest()) }
    }

    /// Reads pieces, behind which this fixed text follows.
    fn pieces(&mut self, pieces: &[Piece], after: &str) -> Result<(), Difference> {
        for (index, piece) in pieces.iter().enumerate() {
            let next = match pieces.get(index + 1) {
                Some(Piece::Fixed(text)) => text,
                Some(_) => "",
                None => after,
            };
            match piece {
                Piece::Fixed(text) => self.fixed(text)?,
                Piece::Place(name) => self.place(name, next)?,
                Piece::Part { condition, pieces } => self.part(condition, pieces, next)?,
            }
        }
        Ok(())
    }

    fn fixed(&mut self, text: &str) -> Result<(), Difference> {
        if !self.rest().starts_with(text) {
            let same = self.rest().bytes().zip(text.bytes()).take_while(|(one, other)| one == other).count();
            let same = (0..=same).rev().find(|at| text.is_char_boundary(*at) && self.rest().is_char_boundary(*at));
            let same = same.unwrap_or_default();
            self.at += same;
            return Err(self.difference(&text[same..]));
        }
        self.at += text.len();
        Ok(())
    }

    /// A place ends where escaped text must: before the next `<`, `>` or quote, less what the template has
    /// before that; or where its fixed text begins, when that comes first.
    fn place(&mut self, name: &str, next: &str) -> Result<(), Difference> {
        let limits = ['<', '>', '"'];
        let end = match next.find(limits) {
            Some(before) => {
                let end = self.rest().find(limits).unwrap_or(self.rest().len());
                self.rest()[..end].strip_suffix(&next[..before]).map(str::len)
            }
            None => self.rest().find(next),
        };
        let value = end.and_then(|end| unescape(&self.rest()[..end]));
        let (Some(end), Some(value)) = (end, value) else { return Err(self.difference(next)) };
        match self.values.texts.get(name) {
            // The same name is the same text everywhere.
            Some(known) if *known != value => return Err(self.difference(known)),
            Some(_) => {}
            None => drop(self.values.texts.insert(name.to_owned(), value)),
        }
        self.at += end;
        Ok(())
    }

    fn part(&mut self, condition: &str, pieces: &[Piece], next: &str) -> Result<(), Difference> {
        let Some(Piece::Fixed(first)) = pieces.first() else { return Err(self.difference("")) };
        let holds = self.rest().starts_with(first);
        let contradicts = if holds { &self.absent } else { &self.values.conditions };
        if contradicts.contains(condition) {
            return Err(self.difference(if holds { next } else { first }));
        }
        if !holds {
            self.absent.insert(condition.to_owned());
            return Ok(());
        }
        self.values.conditions.insert(condition.to_owned());
        self.pieces(pieces, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn template() -> Template {
        let text = [
            "<title>".into(),
            place("product"),
            " – Ash</title><a href=\"".into(),
            place("base"),
            "/\">home</a>".into(),
            part("has_notice"),
            "<p class=\"notice\">".into(),
            place("notice"),
            "</p>".into(),
            end(),
            part("has_logo"),
            "<img src=\"".into(),
            place("logo"),
            "\" alt=\"".into(),
            place("product"),
            "\">".into(),
            end(),
            "<footer>".into(),
        ];
        Template::parse(&text.concat()).unwrap()
    }

    fn values(product: &str, notice: Option<&str>, logo: Option<&str>) -> Values {
        let mut values = Values::default();
        let mut set = |name: &str, text: &str| drop(values.texts.insert(name.into(), text.into()));
        set("product", product);
        set("base", "/ash");
        for (name, condition, text) in [("notice", "has_notice", notice), ("logo", "has_logo", logo)] {
            if let Some(text) = text {
                values.texts.insert(name.into(), text.into());
                values.conditions.insert(condition.into());
            }
        }
        values
    }

    #[test]
    fn a_page_is_filled_and_read_again() {
        let page = template().fill(&values("A & B", Some("<script>\"'"), None)).unwrap();
        assert_eq!(
            page,
            "<title>A &amp; B – Ash</title><a href=\"/ash/\">home</a>\
             <p class=\"notice\">&lt;script&gt;&quot;&#x27;</p><footer>"
        );
        assert_eq!(template().read(&page), Ok(values("A & B", Some("<script>\"'"), None)));
        assert_eq!(template().fill(&Values::default()), Err("product".to_owned()));
    }

    #[test]
    fn what_no_value_gives_is_found_where_it_stands() {
        let page = template().fill(&values("P", Some("N"), Some("/l.svg"))).unwrap();
        let at = |page: &str| template().read(page).unwrap_err().at;
        for (from, to) in [
            ("<title>", "<script>"),
            ("P – Ash</title>", "P – Ash<script></script></title>"),
            ("href=\"/ash/\"", "href=\"/ash/\" onload=\"x\""),
            ("N</p>", "N<b></b></p>"),
            ("alt=\"P\"", "alt=\"Q\""),
            ("alt=\"P\"", "alt=\"P\" onload=\"x\""),
            ("/l.svg", "/l.svg'"),
            ("/l.svg", "&amp"),
            ("/l.svg", "\u{e000}"),
            ("<footer>", "<footer><script></script>"),
            ("<footer>", ""),
        ] {
            let changed = page.replacen(from, to, 1);
            assert!(changed != page && at(&changed) <= changed.len(), "{from} -> {to}");
        }
        assert_eq!(at(&page.replace("home", "Home")), page.find("home").unwrap());
    }

    #[test]
    fn what_cannot_be_read_again_is_no_template() {
        for text in [
            place("a") + &place("b") + "x",
            place("a"),
            part("a") + &place("b") + "x" + &end(),
            part("a") + &end(),
            part("a") + "x",
            end(),
            place("A") + "x",
            place("") + "x",
            format!("{PLACE}a"),
            format!("x{NAMED}"),
            (part("a") + "x").repeat(1_000_000) + &end().repeat(1_000_000),
        ] {
            assert!(Template::parse(&text).is_err(), "{text:.40?}");
        }
    }

    proptest! {
        #[test]
        fn any_values_come_back(
            product in "[^\u{e000}-\u{e003}]{0,20}",
            notice in proptest::option::of("[^\u{e000}-\u{e003}]{0,20}"),
            logo in proptest::option::of("[^\u{e000}-\u{e003}]{0,20}"),
        ) {
            let values = values(&product, notice.as_deref(), logo.as_deref());
            let page = template().fill(&values).unwrap();
            prop_assert_eq!(template().read(&page), Ok(values));
        }

        #[test]
        fn no_page_and_no_template_panics(page in any::<String>(), template_text in "[<>\"a\u{e000}-\u{e003}]{0,30}") {
            let _ = template().read(&page);
            if let Ok(template) = Template::parse(&template_text) {
                let _ = template.read(&page);
            }
        }
    }
}
