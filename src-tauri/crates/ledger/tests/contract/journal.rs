//! Contract of the journal and of planned erasures.

use ledger::*;
use uuid::Uuid;

use super::at;

fn change(id: u128, cardholder_id: Option<i64>) -> ChangeRow {
    ChangeRow {
        id: Uuid::from_u128(id),
        written_at: at(1_000 + i64::try_from(id).unwrap()),
        desk: "one".to_owned(),
        endpoint: "cardholders.set".to_owned(),
        cardholder_id,
        card_id: Some(7),
        number: None,
        body_hash: "00".repeat(32),
        body: Some(br#"{"last_name":"Invented"}"#.to_vec()),
        before: Some(r#"{"last_name":"Before"}"#.to_owned()),
        reason: Some("lost".to_owned()),
        state: ChangeState::Written,
        changed_at: at(1_000),
    }
}

pub async fn a_change_comes_back_as_written(ledger: &Ledger) {
    let first = change(1, Some(5));
    let second = ChangeRow { card_id: None, body: None, before: None, reason: None, ..change(2, Some(5)) };
    ledger.write_changes(&[first.clone(), second.clone(), change(3, None)]).await.unwrap();
    assert_eq!(ledger.changes_of(5).await.unwrap(), [second, first.clone()], "newest first");
    let twice = [change(4, Some(5)), first];
    assert!(ledger.write_changes(&twice).await.is_err(), "an id is drawn once");
    assert_eq!(ledger.changes_of(5).await.unwrap().len(), 2, "all or none");
}

pub async fn a_change_goes_on_by_the_map_of_states_alone(ledger: &Ledger) {
    use ChangeState::{Done, Refused, Sent, Undone, Unknown, Written};
    let states = [Written, Sent, Done, Refused, Unknown, Undone];
    let mut id = 0;
    for from in states {
        for to in states {
            id += 1;
            let row = ChangeRow { state: from, ..change(id, Some(1)) };
            ledger.write_changes(std::slice::from_ref(&row)).await.unwrap();
            let went = ledger.carry_change_on(row.id, to, at(9_000)).await.unwrap();
            assert_eq!(went, from.may_become(to), "{from:?} to {to:?}");
            let now = ledger.changes_of(1).await.unwrap().into_iter().find(|it| it.id == row.id).unwrap();
            assert_eq!(now.state, if went { to } else { from });
            assert_eq!(now.changed_at, if went { at(9_000) } else { row.changed_at });
        }
    }
    assert!(!ledger.carry_change_on(Uuid::from_u128(999), Sent, at(1)).await.unwrap());
    for ended in [Done, Refused] {
        assert!(states.iter().all(|next| !ended.may_become(*next)), "{ended:?} is an end");
    }
    let late: Vec<_> = states.into_iter().filter(|next| Undone.may_become(*next)).collect();
    assert_eq!(late, [Done], "what wasn't there may come through late, and nothing else may be");
}

pub async fn open_changes_are_those_without_an_end(ledger: &Ledger) {
    use ChangeState::{Done, Refused, Sent, Undone, Unknown, Written};
    for (id, state) in (1..).zip([Done, Written, Refused, Sent, Undone, Unknown]) {
        ledger.write_changes(&[ChangeRow { state, ..change(id, None) }]).await.unwrap();
    }
    let open: Vec<ChangeState> = ledger.open_changes().await.unwrap().iter().map(|it| it.state).collect();
    assert_eq!(open, [Written, Sent, Unknown], "oldest first");
}

pub async fn changes_are_listed_by_time_for_all_desks_and_open_ones_for_each(ledger: &Ledger) {
    let of = |id, desk: &str| ChangeRow { desk: desk.to_owned(), ..change(id, None) };
    ledger.write_changes(&[of(1, "one"), of(2, "two"), of(3, "one"), of(4, "two")]).await.unwrap();
    assert!(ledger.carry_change_on(Uuid::from_u128(3), ChangeState::Undone, at(1)).await.unwrap());
    let ids = |rows: Vec<ChangeRow>| rows.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>();
    let between = async |from, to, skip, limit| {
        ids(ledger.changes_between(at(from), at(to), skip, limit).await.unwrap())
    };
    assert_eq!(between(0, 9_000, 0, 10).await, [4, 3, 2, 1], "the last written first");
    assert_eq!(between(1_002, 1_004, 0, 10).await, [3, 2], "until before the end");
    assert_eq!(between(0, 9_000, 1, 2).await, [3, 2], "page by page");
    assert_eq!(ids(ledger.open_changes_of_desk("one").await.unwrap()), [1]);
    assert_eq!(ids(ledger.open_changes_of_desk("two").await.unwrap()), [2, 4]);
}

pub async fn what_the_journal_says_of_an_erased_person_is_gone(ledger: &Ledger) {
    ledger.write_changes(&[change(1, Some(5)), change(2, Some(6))]).await.unwrap();
    ledger.blank_changes_of(5).await.unwrap();
    assert_eq!(
        ledger.changes_of(5).await.unwrap(),
        [ChangeRow { body: None, before: None, ..change(1, Some(5)) }]
    );
    assert_eq!(ledger.changes_of(6).await.unwrap(), [change(2, Some(6))]);
}

pub async fn an_erasure_is_planned_until_it_is_asked_for_or_taken_back(ledger: &Ledger) {
    let planned = |cardholder_id, ms| Erasure { cardholder_id, planned_at: at(ms), asked_at: None };
    let (one, other) = (planned(1, 20), planned(2, 10));
    for erasure in [one, other, planned(3, 30)] {
        ledger.set_erasure(&erasure).await.unwrap();
    }
    assert_eq!(
        ledger.planned_erasures().await.unwrap(),
        [other, one, planned(3, 30)],
        "longest planned first"
    );
    ledger.set_erasure(&Erasure { asked_at: Some(at(40)), ..other }).await.unwrap();
    assert!(ledger.remove_erasure(1).await.unwrap());
    assert!(!ledger.remove_erasure(1).await.unwrap());
    assert_eq!(ledger.planned_erasures().await.unwrap(), [planned(3, 30)]);
    assert_eq!(ledger.erasure(2).await.unwrap().unwrap().asked_at, Some(at(40)));
    assert_eq!(ledger.erasure(1).await.unwrap(), None);
}
