//! The supervisor's PIN: asked for before what nobody can take back. It stands in the operating system's keyring.

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};

use crate::view::work::{FieldFault, WorkRefusal};
use crate::{Desk, Inner, lock};

/// Wrong PINs in a row before there is a pause, and how long that is.
const TRIES: u32 = 5;
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Wrong PINs so far.
#[derive(Default)]
pub(crate) struct Tries {
    wrong: u32,
    locked_until: Option<Timestamp>,
}

impl Desk {
    /// Whether a PIN is set.
    pub fn has_pin(&self) -> bool {
        lock(&self.0.pin).is_some()
    }

    /// Whether the PIN may be replaced: the old one has to be right, the new one 4 to 12 digits.
    ///
    /// # Errors
    /// [`WorkRefusal::WrongPin`], [`WorkRefusal::PinLocked`], or the field `pin`.
    pub fn check_pin_change(&self, old: Option<&str>, new: &SecretString) -> Result<(), WorkRefusal> {
        if self.has_pin() {
            self.0.check_pin(old)?;
        }
        let new = new.expose_secret();
        if (4..=12).contains(&new.len()) && new.bytes().all(|byte| byte.is_ascii_digit()) {
            return Ok(());
        }
        let faults = vec![FieldFault::here("pin", alive::WrongCode::Format)];
        Err(WorkRefusal::Fields { faults })
    }

    /// From now on this is the PIN.
    pub fn set_pin(&self, pin: SecretString) {
        *lock(&self.0.pin) = Some(pin);
    }
}

impl Inner {
    pub(super) fn check_pin(&self, typed: Option<&str>) -> Result<(), WorkRefusal> {
        let pin = lock(&self.pin).clone().ok_or(WorkRefusal::NoPin)?;
        let now = self.around.clock.now();
        let mut work = lock(&self.work);
        if let Some(until) = work.tries.locked_until.filter(|until| *until > now) {
            let seconds = until.duration_since(now).as_secs();
            return Err(WorkRefusal::PinLocked {
                seconds: u32::try_from(seconds).unwrap_or(u32::MAX).max(1),
            });
        }
        if typed.is_some_and(|typed| typed.trim() == pin.expose_secret()) {
            work.tries = Tries::default();
            return Ok(());
        }
        work.tries.wrong += 1;
        if work.tries.wrong >= TRIES {
            work.tries = Tries { wrong: 0, locked_until: now.checked_add(PAUSE).ok() };
        }
        Err(WorkRefusal::WrongPin)
    }
}
