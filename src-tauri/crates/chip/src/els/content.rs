//! The signed content: nine fields, told apart by their position.
//!
//! ```text
//! SEQUENCE { version INTEGER, chipSerial string, university string, surname SEQUENCE OF string,
//!            givenNames SEQUENCE OF string, albumNumber string, edition string, pesel string,
//!            validUntil GeneralizedTime }
//! ```
//! No specification of it is public: this is what cards hold. Strings are PrintableString or UTF8String as the maker
//! chose. What a later version may put behind the ninth field is passed over.

use der::{AnyRef, Decode, Reader, SliceReader, Tag, Tagged, asn1::GeneralizedTime};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use zeroize::Zeroizing;

use super::{Els, ElsFault, ElsField, ElsSignature, Pesel, SignedSerial};

/// More than any name or university needs.
const LONGEST_TEXT: usize = 400;
const MOST_NAMES: usize = 16;

pub(super) fn els(content: &[u8], signature: ElsSignature) -> Result<Els, ElsFault> {
    let whole = AnyRef::from_der(content).ok().filter(|whole| whole.tag() == Tag::Sequence);
    let mut fields = Fields::of(whole, ElsField::Whole)?;
    Ok(Els {
        version: fields.number(ElsField::Version)?,
        chip_serial: SignedSerial(fields.text(ElsField::ChipSerial)?),
        university: fields.text(ElsField::University)?,
        surnames: fields.names(ElsField::Surnames)?,
        given_names: fields.names(ElsField::GivenNames)?,
        album_number: fields.text(ElsField::AlbumNumber)?,
        edition: fields.text(ElsField::Edition)?,
        pesel: Pesel::new(&Zeroizing::new(fields.text(ElsField::Pesel)?)),
        valid_until: fields.time(ElsField::ValidUntil)?,
        signature,
    })
}

struct Fields<'a>(SliceReader<'a>);

impl<'a> Fields<'a> {
    fn of(sequence: Option<AnyRef<'a>>, field: ElsField) -> Result<Self, ElsFault> {
        let odd = ElsFault::OddField { field };
        SliceReader::new(sequence.ok_or(odd)?.value()).map(Self).map_err(|_| odd)
    }

    fn next(&mut self, field: ElsField) -> Result<AnyRef<'a>, ElsFault> {
        AnyRef::decode(&mut self.0).map_err(|_| ElsFault::OddField { field })
    }

    fn number(&mut self, field: ElsField) -> Result<u32, ElsFault> {
        self.next(field)?.decode_as().map_err(|_| ElsFault::OddField { field })
    }

    fn text(&mut self, field: ElsField) -> Result<String, ElsFault> {
        text(self.next(field)?).ok_or(ElsFault::OddField { field })
    }

    fn names(&mut self, field: ElsField) -> Result<Vec<String>, ElsFault> {
        let odd = ElsFault::OddField { field };
        let sequence = self.next(field)?;
        let mut inner = Self::of(Some(sequence).filter(|names| names.tag() == Tag::Sequence), field)?;
        let mut names = Vec::new();
        while !inner.0.is_finished() && names.len() < MOST_NAMES {
            names.push(inner.text(field)?);
        }
        if names.is_empty() || !inner.0.is_finished() { Err(odd) } else { Ok(names) }
    }

    fn time(&mut self, field: ElsField) -> Result<Timestamp, ElsFault> {
        let odd = ElsFault::OddField { field };
        let value = self.next(field)?;
        if value.tag() != Tag::GeneralizedTime {
            return Err(odd);
        }
        let strict = value.decode_as::<GeneralizedTime>().ok();
        let strict = strict
            .and_then(|time| Timestamp::new(time.to_unix_duration().as_secs().try_into().ok()?, 0).ok());
        // Beside DER's form (…Z), the one without a zone, which BER knows.
        let local = || {
            let digits = std::str::from_utf8(value.value()).ok()?;
            let written = DateTime::strptime("%Y%m%d%H%M%S", digits).ok()?;
            TimeZone::UTC.to_timestamp(written).ok()
        };
        strict.or_else(local).ok_or(odd)
    }
}

/// PrintableString is read as UTF-8 too: makers put letters into it that it doesn't have.
fn text(value: AnyRef<'_>) -> Option<String> {
    if !matches!(value.tag(), Tag::Utf8String | Tag::PrintableString) || value.value().len() > LONGEST_TEXT {
        return None;
    }
    let text = std::str::from_utf8(value.value()).ok()?;
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}
