//! How the ledger is: what a check-up tells of it, nothing that it holds.

use jiff::Timestamp;

use crate::open::Base;
use crate::sql::{either, query};
use crate::{Ledger, LedgerError, Mark};

/// Where the ledger stands, and how it is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// In an encrypted file: no other is opened.
    File,
    /// On a database server; `tls`: this connection is encrypted.
    Server { tls: bool },
    /// In memory, for as long as the program runs.
    Memory,
}

/// A ledger that could be read and written just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    pub stands: Stands,
    /// Number of the newest migration.
    pub schema: i64,
    /// Size in bytes, without the write-ahead log.
    pub bytes: u64,
}

impl Ledger {
    /// Reads what there is to tell and writes one mark, which is kept: a disk that's full or a file that may only be
    /// read shows at nothing less.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read or written.
    pub async fn examine(&self, at: Timestamp) -> Result<Condition, LedgerError> {
        self.set_mark(Mark::Examined, at).await?;
        let schema = query("SELECT max(version) FROM _sqlx_migrations").fetch_one(self.readers()).await?;
        let size = either(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            "SELECT pg_database_size(current_database())",
        );
        let bytes = size.fetch_one(self.readers()).await?.try_get::<i64>(0)?.unsigned_abs();
        let stands = match &self.base {
            Base::Postgres(_) => {
                let tls = query(
                    "SELECT CASE WHEN ssl THEN 1::bigint ELSE 0::bigint END FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                );
                Stands::Server { tls: tls.fetch_one(self.readers()).await?.try_get::<i64>(0)? == 1 }
            }
            // A database in memory belongs to its one connection.
            Base::Sqlite { writer, .. } if !writer.connect_options().get_filename().is_file() => {
                Stands::Memory
            }
            Base::Sqlite { .. } => Stands::File,
        };
        Ok(Condition { stands, schema: schema.try_get(0)?, bytes })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;
    use crate::Place;
    use crate::schema::KNOWN;

    #[tokio::test]
    async fn a_ledger_tells_where_it_stands_and_how_large_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("ledger.db");
        let key = SecretBox::new(Box::new([7; 32]));
        let ledger = Ledger::open(Place::File { path: path.clone(), key }).await.unwrap();
        let condition = ledger.examine(Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((condition.stands, condition.schema), (Stands::File, KNOWN));
        assert_eq!(ledger.mark(Mark::Examined).await, Ok(Some(Timestamp::UNIX_EPOCH)), "it was written");
        ledger.close().await;
        assert_eq!(condition.bytes, std::fs::metadata(path).unwrap().len());

        let ledger = Ledger::open(Place::Memory).await.unwrap();
        assert_eq!(ledger.examine(Timestamp::UNIX_EPOCH).await.unwrap().stands, Stands::Memory);
    }
}
