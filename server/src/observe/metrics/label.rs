//! Labels with closed lists of values.

use crate::routes::Route;
use ashlink_core::api::ErrorCode;
use ashlink_store::counters::Class;
use prometheus_client::encoding::{EncodeLabelValue, LabelValueEncoder};
use std::fmt;

/// A label's value: one of a list that is known when the program is built.
pub(crate) trait Label: Copy {
    /// The value as it is written.
    fn text(self) -> &'static str;
}

/// A value as the library takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Value<T>(pub(super) T);

impl<T: Label> EncodeLabelValue for Value<T> {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.0.text().encode(encoder)
    }
}

/// Makes a label out of an enum.
macro_rules! labels {
    ($($(#[$doc:meta])* $label:ident: { $($value:ident = $text:literal),+ $(,)? })+) => {
        $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(crate) enum $label { $($value),+ }

        impl $label {
            /// All of its values.
            #[allow(dead_code, reason = "what is made up by clients is not written before it happens")]
            pub(crate) const ALL: &[Self] = &[$(Self::$value),+];
        }

        impl $crate::observe::metrics::label::Label for $label {
            fn text(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }
        )+
    };
}
pub(crate) use labels;

/// The code of an error answer.
impl Label for ErrorCode {
    fn text(self) -> &'static str {
        self.as_str()
    }
}

/// What one client asked for too often, or had too much of.
impl Label for Class {
    fn text(self) -> &'static str {
        self.name()
    }
}

/// The template of a request's route, and a word for what has none.
impl Label for Option<Route> {
    fn text(self) -> &'static str {
        self.map_or("(none)", Route::template)
    }
}
