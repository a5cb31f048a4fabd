//! Times the index of people and chips on an encrypted file: `cargo run --release -p ledger --example bench_index
//! -- 100000 1000000`, each argument a number of people with as many cards. The people are drawn from some
//! hundred invented first names and surnames, the common ones very common, since that's what makes a search hard.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a table for people to read")]

use jiff::Timestamp;
use jiff::civil::Date;
use ledger::{CardRow, Chip, Ledger, PersonRow, Place};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use secrecy::SecretBox;
use std::time::Instant;

const FIRST: &str = "Jan Jana Petr Petra Pavel Pavla Eva Jiří Marie Tomáš Anna Martin Lucie Josef Hana Lukáš \
    Kateřina Jakub Lenka Michal Michaela Ondřej Veronika David Tereza Filip Barbora Vojtěch Kristýna Adam Eliška \
    Marek Markéta Karel Jitka Daniel Zuzana Matěj Monika Václav Ivana František Alena Miroslav Věra Štěpán Klára \
    Radek Nikola Dominik Simona Patrik Denisa Roman Andrea Šimon Karolína Aleš Natálie Vít Adéla Zdeněk Gabriela \
    Łukasz Agnieszka Paweł Małgorzata Krzysztof Katarzyna Grzegorz Joanna Стефан Ольга Пётр Наталья Сергей Юлия \
    Алексей Мария Søren Åsa Jürgen Zoë Đorđe Ágnes István Oğuz Nguyen Linh Minh Thảo Hector Inès François Maëlle";
const STEMS: &str = "Nov Svobod Dvoř Čern Proch Kuč Vesel Hor Něm Pokorn Marek Pospíš Hájk Král Jelínk Růžičk Beneš \
    Fial Sedl Dolež Zem Kol Navr Čerm Vaněk Urb Blaž Kříž Kopř Kovand Star Mal Velk Sýkor Mach Konečn Hol Malín \
    Štěp Kadl Vlk Bart Šimk Tich Vávr Kubát Říh Hruš Matouš Pech Strnad Kratochv Žák Kalin Bures Bláh Zelen";
const ENDINGS: &str = "ák áková ý á ek ková otný otná ník níková";
const OTHERS: &str = "Kowalski Wiśniewska Wójcik Kamińska Lewandowski Żółć Семёнов Иванова Щукин Крылова Øst Nguyễn \
    O'Hara Müller Weiß García Kovács Horváth Ionescu Đurić";

/// Surnames and first names, each the rarer the later.
struct Names {
    first: Vec<String>,
    last: Vec<String>,
}

impl Names {
    fn new() -> Self {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let mut last = Vec::new();
        for ending in words(ENDINGS) {
            last.extend(words(STEMS).iter().map(|stem| format!("{stem}{ending}")));
        }
        for (at, other) in words(OTHERS).into_iter().enumerate() {
            last.insert(at * 25 + 3, other);
        }
        Self { first: words(FIRST), last }
    }

    fn one<'a>(names: &'a [String], rng: &mut StdRng) -> &'a str {
        // Zipf's law, near enough: the chance falls with the place.
        let places = names.len() as f64;
        &names[((places + 1.0).powf(rng.random::<f64>()) - 1.0) as usize]
    }

    fn person(&self, id: i64, rng: &mut StdRng) -> PersonRow {
        let mut first = Self::one(&self.first, rng).to_owned();
        let mut last = Self::one(&self.last, rng).to_owned();
        if rng.random_ratio(1, 20) {
            first = format!("{first} {}", Self::one(&self.first, rng));
        }
        if rng.random_ratio(1, 30) {
            last = format!("{last}-{}", Self::one(&self.last, rng));
        }
        PersonRow {
            cardholder_id: id,
            degree_before: rng.random_ratio(1, 5).then(|| "Bc.".to_owned()),
            first_name: first,
            last_name: last,
            degree_after: None,
            date_of_birth: Date::new(
                rng.random_range(1950..2008),
                rng.random_range(1..13),
                rng.random_range(1..29),
            )
            .ok(),
            personal_id: Some(format!("{}", 10_000_000 + id * 7)),
            external_id: Some(format!("EXT-{id}")),
            roles: vec!["student".to_owned()],
            seen_at: Timestamp::UNIX_EPOCH,
        }
    }
}

/// Spread over the whole range, as chips are, and the same for the same card.
fn uid(card: i64) -> String {
    let mixed = card.unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("04{:012X}", mixed >> 16)
}

fn card(id: i64) -> CardRow {
    CardRow {
        card_id: id,
        cardholder_id: id,
        number: Some(format!("S{:012}A", 420_000_000_000_i64 + id)),
        card_type: "ISIC".to_owned(),
        form: "DIGITAL_PLASTIC".to_owned(),
        status: "ACTIVE".to_owned(),
        valid_from: Date::new(2025, 9, 1).ok(),
        valid_to: Date::new(2026, 12, 31).ok(),
        valid_to_plastic: Date::new(2026, 12, 31).ok(),
        chips: vec![Chip { technology: "CONTACTLESS_MIFARE".to_owned(), value: uid(id) }],
        seen_at: Timestamp::UNIX_EPOCH,
    }
}

async fn build(ledger: &Ledger, people: i64, names: &Names, rng: &mut StdRng) {
    for from in (0..people).step_by(5000) {
        let ids = from..(from + 5000).min(people);
        ledger.store_people(&ids.clone().map(|id| names.person(id, rng)).collect::<Vec<_>>()).await.unwrap();
        ledger.store_cards(&ids.map(card).collect::<Vec<_>>()).await.unwrap();
    }
}

/// The first so many letters, as typed by someone in a hurry.
fn cut(word: &str, letters: std::ops::RangeInclusive<usize>, rng: &mut StdRng) -> String {
    word.chars().take(rng.random_range(letters)).collect()
}

/// What clerks type, drawn from people who are there.
fn query(kind: &str, person: &PersonRow, names: &Names, rng: &mut StdRng) -> String {
    let (first, last) = (&person.first_name, &person.last_name);
    match kind {
        "one letter" => cut(last, 1..=1, rng),
        "beginning of a surname" => cut(last, 2..=8, rng),
        "beginning of a first name" => cut(first, 2..=8, rng),
        "surname and first name" => format!("{} {}", cut(last, 2..=8, rng), cut(first, 1..=4, rng)),
        "first name and surname" => format!("{} {}", cut(first, 2..=5, rng), cut(last, 2..=6, rng)),
        "whole name in capitals" => format!("{first} {last}").to_uppercase(),
        "inside a word" => {
            let skip = rng.random_range(1..3);
            last.chars().skip(skip).take(rng.random_range(2..6)).collect()
        }
        "inside two words" => {
            let inside = |word: &str| word.chars().skip(1).take(3).collect::<String>();
            format!("{} {}", inside(last), inside(first))
        }
        "two common names at random" => {
            format!("{} {}", Names::one(&names.first, rng), Names::one(&names.last, rng))
        }
        "nobody" => format!("{} x{}q", cut(last, 2..=4, rng), cut(first, 2..=3, rng)),
        "personal id" => cut(person.personal_id.as_deref().unwrap_or("1"), 3..=8, rng),
        _ => format!("S{}", cut("420000123456", 4..=10, rng)),
    }
}

const KINDS: [&str; 12] = [
    "one letter",
    "beginning of a surname",
    "beginning of a first name",
    "surname and first name",
    "first name and surname",
    "whole name in capitals",
    "inside a word",
    "inside two words",
    "two common names at random",
    "nobody",
    "personal id",
    "card number",
];

fn row(people: i64, what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{people:>9}  {what:<28} {:>6}  {:>8.3}  {:>8.3}  {:>8.3}",
        times.len(),
        at(0.5),
        at(0.95),
        at(1.0)
    );
}

async fn measure(people: i64) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("index.db");
    let place = || Place::File { path: path.clone(), key: SecretBox::new(Box::new([9; 32])) };
    let names = Names::new();
    let mut rng = StdRng::seed_from_u64(2);
    let ledger = Ledger::open(place()).await.unwrap();
    let started = Instant::now();
    build(&ledger, people, &names, &mut rng).await;
    let built = started.elapsed().as_secs_f64();
    ledger.close().await;
    let size = std::fs::metadata(&path).unwrap().len() as f64 / 1e6;

    // Opened anew, so that nothing is in the program's own cache at first: max shows the cold start.
    let ledger = Ledger::open(place()).await.unwrap();
    let mut chips = Vec::new();
    for _ in 0..5000 {
        let known = rng.random_ratio(9, 10);
        let uid = uid(if known { rng.random_range(0..people) } else { people + rng.random_range(0..people) });
        let reversed: String = (0..7).rev().map(|byte| &uid[byte * 2..byte * 2 + 2]).collect();
        let spellings = [uid.clone(), reversed, uid[2..].to_owned(), uid[..8].to_owned()];
        let from = Instant::now();
        let hits = ledger.by_chip(&spellings).await.unwrap();
        chips.push(from.elapsed().as_secs_f64() * 1e3);
        assert_eq!(!hits.is_empty(), known, "a known chip is found, an unknown one is not");
    }
    row(people, "look-up by chip", chips);
    let mut each: Vec<Vec<f64>> = KINDS.map(|_| Vec::new()).into();
    for _ in 0..500 {
        for (at, kind) in KINDS.iter().enumerate() {
            let person = ledger.person(rng.random_range(0..people)).await.unwrap().unwrap();
            let text = query(kind, &person, &names, &mut rng);
            let from = Instant::now();
            let hits = ledger.search(&text, 20).await.unwrap();
            each[at].push(from.elapsed().as_secs_f64() * 1e3);
            assert!(
                !hits.is_empty()
                    || kind.starts_with("inside")
                    || ["two common names at random", "nobody", "card number"].contains(kind)
            );
        }
    }
    row(people, "search, all kinds", each.concat());
    for (kind, times) in KINDS.iter().zip(each) {
        row(people, &format!("  {kind}"), times);
    }
    let same: Vec<_> = (0..500.min(people)).map(|id| names.person(id, &mut rng)).collect();
    let from = Instant::now();
    ledger.store_people(&same).await.unwrap();
    let batch = from.elapsed().as_secs_f64() * 1e3;
    println!("{people:>9}  built in {built:.1} s, {size:.0} MB; 500 people renamed in {batch:.0} ms");
    ledger.close().await;
}

#[tokio::main]
async fn main() {
    let sizes: Vec<i64> = std::env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    println!("{:>9}  {:<28} {:>6}  {:>8}  {:>8}  {:>8}", "people", "ms", "times", "p50", "p95", "max");
    for size in if sizes.is_empty() { vec![100_000] } else { sizes } {
        measure(size.max(500)).await;
    }
}
