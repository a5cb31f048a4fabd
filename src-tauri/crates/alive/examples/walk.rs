//! The manual's workflows, one after the other, against a practice server:
//!
//! ```text
//! cargo xtask practice --json | cargo run -p alive --example walk
//! ```
//!
//! The server's line of JSON is the first argument or the first line of the standard input; used of it are
//! `alive.base_url`, `alive.access_key_id`, `alive.secret_access_key`, `alive.report_sample` (cards that may be reported)
//! and `profile`, at the top or within `alive`. The person is invented, and found again in a second walk.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;
use std::io::Cursor;
use std::sync::Arc;

use alive::{
    Card, CardDraft, CardFilter, CardNumber, CardRequest, CardType, CardUpdate, CardUpdateDraft, Cardholder,
    CardholderData, CardholderDraft, CardholderFilter, Client, CustomField, Date, FieldRule, GraduationData,
    GraduationDraft, Keys, PhotoFile, PlasticIssue, Profile, Report, Roles, SmartTechnologyDraft, Status,
    ValidityChange, Wrong,
};
use futures::TryStreamExt;
use serde::Deserialize;
use wire::{BaseUrl, Clock, Http, Limits, OsDice, SystemClock};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the practice server says of itself.
#[derive(Deserialize)]
struct Practice {
    alive: Alive,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Alive {
    base_url: String,
    access_key_id: String,
    secret_access_key: String,
    report_sample: Vec<CardDraft>,
    profile: Option<Profile>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let line = match std::env::args().nth(1) {
        Some(argument) => argument,
        None => std::io::stdin().lines().next().ok_or("no line of JSON")??,
    };
    let practice: Practice = serde_json::from_str(&line)?;
    let profile = practice.profile.or(practice.alive.profile).unwrap_or_default();
    let clock = Arc::new(SystemClock);
    let today = profile.today(clock.now());
    let keys =
        Keys { access_key_id: practice.alive.access_key_id, secret: practice.alive.secret_access_key.into() };
    let http = Http::new(Limits::default(), Arc::new(OsDice))?;
    let client = Client::new(http, BaseUrl::parse(&practice.alive.base_url)?, keys, clock);
    let walk = Walk { client, profile, today };
    let until = walk.client.authenticate().await?;
    println!("authenticated, to be renewed at {until}");
    let holder = walk.cardholder().await?;
    walk.photo(&holder).await?;
    walk.card(&holder, practice.alive.report_sample).await?;
    walk.alumni(&holder).await?;
    match walk.client.anonymize(holder.cardholder_id).await {
        Ok(()) => println!("anonymisation accepted"),
        Err(error) => println!("anonymisation: {error:?}, as it should while a card is valid"),
    }
    Ok(())
}

struct Walk {
    client: Client,
    profile: Profile,
    today: Date,
}

impl Walk {
    /// Finds the person by e-mail address and brings them up to date, or creates them.
    async fn cardholder(&self) -> Outcome<Cardholder> {
        let email = "ela.vrbova@walk.example.org";
        let filter = CardholderFilter { email: Some(email.to_owned()), ..CardholderFilter::default() };
        let found: Vec<Cardholder> = self.client.cardholders(&filter).try_concat().await?;
        // The server's idea of "equal" may be wider than ours.
        let on_record = found.iter().find(|holder| holder.email.as_deref() == Some(email));
        // What isn't sent is deleted: so begin with what is there.
        let mut draft = on_record.map(CardholderDraft::of).unwrap_or_else(|| CardholderDraft {
            first_name: "Ela".into(),
            last_name: "Vrbová".into(),
            date_of_birth: "2001-05-17".into(),
            email: email.into(),
            roles: Roles { student: Some(true), graduate: Some(false), ..Roles::default() },
            student_status: "FULL_TIME".into(),
            custom_fields: mandatory(&self.profile.cardholder_fields),
            ..CardholderDraft::default()
        });
        draft.academic_degree_before_name = "Bc.".into();
        let data = CardholderData::parse(&draft, &self.profile, self.today, on_record).map_err(faults)?;
        let holder = self.client.set_cardholder(&data).await?;
        println!("cardholder {} {}", holder.cardholder_id.0, made(on_record.is_some()));
        Ok(holder)
    }

    /// A plain colour will do for a portrait.
    async fn photo(&self, holder: &Cardholder) -> Outcome<()> {
        let picture = image::RgbImage::from_pixel(500, 600, image::Rgb([200, 180, 160]));
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, image::ImageFormat::Jpeg)?;
        self.client.set_photo(holder.cardholder_id, PhotoFile::parse(file.into_inner())?).await?;
        let back = self.client.photo(holder.cardholder_id).await?.ok_or("no photo")?;
        println!("photo sent, {back:?} read back");
        Ok(())
    }

    /// A card from its report to its cancellation.
    async fn card(&self, holder: &Cardholder, samples: Vec<CardDraft>) -> Outcome<()> {
        let mut draft = self.free(samples).await?;
        draft.cardholder_id = Some(holder.cardholder_id);
        draft.form = "DIGITAL".into();
        draft.custom_fields = mandatory(&self.profile.card_fields);
        // The cycle that ends first, so that there is one to extend to.
        let rule =
            serde_json::from_value(draft.kind.as_str().into()).ok().and_then(|kind| self.profile.card(kind));
        if let Some(cycle) = rule.and_then(|rule| rule.cycles(self.today).min_by_key(|cycle| cycle.valid_to))
        {
            (draft.valid_from, draft.valid_to) = (cycle.valid_from.to_string(), cycle.valid_to.to_string());
        }
        let report = Report::parse(&draft, &self.profile, self.today).map_err(faults)?;
        let card = self.client.report_card(&report).await?;
        println!("card {} reported, valid to {:?}", card.card_id.0, card.valid_to);

        let mut edit = CardUpdateDraft::of(&card);
        // Invented, but different for each card: a chip is unique in the country.
        let digits: String = draft.number.chars().filter(char::is_ascii_digit).collect();
        edit.smart_technologies
            .push(SmartTechnologyDraft { kind: "CONTACTLESS_MIFARE".into(), value: format!("04{digits}") });
        let update = CardUpdate::parse(&card, &edit, &self.profile).map_err(faults)?;
        let card = self.client.update_card(&update).await?;
        println!("card {} updated, {} chip(s)", card.card_id.0, card.smart_technologies.len());

        let card = match self.profile.extensions(&card, self.today).first() {
            None => {
                println!("no later cycle on offer, so not extended");
                card
            }
            Some(end) => {
                let change = ValidityChange::parse(&card, *end, &self.profile, self.today).map_err(faults)?;
                let card = self.client.change_validity(&change).await?;
                println!("card {} extended, valid to {:?}", card.card_id.0, card.valid_to);
                card
            }
        };

        let issue = PlasticIssue::keeping(&card).map_err(faults)?;
        let card = self.client.issue_plastic(&issue).await?;
        println!("plastic card of {} reported: {:?}", card.card_id.0, card.form);

        let card = self.client.change_status(card.card_id, Status::Cancelled).await?;
        println!("card {}: {:?}", card.card_id.0, card.status);
        Ok(())
    }

    /// The first card to report whose number isn't used yet.
    async fn free(&self, samples: Vec<CardDraft>) -> Outcome<CardDraft> {
        for sample in samples {
            let number = Some(CardNumber::new(&sample.number)?);
            let taken: Vec<Card> =
                self.client.cards(&CardFilter { number, ..CardFilter::default() }).try_concat().await?;
            if taken.is_empty() {
                return Ok(sample);
            }
        }
        Err("all sample numbers are used".into())
    }

    /// A graduation, and the one alumni card.
    async fn alumni(&self, holder: &Cardholder) -> Outcome<()> {
        let on_record = self.client.graduations_of(holder.cardholder_id).await?;
        let draft = GraduationDraft {
            cardholder_id: Some(holder.cardholder_id),
            faculty_name: "Faculty of Arts".into(),
            field_of_study: "History".into(),
            graduation_date: self.today.to_string(),
            academic_degree: "MASTER".into(),
            pre_nominal_academic_degree: "Mgr.".into(),
            ..on_record.first().map(GraduationDraft::of).unwrap_or_default()
        };
        let data = GraduationData::parse(&draft, self.today).map_err(faults)?;
        let graduation = self.client.set_graduation(&data).await?;
        println!("graduation {} {}", graduation.graduation_id.0, made(!on_record.is_empty()));

        let cards = self.client.cards_of(holder.cardholder_id).await?;
        let card = match cards.into_iter().find(|card| card.kind.is(CardType::AliveIdAlumni)) {
            Some(card) => card,
            None => {
                let draft = CardDraft {
                    cardholder_id: Some(holder.cardholder_id),
                    kind: "ALIVE_ID_ALUMNI".into(),
                    form: "DIGITAL".into(),
                    valid_from: self.today.to_string(),
                    custom_fields: mandatory(&self.profile.card_fields),
                    ..CardDraft::default()
                };
                let request = CardRequest::parse(&draft, &self.profile, self.today).map_err(faults)?;
                self.client.request_card(&request).await?
            }
        };
        println!("alumni card {}, valid to {:?}", card.card_id.0, card.valid_to);
        // How a new degree gets onto a card that is there: nothing of its own changes.
        self.client.update_card(&CardUpdate::keeping(&card).map_err(faults)?).await?;
        println!("alumni card {} brought up to date", card.card_id.0);
        Ok(())
    }
}

/// Something for each field that has to be there.
fn mandatory(rules: &[FieldRule]) -> Vec<CustomField> {
    let value = |rule: &FieldRule| "1".repeat(rule.min.max(1));
    let field = |rule: &FieldRule| CustomField { name: rule.name.clone(), value: value(rule) };
    rules.iter().filter(|rule| rule.mandatory).map(field).collect()
}

fn made(there: bool) -> &'static str {
    if there { "updated" } else { "created" }
}

fn faults(wrong: Vec<Wrong>) -> String {
    format!("{wrong:?}")
}
