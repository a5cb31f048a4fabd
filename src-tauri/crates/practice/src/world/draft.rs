//! A person on the way into the registers: first as all agree on them, then spoiled by a trouble.

use std::sync::Arc;

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use rand::Rng;
use rand::seq::IndexedRandom as _;
use uuid::{Builder, Uuid};

use super::person::{Person, Role, moment_before};
use crate::alive::model::{
    AcademicDegree, Card, CardType, Cardholder, Field, Form, Gender, Graduation, SmartTechnology, Status,
    Technology,
};
use crate::alive::records::{EXTENDED_BEFORE_DAYS, Photo};
use crate::chip::Chip;
use crate::clock::local;
use crate::contract::{self, FIELD_NAMES, INSTITUTION_ID, INSTITUTION_NAME};
use crate::portrait::Sitter;
use crate::trouble::Trouble;
use crate::{sup, usos};

/// What each register will hold of a person, and the chips of the card in their hand.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) person: Person,
    pub(super) trouble: Option<Trouble>,
    pub(super) modified: Timestamp,
    pub(super) holder: Option<Cardholder>,
    pub(super) photo: Option<Arc<Photo>>,
    /// ALIVE's cards; the first one is the card in their hand.
    pub(super) cards: Vec<Card>,
    pub(super) user: usos::records::User,
    pub(super) graduations: Vec<Graduation>,
    /// USOS's cards; the first one is the card in their hand.
    pub(super) usos: Vec<usos::records::Card>,
    pub(super) sup: Option<(Uuid, sup::records::Card)>,
    pub(super) contactless: Chip,
    pub(super) contact: Option<Chip>,
}

impl Draft {
    /// A person whom the three registers agree on.
    pub(super) fn good(
        person: Person,
        trouble: Option<Trouble>,
        seed: u64,
        now: Timestamp,
        random: &mut impl Rng,
    ) -> Self {
        let n = person.n;
        let today = local(now).date();
        let contactless = contactless_chip(seed, 2 * n, uid_length(n, trouble));
        let contact = (person.role.studies() || person.role == Role::Graduate || n.is_multiple_of(2))
            .then(|| contact_chip(seed, 2 * n));
        let holder_id = 1_200_000 + n as i64;
        // A graduate still carries the student card.
        let kind = if person.role == Role::Graduate { CardType::Isic } else { person.role.card_type() };
        let cycle = contract::usual_cycle(kind, today);
        let earlier: i16 = random.random_range(0..3);
        let issued = date(cycle.valid_from.year() - earlier, 9, random.random_range(1..=28)).min(today);
        let valid_from = date(cycle.valid_from.year() - earlier, 9, 1);

        let card = Card {
            card_id: 4_300_000 + 2 * n as i64,
            cardholder_id: holder_id,
            number: contract::number(kind, n as u64),
            kind,
            form: Form::DigitalPlastic,
            status: Status::Active,
            valid_from,
            valid_to: cycle.valid_to,
            valid_to_plastic: Some(cycle.valid_to),
            design: contract::design(kind).to_owned(),
            design_plastic: Some(contract::design(kind).to_owned()),
            institution_id: INSTITUTION_ID,
            institution_name_line_1: INSTITUTION_NAME[0].to_owned(),
            institution_name_line_2: INSTITUTION_NAME[1].to_owned(),
            smart_technologies: technologies(&person, &contactless, contact.as_ref(), random),
            custom_fields: custom_fields(n, random),
        };
        let record = usos::records::Card {
            id: 58_000 + 2 * n as u32,
            user: user_id(n),
            contact_chip_uid: contact.as_ref().map(identifier),
            contactless_chip_uid: Some(identifier(&contactless)),
            barcode_number: format!("{:012}", 100_000_000 + n * 137),
            kind: person.role.usos_kind(),
            expiration_date: cycle.valid_to,
            date_of_issue: issued,
            student_number: person.role.studies().then(|| format!("{:06}", 90_000 + n)),
            cancelled: false,
        };
        let sitter = Sitter {
            seed: random.random(),
            female: person.gender == Gender::Female,
            age: person.age.unsigned_abs(),
        };
        let modified = moment_before(now, 300, random);
        let holder = person.cardholder(holder_id, random);
        let mut draft = Self {
            trouble,
            modified,
            graduations: graduations(&person, &holder, today),
            holder: Some(holder),
            photo: Some(Arc::new(Photo::drawn(sitter, n % 9 == 5))),
            cards: vec![card],
            user: usos::records::User {
                first_name: person.first_name.to_owned(),
                last_name: person.last_name.to_owned(),
            },
            usos: vec![record],
            sup: (n % 5 != 4 || trouble.is_some()).then(|| payment_card(n, now, random)),
            contactless,
            contact,
            person,
        };
        if n % 11 == 4 && trouble.is_none() {
            draft.add_former_card(seed, contract::semester_end_before(today));
        }
        draft
    }

    /// The card before this one: cancelled or returned in ALIVE, cancelled in USOS, with chips of its own.
    fn add_former_card(&mut self, seed: u64, ended: Date) {
        let index = 2 * self.person.n + 1;
        let (contactless, contact) = (contactless_chip(seed, index, 7), contact_chip(seed, index));
        let Some((mut card, mut record)) = second_cards(self, &contactless, &contact) else {
            return;
        };
        card.status = if self.person.n.is_multiple_of(2) { Status::Returned } else { Status::Cancelled };
        card.valid_from = date(ended.year() - 2, 9, 1);
        card.valid_to = ended;
        card.valid_to_plastic = Some(ended);
        record.cancelled = true;
        record.date_of_issue = card.valid_from;
        record.expiration_date = ended;
        self.cards.push(card);
        self.usos.push(record);
    }
}

/// The degrees that graduates and doctoral students have got here: of a second one the first one too.
fn graduations(person: &Person, holder: &Cardholder, today: Date) -> Vec<Graduation> {
    const FACULTIES: [(&str, &str); 4] = [
        ("Fakulta průkazů", "Teorie karet"),
        ("Fakulta přepážek", "Úřední hodiny"),
        ("Fakulta čteček", "Bezkontaktní systémy"),
        ("Fakulta podpisů", "Dějiny razítka"),
    ];
    if !matches!(person.role, Role::Graduate | Role::Phd) {
        return Vec::new();
    }
    let degree = holder.academic_degree_before_name.clone().unwrap_or_else(|| "Bc.".to_owned());
    let (faculty, field) = FACULTIES[person.n % FACULTIES.len()];
    let graduation = |nth: i64, degree: String, days: i32| Graduation {
        graduation_id: 900_000 + 2 * person.n as i64 + nth,
        cardholder_id: holder.cardholder_id,
        faculty_name: faculty.to_owned(),
        field_of_study: field.to_owned(),
        graduation_date: contract::days_before(today, days),
        academic_degree: if degree == "Bc." { AcademicDegree::Bachelor } else { AcademicDegree::Master },
        pre_nominal_academic_degree: Some(degree),
        post_nominal_academic_degree: None,
    };
    // An alumni card was issued 40 days ago: after the graduation.
    if degree == "Bc." {
        vec![graduation(0, degree, 60)]
    } else {
        vec![graduation(0, "Bc.".to_owned(), 60 + 2 * 365), graduation(1, degree, 60)]
    }
}

/// The person's `id` in USOS.
pub(super) fn user_id(n: usize) -> u32 {
    104_000 + n as u32
}

/// How a register spells a chip: upper-case hexadecimal.
pub(super) fn identifier(chip: &Chip) -> String {
    match chip {
        Chip::Contact { serial, .. } => hex::encode_upper(serial),
        chip => hex::encode_upper(chip.uid(0).unwrap_or_default()),
    }
}

fn uid_length(n: usize, trouble: Option<Trouble>) -> usize {
    match (trouble, n) {
        (Some(Trouble::FourByteUid), _) => 4,
        // One card with a triple-size UID in every world.
        (None, 6) => 10,
        _ => 7,
    }
}

/// Multiplying by an odd number repeats nothing: every index has chips of its own.
fn scattered(seed: u64, index: usize, salt: u32) -> [u8; 4] {
    let seed = (seed ^ (seed >> 32)) as u32;
    ((index as u32).wrapping_mul(0x9E37_79B1) ^ seed.wrapping_mul(0x85EB_CA6B) ^ salt).to_be_bytes()
}

pub(super) fn contactless_chip(seed: u64, index: usize, length: usize) -> Chip {
    let [a, b, c, d] = scattered(seed, index, 0x5EED);
    match length {
        4 => Chip::Classic { uid: vec![0xA1, b, c, d] },
        7 => Chip::DesFire { uid: vec![0x04, a, b, c, d, b ^ 0x5A, 0x80] },
        _ => Chip::DesFire { uid: vec![0x04, a, b, c, d, b ^ 0x5A, 0x80, c ^ 0x33, d ^ 0xC4, 0x10] },
    }
}

pub(super) fn contact_chip(seed: u64, index: usize) -> Chip {
    let [a, b, c, d] = scattered(seed, index, 0xC0DE);
    Chip::Contact { serial: [0x4D, 0x5A, a, b, c, d], t1: index.is_multiple_of(4) }
}

fn technologies(
    person: &Person,
    contactless: &Chip,
    contact: Option<&Chip>,
    random: &mut impl Rng,
) -> Vec<SmartTechnology> {
    let entry = |kind, value| SmartTechnology { kind, value };
    let mut all = vec![entry(Technology::ContactlessMifare, identifier(contactless))];
    all.extend(contact.map(|chip| entry(Technology::ContactChip, identifier(chip))));
    if person.role == Role::Staff && person.n.is_multiple_of(2) {
        // Doors of an older building: five bytes, of which n makes the value its own.
        let value = format!("81{:06X}{:02X}", person.n, random.random::<u8>());
        all.push(entry(Technology::ContactlessEmMarine, value));
    }
    all
}

fn custom_fields(n: usize, random: &mut impl Rng) -> Vec<Field> {
    let mut fields = Vec::new();
    if n % 3 == 1 {
        let value = Builder::from_random_bytes(random.random()).into_uuid().to_string();
        fields.push(Field { name: FIELD_NAMES[1].to_owned(), value });
    }
    if n.is_multiple_of(2) {
        fields.push(Field { name: FIELD_NAMES[2].to_owned(), value: format!("4415{:08}", 20_000 + n) });
    }
    fields
}

/// Second cards have numbers of another part of the range.
const FORMER: u64 = 5_000_000;

/// A second pair of cards of the same person: of the staff, in both registers.
pub(super) fn second_cards(
    draft: &Draft,
    contactless: &Chip,
    contact: &Chip,
) -> Option<(Card, usos::records::Card)> {
    let kind = CardType::AliveStaff;
    let (card, record) = (draft.cards.first()?, draft.usos.first()?);
    let entry = |kind, chip| SmartTechnology { kind, value: identifier(chip) };
    let card = Card {
        card_id: card.card_id + 1,
        number: contract::number(kind, FORMER + draft.person.n as u64),
        kind,
        design: contract::design(kind).to_owned(),
        design_plastic: Some(contract::design(kind).to_owned()),
        smart_technologies: vec![
            entry(Technology::ContactlessMifare, contactless),
            entry(Technology::ContactChip, contact),
        ],
        custom_fields: Vec::new(),
        ..card.clone()
    };
    let record = usos::records::Card {
        id: record.id + 1,
        contact_chip_uid: Some(identifier(contact)),
        contactless_chip_uid: Some(identifier(contactless)),
        barcode_number: format!("{:012}", 200_000_000 + draft.person.n * 137),
        kind: usos::records::Kind::Staff,
        student_number: None,
        ..record.clone()
    };
    Some((card, record))
}

/// An ALIVE ID ALUMNI card: digital, without chips, to the end of the year; extended eight days before that.
pub(super) fn alumni_card(draft: &Draft, today: Date) -> Option<Card> {
    let kind = CardType::AliveIdAlumni;
    let card = draft.cards.first()?;
    let end = date(today.year(), 12, 31);
    let extended = today >= contract::days_before(end, EXTENDED_BEFORE_DAYS);
    Some(Card {
        card_id: card.card_id + 1,
        number: contract::number(kind, draft.person.n as u64),
        kind,
        form: Form::Digital,
        valid_from: contract::days_before(today, 40),
        valid_to: if extended { date(today.year() + 1, 12, 31) } else { end },
        valid_to_plastic: None,
        design: contract::design(kind).to_owned(),
        design_plastic: None,
        smart_technologies: Vec::new(),
        custom_fields: Vec::new(),
        ..card.clone()
    })
}

fn payment_card(n: usize, now: Timestamp, random: &mut impl Rng) -> (Uuid, sup::records::Card) {
    use sup::records::{Card, Kind, Limit, Period, Status};
    let now = local(now);
    let today = now.date();
    let morning = today.at(6, 1, 0, 0);
    let account_updated =
        if morning <= now { morning } else { morning.checked_sub(1.day()).unwrap_or(morning) };
    let spent: u64 = random.random_range(0..1_500_000);
    let limit = Limit {
        amount: [150_000, 500_000, 1_500_000].choose(random).copied().unwrap_or(150_000),
        period: [Period::Day, Period::Week, Period::Month, Period::Quarter][n % 4],
        days: if n % 3 == 2 { Vec::new() } else { vec![1, 2, 3, 4, 5] },
        times: match n % 4 {
            0 => vec![("08:00", "20:00")],
            1 => vec![("07:30", "10:00"), ("11:00", "15:00")],
            2 => Vec::new(),
            _ => vec![("22:00", "06:00")],
        },
    };
    let card = Card {
        // Every fourth EAN begins with a zero, which the integer loses.
        ean: ean(if n % 4 == 1 { 20_000_000_000 } else { 220_000_000_000 } + 41 * (n as u64 + 1)),
        employee: Builder::from_random_bytes(random.random()).into_uuid(),
        kind: [Kind::Mir, Kind::VirtualMir, Kind::Visa, Kind::Mir, Kind::Mastercard][n % 5],
        status: if n % 6 == 5 { Status::Additional } else { Status::Main },
        until: date(today.year() + 2, 12, 31),
        account: 125_000_000,
        account_updated,
        table_spelling: n.is_multiple_of(2),
        balance: 1_500_000 - spent,
        can_to_up: spent,
        limit: (!n.is_multiple_of(3)).then_some(limit),
        activated: Some(contract::days_before(today, random.random_range(10..600))),
    };
    (Builder::from_random_bytes(random.random()).into_uuid(), card)
}

/// Twelve digits and the EAN-13 check digit.
fn ean(twelve: u64) -> u64 {
    let weights = [3, 1].into_iter().cycle();
    let digits = std::iter::successors(Some(twelve), |rest| Some(rest / 10)).take(12).map(|rest| rest % 10);
    let sum: u64 = digits.zip(weights).map(|(digit, weight)| digit * weight).sum();
    twelve * 10 + (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ean_13_has_its_check_digit() {
        // The example of the documentation's trap T9: 8 would be right.
        assert_eq!(ean(123_456_789_012), 1_234_567_890_128);
        assert_eq!(ean(29_999_000_123), 299_990_001_238);
    }
}
