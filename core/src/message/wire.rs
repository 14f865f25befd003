//! How messages become bytes and are read again: both from one list of fields, so that they cannot
//! differ, and both exhaustive, so that the compiler names a field or variant that is not listed.

use super::UnknownMessage;
use crate::api::{MaxViews, Timestamp};

/// Where a message goes, a piece at a time.
pub(super) type Out<'a> = &'a mut dyn FnMut(&[u8]);

/// A value in a message. Numbers are little-endian in their own width, lengths are 32 bits, a variant
/// is the byte of its place in the list: page and worker are of one build.
pub(super) trait Wire: Sized {
    fn write(&self, out: Out<'_>);

    /// Takes it from the front.
    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage>;
}

/// Implements [`Wire`] for a struct of these fields, or an enum of these variants.
macro_rules! wire {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::message::wire::Wire for $name {
            fn write(&self, out: $crate::message::wire::Out<'_>) {
                let Self { $($field),* } = self;
                $($crate::message::wire::Wire::write($field, out);)*
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, $crate::message::UnknownMessage> {
                Ok(Self { $($field: $crate::message::wire::Wire::read(bytes)?),* })
            }
        }
    };
    (enum $name:ident { $($variant:ident $(($value:ident))? $({ $($field:ident),* })?),* $(,)? }) => {
        const _: () = {
            enum Tag { $($variant),* }

            impl $crate::message::wire::Wire for $name {
                fn write(&self, out: $crate::message::wire::Out<'_>) {
                    match self {
                        $(Self::$variant $(($value))? $({ $($field),* })? => {
                            out(&[Tag::$variant as u8]);
                            $($crate::message::wire::Wire::write($value, out);)?
                            $($($crate::message::wire::Wire::write($field, out);)*)?
                        })*
                    }
                }

                fn read(bytes: &mut &[u8]) -> Result<Self, $crate::message::UnknownMessage> {
                    let tag = $crate::message::wire::byte(bytes)?;
                    $(if tag == Tag::$variant as u8 {
                        $(let $value = $crate::message::wire::Wire::read(bytes)?;)?
                        $($(let $field = $crate::message::wire::Wire::read(bytes)?;)*)?
                        return Ok(Self::$variant $(($value))? $({ $($field),* })?);
                    })*
                    Err($crate::message::UnknownMessage)
                }
            }
        };
    };
}

pub(super) use wire;

pub(super) fn byte(bytes: &mut &[u8]) -> Result<u8, UnknownMessage> {
    let (first, rest) = bytes.split_first().ok_or(UnknownMessage)?;
    *bytes = rest;
    Ok(*first)
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Result<&'a [u8], UnknownMessage> {
    let (taken, rest) = bytes.split_at_checked(len).ok_or(UnknownMessage)?;
    *bytes = rest;
    Ok(taken)
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Wire for $type {
            fn write(&self, out: Out<'_>) {
                out(&self.to_le_bytes());
            }

            fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
                let (taken, rest) = bytes.split_first_chunk().ok_or(UnknownMessage)?;
                *bytes = rest;
                Ok(Self::from_le_bytes(*taken))
            }
        }
    )*};
}

integers!(u32, u64, i64);

impl Wire for bool {
    fn write(&self, out: Out<'_>) {
        out(&[(*self).into()]);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        match byte(bytes)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(UnknownMessage),
        }
    }
}

fn write_len(len: usize, out: Out<'_>) {
    u32::try_from(len).expect("what a browser holds has less than 4 GiB").write(out);
}

// Beside `Vec<T>`, because one byte alone is no `Wire`.
impl Wire for Vec<u8> {
    fn write(&self, out: Out<'_>) {
        write_len(self.len(), out);
        out(self);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        let len = u32::read(bytes)?;
        Ok(take(bytes, len as usize)?.to_vec())
    }
}

impl Wire for String {
    fn write(&self, out: Out<'_>) {
        write_len(self.len(), out);
        out(self.as_bytes());
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        Self::from_utf8(Vec::read(bytes)?).map_err(|_| UnknownMessage)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn write(&self, out: Out<'_>) {
        self.is_some().write(out);
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        bool::read(bytes)?.then(|| T::read(bytes)).transpose()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn write(&self, out: Out<'_>) {
        write_len(self.len(), out);
        self.iter().for_each(|value| value.write(out));
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        let len = u32::read(bytes)?;
        // Not with the room for so many: there may be fewer.
        let mut values = Self::new();
        for _ in 0..len {
            values.push(T::read(bytes)?);
        }
        Ok(values)
    }
}

impl Wire for Timestamp {
    fn write(&self, out: Out<'_>) {
        self.unix_secs().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        i64::read(bytes).map(Self::from_unix_secs)
    }
}

impl Wire for MaxViews {
    fn write(&self, out: Out<'_>) {
        self.get().write(out);
    }

    fn read(bytes: &mut &[u8]) -> Result<Self, UnknownMessage> {
        Self::new(u32::read(bytes)?.into()).map_err(|_| UnknownMessage)
    }
}
