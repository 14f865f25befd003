//! The ids of the pages' elements: what markup, islands and browser tests agree on.
//!
//! A module for each set of pages, so that an island that names an id of another page does not
//! compile. `tests.rs` renders every page and holds the markup to this list: each id is there
//! exactly once, on an element of its kind, and no other id is. The browser tests find the list in
//! `end2end/lib/ids.json`, people in `README.md`; both are written by that test.

#[cfg(feature = "ssr")]
#[cfg(test)]
mod tests;

use std::marker::PhantomData;

/// The id of an element of a kind. What can be done with it is in [`crate::browser::dom`].
pub struct Id<K = Any>(&'static str, PhantomData<K>);

impl<K> Id<K> {
    const fn new(id: &'static str) -> Self {
        Self(id, PhantomData)
    }

    /// As it stands in the markup.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The same element, of which only what all elements have is used.
    #[must_use]
    pub const fn any(self) -> Id {
        Id::new(self.0)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

#[cfg(any(feature = "ssr", feature = "csr"))]
impl<K> leptos::attr::IntoAttributeValue for Id<K> {
    type Output = &'static str;

    fn into_attribute_value(self) -> Self::Output {
        self.0
    }
}

/// What `aria-describedby` takes: several ids, the first of which is read out first.
#[must_use]
pub fn list<const N: usize>(ids: [Id; N]) -> String {
    ids.map(Id::as_str).join(" ")
}

/// A kind of elements: the tags that have what the kind's methods need.
pub trait Kind {
    /// Empty for all tags.
    const TAGS: &'static [&'static str];
}

/// Declares the kinds.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident $tags:tt)*) => {$(
        $(#[$about])*
        pub enum $kind {}

        impl Kind for $kind {
            const TAGS: &'static [&'static str] = &$tags;
        }
    )*};
}

kinds! {
    /// An element of which only what all elements have is used.
    Any []
    /// Can be disabled and clicked.
    Button ["button"]
    /// Has a value that is typed, chosen or filled in.
    Field ["input", "select", "textarea"]
    /// Is ticked or not.
    CheckBox ["input"]
    /// Takes files that are chosen from the device.
    FileField ["input"]
    /// Is sent off and reset as a whole.
    Form ["form"]
    /// Shows a share of one.
    Progress ["progress"]
    /// Holds the markup of a row.
    Template ["template"]
}

/// The name that the radio buttons of a group share.
#[derive(Clone, Copy)]
pub struct Group(&'static str);

impl Group {
    /// As it stands in the markup.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// What is to be sent: `text` or `files`.
pub const CONTENT: Group = Group("content");
/// What a password is made of: `characters` or `words`.
pub const KIND: Group = Group("kind");
/// How long a secret is kept: a number of seconds, or `custom`.
pub const LIFETIME: Group = Group("lifetime");

/// An element within a row, as a CSS selector that finds one in each row.
#[derive(Clone, Copy)]
pub struct Part(&'static str);

impl Part {
    /// The CSS selector by which it is found within its row.
    #[must_use]
    pub const fn selector(self) -> &'static str {
        self.0
    }
}

/// The parts of a row that stands for a file.
pub mod file_row {
    use super::Part;

    /// The file's name.
    pub const NAME: Part = Part(".name");
    /// Its size, in words.
    pub const SIZE: Part = Part(".size");
    /// Removes or saves it.
    pub const BUTTON: Part = Part("button");

    #[cfg(test)]
    pub(super) const ALL: [Part; 3] = [NAME, SIZE, BUTTON];
}

/// The parts of a row that stands for a field of a login.
pub mod field_row {
    use super::Part;

    /// What it is called.
    pub const LABEL: Part = Part(".label");
    /// The value, or what stands for a hidden one.
    pub const VALUE: Part = Part(".value");
    /// Shows and hides the value.
    pub const SHOW: Part = Part(".show");
    /// Copies the value.
    pub const COPY: Part = Part(".copy");
    /// What came of copying.
    pub const NOTE: Part = Part(".note");

    #[cfg(test)]
    pub(super) const ALL: [Part; 5] = [LABEL, VALUE, SHOW, COPY, NOTE];
}

/// The part of a row that stands for a text.
pub mod text_row {
    use super::Part;

    /// The text, which is the whole row.
    pub const TEXT: Part = Part("pre");

    #[cfg(test)]
    pub(super) const ALL: [Part; 1] = [TEXT];
}

/// An id with what the tests and the documents need to know of it.
#[cfg(test)]
#[derive(Clone, Copy)]
struct Entry {
    id: &'static str,
    tags: &'static [&'static str],
    note: &'static str,
}

/// Declares a module of ids: `NAME: Kind = "id"`, and what nobody would guess from the name.
macro_rules! ids {
    (
        $(#[$about:meta])* $module:ident $(: $($shared:ident),+)? {
            $($name:ident: $kind:ident = $id:literal $(, $note:literal)?;)*
        }
    ) => {
        $(#[$about])*
        #[expect(missing_docs, reason = "what an element is stands in the markup")]
        pub mod $module {
            use super::*;
            $($(pub use super::$shared::*;)+)?

            $(pub const $name: Id<$kind> = Id::new($id);)*

            #[cfg(test)]
            pub(super) const ENTRIES: &[Entry] =
                &[$(Entry { id: $id, tags: <$kind as Kind>::TAGS, note: concat!($($note)?) }),*];
        }
    };
}

ids! {
    /// Every page that has an island.
    any_page {
        STATE: Any = "state", "`data-state` names where the page stands";
        PROBLEM: Any = "problem", "what is wrong now";
        BOOT: Any = "boot", "the first script";
        NO_WASM: Any = "no-wasm", "hidden until true";
        LOAD_FAILED: Any = "load-failed", "hidden until true";
        INSECURE: Any = "insecure", "hidden until true";
        SLOW: Any = "slow", "seen after some seconds without an island";
    }
}

ids! {
    /// `/` and `/s`: where a secret is typed or shown.
    create_or_open {
        PASSPHRASE: Field = "passphrase";
        SHOW_PASSPHRASE: Button = "show-passphrase";
        PROGRESS: Progress = "progress", "shown when a transfer takes longer than half a second";
        SHARE_DONE: Any = "share-done", "how much of it is done, in words; shown with `progress`";
        FATE: Any = "fate";
        FILE_ROW: Template = "file-row", "each row is a `.file` with `.name`, `.size` and a button, on `/s` `.save`";
    }
}

ids! {
    /// `/s` and `/m`: where a link leads.
    open_or_receipt {
        REWRITTEN: Any = "rewritten", "hidden unless the key came in the path";
        NOTICE: Any = "notice";
        TITLE: Any = "title";
        LINES: Any = "lines";
        NOTICE_BUTTON: Button = "notice-button";
        NOTICE_NEW: Any = "notice-new";
        PASTE_FORM: Form = "paste-form";
        PASTE: Field = "paste";
        PASTE_BUTTON: Button = "paste-button";
    }
}

ids! {
    /// `/` and `/m`: what became of a secret, and destroying it as its sender.
    create_or_receipt {
        KNOWN_TITLE: Any = "known-title";
        KNOWN_LINE: Any = "known-line";
        GUESSING: Any = "guessing";
        DESTROY: Button = "receipt-destroy";
        CONFIRM: Any = "confirm";
        DESTROY_QUESTION: Any = "destroy-question";
        DESTROY_CONFIRM: Button = "destroy-confirm";
        DESTROY_KEEP: Button = "destroy-keep";
    }
}

ids! {
    /// `/`: the form, and what came of it.
    create: any_page, create_or_open, create_or_receipt {
        INTRO: Any = "intro";
        OPERATOR: Any = "operator", "the operator's notice, if there is one";
        FORM: Any = "form";
        CREATE_FORM: Form = "create-form";
        FIELDS: Any = "fields", "all that is sent";
        CONTENT_CHOICES: Any = "content", "`input[name=content][value=…]`, `text` or `files`";
        SECRET_LABEL: Any = "secret-label";
        SECRET: Field = "secret";
        FILES_PANEL: Any = "files-panel", "shown where files are to be sent";
        FILES: Any = "files";
        ATTACH: Button = "attach";
        ATTACH_HELP: Any = "attach-help";
        ATTACH_FIELD: FileField = "attach-field";
        TEXT_TOOLS: Any = "text-tools", "shown where a text is to be sent";
        GENERATOR: Any = "generator", "its details";
        KINDS: Any = "kinds", "`input[name=kind][value=…]`";
        ALPHABETS: Any = "alphabets";
        LOWER: CheckBox = "lower";
        UPPER: CheckBox = "upper";
        DIGITS: CheckBox = "digits";
        SYMBOLS: CheckBox = "symbols";
        COUNT: Field = "count";
        INSERT: Button = "insert";
        SETTINGS: Any = "settings", "its details: expiry, views, passphrase and attempts";
        SETTINGS_LINE: Any = "settings-line", "all of them in one line";
        CHOICES: Any = "choices", "`input[name=lifetime][value=…]`, seconds or `custom`";
        CUSTOM: Any = "custom";
        CUSTOM_NUMBER: Field = "custom-number";
        CUSTOM_UNIT: Field = "custom-unit";
        VIEWS: Field = "views";
        PASSPHRASE_HELP: Any = "passphrase-help";
        PASSPHRASE_WEAK: Any = "passphrase-weak", "said of one that can be guessed";
        GENERATE: Button = "generate";
        FRAGILE: CheckBox = "fragile";
        ATTEMPT_LIMIT: Field = "attempt-limit";
        ATTEMPT_LIMIT_HELP: Any = "attempt-limit-help";
        TOKEN_BOX: Any = "token-box", "shown where the server wants a token";
        TOKEN: Field = "token";
        TOKEN_HELP: Any = "token-help";
        CREATE: Button = "create";
        CANCEL: Button = "cancel", "shown with `progress`";
        DONE: Any = "done";
        DONE_TITLE: Any = "done-title";
        HAND_ON: Any = "hand-on", "everything to be sent to the recipient; hidden once the secret has ended";
        LINK: Field = "link";
        COPY_LINK: Button = "copy-link";
        COPY_LINK_NOTE: Any = "copy-link-note", "what came of copying, as in all `…-note`";
        SHARE: Button = "share";
        ALSO: Any = "also";
        SENT_PASSPHRASE: Field = "sent-passphrase";
        COPY_SENT_PASSPHRASE: Button = "copy-sent-passphrase";
        COPY_SENT_PASSPHRASE_NOTE: Any = "copy-sent-passphrase-note";
        MESSAGE_BOX: Any = "message-box", "its details";
        MESSAGE: Field = "message";
        COPY_MESSAGE: Button = "copy-message";
        COPY_MESSAGE_NOTE: Any = "copy-message-note";
        QR_BOX: Any = "qr-box", "its details";
        QR: Any = "qr";
        QR_PATH: Any = "qr-path";
        QR_NOTE: Any = "qr-note";
        RECEIPT_LINK: Field = "receipt-link";
        COPY_RECEIPT_LINK: Button = "copy-receipt-link";
        COPY_RECEIPT_LINK_NOTE: Any = "copy-receipt-link-note";
        OPEN_RECEIPT_LINK: Any = "open-receipt-link";
        TROUBLE: Any = "trouble", "what is wrong with the status or with destroying";
        ANOTHER: Button = "another";
    }
}

ids! {
    /// `/s`: what waits, and what was inside.
    open: any_page, create_or_open, open_or_receipt {
        REWRITTEN_MESSAGE: Any = "rewritten-message";
        COPY_WARNING: Button = "copy-warning";
        COPY_WARNING_NOTE: Any = "copy-warning-note";
        REPLY_BOX: Any = "reply-box";
        REPLY: Any = "reply", "what can be sent to the sender";
        COPY_REPLY: Button = "copy-reply";
        COPY_REPLY_NOTE: Any = "copy-reply-note";
        SEALED: Any = "sealed";
        SEALED_TITLE: Any = "sealed-title";
        SEALED_LINES: Any = "sealed-lines";
        REVEAL_FORM: Form = "reveal-form";
        ASK: Any = "ask";
        ASK_HELP: Any = "ask-help";
        REVEAL: Button = "reveal";
        DESTROY: Any = "destroy", "its details";
        DESTROY_NOW: Button = "destroy-now";
        SHOWN: Any = "shown";
        SHOWN_TITLE: Any = "shown-title";
        ITEMS: Any = "items";
        TEXT_ROW: Template = "text-row";
        LOGIN: Any = "login", "a row for each field";
        FIELD_ROW: Template = "field-row", "each row is an `.entry` with `.label`, `.value`, `.show`, `.copy` and `.note`";
        COPY_ROW: Any = "copy-row";
        COPY_SECRET: Button = "copy-secret";
        COPY_SECRET_NOTE: Any = "copy-secret-note";
        SAVE_TEXT: Button = "save-text";
        HIDE: Button = "hide", "hides the texts, and shows them again";
        WRAP_BOX: Any = "wrap-box", "shown where a text has long lines";
        WRAP: CheckBox = "wrap";
        ATTACHED: Any = "attached";
        SAVE_ALL_BOX: Any = "save-all-box";
        SAVE_ALL: Button = "save-all";
        DESTROY_LEFT: Any = "destroy-left", "its details";
        DESTROY_LEFT_NOW: Button = "destroy-left-now";
    }
}

ids! {
    /// `/s`, once a text is shown: made by the island.
    shown {
        SECRET_TEXT: Any = "secret-text", "the first text";
    }
}

ids! {
    /// `/m`: a secret's status.
    receipt: any_page, open_or_receipt, create_or_receipt {
        KNOWN: Any = "known";
        CREATED: Any = "created";
        FACT_CREATED: Any = "fact-created", "the row of `created`, as all `fact-…`; hidden where it has no value";
        EXPIRES: Any = "expires";
        FACT_EXPIRES: Any = "fact-expires";
        LAPSED: Any = "lapsed";
        FACT_LAPSED: Any = "fact-lapsed";
        OPENED: Any = "opened";
        FACT_OPENED: Any = "fact-opened";
        ENDED: Any = "ended";
        FACT_ENDED: Any = "fact-ended";
        VIEWS: Any = "views";
        FACT_VIEWS: Any = "fact-views";
        ATTEMPTS: Any = "attempts";
        FACT_ATTEMPTS: Any = "fact-attempts";
        NOTIFY_BOX: Any = "notify-box";
        NOTIFY: Button = "notify";
        NOTIFY_NOTE: Any = "notify-note";
        KNOWN_NEW: Any = "known-new", "shown once the secret has ended";
    }
}

ids! {
    /// `/docs/api`: anchors; each operation has its name besides.
    reference {
        CONTENTS: Any = "contents";
        ERRORS: Any = "errors";
    }
}
