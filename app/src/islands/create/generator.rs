//! The password generator.

use super::Island;
use crate::browser::{dom, extras, page};
use crate::flow::create::{Event, Kind, Problem, State};
use crate::ids::{CheckBox, Id, KIND, create as id};

/// The boxes of the generator's alphabets.
const ALPHABETS: [Id<CheckBox>; 4] = [id::LOWER, id::UPPER, id::DIGITS, id::SYMBOLS];

impl Island {
    pub(super) fn wire_generator(&self) {
        id::KINDS.on("change", |_| {
            id::COUNT.set_value(&kind().default_count().to_string());
            show_alphabets();
        });
        id::COUNT.on("keydown", |event| {
            if page::is_enter_key(&event) {
                // It would send the form off.
                event.prevent_default();
                id::INSERT.click();
            }
        });
        let island = self.clone();
        id::INSERT.on_click(move || {
            let Some(count) = kind().count(&id::COUNT.value()) else {
                return island.send(Event::Refused(Problem::Count(kind())));
            };
            let island = island.clone();
            let from = dom::focused();
            let insert = move |text: Option<String>| match text {
                Some(text) if matches!(island.creating.borrow().state, State::Editing(_)) => {
                    let last = island.generated.replace(text);
                    // It may have come late, when the person is typing elsewhere.
                    if dom::focused() == from {
                        id::SECRET.focus();
                    }
                    id::SECRET.insert(&island.generated.borrow(), &last);
                    island.send(Event::Edited);
                }
                Some(_) => {}
                None => island.send(Event::Refused(Problem::Ungenerated)),
            };
            match kind() {
                Kind::Words => extras::call("words", [count.into()], insert),
                Kind::Characters => {
                    let [lower, upper, digits, symbols] = ALPHABETS.map(|alphabet| alphabet.is_checked().into());
                    extras::call("password", [count.into(), lower, upper, digits, symbols], insert);
                }
            }
        });
    }
}

/// What the generator is set to.
fn kind() -> Kind {
    if KIND.chosen().is_some_and(|value| value == "words") { Kind::Words } else { Kind::Characters }
}

/// Words have no alphabets to choose from.
pub(super) fn show_alphabets() {
    id::ALPHABETS.show_if(kind() == Kind::Characters);
}
