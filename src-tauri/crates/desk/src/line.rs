//! The line at the top: what a clerk typed or a scanner sent, told apart by its form.

/// What a line may be, by its form alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    Empty,
    /// A number off a card: card number, barcode, student number, chip value. Upper-case, without spaces.
    Code(String),
    /// Words: a name, or parts of one.
    Words(String),
}

/// Tells a code from a name: a code is one word (or groups of one) with at least one digit.
pub fn classify(line: &str) -> Line {
    let line = line.trim();
    if line.is_empty() {
        return Line::Empty;
    }
    let digits = line.chars().any(|c| c.is_ascii_digit());
    let plain = line.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | ':' | '-' | '\u{a0}'));
    if digits && plain {
        return Line::Code(
            line.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect(),
        );
    }
    Line::Words(line.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The digit that should stand last in a 13-digit code, where another stands there. None: right, or not 13 digits.
///
/// Of EAN-13 the reader compares it already; of 13 digits in Code 128 it doesn't: there it compares that symbology's
/// own check character, which it doesn't hand on. Other lengths aren't judged, since nothing says that a number in
/// Code 128 carries a check digit at all.
pub fn wrong_check_digit(code: &str) -> Option<char> {
    let digits: Vec<u32> = code.chars().map(|c| c.to_digit(10)).collect::<Option<_>>()?;
    let (last, before) = digits.split_last()?;
    let expected = check_digit(before);
    if digits.len() != 13 || expected == *last { None } else { char::from_digit(expected, 10) }
}

/// The check digit behind these digits (GS1 General Specifications, section 7.9: weights 3 and 1 from the right,
/// complement to ten).
fn check_digit(digits: &[u32]) -> u32 {
    let sum: u32 =
        digits.iter().rev().zip([3, 1].into_iter().cycle()).map(|(digit, weight)| digit * weight).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_word_with_a_digit() {
        assert_eq!(classify(" s420 123 456 789a "), Line::Code("S420123456789A".into()));
        assert_eq!(classify("a1:4e:5d:5f"), Line::Code("A14E5D5F".into()));
        assert_eq!(classify("0123456"), Line::Code("0123456".into()));
    }

    #[test]
    fn names_are_words() {
        assert_eq!(classify("Petr  Janík"), Line::Words("Petr Janík".into()));
        assert_eq!(classify("Łucja"), Line::Words("Łucja".into()));
        assert_eq!(classify("O'Neil"), Line::Words("O'Neil".into()));
        assert_eq!(classify("  "), Line::Empty);
    }

    #[test]
    fn ean_13_check_digit() {
        // 400638133393-1 and 590123412345-7 are GS1's and the standard's usual examples.
        assert_eq!(wrong_check_digit("4006381333931"), None);
        assert_eq!(wrong_check_digit("5901234123457"), None);
        assert_eq!(wrong_check_digit("5901234123475"), Some('1'));
        // The SUP document's own example is wrong; 8 would be right.
        assert_eq!(wrong_check_digit("1234567890123"), Some('8'));
        assert_eq!(wrong_check_digit("000123456789"), None, "not 13 digits: not an EAN-13");
        for scanned in ["", "40063813339310", "400638133393A", "4006381333931 ", "٤٠٠٦٣٨١٣٣٣٩٣١"]
        {
            assert_eq!(wrong_check_digit(scanned), None, "{scanned}");
        }
    }

    #[test]
    fn every_single_wrong_digit_of_an_ean_13_is_told() {
        let right = "5901234123457";
        for at in 0..13 {
            for digit in '0'..='9' {
                let mut code: Vec<char> = right.chars().collect();
                code[at] = digit;
                let code: String = code.into_iter().collect();
                assert_eq!(wrong_check_digit(&code).is_none(), code == right, "{code}");
            }
        }
    }
}
