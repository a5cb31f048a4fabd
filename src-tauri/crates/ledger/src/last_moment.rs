//! The newest time that the ledger knows, so that a desk can say that its clock was set back.

use jiff::Timestamp;

use crate::sql::query;
use crate::{Ledger, LedgerError};

impl Ledger {
    /// The newest time in the journal, the audit and the issues, by the clocks of all desks. Each is one look at the
    /// end of an index.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn last_moment(&self) -> Result<Option<Timestamp>, LedgerError> {
        let newest: Option<i64> = query(
            "SELECT max(at) FROM (
                 SELECT max(written_at) AS at FROM change UNION ALL SELECT max(changed_at) FROM change
                 UNION ALL SELECT max(begun_at) FROM issue UNION ALL SELECT max(changed_at) FROM issue
                 UNION ALL SELECT max(at) FROM audit) AS newest",
        )
        .fetch_one(self.readers())
        .await?
        .try_get(0)?;
        Ok(newest.map(Timestamp::from_millisecond).transpose()?)
    }
}
