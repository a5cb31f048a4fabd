//! The schema of both databases: the migrations, by number, and how they're applied.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use crate::LedgerError;
use crate::error::{from_migration, from_postgres};

/// Each with its number, in order, the same numbers in both. One that has been released is never changed: the
/// next one is added.
macro_rules! schema {
    ($($number:literal $name:literal),* $(,)?) => {
        /// The newest number.
        pub(crate) const KNOWN: i64 = { let all = [$($number),*]; all[all.len() - 1] };
        const SQLITE: &[(i64, &str, &str)] =
            &[$(($number, $name, include_str!(concat!("../migrations/sqlite/", $name, ".sql")))),*];
        const POSTGRES: &[(i64, &str, &str)] =
            &[$(($number, $name, include_str!(concat!("../migrations/postgres/", $name, ".sql")))),*];
    };
}

schema! {
    1 "0001_person",
    2 "0002_name",
    3 "0003_card",
    4 "0004_chip",
    5 "0005_sup_link",
    6 "0006_usos_link",
    7 "0007_mark",
    8 "0008_change",
    9 "0009_erasure",
    10 "0010_stock",
    11 "0011_change_of_a_desk",
    12 "0012_issue",
    13 "0013_spoiled",
    14 "0014_audit",
    15 "0015_audit_key",
    16 "0016_photo",
    17 "0017_shared",
    18 "0018_last_moment",
}

/// All desks that open the ledger at the same time wait here for each other.
const MIGRATING: i64 = 0x6361_7264_0001;

fn migrator(schema: &'static [(i64, &str, &str)]) -> Migrator {
    let migrations = schema.iter().map(|(number, name, sql)| {
        // The name without its number, as the migrations of the first releases are called.
        let name = name.split_once('_').map_or(*name, |(_, name)| name);
        Migration::new(*number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// On a thread of its own: sqlx's migrator borrows its connection in a way that keeps the compiler from seeing
/// that the future may move between threads.
async fn aside<F>(work: impl FnOnce() -> F + Send + 'static) -> Result<(), LedgerError>
where
    F: Future<Output = Result<(), LedgerError>>,
{
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(work())).await;
    done.unwrap_or(Err(LedgerError::Io { code: None }))
}

/// Brings the file's schema up to this program's: all or nothing, and one process at a time.
pub(crate) async fn migrate_sqlite(writer: &SqlitePool) -> Result<(), LedgerError> {
    let writer = writer.clone();
    aside(move || async move {
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
        let done = migrator(SQLITE).run(&mut *tx).await;
        done.map_err(|error| from_migration(error, KNOWN, LedgerError::from))?;
        // On a file that may only be read, SQLite begins all the same and refuses the first write, though it
        // changes nothing: better now than in the middle of a journey.
        sqlx::query("DELETE FROM mark WHERE FALSE").execute(&mut *tx).await?;
        Ok(tx.commit().await?)
    })
    .await
}

/// The same for the server.
pub(crate) async fn migrate_postgres(pool: &PgPool) -> Result<(), LedgerError> {
    let pool = pool.clone();
    aside(move || async move {
        let mut tx = pool.begin().await.map_err(from_postgres)?;
        // Held until the commit; the migrator's own lock would be given back before.
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(MIGRATING);
        lock.execute(&mut *tx).await.map_err(from_postgres)?;
        let done = migrator(POSTGRES).set_locking(false).run(&mut *tx).await;
        done.map_err(|error| from_migration(error, KNOWN, from_postgres))?;
        let touch = sqlx::query("DELETE FROM mark WHERE FALSE");
        touch.execute(&mut *tx).await.map_err(from_postgres)?;
        tx.commit().await.map_err(from_postgres)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open::Base;
    use crate::sql::query;
    use crate::{ChangeState, Ledger};
    use sqlx::sqlite::SqlitePoolOptions;

    #[tokio::test]
    async fn a_journal_from_before_there_were_several_desks_is_kept_in_its_order() {
        let only = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
        let runtime = tokio::runtime::Handle::current();
        let old = only.clone();
        let migrated = tokio::task::spawn_blocking(move || {
            runtime.block_on(async {
                let mut one = old.acquire().await.unwrap();
                migrator(&SQLITE[..9]).run(&mut *one).await
            })
        });
        migrated.await.unwrap().unwrap();
        let ledger = Ledger { base: Base::Sqlite { writer: only.clone(), readers: only.clone() } };
        // Drawn at random, the ids don't stand in order; the clock was set back in between.
        for (id, written_at) in [(7, 5_000), (3, 1_000), (5, 2_000)] {
            query(
                "INSERT INTO change (id, written_at, endpoint, cardholder_id, body_hash, body, state, changed_at)
                 VALUES ($1, $2, 'cards.update', 5, '00', x'7b7d', 'unknown', $2)",
            )
            .bind(uuid::Uuid::from_u128(id).to_string())
            .bind(written_at)
            .execute(ledger.writer())
            .await
            .unwrap();
        }
        migrate_sqlite(&only).await.unwrap();
        let open = ledger.open_changes().await.unwrap();
        assert_eq!(open.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>(), [7, 3, 5]);
        for change in &open {
            assert_eq!((change.desk.as_str(), change.number.as_deref()), ("", None));
            assert_eq!(change.body.as_deref(), Some(&b"{}"[..]));
            assert!(ledger.carry_change_on(change.id, ChangeState::Undone, change.changed_at).await.unwrap());
        }
        assert_eq!(ledger.changes_of(5).await.unwrap().len(), 3);
    }
}
