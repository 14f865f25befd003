//! The password generator.

use super::Island;
use crate::browser::{dom, extras, page};
use crate::flow::create::{Event, Kind, Problem, State};

/// The boxes of the generator's alphabets.
const ALPHABETS: [&str; 4] = ["lower", "upper", "digits", "symbols"];

impl Island {
    pub(super) fn wire_generator(&self) {
        dom::on("kinds", "change", |_| {
            dom::set_value("count", &kind().default_count().to_string());
            show_alphabets();
        });
        dom::on("count", "keydown", |event| {
            if page::is_enter_key(&event) {
                // It would send the form off.
                event.prevent_default();
                dom::click("insert");
            }
        });
        let island = self.clone();
        dom::on_click("insert", move || {
            let count = match kind().count(&dom::value("count")) {
                Ok(count) => count,
                Err(problem) => return island.send(Event::Refused(problem)),
            };
            let island = island.clone();
            let from = dom::focused();
            let insert = move |text: Option<String>| match text {
                Some(text) if matches!(island.creating.borrow().state, State::Editing(_)) => {
                    let last = island.generated.replace(text);
                    dom::insert("secret", &island.generated.borrow(), &last);
                    island.send(Event::Edited);
                    // It may have come late, when the person is typing elsewhere.
                    if dom::focused() == from {
                        dom::focus("secret");
                    }
                }
                Some(_) => {}
                None => island.send(Event::Refused(Problem::Ungenerated)),
            };
            match kind() {
                Kind::Words => extras::call("words", [count.into()], insert),
                Kind::Characters => {
                    let [lower, upper, digits, symbols] = ALPHABETS.map(|id| dom::is_checked(id).into());
                    extras::call("password", [count.into(), lower, upper, digits, symbols], insert);
                }
            }
        });
    }
}

/// What the generator is set to.
fn kind() -> Kind {
    if dom::chosen("kind").is_some_and(|value| value == "words") { Kind::Words } else { Kind::Characters }
}

/// Words have no alphabets to choose from.
pub(super) fn show_alphabets() {
    dom::show_if("alphabets", kind() == Kind::Characters);
}
