//! English.

mod about;
mod reference;

pub(super) use about::about;
pub(super) use reference::reference;

use super::{CommonText, CreateText, OpenText, PageText, ReceiptText};

pub(super) const fn page(key: PageText) -> &'static str {
    match key {
        PageText::Description => "Send a secret as a link that works once. It is encrypted in your browser.",
        PageText::Home => "{product}: send a new secret",
        PageText::Footer => "Encrypted in your browser. The server never sees the key.",
        PageText::AboutLink => "How it works",
        PageText::Imprint => "Imprint",
        PageText::Privacy => "Privacy",
        PageText::NoScript => {
            "This page encrypts and decrypts in your browser, and that needs JavaScript. \
             Turn it on and reload it. Nothing has been opened."
        }
        PageText::NoWasm => {
            "This browser has WebAssembly or web workers turned off, and this page needs both to encrypt and \
             decrypt. Try another browser. Nothing has been opened."
        }
        PageText::LoadFailed => {
            "This page could not load completely. If you have typed something, copy it; then reload the \
             page. Nothing has been opened."
        }
        PageText::Slow => {
            "Still loading: the connection is slow. You can type meanwhile. If nothing changes within a minute, copy \
             what you have typed and reload the page."
        }
        PageText::SlowLink => {
            "Still loading: the connection is slow, and a reload would start again. Nothing has been opened. If \
             nothing changes within a minute, reload the page."
        }
        PageText::Insecure => {
            "This page came over plain http: whoever controls the network may have changed it. \
             Use the https address if there is one."
        }
        PageText::Loading => "Loading…",
        PageText::Progress => "Progress",
        PageText::ShareDone => "{share} %",
        PageText::ShareDoneSeconds => "{share} % · about {time} s left",
        PageText::ShareDoneMinutes => "{share} % · about {time} min left",
        PageText::NewSecret => "Send a new secret",
        PageText::Rewritten => {
            "A mail filter or an app changed this link on its way, so its key went through this server. Warn the \
             sender:"
        }
        PageText::RewrittenReceipt => {
            "A mail filter or an app changed this link on its way, so its key went through this server."
        }
        PageText::RewrittenMessage => {
            "A mail filter or an app on my side changes your links, so the server sees their keys. Please send me \
             secrets some other way, or with a passphrase."
        }
        PageText::CopyWarning => "Copy a warning to the sender",
        PageText::PasteLabel => "Paste the whole link here",
        PageText::PasteButton => "Use this link",
        PageText::NotFoundTitle => "There is nothing here",
        PageText::NotFoundText => "This address leads nowhere. If someone sent it to you, ask them for the whole link.",
        PageText::NotFoundPaste => "Paste the whole link",
        PageText::TabCreate => "Create a secret",
        PageText::TabOpen => "Open a secret",
        PageText::TabReceipt => "Receipt",
        PageText::TabReference => "API",
        PageText::CopyReply => "Copy a reply to the sender",
        PageText::CreateTitle => "Send a secret that can be read once",
        PageText::CreateLead => "Type it and send the link. After the last view nothing of it is left.",
        PageText::Content => "What to send",
        PageText::ContentText => "Text",
        PageText::ContentFiles => "Files",
        PageText::Expires => "Expires in",
        PageText::Custom => "Other",
        PageText::CustomNumber => "How long",
        PageText::CustomUnit => "Unit",
        PageText::Attach => "Choose files",
        PageText::AttachHelp => "Or drop them anywhere on this page. Up to about {size} in all.",
        PageText::Attached => "Attached files",
        PageText::Generator => "Make a password",
        PageText::GeneratorKind => "Type",
        PageText::Characters => "Characters",
        PageText::Words => "Words",
        PageText::Count => "Length",
        PageText::Alphabets => "Include",
        PageText::Lower => "a–z",
        PageText::Upper => "A–Z",
        PageText::Digits => "2–9",
        PageText::Symbols => "#%?!",
        PageText::Insert => "Insert password",
        PageText::UnitMinutes => "minutes",
        PageText::UnitHours => "hours",
        PageText::UnitDays => "days",
        PageText::Views => "Views",
        PageText::Change => "Change",
        PageText::PassphraseWanted => "Passphrase (required)",
        PageText::Passphrase => "Passphrase",
        PageText::PassphraseHelp => {
            "The link only opens with this passphrase. Send it another way, for example by phone."
        }
        PageText::AttemptLimit => "Destroy after",
        PageText::AttemptLimitNumber => "Failed attempts",
        PageText::AttemptLimitUnit => "failed attempts",
        PageText::AttemptLimitHelp => {
            "Attempts are limited anyway. With this, anyone who has the link can destroy the secret by guessing."
        }
        PageText::Generate => "Generate",
        PageText::CopyPassphrase => "Copy passphrase",
        PageText::Token => "Your token",
        PageText::TokenHelp => "This server only lets people with a token create links. Ask whoever runs it.",
        PageText::Cancel => "Cancel",
        PageText::LinkLabel => "Share link",
        PageText::CopyLink => "Copy link",
        PageText::Share => "Share…",
        PageText::MessageTitle => "Show message",
        PageText::CopyMessage => "Copy message",
        PageText::QrTitle => "QR code",
        PageText::QrLabel => "QR code of the link",
        PageText::QrHelp => "Point the other device's camera at it.",
        PageText::SendPassphrase => "The link only opens with this passphrase. Send it another way.",
        PageText::ReceiptText => {
            "To come back to this, keep the receipt link for yourself: it shows whether the secret was opened and \
             lets you destroy it. It cannot show the secret."
        }
        PageText::ReceiptLabel => "Your receipt link",
        PageText::ReceiptOpen => "Open",
        PageText::ReceiptCopy => "Copy receipt link",
        PageText::Another => "Send another secret",
        PageText::WaitingTitle => "Someone sent you a secret",
        PageText::WaitingFrom => "It was sent with {product}.",
        PageText::AskPassphrase => "It needs the passphrase that the sender gave you.",
        PageText::DestroyTitle => "Destroy it instead",
        PageText::DestroyText => {
            "Nobody will be able to open it, you included, and the sender will see that it was destroyed."
        }
        PageText::DestroyLeft => "Destroy what is left of it",
        PageText::DestroyLeftText => {
            "Nobody will be able to open the link again. What you see here stays until you leave."
        }
        PageText::DestroyNow => "Destroy now",
        PageText::ShownTitle => "Here is your secret",
        PageText::SaveAll => "Save all files",
        PageText::Wrap => "Wrap lines",
        PageText::Whose => "This is the sender's page. Were you sent this? Ask for the other link.",
        PageText::Notify => "Notify me when it is opened",
        PageText::FactCreated => "Created",
        PageText::FactExpires => "Expires",
        PageText::FactLapsed => "Would have expired",
        PageText::FactEnded => "Ended",
        PageText::FactOpened => "Opened",
        PageText::FactViews => "Views",
        PageText::FactAttempts => "Failed attempts",
        PageText::CannotShow => "This page can never show the secret itself.",
        PageText::DestroyReceipt => "Destroy now",
        PageText::DestroyQuestion => "Destroy this secret? Nobody will be able to open it, and it cannot be undone.",
        PageText::DestroyKeep => "Keep it",
    }
}

pub(super) const fn common(key: CommonText) -> &'static str {
    match key {
        CommonText::Copied => "Copied",
        CommonText::Show => "Show",
        CommonText::Hide => "Hide",
        CommonText::CopyFailed => "Your browser did not allow it. The text is selected: press Ctrl+C (⌘C on a Mac).",
        CommonText::Retry => "Try again",
        CommonText::Reload => "Reload the page",
        CommonText::BrokenTitle => "This page could not load completely",
        CommonText::BrokenText => {
            "The part that encrypts and decrypts did not start, so nothing has been opened. If you have \
             typed something, copy it; then reload the page. If that does not help, try another browser."
        }
        CommonText::MissingTitle => "This link has no key",
        CommonText::MissingText => {
            "The part after the # is missing, and without it nothing can be opened. Go back to the message, copy \
             the whole link and paste it here."
        }
        CommonText::DamagedTitle => "This link is damaged",
        CommonText::DamagedText => {
            "Some characters were lost or changed on the way. Nothing has been opened. Copy the whole \
             link from the message once more and paste it here, or ask for it again."
        }
        CommonText::TooNewTitle => "This link is newer than this page",
        CommonText::TooNewText => {
            "It was made by a later version. Nothing has been opened. Reload the page; if \
             that does not help, ask the server's operator for an update."
        }
        CommonText::UnreachableTitle => "The server cannot be asked just now",
        CommonText::Unreachable => "There is no connection to the server. Nothing has been opened.",
        CommonText::TooSlow => {
            "The connection is too slow: what this page sent did not arrive in time. Nothing has been opened."
        }
        CommonText::Strange => {
            "Something between here and the server gave an answer that makes no sense. Nothing has been opened."
        }
        CommonText::Unavailable => "The server is busy or being repaired. Nothing has been opened.",
        CommonText::RateLimited => {
            "This server was asked too often from where you are. Nothing was done. Try again in {time}."
        }
        CommonText::Minute => "1 minute",
        CommonText::Minutes => "{n} minutes",
        CommonText::Hour => "1 hour",
        CommonText::Hours => "{n} hours",
        CommonText::Day => "1 day",
        CommonText::Days => "{n} days",
    }
}

pub(super) const fn create(key: CreateText) -> &'static str {
    match key {
        CreateText::Create => "Create link",
        CreateText::TryAgain => "Try again",
        CreateText::Storing => "Encrypting and sending…",
        CreateText::Cancelled => "Cancelled: no link was created. What you typed is still here.",
        CreateText::TextLabel => "Your secret",
        CreateText::TextHint => "A password, a token, a few lines…",
        CreateText::NoteLabel => "A text with the files",
        CreateText::NoteHint => "A text with them, if you like…",
        CreateText::Summary => "Expires in {time} · {views} · {passphrase}",
        CreateText::OneView => "1 view",
        CreateText::ManyViews => "{n} views",
        CreateText::WithoutPassphrase => "no passphrase",
        CreateText::PassphraseWanted => "passphrase required",
        CreateText::WithPassphrase => "with passphrase",
        CreateText::WithAttemptLimit => "with passphrase, {n} failed attempts",
        CreateText::Unclear => "?",
        CreateText::DoneTitle => "Your link is ready",
        CreateText::EndedTitle => "Your link has ended",
        CreateText::EmptySecret => "There is nothing to send yet. Type or paste your secret first.",
        CreateText::NoFiles => "There is nothing to send yet. Choose a file first.",
        CreateText::BadLifetime => "Choose a whole number, from {min} to {max} in all.",
        CreateText::NoPassphrase => {
            "Here every secret needs a passphrase. Type one, or press \"Generate\"; nothing was sent."
        }
        CreateText::BadAttemptLimit => {
            "It can be destroyed after {min} to {max} failed attempts. Choose a whole number."
        }
        CreateText::BadViews => "It can be opened 1 to {max} times. Choose a whole number.",
        CreateText::BadCount => "Choose a whole number, from {min} to {max}.",
        CreateText::TooManyFiles => "A secret can have {max} files at most. Pack them into one, or send several.",
        CreateText::NotAttached => "Not attached: {names}. This server takes about {size} in all.",
        CreateText::Unreadable => "{name} could not be read. If it is a folder, pack it into one file first.",
        CreateText::Ungenerated => {
            "No password was made. Choose at least one kind of characters; if that is not it, copy what you \
             have typed and reload the page."
        }
        CreateText::NoWords => "The passphrase could not be generated. Type one of several words.",
        CreateText::WeakPassphrase => {
            "Weak: someone with the link and a copy of the server's store can guess it. Use four random words or \
             more, or generate one."
        }
        CreateText::Remove => "Remove",
        CreateText::RemoveFile => "Remove {name}",
        CreateText::NoQr => {
            "The code could not be drawn. Your link works all the same: copy it, and keep your receipt link too."
        }
        CreateText::MessageHello => "I am sending you something confidential with {product}. Open this link:",
        CreateText::MessageSteps => "On the page, click \"Reveal\" once you can keep it safe.",
        CreateText::MessageOnce => "It can be opened once.",
        CreateText::MessageViews => "It can be opened {n} times in all.",
        CreateText::MessagePassphrase => "It asks for a passphrase, which I will send you another way.",
        CreateText::MessageUntil => "It works until {time}.",
        CreateText::TooLong => "This is too large: the server takes about {size} in all. Nothing was sent.",
        CreateText::PassphraseTooLong => "The passphrase is too long. Take one of at most 1,000 characters.",
        CreateText::OutOfMemory => {
            "This device cannot spare the memory that a passphrase needs. Close other tabs, or leave the \
             passphrase out."
        }
        CreateText::Unreachable => "The server could not be reached. What you typed is still here: try again.",
        CreateText::TooSlow => {
            "This did not reach the server in time: the connection is too slow for so much at once. What you typed is \
             still here: send less, or use a faster connection."
        }
        CreateText::StoreFull => "The server has no room left. What you typed is still here: try again later.",
        CreateText::QuotaExceeded => {
            "Your network address has used up its share of this server's storage, until some secrets are opened or \
             expire. What you typed is still here: try again later."
        }
        CreateText::RulesChanged => {
            "The rules of this server have changed since this page was opened. Nothing was stored: copy what you have \
             typed, then reload the page, which will show the new ones."
        }
        CreateText::TokenRequired => "This server wants a token first. What you typed is still here: add your token.",
        CreateText::TokenInvalid => {
            "The server does not take this token: a part of it is missing, or it is no longer valid. What you typed \
             is still here: correct it, or ask for another one."
        }
        CreateText::Unavailable => {
            "The server is busy or being repaired. What you typed is still here: try again in a moment."
        }
        CreateText::Strange => {
            "The server refused it or gave an answer that makes no sense. What you typed is still here: try again."
        }
        CreateText::Broken => "Something failed in this browser. What you typed is still here: try again.",
        CreateText::Fate => "Works once, until {time}.",
        CreateText::FateViews => "Works {n} times, until {time}.",
    }
}

pub(super) const fn open(key: OpenText) -> &'static str {
    match key {
        OpenText::Looking => "Checking the link…",
        OpenText::WaitingOnce => "It can be opened once, so do it when you can keep it safe.",
        OpenText::WaitingViews => "It can still be opened {n} times. Opening it now uses up one.",
        OpenText::WaitingUntil => "Available until {time}.",
        OpenText::WaitingSize => "Size: {size} at most.",
        OpenText::OpenedBefore => "It was last opened {time}, {ago}. If that surprises you, ask the sender.",
        OpenText::Reveal => "Reveal the secret",
        OpenText::RevealIn => "Wait {time}",
        OpenText::Opening => "Opening…",
        OpenText::WrongPassphrase => "That passphrase does not open it. Nothing was lost: try again.",
        OpenText::WrongLeft => {
            "That passphrase does not open it. Nothing was lost: {n} attempts left, then you have to wait."
        }
        OpenText::WrongLastLeft => {
            "That passphrase does not open it. Nothing was lost: one attempt left, then you have to wait."
        }
        OpenText::WrongUntilDestroyed => {
            "That passphrase does not open it. {n} attempts left, then the secret is destroyed."
        }
        OpenText::WrongLastUntilDestroyed => {
            "That passphrase does not open it. One attempt left, then the secret is destroyed."
        }
        OpenText::WrongWait => {
            "That passphrase does not open it. Nothing was lost: your next attempt is possible in {time}."
        }
        OpenText::PassphraseMissing => "Type the passphrase first.",
        OpenText::PassphraseTooLong => "That is too long for a passphrase. Nothing was lost: try again.",
        OpenText::OutOfMemory => {
            "This device cannot spare the memory that the passphrase needs. Nothing was lost: close other \
             tabs and try again, or open the link on another device."
        }
        OpenText::NothingSpent => "It could not be opened just now, and nothing was spent. Try again.",
        OpenText::ClaimUnavailable => "The server is busy or being repaired. Nothing was spent: try again in a moment.",
        OpenText::CopySecret => "Copy secret",
        OpenText::CopyText => "Copy text",
        OpenText::SaveText => "Save as a file",
        OpenText::Save => "Save",
        OpenText::SaveFile => "Save {name}",
        OpenText::Renamed => "{name} (sent as {sent})",
        OpenText::Saved => "Saved",
        OpenText::SavedFile => "Saved {name}",
        OpenText::SaveRaw => "Save as a file",
        OpenText::RawNote => "This page does not know this kind of content. Save it; a newer version may read it.",
        OpenText::FieldLabel => "“{label}”",
        OpenText::FieldText => "Text",
        OpenText::FieldUser => "User name",
        OpenText::FieldPassword => "Password",
        OpenText::FieldUrl => "Address",
        OpenText::FieldTotp => "One-time code (otpauth address)",
        OpenText::FieldNote => "Note",
        OpenText::FieldSshKey => "SSH private key",
        OpenText::Copy => "Copy",
        OpenText::FieldAction => "{action}: {name}",
        OpenText::LastView => {
            "This was the last view: the link opens nothing any more. Copy or save what you need before you leave."
        }
        OpenText::LastViewKept => "This was the last view: the link opens nothing any more.",
        OpenText::ViewsLeft => "This link can still be opened {n} times.",
        OpenText::ViewLeft => "This link can still be opened once.",
        OpenText::ClearedTitle => "The secret was cleared from this page",
        OpenText::ClearedText => "You left the page, so what it showed is gone.",
        OpenText::ReadTitle => "You have read this secret",
        OpenText::ReadText => "It is gone, as intended: the link opens nothing any more, and this page kept nothing.",
        OpenText::ReadViewsLeft => {
            "This page kept nothing of it. The link has views left: open it from the message to read it again."
        }
        OpenText::EndedTitle => "There is nothing left to open here",
        OpenText::EndedText => {
            "The secret of the link that was open here has ended. Open the link from the message once more to see how."
        }
        OpenText::OpenedTitle => "This secret has been opened",
        OpenText::OpenedAt => "It was opened {time}, {ago}.",
        OpenText::OpenedWarning => "If that was not you, tell the sender: whatever was in it should be changed.",
        OpenText::OpenedByYou => {
            "If that is when you clicked, someone was faster, or the answer was lost on its way to you. \
             Ask the sender for a new link."
        }
        OpenText::WaitingStrict => {
            "This server hands it out once and never again: if the connection breaks meanwhile, it is lost."
        }
        OpenText::RevealStrict => "Reveal it now: it comes only once",
        OpenText::AttemptsLeft => "After {n} more failed attempts the secret is destroyed.",
        OpenText::LastAttempt => "After one more failed attempt the secret is destroyed.",
        OpenText::TooManyAttempts => {
            "Too many wrong passphrases were tried. Nothing was lost: try again in {time}, and ask the sender for \
             the right one."
        }
        OpenText::Retrying => "The connection broke. Trying again, which spends nothing twice…",
        OpenText::Destroying => "Destroying…",
        OpenText::DestroyUnknown => {
            "Nobody can say whether it was destroyed. Nothing has been opened. Try again: that does no harm."
        }
        OpenText::NotDestroyed => "Nobody can say whether it was destroyed. Try again: that does no harm.",
        OpenText::DestroyedTitle => "This secret was destroyed",
        OpenText::DestroyedBySender => "Its sender destroyed it before it was opened to the end.",
        OpenText::DestroyedByRecipient => "Someone with this link destroyed it without keeping it.",
        OpenText::DestroyedByAttempts => {
            "There were too many failed attempts, so it was destroyed, as its sender had decided."
        }
        OpenText::DestroyedByYouTitle => "You destroyed this secret",
        OpenText::DestroyedByYou => "Nobody can open it any more, and its sender sees that it was destroyed.",
        OpenText::DestroyedAt => "That was {time}, {ago}.",
        OpenText::ExpiredTitle => "This secret has expired",
        OpenText::ExpiredAt => "Its time ran out {time}, {ago}.",
        OpenText::ExpiredText => "It expired unopened, or with views left. Ask the sender for a new link.",
        OpenText::LostTitle => "This secret was lost",
        OpenText::LostText => {
            "The server lost it before its time. Nobody opened it here. Ask the sender for a new link."
        }
        OpenText::UnknownTitle => "There is no secret for this link",
        OpenText::UnknownText => {
            "It ended long ago, or the server has lost it, or the link is for another server. If you have not read \
             it, ask the sender to send it again."
        }
        OpenText::OutcomeTitle => "The connection broke while opening",
        OpenText::OutcomeText => {
            "Nobody here can say whether the secret was handed out. Look once more: that spends nothing \
             and shows what happened."
        }
        OpenText::OutcomeButton => "Check what happened",
        OpenText::UndecryptableTitle => "The secret arrived damaged",
        OpenText::UndecryptableText => {
            "What the server handed out does not open with this link: it was changed in the store or on \
             the way. Tell the sender, and ask for a new link."
        }
        OpenText::ReceiptTitle => "This is the sender's receipt link",
        OpenText::ReceiptText => {
            "It shows whether a secret was opened, and cannot open it. If someone sent it to you, ask them \
             for the other one."
        }
        OpenText::ReceiptButton => "Open the receipt",
        OpenText::ReplyOpened => {
            "I could not read the secret that you sent me: its link had already been opened ({time}). Someone else may \
             have read it: please change what was in it, and send me a new link."
        }
        OpenText::ReplyDestroyedByYou => {
            "I could not read the secret that you sent me: your receipt destroyed it ({time}). Please send me a new \
             link if I still need it."
        }
        OpenText::ReplyDestroyedByOther => {
            "I could not read the secret that you sent me: someone who has the link destroyed it ({time}). Please send \
             me a new link."
        }
        OpenText::ReplyDestroyedByMe => "I destroyed the secret that you sent me, without opening it.",
        OpenText::ReplyAttempts => {
            "I could not read the secret that you sent me: it was destroyed after too many failed attempts ({time}). \
             Please send me a new link, and tell me the passphrase another way."
        }
        OpenText::ReplyExpired => {
            "I could not read the secret that you sent me: it expired ({time}). Please send me a new link."
        }
        OpenText::ReplyLost => {
            "I could not read the secret that you sent me: the server lost it. Please send me a new link."
        }
        OpenText::ReplyUnknown => {
            "I could not read the secret that you sent me: the server has none for its link. Please send me a new link."
        }
        OpenText::ReplyCutOff => {
            "Your link reached me incomplete, so I could not open it. Please send me the whole link again, with all \
             that stands after the #."
        }
        OpenText::ReplyReceipt => {
            "You sent me your receipt link, which cannot open the secret. Please send me the share link: it has /s# \
             in it, and not /m#."
        }
        OpenText::ReplyUndecryptable => {
            "The secret that you sent me arrived damaged and cannot be read. Please send me a new link."
        }
    }
}

pub(super) const fn receipt(key: ReceiptText) -> &'static str {
    match key {
        ReceiptText::Looking => "Asking the server…",
        ReceiptText::WaitingTitle => "Not opened yet",
        ReceiptText::PartlyTitle => "Opened, and still waiting",
        ReceiptText::OpenedTitle => "It was opened",
        ReceiptText::DestroyedTitle => "It was destroyed",
        ReceiptText::ExpiredTitle => "It expired",
        ReceiptText::LostTitle => "It was lost",
        ReceiptText::WaitingText => "Your secret is waiting to be opened.",
        ReceiptText::PartlyText => "It can still be opened.",
        ReceiptText::OpenedText => {
            "All its views are spent, and nothing of it is left. If your recipient was not there at the time below, \
             someone else was: change what was in it."
        }
        ReceiptText::DestroyedBySender => "You destroyed it. Its link opens nothing any more.",
        ReceiptText::DestroyedByRecipient => "Someone with the link destroyed it.",
        ReceiptText::DestroyedByAttempts => {
            "There were too many failed attempts, so it was destroyed, as you had decided."
        }
        ReceiptText::ExpiredText => "Its time ran out, and nothing of it is left.",
        ReceiptText::LostText => "The server lost it before its time. Nobody opened what was lost.",
        ReceiptText::NotYet => "not yet",
        ReceiptText::Never => "never",
        ReceiptText::FailedAttempt => "One, {time}",
        ReceiptText::FailedAttempts => "{n}, the last one {time}",
        ReceiptText::Guessing => {
            "Someone who has the link is guessing the passphrase, or has trouble with it. If that is not your \
             recipient, destroy it and send a new one."
        }
        ReceiptText::Paused => {
            "Someone who has the link is guessing the passphrase: {n} failed attempts, so nobody can open it until \
             {time}. If that is not your recipient, destroy it and send a new one."
        }
        ReceiptText::PausedToEnd => {
            "Someone who has the link is guessing the passphrase: {n} failed attempts, so nobody can open it before \
             it expires. Destroy it and send a new one."
        }
        ReceiptText::ViewsUsed => "{used} of {max}",
        ReceiptText::DestroyConfirm => "Yes, destroy it",
        ReceiptText::Destroying => "Destroying…",
        ReceiptText::DestroyFailed => "It could not be destroyed just now. It is still there: try again.",
        ReceiptText::DestroyUnknown => "Nobody can say whether it was destroyed. Try again: that does no harm.",
        ReceiptText::Stale => "The server cannot be asked just now. What you see may be out of date.",
        ReceiptText::UnknownTitle => "There is no secret for this link",
        ReceiptText::UnknownText => "It ended long ago, or the server has lost it, or the link is for another server.",
        ReceiptText::ShareTitle => "This is the link to send",
        ReceiptText::ShareText => "It opens the secret and cannot show the receipt. Your receipt link begins with /m.",
        ReceiptText::ShareButton => "Open it as the recipient",
        ReceiptText::NotifyTitle => "Notifications are on",
        ReceiptText::Notified => "You will be notified here, for as long as this page is open.",
        ReceiptText::NotNotified => "This browser shows no notifications of this page.",
    }
}
