//! The practice tray as a source of cards: everything above the readers is the same code as for a real one.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chip::{Atr, CardFault, Connector, Link, ReaderName, Slot, SlotState, Source, SourceDown, Waker};
use practice::{Interface, TrayCard};

/// The practice readers: one for each interface.
const READERS: [(&str, Interface); 2] = [
    ("Practice reader contactless", Interface::Contactless),
    ("Practice reader contact", Interface::Contact),
];

/// The tray: what there is to tap, and what lies on the practice readers.
#[derive(Debug)]
pub struct Tray {
    cards: Vec<TrayCard>,
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// What lies on each reader, and how many cards lay there before.
    placed: [(Option<TrayCard>, u32); READERS.len()],
    /// Counts up with every change and every wake-up.
    version: u64,
}

/// No such card, no such reader, or a card that doesn't go on that reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoSuchCard;

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let out = change(&mut state);
        state.version += 1;
        self.changed.notify_all();
        out
    }
}

impl Tray {
    pub fn new(cards: Vec<TrayCard>) -> Self {
        Self { cards, shared: Arc::default() }
    }

    pub fn cards(&self) -> &[TrayCard] {
        &self.cards
    }

    /// The readers with the id of the card that lies on each.
    pub fn readers(&self) -> Vec<(&'static str, Interface, Option<String>)> {
        let state = self.shared.lock();
        READERS
            .iter()
            .zip(&state.placed)
            .map(|((name, interface), (card, _))| {
                (*name, *interface, card.as_ref().map(|card| card.id.clone()))
            })
            .collect()
    }

    /// Puts a card on a reader, in place of the one that lies there.
    pub fn place(&self, card: &str, reader: &str) -> Result<(), NoSuchCard> {
        let card = self.cards.iter().find(|known| known.id == card).ok_or(NoSuchCard)?;
        let at = index(reader)?;
        if READERS[at].1 != card.interface {
            return Err(NoSuchCard);
        }
        card.tap();
        self.shared.change(|state| {
            let (placed, generation) = &mut state.placed[at];
            *placed = Some(card.clone());
            *generation += 1;
        });
        Ok(())
    }

    /// Takes the card off a reader.
    pub fn take(&self, reader: &str) -> Result<(), NoSuchCard> {
        let at = index(reader)?;
        self.shared.change(|state| state.placed[at].0 = None);
        Ok(())
    }

    pub fn source(&self) -> TraySource {
        TraySource { shared: Arc::clone(&self.shared), seen: None }
    }
}

fn index(reader: &str) -> Result<usize, NoSuchCard> {
    READERS.iter().position(|(name, _)| *name == reader).ok_or(NoSuchCard)
}

/// Watches the practice readers.
#[derive(Debug)]
pub struct TraySource {
    shared: Arc<Shared>,
    seen: Option<u64>,
}

impl Source for TraySource {
    fn wait(&mut self, patience: Duration) -> Result<Vec<Slot>, SourceDown> {
        let seen = self.seen;
        let state = self.shared.lock();
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, patience, |state| seen == Some(state.version))
            .unwrap_or_else(PoisonError::into_inner);
        self.seen = Some(state.version);
        Ok(READERS
            .iter()
            .zip(&state.placed)
            .map(|((name, _), (card, generation))| Slot {
                reader: ReaderName::new(*name),
                state: match card {
                    None => SlotState::Empty,
                    Some(card) => match card.atr() {
                        Some(atr) => SlotState::Card { atr: Atr::new(atr), generation: *generation },
                        None => SlotState::Mute { generation: *generation },
                    },
                },
            })
            .collect())
    }

    fn connector(&self) -> Arc<dyn Connector> {
        Arc::clone(&self.shared) as Arc<dyn Connector>
    }

    fn waker(&self) -> Waker {
        let shared = Arc::clone(&self.shared);
        Arc::new(move || shared.change(|_| ()))
    }
}

impl Connector for Shared {
    fn session(&self, reader: &ReaderName, work: &mut dyn FnMut(&mut dyn Link)) -> Result<(), CardFault> {
        let at = index(reader.as_str()).map_err(|_| CardFault::Lost)?;
        let (card, generation) = self.lock().placed[at].clone();
        let card = card.ok_or(CardFault::Removed)?;
        let atr = Atr::new(card.atr().ok_or(CardFault::Silent)?);
        work(&mut Conversation { shared: self, at, card, atr, generation });
        Ok(())
    }
}

/// One card on one practice reader, as long as it stays there.
struct Conversation<'a> {
    shared: &'a Shared,
    at: usize,
    card: TrayCard,
    atr: Atr,
    generation: u32,
}

impl Link for Conversation<'_> {
    fn atr(&self) -> &Atr {
        &self.atr
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        let (placed, generation) = &self.shared.lock().placed[self.at];
        if placed.is_none() || *generation != self.generation {
            return Err(CardFault::Removed);
        }
        Ok(self.card.transmit(apdu))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn tray() -> (practice::University, Tray) {
        let clock = practice::Clock::fixed("2026-11-21T09:00:00Z".parse().unwrap());
        let university = practice::University::start(practice::Options::new(1, clock)).await.unwrap();
        let tray = Tray::new(university.tray().to_vec());
        (university, tray)
    }

    #[tokio::test]
    async fn a_placed_card_is_seen_and_talks_until_it_is_taken_off() {
        let (_university, tray) = tray().await;
        let mut source = tray.source();
        let states = |source: &mut TraySource| -> Vec<SlotState> {
            source.wait(Duration::from_millis(1)).unwrap().into_iter().map(|slot| slot.state).collect()
        };
        assert_eq!(states(&mut source), [SlotState::Empty, SlotState::Empty]);

        let good = tray
            .cards()
            .iter()
            .find(|card| card.interface == Interface::Contactless && card.trouble.is_none());
        let good = good.unwrap().id.clone();
        tray.place(&good, READERS[0].0).unwrap();
        assert!(matches!(states(&mut source)[0], SlotState::Card { generation: 1, .. }));

        let connector = source.connector();
        let reader = ReaderName::new(READERS[0].0);
        connector
            .session(&reader, &mut |link| {
                assert!(link.transmit(&[0xFF, 0xCA, 0, 0, 0]).unwrap().ends_with(&[0x90, 0x00]));
                tray.take(READERS[0].0).unwrap();
                assert_eq!(link.transmit(&[0xFF, 0xCA, 0, 0, 0]), Err(CardFault::Removed));
            })
            .unwrap();
        assert_eq!(connector.session(&reader, &mut |_| ()), Err(CardFault::Removed));
    }

    #[tokio::test]
    async fn a_card_goes_only_on_the_reader_of_its_interface() {
        let (_university, tray) = tray().await;
        let contact =
            tray.cards().iter().find(|card| card.interface == Interface::Contact).unwrap().id.clone();
        assert_eq!(tray.place(&contact, READERS[0].0), Err(NoSuchCard));
        assert_eq!(tray.place("nothing", READERS[0].0), Err(NoSuchCard));
        assert_eq!(tray.place(&contact, READERS[1].0), Ok(()));
    }
}
