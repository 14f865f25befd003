//! A secret that is open.

use ashlink_core::api::State;
use ashlink_core::message::{File, Item, Reply, Revealed};

/// How many characters of a text the usual column has in a line.
const COLUMNS: usize = 56;

/// What the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// Text and files, in the payload's order; at least one.
    pub items: Vec<Item>,
    /// Whether this generation could read it; if not, it is one file.
    pub is_readable: bool,
    /// How often it can still be read.
    pub views_left: u32,
    /// Which of the items were copied or saved.
    pub kept: Vec<bool>,
    /// Whether its texts are hidden, since the person wants that.
    pub is_hidden: bool,
    /// What becomes of the views that are left, if there are any.
    pub rest: Rest,
}

/// What becomes of the views that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Not being destroyed, and the last attempt to do so, if any, did not fail.
    Left,
    /// They are being destroyed.
    Destroying,
    /// They could not be destroyed.
    NotDestroyed,
}

impl Shown {
    pub(super) fn new(revealed: Revealed) -> Self {
        let Revealed { items, is_readable, views_left } = revealed;
        let kept = vec![false; items.len()];
        Self { items, is_readable, views_left, kept, is_hidden: false, rest: Rest::Left }
    }

    /// The texts, each with its place among the items.
    pub fn texts(&self) -> impl Iterator<Item = (usize, &str)> {
        self.items.iter().enumerate().filter_map(|(index, item)| match item {
            Item::Text(text) => Some((index, text.as_str())),
            Item::File(_) | Item::Fields(_) => None,
        })
    }

    /// The files, each with its place among the items.
    pub fn files(&self) -> impl Iterator<Item = (usize, &File)> {
        self.items.iter().enumerate().filter_map(|(index, item)| match item {
            Item::Text(_) | Item::Fields(_) => None,
            Item::File(file) => Some((index, file)),
        })
    }

    /// Whether a text has lines that the usual column would break: those of keys have 64 characters.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.texts().any(|(_, text)| text.lines().any(|line| line.chars().nth(COLUMNS).is_some()))
    }

    /// Whether the views that are left can be destroyed now.
    #[must_use]
    pub fn can_destroy(&self) -> bool {
        self.views_left > 0 && self.rest != Rest::Destroying
    }

    /// An item was copied or saved; says whether all of them were.
    pub(super) fn keep(&mut self, index: usize) -> bool {
        self.kept.iter_mut().skip(index).take(1).for_each(|kept| *kept = true);
        self.kept.iter().all(|kept| *kept)
    }

    /// The views that are left are about to be destroyed; says whether there are any.
    pub(super) fn destroy(&mut self) -> bool {
        let can = self.can_destroy();
        if can {
            self.rest = Rest::Destroying;
        }
        can
    }

    /// The worker answered: the lease was ended (if not, it ends by itself), or what is left was
    /// destroyed. Says whether the worker is not needed any more.
    pub(super) fn answered(&mut self, reply: &Reply) -> bool {
        if self.rest == Rest::Destroying {
            let is_gone = matches!(reply, Reply::Status { status, .. } if status.state != State::Waiting);
            if is_gone {
                self.views_left = 0;
            }
            self.rest = if is_gone { Rest::Left } else { Rest::NotDestroyed };
        }
        self.views_left == 0
    }
}
