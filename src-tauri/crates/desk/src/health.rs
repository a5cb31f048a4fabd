//! The registers at a glance: how each fared when it was last asked.

use std::sync::Arc;

use crate::answers::{Failure, REGISTERS, SKEW};
use crate::view::{Fault, FaultCode, Instant, Notice, Register, RegisterHealth, RegisterState};
use crate::{Inner, Registers, lock};

pub(crate) fn at_start(registers: &Registers, now: Instant) -> Vec<RegisterState> {
    let set_up = |register| match register {
        Register::Alive => registers.alive.is_some(),
        Register::Usos => registers.usos.is_some(),
        Register::Sup => registers.sup.is_some(),
    };
    REGISTERS
        .into_iter()
        .map(|register| RegisterState {
            register,
            state: if set_up(register) { RegisterHealth::Unknown } else { RegisterHealth::NotSetUp },
            fault: None,
            since: now,
        })
        .collect()
}

impl Inner {
    /// Takes note of how a call to a register went, and tells the window where that is news.
    pub(crate) fn note<T>(&self, register: Register, outcome: &Result<T, Failure>) {
        let fault = outcome.as_ref().err().and_then(Failure::fault).cloned();
        self.note_fault(register, fault);
    }

    fn note_fault(&self, register: Register, fault: Option<Fault>) {
        self.tell_changed(|| {
            let state = if fault.is_none() { RegisterHealth::Ready } else { RegisterHealth::Trouble };
            let mut health = lock(&self.health);
            let known = health.iter_mut().find(|known| known.register == register)?;
            if known.state == state && known.fault == fault {
                return None;
            }
            if known.state != state {
                known.since = self.now();
            }
            known.state = state;
            known.fault = fault;
            Some(Notice::Registers(health.clone()))
        });
    }

    /// A greeting that needs no key has succeeded: it says nothing of a key or right that was refused.
    fn note_reached(&self, register: Register) {
        let refused = lock(&self.health).iter().any(|known| {
            let code = known.fault.as_ref().map(|fault| fault.code);
            known.register == register && matches!(code, Some(FaultCode::Credentials | FaultCode::Rights))
        });
        if !refused {
            self.note_fault(register, None);
        }
    }

    /// Greets the registers that can be greeted, so that the first tap finds a token and open connections, and so
    /// that trouble shows before somebody stands at the counter.
    pub(crate) async fn greet(self: &Arc<Self>) {
        let alive = async {
            if let Some(client) = &self.registers.alive {
                let outcome = client.authenticate().await.map_err(Failure::from);
                self.note(Register::Alive, &outcome);
            }
        };
        let usos = async {
            if let Some(client) = &self.registers.usos {
                match client.now().await {
                    Ok(now) if now.skew.unsigned_abs() > SKEW => {
                        let fault = Fault { code: FaultCode::ClockSkew, detail: None };
                        self.note_fault(Register::Usos, Some(fault));
                    }
                    Ok(_) => self.note_reached(Register::Usos),
                    Err(error) => {
                        self.note_fault(Register::Usos, Failure::from(error).fault().cloned());
                    }
                }
            }
        };
        tokio::join!(alive, usos);
    }
}
