//! Comparing a person's name in two registers.

/// How alike two names are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same but for case, accents and the order of the parts.
    Same,
    /// They share a part (first name kept, surname changed): probably one person after a change of name.
    SamePersonRenamed,
    /// Nothing in common.
    Different,
}

/// Compares two full names, given name first as both registers give it. A shared given name with another surname is
/// taken for a change of name; a shared surname with another given name for a relative, hence another person.
pub fn compare(one: &str, other: &str) -> Likeness {
    let (one, other) = (parts(one), parts(other));
    let mut sorted = (one.clone(), other.clone());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    if sorted.0 == sorted.1 {
        Likeness::Same
    } else if one.first().is_some_and(|given| other.first() == Some(given)) {
        Likeness::SamePersonRenamed
    } else {
        Likeness::Different
    }
}

fn parts(name: &str) -> Vec<String> {
    ledger::fold(name)
        .split([' ', '-', '\u{a0}'])
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_order_do_not_matter() {
        assert_eq!(compare("Petr Janík", "PETR JANIK"), Likeness::Same);
        assert_eq!(compare("Petr Janík", "Janík Petr"), Likeness::Same);
        assert_eq!(compare("Łucja Żak", "Lucja Zak"), Likeness::Same);
    }

    #[test]
    fn a_kept_given_name_means_a_change_of_name() {
        assert_eq!(compare("Anna Nová", "Anna Dvořáková"), Likeness::SamePersonRenamed);
        assert_eq!(compare("Anna Nová", "Anna Nová-Dvořáková"), Likeness::SamePersonRenamed);
    }

    #[test]
    fn a_shared_surname_alone_is_another_person() {
        assert_eq!(compare("Petr Novák", "Jan Novák"), Likeness::Different);
        assert_eq!(compare("Petr Novák", "Jan Malý"), Likeness::Different);
    }
}
