//! The verdict: a pure function of what the registers answered. It names every contradiction once, in a code that the
//! window has a sentence for, and says where it shows.

use crate::names;
use crate::view::{
    AliveCard, AliveRecord, Asked, ChipSignature, Column, Finding, Interface, Level, Mark, NotAsked,
    NotFound, Photo, Register, Row, Standing, StudentChip, SupRecord, UsosRecord, Verdict, What,
};

/// ALIVE's card type of graduates; its holders have no student card in USOS.
const ALUMNI: [&str; 2] = ["ALIVE_ID_ALUMNI", "ALIVE_ALUMNI"];

/// What a verdict is made of.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a> {
    pub asked: &'a Asked,
    pub alive: &'a Column<AliveRecord>,
    pub usos: &'a Column<UsosRecord>,
    pub sup: &'a Column<SupRecord>,
    pub photo: &'a Photo,
    /// Today at the institution, ISO.
    pub today: &'a str,
    /// How many people the chip or code led to in the desk's index.
    pub people: u32,
    /// The cards that the contact and the contactless chip on the readers lead to, where these are two.
    pub apart: Option<&'a (String, String)>,
    /// What the contact chip says of itself.
    pub student_chip: Option<&'a StudentChip>,
}

/// Weighs the answers. The gravest finding comes first; where nothing is wrong, that is said first.
pub fn verdict(answers: Answers<'_>) -> Verdict {
    let mut findings = Vec::new();
    let alive = found(answers.alive);
    let usos = found(answers.usos);
    let sup = found(answers.sup);
    let card = alive.and_then(|record| record.cards.first());
    let pair = pair(&answers, alive, usos);

    about_alive(&answers, card, pair.is_some(), &mut findings);
    about_usos(&answers, card, pair.is_some(), &mut findings);
    if let (Some(alive), Some(usos)) = (alive, usos) {
        between(alive, pair, usos, &mut findings);
    }
    about_sup(&answers, sup, &mut findings);
    about_student_chip(answers.student_chip, usos, &mut findings);
    about_reach(&answers, &mut findings);

    if let Some((contact, contactless)) = answers.apart {
        let what = What::ChipsLeadApart { contact: contact.clone(), contactless: contactless.clone() };
        let marks = [(Register::Alive, Row::Chip), (Register::Usos, Row::Chip)];
        add(&mut findings, Level::Bad, what, &marks);
    }
    if answers.people > 1 {
        add(&mut findings, Level::Warning, What::SeveralPeople { count: answers.people }, &[]);
    }
    if matches!(answers.photo, Photo::Missing) {
        add(&mut findings, Level::Note, What::NoPhoto, &[(Register::Alive, Row::Photo)]);
    }
    if matches!(answers.asked, Asked::Chip { chip } if chip.may_repeat) {
        add(&mut findings, Level::Note, What::UidMayRepeat, &[]);
    }

    let waiting = waiting(&answers);
    let nobody = alive.is_none() && usos.is_none() && sup.is_none();
    if waiting {
        add(&mut findings, Level::Waiting, What::Asking, &[]);
    } else if nobody {
        let unasked = unasked(&answers);
        let what = if unasked.is_empty() { What::UnknownEverywhere } else { What::UnknownSoFar { unasked } };
        findings.retain(|finding| !matches!(finding.what, What::NotInAlive | What::NotInUsos));
        add(&mut findings, Level::Warning, what, &[]);
    } else if findings.iter().all(|finding| finding.level <= Level::Note)
        && (card.is_some_and(|card| card.standing == Standing::Valid)
            || usos.is_some_and(|record| record.card.standing == Standing::Valid)
            || sup.is_some_and(|record| record.standing == Standing::Valid))
    {
        let ends = [
            card.and_then(|card| card.valid_to.clone()),
            usos.and_then(|record| record.card.expires.clone()),
        ];
        // ISO days sort as text.
        let valid_to = ends.into_iter().flatten().min();
        findings
            .insert(0, Finding { level: Level::Good, what: What::AllAgree { valid_to }, marks: Vec::new() });
    }

    // Gravest first. «All agree» outranks mere notes: it is the answer, they are remarks to it.
    findings.sort_by_key(|finding| std::cmp::Reverse(weight(finding)));
    let level = match findings.first() {
        Some(first) if waiting && first.level < Level::Bad => Level::Waiting,
        Some(first) => first.level,
        None => Level::Waiting,
    };
    Verdict { level, findings }
}

/// The card in ALIVE that USOS's record speaks of: the one in hand or asked for; of a person opened by name, the one
/// that shares a chip with it. Another card of the same person may well differ in everything.
fn pair<'a>(
    answers: &Answers<'_>,
    alive: Option<&'a AliveRecord>,
    usos: Option<&UsosRecord>,
) -> Option<&'a AliveCard> {
    let (alive, usos) = (alive?, usos?);
    let shares = |card: &&AliveCard| {
        card.chips.iter().any(|one| usos.card.chips.iter().any(|other| same_chip(&one.value, &other.value)))
    };
    match answers.asked {
        Asked::Chip { .. } | Asked::Code { .. } => alive.cards.first(),
        Asked::Person { .. } => alive.cards.iter().find(shares),
    }
}

fn is_alumni(card: &AliveCard) -> bool {
    ALUMNI.contains(&card.card_type.as_str())
}

/// The value of a column, freshly found or last known.
fn found<T>(column: &Column<T>) -> Option<&T> {
    match column {
        Column::Found { value, .. } => Some(value),
        Column::Unreachable { last: Some(last), .. } => Some(&last.value),
        _ => None,
    }
}

fn weight(finding: &Finding) -> u8 {
    match (finding.level, &finding.what) {
        (Level::Bad, _) => 6,
        (_, What::Asking) => 5,
        // What the card itself suffers from comes before what the desk could not ask.
        (Level::Warning, What::Without { .. }) => 3,
        (Level::Warning, _) => 4,
        (Level::Good, _) => 2,
        (Level::Note, _) => 1,
        (Level::Waiting, _) => 0,
    }
}

fn add(findings: &mut Vec<Finding>, level: Level, what: What, marks: &[(Register, Row)]) {
    let marks = marks.iter().map(|&(register, row)| Mark { register, row }).collect();
    findings.push(Finding { level, what, marks });
}

fn about_alive(answers: &Answers<'_>, card: Option<&AliveCard>, paired: bool, findings: &mut Vec<Finding>) {
    let status = (Register::Alive, Row::Status);
    let validity = (Register::Alive, Row::Validity);
    match answers.alive {
        Column::NotFound { why: NotFound::IndexNotReady, .. } => {}
        Column::NotFound { .. } => add(findings, Level::Warning, What::NotInAlive, &[status]),
        _ => {}
    }
    let Some(record) = found(answers.alive) else {
        return;
    };
    let Some(card) = card else {
        return add(findings, Level::Warning, What::NoCardInAlive, &[status]);
    };
    let valid_in_usos = found(answers.usos).is_some_and(|usos| usos.card.standing == Standing::Valid);
    match card.standing {
        Standing::Cancelled => add(findings, Level::Bad, What::Cancelled, &[status]),
        Standing::Returned => add(findings, Level::Bad, What::Returned, &[status]),
        Standing::Expired => {
            let on = card.valid_to.clone().unwrap_or_default();
            let level = if valid_in_usos { Level::Warning } else { Level::Bad };
            add(findings, level, What::Expired { register: Register::Alive, on }, &[validity]);
        }
        Standing::NotYetValid => {
            let from = card.valid_from.clone().unwrap_or_default();
            add(findings, Level::Warning, What::NotYetValid { register: Register::Alive, from }, &[validity]);
        }
        Standing::Unclear => {
            add(findings, Level::Warning, What::Unclear { register: Register::Alive }, &[status])
        }
        Standing::Valid | Standing::Blocked => {}
    }
    let in_hand = matches!(answers.asked, Asked::Chip { .. });
    if let Some(on) = card.valid_to_plastic.as_deref().filter(|on| *on < answers.today)
        && in_hand
        && card.standing == Standing::Valid
    {
        add(findings, Level::Warning, What::PlasticExpired { on: on.to_owned() }, &[validity]);
    }
    // A graduate who still carries the student card: the alumni card has none of its own to carry.
    let alumni = record.cards.iter().any(|card| is_alumni(card) && card.standing == Standing::Valid);
    if alumni && !is_alumni(card) && card.standing == Standing::Expired {
        add(findings, Level::Note, What::AlumniCard, &[]);
    } else if paired
        && valid_in_usos
        && matches!(card.standing, Standing::Expired | Standing::Cancelled | Standing::Returned)
    {
        let what = What::ValidThereNotHere { valid_in: Register::Usos, not_in: Register::Alive };
        add(findings, Level::Warning, what, &[status, (Register::Usos, Row::Status)]);
    }
    if let Asked::Chip { chip } = answers.asked
        && chip.interface == Interface::Contactless
        && !card.chips.iter().any(|chip| chip.here)
    {
        add(
            findings,
            Level::Warning,
            What::ChipNotOnCard { register: Register::Alive },
            &[(Register::Alive, Row::Chip)],
        );
    }
}

fn about_usos(answers: &Answers<'_>, card: Option<&AliveCard>, paired: bool, findings: &mut Vec<Finding>) {
    let status = (Register::Usos, Row::Status);
    let alumni = card.is_some_and(is_alumni);
    match answers.usos {
        Column::NotFound { .. } | Column::NotAsked { why: NotAsked::NoChipKnown } if alumni => {
            add(findings, Level::Note, What::AlumniCard, &[]);
        }
        Column::NotFound { .. } => {
            add(findings, Level::Warning, What::NotInUsos, &[status]);
            if card.is_some_and(|card| card.standing == Standing::Valid) {
                let what = What::ValidThereNotHere { valid_in: Register::Alive, not_in: Register::Usos };
                add(findings, Level::Warning, what, &[(Register::Alive, Row::Status), status]);
            }
        }
        _ => {}
    }
    let Some(usos) = found(answers.usos) else { return };
    if usos.card.standing == Standing::Unclear {
        add(findings, Level::Warning, What::Unclear { register: Register::Usos }, &[status]);
    }
    if usos.card.standing == Standing::Expired {
        let valid_in_alive = card.is_some_and(|card| card.standing == Standing::Valid);
        let level = if valid_in_alive { Level::Warning } else { Level::Bad };
        let on = usos.card.expires.clone().unwrap_or_default();
        add(
            findings,
            level,
            What::Expired { register: Register::Usos, on },
            &[(Register::Usos, Row::Validity)],
        );
        if valid_in_alive && paired {
            let what = What::ValidThereNotHere { valid_in: Register::Alive, not_in: Register::Usos };
            add(findings, Level::Warning, what, &[(Register::Alive, Row::Status), status]);
        }
    }
}

/// Contradictions between ALIVE and USOS, which both speak of the same card.
fn between(alive: &AliveRecord, card: Option<&AliveCard>, usos: &UsosRecord, findings: &mut Vec<Finding>) {
    let name_marks = [(Register::Alive, Row::Name), (Register::Usos, Row::Name)];
    let (in_alive, in_usos) = (alive.name.clone(), usos.name.clone());
    match names::compare(&alive.name, &usos.name) {
        names::Likeness::Same => {}
        names::Likeness::SamePersonRenamed => {
            add(findings, Level::Warning, What::NamesApart { alive: in_alive, usos: in_usos }, &name_marks);
        }
        names::Likeness::Different => {
            // Everything else would compare two different people's cards.
            add(findings, Level::Bad, What::ChipOfTwoPeople { alive: in_alive, usos: in_usos }, &name_marks);
            return;
        }
    }
    let Some(card) = card else { return };
    if card.standing == Standing::Valid
        && usos.card.standing == Standing::Valid
        && let (Some(alive), Some(usos)) = (&card.valid_to, &usos.card.expires)
        && alive != usos
    {
        let what = What::EndsApart { alive: alive.clone(), usos: usos.clone() };
        let marks = [(Register::Alive, Row::Validity), (Register::Usos, Row::Validity)];
        add(findings, Level::Warning, what, &marks);
    }
    let pairs = [
        (Interface::Contactless, "CONTACTLESS_MIFARE", "contactless"),
        (Interface::Contact, "CONTACT_CHIP", "contact"),
    ];
    for (interface, in_alive, in_usos) in pairs {
        let theirs = card.chips.iter().find(|chip| chip.technology == in_alive);
        let ours = usos.card.chips.iter().find(|chip| chip.technology == in_usos);
        if let (Some(alive), Some(usos)) = (theirs, ours)
            && !same_chip(&alive.value, &usos.value)
        {
            let what =
                What::ChipsOfTwoCards { interface, alive: alive.value.clone(), usos: usos.value.clone() };
            let marks = [(Register::Alive, Row::Chip), (Register::Usos, Row::Chip)];
            add(findings, Level::Bad, what, &marks);
        }
    }
}

/// The signed data on a student card's contact chip: whether they're this chip's, hold, and say what USOS says.
fn about_student_chip(chip: Option<&StudentChip>, usos: Option<&UsosRecord>, findings: &mut Vec<Finding>) {
    let data = match chip {
        None => return,
        Some(StudentChip::Unreadable { why }) => {
            return add(findings, Level::Warning, What::StudentChipUnread { why: *why }, &[]);
        }
        Some(StudentChip::Read { data }) => data,
    };
    if data.signature != ChipSignature::Valid {
        let level = match data.signature {
            ChipSignature::NoCertificate | ChipSignature::UnknownAlgorithm => Level::Note,
            _ => Level::Bad,
        };
        add(findings, level, What::StudentChipSignature { signature: data.signature }, &[]);
    } else if !data.here {
        add(findings, Level::Bad, What::StudentChipOfAnother, &[]);
    }
    let Some(usos) = usos else { return };
    if names::compare(&data.name, &usos.name) == names::Likeness::Different {
        let what = What::StudentChipNamesApart { chip: data.name.clone(), usos: usos.name.clone() };
        add(findings, Level::Bad, what, &[(Register::Usos, Row::Name)]);
    }
    if let Some(end) = usos.card.expires.as_ref().filter(|end| **end != data.valid_until) {
        // Law has moved validities without touching cards: a remark, no more.
        let what = What::StudentChipEndsApart { chip: data.valid_until.clone(), usos: end.clone() };
        add(findings, Level::Note, what, &[(Register::Usos, Row::Validity)]);
    }
}

fn about_sup(answers: &Answers<'_>, sup: Option<&SupRecord>, findings: &mut Vec<Finding>) {
    let Some(sup) = sup else { return };
    match sup.standing {
        Standing::Unclear => {
            add(
                findings,
                Level::Warning,
                What::Unclear { register: Register::Sup },
                &[(Register::Sup, Row::Status)],
            );
        }
        Standing::Blocked => add(findings, Level::Bad, What::SupBlocked, &[(Register::Sup, Row::Status)]),
        Standing::Expired => {
            let on = sup.valid_to.clone().unwrap_or_default();
            let what = What::Expired { register: Register::Sup, on };
            add(findings, Level::Warning, what, &[(Register::Sup, Row::Validity)]);
        }
        _ => {}
    }
    if sup.activated == Some(false) {
        add(findings, Level::Warning, What::SupNotActivated, &[(Register::Sup, Row::Status)]);
    }
    if let (Asked::Code { code }, Some(ean)) = (answers.asked, &sup.ean)
        && code.len() == ean.len()
        && code.bytes().all(|byte| byte.is_ascii_digit())
        && code != ean
    {
        add(findings, Level::Warning, What::SupOtherCard, &[(Register::Sup, Row::Number)]);
    }
}

fn about_reach(answers: &Answers<'_>, findings: &mut Vec<Finding>) {
    for register in unasked(answers) {
        add(findings, Level::Warning, What::Without { register }, &[(register, Row::Status)]);
    }
}

/// Registers that were asked and gave no usable answer.
fn silent(answers: &Answers<'_>) -> Vec<Register> {
    fn mute<T>(column: &Column<T>) -> bool {
        matches!(column, Column::Unreachable { .. } | Column::NotAllowed { .. })
    }
    let all = [
        (Register::Alive, mute(answers.alive)),
        (Register::Usos, mute(answers.usos)),
        (Register::Sup, mute(answers.sup)),
    ];
    all.into_iter().filter_map(|(register, mute)| mute.then_some(register)).collect()
}

fn unasked(answers: &Answers<'_>) -> Vec<Register> {
    let mut unasked = silent(answers);
    if matches!(answers.alive, Column::NotFound { why: NotFound::IndexNotReady, .. }) {
        unasked.insert(0, Register::Alive);
    }
    unasked
}

fn waiting(answers: &Answers<'_>) -> bool {
    matches!(answers.alive, Column::Waiting)
        || matches!(answers.usos, Column::Waiting)
        || matches!(answers.sup, Column::Waiting)
}

/// Equal in any of the spellings that two registers may use for one chip (case, spaces, byte order).
fn same_chip(one: &str, other: &str) -> bool {
    let candidates = chip::candidates(one);
    chip::candidates(other).iter().any(|bytes| candidates.contains(bytes))
}
