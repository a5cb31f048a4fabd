//! What is done at the desk beside the changes of registers, for whoever asks later: the ledger chains it.

use ledger::{AuditEntry, PersonKey};

use crate::Inner;

impl Inner {
    /// Notes what was done. `what` is a code, `detail` is sealed under the key of the person whom it's `about`.
    /// What was done isn't taken back where this can't be kept.
    pub(crate) async fn audit(&self, what: &str, about: Option<PersonKey>, detail: Option<String>) {
        let entry = AuditEntry {
            at: self.around.clock.now(),
            desk: self.around.desk.clone(),
            what: what.to_owned(),
            about,
            detail,
        };
        let mut random = [0; 56];
        self.around.dice.fill(&mut random);
        if let Err(error) = self.ledger.note(&entry, &random).await {
            tracing::error!(%error, what, "the audit did not keep what was done");
        }
    }
}
