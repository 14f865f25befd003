//! A secret that is open.

use ashlink_core::api::State;
use ashlink_core::message::{Item, Reply, Revealed};

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
        Self { items, is_readable, views_left, kept, rest: Rest::Left }
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
