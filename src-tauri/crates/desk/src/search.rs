//! The line at the top: a name, a number, a chip, a scanned code.

use ledger::{LedgerError, PersonKey};

use crate::Desk;
use crate::enquiry::{Leads, holders_in_use, usos_query};
use crate::line::{Line, classify, wrong_check_digit};
use crate::view::{Answer, Asked, Hit, IndexPhase, LineRefusal};
use crate::{Inner, records};

/// A list that a clerk looks through.
const SHOWN: usize = 12;
/// Digits of a barcode or EAN that somebody has scanned rather than begun to type.
const BARCODE: usize = 10;
/// Fewer characters than this are no number off a card.
const SHORTEST_CODE: usize = 6;

/// Why a person can't be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such person")]
pub struct NoSuchPerson;

impl Desk {
    /// A line typed or scanned. `anyway`: ask although the check digit is wrong.
    ///
    /// A number that the ledger knows (card number, chip, EAN of a linked SUP card) opens its person; otherwise
    /// people who fit it are offered; otherwise it is asked for as a barcode or chip, for USOS may know it.
    ///
    /// # Errors
    /// Where the ledger can't be read.
    pub async fn ask(&self, line: &str, anyway: bool) -> Result<Answer, LedgerError> {
        match classify(line) {
            Line::Empty => Ok(Answer::Refused { why: LineRefusal::Empty }),
            Line::Words(words) => self.ask_name(&words).await,
            Line::Code(code) => self.ask_code(&code, anyway).await,
        }
    }

    /// People who fit what has been typed so far.
    ///
    /// # Errors
    /// Where the ledger can't be read.
    pub async fn search(&self, text: &str) -> Result<Vec<Hit>, LedgerError> {
        self.0.hits(text).await
    }

    /// Opens a person from a list; gives the enquiry's id.
    ///
    /// # Errors
    /// Where the key is none, or the person is no longer in the index.
    pub async fn open_person(&self, key: &str) -> Result<u32, NoSuchPerson> {
        let mut leads = Leads { people: 1, ..Leads::default() };
        match key.parse::<PersonKey>().map_err(|_| NoSuchPerson)? {
            PersonKey::Alive(id) => {
                self.0.ledger.person(id).await.ok().flatten().ok_or(NoSuchPerson)?;
                leads.cardholder = Some(id);
            }
            PersonKey::Usos(user) => leads.usos_user = Some(user),
        }
        Ok(self.start(Asked::Person { key: key.to_owned() }, leads))
    }

    async fn ask_name(&self, words: &str) -> Result<Answer, LedgerError> {
        let hits = self.0.hits(words).await?;
        Ok(match hits.as_slice() {
            [] => Answer::Refused { why: self.0.nobody() },
            [only] => match self.open_person(&only.key).await {
                Ok(id) => Answer::Enquiry { id },
                Err(NoSuchPerson) => Answer::Refused { why: LineRefusal::Nobody },
            },
            _ => Answer::People { hits },
        })
    }

    async fn ask_code(&self, code: &str, anyway: bool) -> Result<Answer, LedgerError> {
        if let Some(leads) = self.0.known_code(code).await? {
            return Ok(self.enquire(code, leads));
        }
        let hits = self.0.hits(code).await?;
        let whole = |number: &Option<String>| {
            number
                .as_ref()
                .is_some_and(|number| matches!(classify(number), Line::Code(number) if number == code))
        };
        match hits.as_slice() {
            [only] if whole(&only.personal_id) || whole(&only.card_number) => {
                let id = self.open_person(&only.key).await;
                return Ok(
                    id.map_or(Answer::Refused { why: LineRefusal::Nobody }, |id| Answer::Enquiry { id })
                );
            }
            // The beginning of a number fits: the clerk says whose. A whole barcode is asked for first.
            [_, ..] if code.len() < BARCODE => return Ok(Answer::People { hits }),
            _ => {}
        }
        if !anyway && let Some(expected) = wrong_check_digit(code) {
            return Ok(Answer::Refused { why: LineRefusal::CheckDigit { expected: expected.to_string() } });
        }
        if code.len() < SHORTEST_CODE {
            return Ok(Answer::Refused { why: self.0.nobody() });
        }
        // USOS may know it as a barcode, or as a chip in the spelling that was typed.
        let candidates = chip::candidates(code);
        let mut leads = Inner::chip_leads(candidates.clone());
        leads.usos.extend(usos_query(code, usos::CardQuery::Barcode));
        for bytes in candidates {
            let value = chip::spellings(&bytes).hex;
            match bytes.len() {
                4 | 7 | 10 => leads.usos.extend(usos_query(&value, usos::CardQuery::ContactlessChip)),
                6 => leads.usos.extend(usos_query(&value, usos::CardQuery::ContactChip)),
                _ => {}
            }
        }
        leads.usos.truncate(4);
        Ok(self.enquire(code, leads))
    }

    fn enquire(&self, code: &str, leads: Leads) -> Answer {
        Answer::Enquiry { id: self.start(Asked::Code { code: code.to_owned() }, leads) }
    }
}

impl Inner {
    /// Leads where the ledger knows the code: as a card number, as a chip, as the EAN of a linked SUP card.
    async fn known_code(&self, code: &str) -> Result<Option<Leads>, LedgerError> {
        let cards = self.ledger.by_number(code).await?;
        if let Some(first) = cards.first() {
            let people = holders_in_use(cards.iter().map(|hit| &hit.card), self.today());
            return Ok(Some(Leads {
                cardholder: Some(first.card.cardholder_id),
                card: Some(first.card.card_id),
                people,
                ..Leads::default()
            }));
        }
        if let Ok(ean) = code.parse()
            && let Some(link) = self.ledger.sup_link_by_ean(&ean).await?
        {
            let mut leads = Leads {
                people: 1,
                sup: Some((link.id_card, link.linked_at.as_millisecond())),
                ..Leads::default()
            };
            match link.person {
                PersonKey::Alive(id) => leads.cardholder = Some(id),
                PersonKey::Usos(user) => leads.usos_user = Some(user),
            }
            return Ok(Some(leads));
        }
        if let Ok(ean) = code.parse()
            && let Some(id) = crate::lock(&self.sup_cards).get(&ean)
        {
            return Ok(Some(Leads { sup: Some((*id, self.now())), ..Leads::default() }));
        }
        let leads = Self::chip_leads(chip::candidates(code));
        if !leads.chip_keys.is_empty() && !self.ledger.by_chip(&leads.chip_keys).await?.is_empty() {
            return Ok(Some(leads));
        }
        Ok(None)
    }

    async fn hits(&self, text: &str) -> Result<Vec<Hit>, LedgerError> {
        let mut hits = Vec::new();
        for found in self.ledger.search(text, SHOWN).await? {
            // The ledger gives the card in use that is valid longest first.
            let cards = self.ledger.cards_of(found.person.cardholder_id).await?;
            hits.push(records::hit(&found.person, cards.first()));
        }
        Ok(hits)
    }

    fn nobody(&self) -> LineRefusal {
        match crate::lock(&self.index).phase {
            IndexPhase::Building => LineRefusal::IndexNotReady,
            IndexPhase::Ready | IndexPhase::NotSetUp => LineRefusal::Nobody,
        }
    }
}
