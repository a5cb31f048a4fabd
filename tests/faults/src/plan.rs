//! What is to happen in a run, all of it drawn from the seed: whom the desks serve, what is spoiled on the way, which
//! numbers there are, when desks are killed and the database goes away.

use anyhow::{Context, Result};
use practice::AliveAccess;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use crate::talk::{Job, Mishap, Role};

/// Numbers of each type beyond those that are needed.
const HANDFUL: usize = 3;
const FIRST: [&str; 10] =
    ["Alva", "Bořek", "Cilka", "Dobeš", "Elin", "Ferin", "Gita", "Hynda", "Izor", "Jolka"];
const MIDDLE: [&str; 12] = ["bra", "cho", "dě", "fli", "gru", "ja", "kře", "lou", "mí", "nyk", "pru", "sva"];
const END: [&str; 8] = ["nek", "vář", "lík", "čák", "douš", "zel", "tmen", "rad"];

pub struct Plan {
    pub jobs: Vec<Job>,
    /// After so many finished jobs a desk is killed; in order.
    pub kills: Vec<usize>,
    /// After so many the database goes away; in order.
    pub stops: Vec<usize>,
}

impl Plan {
    pub fn draw(issues: usize, kills: usize, stops: usize, seed: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(seed);
        let jobs = (0..issues).map(|nth| job(nth, &mut dice)).collect();
        // Early enough that there still is a desk at work.
        let mut kills: Vec<usize> = (0..kills).map(|_| dice.random_range(0..issues.max(1))).collect();
        kills.sort_unstable();
        let stops = (1..=stops).map(|nth| nth * issues / (stops + 1)).collect();
        Self { jobs, kills, stops }
    }

    /// As many numbers as the cards and what is spoiled may take, and a handful: ranges as they're pasted into the stock,
    /// from the far end of what was agreed. They come in two deliveries, so that the desks fight over the last ones of
    /// the first.
    pub fn deliveries(&self, access: &AliveAccess) -> Result<[Vec<(&'static str, String)>; 2]> {
        let mut deliveries = [Vec::new(), Vec::new()];
        for role in [Role::Student, Role::Teacher] {
            let of = self.jobs.iter().filter(|job| job.role == role);
            let needed: usize = of.map(|job| 1 + usize::from(job.mishap.is_some_and(Mishap::spoils))).sum();
            let second = HANDFUL + needed / 8;
            let first = (needed + HANDFUL).saturating_sub(second).max(1);
            let terms = access.profile.cards.iter().find(|terms| terms.kind == role.card_type());
            let last = &terms.and_then(|terms| terms.ranges.last()).context("no range is agreed")?.last;
            deliveries[0].push((role.card_type(), range(last, second, first)?));
            deliveries[1].push((role.card_type(), range(last, 0, second)?));
        }
        Ok(deliveries)
    }
}

impl Mishap {
    /// Whether it may cost a number.
    const fn spoils(self) -> bool {
        matches!(self, Self::Number | Self::Both)
    }
}

fn job(nth: usize, dice: &mut StdRng) -> Job {
    let mut word = |from: &[&str]| from.choose(dice).copied().unwrap_or_default().to_owned();
    let first_name = word(&FIRST);
    let last_name = format!("V{}{}{}", word(&MIDDLE), word(&MIDDLE), word(&END));
    let mishap = match dice.random_range(0..100) {
        0..4 => Some(Mishap::Number),
        4..8 => Some(Mishap::Blank),
        8..10 => Some(Mishap::Both),
        10..14 => Some(Mishap::GivenUp),
        _ => None,
    };
    Job {
        first_name,
        last_name,
        email: format!("person{nth:06}@faults.example"),
        external_id: format!("faults-{nth:06}"),
        personal_id: format!("F{nth:07}"),
        role: if dice.random_bool(0.8) { Role::Student } else { Role::Teacher },
        digital: dice.random_bool(0.1),
        chips: [0, 1].map(|blank| format!("04F{:011X}", nth * 2 + blank)),
        mishap,
        first_try: true,
    }
}

/// So many numbers as a range, the last of them so far from the `end` of all.
fn range(end: &str, from_end: usize, numbers: usize) -> Result<String> {
    // Nine digits after the prefix, which may end in digits itself.
    let after = end.rfind(|it: char| it.is_ascii_digit()).context("a number without digits")? + 1;
    let begin = after.saturating_sub(9);
    let digits: usize = end.get(begin..after).context("a short number")?.parse()?;
    let number = |before: usize| {
        let digits = digits.checked_sub(before).context("too many numbers")?;
        anyhow::Ok(format!("{}{digits:09}{}", &end[..begin], &end[after..]))
    };
    Ok(format!("{} - {}", number(from_end + numbers - 1)?, number(from_end)?))
}
