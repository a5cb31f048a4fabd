//! Reading one card: from an open conversation to an identity, or to the reason why it has none.

use serde::Serialize;
use thiserror::Error;

use crate::{Atr, CardFault, ChipId, ContactSerial, Link, Role, Technology, Uid, Warning};

/// What a card said of itself. `Debug` shows no identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub interface: Interface,
    pub atr: Atr,
    pub technology: Technology,
    pub identity: ChipId,
    pub warnings: Vec<Warning>,
}

/// The side from which a chip was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Interface {
    Contact,
    Contactless,
}

impl Interface {
    /// The side of a card, by the first of these that says:
    /// 1. an ATR of a contactless storage card (no contact card has one),
    /// 2. the reader's role,
    /// 3. the ATR's form: `3B 8N 80 01` with N historical bytes is contactless (PC/SC part 3). A contact card may
    ///    have this form too, so it comes last.
    pub fn of(role: Role, atr: &Atr) -> Self {
        match role {
            _ if atr.storage().is_some() => Interface::Contactless,
            Role::Contactless => Interface::Contactless,
            Role::Contact => Interface::Contact,
            Role::Either | Role::Sam | Role::Ignored if atr.contactless().is_some() => Interface::Contactless,
            Role::Either | Role::Sam | Role::Ignored => Interface::Contact,
        }
    }
}

/// Why a card has no identity to look up. Each is a sentence of its own at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    #[error("the card was taken away while it was being read")]
    RemovedWhileReading,
    #[error("the reader or the smart card service went away while the card was being read")]
    ReaderLost,
    /// No answer to power or reset (SCARD_W_UNRESPONSIVE_CARD): upside down, dirty, at the edge of the field, dead.
    #[error("the chip doesn't answer")]
    ChipDoesNotAnswer,
    #[error("another program holds the card")]
    InUseElsewhere,
    /// The contactless reader or chip gives no UID (6300, 6A81, …).
    #[error("the chip gives no UID")]
    NoUid,
    /// 8 bytes: ICODE or FeliCa. Any other number: a reader that invents.
    #[error("the chip's identifier has {length} bytes, which no UID has")]
    OddUid { length: usize },
    /// Phones, passports and cards with random ID: another one at every tap.
    #[error("the UID is random")]
    RandomUid,
    #[error("the UID is one that copies carry")]
    ClonedUid,
    /// The PUPI of an ISO 14443 type B card, which it may draw anew.
    #[error("the chip is of type B and gives no lasting UID")]
    PseudoUid,
    #[error("the contact chip gives no serial number")]
    NoSerial,
    /// Anything else: the PC/SC error code, for support.
    #[error("the reader reported {pcsc:#010X}")]
    Unreadable { pcsc: u32 },
}

impl From<CardFault> for Refusal {
    fn from(fault: CardFault) -> Self {
        match fault {
            CardFault::Removed => Refusal::RemovedWhileReading,
            CardFault::Silent => Refusal::ChipDoesNotAnswer,
            CardFault::Busy | CardFault::Reset => Refusal::InUseElsewhere,
            CardFault::Lost => Refusal::ReaderLost,
            CardFault::Other(pcsc) => Refusal::Unreadable { pcsc },
        }
    }
}

/// How a reading ended without an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Unread {
    /// The card was read to its end and is refused: reading it again gives the same.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The conversation broke: another try may do.
    #[error(transparent)]
    Fault(#[from] CardFault),
}

/// Reads the card's identity. `role` is what the reader is for, see [`Interface::of`].
///
/// Contactless: the UID by GET DATA (PC/SC part 3, 3.2.2.1.3). Contact: number and batch of the CPLC.
pub fn read(link: &mut dyn Link, role: Role) -> Result<Reading, Unread> {
    let atr = link.atr().clone();
    match Interface::of(role, &atr) {
        Interface::Contactless => contactless(link, atr),
        Interface::Contact => contact(link, atr),
    }
}

fn contactless(link: &mut dyn Link, atr: Atr) -> Result<Reading, Unread> {
    let answer = exchange(link, &[0xFF, 0xCA, 0x00, 0x00, 0x00])?;
    // 6282: shorter than asked for, which with Le = 00 every UID is.
    if !matches!(answer.status, 0x9000 | 0x6282) || answer.data.is_empty() {
        return Err(Refusal::NoUid.into());
    }
    let uid = Uid::try_from(answer.data.as_slice()).map_err(|odd| Refusal::OddUid { length: odd.length })?;
    let technology = atr.technology();
    let warnings = uid.judge(technology, atr.reads_like_type_b())?;
    let identity = ChipId::Contactless(uid);
    Ok(Reading { interface: Interface::Contactless, atr, technology, identity, warnings })
}

fn contact(link: &mut dyn Link, atr: Atr) -> Result<Reading, Unread> {
    const GET_CPLC: [u8; 5] = [0x80, 0xCA, 0x9F, 0x7F, 0x00];
    const SELECT_ISSUER_DOMAIN: [u8; 5] = [0x00, 0xA4, 0x04, 0x00, 0x00];
    let mut serial = ContactSerial::from_cplc(&exchange(link, &GET_CPLC)?.data);
    if serial.is_none() {
        // An applet selected by default may stand in front of the issuer's domain, which alone has the CPLC.
        exchange(link, &SELECT_ISSUER_DOMAIN)?;
        serial = ContactSerial::from_cplc(&exchange(link, &GET_CPLC)?.data);
    }
    let identity = ChipId::Contact(serial.ok_or(Refusal::NoSerial)?);
    let technology = Technology::Contact;
    Ok(Reading { interface: Interface::Contact, atr, technology, identity, warnings: Vec::new() })
}

pub(crate) struct Answer {
    pub(crate) data: Vec<u8>,
    pub(crate) status: u16,
}

/// Sends a case 2 command and follows what T=0 and strict readers ask for: 6CXX repeats it with Le = XX (once), 61XX
/// fetches the rest by GET RESPONSE. Bounded: a card that asks for more for ever is cut off.
fn exchange(link: &mut dyn Link, apdu: &[u8; 5]) -> Result<Answer, CardFault> {
    let mut answer = split(link.transmit(apdu)?)?;
    if let [0x6C, le] = answer.status.to_be_bytes() {
        let [cla, ins, p1, p2, _] = *apdu;
        answer = split(link.transmit(&[cla, ins, p1, p2, le])?)?;
    }
    for _ in 0..8 {
        let [0x61, le] = answer.status.to_be_bytes() else {
            break;
        };
        let more = split(link.transmit(&[0x00, 0xC0, 0x00, 0x00, le])?)?;
        answer.data.extend(more.data);
        answer.status = more.status;
    }
    Ok(answer)
}

/// Data and status bytes. An answer too short to have a status is none: some drivers report success when the card is
/// pulled out in the middle of a command.
pub(crate) fn split(mut response: Vec<u8>) -> Result<Answer, CardFault> {
    match (response.pop(), response.pop()) {
        (Some(sw2), Some(sw1)) => Ok(Answer { data: response, status: u16::from_be_bytes([sw1, sw2]) }),
        _ => Err(CardFault::Silent),
    }
}

#[cfg(test)]
mod tests;
