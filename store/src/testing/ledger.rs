//! What clients were told about one secret, held against what a store says of it after a crash.

/// A secret's history as its clients know it.
#[derive(Debug)]
pub struct Ledger {
    views: u32,
    stored: bool,
    /// `views_left` of each claim that was granted.
    granted: Vec<u32>,
    /// Claims that were sent and not answered.
    open_claims: u32,
    /// Destroys that were sent, answered or not.
    destroys: u32,
    /// It was answered that it no longer waits.
    over: bool,
    /// The most views that were ever seen spent.
    spent: u32,
}

/// What a store says of it.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub waiting: bool,
    pub expired: bool,
    pub spent: u32,
    pub views_left: u32,
}

/// What was known when a claim was sent.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    over: bool,
}

impl Ledger {
    /// A secret of so many views, which is about to be sent.
    pub fn new(views: u32) -> Self {
        Self { views, stored: false, granted: Vec::new(), open_claims: 0, destroys: 0, over: false, spent: 0 }
    }

    /// It was answered that it is stored.
    pub fn stored(&mut self) {
        self.stored = true;
    }

    /// Whether it is known to be stored.
    pub fn is_stored(&self) -> bool {
        self.stored
    }

    /// Whether it is known not to wait any more.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// A claim is about to be sent.
    pub fn claiming(&mut self) -> Asked {
        self.open_claims += 1;
        Asked { over: self.over }
    }

    /// The claim was answered: nothing happened.
    pub fn not_claimed(&mut self) {
        self.open_claims -= 1;
    }

    /// The claim was granted.
    pub fn granted(&mut self, asked: Asked, views_left: u32) {
        self.open_claims -= 1;
        assert!(!self.granted.contains(&views_left), "a view was handed out twice: {views_left} left, {self:?}");
        self.granted.push(views_left);
        assert!(self.granted.len() <= self.views as usize, "too many views were handed out: {self:?}");
        assert!(!asked.over, "handed out after its end: {self:?}");
        self.over |= views_left == 0;
    }

    /// The claim was answered: it no longer waits.
    pub fn refused(&mut self) {
        self.open_claims -= 1;
        self.over = true;
    }

    /// The claim was repeated and refused. A destroy that came in between may have ended its lease;
    /// otherwise it was never spent.
    pub fn refused_again(&mut self) {
        if self.destroys == 0 {
            self.open_claims -= 1;
        }
        self.over = true;
    }

    /// A destroy is about to be sent.
    pub fn destroying(&mut self) {
        self.destroys += 1;
    }

    /// The destroy was answered: it is destroyed, or had ended.
    pub fn destroyed(&mut self) {
        self.over = true;
    }

    /// Holds it against what the store says when nothing is under way.
    pub fn check(&mut self, seen: Option<Seen>) {
        let Some(seen) = seen else {
            assert!(!self.stored, "it is gone: {self:?}");
            return;
        };
        let granted = self.granted.len() as u32;
        assert!(seen.spent >= granted.max(self.spent), "a spent view came back: {seen:?}, {self:?}");
        assert!(seen.spent <= granted + self.open_claims, "a view was spent that nobody asked for: {seen:?}, {self:?}");
        if seen.waiting {
            assert!(!self.over, "it came back: {seen:?}, {self:?}");
            assert_eq!(seen.views_left, self.views - seen.spent, "{seen:?}, {self:?}");
        } else {
            let reason = seen.spent == self.views || self.destroys > 0 || seen.expired;
            assert!(reason, "it ended, and nobody ended it: {seen:?}, {self:?}");
        }
        self.stored = true;
        self.spent = seen.spent;
        self.over = !seen.waiting;
    }
}
