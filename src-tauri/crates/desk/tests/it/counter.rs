//! A counter without a window: the desk on practice registers, with practice cards read by the chip crate.

use std::sync::Arc;
use std::time::Duration;

use chip::{Atr, CardFault, Event, Link, Reader, ReaderName, What};
use desk::view::{Enquiry, Notice, Tap};
use desk::{Desk, Origin, Registers, Surroundings};
use ledger::{Ledger, Place};
use practice::{TrayCard, University};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use wire::{BaseUrl, Clock, FixedClock, Http, Limits, OsDice};

#[allow(missing_debug_implementations, reason = "a test's own")]
pub struct Counter {
    pub desk: Desk,
    pub university: Arc<University>,
    pub clock: Arc<FixedClock>,
    pub ledger: Ledger,
    pub notices: UnboundedReceiver<Notice>,
    /// Enquiries before this one no longer count.
    since: u32,
}

/// A practice card on an open reader.
struct OnReader<'a>(&'a TrayCard, Atr);

impl Link for OnReader<'_> {
    fn atr(&self) -> &Atr {
        &self.1
    }

    fn transmit(&mut self, apdu: &[u8]) -> Result<Vec<u8>, CardFault> {
        Ok(self.0.transmit(apdu))
    }
}

impl Counter {
    /// The desk with its index built and everybody's SUP card linked.
    pub async fn open() -> Self {
        let clock = Arc::new(FixedClock::new("2026-11-21T09:00:00Z".parse().unwrap()));
        let practice_clock = Arc::clone(&clock);
        let practice_clock = practice::Clock::new(move || practice_clock.now());
        let university = University::start(practice::Options::new(1, practice_clock)).await.unwrap();
        Self::at(Arc::new(university), clock).await
    }

    /// Another desk at the same university, with a ledger of its own.
    pub async fn beside(other: &Self) -> Self {
        Self::at(Arc::clone(&other.university), Arc::clone(&other.clock)).await
    }

    async fn at(university: Arc<University>, clock: Arc<FixedClock>) -> Self {
        let ledger = Ledger::open(Place::Memory).await.unwrap();
        Self::with(university, clock, ledger, "desk-1").await
    }

    /// Another desk at the same ledger; with this one's own name, this one after it was killed.
    pub async fn sharing(&self, name: &str) -> Self {
        Self::with(Arc::clone(&self.university), Arc::clone(&self.clock), self.ledger.clone(), name).await
    }

    async fn with(university: Arc<University>, clock: Arc<FixedClock>, ledger: Ledger, name: &str) -> Self {
        let registers = registers(&university, &clock);
        let around = Surroundings {
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            dice: Arc::new(OsDice),
            desk: name.to_owned(),
            zone: jiff::tz::TimeZone::get("Europe/Prague").unwrap(),
            pin: Some("2468".into()),
            look_again: [Duration::from_millis(50), Duration::from_millis(200), Duration::from_millis(500)],
        };
        let (sender, notices) = unbounded_channel();
        let desk = Desk::open(registers, ledger.clone(), around, move |notice| {
            let _ = sender.send(notice);
        })
        .await
        .unwrap();
        assert!(desk.refresh_index().await, "the index is built");
        for link in university.sup_links() {
            let card = university.tray().iter().find(|card| card.physical == link.physical).unwrap();
            if let Some(uid) = card.uid() {
                let (id, ean) = (link.id_card.parse().unwrap(), link.ean.parse().unwrap());
                desk.link_sup_by_chip(&uid, id, ean).await.unwrap();
            }
        }
        Self { desk, university, clock, ledger, notices, since: 0 }
    }

    pub fn card(&self, pick: impl Fn(&TrayCard) -> bool) -> TrayCard {
        self.university.tray().iter().find(|card| pick(card)).expect("such a card in the tray").clone()
    }

    /// Reads the card as a reader would and gives what the desk was told.
    pub fn tap(&mut self, card: &TrayCard) {
        card.tap();
        let name = match card.interface {
            practice::Interface::Contactless => "Practice CL",
            practice::Interface::Contact => "Practice ICC",
        };
        let reader = Reader::named(ReaderName::new(name));
        let reading = match card.atr() {
            Some(atr) => {
                chip::read(&mut OnReader(card, Atr::new(atr)), reader.role).map_err(|unread| match unread {
                    chip::Unread::Refused(refusal) => refusal,
                    chip::Unread::Fault(fault) => fault.into(),
                })
            }
            None => Err(chip::Refusal::ChipDoesNotAnswer),
        };
        let read = What::Read { reader: reader.clone(), reading };
        self.desk.on_reader(Origin::Practice, Event { at_ms: 0.0, what: read });
        if let (practice::Interface::Contact, Some(atr)) = (card.interface, card.atr()) {
            let els = chip::read_els(&mut OnReader(card, Atr::new(atr)));
            self.desk.on_reader(Origin::Practice, Event { at_ms: 0.0, what: What::Els { reader, els } });
        }
        self.since = self.desk.enquiry().map_or(0, |enquiry| enquiry.id);
    }

    /// Takes all cards off the readers.
    pub fn take_off(&self) {
        for name in ["Practice CL", "Practice ICC"] {
            let reader = Reader::named(ReaderName::new(name));
            self.desk.on_reader(Origin::Practice, Event { at_ms: 0.0, what: What::CardGone { reader } });
        }
    }

    /// The enquiry of the last tap, or a later one, when it's whole.
    pub async fn whole(&mut self) -> Enquiry {
        self.whole_with(|_| true).await
    }

    /// The next one that is whole and fits; an enquiry is told again when a part of it changes.
    pub async fn whole_with(&mut self, fits: impl Fn(&Enquiry) -> bool) -> Enquiry {
        let since = self.since;
        self.until(|notice| match notice {
            Notice::Enquiry(it) if it.whole && it.id >= since && fits(&it) => Some(*it),
            _ => None,
        })
        .await
    }

    pub async fn refusal(&mut self) -> desk::view::ChipRefusal {
        self.until(|notice| match notice {
            Notice::Tap(Tap::Refused { why, .. }) => Some(why),
            _ => None,
        })
        .await
    }

    pub async fn until<T>(&mut self, mut pick: impl FnMut(Notice) -> Option<T>) -> T {
        let wait = async {
            loop {
                let notice = self.notices.recv().await.expect("the desk is open");
                if let Some(found) = pick(notice) {
                    return found;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.expect("in time")
    }
}

fn registers(university: &University, clock: &Arc<FixedClock>) -> Registers {
    let access = university.access().clone();
    let agreement = serde_json::to_value(&access.alive.profile).unwrap();
    let http =
        Http::new(Limits { total: Duration::from_secs(2), ..Limits::default() }, Arc::new(OsDice)).unwrap();
    let base = |url: &str| BaseUrl::parse(url).unwrap();
    let clock: Arc<dyn Clock> = Arc::clone(clock) as _;
    let keys = alive::Keys {
        access_key_id: access.alive.access_key_id,
        secret: access.alive.secret_access_key.into(),
    };
    let consumer = usos::Consumer {
        key: access.usos.admin_consumer_key,
        secret: access.usos.admin_consumer_secret.into(),
        administrative: true,
    };
    let profile = sup::CodecProfile {
        algorithm: sup::Algorithm::XChaCha20Poly1305,
        nonce_encoding: sup::Encoding::Base64Url,
        ciphertext_encoding: sup::Encoding::Base64Url,
    };
    use base64::Engine;
    let key = base64::engine::general_purpose::STANDARD.decode(access.sup.codec.key_base64).unwrap();
    let codec = sup::Codec::new(profile, key.into(), None).unwrap();
    let token = sup::Token::new(access.sup.token.into());
    let dice = || Arc::new(OsDice);
    Registers {
        alive: Some(alive::Client::new(http.clone(), base(&access.alive.base_url), keys, Arc::clone(&clock))),
        usos: Some(usos::Client::new(
            http.clone(),
            base(&access.usos.base_url),
            consumer,
            None,
            Arc::clone(&clock),
            dice(),
        )),
        usos_acts_for_students: true,
        profile: serde_json::from_value(agreement).unwrap(),
        sup: Some(sup::Client::new(http, base(&access.sup.base_url), token, codec, clock, dice())),
    }
}
