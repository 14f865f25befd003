//! The markup of `/about`: what happens to a secret, in plain words, and what is beyond Ashlink.

use crate::flow::words::duration;
use crate::text::{AboutText, Language, PageText, fill};
use ashlink_core::api::Config;
use leptos::prelude::*;

/// A page without an island.
pub(super) fn about(language: &'static Language, base: &str, config: &Config) -> impl IntoView + use<> {
    let text = language.about;
    let list = |keys: &[AboutText]| keys.iter().map(|key| view! { <li>{text(*key)}</li> }).collect::<Vec<_>>();
    let longest = duration(config.max_ttl.as_secs(), language.common);
    view! {
        <article class="card stack prose">
            <h1>{fill(text(AboutText::Title), &[("product", &config.product_name)])}</h1>
            <p>{text(AboutText::Lead)}</p>
            <h2>{text(AboutText::StepsTitle)}</h2>
            <ol>
                {list(
                    &[
                        AboutText::StepEncrypt,
                        AboutText::StepKey,
                        AboutText::StepLook,
                        AboutText::StepAsh,
                        AboutText::StepOwner,
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
                {fill(text(AboutText::Version), &[("version", &config.version)])} " "
                {fill(text(AboutText::Longest), &[("time", &longest)])}
            </p>
            <p>
                <a href=format!("{base}/docs/api")>{text(AboutText::Reference)}</a>
            </p>
            <a class="button" href=format!("{base}/")>{(language.page)(PageText::NewSecret)}</a>
        </article>
    }
}
