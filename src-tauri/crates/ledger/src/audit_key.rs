//! The keys of the people that the audit is about: table `audit_key`. Erasing a person is deleting their key: what
//! the audit says of them stays in its chain and is never read again.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};

use crate::sql::{Tx, query};
use crate::{Ledger, LedgerError, PersonKey};

/// Of XChaCha20-Poly1305: long enough to be drawn at random each time.
pub(crate) const NONCE: usize = 24;

impl Ledger {
    /// Deletes a person's key, for an erasure. Whether there was one. A backup made before still has it: those have
    /// to be thrown away in their time.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be kept.
    pub async fn forget_audit_key(&self, person: &PersonKey) -> Result<bool, LedgerError> {
        let done = query("DELETE FROM audit_key WHERE person = $1")
            .bind(person.to_string())
            .execute(self.writer())
            .await?;
        Ok(done > 0)
    }
}

/// A person's key; `fresh` becomes it, where there's none.
pub(crate) async fn of(tx: &mut Tx, person: &str, fresh: &[u8]) -> Result<Vec<u8>, LedgerError> {
    query("INSERT INTO audit_key (person, key) VALUES ($1, $2) ON CONFLICT (person) DO NOTHING")
        .bind(person)
        .bind(fresh)
        .execute(&mut *tx)
        .await?;
    query("SELECT key FROM audit_key WHERE person = $1").bind(person).fetch_one(tx).await?.try_get(0)
}

/// The nonce and what is sealed, bound to its person.
pub(crate) fn seal(
    key: &[u8],
    nonce: [u8; NONCE],
    person: &str,
    detail: &str,
) -> Result<Vec<u8>, LedgerError> {
    let fault = || LedgerError::Fault { code: None };
    let text = Payload { msg: detail.as_bytes(), aad: person.as_bytes() };
    let sealed = cipher(key).and_then(|it| it.encrypt(&XNonce::from(nonce), text).ok()).ok_or_else(fault)?;
    Ok([&nonce[..], &sealed].concat())
}

/// None where it's another key, or not what was sealed.
pub(crate) fn open(key: &[u8], person: &str, sealed: &[u8]) -> Option<String> {
    let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
    let text = Payload { msg: sealed, aad: person.as_bytes() };
    String::from_utf8(cipher(key)?.decrypt(&XNonce::from(*nonce), text).ok()?).ok()
}

fn cipher(key: &[u8]) -> Option<XChaCha20Poly1305> {
    Some(XChaCha20Poly1305::new(&Key::from(<[u8; 32]>::try_from(key).ok()?)))
}
