//! The check-up of the running desk, and what staff say that its readers are for.

use std::sync::Arc;

use desk::view::checkup::{CheckUp, GivenRole};

use super::Session;
use crate::commands::settings::{ConnectCode, ConnectRefusal};
use crate::connect;
use crate::doctor::{self, Patient, Running};

impl Session {
    /// Looks at everything that the desk stands on. What is open is asked as it is: a ledger isn't opened twice.
    pub async fn check_up(&self) -> CheckUp {
        let patient = {
            // Nobody waits for the looks: only for this.
            let state = self.state.read().await;
            let running = state.open.as_ref().ok().map(|open| Running {
                desk: open.desk.clone(),
                ledger: open.ledger.clone(),
                practice: open.practice.is_some(),
            });
            Patient {
                home: self.home.clone(),
                settings: state.settings.clone(),
                running,
                display: true,
                clock: Arc::clone(&self.clock),
                dice: Arc::clone(&self.dice),
            }
        };
        doctor::look(&patient, None).await
    }

    /// What the readers of this name are for from now on; none: what their name says.
    pub async fn give_reader_role(
        &self,
        reader: String,
        role: Option<GivenRole>,
    ) -> Result<(), ConnectRefusal> {
        let mut state = self.state.write().await;
        let not_saved = || connect::refusal("", ConnectCode::NotSaved);
        let settings = state.settings.as_mut().ok_or_else(not_saved)?;
        let mut changed = settings.clone();
        match role {
            Some(role) => changed.readers.insert(reader, role),
            None => changed.readers.remove(&reader),
        };
        self.home.save(&changed).map_err(|_| not_saved())?;
        self.roles.set(changed.roles());
        *settings = changed;
        Ok(())
    }
}
