//! ELS, the Polish student card's electronic side: what the contact chip says of its student, who signed it, and
//! whether the data sits on the chip that it was signed for.
//!
//! The application holds two files that anybody may read: EF.ELS, a CMS SignedData with the student's data in it,
//! and EF.CERT, the certificate of whoever signed (often it is in the CMS as well). Nothing is trusted here: the
//! signature is checked with the certificate that the card brings along, and the names in that certificate are
//! shown. Who stands behind them is for the institution to know.

mod card;
mod content;
mod signature;

use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use thiserror::Error;
use zeroize::Zeroizing;

use self::card::{File, Talk};
use crate::{CardFault, ChipId, Link, candidates};

/// What EF.ELS holds. `Debug` shows nothing of the person.
#[derive(Clone, PartialEq, Eq)]
pub struct Els {
    pub version: u32,
    /// The serial of the chip that the data was signed for, see [`Els::sits_on`].
    pub chip_serial: SignedSerial,
    pub university: String,
    /// At least one, in the card's order.
    pub surnames: Vec<String>,
    /// At least one, in the card's order.
    pub given_names: Vec<String>,
    pub album_number: String,
    /// Which edition of the card this is (a letter or a number; the duplicate's is another one).
    pub edition: String,
    /// None where the field is empty or holds something other than 11 digits (foreigners).
    pub pesel: Option<Pesel>,
    /// As signed. Law has moved validities without touching cards: this isn't the legal end.
    pub valid_until: Timestamp,
    pub signature: ElsSignature,
}

impl Els {
    /// Reads an EF.ELS image (padding may follow the structure) and checks its signature. `certificate`: the signer's
    /// (EF.CERT), used where the structure doesn't hold it.
    ///
    /// # Errors
    /// When this is no ELS. A signature that doesn't hold is no error: see [`ElsSignature::verdict`].
    pub fn parse(image: &[u8], certificate: Option<&[u8]>) -> Result<Self, ElsFault> {
        let signed = signature::Signed::parse(image)?;
        Self::of(&signed, certificate)
    }

    fn of(signed: &signature::Signed, certificate: Option<&[u8]>) -> Result<Self, ElsFault> {
        let signature = signed.verify(certificate);
        content::els(signed.content(), signature)
    }

    /// Whether the data was signed for this chip: the serial in the signed data is the hardware's. It counts only
    /// beside [`Verdict::Valid`].
    ///
    /// Makers spell the serial differently and none has published how, so it is taken in any of the four
    /// spellings, as the chip's number alone (4 bytes of the CPLC), or with the batch behind or before it (6 bytes).
    /// Two chips of different batches may bear the same number, so a card whose serial leaves out the batch proves
    /// that much less; a whole UID of the contactless side is no serial of the contact chip.
    pub fn sits_on(&self, chip: &ChipId) -> bool {
        let ChipId::Contact(serial) = chip else {
            return false;
        };
        let [a, b, c, d, batch @ ..] = serial.bytes() else {
            return false;
        };
        let number = [*a, *b, *c, *d];
        let accepted = [number.to_vec(), [&number, batch].concat(), [batch, &number].concat()];
        candidates(&self.chip_serial.0).iter().any(|bytes| accepted.contains(bytes))
    }

    /// The last day of validity as written on the card, whatever the hour beside it.
    pub fn valid_until_day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.valid_until).date()
    }
}

impl fmt::Debug for Els {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Els")
            .field("version", &self.version)
            .field("signature", &self.signature)
            .finish_non_exhaustive()
    }
}

/// A chip's serial as the signer spelt it. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedSerial(String);

impl SignedSerial {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SignedSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedSerial")
    }
}

/// The number of a person in Poland's register: 11 digits. `Debug` hides it, and its memory is overwritten after use
/// (the parsed structure that it was taken from lives for the parsing alone, and is freed as it is).
#[derive(Clone, PartialEq, Eq)]
pub struct Pesel(Zeroizing<String>);

impl Pesel {
    fn new(text: &str) -> Option<Self> {
        let digits = text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// For the one place that may show it, where the institution's profile allows that.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Pesel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pesel")
    }
}

/// Whether the data is as it was signed, and what its signer's certificate says. `Debug` shows the verdict alone.
#[derive(Clone, PartialEq, Eq)]
pub struct ElsSignature {
    pub verdict: Verdict,
    /// None without a certificate.
    pub certificate: Option<SignerCertificate>,
}

impl fmt::Debug for ElsSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.verdict.fmt(f)
    }
}

/// Of the signer's certificate what may be shown. Its other attributes (the signer's PESEL stands in one) are never
/// taken out of it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignerCertificate {
    pub signer: Named,
    pub issuer: Named,
    /// Shown, not judged: cards outlive the certificates that they were signed with.
    pub valid_from: Timestamp,
    pub valid_until: Timestamp,
}

impl fmt::Debug for SignerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerCertificate").finish_non_exhaustive()
    }
}

/// Organisation and common name, where the certificate has them and they hold no number as long as a PESEL.
#[derive(Clone, PartialEq, Eq)]
pub struct Named {
    pub organisation: Option<String>,
    pub common_name: Option<String>,
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Named").finish_non_exhaustive()
    }
}

/// What became of the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Digest and signature fit the data and the certificate that came along.
    Valid,
    /// The data isn't what was signed.
    DigestDiffers,
    /// The signature isn't that certificate's.
    SignatureWrong,
    /// Neither the structure nor EF.CERT holds the certificate that the signer names.
    NoCertificate,
    /// Neither RSA (PKCS #1 v1.5, 1024 to 4096 bits) nor ECDSA on P-256, or a digest other than SHA-1 and SHA-2.
    UnknownAlgorithm,
    /// The structure has no signer at all.
    Unsigned,
}

/// Why a student card's data couldn't be read. Each is a sentence of its own at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ElsFault {
    #[error("the card was taken away while its data was being read")]
    CardRemoved,
    #[error("the reader or the smart card service went away while the card's data was being read")]
    ReaderLost,
    #[error("the chip stopped answering while its data was being read")]
    ChipDoesNotAnswer,
    #[error("another program holds the card")]
    InUseElsewhere,
    /// Anything else of PC/SC: its error code, for support.
    #[error("the reader reported {pcsc:#010X}")]
    Unreadable { pcsc: u32 },
    /// The card has the application and refuses to give its data, with this status word.
    #[error("the card refused its data ({status:#06X})")]
    Refused { status: u16 },
    /// More commands than the largest file takes.
    #[error("the card doesn't come to an end")]
    Endless,
    #[error("the card's data is larger than its file can be")]
    TooLarge,
    /// The application is there and its file was never filled in.
    #[error("the card's data was never written")]
    Blank,
    #[error("the card's data is cut short")]
    Truncated,
    #[error("the card's data isn't DER")]
    NotDer,
    #[error("the card's data isn't CMS SignedData")]
    NotSignedData,
    #[error("the card's signed data isn't that of a student card")]
    OtherContentType,
    #[error("a field of the card's data has another form: {field:?}")]
    OddField { field: ElsField },
}

/// The fields of the signed content, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ElsField {
    Whole,
    Version,
    ChipSerial,
    University,
    Surnames,
    GivenNames,
    AlbumNumber,
    Edition,
    Pesel,
    ValidUntil,
}

impl From<CardFault> for ElsFault {
    fn from(fault: CardFault) -> Self {
        match fault {
            CardFault::Removed => ElsFault::CardRemoved,
            CardFault::Lost => ElsFault::ReaderLost,
            CardFault::Silent => ElsFault::ChipDoesNotAnswer,
            CardFault::Busy | CardFault::Reset => ElsFault::InUseElsewhere,
            CardFault::Other(pcsc) => ElsFault::Unreadable { pcsc },
        }
    }
}

/// How a reading ended early: a broken conversation may be tried again.
#[derive(Debug, PartialEq, Eq, Error)]
pub(crate) enum Broken {
    #[error(transparent)]
    Card(#[from] CardFault),
    #[error(transparent)]
    Els(#[from] ElsFault),
}

/// Reads a student card's data from its contact chip; None where the card has no ELS application. Needs no PIN and
/// changes nothing on the card, except which application is selected.
///
/// # Errors
/// See [`ElsFault`].
pub fn read_els(link: &mut dyn Link) -> Result<Option<Els>, ElsFault> {
    try_els(link).map_err(|broken| match broken {
        Broken::Card(fault) => fault.into(),
        Broken::Els(fault) => fault,
    })
}

pub(crate) fn try_els(link: &mut dyn Link) -> Result<Option<Els>, Broken> {
    let mut talk = Talk::new(link);
    if !talk.select_application()? {
        return Ok(None);
    }
    let image = talk.read(File::Els)?;
    let signed = signature::Signed::parse(&image)?;
    let certificate = if signed.has_certificate() { None } else { certificate(&mut talk)? };
    Ok(Some(Els::of(&signed, certificate.as_deref().map(Vec::as_slice))?))
}

/// EF.CERT. A card that doesn't give it leaves the signature unchecked, which the verdict says.
fn certificate(talk: &mut Talk<'_>) -> Result<Option<Zeroizing<Vec<u8>>>, CardFault> {
    match talk.read(File::Certificate) {
        Ok(image) => Ok(Some(image)),
        Err(Broken::Card(fault)) => Err(fault),
        Err(Broken::Els(_)) => Ok(None),
    }
}

/// The card's own number (ICCSN: EF.GDO 2F02 below the root, tag 5A, 8 to 10 bytes; ISO 7816-4, 8.1.1.2.4). None
/// where the card has none. Selects the root, so call it in a conversation of its own.
///
/// # Errors
/// When the conversation with the card breaks.
pub fn read_iccsn(link: &mut dyn Link) -> Result<Option<Vec<u8>>, CardFault> {
    match Talk::new(link).iccsn() {
        Ok(number) => Ok(number),
        Err(Broken::Card(fault)) => Err(fault),
        Err(Broken::Els(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests;
