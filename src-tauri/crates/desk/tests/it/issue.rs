//! Issuing a card, against the practice ALIVE: step by step, left and taken up again, killed in the middle, two desks
//! at one ledger, what is spoiled on the way; and the stock that the numbers come from.

use crate::counter::Counter;
use desk::view::issue::*;
use desk::view::work::{PastState, StepState, Task, WorkRefusal};
use jiff::SignedDuration;
use ledger::NumberState as Number;
use practice::{Fault, FaultKind, Register};

const CHIP: &str = "04A1B2C3D4E5F6";

impl Counter {
    /// Numbers of every type that is reported.
    async fn with_numbers(self) -> Self {
        for (kind, numbers) in self.university.spare_numbers() {
            self.desk.take_in(&kind, &numbers).await.unwrap();
        }
        self
    }

    /// The key of somebody who has no card of the type that a new card begins with.
    fn somebody(&self, nth: usize) -> String {
        let with_number = |card: &&practice::TrayCard| card.barcodes.alive_number.is_some();
        let good = self.university.tray().iter().filter(|card| card.trouble.is_none());
        let card = good.filter(with_number).nth(nth).expect("a person");
        let number = card.barcodes.alive_number.clone().unwrap();
        let desk = self.desk.clone();
        let hits = futures::executor::block_on(async move { desk.search(&number).await.unwrap() });
        hits.first().expect("somebody by that number").key.clone()
    }

    async fn begin(&self, key: &str) -> Issue {
        let file = self.desk.open_file(key).await.unwrap();
        self.desk.begin_issue(file.file).await.unwrap()
    }

    /// A plastic card with one chip, as far as its number.
    async fn numbered(&self, key: &str, chip: &str) -> Issue {
        let issue = self.begin(key).await;
        let issue = self.desk.save_issue(&issue.issue, plastic(&issue, chip)).await.unwrap();
        self.desk.draw_number(&issue.issue).await.unwrap()
    }

    /// Everything but the report.
    async fn printed(&self, key: &str, chip: &str) -> Issue {
        let issue = self.numbered(key, chip).await;
        let issue = self.tick(&issue, true, false).await;
        let issue = self.tick(&issue, true, true).await;
        self.desk.read_back_issue(&issue.issue, Some(chip)).await.unwrap()
    }

    async fn tick(&self, issue: &Issue, looked_over: bool, printed: bool) -> Issue {
        let draft = IssueDraft { looked_over, printed, ..issue.draft.clone() };
        self.desk.save_issue(&issue.issue, draft).await.unwrap()
    }

    async fn report(&self, issue: &Issue) -> Vec<StepState> {
        let plan = self.desk.plan_report(&issue.issue).await.unwrap();
        let ended = self.desk.carry_out(plan.plan).await.unwrap();
        ended.steps.into_iter().map(|step| step.state).collect()
    }

    async fn number(&self, issue: &Issue) -> Number {
        let number = issue.number.number.clone().expect("a number");
        self.ledger.number(&number).await.unwrap().expect("in the stock").state
    }

    async fn cards_with(&self, key: &str, issue: &Issue) -> usize {
        let file = self.desk.open_file(key).await.unwrap();
        let number = issue.number.number.as_deref().unwrap_or_default();
        file.cards.iter().filter(|card| card.number == number).count()
    }
}

fn plastic(issue: &Issue, chip: &str) -> IssueDraft {
    let mut draft = issue.draft.clone();
    draft.card.form = "DIGITAL_PLASTIC".into();
    draft.card.smart_technologies =
        vec![alive::SmartTechnologyDraft { kind: "CONTACTLESS_MIFARE".into(), value: chip.into() }];
    draft
}

fn state(issue: &Issue, step: StepName) -> IssueStepState {
    issue.steps.iter().find(|it| it.step == step).expect("every step is there").state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_is_issued_step_by_step_and_reported_last() {
    let counter = Counter::open().await.with_numbers().await;
    let key = counter.somebody(0);
    let issue = counter.begin(&key).await;
    assert!(!issue.taken_up && !issue.draft.card.kind.is_empty() && !issue.draft.card.valid_to.is_empty());
    assert_eq!(issue.next, StepName::Number, "type, form and validity are chosen already");
    assert!(issue.number.left > 0);
    let issue = counter.desk.save_issue(&issue.issue, plastic(&issue, CHIP)).await.unwrap();
    let early = counter.desk.plan_report(&issue.issue).await;
    assert_eq!(early.err(), Some(IssueRefusal::Missing { step: StepName::Number }));
    let issue = counter.desk.draw_number(&issue.issue).await.unwrap();
    assert_eq!((issue.next, counter.number(&issue).await), (StepName::Preview, Number::Leased));
    let issue = counter.tick(&issue, true, false).await;
    assert_eq!(issue.next, StepName::Print);
    let issue = counter.tick(&issue, true, true).await;
    assert_eq!((issue.next, issue.locked), (StepName::ReadBack, true));
    let issue = counter.desk.read_back_issue(&issue.issue, Some(CHIP)).await.unwrap();
    assert_eq!(issue.next, StepName::Report);
    assert_eq!(counter.report(&issue).await, [StepState::Done]);
    assert_eq!((counter.cards_with(&key, &issue).await, counter.number(&issue).await), (1, Number::Used));
    assert_eq!(counter.desk.plan_report(&issue.issue).await.err(), Some(IssueRefusal::Gone));
    assert!(!counter.begin(&key).await.taken_up, "the next card is another one");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_left_and_taken_up_again_after_a_crash_too() {
    let counter = Counter::open().await.with_numbers().await;
    let key = counter.somebody(0);
    let issue = counter.numbered(&key, CHIP).await;
    // The desk is killed here and opens again on the same ledger.
    let after = counter.sharing("desk-1").await;
    let again = after.begin(&key).await;
    assert!(again.taken_up);
    assert_eq!(again.draft, issue.draft);
    assert_eq!(again.number.number, issue.number.number);
    after.desk.settle_open().await;
    let waiting = |task: &Task| matches!(task, Task::Issue { next: StepName::Preview, .. });
    assert!(after.desk.tasks().iter().any(waiting), "{:?}", after.desk.tasks().len());
    assert_eq!(after.report(&after.printed_again(&again).await).await, [StepState::Done]);
    assert_eq!(after.cards_with(&key, &again).await, 1);
}

impl Counter {
    async fn printed_again(&self, issue: &Issue) -> Issue {
        let issue = self.tick(issue, true, false).await;
        let issue = self.tick(&issue, true, true).await;
        self.desk.read_back_issue(&issue.issue, Some(CHIP)).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_can_only_be_changed_with_another_blank() {
    let counter = Counter::open().await.with_numbers().await;
    let issue = counter.printed(&counter.somebody(0), CHIP).await;
    let mut other = issue.draft.clone();
    other.card.form = "DIGITAL".into();
    assert_eq!(counter.desk.save_issue(&issue.issue, other).await.err(), Some(IssueRefusal::Locked));
    assert_eq!(counter.desk.take_number(&issue.issue, "S1").await.err(), Some(IssueRefusal::Locked));
    assert_eq!(counter.desk.drop_issue(&issue.issue).await.err(), Some(IssueRefusal::Locked));

    let number = issue.number.number.clone();
    let issue = counter.desk.spoil(&issue.issue, true, false, SpoilReason::Misprint).await.unwrap();
    assert_eq!((issue.spoiled, issue.locked, &issue.number.number), (1, false, &number));
    assert!(issue.draft.card.smart_technologies.is_empty(), "chips belong to the blank");
    let issue = counter.desk.save_issue(&issue.issue, plastic(&issue, CHIP)).await.unwrap();
    let issue = counter.printed_again(&issue).await;
    let issue = counter.desk.spoil(&issue.issue, false, true, SpoilReason::WrongNumber).await.unwrap();
    assert_eq!((issue.spoiled, issue.next), (2, StepName::Number), "the number took the blank with it");
    let spoiled = counter.ledger.number(&number.unwrap()).await.unwrap().unwrap();
    assert_eq!((spoiled.state, spoiled.reason.as_deref()), (Number::Spoiled, Some("wrong_number")));
    let issue = counter.desk.draw_number(&issue.issue).await.unwrap();
    assert_ne!(issue.number.number, Some(spoiled.number));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_chip_that_is_reported_passes_the_read_back() {
    let counter = Counter::open().await.with_numbers().await;
    let issue = counter.numbered(&counter.somebody(0), CHIP).await;
    let issue = counter.printed_without_reading(&issue).await;
    assert_eq!(counter.desk.read_back_issue(&issue.issue, None).await.err(), Some(IssueRefusal::NoChip));
    let other = counter.desk.read_back_issue(&issue.issue, Some("04FFFFFFFFFFFF")).await.unwrap();
    assert_eq!((other.other_chip.as_deref(), other.next), (Some("04FFFFFFFFFFFF"), StepName::ReadBack));
    // In another spelling it's the same chip: last byte first.
    let read = counter.desk.read_back_issue(&issue.issue, Some("F6E5D4C3B2A104")).await.unwrap();
    assert_eq!((read.other_chip, read.next), (None, StepName::Report));
}

impl Counter {
    async fn printed_without_reading(&self, issue: &Issue) -> Issue {
        let issue = self.tick(issue, true, false).await;
        self.tick(&issue, true, true).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_on_a_live_card_is_refused_before_anything_is_printed() {
    let counter = Counter::open().await.with_numbers().await;
    let file = counter.desk.open_file(&counter.somebody(0)).await.unwrap();
    let live = |card: &&desk::view::work::FileCard| card.standing == desk::view::Standing::Valid;
    let taken = file.cards.iter().filter(live).flat_map(|card| &card.smart_technologies).next().unwrap();
    let issue = counter.begin(&counter.somebody(3)).await;
    let mut draft = plastic(&issue, &taken.value);
    draft.card.smart_technologies[0].kind.clone_from(&taken.kind);
    // In another spelling it's on that card all the same.
    let reversed: Vec<u8> = hex::decode(&taken.value).unwrap().into_iter().rev().collect();
    for value in [taken.value.clone(), taken.value.to_lowercase(), hex::encode_upper(reversed)] {
        draft.card.smart_technologies[0].value = value;
        let issue = counter.desk.save_issue(&issue.issue, draft.clone()).await.unwrap();
        assert_eq!(state(&issue, StepName::Chips), IssueStepState::Missing);
        assert_eq!(issue.faults[0].code, "NOT_UNIQUE_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digital_card_is_neither_printed_nor_read_back() {
    let counter = Counter::open().await.with_numbers().await;
    let key = counter.somebody(0);
    let issue = counter.begin(&key).await;
    let mut draft = issue.draft.clone();
    draft.card.form = "DIGITAL".into();
    counter.desk.save_issue(&issue.issue, draft).await.unwrap();
    let issue = counter.desk.draw_number(&issue.issue).await.unwrap();
    let issue = counter.tick(&issue, true, true).await;
    assert!(!issue.locked, "nothing was printed");
    assert_eq!(issue.next, StepName::Report);
    assert_eq!(counter.report(&issue).await, [StepState::Done]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_the_report_there_is_one_card_with_one_number() {
    let counter = Counter::open().await.with_numbers().await;
    let faults = counter.university.faults(Register::Alive);
    let troubles = [
        (FaultKind::Refuse, false),
        (FaultKind::DropReply, true),
        (FaultKind::Error { done: true }, true),
        (FaultKind::Error { done: false }, false),
        (FaultKind::Truncated, true),
        (FaultKind::Garbage, false),
    ];
    for (nth, (trouble, made)) in troubles.into_iter().enumerate() {
        let key = counter.somebody(nth);
        let issue = counter.printed(&key, &format!("04A1B2C3D4E5{nth:02X}")).await;
        counter.clock.advance(SignedDuration::from_secs(1));
        faults.set(Fault::from(trouble).times(1).only("cards.report"));
        let ended = counter.report(&issue).await;
        assert_eq!(ended[0] == StepState::Done, made, "{trouble:?}: {ended:?}");
        if !made {
            assert_eq!(counter.number(&issue).await, Number::Leased, "{trouble:?}: still this issue's");
            let again = counter.begin(&key).await;
            assert_eq!((again.taken_up, again.next), (true, StepName::Report));
            assert_eq!(counter.report(&again).await, [StepState::Done], "by the same number");
        }
        assert_eq!(counter.cards_with(&key, &issue).await, 1, "{trouble:?}");
        assert_eq!(counter.number(&issue).await, Number::Used);
    }
    assert!(counter.ledger.open_changes().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_came_through_late_is_taken_for_what_it_is() {
    let counter = Counter::open().await.with_numbers().await;
    let key = counter.somebody(0);
    let issue = counter.printed(&key, CHIP).await;
    // Longer than the time-out and than the desk looks.
    let late = Fault::from(FaultKind::Delay { ms: 4_500 }).times(1).only("cards.report");
    counter.university.faults(Register::Alive).set(late);
    let ended = counter.report(&issue).await;
    assert!(matches!(ended[0], StepState::NotDone { .. } | StepState::Done), "{ended:?}");
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    // The index learns of it from the listings: its chip is no fault of its own issue.
    counter.clock.advance(SignedDuration::from_secs(60));
    assert!(counter.desk.refresh_index().await);
    if ended[0] != StepState::Done {
        assert_eq!(counter.desk.plan_report(&issue.issue).await.err(), Some(IssueRefusal::Reported));
    }
    assert_eq!((counter.cards_with(&key, &issue).await, counter.number(&issue).await), (1, Number::Used));
    let file = counter.desk.open_file(&key).await.unwrap();
    assert!(file.history.iter().any(|it| it.endpoint == "cards.report" && it.state == PastState::Done));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_number_is_looked_for_in_the_stock_the_agreement_and_alive() {
    let counter = Counter::open().await.with_numbers().await;
    let key = counter.somebody(1);
    let card = counter.desk.open_file(&key).await.unwrap().cards.remove(0);
    let used = card.number;
    let issue = counter.begin(&key).await;
    let id = issue.issue.clone();
    let mut draft = issue.draft;
    let kind = card.card_type;
    draft.card.kind.clone_from(&kind);
    counter.desk.save_issue(&id, draft).await.unwrap();
    let why = async |number: &str| match counter.desk.take_number(&id, number).await {
        Err(IssueRefusal::Number { why }) => Some(why),
        _ => None,
    };
    assert_eq!(why("").await, Some(NumberWhy::Format));
    assert_eq!(why("X1").await, Some(NumberWhy::Range));
    assert_eq!(why(&used).await, Some(NumberWhy::Used));
    let free = counter.desk.draw_number(&id).await.unwrap().number.number.unwrap();
    let spaced = format!("{} {}", &free[..4], free[4..].to_lowercase());
    assert_eq!(counter.desk.take_number(&id, &spaced).await.unwrap().number.number, Some(free.clone()));
    // Another desk at the same ledger can't have it.
    let beside = counter.sharing("desk-2").await;
    let theirs = beside.begin(&counter.somebody(2)).await;
    let mut draft = theirs.draft.clone();
    draft.card.kind.clone_from(&kind);
    beside.desk.save_issue(&theirs.issue, draft).await.unwrap();
    assert!(matches!(
        beside.desk.take_number(&theirs.issue, &free).await,
        Err(IssueRefusal::Number { why: NumberWhy::OtherDesk | NumberWhy::OnItsWay })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_alive_has_is_passed_over_and_an_issue_given_up_gives_its_number_back() {
    let counter = Counter::open().await.with_numbers().await;
    let issue = counter.begin(&counter.somebody(0)).await;
    let first = counter.desk.draw_number(&issue.issue).await.unwrap().number.number.unwrap();
    counter.desk.drop_issue(&issue.issue).await.unwrap();
    let again = counter.begin(&counter.somebody(0)).await;
    assert!(!again.taken_up);
    let second = counter.desk.draw_number(&again.issue).await.unwrap().number.number.unwrap();
    assert_eq!(first, second, "it's the next one again");
    counter.desk.drop_issue(&again.issue).await.unwrap();
    // Somebody else puts a card with the next number into ALIVE, by another desk with a ledger of its own.
    let other = Counter::beside(&counter).await;
    let theirs = other.begin(&counter.somebody(4)).await;
    let mut draft = theirs.draft.clone();
    draft.card.form = "DIGITAL".into();
    other.desk.save_issue(&theirs.issue, draft).await.unwrap();
    let theirs = other.desk.take_number(&theirs.issue, &first).await.unwrap();
    let theirs = other.tick(&theirs, true, false).await;
    assert_eq!(other.report(&theirs).await, [StepState::Done]);
    let issue = counter.begin(&counter.somebody(0)).await;
    let third = counter.desk.draw_number(&issue.issue).await.unwrap().number.number.unwrap();
    assert_ne!(third, first);
    assert_eq!(counter.ledger.number(&first).await.unwrap().unwrap().state, Number::Used);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stock_without_numbers_says_so_and_two_desks_share_the_last() {
    let counter = Counter::open().await;
    let issue = counter.begin(&counter.somebody(0)).await;
    assert_eq!(counter.desk.draw_number(&issue.issue).await.err(), Some(IssueRefusal::NoNumbers));
    let (kind, range) = counter
        .university
        .spare_numbers()
        .into_iter()
        .find(|(kind, _)| *kind == issue.draft.card.kind)
        .unwrap();
    let (first, last) = range.split_once(" - ").unwrap();
    let taken = counter.desk.take_in(&kind, &format!("{first}\n{last}")).await.unwrap();
    assert_eq!(taken, TakenIn { numbers: 2, free: 2 });
    let beside = counter.sharing("desk-2").await;
    let theirs = beside.begin(&counter.somebody(1)).await;
    let mut draft = theirs.draft.clone();
    draft.card.kind.clone_from(&kind);
    beside.desk.save_issue(&theirs.issue, draft).await.unwrap();
    let one = counter.desk.draw_number(&issue.issue).await.unwrap().number.number;
    let other = beside.desk.draw_number(&theirs.issue).await.unwrap().number.number;
    assert!(one.is_some() && other.is_some() && one != other, "the first didn't take both");
    let stock = counter.desk.stock().await.unwrap();
    assert_eq!(stock.desks.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_are_wrong_are_named_and_nothing_is_taken_in() {
    let counter = Counter::open().await;
    let (kind, range) = counter.university.spare_numbers().remove(0);
    let (first, _) = range.split_once(" - ").unwrap();
    let refused = counter.desk.take_in(&kind, &format!("{first}\n{first}\n???\n")).await;
    let Err(StockRefusal::Lines { faults, more: 0 }) = refused else { panic!("{refused:?}") };
    let named: Vec<_> = faults.iter().map(|it| (it.line, it.why)).collect();
    assert_eq!(named, [(2, LineWhy::Twice), (3, LineWhy::NotANumber)]);
    assert_eq!(
        counter.desk.take_in(&kind, "Z900000000001Z").await,
        Err(StockRefusal::OutOfRange { numbers: 1 })
    );
    assert_eq!(counter.desk.take_in("ALIVE_ID_ALUMNI", first).await, Err(StockRefusal::NoType));
    assert_eq!(counter.desk.take_in(&kind, first).await, Ok(TakenIn { numbers: 1, free: 1 }));
    let again = counter.desk.take_in(&kind, first).await;
    assert!(matches!(again, Err(StockRefusal::Lines { faults, .. }) if faults[0].why == LineWhy::Known));
    assert_eq!(counter.desk.compare_stock().await, Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_back_is_said() {
    let counter = Counter::open().await.with_numbers().await;
    let _issue = counter.begin(&counter.somebody(0)).await;
    counter.clock.advance(SignedDuration::from_hours(-24));
    counter.desk.settle_open().await;
    assert!(counter.desk.tasks().iter().any(|task| matches!(task, Task::Clock { .. })));
    assert!(counter.begin(&counter.somebody(1)).await.number.left > 0, "and the work goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_is_erased_gets_no_card() {
    let counter = Counter::open().await;
    let file = counter.desk.new_file().await.unwrap();
    let refused = counter.desk.begin_issue(file.file).await.err();
    assert_eq!(refused, Some(IssueRefusal::Work { refusal: WorkRefusal::RecordGone }));
}
