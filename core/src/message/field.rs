//! The values that messages are made of.

/// One JavaScript value.
#[derive(Clone, PartialEq)]
pub enum Field {
    /// `null`.
    Nothing,
    /// A number: integers of at most 53 bits.
    Number(f64),
    /// A string.
    Text(String),
    /// A `Uint8Array`.
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Texts and bytes may be secrets.
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Number(_) => "Number(…)",
            Self::Text(_) => "Text(…)",
            Self::Bytes(_) => "Bytes(…)",
        })
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for Field {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<u32> for Field {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<u64> for Field {
    fn from(number: u64) -> Self {
        Self::Number(number as f64)
    }
}

impl From<i64> for Field {
    fn from(number: i64) -> Self {
        Self::Number(number as f64)
    }
}

impl<T: Into<Self>> From<Option<T>> for Field {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

/// A field is missing, left over, or of another type than expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Integers that a [`Field::Number`] can be read as.
pub(super) trait Integer: Sized {
    fn from_number(number: f64) -> Option<Self>;
}

macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Integer for $type {
            fn from_number(number: f64) -> Option<Self> {
                // The cast saturates, so a number out of range does not come back equal.
                let cast = number as Self;
                (cast as f64 == number).then_some(cast)
            }
        }
    )*};
}

integer!(u32, u64, i64);

/// Reads fields one after another.
pub(super) struct Reader(std::iter::Peekable<std::vec::IntoIter<Field>>);

impl Reader {
    pub(super) fn new(fields: Vec<Field>) -> Self {
        Self(fields.into_iter().peekable())
    }

    pub(super) fn text(&mut self) -> Result<String, Unreadable> {
        match self.0.next() {
            Some(Field::Text(text)) => Ok(text),
            _ => Err(Unreadable),
        }
    }

    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, Unreadable> {
        match self.0.next() {
            Some(Field::Bytes(bytes)) => Ok(bytes),
            _ => Err(Unreadable),
        }
    }

    pub(super) fn number<T: Integer>(&mut self) -> Result<T, Unreadable> {
        self.optional()?.ok_or(Unreadable)
    }

    pub(super) fn optional<T: Integer>(&mut self) -> Result<Option<T>, Unreadable> {
        match self.0.next() {
            Some(Field::Nothing) => Ok(None),
            Some(Field::Number(number)) => T::from_number(number).map(Some).ok_or(Unreadable),
            _ => Err(Unreadable),
        }
    }

    pub(super) fn more(&mut self) -> bool {
        self.0.peek().is_some()
    }

    pub(super) fn end(&mut self) -> Result<(), Unreadable> {
        if self.more() { Err(Unreadable) } else { Ok(()) }
    }
}
