//! That the verdict sees what it's there to see: each test breaks one rule in a run that holds otherwise.

use super::*;
use crate::register::Technology;
use crate::talk::Role;
use jiff::civil::date;
use ledger::{Intake, Place, Step};

const KIND: &str = "ISIC";

/// Two people, a card each, one number left.
struct Run {
    ledger: Ledger,
    before: Register,
    after: Register,
    jobs: Vec<Job>,
    acknowledged: Vec<u32>,
    numbers: Vec<String>,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn number(nth: usize) -> String {
    format!("S42050000000{nth}A")
}

fn holder(id: i64) -> Holder {
    Holder {
        cardholder_id: id,
        email: Some(format!("person{id}@faults.example")),
        external_id: Some(format!("faults-{id}")),
    }
}

fn card(nth: usize) -> Card {
    let id = i64::try_from(nth).unwrap();
    Card {
        card_id: 100 + id,
        cardholder_id: id,
        number: number(nth),
        status: "ACTIVE".into(),
        form: "DIGITAL_PLASTIC".into(),
        smart_technologies: vec![Technology {
            kind: "CONTACTLESS_MIFARE".into(),
            value: format!("04F{nth}"),
        }],
        valid_to: date(2027, 12, 31),
    }
}

fn job(nth: usize) -> Job {
    Job {
        first_name: String::new(),
        last_name: String::new(),
        email: format!("person{nth}@faults.example"),
        external_id: format!("faults-{nth}"),
        personal_id: String::new(),
        role: Role::Student,
        digital: false,
        chips: [format!("04F{nth}"), String::new()],
        mishap: None,
        first_try: true,
    }
}

fn report(nth: usize) -> ChangeRow {
    ChangeRow {
        id: format!("00000000-0000-4000-8000-00000000000{nth}").parse().unwrap(),
        written_at: at(5),
        desk: "desk-0".into(),
        endpoint: "cards.report".into(),
        cardholder_id: i64::try_from(nth).ok(),
        card_id: None,
        number: Some(number(nth)),
        body_hash: String::new(),
        body: None,
        before: None,
        reason: None,
        state: ChangeState::Written,
        changed_at: at(5),
    }
}

impl Run {
    async fn that_holds() -> Self {
        let ledger = Ledger::open(Place::Memory).await.unwrap();
        let intake = Intake::read(&format!("{} - {}", number(1), number(3))).unwrap();
        ledger.take_in(&intake, KIND, at(1)).await.unwrap();
        ledger.lease("desk-0", KIND, 2, at(2)).await.unwrap();
        for nth in [1, 2] {
            let row = report(nth);
            ledger.write_changes(std::slice::from_ref(&row)).await.unwrap();
            for state in [ChangeState::Sent, ChangeState::Done] {
                assert!(ledger.carry_change_on(row.id, state, at(6)).await.unwrap());
            }
        }
        Self {
            ledger,
            before: Register { holders: Vec::new(), cards: Vec::new() },
            after: Register { holders: vec![holder(1), holder(2)], cards: vec![card(1), card(2)] },
            jobs: vec![job(1), job(2)],
            acknowledged: vec![1, 1],
            numbers: intake.numbers().map(str::to_owned).collect(),
        }
    }

    async fn broken(&self) -> Vec<&'static str> {
        let facts = Facts {
            before: &self.before,
            after: &self.after,
            jobs: &self.jobs,
            acknowledged: &self.acknowledged,
            numbers: &self.numbers,
            desks: &["desk-0".to_owned()],
            waiting: &HashSet::new(),
            today: date(2026, 11, 21),
        };
        check(&self.ledger, &facts).await.unwrap().broken.into_keys().collect()
    }
}

#[tokio::test]
async fn a_run_without_fault_holds() {
    assert_eq!(Run::that_holds().await.broken().await, Vec::<&str>::new());
}

#[tokio::test]
async fn what_is_twice_in_alive_is_seen() {
    let mut run = Run::that_holds().await;
    run.after.cards[1].number = number(1).to_lowercase();
    assert!(run.broken().await.contains(&"no number on two live cards"));
    let mut run = Run::that_holds().await;
    run.after.cards[1].smart_technologies = run.after.cards[0].smart_technologies.clone();
    assert!(run.broken().await.contains(&"no chip on two live cards"));
    let mut run = Run::that_holds().await;
    run.after.holders.push(Holder { cardholder_id: 3, ..holder(1) });
    assert!(run.broken().await.contains(&"no cardholder is there twice"));
    let mut run = Run::that_holds().await;
    run.after.cards.push(Card { card_id: 103, number: number(3), smart_technologies: vec![], ..card(1) });
    let broken = run.broken().await;
    assert!(broken.contains(&"nobody has two cards"));
    assert!(broken.contains(&"ALIVE has no card that the journal doesn't"));
    assert!(broken.contains(&"used is what is on a live card, and nothing else"));
}

#[tokio::test]
async fn what_is_lost_is_seen() {
    let mut run = Run::that_holds().await;
    run.after.cards.pop();
    let broken = run.broken().await;
    assert!(broken.contains(&"nobody goes without a card"));
    assert!(broken.contains(&"the journal has no card that ALIVE doesn't"));
    let mut run = Run::that_holds().await;
    run.acknowledged[1] = 2;
    assert_eq!(run.broken().await, ["every job is done once"]);
    let mut run = Run::that_holds().await;
    run.jobs[0].digital = true;
    assert_eq!(run.broken().await, ["the card is the one that was wanted"]);
}

#[tokio::test]
async fn a_number_that_leaks_is_seen() {
    let run = Run::that_holds().await;
    run.ledger.lease("desk-0", KIND, 1, at(7)).await.unwrap();
    assert_eq!(run.broken().await, ["nothing is leased once all desks are closed"]);
    let row = report(3);
    run.ledger.write_changes(std::slice::from_ref(&row)).await.unwrap();
    run.ledger.carry_change_on(row.id, ChangeState::Sent, at(8)).await.unwrap();
    assert_eq!(run.broken().await, ["every journal row has ended or waits as a task"]);
    run.ledger.carry_change_on(row.id, ChangeState::Refused, at(9)).await.unwrap();
    assert_eq!(run.broken().await, ["nothing is sent without an open change"]);
    assert!(run.ledger.step_number(&number(3), Step::Spoil { reason: "bent" }, at(10)).await.unwrap());
    assert_eq!(run.broken().await, Vec::<&str>::new());
    let mut run = Run::that_holds().await;
    run.numbers.pop();
    assert_eq!(run.broken().await, ["free, used and spoiled are all that was taken in"]);
}

#[tokio::test]
async fn an_issue_without_an_end_is_seen() {
    let run = Run::that_holds().await;
    let issue = ledger::IssueRow {
        id: "00000000-0000-4000-8000-000000000009".parse().unwrap(),
        desk: "desk-0".into(),
        cardholder_id: 1,
        card_type: KIND.into(),
        number: None,
        state: ledger::IssueState::Open,
        draft: None,
        begun_at: at(3),
        changed_at: at(3),
    };
    run.ledger.begin_issue(&issue).await.unwrap();
    assert_eq!(run.broken().await, ["every issue has ended"]);
}
