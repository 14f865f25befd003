//! The result.

use super::super::parts::copy_button;
use super::Island;
use crate::browser::clock::BrowserClock;
use crate::browser::page;
use crate::flow::create::{Event, Lock, Made, State};
use crate::flow::words::Clock as _;
use crate::text::CreateText;
use leptos::prelude::*;

impl Island {
    pub(super) fn made(self, link_base: &str) -> AnyView {
        let State::Done(made) = self.state.get_untracked() else { return ().into_any() };
        let texts = self.texts;
        let origin = if link_base.contains("://") { String::new() } else { page::origin() };
        let link = [&origin, link_base, "/s#", &made.share].concat();
        let owner = [&origin, link_base, "/m#", &made.owner].concat();
        let lock = (made.lock == Lock::Passphrase)
            .then(|| view! { <p class="also" id="also-passphrase">{texts.get(CreateText::SendPassphrase)}</p> });
        view! {
            <h1 id="title" tabindex="-1">{texts.get(CreateText::DoneTitle)}</h1>
            <label for="link">{texts.get(CreateText::LinkLabel)}</label>
            {link_field("link", link)}
            {copy_button("copy-link", "link", "primary wide", texts.get(CreateText::CopyLink), self.common, || ())}
            <p class="fate" id="fate">{self.fate(&made)}</p>
            {lock}
            <div class="own">
                <h2>{texts.get(CreateText::OwnerTitle)}</h2>
                <p>{texts.get(CreateText::OwnerText)}</p>
                <label for="owner-link" class="visually-hidden">{texts.get(CreateText::OwnerLabel)}</label>
                <div class="joined">
                    {link_field("owner-link", owner.clone())}
                    {copy_button("copy-owner", "owner-link", "", texts.get(CreateText::OwnerCopy), self.common, || ())}
                    <a class="button" id="open-owner" href=owner target="_blank" rel="noopener">
                        {texts.get(CreateText::OwnerOpen)}
                    </a>
                </div>
            </div>
            <button type="button" id="another" class="plain" on:click=move |_| self.send(Event::Again)>
                {texts.get(CreateText::Another)}
            </button>
        }
        .into_any()
    }

    fn fate(self, made: &Made) -> String {
        let time = BrowserClock.moment(made.expires_at);
        match made.views {
            1 => self.texts.fill(CreateText::Fate, &[("time", &time)]),
            n => self.texts.fill(CreateText::FateViews, &[("n", &n.to_string()), ("time", &time)]),
        }
    }
}

/// A link that is selected as soon as it has the focus.
fn link_field(id: &'static str, link: String) -> AnyView {
    view! {
        <input id=id class="code" type="text" readonly value=link on:focus=|event| event_target_input(&event).select() />
    }
    .into_any()
}

fn event_target_input(event: &web_sys::FocusEvent) -> web_sys::HtmlInputElement {
    event_target(event)
}
