//! Listings, page by page (manual, `GET /cardholders.list`, `GET /graduations.list`, `GET /cards.list`, Pagination of
//! listings).

use std::collections::HashSet;
use std::fmt;

use futures::stream::{self, Stream, TryStreamExt};
use jiff::Zoned;
use serde::de::DeserializeOwned;

use crate::answer::records;
use crate::card::{Card, CardNumber, CardType, Status};
use crate::cardholder::{Cardholder, CardholderId};
use crate::client::Client;
use crate::error::Error;
use crate::graduation::Graduation;

/// Records a page. The manual restricts it not; a page of cardholders stays well below a megabyte.
const LIMIT: usize = 500;
/// How many records each page has in common with the one before.
const SEAM: usize = 10;
/// How often a listing steps back to find a lost seam.
const STEPS_BACK: u32 = 5;

/// Which cardholders; what isn't set isn't asked for, all that is set must match.
///
/// ALIVE compares text without regard to case; whether the whole or a part, the manual doesn't say.
#[derive(Clone, Default, PartialEq)]
pub struct CardholderFilter {
    /// The identifier in the institution's own system.
    pub external_id: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<jiff::civil::Date>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone number.
    pub phone_number: Option<String>,
    /// Created or modified after this moment; sent as its zone's local time with offset, in whole seconds. No
    /// record bears the time of its modification: keep your own clock, and an overlap.
    pub modified_from: Option<Zoned>,
}

/// Which cards; what isn't set isn't asked for, all that is set must match.
#[derive(Clone, Default, PartialEq)]
pub struct CardFilter {
    /// Cards of this cardholder.
    pub cardholder_id: Option<CardholderId>,
    /// Card number. There may be several: a returned card's number goes to another person.
    pub number: Option<CardNumber>,
    /// Status.
    pub status: Option<Status>,
    /// Type.
    pub kind: Option<CardType>,
    /// As in [`CardholderFilter::modified_from`].
    pub modified_from: Option<Zoned>,
}

type Query = Vec<(&'static str, String)>;

impl CardholderFilter {
    fn query(&self) -> Query {
        [
            ("external_id", self.external_id.clone()),
            ("first_name", self.first_name.clone()),
            ("last_name", self.last_name.clone()),
            ("date_of_birth", self.date_of_birth.map(|date| date.to_string())),
            ("email", self.email.clone()),
            ("phone_number", self.phone_number.clone()),
            ("modified_from", self.modified_from.as_ref().map(with_offset)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }
}

impl CardFilter {
    fn query(&self) -> Query {
        [
            ("cardholder_id", self.cardholder_id.map(|id| id.0.to_string())),
            ("number", self.number.as_ref().map(|number| number.as_str().to_owned())),
            ("status", self.status.map(|status| status.name().to_owned())),
            ("type", self.kind.map(|kind| kind.name().to_owned())),
            ("modified_from", self.modified_from.as_ref().map(with_offset)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// Whether a card is one of those asked for: a server may compare otherwise than we do.
    fn matches(&self, card: &Card) -> bool {
        self.cardholder_id.is_none_or(|id| card.cardholder_id == id)
            && self.number.as_ref().is_none_or(|number| card.number.as_ref() == Some(number))
            && self.status.is_none_or(|status| card.status.is(status))
            && self.kind.is_none_or(|kind| card.kind.is(kind))
    }
}

/// ISO 8601, local time with offset; `+` is encoded with the rest of the query.
fn with_offset(moment: &Zoned) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

impl fmt::Debug for CardholderFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardholderFilter").finish_non_exhaustive()
    }
}

impl fmt::Debug for CardFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CardFilter").finish_non_exhaustive()
    }
}

impl Client {
    /// Cardholders, last modified first, in pages of up to 500.
    ///
    /// What is modified during the listing moves to its front and shifts all the rest. Therefore each page begins
    /// ten records before the end of the one before; if none of these ten is found there, the listing steps back
    /// by a page; and a listing of several pages ends with its first page once more. So a record may come
    /// **several times, the later being the newer; removing the duplicates is the caller's task**. A record that
    /// can't be read ends the stream with [`Error::Nonsense`], which says where it stands.
    pub fn cardholders(
        &self,
        filter: &CardholderFilter,
    ) -> impl Stream<Item = Result<Vec<Cardholder>, Error>> + Send + use<> {
        pages(self.clone(), "cardholders.list", filter.query())
    }

    /// Cards, last modified first, in pages of up to 500; as in [`Client::cardholders`]. Cards that don't match
    /// the filter although ALIVE sent them are left out.
    pub fn cards(&self, filter: &CardFilter) -> impl Stream<Item = Result<Vec<Card>, Error>> + Send + use<> {
        let wanted = filter.clone();
        pages(self.clone(), "cards.list", filter.query()).map_ok(move |mut page: Vec<Card>| {
            page.retain(|card| wanted.matches(card));
            page
        })
    }

    /// All cards of one cardholder, whatever their status, each once. Empty if there are none.
    pub async fn cards_of(&self, id: CardholderId) -> Result<Vec<Card>, Error> {
        let filter = CardFilter { cardholder_id: Some(id), ..CardFilter::default() };
        self.cards(&filter).try_concat().await.map(each_once)
    }

    /// Graduations, of one cardholder or of all, last modified first, in pages of up to 500; as in
    /// [`Client::cardholders`], but the manual has no `modified_from` here. Those of others than asked for are left
    /// out.
    pub fn graduations(
        &self,
        of: Option<CardholderId>,
    ) -> impl Stream<Item = Result<Vec<Graduation>, Error>> + Send + use<> {
        let query = of.map(|id| ("cardholder_id", id.0.to_string())).into_iter().collect();
        pages(self.clone(), "graduations.list", query).map_ok(move |mut page: Vec<Graduation>| {
            page.retain(|graduation| of.is_none_or(|id| graduation.cardholder_id == id));
            page
        })
    }

    /// All graduations of one cardholder, each once. Empty if there are none.
    pub async fn graduations_of(&self, id: CardholderId) -> Result<Vec<Graduation>, Error> {
        self.graduations(Some(id)).try_concat().await.map(each_once)
    }
}

/// A record that can be recognised when it is seen again.
trait Record: DeserializeOwned + Send {
    fn id(&self) -> u64;
}

impl Record for Cardholder {
    fn id(&self) -> u64 {
        self.cardholder_id.0
    }
}

impl Record for Card {
    fn id(&self) -> u64 {
        self.card_id.0
    }
}

impl Record for Graduation {
    fn id(&self) -> u64 {
        self.graduation_id.0
    }
}

/// Drops what came again later: the later one is the newer one.
fn each_once<T: Record>(mut records: Vec<T>) -> Vec<T> {
    let mut seen = HashSet::new();
    records.reverse();
    records.retain(|record| seen.insert(record.id()));
    records.reverse();
    records
}

/// Where a listing stands.
struct Place {
    offset: usize,
    /// The last records of the page before.
    seam: Vec<u64>,
    steps_back: u32,
    /// Reading the first page once more; the end comes after it.
    closing: bool,
}

fn pages<T: Record>(
    client: Client,
    path: &'static str,
    filter: Query,
) -> impl Stream<Item = Result<Vec<T>, Error>> + Send {
    let start = Place { offset: 0, seam: Vec::new(), steps_back: STEPS_BACK, closing: false };
    stream::try_unfold((client, Some(start)), move |(client, place)| {
        let filter = filter.clone();
        async move {
            let Some(place) = place else { return Ok(None) };
            let page = page::<T>(&client, path, filter, place.offset).await?;
            let next = next_place(place, &page);
            Ok(Some((page, (client, next))))
        }
    })
}

async fn page<T: Record>(
    client: &Client,
    path: &str,
    mut query: Query,
    offset: usize,
) -> Result<Vec<T>, Error> {
    query.push(("limit", LIMIT.to_string()));
    query.push(("offset", offset.to_string()));
    client.read(path, &query, |reply| records(&reply)).await
}

fn next_place<T: Record>(place: Place, page: &[T]) -> Option<Place> {
    if place.closing {
        return None;
    }
    let found = place.seam.is_empty() || page.iter().any(|record| place.seam.contains(&record.id()));
    if !found && place.steps_back > 0 {
        // Records have left the list, so that those between the pages have slipped past us.
        let offset = place.offset.saturating_sub(LIMIT - SEAM);
        return Some(Place { offset, steps_back: place.steps_back - 1, ..place });
    }
    if page.len() < LIMIT {
        let first = place.offset == 0 && place.seam.is_empty();
        return (!first).then_some(Place { offset: 0, closing: true, ..place });
    }
    let seam: Vec<u64> = page[page.len() - SEAM..].iter().map(Record::id).collect();
    if seam == place.seam {
        // The same page again: this server doesn't heed the offset, and there is no more to come.
        return None;
    }
    Some(Place { offset: place.offset + page.len() - SEAM, seam, ..place })
}
