//! Looking at the registers for a check-up: reached, credentials taken, clocks compared. Nothing personal is asked
//! for: USOS and SUP, which have no question of their own for this, are asked for a card that nobody has.

use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::answers::{Failure, SKEW};
use crate::view::checkup::{Check, CheckFinding, CheckSubject};
use crate::view::{Fault, FaultCode, Register};
use crate::{Desk, Registers};

/// No chip is spelled so: the shortest has four bytes.
const NOBODYS_CHIP: &str = "00";

impl Desk {
    /// What there is to say of one register. It takes as long as the register does: as an enquiry.
    pub async fn check_register(&self, register: Register) -> CheckFinding {
        check_register(&self.0.registers, register).await
    }
}

/// As [`Desk::check_register`], of registers that no desk has been opened on.
pub async fn check_register(registers: &Registers, register: Register) -> CheckFinding {
    let began = Instant::now();
    let (subject, skew) = match register {
        Register::Alive => (CheckSubject::Alive, alive(registers).await),
        Register::Usos => (CheckSubject::Usos, usos(registers).await),
        Register::Sup => (CheckSubject::Sup, sup(registers).await),
    };
    let took = milliseconds(began.elapsed());
    let what = match skew {
        None => Check::RegisterNotSetUp,
        Some(Ok(Some(skew))) if i64::from(skew).unsigned_abs() > SKEW.as_secs() => {
            Check::RegisterSkew { took, skew }
        }
        Some(Ok(skew)) => Check::RegisterReady { took, skew },
        // Asked for what it says that it has not: it has understood, and let us ask.
        Some(Err(Failure::NotFound)) => Check::RegisterReady { took, skew: None },
        Some(Err(Failure::NotAllowed(fault) | Failure::Unreachable(fault))) => {
            Check::RegisterFault { fault: fault.code, detail: fault.detail }
        }
    };
    CheckFinding::new(subject, what)
}

/// How far the register's clock is ahead of ours in seconds, as far as it tells; None: the register isn't set up.
type Asked = Option<Result<Option<i32>, Failure>>;

async fn alive(registers: &Registers) -> Asked {
    let greeted = registers.alive.as_ref()?.greet().await;
    Some(greeted.map(|skew| skew.map(seconds)).map_err(Failure::from))
}

async fn usos(registers: &Registers) -> Asked {
    let client = registers.usos.as_ref()?;
    let nobody = usos::Identifier::new(NOBODYS_CHIP).ok()?;
    let nobody = usos::CardQuery::ContactlessChip(nobody);
    let (now, card) = tokio::join!(client.now(), client.card(&nobody));
    let skew = match now {
        Ok(now) => seconds(now.skew),
        Err(error) => return Some(Err(error.into())),
    };
    Some(match card {
        // It refuses the chip, not us.
        Ok(_) => Ok(Some(skew)),
        Err(usos::Error::Refused(refusal)) if refusal.status < 500 => Ok(Some(skew)),
        // A wrong clock spoils the signature, whatever the secret.
        Err(usos::Error::Signature { .. }) if i64::from(skew).unsigned_abs() > SKEW.as_secs() => {
            Err(Failure::NotAllowed(Fault { code: FaultCode::ClockSkew, detail: None }))
        }
        Err(error) => Err(error.into()),
    })
}

async fn sup(registers: &Registers) -> Asked {
    Some(match registers.sup.as_ref()?.card(Uuid::nil()).await {
        Ok(_) => Ok(None),
        Err(sup::Error::Refused { status: 400 | 422, .. }) => Ok(None),
        Err(error) => Err(error.into()),
    })
}

fn seconds(skew: jiff::SignedDuration) -> i32 {
    let seconds = skew.as_secs();
    i32::try_from(seconds).unwrap_or(if seconds < 0 { i32::MIN } else { i32::MAX })
}

fn milliseconds(took: Duration) -> u32 {
    u32::try_from(took.as_millis()).unwrap_or(u32::MAX)
}
