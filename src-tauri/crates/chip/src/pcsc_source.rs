//! The computer's own readers, through PC/SC (pcsc-lite, Windows, macOS).
//!
//! Calls on one PC/SC context are serialised, so the waiting thread has a context of its own and every conversation
//! with a card makes another. A context that has seen its daemon die is dead for good, even when the daemon is back
//! and `is_valid` says otherwise: after any error it's thrown away.

use std::{
    ffi::CString,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use pcsc::{
    Card, Context, Disposition, Error, MAX_BUFFER_SIZE, PNP_NOTIFICATION, Protocols, ReaderState, Scope,
    ShareMode, State, Transaction,
};

use crate::{Atr, CardFault, Connector, Link, ReaderName, Slot, SlotState, Source, SourceDown, Waker};

/// All PC/SC readers of this computer. Connects to the service with the first [`Source::wait`].
#[derive(Default)]
pub struct PcscSource {
    context: Arc<Mutex<Option<Context>>>,
    /// What the next wait compares with: one for each reader, and the pseudo-reader that stands for plugging.
    states: Vec<ReaderState>,
    /// What the last successful wait saw. `states` doesn't serve for that: a wait that times out may leave anything
    /// in there.
    slots: Vec<Slot>,
}

impl fmt::Debug for PcscSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PcscSource").field("slots", &self.slots).finish_non_exhaustive()
    }
}

impl PcscSource {
    pub fn new() -> Self {
        Self::default()
    }

    fn context(&self) -> Result<Context, Error> {
        let mut kept = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(context) => Ok(context.clone()),
            None => Ok(kept.insert(Context::establish(Scope::User)?).clone()),
        }
    }

    fn look(&mut self, context: &Context, patience: Duration) -> Result<(), Error> {
        let names = context.list_readers_owned()?;
        let before = self.states.len();
        self.states.retain(|state| {
            state.name() == PNP_NOTIFICATION()
                || names.iter().any(|name| name.as_c_str() == state.name())
                    && !state.current_state().intersects(State::UNKNOWN | State::IGNORE)
        });
        // One that's gone is news by itself.
        let patience = if self.states.len() < before { Duration::ZERO } else { patience };
        // macOS has no pseudo-reader: a new reader is noticed at the next look.
        if self.states.is_empty() && !cfg!(target_os = "macos") {
            self.states.push(ReaderState::new(PNP_NOTIFICATION(), State::UNAWARE));
        }
        for name in &names {
            if !self.states.iter().any(|state| state.name() == name.as_c_str()) {
                self.states.push(ReaderState::new(name.clone(), State::UNAWARE));
            }
        }
        if self.states.is_empty() {
            std::thread::sleep(patience);
            self.slots.clear();
            return Ok(());
        }
        match context.get_status_change(patience, &mut self.states) {
            Ok(()) => {
                self.states.iter_mut().for_each(ReaderState::sync_current_state);
                self.slots = self.states.iter().filter_map(slot).collect();
            }
            Err(Error::Timeout | Error::Cancelled) => self.forget_all_but(&names),
            // Unplugged between listing and waiting. The pause keeps a reader that can be listed but not watched
            // from spinning this loop.
            Err(Error::UnknownReader | Error::ReaderUnavailable) => {
                self.forget_all_but(&names);
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn forget_all_but(&mut self, names: &[CString]) {
        self.slots.retain(|slot| names.iter().any(|name| name.to_string_lossy() == slot.reader.as_str()));
    }
}

/// None for the pseudo-reader and for readers that are gone.
fn slot(state: &ReaderState) -> Option<Slot> {
    let seen = state.event_state();
    if state.name() == PNP_NOTIFICATION() || seen.intersects(State::UNKNOWN | State::IGNORE) {
        return None;
    }
    let generation = state.event_count();
    let state_now = if !seen.contains(State::PRESENT) {
        SlotState::Empty
    } else if seen.contains(State::MUTE) {
        SlotState::Mute { generation }
    } else {
        SlotState::Card { atr: Atr::new(state.atr()), generation }
    };
    Some(Slot { reader: ReaderName::new(state.name().to_string_lossy()), state: state_now })
}

impl Source for PcscSource {
    fn wait(&mut self, patience: Duration) -> Result<Vec<Slot>, SourceDown> {
        match self.context().and_then(|context| self.look(&context, patience)) {
            Ok(()) => Ok(self.slots.clone()),
            Err(error) => {
                self.context.lock().unwrap_or_else(PoisonError::into_inner).take();
                self.states.clear();
                self.slots.clear();
                Err(match error {
                    Error::NoService | Error::ServiceStopped => SourceDown::NotRunning,
                    Error::NoAccess | Error::SecurityViolation => SourceDown::NotAllowed,
                    other => SourceDown::Failed(other as u32),
                })
            }
        }
    }

    fn connector(&self) -> Arc<dyn Connector> {
        Arc::new(PcscConnector)
    }

    fn waker(&self) -> Waker {
        let kept = Arc::clone(&self.context);
        Arc::new(move || {
            let context = kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(context) = context
                && let Err(error) = context.cancel()
            {
                tracing::debug!(%error, "the wait for readers couldn't be cancelled");
            }
        })
    }
}

/// A fresh context for every conversation: it costs under a millisecond, needs no care after the daemon restarts,
/// and cards on several readers don't wait for each other.
struct PcscConnector;

impl Connector for PcscConnector {
    fn session(&self, reader: &ReaderName, work: &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault> {
        let name = CString::new(reader.as_str()).map_err(|_| CardFault::Lost)?;
        let context = Context::establish(Scope::User).map_err(fault)?;
        let mut card = context.connect(&name, ShareMode::Shared, Protocols::ANY).map_err(fault)?;
        let done = talk(&mut card, work);
        // Dropping a card resets it, and other programs would lose their sessions. That it can't be left (it's no
        // longer there) is no news.
        let _ = card.disconnect(Disposition::LeaveCard);
        done
    }
}

fn talk(card: &mut Card, work: &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault> {
    let transaction = card.transaction().map_err(fault)?;
    let atr = Atr::new(transaction.status2_owned().map_err(fault)?.atr());
    work(&mut PcscLink { transaction: &transaction, atr });
    // Ended by its drop, which leaves the card as it is.
    drop(transaction);
    Ok(())
}

struct PcscLink<'a> {
    transaction: &'a Transaction<'a>,
    atr: Atr,
}

impl Link for PcscLink<'_> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        let mut answer = [0; MAX_BUFFER_SIZE];
        self.transaction.transmit(apdu, &mut answer).map(<[u8]>::to_vec).map_err(fault)
    }
}

fn fault(error: Error) -> CardFault {
    match error {
        Error::RemovedCard | Error::NoSmartcard => CardFault::Removed,
        Error::ResetCard => CardFault::Reset,
        Error::SharingViolation => CardFault::Busy,
        Error::UnresponsiveCard
        | Error::UnpoweredCard
        | Error::UnsupportedCard
        | Error::NotTransacted
        | Error::ProtoMismatch
        | Error::CommDataLost
        | Error::NotReady => CardFault::Silent,
        // F_COMM_ERROR is pcsc-lite's word for a daemon that died in the middle of a call.
        Error::NoService
        | Error::ServiceStopped
        | Error::CommError
        | Error::InvalidHandle
        | Error::UnknownReader
        | Error::ReaderUnavailable => CardFault::Lost,
        other => CardFault::Other(other as u32),
    }
}
