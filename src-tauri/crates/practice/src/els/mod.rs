//! The electronic side of practice student cards (the Polish ELS): structures signed by an authority of the practice
//! world, right ones and broken ones, and cards that hold them.
//!
//! The keys under `authority/` were made for practice with OpenSSL and stand in the repository for everybody to
//! see: a signature by them proves nothing. The root's key was thrown away. In the certificates, as in those of real
//! signers, stands a PESEL of nobody (that of textbooks), which no desk may show.

mod card;
mod der;

pub use card::{Application, Maker};

use jiff::civil::Date;
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::sha2::{Digest as _, Sha256};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha1_of_rsa::Sha1;

const RSA_CERTIFICATE: &[u8] = include_bytes!("authority/rsa.cert.der");
const RSA_KEY: &[u8] = include_bytes!("authority/rsa.practice-key.der");
const P256_CERTIFICATE: &[u8] = include_bytes!("authority/p256.cert.der");
const P256_KEY: &[u8] = include_bytes!("authority/p256.practice-key.der");

// 1.2.840.113549.1.7.2, 1.2.616.1.101.4.1.1.1, and the attributes 1.2.840.113549.1.9.3 and .4
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
const ELS: &[u8] = &[0x2A, 0x84, 0x68, 0x01, 0x65, 0x04, 0x01, 0x01, 0x01];
const CONTENT_TYPE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04];
const SHA1: &[u8] = &[0x2B, 0x0E, 0x03, 0x02, 0x1A];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
const ECDSA_SHA256: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02];

/// What a student card says of its student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// As the signer spells it: [`Contents::of_chip`] takes upper-case hexadecimal digits of serial and batch.
    pub chip_serial: String,
    pub university: String,
    pub surnames: Vec<String>,
    pub given_names: Vec<String>,
    pub album_number: String,
    pub edition: String,
    /// Empty for those who have none.
    pub pesel: String,
    pub valid_until: Date,
}

impl Contents {
    /// Somebody invented, on the chip with this serial and batch.
    pub fn of_chip(serial: [u8; 6]) -> Self {
        Self {
            chip_serial: hex::encode_upper(serial),
            university: "Politechnika Ćwiczebna".to_owned(),
            surnames: vec!["Wzorcowa".to_owned(), "Próbna".to_owned()],
            given_names: vec!["Żaneta".to_owned(), "Łucja".to_owned()],
            album_number: "090123".to_owned(),
            edition: "A".to_owned(),
            pesel: "02270803628".to_owned(),
            valid_until: jiff::civil::date(2026, 10, 31),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let names =
            |names: &[String]| der::sequence(&names.iter().map(|name| der::utf8(name)).collect::<Vec<_>>());
        let until = format!("{}235959Z", self.valid_until.strftime("%Y%m%d"));
        der::sequence(&[
            der::integer(1),
            der::printable(&self.chip_serial),
            der::utf8(&self.university),
            names(&self.surnames),
            names(&self.given_names),
            der::printable(&self.album_number),
            der::printable(&self.edition),
            der::printable(&self.pesel),
            der::object(0x18, until.as_bytes()),
        ])
    }
}

/// The signer's algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    RsaSha1,
    RsaSha256,
    EcdsaSha256,
}

/// How a structure departs from a right one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flaw {
    #[default]
    None,
    /// A bit of the signature is another one.
    Signature,
    /// The content was changed after signing: a later year.
    Digest,
    /// Another content type (id-data).
    ContentType,
    /// No attributes are signed: the signature is over the content itself. (CMS allows it; no flaw by itself.)
    NoAttributes,
    /// A structure without a signer.
    Unsigned,
    /// Another algorithm's name beside the signature (1.2.840.113549.1.1.10, PSS).
    Algorithm,
}

/// The contents of a card's two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    pub ef_els: Vec<u8>,
    /// The signer's certificate.
    pub ef_cert: Vec<u8>,
}

impl Structure {
    /// A right structure, which holds its signer's certificate.
    pub fn signed(contents: &Contents, signing: Signing) -> Self {
        Self::with(contents, signing, true, Flaw::None)
    }

    /// A structure with or without its signer's certificate, and with a flaw.
    pub fn with(contents: &Contents, signing: Signing, own_certificate: bool, flaw: Flaw) -> Self {
        let certificate = if signing == Signing::EcdsaSha256 { P256_CERTIFICATE } else { RSA_CERTIFICATE };
        let content = contents.encode();
        let mut shown = content.clone();
        if flaw == Flaw::Digest
            && let Some(digit) =
                shown.iter().rposition(|byte| *byte == b'Z').and_then(|z| shown.get_mut(z - 11))
        {
            *digit += 1; // the year's last digit
        }
        let kind = if flaw == Flaw::ContentType { &SIGNED_DATA[..8] } else { ELS };
        let kind = if flaw == Flaw::ContentType { [kind, &[0x01]].concat() } else { kind.to_vec() };
        let digest_algorithm = der::algorithm(if signing == Signing::RsaSha1 { SHA1 } else { SHA256 }, true);
        let signers = if flaw == Flaw::Unsigned {
            Vec::new()
        } else {
            vec![signer(&content, &kind, signing, certificate, &digest_algorithm, flaw)]
        };
        let data = der::sequence(&[
            der::integer(1),
            der::set(vec![digest_algorithm]),
            der::sequence(&[der::identifier(&kind), der::object(0xA0, &der::octets(&shown))]),
            if own_certificate { der::object(0xA0, certificate) } else { Vec::new() },
            der::set(signers),
        ]);
        let ef_els = der::sequence(&[der::identifier(SIGNED_DATA), der::object(0xA0, &data)]);
        Self { ef_els, ef_cert: certificate.to_vec() }
    }

    /// The same, of which the file holds only the first bytes.
    pub fn truncated(mut self, length: usize) -> Self {
        self.ef_els.truncate(length);
        self
    }

    /// Any bytes at all where the structure should be.
    pub fn hostile(ef_els: Vec<u8>) -> Self {
        Self { ef_els, ef_cert: Vec::new() }
    }
}

/// Files that are made to hurt whoever reads them, each with its name.
pub fn hostile_images() -> Vec<(&'static str, Vec<u8>)> {
    let nested = |tag: u8| (0..6_000).fold(Vec::new(), |inner, _| der::object(tag, &inner));
    let within = |value: Vec<u8>| {
        der::sequence(&[der::identifier(SIGNED_DATA), der::object(0xA0, &der::object(0x30, &value))])
    };
    let many: Vec<u8> = (0..5_000_u16)
        .rev()
        .flat_map(|n| [0x30, 0x04, 0x06, 0x02, (n >> 7) as u8 & 0x7F, n as u8 & 0x7F])
        .collect();
    vec![
        ("a length of 4 GiB", vec![0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]),
        ("a length of 64 KiB", [vec![0x30, 0x82, 0xFF, 0xFF], vec![0x41; 700]].concat()),
        ("a length of a length", vec![0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        ("no end", [vec![0x30, 0x80], [0x30, 0x80].repeat(2_000)].concat()),
        ("no end inside", within([0x30, 0x80].repeat(4_000))),
        ("sequences in sequences", nested(0x30)),
        ("sets in sets", within(nested(0x31))),
        ("strings in strings", within([vec![0x02, 0x01, 0x01, 0x31, 0x00], nested(0x24)].concat())),
        ("a set of thousands", within([vec![0x02, 0x01, 0x01], der::object(0x31, &many)].concat())),
        ("nothing in it", vec![0x30, 0x00]),
        ("erased", vec![0xFF; 512]),
        ("never written", vec![0x00; 512]),
        ("another thing", vec![0x04, 0x03, 0x01, 0x02, 0x03, 0x00]),
    ]
}

fn signer(
    content: &[u8],
    kind: &[u8],
    signing: Signing,
    certificate: &[u8],
    digest_algorithm: &[u8],
    flaw: Flaw,
) -> Vec<u8> {
    let digest = match signing {
        Signing::RsaSha1 => Sha1::digest(content).to_vec(),
        Signing::RsaSha256 | Signing::EcdsaSha256 => Sha256::digest(content).to_vec(),
    };
    let attribute =
        |name: &[u8], value: Vec<u8>| der::sequence(&[der::identifier(name), der::set(vec![value])]);
    let attributes =
        vec![attribute(CONTENT_TYPE, der::identifier(kind)), attribute(MESSAGE_DIGEST, der::octets(&digest))];
    let attributes = der::set(attributes);
    let bare = flaw == Flaw::NoAttributes;
    let mut signature = sign(signing, if bare { content } else { &attributes });
    if flaw == Flaw::Signature
        && let Some(last) = signature.last_mut()
    {
        *last ^= 1;
    }
    let algorithm = match signing {
        _ if flaw == Flaw::Algorithm => der::algorithm(&[&RSA[..8], &[0x0A]].concat(), true),
        Signing::RsaSha1 | Signing::RsaSha256 => der::algorithm(RSA, true),
        Signing::EcdsaSha256 => der::algorithm(ECDSA_SHA256, false),
    };
    // In the structure the set bears another tag than it was signed with (RFC 5652, 5.4).
    let implicit = [&[0xA0], attributes.get(1..).unwrap_or_default()].concat();
    der::sequence(&[
        der::integer(1),
        issuer_and_serial(certificate).unwrap_or_default(),
        digest_algorithm.to_vec(),
        if bare { Vec::new() } else { implicit },
        algorithm,
        der::octets(&signature),
    ])
}

/// Deterministic, as PKCS #1 v1.5 is and RFC 6979 makes ECDSA. The keys are part of the program: one that can't be
/// read is an empty signature, which the tests would find.
fn sign(signing: Signing, message: &[u8]) -> Vec<u8> {
    let by_rsa = |padding: Pkcs1v15Sign, digest: &[u8]| {
        RsaPrivateKey::from_pkcs8_der(RSA_KEY).ok().and_then(|key| key.sign(padding, digest).ok())
    };
    let signature = match signing {
        Signing::RsaSha1 => by_rsa(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(message)),
        Signing::RsaSha256 => by_rsa(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message)),
        Signing::EcdsaSha256 => p256::ecdsa::SigningKey::from_pkcs8_der(P256_KEY).ok().map(|key| {
            let signature: p256::ecdsa::Signature = key.sign(message);
            signature.to_der().as_bytes().to_vec()
        }),
    };
    signature.unwrap_or_default()
}

/// Issuer and serial number, cut out of a certificate: TBSCertificate { [0] version, serial, algorithm, issuer, …
fn issuer_and_serial(certificate: &[u8]) -> Option<Vec<u8>> {
    let tbs = der::open(der::open(certificate)?.0)?.0;
    let (_, from_serial) = der::open(tbs)?;
    let (_, from_algorithm) = der::open(from_serial)?;
    let (_, from_issuer) = der::open(from_algorithm)?;
    let (_, after_issuer) = der::open(from_issuer)?;
    let serial = from_serial.get(..from_serial.len() - from_algorithm.len())?;
    let issuer = from_issuer.get(..from_issuer.len() - after_issuer.len())?;
    Some(der::sequence(&[issuer.to_vec(), serial.to_vec()]))
}

#[cfg(test)]
mod tests;
