//! The one spelling under which names, and the one under which numbers, are found.

use unicode_normalization::UnicodeNormalization;

/// A name as it is searched: lower case, without diacritics, words of letters and digits parted by one space.
/// Letters that Unicode doesn't take apart (ł, ø, đ, ß …) become their plain neighbours; an apostrophe joins
/// (O'Brien → obrien), every other mark parts (Nováková-Malá → novakova mala). ё becomes е, й и: the same on
/// both sides of the comparison. The stored index depends on it: a change needs a rebuild of the index.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    // Taken apart before and after lowering: İ lowers to i and a dot, ﬀ and ſ are taken apart to letters.
    let lowered: String = text.nfkd().flat_map(char::to_lowercase).collect();
    for c in lowered.nfkd() {
        match c {
            'ł' => folded.push('l'),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ħ' => folded.push('h'),
            'ı' => folded.push('i'),
            'ŋ' => folded.push('n'),
            'ŧ' => folded.push('t'),
            'ς' => folded.push('σ'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'þ' => folded.push_str("th"),
            '\'' | '’' | '‘' | 'ʼ' | 'ʹ' | 'ʻ' | '`' | '´' => {}
            c if unicode_normalization::char::is_combining_mark(c) => {}
            c if c.is_alphanumeric() => folded.push(c),
            _ if folded.is_empty() || folded.ends_with(' ') => {}
            _ => folded.push(' '),
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
    folded
}

/// A number or chip as it is searched: letters and digits only, upper case (`04:a1 b2` → `04A1B2`).
pub fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// The first text after all that begin with `prefix`, in the order of code points: no assigned character is
/// greater.
pub fn after(prefix: &str) -> String {
    format!("{prefix}\u{10FFFF}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_diacritics_do_not_count() {
        assert_eq!(fold("Nováček"), "novacek");
        assert_eq!(fold("ŽLUŤOUČKÝ KŮŇ"), "zlutoucky kun");
        assert_eq!(fold("Nova\u{301}c\u{30c}ek"), fold("Nováček"), "composed and decomposed are one");
    }

    #[test]
    fn letters_that_unicode_does_not_take_apart_become_their_neighbours() {
        assert_eq!(fold("Łukasz Wałęsa"), "lukasz walesa");
        assert_eq!(fold("Søren Øst"), "soren ost");
        assert_eq!(fold("Đurđa"), "durda");
        assert_eq!(fold("Weiß"), "weiss");
        assert_eq!(fold("ẞ"), "ss");
        assert_eq!(fold("Ægir Þór"), "aegir thor");
        assert_eq!(fold("Işık İnci"), "isik inci");
    }

    #[test]
    fn cyrillic_case_does_not_count_and_yo_is_ye() {
        assert_eq!(fold("ПЁТР Семёнов"), fold("петр семенов"));
        assert_eq!(fold("ЩУКИН"), "щукин");
    }

    #[test]
    fn an_apostrophe_joins_and_other_marks_part() {
        assert_eq!(fold("O'Brien"), "obrien");
        assert_eq!(fold("O’Brien"), "obrien");
        assert_eq!(fold("Nováková-Malá"), "novakova mala");
        assert_eq!(fold("  Petr ,  Novák. "), "petr novak");
        assert_eq!(fold("…"), "");
    }

    #[test]
    fn folding_twice_changes_nothing() {
        for text in ["Đặng Thị Ngọc", "ﬀrench ſ", "Ἀχιλλεύς", "İstanbul ǅ", "王小明", "O'Hara–Łoś"]
        {
            assert_eq!(fold(&fold(text)), fold(text));
        }
    }

    #[test]
    fn spaces_colons_and_case_do_not_count_in_numbers() {
        assert_eq!(key("04:a1 b2-c3"), "04A1B2C3");
        assert_eq!(key("s 420 000 111 222 a"), "S420000111222A");
    }
}
