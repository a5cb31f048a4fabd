//! Work on a person's file, against the practice ALIVE: each of the manual's workflows, the wipe guard, and what the
//! desk makes of an answer that never came.

use crate::counter::Counter;
use desk::view::work::*;
use practice::{Fault, FaultKind, Register};

impl Counter {
    /// The key of the person whose practice card has this trouble, or none.
    fn person(&self, pick: impl Fn(&practice::TrayCard) -> bool) -> String {
        let number = self.card(pick).barcodes.alive_number.clone().expect("a card in ALIVE");
        self.key_of(&number)
    }

    fn key_of(&self, number: &str) -> String {
        let desk = self.desk.clone();
        let number = number.to_owned();
        let hits = futures::executor::block_on(async move { desk.search(&number).await.unwrap() });
        hits.first().expect("somebody by that number").key.clone()
    }

    async fn plan(&self, file: &PersonFile, intent: Intent) -> Plan {
        self.desk.plan(file.file, &intent).await.unwrap()
    }

    async fn done(&self, file: &PersonFile, intent: Intent) -> Plan {
        let plan = self.plan(file, intent).await;
        let done = self.desk.carry_out(plan.plan).await.unwrap();
        let ended = |step: &Step| matches!(step.state, StepState::Done | StepState::Left);
        assert!(done.steps.iter().all(ended), "{:?}", states(&done));
        done
    }
}

fn states(plan: &Plan) -> Vec<&StepState> {
    plan.steps.iter().map(|step| &step.state).collect()
}

fn good(card: &practice::TrayCard) -> bool {
    card.trouble.is_none() && card.barcodes.alive_number.is_some()
}

fn set(form: alive::CardholderDraft) -> Intent {
    Intent::Cardholder { form: Box::new(form), reprinted: Vec::new() }
}

fn chip(kind: &str, value: &str) -> alive::SmartTechnologyDraft {
    alive::SmartTechnologyDraft { kind: kind.into(), value: value.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_name_goes_to_the_cardholder_and_on_to_the_digital_card() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    let (chips, fields) = (file.cards[0].smart_technologies.clone(), file.cards[0].custom_fields.clone());
    let mut form = file.form.clone();
    form.last_name = "Nová-Zkoušková".into();
    let plan = counter.done(&file, set(form)).await;
    assert!(matches!(plan.steps[0].act, Act::SetCardholder));
    assert!(matches!(plan.steps[1].act, Act::UpdateCard { .. }));
    let after = counter.desk.open_file(&key).await.unwrap();
    assert_eq!(after.form.last_name, "Nová-Zkoušková");
    assert_eq!(after.form.email, file.form.email, "nothing else is lost");
    assert_eq!(after.form.addresses.len(), file.form.addresses.len());
    assert_eq!((&after.cards[0].smart_technologies, &after.cards[0].custom_fields), (&chips, &fields));
    let shown = counter.shown_on(&after.cards[0].card_id).await;
    assert_eq!(shown["last_name"], "Nová-Zkoušková", "the digital card shows it");
    assert_eq!(after.history.len(), 2);
    assert!(after.history.iter().all(|it| it.state == PastState::Done));
}

impl Counter {
    /// What the practice ALIVE shows on a digital card.
    async fn shown_on(&self, card_id: &str) -> serde_json::Value {
        let base = self.university.access().alive.base_url.replace("/v1", "");
        let http = wire::Http::new(wire::Limits::default(), std::sync::Arc::new(wire::OsDice)).unwrap();
        let url = wire::BaseUrl::parse(&base).unwrap().join(&format!("practice/cards/{card_id}"));
        let reply = http.read(|| Ok::<_, wire::Fault>(http.get(url.clone()))).await.unwrap();
        let value: serde_json::Value = reply.json().unwrap();
        value.get("data").and_then(|data| data.get(0)).cloned().unwrap_or(value)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_clerk_empties_stands_in_the_plan_and_what_others_wrote_meanwhile_is_kept() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let mine = counter.desk.open_file(&key).await.unwrap();
    // Another desk changes the phone number while the file lies open here.
    let other = Counter::beside(&counter).await;
    let theirs = other.desk.open_file(&key).await.unwrap();
    let mut form = theirs.form.clone();
    form.phone_number = "+420 600 111 222".into();
    other.done(&theirs, set(form)).await;

    let mut form = mine.form.clone();
    form.external_id = String::new();
    let plan = counter.plan(&mine, set(form)).await;
    assert!(plan.warnings.contains(&Warning::ChangedMeanwhile));
    let deleted: Vec<_> =
        plan.differences.iter().filter(|it| it.to.is_none()).map(|it| &it.property).collect();
    assert_eq!(deleted, ["external_id"]);
    // And once more, while the plan waits for its yes: nothing is sent over it.
    let theirs = other.desk.open_file(&key).await.unwrap();
    let form = alive::CardholderDraft { class_name: "8.A".into(), ..theirs.form.clone() };
    other.done(&theirs, set(form)).await;
    assert_eq!(counter.desk.carry_out(plan.plan).await, Err(WorkRefusal::ChangedMeanwhile));
    let form = alive::CardholderDraft { external_id: String::new(), ..mine.form.clone() };
    counter.done(&mine, set(form)).await;
    let after = counter.desk.open_file(&key).await.unwrap();
    assert_eq!(after.form.class_name, "8.A");
    assert_eq!(after.form.phone_number.replace(' ', ""), "+420600111222");
    assert_eq!(after.form.external_id, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_are_named_by_field_here_and_by_alive_alike() {
    let counter = Counter::open().await;
    let (one, other) = (counter.person(good), counter.person(|card| good(card) && card.physical > 5));
    assert_ne!(one, other);
    let file = counter.desk.open_file(&one).await.unwrap();
    let mut form = file.form.clone();
    form.email = "no address".into();
    form.first_name = " ".into();
    let checked = counter.desk.check(file.file, &set(form.clone())).unwrap();
    let named: Vec<_> = checked.faults.iter().map(|it| (it.property.as_str(), it.code.as_str())).collect();
    assert_eq!(named, [("first_name", "IS_BLANK_ERROR"), ("email", "INVALID_FORMAT_ERROR")]);
    assert!(matches!(
        counter.desk.plan(file.file, &set(form.clone())).await,
        Err(WorkRefusal::Fields { faults }) if faults.len() == 2
    ));
    // Only ALIVE knows that the address is somebody else's.
    let taken = counter.desk.open_file(&other).await.unwrap().form.email;
    let file = counter.desk.open_file(&one).await.unwrap();
    let form = alive::CardholderDraft { email: taken, ..file.form.clone() };
    let plan = counter.plan(&file, set(form)).await;
    let ended = counter.desk.carry_out(plan.plan).await.unwrap();
    let StepState::Refused { faults } = &ended.steps[0].state else { panic!("{:?}", states(&ended)) };
    assert_eq!((faults[0].property.as_str(), faults[0].code.as_str()), ("email", "NOT_UNIQUE_ERROR"));
    assert_eq!(ended.steps[1].state, StepState::Skipped, "the card is left alone then");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_never_came_is_read_back_and_nothing_is_sent_twice() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let faults = counter.university.faults(Register::Alive);
    for (fault, path) in [
        (FaultKind::DropReply, "cardholders.set"),
        (FaultKind::Error { done: true }, "cardholders.set"),
        (FaultKind::Truncated, "cardholders.set"),
    ] {
        let file = counter.desk.open_file(&key).await.unwrap();
        let mut form = file.form.clone();
        form.personal_id.push('1');
        let plan = counter.plan(&file, set(form.clone())).await;
        faults.set(Fault::from(fault).times(1).only(path));
        let ended = counter.desk.carry_out(plan.plan).await.unwrap();
        assert_eq!(ended.steps[0].state, StepState::Done, "{fault:?}: {:?}", states(&ended));
        assert_eq!(counter.desk.open_file(&key).await.unwrap().form.personal_id, form.personal_id);
    }
    // Not done, and known not to be: nothing is said to have changed, and it may be tried again.
    for fault in [FaultKind::Refuse, FaultKind::Error { done: false }, FaultKind::Garbage] {
        let file = counter.desk.open_file(&key).await.unwrap();
        let before = file.form.personal_id.clone();
        let mut form = file.form.clone();
        form.personal_id.push('2');
        let plan = counter.plan(&file, set(form)).await;
        faults.set(Fault::from(fault).times(1).only("cardholders.set"));
        let ended = counter.desk.carry_out(plan.plan).await.unwrap();
        assert!(matches!(ended.steps[0].state, StepState::NotDone { .. }), "{fault:?}: {:?}", states(&ended));
        assert_eq!(counter.desk.open_file(&key).await.unwrap().form.personal_id, before);
    }
    assert!(counter.desk.tasks().is_empty(), "nothing is left open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_carried_out_once_and_only_the_last_one() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    let mut form = file.form.clone();
    form.personal_id = "111".into();
    let first = counter.plan(&file, set(form.clone())).await;
    form.personal_id = "222".into();
    let second = counter.plan(&file, set(form)).await;
    assert_eq!(counter.desk.carry_out(first.plan).await, Err(WorkRefusal::PlanGone));
    counter.desk.carry_out(second.plan).await.unwrap();
    assert_eq!(counter.desk.carry_out(second.plan).await, Err(WorkRefusal::PlanGone));
    let again = counter.desk.open_file(&key).await.unwrap();
    assert_eq!(counter.desk.plan(file.file, &set(again.form.clone())).await, Err(WorkRefusal::FileGone));
    assert_eq!(counter.desk.plan(again.file, &set(again.form.clone())).await, Err(WorkRefusal::Nothing));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_person_is_created_once_and_a_card_is_reported_last() {
    let counter = Counter::open().await;
    let file = counter.desk.new_file().await.unwrap();
    let form = alive::CardholderDraft {
        first_name: "Zkouška".into(),
        last_name: "Přepážková".into(),
        date_of_birth: "2004-05-06".into(),
        email: "zkouska@practice-university.example".into(),
        roles: alive::Roles { student: Some(true), graduate: Some(false), ..Default::default() },
        student_status: "FULL_TIME".into(),
        ..Default::default()
    };
    let made = counter.done(&file, set(form.clone())).await;
    let key = made.person.expect("whom ALIVE has created");
    let again = counter.desk.new_file().await.unwrap();
    assert!(matches!(
        counter.desk.plan(again.file, &set(form)).await,
        Err(WorkRefusal::Fields { faults }) if faults[0].property == "email"
    ));

    let sample = counter.university.access().alive.report_sample[0].clone();
    let file = counter.desk.open_file(&key).await.unwrap();
    assert!(file.cards.is_empty());
    let report = |number: &str, uid: &str| Intent::Report {
        form: alive::CardDraft {
            kind: sample.kind.clone(),
            number: number.to_owned(),
            form: "DIGITAL_PLASTIC".into(),
            valid_from: sample.valid_from.to_string(),
            valid_to: sample.valid_to.to_string(),
            smart_technologies: vec![chip("CONTACTLESS_MIFARE", uid)],
            ..Default::default()
        },
    };
    // The reply is lost: the number is the card's, and is found again by it.
    let faults = counter.university.faults(Register::Alive);
    faults.set(Fault::from(FaultKind::DropReply).times(1).only("cards.report"));
    counter.clock.advance(jiff::SignedDuration::from_secs(1));
    counter.done(&file, report(&sample.number, "04A1B2C3D4E5F6")).await;
    let file = counter.desk.open_file(&key).await.unwrap();
    assert_eq!(file.cards.len(), 1);
    // A number in use is refused at its field.
    let again = counter.desk.plan(file.file, &report(&sample.number, "04A1B2C3D4E5F6")).await;
    assert!(matches!(again, Err(WorkRefusal::Fields { .. })), "the chip is on that card");
    let plan = counter.plan(&file, report(&sample.number, "04A1B2C3D4E5F7")).await;
    assert!(
        matches!(counter.desk.carry_out(plan.plan).await,
            Err(WorkRefusal::Fields { faults }) if faults[0].property == "number"),
        "the stock knows that the number is used: nothing was sent"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn validity_is_extended_only_to_an_end_on_offer_and_never_for_alumni() {
    let counter = Counter::open().await;
    let mut extended = 0;
    for card in counter.university.tray().to_vec() {
        let Some(number) = &card.barcodes.alive_number else { continue };
        let file = counter.desk.open_file(&counter.key_of(number)).await.unwrap();
        for shown in &file.cards {
            if shown.card_type == "ALIVE_ID_ALUMNI" && shown.status == "ACTIVE" {
                assert_eq!(shown.can.extend, Some(WhyNot::ExtendedByAlive));
            }
            let Some(end) = shown.can.extend_to.last().filter(|_| shown.can.extend.is_none()) else {
                continue;
            };
            let earlier = Intent::Extend { card_id: shown.card_id.clone(), valid_to: "2020-01-01".into() };
            assert!(matches!(
                counter.desk.plan(file.file, &earlier).await,
                Err(WorkRefusal::Fields { faults }) if faults[0].property == "valid_to"
            ));
            let later = Intent::Extend { card_id: shown.card_id.clone(), valid_to: end.clone() };
            counter.done(&file, later).await;
            let after = counter.desk.open_file(&counter.key_of(number)).await.unwrap();
            let now = after.cards.iter().find(|it| it.card_id == shown.card_id).unwrap();
            assert_eq!(now.valid_to.as_ref(), Some(end));
            assert_eq!(now.smart_technologies, shown.smart_technologies, "chips stay");
            extended += 1;
            break;
        }
        if extended == 3 {
            return;
        }
    }
    assert!(extended > 0, "there was a card to extend");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_card_comes_back_and_a_returned_one_never_and_only_with_the_pin() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    let card_id = file.cards[0].card_id.clone();
    let status = |status: &str, pin: Option<&str>| Intent::Status {
        card_id: card_id.clone(),
        status: status.into(),
        reason: Reason::Lost,
        pin: pin.map(str::to_owned),
    };
    counter.done(&file, status("CANCELLED", None)).await;
    let file = counter.desk.open_file(&key).await.unwrap();
    let card = file.cards.iter().find(|it| it.card_id == card_id).unwrap();
    assert_eq!((card.can.edit, card.can.reactivate), (Some(WhyNot::Cancelled), None));
    let edit = Intent::EditCard { card_id: card_id.clone(), form: Default::default() };
    let refused = counter.desk.plan(file.file, &edit).await;
    assert_eq!(refused, Err(WorkRefusal::NotAllowed { why: WhyNot::Cancelled }));
    counter.done(&file, status("ACTIVE", None)).await;

    assert_eq!(counter.desk.plan(file.file, &status("RETURNED", None)).await, Err(WorkRefusal::WrongPin));
    for _ in 0..4 {
        let wrong = counter.desk.plan(file.file, &status("RETURNED", Some("0000"))).await;
        assert_eq!(wrong, Err(WorkRefusal::WrongPin));
    }
    assert!(matches!(
        counter.desk.plan(file.file, &status("RETURNED", Some("2468"))).await,
        Err(WorkRefusal::PinLocked { seconds: 300 })
    ));
    counter.clock.set("2026-11-21T09:06:00Z".parse().unwrap());
    let plan = counter.plan(&file, status("RETURNED", Some("2468"))).await;
    assert!(plan.irreversible);
    counter.desk.carry_out(plan.plan).await.unwrap();
    let file = counter.desk.open_file(&key).await.unwrap();
    let card = file.cards.iter().find(|it| it.card_id == card_id).unwrap();
    assert_eq!(card.can.reactivate, Some(WhyNot::Returned));
    assert_eq!(file.history[0].reason, Some(Reason::Lost));
}

#[tokio::test(flavor = "multi_thread")]
async fn chips_and_fields_that_the_clerk_does_not_touch_are_kept_with_a_new_plastic() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    let card = file.cards.iter().find(|it| it.can.plastic.is_none()).unwrap();
    let mut chips = card.smart_technologies.clone();
    chips.push(chip("MAGNETIC_STRIPE", "1234567890"));
    let form = alive::PlasticDraft {
        design_plastic: card.can.designs.last().cloned().unwrap_or_default(),
        valid_to_plastic: card.valid_to.clone().unwrap(),
        smart_technologies: chips.clone(),
        custom_fields: card.custom_fields.clone(),
    };
    let plan = counter.done(&file, Intent::Plastic { card_id: card.card_id.clone(), form }).await;
    assert!(matches!(plan.steps[0].act, Act::ReportPlastic { .. }));
    let after = counter.desk.open_file(&key).await.unwrap();
    let now = after.cards.iter().find(|it| it.card_id == card.card_id).unwrap();
    assert_eq!(now.form, "DIGITAL_PLASTIC");
    assert_eq!(now.smart_technologies.len(), chips.len());
    // A person whose new plastic was made: the card is reported in plastic instead of updated.
    let mut form = after.form.clone();
    form.last_name.push_str("-Nová");
    let reprinted = vec![now.card_id.clone()];
    let plan = counter.done(&after, Intent::Cardholder { form: Box::new(form), reprinted }).await;
    assert!(plan.steps.iter().any(|step| matches!(step.act, Act::ReportPlastic { .. })));
    assert!(
        !plan
            .steps
            .iter()
            .any(|step| matches!(&step.act, Act::UpdateCard { number, .. } if *number == now.number))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chip_on_a_card_in_use_is_refused_before_anything_is_sent() {
    let counter = Counter::open().await;
    let (one, other) = (counter.person(good), counter.person(|card| good(card) && card.physical > 5));
    let theirs = counter.desk.open_file(&other).await.unwrap();
    let in_use = |card: &&FileCard| {
        card.standing == desk::view::Standing::Valid && !card.smart_technologies.is_empty()
    };
    let taken = theirs.cards.iter().find(in_use).unwrap();
    let file = counter.desk.open_file(&one).await.unwrap();
    let card = &file.cards[0];
    let mut chips = card.smart_technologies.clone();
    chips.push(taken.smart_technologies[0].clone());
    let form =
        alive::CardUpdateDraft { smart_technologies: chips, custom_fields: card.custom_fields.clone() };
    let edit = Intent::EditCard { card_id: card.card_id.clone(), form };
    let at = format!("smart_technologies[{}].value", card.smart_technologies.len());
    assert!(matches!(
        counter.desk.plan(file.file, &edit).await,
        Err(WorkRefusal::Fields { faults }) if faults[0].property == at && faults[0].code == "NOT_UNIQUE_ERROR"
    ));
    // Cancelled there, the chip is free here.
    let cancel = Intent::Status {
        card_id: taken.card_id.clone(),
        status: "CANCELLED".into(),
        reason: Reason::Damaged,
        pin: None,
    };
    let theirs = counter.desk.open_file(&other).await.unwrap();
    counter.done(&theirs, cancel).await;
    let file = counter.desk.open_file(&one).await.unwrap();
    counter.done(&file, edit).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plastic_whose_reply_was_lost_and_that_changes_nothing_visible_waits_for_a_person() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let open = || async { counter.desk.open_file(&key).await.unwrap() };
    let intent = |card: &FileCard| Intent::Plastic {
        card_id: card.card_id.clone(),
        form: alive::PlasticDraft {
            design_plastic: card.design_plastic.clone().unwrap_or_default(),
            valid_to_plastic: card.valid_to_plastic.clone().unwrap_or_default(),
            smart_technologies: card.smart_technologies.clone(),
            custom_fields: card.custom_fields.clone(),
        },
    };
    let pick = |file: &PersonFile| file.cards.iter().find(|it| it.can.plastic.is_none()).unwrap().clone();
    let file = open().await;
    counter.done(&file, intent(&pick(&file))).await;
    let file = open().await;
    let plan = counter.plan(&file, intent(&pick(&file))).await;
    counter
        .university
        .faults(Register::Alive)
        .set(Fault::from(FaultKind::DropReply).times(1).only("issuePlastic"));
    let ended = counter.desk.carry_out(plan.plan).await.unwrap();
    assert!(matches!(ended.steps[0].state, StepState::Unknown { .. }), "{:?}", states(&ended));
    let tasks = counter.desk.tasks();
    let Task::Settle { change, key: of, sent: true, .. } = &tasks[0] else { panic!("{tasks:?}") };
    assert_eq!(of.as_ref(), Some(&key));
    assert_eq!(open().await.history[0].state, PastState::Open);
    counter.desk.settle(change, true).await.unwrap();
    assert!(counter.desk.tasks().is_empty());
    assert_eq!(open().await.history[0].state, PastState::Done);
    assert_eq!(counter.desk.settle(change, true).await, Err(WorkRefusal::RecordGone), "settled once");
}

fn graduation(degree: &str) -> alive::GraduationDraft {
    alive::GraduationDraft {
        faculty_name: "Fakulta cvičení".into(),
        field_of_study: "Přepážkové vědy".into(),
        graduation_date: "2026-06-30".into(),
        academic_degree: "MASTER".into(),
        pre_nominal_academic_degree: degree.into(),
        ..Default::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_alumni_card_after_a_graduation_and_a_second_degree_updates_it() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let open = || async { counter.desk.open_file(&key).await.unwrap() };
    let mut file = open().await;
    if file.alumni == Alumni::NoGraduation {
        let request = Intent::RequestAlumni { custom_fields: Vec::new() };
        assert_eq!(counter.desk.plan(file.file, &request).await, Err(WorkRefusal::NoAlumniCard));
    }
    let faultless = Intent::Graduation { form: graduation("Mgr.") };
    counter
        .university
        .faults(Register::Alive)
        .set(Fault::from(FaultKind::DropReply).times(1).only("graduations.set"));
    let before = file.graduations.len();
    counter.done(&file, faultless).await;
    file = open().await;
    assert_eq!(file.graduations.len(), before + 1, "once, though its reply was lost");
    assert_eq!(file.alumni, Alumni::MayRequest);
    counter
        .university
        .faults(Register::Alive)
        .set(Fault::from(FaultKind::DropReply).times(1).only("cards.request"));
    counter.done(&file, Intent::RequestAlumni { custom_fields: Vec::new() }).await;
    file = open().await;
    let alumni = file.cards.iter().find(|it| it.card_type == "ALIVE_ID_ALUMNI").expect("the card").clone();
    assert_eq!(alumni.valid_to.as_deref(), Some("2026-12-31"));
    let again = counter.desk.plan(file.file, &Intent::RequestAlumni { custom_fields: Vec::new() }).await;
    assert_eq!(again, Err(WorkRefusal::NoAlumniCard));
    let second = counter.done(&file, Intent::Graduation { form: graduation("Ph.D.") }).await;
    assert!(matches!(&second.steps[1].act, Act::UpdateCard { number, .. } if *number == alumni.number));
    assert_eq!(second.steps.len(), 2, "and nothing else");
    // A correction deletes nothing that isn't said.
    file = open().await;
    let mut form = file.graduations[0].clone();
    form.field_of_study = "Jiný obor".into();
    let plan = counter.plan(&file, Intent::Graduation { form }).await;
    assert_eq!(plan.differences.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_waits_for_the_last_card_and_comes_due_by_itself() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    assert!(!file.erase.bars.is_empty());
    assert_eq!(counter.desk.plan(file.file, &Intent::Erase { pin: None }).await, Err(WorkRefusal::WrongPin));
    assert_eq!(
        counter.desk.plan(file.file, &Intent::Erase { pin: Some("2468".into()) }).await,
        Err(WorkRefusal::CardsValid)
    );
    counter.desk.plan_erasure(file.file, true).await.unwrap();
    assert!(counter.desk.tasks().is_empty(), "not yet");
    let due: jiff::civil::Date = file.erase.from.clone().unwrap().parse().unwrap();
    let zone = jiff::tz::TimeZone::get("Europe/Prague").unwrap();
    counter.clock.set(due.at(8, 0, 0, 0).to_zoned(zone).unwrap().timestamp());
    counter.desk.refresh_index().await;
    counter.desk.settle_open().await;
    let tasks = counter.desk.tasks();
    assert!(matches!(&tasks[..], [Task::Erase { key: of, .. }] if *of == key), "{}", tasks.len());
    let file = counter.desk.open_file(&key).await.unwrap();
    let plan = counter.plan(&file, Intent::Erase { pin: Some("2468".into()) }).await;
    assert!(plan.irreversible);
    let ended = counter.desk.carry_out(plan.plan).await.unwrap();
    assert_eq!(ended.steps[0].state, StepState::Done);
    let file = counter.desk.open_file(&key).await.unwrap();
    assert!(file.erase.asked.is_some() && counter.desk.tasks().is_empty());
    counter.clock.set(
        due.at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp()
            + jiff::SignedDuration::from_hours(49),
    );
    let file = counter.desk.open_file(&key).await.unwrap();
    assert!(file.erase.done && file.name.is_empty());
    let form = alive::CardholderDraft { last_name: "Zpět".into(), ..file.form.clone() };
    assert_eq!(
        counter.desk.plan(file.file, &set(form)).await,
        Err(WorkRefusal::NotAllowed { why: WhyNot::Anonymised })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_desk_left_open_is_read_back_at_the_next_start() {
    let counter = Counter::open().await;
    let key = counter.person(good);
    let file = counter.desk.open_file(&key).await.unwrap();
    let mut form = file.form.clone();
    form.personal_id = "777".into();
    let plan = counter.plan(&file, set(form)).await;
    // The reply is long in coming, and the desk is killed meanwhile: what its journal says of it is all that's left.
    counter.university.faults(Register::Alive).set(Fault::delay(600).times(1).only("cardholders.set"));
    let dying = counter.desk.clone();
    let work = tokio::spawn(async move { dying.carry_out(plan.plan).await });
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let left = counter.ledger.open_changes().await.unwrap();
    let states: Vec<_> = left.iter().map(|row| row.state).collect();
    assert_eq!(left.len(), 2, "what was sent, and what was to follow: {states:?}");
    let next = Counter::beside(&counter).await;
    next.ledger.write_changes(&left).await.unwrap();
    work.await.unwrap().unwrap();
    next.desk.settle_open().await;
    let tasks = next.desk.tasks();
    assert!(
        matches!(&tasks[..], [Task::Settle { sent: false, endpoint, .. }] if endpoint == "cards.update"),
        "the change was made, as reading back tells; what was to follow it has to be done: {tasks:?}"
    );
    let done = next.ledger.changes_of(left[0].cardholder_id.unwrap()).await.unwrap();
    assert!(
        done.iter().any(|row| row.endpoint == "cardholders.set" && row.state == ledger::ChangeState::Done)
    );
}

#[test]
fn nothing_personal_stands_in_debug() {
    let form = alive::CardholderDraft { last_name: "Tajná".into(), ..Default::default() };
    let intent = Intent::Status {
        card_id: "12345".into(),
        status: "RETURNED".into(),
        reason: Reason::Lost,
        pin: Some("2468".into()),
    };
    let text = format!("{:?} {intent:?}", set(form));
    for secret in ["Tajná", "12345", "2468"] {
        assert!(!text.contains(secret), "{text}");
    }
}
