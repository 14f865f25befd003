//! The keys of all texts, with the placeholders that each may have.

use super::Group;

macro_rules! keys {
    ($($(#[$doc:meta])* $group:ident { $($key:ident $([$($name:literal),+])?,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the English text says what a key means")]
        pub enum $group {
            $($key,)+
        }

        impl Group for $group {
            const ALL: &'static [Self] = &[$(Self::$key),+];

            fn index(self) -> usize {
                self as usize
            }

            fn placeholders(self) -> &'static [&'static str] {
                match self {
                    $(Self::$key => &[$($($name),+)?],)+
                }
            }
        }
    )+};
}

keys! {
    /// Texts of the pages, which no island needs.
    PageText {
        Product,
        Description,
        Home,
        Footer,
        NoScript,
        NoWasm,
        LoadFailed,
        Slow,
        Insecure,
        CreateTitle,
        CreateLead,
        OpenTitle,
        ManageTitle,
        NotFoundTitle,
        NotFoundText,
        ServerErrorTitle,
        ServerErrorText,
        NewSecret,
    }

    /// Texts that more than one island needs.
    CommonText {
        Loading,
        Copied,
        CopyFailed,
        Retry,
        Reload,
        BrokenTitle,
        BrokenText,
        PasteLabel,
        PasteButton,
        NewSecret,
        MissingTitle,
        MissingText,
        DamagedTitle,
        DamagedText,
        TooNewTitle,
        TooNewText,
        UnreachableTitle,
        Unreachable,
        Strange,
        Unavailable,
        Minute,
        Minutes ["n"],
        Hour,
        Hours ["n"],
        Day,
        Days ["n"],
    }

    /// Texts of the island that creates.
    CreateText {
        SecretLabel,
        SecretHint,
        Expires,
        Custom,
        CustomNumber,
        CustomUnit,
        UnitMinutes,
        UnitHours,
        UnitDays,
        Views,
        Passphrase,
        PassphraseLabel,
        PassphraseHelp,
        Generate,
        Show,
        Hide,
        CopyPassphrase,
        Create,
        TryAgain,
        Storing,
        EmptySecret,
        BadLifetime ["min", "max"],
        BadViews ["max"],
        TooLong ["size"],
        PassphraseTooLong,
        OutOfMemory,
        Unreachable,
        StoreFull,
        Unavailable,
        Strange,
        Broken,
        DoneTitle,
        LinkLabel,
        CopyLink,
        Fate ["time"],
        FateViews ["n", "time"],
        SendPassphrase,
        OwnerTitle,
        OwnerText,
        OwnerLabel,
        OwnerOpen,
        OwnerCopy,
        Another,
    }

    /// Texts of the island that opens.
    OpenText {
        Looking,
        WaitingTitle,
        WaitingOnce,
        WaitingViews ["n"],
        WaitingUntil ["time"],
        OpenedBefore ["time"],
        AskPassphrase,
        PassphraseLabel,
        Reveal,
        Opening,
        WrongPassphrase,
        PassphraseMissing,
        PassphraseTooLong,
        OutOfMemory,
        NothingSpent,
        ClaimUnavailable,
        ShownTitle,
        CopySecret,
        SaveFile ["name"],
        SaveRaw,
        RawNote,
        Ash,
        ViewsLeft ["n"],
        ViewLeft,
        ClearedTitle,
        ClearedText,
        OpenedTitle,
        OpenedAt ["time", "ago"],
        OpenedWarning,
        OpenedByYou,
        BurnedTitle,
        BurnedBySender,
        BurnedByRecipient,
        BurnedAt ["time", "ago"],
        ExpiredTitle,
        ExpiredAt ["time", "ago"],
        ExpiredText,
        LostTitle,
        LostText,
        AskSender,
        UnknownTitle,
        UnknownText,
        OutcomeTitle,
        OutcomeText,
        OutcomeButton,
        UndecryptableTitle,
        UndecryptableText,
        OwnerTitle,
        OwnerText,
        OwnerButton,
        NothingOpened,
    }

    /// Texts of the sender's island.
    ManageText {
        Looking,
        WaitingTitle,
        PartlyTitle,
        OpenedTitle,
        BurnedTitle,
        ExpiredTitle,
        LostTitle,
        WaitingText,
        OpenedText,
        BurnedBySender,
        BurnedByRecipient,
        ExpiredText,
        LostText,
        Created,
        Expires,
        Expired,
        Ended,
        Opened,
        NotYet,
        Views,
        ViewsUsed ["used", "max"],
        CannotShow,
        Burn,
        BurnQuestion,
        BurnConfirm,
        BurnKeep,
        Burning,
        BurnFailed,
        Stale,
        UnknownTitle,
        UnknownText,
        ShareTitle,
        ShareText,
        ShareButton,
    }
}
