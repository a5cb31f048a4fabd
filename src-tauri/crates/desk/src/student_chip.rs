//! From the signed data of a student card's contact chip to what the window is shown. The holder's PESEL stops here.

use chip::{ChipId, Els, ElsFault, Named};

use crate::view::{ChipDataFault, ChipSignature, StudentChip, StudentData};

/// What the chip with this identity says; none where it isn't a student card.
pub(crate) fn said(read: Result<Option<Els>, ElsFault>, identity: &ChipId) -> Option<StudentChip> {
    match read {
        Ok(None) => None,
        Ok(Some(els)) => Some(StudentChip::Read { data: Box::new(data(&els, identity)) }),
        Err(fault) => Some(StudentChip::Unreadable { why: why(fault) }),
    }
}

fn data(els: &Els, identity: &ChipId) -> StudentData {
    let certificate = els.signature.certificate.as_ref();
    let called = |named: &Named| named.organisation.clone().or_else(|| named.common_name.clone());
    StudentData {
        name: [els.given_names.join(" "), els.surnames.join(" ")].join(" "),
        album_number: els.album_number.clone(),
        university: els.university.clone(),
        edition: els.edition.clone(),
        valid_until: els.valid_until_day().to_string(),
        signature: match els.signature.verdict {
            chip::Verdict::Valid => ChipSignature::Valid,
            chip::Verdict::DigestDiffers => ChipSignature::DigestDiffers,
            chip::Verdict::SignatureWrong => ChipSignature::Wrong,
            chip::Verdict::NoCertificate => ChipSignature::NoCertificate,
            chip::Verdict::UnknownAlgorithm => ChipSignature::UnknownAlgorithm,
            chip::Verdict::Unsigned => ChipSignature::Unsigned,
        },
        signer: certificate.and_then(|it| called(&it.signer)),
        issuer: certificate.and_then(|it| called(&it.issuer)),
        here: els.sits_on(identity),
    }
}

fn why(fault: ElsFault) -> ChipDataFault {
    match fault {
        ElsFault::CardRemoved
        | ElsFault::ReaderLost
        | ElsFault::ChipDoesNotAnswer
        | ElsFault::InUseElsewhere
        | ElsFault::Unreadable { .. } => ChipDataFault::NotRead,
        ElsFault::Refused { .. } => ChipDataFault::Refused,
        ElsFault::Blank => ChipDataFault::Blank,
        ElsFault::Endless
        | ElsFault::TooLarge
        | ElsFault::Truncated
        | ElsFault::NotDer
        | ElsFault::NotSignedData
        | ElsFault::OtherContentType
        | ElsFault::OddField { .. } => ChipDataFault::Damaged,
    }
}
