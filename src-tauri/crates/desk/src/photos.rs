//! Portraits on their way to the page: kept in memory only, a few at a time, under ids that say nothing.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

/// How many portraits are kept: the person on the screen and a few before.
const KEPT: usize = 8;

/// A portrait as ALIVE gave it.
#[derive(Clone)]
pub struct Portrait {
    pub bytes: bytes::Bytes,
    /// `image/jpeg` or `image/png`.
    pub kind: &'static str,
}

impl std::fmt::Debug for Portrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({}, {} bytes)", self.kind, self.bytes.len())
    }
}

#[derive(Debug, Default)]
pub(crate) struct Portraits(Mutex<VecDeque<(String, Portrait)>>);

impl Portraits {
    /// Keeps a portrait and gives the id under which the page may fetch it.
    pub fn keep(&self, portrait: Portrait, id: Uuid) -> String {
        let id = id.simple().to_string();
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_back((id.clone(), portrait));
        if kept.len() > KEPT {
            kept.pop_front();
        }
        id
    }

    pub fn get(&self, id: &str) -> Option<Portrait> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == id).map(|(_, portrait)| portrait.clone())
    }

    pub fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
