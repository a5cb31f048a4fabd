//! Contract of the issues: left and taken up again, each number held by one of them, and kept by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ledger::*;
use uuid::Uuid;

use super::stock::{ISIC, carry, lease, report, state, stocked, write};
use super::{at, card, file};

/// The issue of a card to the person of this id.
fn row(id: u32, desk: &str) -> IssueRow {
    IssueRow {
        id: Uuid::from_u128(id.into()),
        desk: desk.to_owned(),
        cardholder_id: id.into(),
        card_type: ISIC.to_owned(),
        number: None,
        state: IssueState::Open,
        draft: Some(r#"{"step":"portrait"}"#.to_owned()),
        begun_at: at(100),
        changed_at: at(100),
    }
}

async fn begin(ledger: &Ledger, id: u32, desk: &str) -> Uuid {
    ledger.begin_issue(&row(id, desk)).await.unwrap().id
}

async fn next(ledger: &Ledger, issue: Uuid) -> Option<String> {
    ledger.hold_next_number(issue, at(200)).await.unwrap()
}

async fn held(ledger: &Ledger, issue: Uuid) -> Option<String> {
    ledger.issue(issue).await.unwrap().unwrap().number
}

pub async fn an_issue_comes_back_as_begun_and_a_person_has_one_at_a_desk(ledger: &Ledger) {
    let bare = IssueRow { draft: None, begun_at: at(50), changed_at: at(50), ..row(2, "one") };
    for issue in [&row(1, "one"), &bare, &IssueRow { cardholder_id: 1, ..row(3, "two") }] {
        assert_eq!(ledger.begin_issue(issue).await.unwrap(), *issue);
        assert_eq!(ledger.issue(issue.id).await.unwrap().as_ref(), Some(issue));
    }
    let again = row(1, "one");
    assert_eq!(ledger.begin_issue(&again).await.unwrap(), again, "asked again, where it wasn't sure");
    let again = IssueRow { cardholder_id: 1, draft: None, ..row(4, "one") };
    assert_eq!(ledger.begin_issue(&again).await.unwrap(), row(1, "one"), "that one is taken up");
    assert_eq!(ledger.issue(again.id).await.unwrap(), None);
    assert_eq!(ledger.open_issues_of_desk("one").await.unwrap(), [row(1, "one"), bare], "as they were begun");
    let ids: Vec<_> = ledger.open_issues_of(1).await.unwrap().iter().map(|it| it.id.as_u128()).collect();
    assert_eq!(ids, [1, 3], "at all desks");
    assert!(ledger.end_issue(Uuid::from_u128(1), IssueState::Dropped, at(300)).await.unwrap());
    assert_eq!(ledger.begin_issue(&again).await.unwrap(), again, "another one after its end");
    let eager = IssueRow { number: Some("S1".to_owned()), state: IssueState::Done, ..row(5, "one") };
    assert_eq!(ledger.begin_issue(&eager).await.unwrap(), row(5, "one"), "open and without a number");
}

pub async fn an_issue_ends_once(ledger: &Ledger) {
    let mut id = 0;
    for first in IssueState::ALL {
        for second in IssueState::ALL {
            id += 1;
            let issue = begin(ledger, id, "one").await;
            let went = ledger.end_issue(issue, first, at(300)).await.unwrap();
            assert_eq!(went, IssueState::Open.may_become(first), "{first:?}");
            let from = if went { first } else { IssueState::Open };
            assert_eq!(ledger.end_issue(issue, second, at(301)).await.unwrap(), from.may_become(second));
        }
    }
    let done = Uuid::from_u128(4);
    let ended = ledger.issue(done).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.changed_at), (IssueState::Done, at(300)));
    assert!(!ledger.save_issue(done, ISIC, "{}", at(302)).await.unwrap());
    assert!(!ledger.save_issue(Uuid::from_u128(99), ISIC, "{}", at(302)).await.unwrap());
    assert!(!ledger.end_issue(Uuid::from_u128(99), IssueState::Done, at(302)).await.unwrap());
}

pub async fn a_saved_issue_keeps_its_draft_and_lets_a_number_of_another_type_go(ledger: &Ledger) {
    stocked(ledger, "S001A").await;
    lease(ledger, "one", 1).await;
    let issue = begin(ledger, 1, "one").await;
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"));
    assert!(ledger.save_issue(issue, ISIC, r#"{"step":2}"#, at(210)).await.unwrap());
    let saved = ledger.issue(issue).await.unwrap().unwrap();
    assert_eq!(saved.draft.as_deref(), Some(r#"{"step":2}"#));
    assert_eq!((saved.changed_at, saved.number.as_deref()), (at(210), Some("S001A")));
    assert!(ledger.save_issue(issue, "ITIC", "{}", at(220)).await.unwrap());
    let saved = ledger.issue(issue).await.unwrap().unwrap();
    assert_eq!((saved.card_type.as_str(), saved.number), ("ITIC", None));
    assert_eq!(next(ledger, issue).await, None, "none of this type is leased");
    assert_eq!(state(ledger, "S001A").await, NumberState::Leased);
}

pub async fn the_next_number_is_of_the_desks_lease_and_held_by_one_issue(ledger: &Ledger) {
    stocked(ledger, "S001A - S009A").await;
    let (first, second) = (begin(ledger, 1, "one").await, begin(ledger, 2, "one").await);
    assert_eq!(next(ledger, first).await, None, "nothing leased");
    lease(ledger, "two", 2).await;
    lease(ledger, "one", 4).await;
    assert_eq!(next(ledger, first).await.as_deref(), Some("S003A"));
    assert_eq!(next(ledger, second).await.as_deref(), Some("S004A"), "the other issue holds that one");
    write(ledger, 9, "one", "S005A").await;
    assert_eq!(next(ledger, first).await.as_deref(), Some("S006A"), "S005A is on its way to a card");
    assert_eq!(held(ledger, first).await.as_deref(), Some("S006A"));
    assert_eq!(next(ledger, second).await.as_deref(), Some("S003A"), "the one before was let go of");
    assert!(ledger.let_number_go(first, at(220)).await.unwrap());
    assert!(!ledger.let_number_go(first, at(220)).await.unwrap(), "it has none");
    assert_eq!(next(ledger, second).await.as_deref(), Some("S004A"));
    assert_eq!(next(ledger, first).await.as_deref(), Some("S003A"));
    assert!(ledger.end_issue(first, IssueState::Dropped, at(230)).await.unwrap());
    assert_eq!(next(ledger, first).await, None, "it has ended");
    assert!(!ledger.let_number_go(first, at(220)).await.unwrap());
    assert_eq!(next(ledger, second).await.as_deref(), Some("S003A"), "an ended issue holds nothing");
    assert_eq!(next(ledger, Uuid::from_u128(99)).await, None);
}

pub async fn a_held_number_is_neither_leased_nor_given_back_nor_stranded(ledger: &Ledger) {
    stocked(ledger, "S001A - S002A").await;
    lease(ledger, "one", 2).await;
    let issue = begin(ledger, 1, "one").await;
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"));
    let nobody_gets_it = async || {
        assert_eq!(ledger.give_back("one", at(3)).await.unwrap(), 0);
        assert!(!ledger.step_number("S001A", Step::GiveBack, at(3)).await.unwrap());
        assert_eq!(lease(ledger, "two", 9).await, [] as [&str; 0]);
        assert_eq!(ledger.lease_share("two", ISIC, 9, at(3)).await.unwrap(), [] as [&str; 0]);
        assert_eq!(ledger.take_number("two", ISIC, "S001A", at(3)).await.unwrap(), Hold::OnItsWay);
        assert_eq!(ledger.stranded_numbers("one").await.unwrap(), [] as [&str; 0]);
        assert_eq!(held(ledger, issue).await.as_deref(), Some("S001A"));
    };
    assert_eq!(ledger.give_back("one", at(3)).await.unwrap(), 1, "the other one");
    lease(ledger, "three", 1).await;
    nobody_gets_it().await;
    // ALIVE doesn't have it: it's the desk's again, not everyone's.
    for (id, way) in
        [(1, &[ChangeState::Sent][..]), (2, &[ChangeState::Sent, ChangeState::Unknown]), (3, &[])]
    {
        let change = write(ledger, id, "one", "S001A").await;
        for to in way {
            assert!(carry(ledger, change, *to).await);
            nobody_gets_it().await;
        }
        assert!(carry(ledger, change, ChangeState::Undone).await);
        assert_eq!(state(ledger, "S001A").await, NumberState::Leased, "{way:?}");
        nobody_gets_it().await;
    }
    // Refused, it stays sent; given up, it's stranded; absent from ALIVE, it's everyone's.
    let change = write(ledger, 4, "one", "S001A").await;
    assert!(carry(ledger, change, ChangeState::Sent).await);
    assert!(carry(ledger, change, ChangeState::Refused).await);
    assert_eq!(state(ledger, "S001A").await, NumberState::Sent);
    nobody_gets_it().await;
    assert!(ledger.end_issue(issue, IssueState::Dropped, at(300)).await.unwrap());
    assert_eq!(ledger.stranded_numbers("one").await.unwrap(), ["S001A"]);
    assert!(ledger.step_number("S001A", Step::Absent, at(310)).await.unwrap());
    assert_eq!(lease(ledger, "two", 9).await, ["S001A"]);
}

pub async fn a_number_that_alive_may_have_stays_with_its_issue(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    lease(ledger, "one", 3).await;
    let issue = begin(ledger, 1, "one").await;
    next(ledger, issue).await.unwrap();
    let stays = async || {
        assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"), "unchanged");
        assert!(!ledger.let_number_go(issue, at(210)).await.unwrap());
        assert!(!ledger.save_issue(issue, "ITIC", "{}", at(210)).await.unwrap());
        assert!(ledger.save_issue(issue, ISIC, "{}", at(210)).await.unwrap());
        assert_eq!(ledger.hold_number(issue, "S002A", at(210)).await.unwrap(), Hold::OwnSent);
        assert_eq!(ledger.hold_number(issue, "s001a", at(210)).await.unwrap(), Hold::Held, "its own");
        assert_eq!(held(ledger, issue).await.as_deref(), Some("S001A"));
    };
    let change = write(ledger, 1, "one", "S001A").await;
    stays().await;
    for to in [ChangeState::Sent, ChangeState::Refused] {
        assert!(carry(ledger, change, to).await);
        stays().await;
    }
    let anew = write(ledger, 2, "one", "S001A").await;
    for to in [ChangeState::Sent, ChangeState::Refused] {
        assert!(carry(ledger, anew, to).await, "a refused one is sent anew with the same number");
    }
    // ALIVE has been asked and doesn't have it.
    assert!(ledger.step_number("S001A", Step::Absent, at(220)).await.unwrap());
    assert_eq!(state(ledger, "S001A").await, NumberState::Leased);
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S002A"));
}

pub async fn a_typed_number_is_held_if_it_is_free_or_the_desks(ledger: &Ledger) {
    stocked(ledger, "S001A - S009A").await;
    ledger.take_in(&Intake::read("T001A").unwrap(), "ITIC", at(1)).await.unwrap();
    let (issue, other) = (begin(ledger, 1, "one").await, begin(ledger, 2, "one").await);
    lease(ledger, "one", 2).await;
    assert_eq!(ledger.lease("two", ISIC, 1, at(2)).await.unwrap(), ["S003A"]);
    ledger.store_cards(&[card(10, 1, "S004A", &[]), card(11, 1, "X4", &[])]).await.unwrap();
    ledger
        .store_cards(&[CardRow { status: "RETURNED".to_owned(), ..card(12, 1, "S005A", &[]) }])
        .await
        .unwrap();
    assert!(ledger.step_number("S006A", Step::Spoil { reason: "bent" }, at(3)).await.unwrap());
    write(ledger, 1, "two", "S007A").await;
    assert_eq!(next(ledger, other).await.as_deref(), Some("S001A"));
    let hold = async |number: &str| ledger.hold_number(issue, number, at(210)).await.unwrap();
    assert_eq!(hold("S002A").await, Hold::Held, "leased to this desk");
    for (number, refused) in [
        ("S001A", Hold::OnItsWay),
        ("S007A", Hold::OnItsWay),
        ("S003A", Hold::NotFree(NumberState::Leased)),
        ("S004A", Hold::NotFree(NumberState::Used)),
        ("X4", Hold::NotFree(NumberState::Used)),
        ("S006A", Hold::NotFree(NumberState::Spoiled)),
        ("T001A", Hold::OtherType),
        ("no number", Hold::NotANumber),
        ("", Hold::NotANumber),
        ("S001*", Hold::NotANumber),
    ] {
        assert_eq!(hold(number).await, refused, "{number}");
        assert_eq!(held(ledger, issue).await.as_deref(), Some("S002A"), "nothing has changed");
    }
    assert_eq!(ledger.number("X4").await.unwrap(), None);
    assert_eq!(state(ledger, "T001A").await, NumberState::Free);
    assert_eq!(hold(" s 005 a").await, Hold::Held, "free, in any spelling");
    assert_eq!(hold("x 77").await, Hold::Held, "nobody has taken it in");
    let new = ledger.number("X77").await.unwrap().unwrap();
    assert_eq!((new.state, new.desk.as_deref(), &*new.card_type), (NumberState::Leased, Some("one"), ISIC));
    assert_eq!(held(ledger, issue).await.as_deref(), Some("X77"));
    assert_eq!(state(ledger, "S005A").await, NumberState::Leased, "let go of, and the desk's");
    assert_eq!(next(ledger, other).await.as_deref(), Some("S002A"));
    assert!(ledger.end_issue(issue, IssueState::Done, at(300)).await.unwrap());
    assert_eq!(hold("S008A").await, Hold::NoIssue);
}

pub async fn a_typed_number_is_taken_by_the_same_rules_without_an_issue(ledger: &Ledger) {
    stocked(ledger, "S001A - S004A").await;
    let take = async |desk, number| ledger.take_number(desk, ISIC, number, at(2)).await.unwrap();
    assert_eq!(take("one", "s 001 a").await, Hold::Held);
    assert_eq!(take("one", "S001A").await, Hold::Held, "it's this desk's");
    assert_eq!(take("two", "S001A").await, Hold::NotFree(NumberState::Leased), "and no other's");
    assert_eq!(take("two", "S009A").await, Hold::Held, "nobody has taken it in");
    assert_eq!(ledger.take_number("one", "ITIC", "S002A", at(2)).await.unwrap(), Hold::OtherType);
    let issue = begin(ledger, 1, "one").await;
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"));
    assert_eq!(take("one", "S001A").await, Hold::OnItsWay, "an issue of the same desk holds it");
}

pub async fn a_change_that_is_done_ends_the_issue_of_its_number(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    lease(ledger, "one", 3).await;
    let (issue, other) = (begin(ledger, 1, "one").await, begin(ledger, 2, "one").await);
    next(ledger, issue).await.unwrap();
    next(ledger, other).await.unwrap();
    let change = write(ledger, 1, "one", "S001A").await;
    for to in [ChangeState::Sent, ChangeState::Unknown] {
        assert!(carry(ledger, change, to).await);
        assert_eq!(ledger.issue(issue).await.unwrap().unwrap().state, IssueState::Open);
    }
    assert!(carry(ledger, change, ChangeState::Done).await);
    let ended = ledger.issue(issue).await.unwrap().unwrap();
    assert_eq!((ended.state, ended.number.as_deref()), (IssueState::Done, Some("S001A")));
    assert_eq!(state(ledger, "S001A").await, NumberState::Used);
    assert_eq!(ledger.issue(other).await.unwrap().unwrap().state, IssueState::Open);
    let without = write(ledger, 2, "one", "S003A").await;
    for to in [ChangeState::Sent, ChangeState::Done] {
        assert!(carry(ledger, without, to).await, "a report without an issue");
    }
}

pub async fn an_issue_that_was_left_at_any_step_is_found_with_its_number(ledger: &Ledger) {
    stocked(ledger, "S001A - S009A").await;
    lease(ledger, "one", 9).await;
    // As many steps are taken before the desk dies.
    for steps in 0..=4_u32 {
        let issue = begin(ledger, steps + 1, "one").await;
        let number = if steps > 0 { next(ledger, issue).await } else { None };
        let mut change = None;
        if steps > 1 {
            let report = report(u128::from(steps), "one", number.as_deref().unwrap());
            ledger.write_changes(std::slice::from_ref(&report)).await.unwrap();
            change = Some(report.id);
        }
        for to in [ChangeState::Sent, ChangeState::Unknown].iter().take(steps.saturating_sub(2) as usize) {
            assert!(carry(ledger, change.unwrap(), *to).await);
        }
        // Taken up again from what stands here alone.
        let open = ledger.open_issues_of_desk("one").await.unwrap();
        assert_eq!(open.len(), 1);
        assert_eq!((open[0].id, &open[0].number), (issue, &number));
        let unsent = ledger.open_changes_of_desk("one").await.unwrap();
        assert_eq!(unsent.iter().map(|it| it.id).collect::<Vec<_>>(), change.into_iter().collect::<Vec<_>>());
        for change in unsent {
            assert_eq!(change.number, number, "the change is this issue's");
            assert!(carry(ledger, change.id, ChangeState::Undone).await);
        }
        let number = match number {
            Some(number) => number,
            None => next(ledger, issue).await.unwrap(),
        };
        let again = write(ledger, 100 + u128::from(steps), "one", &number).await;
        assert!(carry(ledger, again, ChangeState::Sent).await, "after {steps} steps");
        assert!(carry(ledger, again, ChangeState::Done).await);
        assert_eq!(ledger.open_issues_of_desk("one").await.unwrap(), []);
    }
    let counts = ledger.stock().await.unwrap();
    let of = |state| counts.iter().filter(|it| it.state == state).map(|it| it.numbers).sum::<u64>();
    assert_eq!((of(NumberState::Used), of(NumberState::Leased)), (5, 4), "no number leaked");
}

pub async fn a_hold_that_is_broken_off_is_done_or_not_at_all(ledger: &Ledger) {
    stocked(ledger, "S001A - S020A").await;
    lease(ledger, "one", 20).await;
    for id in 1..=20 {
        let issue = begin(ledger, id, "one").await;
        let task = tokio::spawn({
            let ledger = ledger.clone();
            async move {
                ledger.hold_next_number(issue, at(200)).await?;
                ledger.spoil(issue, true, true, "misprinted", at(201)).await
            }
        });
        tokio::time::sleep(std::time::Duration::from_micros(u64::from(id) * 150)).await;
        task.abort();
        let _ = task.await;
    }
    let open = ledger.open_issues_of_desk("one").await.unwrap();
    let spoiled = ledger.spoiled_between(at(0), at(999)).await.unwrap();
    for issue in &open {
        match &issue.number {
            Some(number) => assert_eq!(state(ledger, number).await, NumberState::Leased),
            None => assert!(spoiled.iter().filter(|it| it.issue == issue.id).count() <= 1),
        }
    }
    for row in &spoiled {
        assert_eq!(state(ledger, row.number.as_ref().unwrap()).await, NumberState::Spoiled);
    }
    let counts = ledger.stock().await.unwrap();
    let gone = counts.iter().filter(|it| it.state == NumberState::Spoiled).map(|it| it.numbers).sum::<u64>();
    assert_eq!(gone, spoiled.len() as u64, "each with its row");
    let held = open.iter().filter(|it| it.number.is_some()).count();
    assert_eq!(ledger.give_back("one", at(300)).await.unwrap(), 20 - gone - held as u64);
}

/// Two desks, with four issues at once each, hold and lease until nothing is left, while each also gives back what
/// it doesn't hold and types the other's numbers.
pub async fn race_for_the_last_numbers(desks: [Ledger; 2]) {
    const NUMBERS: usize = 40;
    stocked(&desks[0], "S01A - S40A").await;
    let count = Arc::new(AtomicUsize::new(0));
    let mut working = Vec::new();
    for (nth, ledger) in (0..).zip(&desks) {
        for worker in 0..4 {
            let (ledger, count) = (ledger.clone(), Arc::clone(&count));
            let desk = format!("desk {nth}");
            working.push(tokio::spawn(async move {
                let mut mine: Vec<String> = Vec::new();
                let mut person = nth * 100_000 + worker * 10_000;
                let mut issue = begin(&ledger, person, &desk).await;
                while count.load(Ordering::SeqCst) < NUMBERS {
                    let typed = format!("S{:02}A", person % 40 + 1);
                    let number = if person % 5 == 0
                        && ledger.hold_number(issue, &typed, at(3)).await.unwrap() == Hold::Held
                    {
                        Some(typed)
                    } else {
                        next(&ledger, issue).await
                    };
                    if let Some(number) = number {
                        count.fetch_add(1, Ordering::SeqCst);
                        mine.push(number);
                        person += 1;
                        issue = begin(&ledger, person, &desk).await;
                    } else if ledger.lease_share(&desk, ISIC, 3, at(3)).await.unwrap().is_empty() {
                        ledger.give_back(&desk, at(4)).await.unwrap();
                    }
                }
                mine
            }));
        }
    }
    let mut all = Vec::new();
    for worker in working {
        all.extend(worker.await.unwrap());
    }
    assert_eq!(all.len(), NUMBERS);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), NUMBERS, "none twice");
    for (nth, ledger) in desks.iter().enumerate() {
        let desk = format!("desk {nth}");
        ledger.give_back(&desk, at(5)).await.unwrap();
        assert_eq!(lease(ledger, &desk, 9).await, [] as [&str; 0]);
        for number in ledger.open_issues_of_desk(&desk).await.unwrap().into_iter().filter_map(|it| it.number)
        {
            let row = ledger.number(&number).await.unwrap().unwrap();
            assert_eq!((row.state, row.desk), (NumberState::Leased, Some(desk.clone())));
        }
    }
}

pub async fn desks_that_race_for_the_last_numbers_hold_no_number_twice(ledger: &Ledger) {
    race_for_the_last_numbers([ledger.clone(), ledger.clone()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_file_that_race_for_the_last_numbers_hold_no_number_twice() {
    let dir = tempfile::tempdir().unwrap();
    let open = async || Ledger::open(file(&dir)).await.unwrap();
    race_for_the_last_numbers([open().await, open().await]).await;
}

pub async fn a_share_is_an_eighth_of_what_is_free(ledger: &Ledger) {
    stocked(ledger, "S001A - S100A").await;
    let share = async |most| ledger.lease_share("one", ISIC, most, at(2)).await.unwrap().len();
    assert_eq!(share(5).await, 5, "no more than asked for");
    assert_eq!(share(20).await, 11, "of 95");
    assert_eq!(share(20).await, 10, "of 84");
    assert_eq!(lease(ledger, "two", 66).await.len(), 66);
    assert_eq!(share(20).await, 1, "of 8");
    assert_eq!(share(20).await, 1, "of 7");
    assert_eq!(share(0).await, 0);
    for left in (0..6).rev() {
        assert_eq!(share(20).await, 1, "{left} are left");
    }
    assert_eq!(share(20).await, 0);
    assert_eq!(ledger.lease_share("one", "ITIC", 5, at(2)).await.unwrap(), [] as [&str; 0]);
}

pub async fn what_was_spoiled_is_written_down_and_never_given_out(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    lease(ledger, "one", 3).await;
    let issue = begin(ledger, 1, "one").await;
    let spoil =
        async |blank, number, ms| ledger.spoil(issue, blank, number, "misprinted", at(ms)).await.unwrap();
    assert!(!spoil(true, true, 290).await, "it holds none");
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"));
    assert!(!spoil(false, false, 290).await, "nothing was");
    assert!(spoil(true, true, 300).await);
    assert_eq!(held(ledger, issue).await, None);
    let number = ledger.number("S001A").await.unwrap().unwrap();
    assert_eq!((number.state, number.reason.as_deref()), (NumberState::Spoiled, Some("misprinted")));
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S002A"));
    assert!(spoil(true, false, 310).await);
    assert_eq!(held(ledger, issue).await.as_deref(), Some("S002A"), "the blank alone");
    let change = write(ledger, 1, "one", "S002A").await;
    assert!(carry(ledger, change, ChangeState::Sent).await);
    assert!(!spoil(true, true, 320).await, "it may be on a card by now");
    assert!(carry(ledger, change, ChangeState::Refused).await);
    assert!(spoil(false, true, 330).await, "a sent one too");
    let row = |ms, blank, number: Option<&str>| SpoiledRow {
        at: at(ms),
        desk: "one".to_owned(),
        issue,
        card_type: ISIC.to_owned(),
        blank,
        number: number.map(str::to_owned),
        reason: "misprinted".to_owned(),
    };
    let all = [row(300, true, Some("S001A")), row(310, true, None), row(330, false, Some("S002A"))];
    assert_eq!(ledger.spoiled_between(at(0), at(999)).await.unwrap(), all);
    assert_eq!(ledger.spoiled_between(at(301), at(330)).await.unwrap(), all[1..2]);
    assert_eq!(ledger.stranded_numbers("one").await.unwrap(), [] as [&str; 0]);
    assert!(ledger.end_issue(issue, IssueState::Dropped, at(400)).await.unwrap());
    assert!(!spoil(true, false, 410).await, "it has ended");
}

pub async fn an_unchecked_stock_holds_nothing(ledger: &Ledger) {
    stocked(ledger, "S001A - S003A").await;
    lease(ledger, "one", 2).await;
    let issue = begin(ledger, 1, "one").await;
    ledger.set_mark(Mark::StockUnchecked, at(5)).await.unwrap();
    let unchecked = LedgerError::StockUnchecked;
    assert_eq!(ledger.hold_next_number(issue, at(6)).await, Err(unchecked.clone()));
    assert_eq!(ledger.hold_number(issue, "S003A", at(6)).await, Err(unchecked.clone()));
    assert_eq!(ledger.take_number("one", ISIC, "S003A", at(6)).await, Err(unchecked.clone()));
    assert_eq!(ledger.lease_share("one", ISIC, 1, at(6)).await, Err(unchecked));
    ledger.stock_is_checked().await.unwrap();
    assert_eq!(next(ledger, issue).await.as_deref(), Some("S001A"));
}

pub async fn what_was_filled_in_for_an_erased_person_is_gone_and_so_are_the_photos(ledger: &Ledger) {
    let (ended, open, other) = (begin(ledger, 1, "one").await, row(11, "one"), begin(ledger, 2, "one").await);
    assert!(ledger.end_issue(ended, IssueState::Done, at(110)).await.unwrap());
    let open = ledger.begin_issue(&IssueRow { cardholder_id: 1, ..open }).await.unwrap().id;
    let mine = ChangeRow { number: None, ..report(1, "one", "") };
    let others = ChangeRow { cardholder_id: Some(2), number: None, ..report(2, "one", "") };
    ledger.write_changes(&[mine.clone(), others.clone()]).await.unwrap();
    for change in [mine.id, others.id] {
        assert!(ledger.keep_photo(change, "image/jpeg", &[0xff, 0xd8]).await.unwrap());
    }
    ledger.blank_changes_of(1).await.unwrap();
    for id in [ended, open] {
        assert_eq!(ledger.issue(id).await.unwrap().unwrap().draft, None);
    }
    assert!(ledger.issue(other).await.unwrap().unwrap().draft.is_some());
    assert_eq!(ledger.photo_before(mine.id).await.unwrap(), None);
    assert!(ledger.photo_before(others.id).await.unwrap().is_some());
}

pub async fn a_created_person_s_change_is_found_by_the_erasure(ledger: &Ledger) {
    let unknown = ChangeRow {
        cardholder_id: None,
        number: None,
        body: Some(b"{}".to_vec()),
        before: Some("[]".to_owned()),
        ..report(1, "one", "")
    };
    ledger.write_changes(std::slice::from_ref(&unknown)).await.unwrap();
    assert!(ledger.change_is_about(unknown.id, 5).await.unwrap());
    assert!(!ledger.change_is_about(unknown.id, 6).await.unwrap(), "said once");
    ledger.blank_changes_of(5).await.unwrap();
    let blank = ChangeRow { cardholder_id: Some(5), body: None, before: None, ..unknown };
    assert_eq!(ledger.changes_of(5).await.unwrap(), [blank]);
}
