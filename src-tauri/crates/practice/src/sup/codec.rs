//! The practice codec of `idCard`: XChaCha20-Poly1305, 24 bytes of nonce, the tag at the end, both in base64url
//! without padding. The vendor's own scheme isn't public (decisions SUP N1, N2).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

pub(super) const NONCE_LENGTH: usize = 24;

/// A nonce as it stands in `X-Nonce`.
pub(super) fn nonce(header: &str) -> Option<[u8; NONCE_LENGTH]> {
    URL_SAFE_NO_PAD.decode(header).ok()?.try_into().ok()
}

/// The text behind an encrypted path parameter. None: not base64url, or not sealed by this key and nonce.
pub(super) fn open(key: &[u8; 32], nonce: &[u8; NONCE_LENGTH], parameter: &str) -> Option<String> {
    let sealed = URL_SAFE_NO_PAD.decode(parameter).ok()?;
    String::from_utf8(unseal(key, nonce, &sealed, b"")?).ok()
}

fn unseal(key: &[u8; 32], nonce: &[u8; NONCE_LENGTH], sealed: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(key.into());
    cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: sealed, aad }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_the_vector_of_draft_irtf_cfrg_xchacha_a_3_1() {
        let key: [u8; 32] = std::array::from_fn(|n| 0x80 + n as u8);
        let nonce: [u8; 24] = std::array::from_fn(|n| 0x40 + n as u8);
        let aad = hex::decode("50515253c0c1c2c3c4c5c6c7").unwrap();
        let sealed = hex::decode(concat!(
            "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb",
            "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452",
            "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9",
            "21f9664c97637da9768812f615c68b13b52e",
            "c0875924c1c7987947deafd8780acf49",
        ))
        .unwrap();
        let plain = unseal(&key, &nonce, &sealed, &aad).unwrap();
        assert_eq!(
            String::from_utf8(plain).unwrap(),
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
             sunscreen would be it."
        );
        let mut broken = sealed;
        broken[0] ^= 1;
        assert_eq!(unseal(&key, &nonce, &broken, &aad), None);
    }

    #[test]
    fn a_nonce_is_24_bytes_in_base64url_without_padding() {
        assert!(nonce(&URL_SAFE_NO_PAD.encode([0xFF; 24])).is_some());
        assert!(nonce(&URL_SAFE_NO_PAD.encode([0xFF; 12])).is_none());
        assert!(nonce("").is_none() && nonce("++++").is_none());
    }
}
