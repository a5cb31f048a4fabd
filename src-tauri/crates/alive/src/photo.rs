//! A cardholder's photo, as the file that it is.

use std::fmt;

use bytes::Bytes;
use wire::Reply;

use crate::answer::{nonsense, records};
use crate::error::Error;

/// A photo as ALIVE keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The file.
    pub bytes: Bytes,
    /// What kind of file.
    pub kind: PhotoKind,
}

/// The two kinds of image that ALIVE keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PhotoKind {
    /// `image/jpeg`; the manual writes `image/jpg`.
    Jpeg,
    /// `image/png`.
    Png,
}

impl fmt::Debug for Photo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Photo {{ {:?}, {} bytes }}", self.kind, self.bytes.len())
    }
}

/// Goes by the first bytes and not by the content type, for which the manual names three values.
pub fn read(reply: Reply) -> Result<Option<Photo>, Error> {
    let kind = match &*reply.body {
        [0xFF, 0xD8, 0xFF, ..] => PhotoKind::Jpeg,
        [0x89, b'P', b'N', b'G', ..] => PhotoKind::Png,
        [] if reply.is_success() => return Ok(None),
        _ => {
            return match records::<serde::de::IgnoredAny>(&reply) {
                Err(Error::NotFound) => Ok(None),
                Ok(nothing) if nothing.is_empty() => Ok(None),
                Ok(_) => Err(nonsense(&reply, "an envelope instead of an image".to_owned())),
                Err(error) => Err(error),
            };
        }
    };
    if !reply.is_success() {
        return Err(nonsense(&reply, "an image instead of an envelope".to_owned()));
    }
    Ok(Some(Photo { bytes: reply.body, kind }))
}
