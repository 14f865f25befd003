//! Reads the API's JSON into the API's own types, by the derives that the server writes with.
//!
//! serde_json would do, at a fifth of the whole worker: its texts for errors that nobody sees
//! here, and numbers with fractions, which the API has none of. This reader takes JSON
//! (RFC 8259) and nothing else; it says no more than that something is not as it should be.
//! What it does with any text is compared with serde_json in the tests.

#[cfg(test)]
#[path = "json/tests.rs"] // the fuzz targets take this file in from elsewhere
mod tests;

use serde::de::{self, DeserializeOwned, DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// How deep values may be nested that nobody reads: fields that a newer server has.
const MAX_DEPTH: u8 = 32;

/// A text is not JSON, or not of the type that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not the JSON that was expected")
    }
}

impl std::error::Error for Unreadable {}

impl de::Error for Unreadable {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads one value, with nothing but white space around it.
///
/// # Errors
/// [`Unreadable`], whatever is wrong.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.next_token().is_none() { Ok(value) } else { Err(Unreadable) }
}

/// A text and how far it was read.
struct Reader<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Reader<'de> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space; it stays unread.
    fn next_token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    /// Reads a punctuation mark if it comes next.
    fn takes(&mut self, mark: u8) -> bool {
        let there = self.next_token() == Some(mark);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, mark: u8) -> Result<(), Unreadable> {
        if self.takes(mark) { Ok(()) } else { Err(Unreadable) }
    }

    /// Reads a word: `true`, `false` or `null`.
    fn word(&mut self, word: &str) -> Result<(), Unreadable> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(word.as_bytes()) {
            return Err(Unreadable);
        }
        self.at += word.len();
        Ok(())
    }

    /// Reads what comes before an item: nothing before the first, a comma before the others.
    /// Says whether there is one more.
    fn item(&mut self, is_first: &mut bool, end: u8) -> Result<bool, Unreadable> {
        let is_first = std::mem::replace(is_first, false);
        if self.takes(end) {
            return Ok(false);
        }
        if !is_first {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// Reads a string; borrowed where nothing in it is escaped.
    fn string(&mut self) -> Result<Cow<'de, str>, Unreadable> {
        self.expect(b'"')?;
        let mut whole = String::new();
        loop {
            let part = self.plain()?;
            let mark = self.peek();
            self.at += 1;
            match mark {
                Some(b'"') if whole.is_empty() => return Ok(Cow::Borrowed(part)),
                Some(b'"') => {
                    whole.push_str(part);
                    return Ok(Cow::Owned(whole));
                }
                _ => {
                    whole.push_str(part);
                    whole.push(self.escaped()?);
                }
            }
        }
    }

    /// Reads what stands before the next quotation mark or backslash.
    fn plain(&mut self) -> Result<&'de str, Unreadable> {
        let start = self.at;
        let rest = self.text.as_bytes().get(start..).unwrap_or_default();
        let len = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' ')).ok_or(Unreadable)?;
        self.at += len;
        match self.peek() {
            Some(b'"' | b'\\') => self.text.get(start..self.at).ok_or(Unreadable),
            _ => Err(Unreadable),
        }
    }

    /// Reads what follows a backslash.
    fn escaped(&mut self) -> Result<char, Unreadable> {
        let letter = self.peek().ok_or(Unreadable)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => letter.into(),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return Err(Unreadable),
        })
    }

    /// Reads the digits of `\uXXXX`, or of the two that stand for a character beyond 16 bits.
    fn unicode(&mut self) -> Result<char, Unreadable> {
        let mut code = self.hex()?;
        if let 0xD800..0xDC00 = code {
            self.word("\\u")?;
            let low = self.hex()?;
            if !(0xDC00..0xE000).contains(&low) {
                return Err(Unreadable);
            }
            code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        char::from_u32(code).ok_or(Unreadable)
    }

    fn hex(&mut self) -> Result<u32, Unreadable> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16)).ok_or(Unreadable)?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    /// Reads a whole number that is not negative: the only kind that the API has.
    fn number(&mut self) -> Result<u64, Unreadable> {
        self.next_token();
        let start = self.at;
        let mut number = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            number =
                number.checked_mul(10).and_then(|tens| tens.checked_add(u64::from(digit - b'0'))).ok_or(Unreadable)?;
            self.at += 1;
        }
        let has_leading_zero = self.at - start > 1 && self.text.as_bytes().get(start) == Some(&b'0');
        let goes_on = matches!(self.peek(), Some(b'.' | b'e' | b'E'));
        if self.at == start || has_leading_zero || goes_on { Err(Unreadable) } else { Ok(number) }
    }

    /// Reads a value that nobody asked for.
    fn skip(&mut self, depth: u8) -> Result<(), Unreadable> {
        let depth = depth.checked_sub(1).ok_or(Unreadable)?;
        match self.next_token().ok_or(Unreadable)? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.skip_items(b'}', depth),
            b'[' => self.skip_items(b']', depth),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.skip_number(),
        }
    }

    fn skip_items(&mut self, end: u8, depth: u8) -> Result<(), Unreadable> {
        self.at += 1;
        let mut is_first = true;
        while self.item(&mut is_first, end)? {
            if end == b'}' {
                self.string()?;
                self.expect(b':')?;
            }
            self.skip(depth)?;
        }
        Ok(())
    }

    /// Reads a number of any kind.
    fn skip_number(&mut self) -> Result<(), Unreadable> {
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > start { Ok(()) } else { Err(Unreadable) }
    }
}

/// What the API's types ask for: structs, lists, strings, whole numbers, truths and names from a
/// set.
impl<'de> de::Deserializer<'de> for &mut Reader<'de> {
    type Error = Unreadable;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.expect(b'{')?;
        visitor.visit_map(Items { reader: self, is_first: true })
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.expect(b'[')?;
        visitor.visit_seq(Items { reader: self, is_first: true })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.next_token() != Some(b'n') {
            return visitor.visit_some(self);
        }
        self.word("null")?;
        visitor.visit_none()
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        match self.string()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let value = self.next_token() == Some(b't');
        self.word(if value { "true" } else { "false" })?;
        visitor.visit_bool(value)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_u64(self.number()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self.string()?.as_ref().into_deserializer())
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.skip(MAX_DEPTH)?;
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit unit_struct
        newtype_struct tuple tuple_struct map
    }
}

/// The members of an object, or the items of a list.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    is_first: bool,
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unreadable> {
        if self.reader.item(&mut self.is_first, b'}')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unreadable> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unreadable> {
        if self.reader.item(&mut self.is_first, b']')? {
            seed.deserialize(&mut *self.reader).map(Some)
        } else {
            Ok(None)
        }
    }
}
