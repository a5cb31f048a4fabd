//! Invented people's names: Czech, Polish, some Ukrainian and Russian ones. No combination is meant to be anyone.

use std::collections::HashSet;

use rand::Rng;
use rand::seq::IndexedRandom as _;
use unicode_normalization::UnicodeNormalization as _;

use crate::alive::model::Gender;

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nation {
    Czech,
    Polish,
    Ukrainian,
    Russian,
}

struct List {
    women: &'static [&'static str],
    men: &'static [&'static str],
    /// Of a man, of a woman.
    surnames: &'static [(&'static str, &'static str)],
}

const CZECH: List = List {
    women: &[
        "Adéla",
        "Barbora",
        "Eliška",
        "Kateřina",
        "Markéta",
        "Tereza",
        "Zuzana",
        "Šárka",
        "Jiřina",
        "Ludmila",
        "Anežka",
        "Nikola",
        "Žaneta",
        "Vendula",
        "Růžena",
    ],
    men: &[
        "Ondřej",
        "Vojtěch",
        "Jiří",
        "Matěj",
        "Lukáš",
        "Štěpán",
        "Tomáš",
        "Jakub",
        "Radek",
        "Vít",
        "Kryštof",
        "Zdeněk",
        "Oldřich",
        "Bořek",
        "Ctibor",
    ],
    surnames: &[
        ("Havlátek", "Havlátková"),
        ("Dřevojan", "Dřevojanová"),
        ("Šindelka", "Šindelková"),
        ("Kopřivák", "Kopřiváková"),
        ("Modřánek", "Modřánková"),
        ("Žitňanský", "Žitňanská"),
        ("Čermínek", "Čermínková"),
        ("Běloušek", "Běloušková"),
        ("Vrbčan", "Vrbčanová"),
        ("Řehounek", "Řehounková"),
        ("Lipavský", "Lipavská"),
        ("Krátkoruký", "Krátkoruká"),
        ("Zahrádník", "Zahrádníková"),
        ("Ptáčínský", "Ptáčínská"),
        ("Jahůdka", "Jahůdková"),
        ("Tichavín", "Tichavínová"),
        ("Sněhota", "Sněhotová"),
        ("Mlynařík", "Mlynaříková"),
        ("Podskalák", "Podskaláková"),
        ("Úředníček", "Úředníčková"),
    ],
};

const POLISH: List = List {
    women: &[
        "Agnieszka",
        "Małgorzata",
        "Zofia",
        "Łucja",
        "Kinga",
        "Bożena",
        "Wanda",
        "Jagoda",
        "Grażyna",
        "Róża",
    ],
    men: &[
        "Michał",
        "Paweł",
        "Łukasz",
        "Krzysztof",
        "Wojciech",
        "Stanisław",
        "Bartłomiej",
        "Józef",
        "Mścisław",
        "Jędrzej",
    ],
    surnames: &[
        ("Brzozowiecki", "Brzozowiecka"),
        ("Dąbkowicz", "Dąbkowicz"),
        ("Żurawiński", "Żurawińska"),
        ("Szczepkowski", "Szczepkowska"),
        ("Gołębiarz", "Gołębiarz"),
        ("Świerkowicz", "Świerkowicz"),
        ("Wróblicki", "Wróblicka"),
        ("Łąkowiak", "Łąkowiak"),
        ("Źródlański", "Źródlańska"),
        ("Pięknowski", "Pięknowska"),
        ("Ćwiklarz", "Ćwiklarz"),
        ("Jaskółkiewicz", "Jaskółkiewicz"),
    ],
};

const UKRAINIAN: List = List {
    women: &["Olena", "Nadiia", "Solomiia", "Kateryna", "Zlata"],
    men: &["Oleksandr", "Taras", "Bohdan", "Mykola", "Ostap"],
    surnames: &[
        ("Vyshnevenko", "Vyshnevenko"),
        ("Lastivchuk", "Lastivchuk"),
        ("Kalynets", "Kalynets"),
        ("Zoriak", "Zoriak"),
        ("Polianskyi", "Polianska"),
        ("Stepovyi", "Stepova"),
    ],
};

const RUSSIAN: List = List {
    women: &["Daria", "Polina", "Vasilisa", "Ksenia"],
    men: &["Dmitrij", "Arsenij", "Gleb", "Timofej"],
    surnames: &[
        ("Beryozkin", "Beryozkina"),
        ("Snegiryov", "Snegiryova"),
        ("Ozyornyj", "Ozyornaja"),
        ("Rjabinin", "Rjabinina"),
        ("Lugovoj", "Lugovaja"),
    ],
};

/// The names that have been given so far to people who must not share one.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<(&'static str, &'static str)>);

impl Names {
    /// A first name and a surname; a new pair each time where it has to be `unique`.
    pub(super) fn give(
        &mut self,
        nation: Nation,
        gender: Gender,
        unique: bool,
        random: &mut impl Rng,
    ) -> (&'static str, &'static str) {
        loop {
            let first = match gender {
                Gender::Female => list(nation).women,
                Gender::Male | Gender::Other => list(nation).men,
            };
            let first = first.choose(random).copied().unwrap_or_default();
            let last = surname(nation, gender, random);
            if !unique || self.0.insert((first, last)) {
                return (first, last);
            }
        }
    }
}

/// A surname.
pub(super) fn surname(nation: Nation, gender: Gender, random: &mut impl Rng) -> &'static str {
    let (man, woman) = list(nation).surnames.choose(random).copied().unwrap_or_default();
    match gender {
        Gender::Female => woman,
        Gender::Male | Gender::Other => man,
    }
}

fn list(nation: Nation) -> &'static List {
    match nation {
        Nation::Czech => &CZECH,
        Nation::Polish => &POLISH,
        Nation::Ukrainian => &UKRAINIAN,
        Nation::Russian => &RUSSIAN,
    }
}

/// Lower case without diacritics, for e-mail addresses.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase()
        .nfd()
        // "ł" has no decomposition.
        .map(|c| if c == 'ł' { 'l' } else { c })
        .filter(char::is_ascii_alphanumeric)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diacritics_are_folded() {
        assert_eq!(folded("Łucja"), "lucja");
        assert_eq!(folded("Úředníčková"), "urednickova");
        assert_eq!(folded("Źródlański"), "zrodlanski");
    }
}
