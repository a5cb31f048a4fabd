//! Text in several languages, as USOS gives it: `{"pl": "…", "en": "…"}`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// Text by language code.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<String, Option<String>>")]
pub struct LangDict(BTreeMap<String, String>);

impl From<BTreeMap<String, Option<String>>> for LangDict {
    fn from(texts: BTreeMap<String, Option<String>>) -> Self {
        let texts = texts.into_iter().filter_map(|(language, text)| Some((language, text?)));
        Self(texts.filter(|(_, text)| !text.trim().is_empty()).collect())
    }
}

impl LangDict {
    /// The text in `language` (such as `pl`), else in English, else in Polish, else in any.
    pub fn get(&self, language: &str) -> Option<&str> {
        let wanted = [language, "en", "pl"].into_iter().find_map(|language| self.0.get(language));
        wanted.or_else(|| self.0.values().next()).map(String::as_str)
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for LangDict {
    /// Languages only: the text may speak of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
