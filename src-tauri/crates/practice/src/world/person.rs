//! A fictional person: name, birth, role, and what a register would know without any card.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use rand::Rng;
use rand::seq::IndexedRandom as _;

use super::names::{Names, Nation, folded};
use crate::alive::model::{
    Address, AddressType, CardType, Cardholder, Field, Gender, Language, Roles, StudentStatus,
};
use crate::clock::local;
use crate::contract::{DISTRICTS, FIELD_NAMES, INSTITUTION_ID};
use crate::trouble::Trouble;
use crate::usos::records::Kind;

/// What somebody is at the university.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    FullTime,
    PartTime,
    Phd,
    Teacher,
    Staff,
    Graduate,
}

impl Role {
    /// The card that ALIVE has for the role; a graduate's is the second one, beside the old student card.
    pub(super) fn card_type(self) -> CardType {
        match self {
            Self::FullTime | Self::Phd => CardType::Isic,
            Self::PartTime => CardType::AliveStudent,
            Self::Teacher => CardType::Itic,
            Self::Staff => CardType::AliveStaff,
            Self::Graduate => CardType::AliveIdAlumni,
        }
    }

    /// The `type` that USOS has for the role.
    pub(super) fn usos_kind(self) -> Kind {
        match self {
            Self::FullTime | Self::PartTime => Kind::Student,
            Self::Phd => Kind::Phd,
            Self::Teacher => Kind::AcademicTeacher,
            Self::Staff => Kind::Staff,
            Self::Graduate => Kind::Graduate,
        }
    }

    pub(super) fn studies(self) -> bool {
        matches!(self, Self::FullTime | Self::PartTime | Self::Phd)
    }

    fn roles(self) -> Roles {
        Roles {
            employee: matches!(self, Self::Teacher | Self::Staff).then_some(true),
            graduate: Some(matches!(self, Self::Graduate | Self::Phd | Self::Teacher)),
            student: Some(self.studies()),
            teacher: (self == Self::Teacher).then_some(true),
        }
    }

    fn ages(self) -> std::ops::Range<i16> {
        match self {
            Self::FullTime => 19..26,
            Self::PartTime => 22..45,
            Self::Phd => 25..33,
            Self::Teacher => 31..66,
            Self::Staff => 25..63,
            Self::Graduate => 25..45,
        }
    }
}

/// A person. `n` counts from 0; a seed gives the same person the same `n`.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) n: usize,
    pub(super) role: Role,
    pub(super) nation: Nation,
    pub(super) gender: Gender,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) born: Date,
    pub(super) age: i16,
    /// Has a pair of names that nobody else has.
    pub(super) named: bool,
}

impl Person {
    pub(super) fn new(
        n: usize,
        role: Role,
        trouble: Option<Trouble>,
        named: bool,
        names: &mut Names,
        now: Timestamp,
        random: &mut impl Rng,
    ) -> Self {
        let nation = match n % 16 {
            3 | 7 | 11 | 14 => Nation::Polish,
            5 => Nation::Ukrainian,
            9 => Nation::Russian,
            13 if n % 32 < 16 => Nation::Ukrainian,
            _ => Nation::Czech,
        };
        // Surnames change with marriage mostly for women, in most of Europe.
        let woman = trouble == Some(Trouble::NameChanged) || random.random_bool(0.5);
        let gender = if woman { Gender::Female } else { Gender::Male };
        let (first_name, last_name) = names.give(nation, gender, named, random);
        let age = random.random_range(role.ages());
        let today = local(now).date();
        // At least `age` years old, whatever the day of the year.
        let born = date(today.year() - age - 1, random.random_range(1..=12), random.random_range(1..=28));
        Self { n, role, nation, gender, first_name, last_name, born, age, named }
    }

    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The cardholder that ALIVE has of this person.
    pub(super) fn cardholder(&self, id: i64, random: &mut impl Rng) -> Cardholder {
        let number = if self.named { String::new() } else { format!(".{}", self.n) };
        let degree = match self.role {
            Role::Teacher => ["doc. Ing.", "prof. RNDr.", "Mgr.", "doc. PhDr."].choose(random).copied(),
            Role::Phd => Some("Ing."),
            Role::Graduate => ["Bc.", "Mgr.", "Ing."].choose(random).copied(),
            _ => None,
        };
        let czech = self.nation == Nation::Czech;
        Cardholder {
            cardholder_id: id,
            external_id: Some(format!("PU{:06}", 100_001 + self.n)),
            institution_id: INSTITUTION_ID,
            academic_degree_before_name: degree.map(str::to_owned),
            first_name: self.first_name.to_owned(),
            last_name: self.last_name.to_owned(),
            academic_degree_after_name: (self.role == Role::Teacher && self.n.is_multiple_of(2))
                .then(|| "Ph.D.".to_owned()),
            date_of_birth: Some(self.born),
            birth_number: (czech && self.n % 4 != 3).then(|| self.birth_number(random)),
            gender: Some(self.gender),
            email: format!(
                "{}.{}{number}@practice-university.example",
                folded(self.first_name),
                folded(self.last_name)
            ),
            phone_number: (self.n % 3 != 2)
                .then(|| format!("+420{}", random.random_range(601_000_000..=799_999_999))),
            language: Some(if czech { Language::Cs } else { Language::En }),
            personal_id: self.role.studies().then(|| format!("{:06}", 90_000 + self.n)),
            roles: self.role.roles(),
            class_name: None,
            grade: None,
            student_status: Some(match self.role {
                Role::PartTime => StudentStatus::PartTime,
                _ => StudentStatus::FullTime,
            }),
            addresses: if self.n % 5 == 4 { Vec::new() } else { vec![address(self.n, random)] },
            legal_representatives: Vec::new(),
            custom_fields: if self.n.is_multiple_of(4) {
                vec![Field {
                    name: FIELD_NAMES[0].to_owned(),
                    value: format!("PU{:05}", 10_000 + self.n % 90_000),
                }]
            } else {
                Vec::new()
            },
        }
    }

    /// `yymmdd/cccc`, women +50 in the month, divisible by eleven as those given out since 1985 are.
    fn birth_number(&self, random: &mut impl Rng) -> String {
        let month = u64::from(self.born.month().unsigned_abs());
        let month = if self.gender == Gender::Female { month + 50 } else { month };
        let year = u64::from(self.born.year().unsigned_abs() % 100);
        let day = u64::from(self.born.day().unsigned_abs());
        let date = (year * 100 + month) * 100 + day;
        let first = date * 10_000 + random.random_range(1_000..=9_900);
        let whole = first + (11 - first % 11) % 11;
        format!("{date:06}/{:04}", whole % 10_000)
    }
}

fn address(n: usize, random: &mut impl Rng) -> Address {
    const TOWNS: [(&str, usize, &str); 6] = [
        ("Brno", 2, "60200"),
        ("Praha 6", 0, "16000"),
        ("Olomouc", 8, "77900"),
        ("Ostrava", 7, "70200"),
        ("Zlín", 13, "76001"),
        ("Jihlava", 4, "58601"),
    ];
    const STREETS: [&str; 6] = ["Cvičná", "Pod Třešní", "Zkušební", "U Čtečky", "Na Přepážce", "Průkazová"];
    let (city, district, postal_code) = TOWNS[n % TOWNS.len()];
    let street = STREETS.choose(random).copied().unwrap_or_default();
    Address {
        kind: AddressType::Registered,
        address_line_1: format!("{street} {}/{}", random.random_range(10..900), random.random_range(1..60)),
        address_line_2: n.is_multiple_of(7).then(|| format!("byt {}", random.random_range(1..30))),
        city: city.to_owned(),
        district: Some(DISTRICTS[district].to_owned()),
        postal_code: postal_code.to_owned(),
        country: "CZE".to_owned(),
    }
}

/// A day in the past, at most `days` ago.
pub(super) fn moment_before(now: Timestamp, days: i64, random: &mut impl Rng) -> Timestamp {
    let seconds = random.random_range(3_600..days * 86_400);
    now.checked_sub(seconds.seconds()).unwrap_or(Timestamp::MIN)
}
