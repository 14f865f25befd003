//! Labels with closed lists of values.

use crate::limit::Class;
use crate::routes::Route;
use ashlink_core::api::ErrorCode;

/// A label: its values are known when the program is built.
pub(crate) trait Label: Copy + 'static {
    /// What it is called.
    const NAME: &'static str;
    /// Its values as they are written, in the order of [`Label::place`].
    const VALUES: &'static [&'static str];

    /// Where this value stands among them.
    fn place(self) -> usize;

    /// This value as it is written.
    fn text(self) -> &'static str {
        Self::VALUES[self.place()]
    }
}

/// Makes a label out of an enum.
macro_rules! labels {
    ($($(#[$doc:meta])* $label:ident, $name:literal: { $($value:ident = $text:literal),+ $(,)? })+) => {
        $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $label { $($value),+ }

        impl $crate::metrics::label::Label for $label {
            const NAME: &'static str = $name;
            const VALUES: &'static [&'static str] = &[$($text),+];

            fn place(self) -> usize {
                self as usize
            }
        }
        )+
    };
}
pub(crate) use labels;

const CODES: [&str; ErrorCode::ALL.len()] = {
    let mut texts = [""; ErrorCode::ALL.len()];
    let mut place = 0;
    while place < texts.len() {
        texts[place] = ErrorCode::ALL[place].as_str();
        place += 1;
    }
    texts
};

/// The code of an error answer.
impl Label for ErrorCode {
    const NAME: &'static str = "code";
    const VALUES: &'static [&'static str] = &CODES;

    fn place(self) -> usize {
        self as usize
    }
}

const TEMPLATES: [&str; Route::ALL.len() + 1] = {
    let mut texts = ["(none)"; Route::ALL.len() + 1];
    let mut place = 0;
    while place < Route::ALL.len() {
        texts[place] = Route::ALL[place].template();
        place += 1;
    }
    texts
};

/// The template of a request's route, and a word for what has none.
impl Label for Option<Route> {
    const NAME: &'static str = "route";
    const VALUES: &'static [&'static str] = &TEMPLATES;

    fn place(self) -> usize {
        self.map_or(Route::ALL.len(), |route| route as usize)
    }
}

/// What one client asked for too often, or had too much of.
impl Label for Class {
    const NAME: &'static str = "class";
    const VALUES: &'static [&'static str] =
        &[Self::Create.name(), Self::Look.name(), Self::Open.name(), Self::Bytes.name()];

    fn place(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_texts() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::VALUES[code.place()], code.as_str());
        }
        for route in Route::ALL {
            assert_eq!(Some(*route).text(), route.template());
        }
        assert_eq!(None::<Route>.text(), "(none)");
        for class in [Class::Create, Class::Look, Class::Open, Class::Bytes] {
            assert_eq!(Class::VALUES[class.place()], class.name());
        }
    }
}
