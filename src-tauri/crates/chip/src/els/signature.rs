//! The signed structure (CMS SignedData, RFC 5652) and its signature.

use cms::{
    cert::CertificateChoices,
    content_info::ContentInfo,
    signed_data::{SignedData, SignerIdentifier, SignerInfo},
};
use der::{
    Decode, DecodeValue, Encode, EncodingRules, SliceReader, Tag, Tagged,
    asn1::{ObjectIdentifier, OctetStringRef, SetOfVec},
    referenced::OwnedToRef,
};
use jiff::Timestamp;
use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::{
    Pkcs1v15Sign, RsaPublicKey,
    sha2::{Digest, Sha256, Sha384, Sha512},
    traits::PublicKeyParts,
};
use sha1_of_rsa::Sha1;
use x509_cert::{Certificate, ext::pkix::SubjectKeyIdentifier, name::Name, time::Time};

use super::{ElsFault, ElsSignature, Named, SignerCertificate, Verdict, card};

const fn oid(dotted: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(dotted)
}

const SIGNED_DATA: ObjectIdentifier = oid("1.2.840.113549.1.7.2");
const ELS_CONTENT: ObjectIdentifier = oid("1.2.616.1.101.4.1.1.1");
const CONTENT_TYPE: ObjectIdentifier = oid("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = oid("1.2.840.113549.1.9.4");
const RSA: ObjectIdentifier = oid("1.2.840.113549.1.1.1");
const EC_KEY: ObjectIdentifier = oid("1.2.840.10045.2.1");
const P256: ObjectIdentifier = oid("1.2.840.10045.3.1.7");

/// A structure that holds a student card's content.
pub(super) struct Signed {
    data: SignedData,
}

impl Signed {
    pub(super) fn parse(image: &[u8]) -> Result<Self, ElsFault> {
        let whole = card::structure(image)?;
        let image = image.get(..whole).ok_or(ElsFault::Truncated)?;
        let info = ContentInfo::from_der(image).map_err(|_| ElsFault::NotSignedData)?;
        if info.content_type != SIGNED_DATA {
            return Err(ElsFault::NotSignedData);
        }
        // By BER's rules, which are DER's and more: makers leave sets unsorted. (Besides, sorting a hostile set takes
        // time by the square of its size.)
        let data = SliceReader::new_with_encoding_rules(info.content.value(), EncodingRules::Ber)
            .and_then(|mut reader| {
                let content: der::AnyRef<'_> = (&info.content).into();
                content.tag().assert_eq(Tag::Sequence)?;
                SignedData::decode_value(&mut reader, content.header())
            })
            .map_err(|_| ElsFault::NotSignedData)?;
        if data.encap_content_info.econtent_type != ELS_CONTENT {
            return Err(ElsFault::OtherContentType);
        }
        let signed = Self { data };
        if signed.content().is_empty() { Err(ElsFault::NotSignedData) } else { Ok(signed) }
    }

    /// The content's octets; none where the structure has none (a detached signature).
    pub(super) fn content(&self) -> &[u8] {
        let content = self.data.encap_content_info.econtent.as_ref();
        let octets = content.and_then(|content| content.decode_as::<&OctetStringRef>().ok());
        octets.map(OctetStringRef::as_bytes).unwrap_or_default()
    }

    /// Whether the structure holds the certificate that its signer names.
    pub(super) fn has_certificate(&self) -> bool {
        self.signer().is_none_or(|signer| self.own_certificate(signer).is_some())
    }

    /// Cards have one signer; of several the first counts.
    fn signer(&self) -> Option<&SignerInfo> {
        self.data.signer_infos.0.iter().next()
    }

    fn own_certificate(&self, signer: &SignerInfo) -> Option<&Certificate> {
        let all = self.data.certificates.iter().flat_map(|set| set.0.iter());
        all.filter_map(|choice| match choice {
            CertificateChoices::Certificate(certificate) => Some(certificate),
            CertificateChoices::Other(_) => None,
        })
        .find(|certificate| names(&signer.sid, certificate))
    }

    /// Checks digest and signature with the certificate that came along, in the structure or beside it.
    pub(super) fn verify(&self, beside: Option<&[u8]>) -> ElsSignature {
        let Some(signer) = self.signer() else {
            return ElsSignature { verdict: Verdict::Unsigned, certificate: None };
        };
        let beside = beside.and_then(|der| {
            let whole = card::structure(der).ok()?;
            Certificate::from_der(der.get(..whole)?).ok()
        });
        let beside = beside.as_ref().filter(|certificate| names(&signer.sid, certificate));
        let Some(certificate) = self.own_certificate(signer).or(beside) else {
            return ElsSignature { verdict: Verdict::NoCertificate, certificate: None };
        };
        let verdict = verdict(signer, self.content(), certificate);
        ElsSignature { verdict, certificate: shown(certificate) }
    }
}

/// Whether the signer names this certificate as its own.
fn names(signer: &SignerIdentifier, certificate: &Certificate) -> bool {
    let tbs = certificate.tbs_certificate();
    match signer {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == *tbs.issuer() && named.serial_number == *tbs.serial_number()
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => {
            matches!(tbs.get_extension::<SubjectKeyIdentifier>(), Ok(Some((_, own))) if own == *named)
        }
    }
}

/// RFC 5652, 5.4 and 5.6.
fn verdict(signer: &SignerInfo, content: &[u8], certificate: &Certificate) -> Verdict {
    let Some(digest) = Hash::of_digest(&signer.digest_alg.oid) else {
        return Verdict::UnknownAlgorithm;
    };
    let signature = &signer.signature_algorithm.oid;
    let key = match certificate.tbs_certificate().subject_public_key_info().algorithm.oid {
        RSA if *signature == RSA => Some(digest),
        RSA => Hash::of_rsa(signature),
        EC_KEY if *signature == EC_KEY => Some(digest),
        EC_KEY => Hash::of_ecdsa(signature),
        _ => None,
    };
    let Some(hash) = key else {
        return Verdict::UnknownAlgorithm;
    };
    let Some(attributes) = &signer.signed_attrs else {
        return holds(certificate, hash, content, signer.signature.as_bytes());
    };
    let attribute = |wanted: ObjectIdentifier| {
        let mut found = attributes.iter().filter(|attribute| attribute.oid == wanted);
        let only = found.next().filter(|only| only.values.len() == 1)?;
        if found.next().is_some() { None } else { only.values.get(0) }
    };
    let signed_digest = attribute(MESSAGE_DIGEST).and_then(|value| value.decode_as::<&OctetStringRef>().ok());
    if signed_digest.map(OctetStringRef::as_bytes) != Some(digest.over(content).as_slice()) {
        return Verdict::DigestDiffers;
    }
    // The type is signed too, so that data can't be passed off as another kind of data.
    let signed_type = attribute(CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    if signed_type != Some(ELS_CONTENT) {
        return Verdict::SignatureWrong;
    }
    // What is signed is the set sorted by DER. Signers that send it unsorted sign it unsorted as well, or don't.
    let sorted = (attributes.len() <= 32).then(|| SetOfVec::try_from(attributes.as_slice().to_vec()));
    let forms = [attributes.to_der().ok(), sorted.and_then(Result::ok).and_then(|set| set.to_der().ok())];
    let mut last = None;
    for form in forms.into_iter().flatten() {
        if last.as_ref().is_some_and(|(before, _)| *before == form) {
            continue;
        }
        let verdict = holds(certificate, hash, &form, signer.signature.as_bytes());
        if verdict == Verdict::Valid {
            return verdict;
        }
        last = Some((form, verdict));
    }
    last.map_or(Verdict::SignatureWrong, |(_, verdict)| verdict)
}

/// Whether this is the certificate's key's signature of the message.
fn holds(certificate: &Certificate, hash: Hash, message: &[u8], signature: &[u8]) -> Verdict {
    let key = certificate.tbs_certificate().subject_public_key_info();
    let digest = hash.over(message);
    let held = if key.algorithm.oid == RSA {
        let key = RsaPublicKey::try_from(key.owned_to_ref()).ok().filter(|key| key.size() <= 512);
        key.map(|key| key.verify(hash.pkcs1(), &digest, signature).is_ok())
    } else {
        let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as().ok());
        let point = key.subject_public_key.raw_bytes();
        let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok().filter(|_| curve == Some(P256));
        let signature = p256::ecdsa::Signature::from_der(signature);
        key.map(|key| signature.is_ok_and(|signature| key.verify_prehash(&digest, &signature).is_ok()))
    };
    match held {
        Some(true) => Verdict::Valid,
        Some(false) => Verdict::SignatureWrong,
        None => Verdict::UnknownAlgorithm,
    }
}

#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn of_digest(named: &ObjectIdentifier) -> Option<Self> {
        const SHA_1: ObjectIdentifier = oid("1.3.14.3.2.26");
        const SHA_256: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.1");
        const SHA_384: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.2");
        const SHA_512: ObjectIdentifier = oid("2.16.840.1.101.3.4.2.3");
        Self::one_of(named, [SHA_1, SHA_256, SHA_384, SHA_512])
    }

    fn of_rsa(named: &ObjectIdentifier) -> Option<Self> {
        const WITH_SHA_1: ObjectIdentifier = oid("1.2.840.113549.1.1.5");
        const WITH_SHA_256: ObjectIdentifier = oid("1.2.840.113549.1.1.11");
        const WITH_SHA_384: ObjectIdentifier = oid("1.2.840.113549.1.1.12");
        const WITH_SHA_512: ObjectIdentifier = oid("1.2.840.113549.1.1.13");
        Self::one_of(named, [WITH_SHA_1, WITH_SHA_256, WITH_SHA_384, WITH_SHA_512])
    }

    fn of_ecdsa(named: &ObjectIdentifier) -> Option<Self> {
        const WITH_SHA_1: ObjectIdentifier = oid("1.2.840.10045.4.1");
        const WITH_SHA_256: ObjectIdentifier = oid("1.2.840.10045.4.3.2");
        const WITH_SHA_384: ObjectIdentifier = oid("1.2.840.10045.4.3.3");
        const WITH_SHA_512: ObjectIdentifier = oid("1.2.840.10045.4.3.4");
        Self::one_of(named, [WITH_SHA_1, WITH_SHA_256, WITH_SHA_384, WITH_SHA_512])
    }

    fn one_of(named: &ObjectIdentifier, known: [ObjectIdentifier; 4]) -> Option<Self> {
        let all = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];
        known.iter().zip(all).find(|(known, _)| *known == named).map(|(_, hash)| hash)
    }

    fn over(self, data: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(data).to_vec(),
            Self::Sha256 => Sha256::digest(data).to_vec(),
            Self::Sha384 => Sha384::digest(data).to_vec(),
            Self::Sha512 => Sha512::digest(data).to_vec(),
        }
    }

    fn pkcs1(self) -> Pkcs1v15Sign {
        match self {
            Self::Sha1 => Pkcs1v15Sign::new::<Sha1>(),
            Self::Sha256 => Pkcs1v15Sign::new::<Sha256>(),
            Self::Sha384 => Pkcs1v15Sign::new::<Sha384>(),
            Self::Sha512 => Pkcs1v15Sign::new::<Sha512>(),
        }
    }
}

/// None for a certificate with impossible times.
fn shown(certificate: &Certificate) -> Option<SignerCertificate> {
    let tbs = certificate.tbs_certificate();
    let time = |time: Time| Timestamp::new(time.to_unix_duration().as_secs().try_into().ok()?, 0).ok();
    Some(SignerCertificate {
        signer: named(tbs.subject()),
        issuer: named(tbs.issuer()),
        valid_from: time(tbs.validity().not_before)?,
        valid_until: time(tbs.validity().not_after)?,
    })
}

fn named(name: &Name) -> Named {
    let plain = |text: String| {
        let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or_default();
        (longest < 11 && text.len() <= 400).then_some(text)
    };
    let organisation = name.organization().ok().flatten().map(|text| text.value().into_owned());
    let common_name = name.common_name().ok().flatten().map(|text| text.value().into_owned());
    Named { organisation: organisation.and_then(plain), common_name: common_name.and_then(plain) }
}
