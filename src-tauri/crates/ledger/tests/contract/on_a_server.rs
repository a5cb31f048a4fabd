//! What only a database server can do to the desks: be gone, come back, refuse them; and several desks at once.

use std::time::{Duration, Instant};

use ledger::*;
use secrecy::SecretString;

use super::issue::race_for_the_last_numbers;
use super::{at, person};
use crate::server::{Server, password, shared};

#[tokio::test]
async fn a_server_that_is_gone_is_named_and_comes_back_by_itself() {
    let server = Server::start(true);
    let name = server.database().await;
    let ledger = Ledger::open(server.place(&name)).await.unwrap();
    ledger.take_in(&Intake::read("S01-S09").unwrap(), "ISIC", at(1)).await.unwrap();
    let leased = ledger.lease("one", "ISIC", 3, at(2)).await.unwrap();
    server.kill();
    let since = Instant::now();
    assert_eq!(ledger.lease("one", "ISIC", 3, at(3)).await, Err(LedgerError::Gone));
    assert!(since.elapsed() < Duration::from_secs(20), "nobody waits for ever");
    assert_eq!(
        ledger.set_mark(Mark::CardsFrom, at(9)).await,
        Err(LedgerError::Gone),
        "never sent: not unsure"
    );
    assert_eq!(Ledger::open(server.place(&name)).await.unwrap_err(), LedgerError::Gone);
    server.revive();
    drop(server.connect(&name).await);
    let number = ledger.number(&leased[0]).await.unwrap().unwrap();
    assert_eq!((number.state, number.desk.as_deref()), (NumberState::Leased, Some("one")));
    assert_eq!(ledger.lease("one", "ISIC", 9, at(4)).await.unwrap().len(), 6, "what was kept is kept");
}

#[tokio::test]
async fn a_connection_that_is_lost_in_between_is_made_anew() {
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    for _ in 0..3 {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        shared().tell_sql(&name, end).await;
        ledger.store_people(&[person(1, "Ida", "Malá")]).await.unwrap();
    }
    assert_eq!(ledger.count().await.unwrap().people, 1);
}

#[tokio::test]
async fn a_connection_that_is_lost_while_it_keeps_something_leaves_it_unsure() {
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    // A trigger that ends its own connection: as if the server had gone in the middle of the statement.
    let trap = "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$;
                CREATE TRIGGER trap BEFORE INSERT ON mark FOR EACH ROW EXECUTE FUNCTION trap()";
    shared().tell_sql(&name, trap).await;
    assert_eq!(ledger.set_mark(Mark::CardsFrom, at(1)).await, Err(LedgerError::Unsure));
    assert_eq!(ledger.mark(Mark::CardsFrom).await.unwrap(), None, "read before it's written again");
    shared().tell_sql(&name, "DROP TRIGGER trap ON mark").await;
    ledger.set_mark(Mark::CardsFrom, at(1)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_database_or_right_is_a_refusal() {
    let name = shared().database().await;
    let open = async |url, password| Ledger::open(Place::Postgres { url, password }).await.unwrap_err();
    let wrong = SecretString::from("another");
    assert_eq!(open(shared().url(&name, ""), wrong).await, LedgerError::Denied);
    assert_eq!(open(shared().url("absent", ""), password()).await, LedgerError::Denied);
    let stranger = format!(
        "CREATE ROLE stranger_{name} LOGIN PASSWORD 'p-4-tests'; ALTER DATABASE {name} CONNECTION LIMIT -1"
    );
    shared().tell_sql(&name, &stranger).await;
    let url = shared().url(&name, "").to_string().replace("//desk@", &format!("//stranger_{name}@"));
    assert_eq!(open(url.parse().unwrap(), password()).await, LedgerError::Denied);
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_asked_for() {
    let name = shared().database().await;
    for query in ["?sslmode=require", "?sslmode=verify-full"] {
        let place = Place::Postgres { url: shared().url(&name, query), password: password() };
        assert_eq!(Ledger::open(place).await.unwrap_err(), LedgerError::Tls, "{query}");
    }
}

#[tokio::test]
async fn a_server_that_may_only_be_read_is_named() {
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    ledger.set_mark(Mark::CardsFrom, at(1)).await.unwrap();
    ledger.close().await;
    shared().tell_sql(&name, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    assert_eq!(Ledger::open(shared().place(&name)).await.unwrap_err(), LedgerError::ReadOnly);
}

#[tokio::test]
async fn a_newer_schema_on_a_server_is_refused() {
    let name = shared().database().await;
    Ledger::open(shared().place(&name)).await.unwrap().close().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9000, 'of the future', TRUE, '', 0)";
    shared().tell_sql(&name, newer).await;
    let refused = Ledger::open(shared().place(&name)).await.unwrap_err();
    assert!(matches!(refused, LedgerError::NewerSchema { found: 9000, .. }), "{refused}");
}

#[tokio::test]
async fn a_table_that_somebody_holds_is_busy_and_not_for_ever() {
    use sqlx::Executor;
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    let mut other = shared().connect(&name).await;
    other.execute("BEGIN; LOCK TABLE stock").await.unwrap();
    assert_eq!(ledger.lease("one", "ISIC", 1, at(1)).await, Err(LedgerError::Busy));
    other.execute("ROLLBACK").await.unwrap();
    assert_eq!(ledger.lease("one", "ISIC", 1, at(1)).await, Ok(vec![]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn desks_that_open_a_new_ledger_at_the_same_time_all_get_it() {
    let name = shared().database().await;
    let desks: Vec<_> = (0..6).map(|_| tokio::spawn(Ledger::open(shared().place(&name)))).collect();
    for desk in desks {
        desk.await.unwrap().unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn desks_that_store_the_same_people_at_the_same_time_leave_one_name_each() {
    let name = shared().database().await;
    let mut desks = Vec::new();
    for desk in 0..3_i64 {
        let ledger = Ledger::open(shared().place(&name)).await.unwrap();
        desks.push(tokio::spawn(async move {
            for round in 0..4 {
                let surname = |id: i64| format!("Malá{}", (id + round + desk) % 5);
                let mut people: Vec<_> = (0..150).map(|id| person(id, "Ida", &surname(id))).collect();
                if desk == 1 {
                    people.reverse();
                }
                ledger.store_people(&people).await.unwrap();
            }
        }));
    }
    for desk in desks {
        desk.await.unwrap();
    }
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    let mut found = 0;
    for surname in 0..5 {
        for hit in ledger.search(&format!("mala{surname} ida"), 1000).await.unwrap() {
            assert_eq!(hit.person.last_name, format!("Malá{surname}"));
            found += 1;
        }
    }
    assert_eq!(found, 150);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn desks_on_a_server_that_race_for_the_last_numbers_hold_no_number_twice() {
    let name = shared().database().await;
    let open = async || Ledger::open(shared().place(&name)).await.unwrap();
    race_for_the_last_numbers([open().await, open().await]).await;
}

#[tokio::test]
async fn a_number_that_is_just_being_held_is_not_given_back() {
    use sqlx::Executor;
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    ledger.take_in(&Intake::read("S01-S02").unwrap(), "ISIC", at(1)).await.unwrap();
    ledger.lease("one", "ISIC", 2, at(2)).await.unwrap();
    let issue = IssueRow {
        id: uuid::Uuid::from_u128(1),
        desk: "one".to_owned(),
        cardholder_id: 1,
        card_type: "ISIC".to_owned(),
        number: None,
        state: IssueState::Open,
        draft: None,
        begun_at: at(3),
        changed_at: at(3),
    };
    ledger.begin_issue(&issue).await.unwrap();
    // A hold that has locked its number and isn't through.
    let mut other = shared().connect(&name).await;
    other
        .execute(
            "BEGIN; SELECT 1 FROM stock WHERE number = 'S01' FOR UPDATE; UPDATE issue SET number = 'S01'",
        )
        .await
        .unwrap();
    let giving_back = tokio::spawn({
        let ledger = ledger.clone();
        async move { ledger.give_back("one", at(4)).await }
    });
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(!giving_back.is_finished(), "it waits");
    other.execute("COMMIT").await.unwrap();
    assert_eq!(giving_back.await.unwrap(), Ok(1), "the other one alone");
    assert_eq!(ledger.number("S01").await.unwrap().unwrap().state, NumberState::Leased);
}

#[tokio::test]
async fn a_server_is_backed_up_by_its_own_means() {
    let name = shared().database().await;
    let ledger = Ledger::open(shared().place(&name)).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("backup");
    assert_eq!(ledger.back_up(&to).await, Err(LedgerError::NotAFile));
    assert!(!to.exists());
}
