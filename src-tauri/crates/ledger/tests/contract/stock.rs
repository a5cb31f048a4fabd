//! Contract of the stock: each number to one desk and one card, and only as the map of states allows.

use super::{at, card};
use jiff::civil::date;
use ledger::*;
use uuid::Uuid;

pub const ISIC: &str = "ISIC";

pub async fn stocked(ledger: &Ledger, text: &str) {
    ledger.take_in(&Intake::read(text).unwrap(), ISIC, at(1)).await.unwrap();
}

pub async fn state(ledger: &Ledger, number: &str) -> NumberState {
    ledger.number(number).await.unwrap().unwrap().state
}

pub async fn lease(ledger: &Ledger, desk: &str, count: u32) -> Vec<String> {
    ledger.lease(desk, ISIC, count, at(2)).await.unwrap()
}

/// The report of a card with this number.
pub fn report(id: u128, desk: &str, number: &str) -> ChangeRow {
    ChangeRow {
        id: Uuid::from_u128(id),
        written_at: at(10),
        desk: desk.to_owned(),
        endpoint: "cards.report".to_owned(),
        cardholder_id: Some(1),
        card_id: None,
        number: Some(number.to_owned()),
        body_hash: "00".repeat(32),
        body: None,
        before: None,
        reason: None,
        state: ChangeState::Written,
        changed_at: at(10),
    }
}

pub async fn write(ledger: &Ledger, id: u128, desk: &str, number: &str) -> Uuid {
    let change = report(id, desk, number);
    ledger.write_changes(std::slice::from_ref(&change)).await.unwrap();
    change.id
}

pub async fn carry(ledger: &Ledger, id: Uuid, to: ChangeState) -> bool {
    ledger.carry_change_on(id, to, at(20)).await.unwrap()
}

pub async fn numbers_come_in_all_or_none_and_each_once(ledger: &Ledger) {
    let at_first = Intake::read("S010A - S019A").unwrap();
    assert_eq!(ledger.take_in(&at_first, ISIC, at(1)).await, Ok(10));
    let again = Intake::read("S001A - S009A\nS015A - S024A\nS030A").unwrap();
    let faults = vec![Fault { line: 2, kind: FaultKind::Known { numbers: 5 } }];
    assert_eq!(ledger.take_in(&again, "ITIC", at(1)).await, Err(NotTaken::Faults(faults)));
    let all = StockCount { card_type: ISIC.to_owned(), state: NumberState::Free, desk: None, numbers: 10 };
    assert_eq!(ledger.stock().await.unwrap(), [all]);
    assert_eq!(ledger.number("S001A").await.unwrap(), None, "none of the refused ones");
    assert_eq!(state(ledger, " s 012 a ").await, NumberState::Free, "in any spelling");
}

pub async fn a_number_that_alive_has_on_a_live_card_comes_in_as_used(ledger: &Ledger) {
    let returned = CardRow { status: "RETURNED".to_owned(), ..card(11, 1, "S002A", &[]) };
    ledger.store_cards(&[card(10, 1, "s 001 a", &[]), returned]).await.unwrap();
    let intake = Intake::read("S001A - S003A").unwrap();
    assert_eq!(ledger.take_in(&intake, ISIC, at(1)).await, Ok(2));
    assert_eq!(state(ledger, "S001A").await, NumberState::Used);
    assert_eq!(lease(ledger, "one", 10).await, ["S002A", "S003A"]);
    assert_eq!(ledger.runs_out(ISIC, date(1970, 1, 1)).await.unwrap(), None, "nor does it count as a use");
}

pub async fn a_large_intake_is_taken_whole_in_its_order(ledger: &Ledger) {
    stocked(ledger, "S000001A - S012000A").await;
    let leased = lease(ledger, "one", 11_999).await;
    assert_eq!((leased.len(), &*leased[0], &*leased[11_998]), (11_999, "S000001A", "S011999A"));
    assert!(leased.is_sorted());
    assert_eq!(lease(ledger, "two", 10).await, ["S012000A"], "as many as there are");
    assert_eq!(lease(ledger, "two", 10).await, [] as [&str; 0]);
}

pub async fn desks_that_lease_at_the_same_time_never_get_the_same_number(ledger: &Ledger) {
    stocked(ledger, "S0001A - S1000A").await;
    let desks: Vec<_> = (0..16)
        .map(|desk| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let some = lease(&ledger, &format!("desk {desk}"), 7).await;
                    if some.is_empty() {
                        return mine;
                    }
                    mine.extend(some);
                }
            })
        })
        .collect();
    let mut all = Vec::new();
    for desk in desks {
        all.extend(desk.await.unwrap());
    }
    assert_eq!(all.len(), 1000);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 1000, "none twice");
}

pub async fn a_given_back_lease_leaves_what_is_on_its_way(ledger: &Ledger) {
    stocked(ledger, "S001A - S006A").await;
    lease(ledger, "one", 5).await;
    lease(ledger, "two", 1).await;
    write(ledger, 1, "one", "S001A").await;
    let sent = write(ledger, 2, "one", "S002A").await;
    assert!(carry(ledger, sent, ChangeState::Sent).await);
    assert_eq!(ledger.give_back("one", at(3)).await.unwrap(), 3);
    assert_eq!(lease(ledger, "three", 9).await, ["S003A", "S004A", "S005A"]);
    assert_eq!(state(ledger, "S006A").await, NumberState::Leased, "another desk's");
}

pub async fn a_number_goes_along_with_its_change(ledger: &Ledger) {
    use ChangeState::{Done, Refused, Sent, Undone, Unknown};
    stocked(ledger, "S001A - S009A").await;
    lease(ledger, "one", 9).await;
    let ways: [(&str, &[ChangeState], NumberState); 6] = [
        ("S001A", &[Sent, Done], NumberState::Used),
        ("S002A", &[Sent, Unknown, Done], NumberState::Used),
        ("S003A", &[Sent, Unknown, Undone], NumberState::Free),
        ("S004A", &[Sent, Refused], NumberState::Sent),
        ("S005A", &[Undone], NumberState::Leased),
        ("S006A", &[Sent, Unknown], NumberState::Sent),
    ];
    for (id, (number, way, end)) in (1..).zip(ways) {
        let change = write(ledger, id, "one", number).await;
        for next in way {
            assert!(carry(ledger, change, *next).await, "{number} {next:?}");
        }
        assert_eq!(state(ledger, number).await, end, "{way:?}");
    }
    assert_eq!(ledger.stranded_numbers("one").await.unwrap(), ["S004A"], "the unknown one isn't given up");
    let again = write(ledger, 10, "one", "S004A").await;
    assert_eq!(ledger.stranded_numbers("one").await.unwrap(), [] as [&str; 0]);
    assert!(carry(ledger, again, Sent).await, "a refused one is sent anew with the same number");
    assert!(carry(ledger, again, Done).await);
    assert_eq!(state(ledger, "S004A").await, NumberState::Used);
}

pub async fn a_number_is_on_its_way_to_one_card_at_a_time(ledger: &Ledger) {
    stocked(ledger, "S001A - S002A").await;
    lease(ledger, "one", 2).await;
    let first = write(ledger, 1, "one", "S001A").await;
    let both = [report(2, "one", "S002A"), report(3, "one", " s001a ")];
    assert_eq!(ledger.write_changes(&both).await, Err(LedgerError::NumberTaken));
    assert_eq!(ledger.open_changes().await.unwrap().len(), 1, "all or none");
    assert!(carry(ledger, first, ChangeState::Undone).await);
    ledger.write_changes(&both).await.unwrap();
}

pub async fn only_the_desk_that_leased_a_number_can_send_it(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    lease(ledger, "one", 1).await;
    for (id, desk, number) in [(1, "two", "S001A"), (2, "one", "S002A"), (3, "one", "S404A")] {
        let change = write(ledger, id, desk, number).await;
        assert!(!carry(ledger, change, ChangeState::Sent).await, "{desk} {number}");
        let row = ledger.open_changes_of_desk(desk).await.unwrap().into_iter().find(|it| it.id == change);
        assert_eq!(row.unwrap().state, ChangeState::Written, "neither goes on");
        assert!(carry(ledger, change, ChangeState::Undone).await);
    }
    assert_eq!(state(ledger, "S002A").await, NumberState::Free);
}

/// Brings a fresh number into a state by the steps that lead there.
async fn bring(ledger: &Ledger, id: u128, to: NumberState) -> String {
    let number = format!("S{id:03}A");
    stocked(ledger, &number).await;
    let step = async |by| assert!(ledger.step_number(&number, by, at(5)).await.unwrap());
    let take = async || ledger.take_number("one", ISIC, &number, at(2)).await.unwrap();
    match to {
        NumberState::Free => {}
        NumberState::Leased => assert_eq!(take().await, Hold::Held),
        NumberState::Sent => {
            assert_eq!(take().await, Hold::Held);
            let change = write(ledger, id, "one", &number).await;
            assert!(carry(ledger, change, ChangeState::Sent).await);
            assert!(carry(ledger, change, ChangeState::Refused).await);
        }
        NumberState::Used => step(Step::Present).await,
        NumberState::Spoiled => step(Step::Spoil { reason: "withdrawn" }).await,
        NumberState::Returned => {
            step(Step::Present).await;
            step(Step::Return).await;
        }
    }
    assert_eq!(state(ledger, &number).await, to);
    number
}

pub async fn a_number_steps_by_the_map_alone(ledger: &Ledger) {
    let steps = [
        Step::GiveBack,
        Step::Present,
        Step::Absent,
        Step::Spoil { reason: "misprinted" },
        Step::Return,
        Step::Release,
    ];
    let mut id = 0;
    for from in NumberState::ALL {
        for step in steps {
            id += 1;
            let number = bring(ledger, id, from).await;
            let stepped = ledger.step_number(&number, step, at(9)).await.unwrap();
            assert_eq!(stepped, from.after(step).is_some(), "{from:?} {step:?}");
            let row = ledger.number(&number).await.unwrap().unwrap();
            assert_eq!(row.state, from.after(step).unwrap_or(from));
            assert_eq!(row.reason.is_some(), row.state == NumberState::Spoiled);
            if stepped && row.state == NumberState::Free {
                assert_eq!(row.desk, None);
            }
        }
        let number = bring(ledger, id + 500, from).await;
        for not_here in [Step::Lease, Step::Send, Step::Keep] {
            assert!(!ledger.step_number(&number, not_here, at(9)).await.unwrap());
        }
    }
    let spoiled = bring(ledger, 999, NumberState::Leased).await;
    ledger.step_number(&spoiled, Step::Spoil { reason: "bent" }, at(9)).await.unwrap();
    assert_eq!(ledger.number(&spoiled).await.unwrap().unwrap().reason.as_deref(), Some("bent"));
}

pub async fn a_number_on_its_way_to_a_card_is_freed_by_the_end_of_its_change_alone(ledger: &Ledger) {
    stocked(ledger, "S001A").await;
    lease(ledger, "one", 1).await;
    let change = write(ledger, 1, "one", "S001A").await;
    assert!(!ledger.step_number("S001A", Step::GiveBack, at(3)).await.unwrap());
    assert!(carry(ledger, change, ChangeState::Sent).await);
    assert!(!ledger.step_number("s001a", Step::Absent, at(3)).await.unwrap(), "it may still arrive there");
    assert_eq!(lease(ledger, "two", 1).await, [] as [&str; 0]);
    assert!(carry(ledger, change, ChangeState::Undone).await);
    assert_eq!(state(ledger, "S001A").await, NumberState::Free);
}

pub async fn what_alive_has_is_used_whoever_leased_it(ledger: &Ledger) {
    stocked(ledger, "S001A - S004A").await;
    lease(ledger, "one", 2).await;
    let seen = ["S001A", "s 003 a", "S404A"];
    assert_eq!(ledger.mark_used_by_alive(&seen, at(7)).await.unwrap(), 2);
    assert_eq!(ledger.mark_used_by_alive(&seen, at(8)).await.unwrap(), 0, "already");
    assert_eq!(state(ledger, "S002A").await, NumberState::Leased);
    assert_eq!(lease(ledger, "two", 9).await, ["S004A"]);
    // A change that finds its number on its own card ends all the same.
    let change = write(ledger, 1, "one", "S002A").await;
    assert!(carry(ledger, change, ChangeState::Sent).await);
    assert_eq!(ledger.mark_used_by_alive(&["S002A"], at(7)).await.unwrap(), 1);
    assert!(carry(ledger, change, ChangeState::Done).await);
    // And one that finds it on another's card doesn't free it.
    let change = write(ledger, 2, "two", "S004A").await;
    assert!(carry(ledger, change, ChangeState::Sent).await);
    assert_eq!(ledger.mark_used_by_alive(&["S004A"], at(7)).await.unwrap(), 1);
    assert!(carry(ledger, change, ChangeState::Undone).await);
    assert_eq!(state(ledger, "S004A").await, NumberState::Used);
}

pub async fn uses_are_counted_by_day_and_tell_when_the_stock_runs_out(ledger: &Ledger) {
    const DAY: i64 = 86_400_000;
    stocked(ledger, "S001A - S100A").await;
    lease(ledger, "one", 30).await;
    for id in 1..=14_u8 {
        let change = write(ledger, id.into(), "one", &format!("S{id:03}A")).await;
        assert!(carry(ledger, change, ChangeState::Sent).await);
        let when = if id <= 10 { 100 * DAY + 5 } else { 107 * DAY - 1 };
        assert!(ledger.carry_change_on(change, ChangeState::Done, at(when)).await.unwrap());
    }
    assert!(ledger.step_number("S020A", Step::Spoil { reason: "bent" }, at(1)).await.unwrap());
    let first = date(1970, 4, 11);
    let today = date(1970, 4, 17);
    let by_day = [DayUse { day: first, numbers: 10 }, DayUse { day: today, numbers: 4 }];
    assert_eq!(ledger.uses(ISIC, today, 7).await.unwrap(), by_day);
    assert_eq!(ledger.uses(ISIC, today, 6).await.unwrap(), by_day[1..]);
    assert_eq!(ledger.uses("ITIC", today, 28).await.unwrap(), []);
    // 85 are left, two a day in the seven days.
    assert_eq!(ledger.runs_out(ISIC, today).await.unwrap(), Some(date(1970, 5, 29)));
}

pub async fn the_stock_is_counted_by_type_state_and_desk(ledger: &Ledger) {
    stocked(ledger, "S001A - S010A").await;
    ledger.take_in(&Intake::read("T1 - T2").unwrap(), "ITIC", at(1)).await.unwrap();
    lease(ledger, "one", 3).await;
    lease(ledger, "two", 2).await;
    ledger.mark_used_by_alive(&["S001A", "S010A"], at(3)).await.unwrap();
    let count = |card_type: &str, state, desk: Option<&str>, numbers| StockCount {
        card_type: card_type.to_owned(),
        state,
        desk: desk.map(str::to_owned),
        numbers,
    };
    assert_eq!(
        ledger.stock().await.unwrap(),
        [
            count(ISIC, NumberState::Free, None, 4),
            count(ISIC, NumberState::Leased, Some("one"), 2),
            count(ISIC, NumberState::Leased, Some("two"), 2),
            count(ISIC, NumberState::Used, None, 2),
            count("ITIC", NumberState::Free, None, 2),
        ]
    );
}

pub async fn what_is_left_is_counted_for_a_desk(ledger: &Ledger) {
    stocked(ledger, "S000000000001A - S000000000005A").await;
    lease(ledger, "one", 2).await;
    let left = async |desk: &str| ledger.numbers_left(desk, ISIC).await.unwrap();
    assert_eq!((left("one").await, left("two").await), (5, 3), "its own and the free ones");
    assert_eq!(ledger.numbers_left("one", "ITIC").await.unwrap(), 0);
    write(ledger, 1, "one", "S000000000001A").await;
    carry(ledger, Uuid::from_u128(1), ChangeState::Sent).await;
    carry(ledger, Uuid::from_u128(1), ChangeState::Done).await;
    assert_eq!(left("one").await, 4);
    assert!(ledger.step_number("S000000000001A", Step::Return, at(20)).await.unwrap());
    assert_eq!(ledger.returned_numbers(ISIC).await.unwrap(), ["S000000000001A"]);
}

pub async fn a_clock_that_is_set_back_changes_no_order(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    ledger.take_in(&Intake::read("S004A - S006A").unwrap(), ISIC, at(-5_000_000)).await.unwrap();
    assert_eq!(ledger.lease("one", ISIC, 4, at(1_000)).await.unwrap(), ["S001A", "S002A", "S003A", "S004A"]);
    assert_eq!(ledger.lease("one", ISIC, 1, at(-1_000)).await.unwrap(), ["S005A"]);
    for (id, when) in [(3, 900), (2, 500), (1, -500)] {
        let written = ChangeRow { written_at: at(when), ..report(id, "one", &format!("S00{id}A")) };
        ledger.write_changes(&[written]).await.unwrap();
    }
    let ids = |rows: Vec<ChangeRow>| rows.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(ledger.open_changes().await.unwrap()), [3, 2, 1], "as they were written");
    assert_eq!(ids(ledger.changes_of(1).await.unwrap()), [1, 2, 3]);
    let id = Uuid::from_u128(3);
    assert!(ledger.carry_change_on(id, ChangeState::Sent, at(100)).await.unwrap());
    assert!(ledger.carry_change_on(id, ChangeState::Done, at(-100)).await.unwrap());
    assert_eq!(state(ledger, "S003A").await, NumberState::Used);
}
