//! The markup of `/about`: what happens to a secret, in plain words, and what is beyond Ashlink.

use super::operator::{Operator, Text};
use crate::text::{AboutText, Language, PageText, fill};
use leptos::prelude::*;

/// A page without an island.
pub(super) fn about(language: &'static Language, operator: &Operator) -> impl IntoView + use<> {
    let text = language.about;
    let list = |keys: &[AboutText]| keys.iter().map(|key| view! { <li>{text(*key)}</li> }).collect::<Vec<_>>();
    view! {
        <article class="card stack prose">
            <h1>{fill(text(AboutText::Title), &[("product", &operator.text(Text::Product))])}</h1>
            <p>{text(AboutText::Lead)}</p>
            <h2>{text(AboutText::StepsTitle)}</h2>
            <ol>
                {list(
                    &[
                        AboutText::StepEncrypt,
                        AboutText::StepKey,
                        AboutText::StepLook,
                        AboutText::StepAsh,
                        AboutText::StepReceipt,
                    ],
                )}
            </ol>
            <h2>{text(AboutText::PassphraseTitle)}</h2>
            <p>{text(AboutText::Passphrase)}</p>
            <h2>{text(AboutText::CannotTitle)}</h2>
            <ul>
                {list(
                    &[
                        AboutText::CannotReader,
                        AboutText::CannotRobot,
                        AboutText::CannotWeak,
                        AboutText::CannotServer,
                        AboutText::CannotForget,
                        AboutText::CannotUnsee,
                    ],
                )}
            </ul>
            <h2>{text(AboutText::CryptoTitle)}</h2>
            <p>{text(AboutText::Crypto)}</p>
            <p class="help">
                {fill(text(AboutText::Version), &[("version", env!("CARGO_PKG_VERSION"))])} " "
                {fill(text(AboutText::Longest), &[("time", &operator.text(Text::Longest))])}
            </p>
            <p>
                <a href=format!("{}/docs/api", operator.text(Text::Base))>{text(AboutText::Reference)}</a>
            </p>
            <a class="button" href=operator.home()>{(language.page)(PageText::NewSecret)}</a>
        </article>
    }
}
