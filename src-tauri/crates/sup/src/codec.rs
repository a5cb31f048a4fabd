//! How a parameter is encrypted: a profile, since the document doesn't say.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretSlice};
use wire::Dice;

/// Which cipher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// Key of 32 bytes, nonce of 24, the tag of 16 bytes after the ciphertext, no associated data.
    XChaCha20Poly1305,
}

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Base64 with `-` and `_`, without padding.
    Base64Url,
    /// Base64 with `+` and `/`, padded; percent-encoded where it stands in a path.
    Base64,
    /// Hexadecimal, lower case.
    Hex,
}

/// What the vendor has told about the encryption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodecProfile {
    /// Which cipher.
    pub algorithm: Algorithm,
    /// How the nonce stands in `X-Nonce`.
    pub nonce_encoding: Encoding,
    /// How the ciphertext with its tag stands in the path.
    pub ciphertext_encoding: Encoding,
}

/// An example by which the profile and key are proved: this text, with this nonce, is this ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct TestVector {
    /// The plain text.
    pub plain: String,
    /// The nonce, in the profile's encoding.
    pub nonce: String,
    /// The ciphertext with its tag, in the profile's encoding.
    pub sealed: String,
}

/// Why a profile can't be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The key hasn't the length that the algorithm needs.
    #[error("the key must have {needed} bytes")]
    KeyLength {
        /// How many bytes it must have.
        needed: usize,
    },
    /// Profile and key don't make the test vector's ciphertext out of its text.
    #[error("profile and key don't reproduce the test vector")]
    TestVector,
    /// The cipher refused to work.
    #[error("the parameter could not be encrypted")]
    Sealing,
}

/// Encrypts parameters.
pub struct Codec {
    profile: CodecProfile,
    cipher: XChaCha20Poly1305,
}

/// A parameter as it is sent.
pub(crate) struct Sealed {
    /// For `X-Nonce`.
    pub nonce: String,
    /// For the path, not yet percent-encoded.
    pub text: String,
}

const NONCE: usize = 24;

impl Codec {
    /// A codec by `profile` with `key`. With `test_vector` it is proved at once; without, the first proof is the
    /// vendor's answer.
    pub fn new(
        profile: CodecProfile,
        key: SecretSlice<u8>,
        test_vector: Option<&TestVector>,
    ) -> Result<Self, CodecError> {
        let Algorithm::XChaCha20Poly1305 = profile.algorithm;
        let cipher = XChaCha20Poly1305::new_from_slice(key.expose_secret())
            .map_err(|_| CodecError::KeyLength { needed: 32 })?;
        let codec = Self { profile, cipher };
        if let Some(vector) = test_vector {
            let nonce = profile.nonce_encoding.decode(&vector.nonce).and_then(|nonce| nonce.try_into().ok());
            let sealed = codec.seal_with(nonce.ok_or(CodecError::TestVector)?, &vector.plain)?;
            if sealed.text != vector.sealed {
                return Err(CodecError::TestVector);
            }
        }
        Ok(codec)
    }

    /// Encrypts `plain` with a fresh nonce.
    pub(crate) fn seal(&self, plain: &str, dice: &dyn Dice) -> Result<Sealed, CodecError> {
        let mut nonce = [0; NONCE];
        dice.fill(&mut nonce);
        self.seal_with(nonce, plain)
    }

    fn seal_with(&self, nonce: [u8; NONCE], plain: &str) -> Result<Sealed, CodecError> {
        let sealed =
            self.cipher.encrypt(&XNonce::from(nonce), plain.as_bytes()).map_err(|_| CodecError::Sealing)?;
        let profile = self.profile;
        Ok(Sealed {
            nonce: profile.nonce_encoding.encode(&nonce),
            text: profile.ciphertext_encoding.encode(&sealed),
        })
    }
}

impl Encoding {
    fn encode(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
            Self::Base64 => STANDARD.encode(bytes),
            Self::Hex => hex::encode(bytes),
        }
    }

    fn decode(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Base64Url => URL_SAFE_NO_PAD.decode(text).ok(),
            Self::Base64 => STANDARD.decode(text).ok(),
            Self::Hex => hex::decode(text).ok(),
        }
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec").field("profile", &self.profile).finish_non_exhaustive()
    }
}

impl fmt::Debug for TestVector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestVector").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: CodecProfile = CodecProfile {
        algorithm: Algorithm::XChaCha20Poly1305,
        nonce_encoding: Encoding::Hex,
        ciphertext_encoding: Encoding::Hex,
    };

    fn key() -> SecretSlice<u8> {
        (0x80..0xa0).collect::<Vec<u8>>().into()
    }

    /// Nonce and key of draft-irtf-cfrg-xchacha-03, appendix A.3.1. The ciphertext there begins with these bytes;
    /// its tag is over associated data, which we have none of.
    #[test]
    fn the_cipher_is_that_of_the_draft() {
        let nonce = hex::decode("404142434445464748494a4b4c4d4e4f5051525354555657").unwrap();
        let codec = Codec::new(HEX, key(), None).unwrap();
        let plain = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
                     sunscreen would be it.";
        let sealed = codec.seal_with(nonce.try_into().unwrap(), plain).unwrap();
        assert!(
            sealed
                .text
                .starts_with("bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b")
        );
        assert_eq!(sealed.text.len(), 2 * (plain.len() + 16), "the tag stands at the end");
    }

    #[test]
    fn a_test_vector_proves_profile_and_key() {
        let codec = Codec::new(HEX, key(), None).unwrap();
        let nonce = [7; NONCE];
        let sealed = codec.seal_with(nonce, "id").unwrap();
        let vector = TestVector { plain: "id".into(), nonce: sealed.nonce, sealed: sealed.text };
        assert!(Codec::new(HEX, key(), Some(&vector)).is_ok());
        let another_key = vec![1; 32].into();
        assert_eq!(Codec::new(HEX, another_key, Some(&vector)).unwrap_err(), CodecError::TestVector);
        let another_encoding = CodecProfile { nonce_encoding: Encoding::Base64, ..HEX };
        assert_eq!(Codec::new(another_encoding, key(), Some(&vector)).unwrap_err(), CodecError::TestVector);
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let error = Codec::new(HEX, vec![1; 31].into(), None).unwrap_err();
        assert_eq!(error, CodecError::KeyLength { needed: 32 });
    }

    #[test]
    fn each_encoding_is_what_its_name_says() {
        let bytes = [0xfb, 0xff, 0xbf, 0x00];
        assert_eq!(Encoding::Base64Url.encode(&bytes), "-_-_AA");
        assert_eq!(Encoding::Base64.encode(&bytes), "+/+/AA==");
        assert_eq!(Encoding::Hex.encode(&bytes), "fbffbf00");
    }
}
