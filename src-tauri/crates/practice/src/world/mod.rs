//! The practice world: everybody and everything that the three registers and the tray hold, made from one seed
//! around one "today".

mod draft;
mod names;
mod person;
mod student_card;
mod trouble;

use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use self::draft::Draft;
use self::person::{Person, Role};
use crate::chip::Chip;
use crate::tray::{Barcodes, Interface, SupLink, TrayCard};
use crate::trouble::Trouble;
use crate::{alive, sup, usos};

/// Who is in every world, in this order; the first one is the sample of the printed access. Those who follow in
/// a larger world have no trouble and no place on the tray.
const PEOPLE: [(Role, Option<Trouble>, usize); 26] = [
    (Role::FullTime, None, 8),
    (Role::Teacher, None, 3),
    (Role::PartTime, None, 3),
    (Role::Staff, None, 3),
    (Role::Phd, None, 3),
    (Role::FullTime, Some(Trouble::ExpiredInAliveValidInUsos), 1),
    (Role::FullTime, Some(Trouble::ExpiredInUsosValidInAlive), 1),
    (Role::FullTime, Some(Trouble::Cancelled), 1),
    (Role::FullTime, Some(Trouble::TwoCards), 2),
    (Role::Phd, Some(Trouble::TwoChips), 1),
    (Role::Teacher, Some(Trouble::SupBlocked), 1),
    (Role::Staff, Some(Trouble::SupNotActivated), 1),
    (Role::Staff, Some(Trouble::SupExpired), 1),
    (Role::FullTime, Some(Trouble::NoPhoto), 1),
    (Role::FullTime, Some(Trouble::NameChanged), 1),
    (Role::PartTime, Some(Trouble::FourByteUid), 1),
    (Role::Graduate, Some(Trouble::Alumni), 3),
    (Role::Teacher, Some(Trouble::NoUsosRecord), 1),
    (Role::FullTime, Some(Trouble::NoAliveRecord), 1),
    (Role::FullTime, Some(Trouble::DatesApart), 1),
    (Role::FullTime, Some(Trouble::DeadContactChip), 1),
    (Role::FullTime, None, 6),
    (Role::PartTime, None, 2),
    (Role::Teacher, None, 3),
    (Role::Staff, None, 3),
    (Role::Phd, None, 1),
];

/// Those who follow in a larger world, over and over.
const CROWD: [Role; 8] = [
    Role::FullTime,
    Role::FullTime,
    Role::FullTime,
    Role::PartTime,
    Role::FullTime,
    Role::Phd,
    Role::Teacher,
    Role::Staff,
];

/// The contents of the three registers, and the cards on the tray.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) alive: alive::records::Records,
    pub(crate) usos: usos::records::Records,
    pub(crate) sup: sup::records::Records,
    pub(crate) tray: Vec<TrayCard>,
    pub(crate) links: Vec<SupLink>,
}

impl World {
    /// A world of `people`, but at least of those who show every trouble.
    pub(crate) fn new(seed: u64, people: usize, now: Timestamp) -> Self {
        let mut cast: Vec<(Role, Option<Trouble>)> = PEOPLE
            .into_iter()
            .flat_map(|(role, trouble, count)| std::iter::repeat_n((role, trouble), count))
            .collect();
        let named = cast.len();
        cast.extend(CROWD.into_iter().cycle().take(people.saturating_sub(named)).map(|role| (role, None)));

        let mut names = names::Names::default();
        let mut drafts: Vec<Draft> = Vec::with_capacity(named);
        let mut world = Self::default();
        for (n, (role, trouble)) in cast.into_iter().enumerate() {
            let mut random = StdRng::seed_from_u64(seed ^ (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let person = Person::new(n, role, trouble, n < named, &mut names, now, &mut random);
            let mut draft = Draft::good(person, trouble, seed, now, &mut random);
            if let Some(trouble) = trouble {
                trouble::apply(trouble, &mut draft, now, seed);
            }
            if n < named {
                drafts.push(draft);
            } else {
                world.lay_down(draft, false);
            }
        }
        trouble::exchange_chips(&mut drafts);
        for draft in drafts {
            world.lay_down(draft, true);
        }
        world.add_loose_cards(seed);
        world
    }

    /// Enters a person into the registers, and the cards on the tray.
    fn lay_down(&mut self, draft: Draft, on_tray: bool) {
        let n = draft.person.n;
        if on_tray {
            self.put_on_tray(&draft);
        }
        let Draft { holder, cards, graduations, photo, modified, user, usos, sup, .. } = draft;
        if let Some(holder) = holder {
            if let Some(photo) = photo {
                self.alive.photos.insert(holder.cardholder_id, photo);
            }
            self.alive.put_holder(modified, holder);
        }
        for card in cards {
            self.alive.put_card(modified, card);
        }
        for graduation in graduations {
            self.alive.graduations.put(graduation.graduation_id, modified, graduation);
        }
        if !usos.is_empty() {
            self.usos.users.insert(draft::user_id(n), user);
            self.usos.cards.extend(usos);
        }
        self.sup.cards.extend(sup);
    }

    fn put_on_tray(&mut self, draft: &Draft) {
        let n = draft.person.n;
        let physical = u32::try_from(n + 1).unwrap_or(u32::MAX);
        let holder = draft.person.full_name();
        let alive = draft.cards.first();
        let record = draft.usos.first();
        let ean = draft.sup.as_ref().map(|(_, card)| format!("{:013}", card.ean));
        let label = |interface: Interface, chip: &Chip| TrayCard {
            id: format!(
                "{physical:02}-{}",
                if interface == Interface::Contact { "contact" } else { "contactless" }
            ),
            physical,
            holder: Some(holder.clone()),
            kind: alive
                .map(|card| card.kind.code())
                .or_else(|| record.map(|card| card.kind.code()))
                .map(str::to_owned),
            interface,
            trouble: draft.trouble,
            barcodes: Barcodes {
                alive_number: alive.map(|card| card.number.clone()),
                usos_barcode: record.map(|card| card.barcode_number.clone()),
                sup_ean: ean.clone(),
            },
            chip: chip.clone(),
            els: (interface == Interface::Contact)
                .then(|| student_card::application(draft, physical))
                .flatten(),
            taps: std::sync::Arc::default(),
        };
        self.tray.push(label(Interface::Contactless, &draft.contactless));
        if let Some(chip) = &draft.contact {
            self.tray.push(label(Interface::Contact, chip));
        }
        if let (Some((id, _)), Some(ean)) = (&draft.sup, ean.clone()) {
            self.links.push(SupLink { physical, holder: holder.clone(), ean, id_card: id.to_string() });
        }
    }

    /// Cards of nobody: an unknown chip, a phone, a cheap copy.
    fn add_loose_cards(&mut self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed ^ 0x10_05E);
        let unknown = [0x04, 0xDE, random.random(), random.random(), random.random(), 0x77, 0x81].to_vec();
        let loose = [
            ("unknown-chip", Trouble::UnknownChip, Chip::DesFire { uid: unknown }),
            ("phone", Trouble::RandomUid, Chip::Phone { seed: random.random() }),
            ("cheap-copy", Trouble::ClonedUid, Chip::Classic { uid: vec![1, 2, 3, 4] }),
        ];
        let next = self.tray.iter().map(|card| card.physical).max().unwrap_or(0) + 1;
        for (physical, (id, trouble, chip)) in (next..).zip(loose) {
            self.tray.push(TrayCard {
                id: id.to_owned(),
                physical,
                holder: None,
                kind: None,
                interface: Interface::Contactless,
                trouble: Some(trouble),
                barcodes: Barcodes::default(),
                chip,
                els: None,
                taps: std::sync::Arc::default(),
            });
        }
    }
}

#[cfg(test)]
mod tests;
