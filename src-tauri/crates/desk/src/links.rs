//! The link between a person and a SUP card, which the clerk makes once: SUP is asked by its own uuid alone.

use ledger::{Ean, LedgerError, PersonKey, SupLink};
use uuid::Uuid;

use crate::answers::Failure;
use crate::line::wrong_check_digit;
use crate::view::{LinkRefusal, Register, SupRecord};
use crate::{Desk, Inner, records};

impl Desk {
    /// The SUP card that a uuid names, or the EAN of a card linked before, for the clerk to compare with the one in
    /// hand. Nothing is kept.
    ///
    /// # Errors
    /// In words for the clerk, see [`LinkRefusal`].
    pub async fn look_up_sup(&self, text: &str, anyway: bool) -> Result<SupRecord, LinkRefusal> {
        let id = self.0.sup_id(text.trim(), anyway).await?;
        let card = self.0.sup_card(id).await?;
        Ok(records::sup_record(&card, self.0.now(), self.0.today()))
    }

    /// Keeps the link, after SUP has confirmed the card once more, and asks SUP for the enquiry on the desk.
    ///
    /// # Errors
    /// In words for the clerk, see [`LinkRefusal`].
    pub async fn link_sup(&self, person: &str, id_card: &str) -> Result<(), LinkRefusal> {
        let id_card: Uuid = id_card.parse().map_err(|_| LinkRefusal::NotAnId)?;
        let person: PersonKey = person.parse().map_err(|_| LinkRefusal::NotAnId)?;
        let card = self.0.sup_card(id_card).await?;
        let ean: Option<Ean> = card.ean.as_ref().and_then(|ean| ean.as_str().parse().ok());
        let link = SupLink { person, id_card, ean: ean.clone(), linked_at: self.0.around.clock.now() };
        match self.0.ledger.set_sup_link(&link).await {
            Ok(()) => {}
            Err(LedgerError::LinkTaken) => {
                return Err(LinkRefusal::TakenBy { name: self.0.holder_of(ean.as_ref()).await });
            }
            Err(error) => {
                return Err(LinkRefusal::NotKept { why: (&error).into() });
            }
        }
        self.relink(&link.person, Some((id_card, link.linked_at.as_millisecond())));
        Ok(())
    }

    /// SUP can't be asked by EAN: a list that names the ids of cards by their EAN lets a clerk scan the EAN.
    pub fn know_sup_cards(&self, cards: impl IntoIterator<Item = (Ean, Uuid)>) {
        crate::lock(&self.0.sup_cards).extend(cards);
    }

    /// Links whoever holds the card with this chip (hexadecimal) to a SUP card, from a list that says so. Nobody
    /// holds it: nothing is done.
    ///
    /// # Errors
    /// Where the ledger can't be written, or the SUP card is another's.
    pub async fn link_sup_by_chip(&self, uid: &str, id_card: Uuid, ean: Ean) -> Result<(), LedgerError> {
        if let Some(hit) = self.0.ledger.by_chip(&[uid.to_owned()]).await?.first() {
            let person = PersonKey::Alive(hit.card.cardholder_id);
            let linked_at = self.0.around.clock.now();
            self.0.ledger.set_sup_link(&SupLink { person, id_card, ean: Some(ean), linked_at }).await?;
        }
        Ok(())
    }

    /// Takes the link back.
    ///
    /// # Errors
    /// Where the ledger can't be written.
    pub async fn unlink_sup(&self, person: &str) -> Result<(), LinkRefusal> {
        let person: PersonKey = person.parse().map_err(|_| LinkRefusal::NotAnId)?;
        let mut keys = vec![person.clone()];
        // The link may have been made when the person was known by USOS alone.
        if let PersonKey::Alive(id) = person
            && let Ok(Some(user)) = self.0.ledger.usos_user_of(id).await
        {
            keys.push(PersonKey::Usos(user));
        }
        for key in keys {
            let removed = self.0.ledger.remove_sup_link(&key).await;
            removed.map_err(|error| LinkRefusal::NotKept { why: (&error).into() })?;
        }
        self.relink(&person, None);
        Ok(())
    }
}

impl Inner {
    async fn sup_id(&self, text: &str, anyway: bool) -> Result<Uuid, LinkRefusal> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let ean: Ean = text.parse().map_err(|_| LinkRefusal::NotAnId)?;
        if !anyway && let Some(expected) = wrong_check_digit(text) {
            return Err(LinkRefusal::CheckDigit { expected: expected.to_string() });
        }
        match self.ledger.sup_link_by_ean(&ean).await {
            Ok(Some(link)) => Ok(link.id_card),
            Ok(None) => crate::lock(&self.sup_cards).get(&ean).copied().ok_or(LinkRefusal::EanUnknown),
            Err(error) => Err(LinkRefusal::NotKept { why: (&error).into() }),
        }
    }

    async fn sup_card(&self, id: Uuid) -> Result<sup::Card, LinkRefusal> {
        let client = self.registers.sup.as_ref().ok_or(LinkRefusal::NotSetUp)?;
        let outcome = client.card(id).await.map_err(Failure::from);
        self.note(Register::Sup, &outcome);
        match outcome {
            Ok(Some(card)) => Ok(card),
            Ok(None) | Err(Failure::NotFound) => Err(LinkRefusal::UnknownCard),
            Err(Failure::NotAllowed(fault) | Failure::Unreachable(fault)) => {
                Err(LinkRefusal::Unanswered { fault })
            }
        }
    }

    /// Whose card it is already, as far as the ledger knows a name.
    async fn holder_of(&self, ean: Option<&Ean>) -> String {
        let Some(ean) = ean else { return String::new() };
        let Ok(Some(SupLink { person: PersonKey::Alive(id), .. })) = self.ledger.sup_link_by_ean(ean).await
        else {
            return String::new();
        };
        match self.ledger.person(id).await {
            Ok(Some(person)) => records::hit(&person, None).name,
            _ => String::new(),
        }
    }
}
