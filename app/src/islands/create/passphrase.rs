//! The passphrase: generated, and judged as it is typed.

use super::Island;
use crate::browser::extras;
use crate::flow::create::{Event, Kind, Problem, State};
use crate::ids::create as id;
use crate::islands::parts::mask;
use crate::text::CreateText;

impl Island {
    pub(super) fn wire_passphrase(&self) {
        let island = self.clone();
        id::GENERATE.on_click(move || island.generate());
        let island = self.clone();
        id::PASSPHRASE.on("input", move |_| island.judge());
    }

    /// Fills in a passphrase that nobody can guess, of words that can be told by phone.
    fn generate(&self) {
        let island = self.clone();
        extras::call("words", [Kind::Words.default_count().into()], move |words| {
            if !matches!(island.creating.borrow().state, State::Editing(_)) {
                return;
            }
            let Some(words) = words else { return island.send(Event::Refused(Problem::NoWords)) };
            id::PASSPHRASE.set_value(&words);
            mask(island.common, false);
            island.judge();
            island.edited();
        });
    }

    /// Says of a passphrase that it can be guessed. Says nothing where what judges it does not load.
    fn judge(&self) {
        let typed = id::PASSPHRASE.value();
        if typed.trim().is_empty() {
            return id::PASSPHRASE_WEAK.set_text("");
        }
        let texts = self.texts;
        extras::call("weakness", [(&*typed).into()], move |weakness| {
            // Another one may have been typed meanwhile.
            if id::PASSPHRASE.value() == typed {
                let words = weakness.map_or("", |_| texts.get(CreateText::WeakPassphrase));
                id::PASSPHRASE_WEAK.set_text(words);
            }
        });
    }
}
