//! Asking either database. The SQL of the tables is one text for both wherever it can be: `$1`, `RETURNING`,
//! `ON CONFLICT` are the same, and the few functions of SQLite that PostgreSQL lacks are made by its first
//! migration. A list goes in as one JSON array, since a statement a row costs a round trip a row.

use std::time::Duration;

use sqlx::postgres::{PgPool, PgRow};
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Decode, PgConnection, Postgres, Row, Sqlite, SqliteConnection, Transaction, Type};

use crate::LedgerError;
use crate::error::from_postgres;

/// A server that neither answers nor breaks off is given up on. Longer than its own limit for a statement.
const PATIENCE: Duration = Duration::from_secs(15);

/// What may be bound. The type is known of an absent value too: PostgreSQL asks for it.
#[derive(Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value {
    ($($from:ty, $it:ident => $value:expr;)*) => {
        $(impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $value
            }
        })*
    };
}

value! {
    i64, it => Self::Int(Some(it));
    Option<i64>, it => Self::Int(it);
    String, it => Self::Text(Some(it));
    &String, it => Self::Text(Some(it.clone()));
    &str, it => Self::Text(Some(it.to_owned()));
    Option<String>, it => Self::Text(it);
    &Option<String>, it => Self::Text(it.clone());
    Option<&str>, it => Self::Text(it.map(str::to_owned));
    &Option<Vec<u8>>, it => Self::Bytes(it.clone());
    Option<Vec<u8>>, it => Self::Bytes(it);
    &[u8], it => Self::Bytes(Some(it.to_vec()));
}

/// A statement with what is bound to it.
pub(crate) struct Query {
    sqlite: &'static str,
    postgres: &'static str,
    values: Vec<Value>,
}

/// A statement that reads the same for both databases.
pub(crate) fn query(sql: &'static str) -> Query {
    either(sql, sql)
}

/// A statement that doesn't.
pub(crate) fn either(sqlite: &'static str, postgres: &'static str) -> Query {
    Query { sqlite, postgres, values: Vec::new() }
}

/// What a statement is carried out on: a transaction, or alone on any connection.
pub(crate) enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    SqlitePool(&'a SqlitePool),
    Postgres(&'a mut PgConnection),
    PostgresPool(&'a PgPool),
}

/// A transaction; rolled back when dropped.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), LedgerError> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
            Self::Postgres(tx) => answered(tx.commit()).await.map_err(LedgerError::of_a_commit),
        }
    }
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        match tx {
            Tx::Sqlite(tx) => Self::Sqlite(tx),
            Tx::Postgres(tx) => Self::Postgres(tx),
        }
    }
}

/// Waits for PostgreSQL, but not for ever.
pub(crate) async fn answered<T>(
    asked: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, LedgerError> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(answer) => answer.map_err(from_postgres),
        Err(_) => Err(LedgerError::Gone),
    }
}

/// The sqlx query of this text with these values.
macro_rules! bound {
    ($sql:expr, $values:expr) => {
        $values.into_iter().fold(sqlx::query($sql), |query, value| match value {
            Value::Int(it) => query.bind(it),
            Value::Text(it) => query.bind(it),
            Value::Bytes(it) => query.bind(it),
        })
    };
}

impl Query {
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// How many rows were touched.
    pub(crate) async fn execute<'a>(self, on: impl Into<On<'a>>) -> Result<u64, LedgerError> {
        let Self { sqlite, postgres, values } = self;
        Ok(match on.into() {
            On::Sqlite(on) => bound!(sqlite, values).execute(on).await?.rows_affected(),
            On::SqlitePool(on) => bound!(sqlite, values).execute(on).await?.rows_affected(),
            On::Postgres(on) => answered(bound!(postgres, values).execute(on)).await?.rows_affected(),
            On::PostgresPool(on) => {
                let mut on = answered(on.acquire()).await?;
                // Alone it is its own commit.
                let done = answered(bound!(postgres, values).execute(&mut *on)).await;
                done.map_err(LedgerError::of_a_commit)?.rows_affected()
            }
        })
    }

    pub(crate) async fn fetch_all<'a>(self, on: impl Into<On<'a>>) -> Result<Vec<Record>, LedgerError> {
        let Self { sqlite, postgres, values } = self;
        Ok(match on.into() {
            On::Sqlite(on) => Record::sqlite(bound!(sqlite, values).fetch_all(on).await?),
            On::SqlitePool(on) => Record::sqlite(bound!(sqlite, values).fetch_all(on).await?),
            On::Postgres(on) => Record::postgres(answered(bound!(postgres, values).fetch_all(on)).await?),
            On::PostgresPool(on) => {
                let mut on = answered(on.acquire()).await?;
                Record::postgres(answered(bound!(postgres, values).fetch_all(&mut *on)).await?)
            }
        })
    }

    pub(crate) async fn fetch_optional<'a>(
        self,
        on: impl Into<On<'a>>,
    ) -> Result<Option<Record>, LedgerError> {
        Ok(self.fetch_all(on).await?.into_iter().next())
    }

    /// For statements that always give a row.
    pub(crate) async fn fetch_one<'a>(self, on: impl Into<On<'a>>) -> Result<Record, LedgerError> {
        self.fetch_optional(on).await?.ok_or(LedgerError::Fault { code: None })
    }

    /// The first column of each row.
    pub(crate) async fn fetch_column<'a, T: for<'r> Cell<'r>>(
        self,
        on: impl Into<On<'a>>,
    ) -> Result<Vec<T>, LedgerError> {
        self.fetch_all(on).await?.iter().map(|row| row.try_get(0)).collect()
    }
}

/// What can be read from a row of either database.
pub(crate) trait Cell<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Cell<'r> for T where T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres> {}

/// A row of either database.
pub(crate) enum Record {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Record {
    fn sqlite(rows: Vec<SqliteRow>) -> Vec<Self> {
        rows.into_iter().map(Self::Sqlite).collect()
    }

    fn postgres(rows: Vec<PgRow>) -> Vec<Self> {
        rows.into_iter().map(Self::Postgres).collect()
    }

    pub(crate) fn try_get<'r, T: Cell<'r>>(&'r self, at: usize) -> Result<T, LedgerError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(at)?,
            Self::Postgres(row) => row.try_get(at).map_err(from_postgres)?,
        })
    }
}
