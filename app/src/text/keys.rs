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
    /// Texts that are rendered once and never change.
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
        Loading,
        NewSecret,
        PasteLabel,
        PasteButton,
        NotFoundTitle,
        NotFoundText,
        ServerErrorTitle,
        ServerErrorText,
        CreateTitle,
        CreateLead,
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
        Times,
        AddPassphrase,
        Passphrase,
        PassphraseHelp,
        Generate,
        CopyPassphrase,
        DoneTitle,
        LinkLabel,
        CopyLink,
        SendPassphrase,
        OwnerTitle,
        OwnerText,
        OwnerLabel,
        OwnerOpen,
        OwnerCopy,
        Another,
        WaitingTitle,
        AskPassphrase,
        ShownTitle,
        CopySecret,
        FactCreated,
        FactExpires,
        FactLapsed,
        FactEnded,
        FactOpened,
        FactViews,
        CannotShow,
        Burn,
        BurnQuestion,
        BurnKeep,
    }

    /// Texts that more than one island needs.
    CommonText {
        Copied,
        CopyFailed,
        Retry,
        Reload,
        BrokenTitle,
        BrokenText,
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
        Show,
        Hide,
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
        Fate ["time"],
        FateViews ["n", "time"],
    }

    /// Texts of the island that opens.
    OpenText {
        Looking,
        WaitingOnce,
        WaitingViews ["n"],
        WaitingUntil ["time"],
        OpenedBefore ["time", "ago"],
        Reveal,
        Opening,
        WrongPassphrase,
        PassphraseMissing,
        PassphraseTooLong,
        OutOfMemory,
        NothingSpent,
        ClaimUnavailable,
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
        PartlyText,
        OpenedText,
        BurnedBySender,
        BurnedByRecipient,
        ExpiredText,
        LostText,
        NotYet,
        Never,
        ViewsUsed ["used", "max"],
        BurnConfirm,
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
