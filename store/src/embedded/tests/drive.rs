//! A drive whose power can be cut: what was not synced is kept, torn or lost, as chance has it.

use fastrand::Rng;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What a drive writes at once.
const SECTOR: usize = 512;

#[derive(Debug, Clone, Default)]
pub(super) struct Drive(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// What the system reads: everything that was written.
    seen: Vec<u8>,
    /// What the drive holds for certain: everything that was written before the last sync.
    synced: Vec<u8>,
    /// What was written since.
    pending: Vec<Change>,
    /// Writes and syncs until the power is cut, if it is to be.
    left: Option<u64>,
    /// Whether writes fail, as on a full disk.
    full: bool,
    syncs: u64,
    /// How long a sync takes.
    latency: Duration,
    /// Whether syncs hang.
    hangs: bool,
    /// Whether one does now.
    hanging: bool,
    /// Whether reads hang that have begun to.
    reads_hang: bool,
    /// How many more begin to.
    reads_to_hang: u64,
}

#[derive(Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Length(usize),
}

impl Change {
    fn apply(&self, image: &mut Vec<u8>) {
        match self {
            Self::Length(len) => image.resize(*len, 0),
            Self::Write(offset, data) => {
                let end = offset + data.len();
                if image.len() < end {
                    image.resize(end, 0);
                }
                image[*offset..end].copy_from_slice(data);
            }
        }
    }

    /// Applies what a loss of power leaves of it: all, nothing, or some sectors.
    fn survive(&self, image: &mut Vec<u8>, rng: &mut Rng) {
        match (self, rng.u8(..3)) {
            (_, 0) => {}
            (Self::Write(offset, data), 1) => {
                for (n, sector) in data.chunks(SECTOR).enumerate() {
                    if rng.bool() {
                        Self::Write(offset + n * SECTOR, sector.to_vec()).apply(image);
                    }
                }
            }
            _ => self.apply(image),
        }
    }
}

impl Drive {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Lets the power fail after so many writes and syncs.
    pub(super) fn cut_after(&self, operations: u64) {
        self.state().left = Some(operations);
    }

    pub(super) fn fill_up(&self) {
        self.state().full = true;
    }

    pub(super) fn make_room(&self) {
        self.state().full = false;
    }

    pub(super) fn syncs(&self) -> u64 {
        self.state().syncs
    }

    pub(super) fn sync_takes(&self, latency: Duration) {
        self.state().latency = latency;
    }

    /// Lets syncs hang from now on.
    pub(super) fn hang(&self) {
        self.state().hangs = true;
    }

    /// Waits until a sync hangs.
    pub(super) fn until_it_hangs(&self) {
        while !self.state().hanging {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the hanging.
    pub(super) fn go_on(&self) {
        self.state().hangs = false;
    }

    /// Lets so many reads hang, the next ones.
    pub(super) fn hang_reads(&self, most: u64) {
        let mut state = self.state();
        (state.reads_hang, state.reads_to_hang) = (true, most);
    }

    /// Ends the hanging of reads.
    pub(super) fn reads_go_on(&self) {
        let mut state = self.state();
        (state.reads_hang, state.reads_to_hang) = (false, 0);
    }

    /// Whether this read is one that hangs.
    fn takes_a_hang(&self) -> bool {
        let mut state = self.state();
        let hangs = state.reads_to_hang > 0;
        state.reads_to_hang = state.reads_to_hang.saturating_sub(1);
        hangs
    }

    /// The drive after the power has come back.
    pub(super) fn restored(&self, rng: &mut Rng) -> Self {
        let state = self.state();
        let mut image = state.synced.clone();
        for change in &state.pending {
            change.survive(&mut image, rng);
        }
        Self(Arc::new(Mutex::new(State { seen: image.clone(), synced: image, ..State::default() })))
    }
}

impl State {
    fn spend(&mut self) -> io::Result<()> {
        if self.full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        match &mut self.left {
            Some(0) => Err(io::Error::other("no power")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn change(&mut self, change: Change) -> io::Result<()> {
        self.spend()?;
        change.apply(&mut self.seen);
        self.pending.push(change);
        Ok(())
    }
}

impl StorageBackend for Drive {
    fn len(&self) -> io::Result<u64> {
        Ok(self.state().seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let hangs = self.takes_a_hang();
        while hangs && self.state().reads_hang {
            std::thread::sleep(Duration::from_millis(1));
        }
        let state = self.state();
        let start = offset as usize;
        let from = state.seen.get(start..start + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(from);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.state().change(Change::Length(len as usize))
    }

    fn sync_data(&self) -> io::Result<()> {
        let latency = self.state().latency;
        std::thread::sleep(latency);
        while self.state().hangs {
            self.state().hanging = true;
            std::thread::sleep(Duration::from_millis(1));
        }
        let mut state = self.state();
        state.hanging = false;
        state.spend()?;
        state.syncs += 1;
        for change in std::mem::take(&mut state.pending) {
            change.apply(&mut state.synced);
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.state().change(Change::Write(offset as usize, data.to_vec()))
    }
}
