//! Card numbers coming into the stock: lists and ranges as they're pasted or stand in a CSV file, checked as a whole
//! before anything is kept.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;

use crate::sql::{Tx, query};
use crate::stock::canonical;
use crate::{Ledger, LedgerError};

/// More numbers than this at once are a mistake.
pub const MOST: usize = 200_000;
/// Numbers in one statement.
const AT_ONCE: usize = 5_000;
/// Longer than any card number (External Card Issuing API manual 1.3 has 14 characters in its samples).
const LONGEST: usize = 32;

/// What is wrong on a line, counted from 1. It doesn't repeat what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub line: usize,
    pub kind: FaultKind,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Neither a number nor the two ends of a range: a number is of letters and digits A–Z, 0–9, a digit among them.
    NotANumber,
    /// The ends of the range differ in more than one group of digits, or in letters: what lies between isn't known.
    NotARange,
    /// The range begins after its end.
    Reversed,
    /// The number, or a range with it, stands on that earlier line too.
    Twice { before: usize },
    /// Letters and digits stand otherwise than on the first line.
    OtherShape,
    /// So many of the line's numbers are in the stock already.
    Known { numbers: u64 },
    /// With this line there are more than [`MOST`].
    TooMany,
    /// There is no number at all.
    Empty,
}

/// Numbers that fit together, each once.
#[derive(Clone, PartialEq, Eq)]
pub struct Intake {
    /// Each with its line.
    numbers: Vec<(String, usize)>,
}

impl fmt::Debug for Intake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("numbers", &self.numbers.len()).finish()
    }
}

/// Why numbers were not taken into the stock; none of them was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error("{} lines have numbers that are known", .0.len())]
    Faults(Vec<Fault>),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl Intake {
    /// Reads a number or a range on each line: `S420000000001A`, `S420000000001A - S420000000100A` (also with `–` or
    /// `..`), or the ends of a range in two columns parted by comma, semicolon or tab. Case and spaces don't count;
    /// quotes, empty lines and a first line of headings are passed over.
    ///
    /// # Errors
    /// All that is wrong, line by line.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let mut numbers: Vec<(String, usize)> = Vec::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        let mut faults = Vec::new();
        let mut shape: Option<String> = None;
        let text = text.trim_start_matches('\u{feff}');
        for (line, written) in (1..).zip(text.lines()) {
            if written.chars().all(|c| c.is_whitespace() || ",;\"".contains(c)) {
                continue;
            }
            let heading = line == 1 && !written.chars().any(|c| c.is_ascii_digit());
            if heading {
                continue;
            }
            let range = match Range::read(written) {
                Ok(range) => range,
                Err(kind) => {
                    faults.push(Fault { line, kind });
                    continue;
                }
            };
            if *shape.get_or_insert_with(|| range.shape.clone()) != range.shape {
                faults.push(Fault { line, kind: FaultKind::OtherShape });
                continue;
            }
            if numbers.len() as u64 + range.len() > MOST as u64 {
                faults.push(Fault { line, kind: FaultKind::TooMany });
                return Err(faults);
            }
            let mut twice = None;
            for number in range.numbers() {
                match lines.get(&number) {
                    Some(before) => twice = twice.or(Some(*before)),
                    None => {
                        lines.insert(number.clone(), line);
                        numbers.push((number, line));
                    }
                }
            }
            if let Some(before) = twice {
                faults.push(Fault { line, kind: FaultKind::Twice { before } });
            }
        }
        if numbers.is_empty() && faults.is_empty() {
            faults.push(Fault { line: 1, kind: FaultKind::Empty });
        }
        if faults.is_empty() { Ok(Self { numbers }) } else { Err(faults) }
    }

    /// In the order in which they'll be given out.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = &str> {
        self.numbers.iter().map(|(number, _)| number.as_str())
    }
}

/// What a line says: the text before the digits that count up, those digits' bounds, the text after.
struct Range {
    before: String,
    from: u64,
    to: u64,
    width: usize,
    after: String,
    shape: String,
}

impl Range {
    fn read(line: &str) -> Result<Self, FaultKind> {
        let parts: Vec<String> = line
            .replace("..", "-")
            .split([',', ';', '\t', '-', '–', '—'])
            .map(|part| canonical(&part.replace('"', "")))
            .filter(|part| !part.is_empty())
            .collect();
        let (first, last) = match parts.as_slice() {
            [only] => (only, only),
            [first, last] => (first, last),
            _ => return Err(FaultKind::NotANumber),
        };
        if !is_number(first) || !is_number(last) {
            return Err(FaultKind::NotANumber);
        }
        let (from, to) = (groups(first), groups(last));
        if shape(first) != shape(last) {
            return Err(FaultKind::NotARange);
        }
        let differing: Vec<usize> = (0..from.len()).filter(|at| from[*at] != to[*at]).collect();
        let counting = match differing.as_slice() {
            // A number by itself: any of its digits will do.
            [] => from.iter().position(|group| is_digits(group)),
            [at] => Some(*at).filter(|at| is_digits(from[*at])),
            _ => None,
        };
        let at = counting.ok_or(FaultKind::NotARange)?;
        // Twenty digits and more don't fit; no card number has them.
        let count = |group: &str| group.parse::<u64>().map_err(|_| FaultKind::NotANumber);
        let (start, end) = (count(from[at])?, count(to[at])?);
        if start > end {
            return Err(FaultKind::Reversed);
        }
        Ok(Self {
            before: from[..at].concat(),
            from: start,
            to: end,
            width: from[at].len(),
            after: from[at + 1..].concat(),
            shape: shape(first),
        })
    }

    fn len(&self) -> u64 {
        (self.to - self.from).saturating_add(1)
    }

    fn numbers(&self) -> impl Iterator<Item = String> {
        let Self { before, after, width, .. } = self;
        (self.from..=self.to).map(move |count| format!("{before}{count:0width$}{after}"))
    }
}

pub(crate) fn is_number(text: &str) -> bool {
    text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
}

fn is_digits(group: &str) -> bool {
    group.starts_with(|c: char| c.is_ascii_digit())
}

/// The runs of digits and of letters, in turn.
fn groups(number: &str) -> Vec<&str> {
    let kind = |b: &u8| b.is_ascii_digit();
    let chunks = number.as_bytes().chunk_by(|a, b| kind(a) == kind(b));
    chunks.filter_map(|chunk| std::str::from_utf8(chunk).ok()).collect()
}

/// Where letters and where digits stand: `S420…A` → `A999…A`.
fn shape(number: &str) -> String {
    number.chars().map(|c| if c.is_ascii_digit() { '9' } else { 'A' }).collect()
}

impl Ledger {
    /// Takes the numbers of a type into the stock, all or none. One that the index has on a card that isn't
    /// returned comes in as used. How many came in free.
    ///
    /// # Errors
    /// [`NotTaken::Faults`] where numbers are in the stock already, of whatever type; otherwise if they could not
    /// be kept.
    pub async fn take_in(&self, intake: &Intake, card_type: &str, at: Timestamp) -> Result<u64, NotTaken> {
        let mut tx = self.write().await?;
        let faults = known(&mut tx, intake).await?;
        if !faults.is_empty() {
            return Err(NotTaken::Faults(faults));
        }
        for some in intake.numbers.chunks(AT_ONCE) {
            query(
                "INSERT INTO stock (number, card_type, state, changed_at)
                 SELECT atom, $2, CASE WHEN EXISTS (SELECT 1 FROM card
                                                    WHERE number_key = atom AND status <> 'RETURNED')
                                       THEN 'used' ELSE 'free' END, $3
                 FROM json_each($1)",
            )
            .bind(list(some)?)
            .bind(card_type)
            .bind(at.as_millisecond())
            .execute(&mut tx)
            .await?;
        }
        let free = self.free_of(&mut tx, intake).await?;
        tx.commit().await?;
        Ok(free)
    }

    async fn free_of(&self, tx: &mut Tx, intake: &Intake) -> Result<u64, LedgerError> {
        let mut free = 0;
        for some in intake.numbers.chunks(AT_ONCE) {
            let row = query(
                "SELECT count(*) FROM stock WHERE number IN (SELECT atom FROM json_each($1)) AND state = 'free'",
            )
            .bind(list(some)?)
            .fetch_one(&mut *tx)
            .await?;
            free += row.try_get::<i64>(0)?.unsigned_abs();
        }
        Ok(free)
    }
}

fn list(numbers: &[(String, usize)]) -> Result<String, LedgerError> {
    Ok(serde_json::to_string(&numbers.iter().map(|(number, _)| number).collect::<Vec<_>>())?)
}

/// The lines with numbers that are in the stock already.
async fn known(tx: &mut Tx, intake: &Intake) -> Result<Vec<Fault>, LedgerError> {
    let mut counts: Vec<(usize, u64)> = Vec::new();
    for some in intake.numbers.chunks(AT_ONCE) {
        let known: Vec<String> =
            query("SELECT number FROM stock WHERE number IN (SELECT atom FROM json_each($1))")
                .bind(list(some)?)
                .fetch_column(&mut *tx)
                .await?;
        let known: std::collections::HashSet<String> = known.into_iter().collect();
        for (number, line) in some {
            if !known.contains(number) {
                continue;
            }
            match counts.last_mut() {
                Some((last, count)) if last == line => *count += 1,
                _ => counts.push((*line, 1)),
            }
        }
    }
    let fault = |(line, numbers)| Fault { line, kind: FaultKind::Known { numbers } };
    Ok(counts.into_iter().map(fault).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(text: &str) -> Vec<String> {
        Intake::read(text).unwrap().numbers().map(str::to_owned).collect()
    }

    fn faults(text: &str) -> Vec<(usize, FaultKind)> {
        Intake::read(text).unwrap_err().into_iter().map(|it| (it.line, it.kind)).collect()
    }

    #[test]
    fn numbers_and_ranges_are_read_in_every_usual_spelling() {
        let three = ["S420000000098A", "S420000000099A", "S420000000100A"];
        for text in [
            "S420000000098A\nS420000000099A\r\n\nS420000000100A\n",
            "s 420 000 000 098 a - s 420 000 000 100 a",
            "S420000000098A–S420000000100A",
            "S420000000098A..S420000000100A",
            "\u{feff}from;to\nS420000000098A;S420000000100A;",
            "number\n\"S420000000098A\",\n\"S420000000099A\",\n\"S420000000100A\"",
            "S420000000098A\tS420000000100A",
        ] {
            assert_eq!(numbers(text), three, "{text}");
        }
        assert_eq!(numbers("CZA098TV - CZA100TV"), ["CZA098TV", "CZA099TV", "CZA100TV"]);
        assert_eq!(numbers("A1B7 - A1B9"), ["A1B7", "A1B8", "A1B9"], "the group that differs counts up");
        assert_eq!(numbers("0007"), ["0007"], "leading zeros stay");
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let text = "S001A-S010A\nS005A\nwhat\nS020A-S011A\nS001A-S009B\nS1A\nS011A";
        assert_eq!(
            faults(text),
            [
                (2, FaultKind::Twice { before: 1 }),
                (3, FaultKind::NotANumber),
                (4, FaultKind::Reversed),
                (5, FaultKind::NotARange),
                (6, FaultKind::OtherShape),
            ]
        );
        assert_eq!(faults("S001A-S010A\nS010A-S012A"), [(2, FaultKind::Twice { before: 1 })], "overlap");
    }

    #[test]
    fn a_line_that_is_no_number_is_never_taken_for_a_range() {
        for text in ["S001A, ISIC", "1-2-3", "S001A;S002A;S003A", "Š001", "S001*", &"9".repeat(33)] {
            assert!(matches!(faults(text)[0].1, FaultKind::NotANumber | FaultKind::NotARange), "{text}");
        }
        assert_eq!(faults("S001A001-S002A002"), [(1, FaultKind::NotARange)]);
        assert_eq!(faults("S001-S0010"), [(1, FaultKind::NotARange)]);
    }

    #[test]
    fn more_than_the_most_are_refused_without_being_made() {
        assert_eq!(numbers("000001-200000").len(), MOST);
        assert_eq!(faults("000001-200001"), [(1, FaultKind::TooMany)]);
        assert_eq!(faults("0000000000000000000-9999999999999999999"), [(1, FaultKind::TooMany)]);
        assert_eq!(faults("000000-150000\n150001-200000"), [(2, FaultKind::TooMany)]);
    }

    #[test]
    fn nothing_is_a_fault_too() {
        for text in ["", "\n \n", "number;type\n"] {
            assert_eq!(faults(text), [(1, FaultKind::Empty)], "{text}");
        }
    }

    #[test]
    fn debug_texts_have_no_number() {
        let intake = Intake::read("S777A").unwrap();
        assert!(!format!("{intake:?} {:?}", faults("S777A\nS777A")).contains("777"));
    }
}
