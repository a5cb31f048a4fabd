//! Photos as they were before a change overwrote them: table `photo`.

use uuid::Uuid;

use crate::sql::{Tx, query};
use crate::{Ledger, LedgerError};

impl Ledger {
    /// Keeps the photo that a change is about to overwrite, with its media type (`image/jpeg`). Once one is kept, it
    /// stays: a later look may already see the new one. Whether the change is written down
    /// ([`Ledger::write_changes`]): a photo without one would never be erased and isn't kept.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept: the photo must not be overwritten then.
    pub async fn keep_photo(
        &self,
        change: Uuid,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<bool, LedgerError> {
        let kept = query(
            "INSERT INTO photo (change, media_type, bytes) SELECT id, $2, $3 FROM change WHERE id = $1
             ON CONFLICT (change) DO UPDATE SET media_type = photo.media_type",
        )
        .bind(change.to_string())
        .bind(media_type)
        .bind(bytes)
        .execute(self.writer())
        .await?;
        Ok(kept > 0)
    }

    /// The photo as it was before a change: media type and bytes. None where there was none, or the person has been
    /// erased.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn photo_before(&self, change: Uuid) -> Result<Option<(String, Vec<u8>)>, LedgerError> {
        let row = query("SELECT media_type, bytes FROM photo WHERE change = $1")
            .bind(change.to_string())
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
    }
}

/// Removes a person's photos.
pub(crate) async fn forget(tx: &mut Tx, cardholder_id: i64) -> Result<(), LedgerError> {
    query("DELETE FROM photo WHERE change IN (SELECT id FROM change WHERE cardholder_id = $1)")
        .bind(cardholder_id)
        .execute(tx)
        .await?;
    Ok(())
}
