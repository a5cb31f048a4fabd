//! A real PC/SC stack with virtual cards, for tests.

pub mod vcard;
