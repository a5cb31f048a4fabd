//! Contract of what the desks keep beside their work: the audit, photos, what they share, the newest time.

use ledger::*;
use uuid::Uuid;

use super::at;
use super::stock::report;

fn entry(ms: i64, about: Option<PersonKey>, detail: Option<&str>) -> AuditEntry {
    AuditEntry {
        at: at(ms),
        desk: "one".to_owned(),
        what: "portrait_shown".to_owned(),
        about,
        detail: detail.map(str::to_owned),
    }
}

/// Never the same twice.
fn random(n: u8) -> [u8; 56] {
    std::array::from_fn(|at| n.wrapping_mul(31).wrapping_add(u8::try_from(at).unwrap()))
}

async fn details(ledger: &Ledger) -> Vec<AuditDetail> {
    let mut rows = ledger.audit_between(at(0), at(99_999), 0, 100).await.unwrap();
    rows.reverse();
    rows.into_iter().map(|it| it.detail).collect()
}

async fn rows_of_a_whole_chain(ledger: &Ledger) -> u64 {
    let verdict = ledger.verify_audit().await.unwrap();
    assert_eq!(verdict.broken_at, None);
    verdict.rows
}

pub async fn the_audit_comes_back_as_noted(ledger: &Ledger) {
    assert_eq!(ledger.audit_head().await.unwrap(), None);
    assert_eq!(rows_of_a_whole_chain(ledger).await, 0);
    let ida = PersonKey::Usos("104512".to_owned());
    let entries = [
        entry(10, None, None),
        entry(20, Some(ida.clone()), Some("Ida: \"naïve\"\n")),
        entry(15, None, Some("")),
        entry(40, Some(ida), None),
    ];
    for (n, entry) in (1..).zip(&entries) {
        ledger.note(entry, &random(n)).await.unwrap();
    }
    let told = |text: &str| AuditDetail::Told(text.to_owned());
    let expected = [AuditDetail::None, told("Ida: \"naïve\"\n"), told(""), AuditDetail::None];
    assert_eq!(details(ledger).await, expected);
    let rows = ledger.audit_between(at(0), at(99), 0, 10).await.unwrap();
    for ((seq, entry), row) in (1..).zip(&entries).zip(rows.iter().rev()) {
        assert_eq!((row.seq, row.at, &row.desk, &row.what, &row.about), {
            (seq, entry.at, &entry.desk, &entry.what, &entry.about)
        });
    }
    let seqs = async |from, to, skip, limit| {
        let rows = ledger.audit_between(at(from), at(to), skip, limit).await.unwrap();
        rows.into_iter().map(|it| it.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(0, 99, 0, 10).await, [4, 3, 2, 1], "the last written first");
    assert_eq!(seqs(15, 40, 0, 10).await, [3, 2], "until before the end");
    assert_eq!(seqs(0, 99, 1, 2).await, [3, 2], "page by page");
    assert_eq!(rows_of_a_whole_chain(ledger).await, 4);
    let head = ledger.audit_head().await.unwrap().unwrap();
    assert_eq!((head.seq, &head.hash), (4, &rows[0].hash));
    assert!(ledger.audit_has(&head).await.unwrap());
    assert!(!ledger.audit_has(&AuditHead { seq: 3, ..head.clone() }).await.unwrap());
    assert!(!ledger.audit_has(&AuditHead { seq: 5, ..head }).await.unwrap());
}

pub async fn the_audit_of_a_forgotten_key_is_sealed_and_its_chain_whole(ledger: &Ledger) {
    let (ida, jan) = (PersonKey::Alive(1), PersonKey::Alive(2));
    for (n, person) in (1..).zip([&ida, &jan, &ida]) {
        ledger.note(&entry(10, Some(person.clone()), Some("seen")), &random(n)).await.unwrap();
    }
    assert!(ledger.forget_audit_key(&ida).await.unwrap());
    assert!(!ledger.forget_audit_key(&ida).await.unwrap(), "only once");
    let seen = || AuditDetail::Told("seen".to_owned());
    assert_eq!(details(ledger).await, [AuditDetail::Sealed, seen(), AuditDetail::Sealed]);
    assert_eq!(rows_of_a_whole_chain(ledger).await, 3);
    // What is noted afterwards has a key of its own, which doesn't open what was before.
    ledger.note(&entry(20, Some(ida), Some("seen")), &random(9)).await.unwrap();
    assert_eq!(details(ledger).await, [AuditDetail::Sealed, seen(), AuditDetail::Sealed, seen()]);
    assert_eq!(rows_of_a_whole_chain(ledger).await, 4);
}

pub async fn desks_that_note_at_the_same_time_make_one_chain(ledger: &Ledger) {
    let desks: Vec<_> = (0..8_u8)
        .map(|desk| {
            let ledger = ledger.clone();
            tokio::spawn(async move {
                for n in 0..5 {
                    let entry = entry(10, Some(PersonKey::Alive(3)), Some("seen"));
                    ledger.note(&entry, &random(desk * 5 + n)).await.unwrap();
                }
            })
        })
        .collect();
    for desk in desks {
        desk.await.unwrap();
    }
    assert_eq!(rows_of_a_whole_chain(ledger).await, 40);
    assert!(details(ledger).await.iter().all(|it| *it != AuditDetail::Sealed), "one key for all of them");
}

pub async fn the_first_photo_of_a_change_is_kept(ledger: &Ledger) {
    let change = ChangeRow { number: None, ..report(1, "one", "") };
    assert!(!ledger.keep_photo(change.id, "image/jpeg", &[1]).await.unwrap(), "nobody would ever erase it");
    assert_eq!(ledger.photo_before(change.id).await.unwrap(), None);
    ledger.write_changes(std::slice::from_ref(&change)).await.unwrap();
    let photo: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    assert!(ledger.keep_photo(change.id, "image/jpeg", &photo).await.unwrap());
    assert!(ledger.keep_photo(change.id, "image/png", &[2]).await.unwrap());
    assert_eq!(ledger.photo_before(change.id).await.unwrap(), Some(("image/jpeg".to_owned(), photo)));
}

pub async fn a_shared_setting_is_every_desks(ledger: &Ledger) {
    assert_eq!(ledger.shared("design").await.unwrap(), None);
    ledger.share("design", Some("{\"layout\":2}"), "one", at(1)).await.unwrap();
    ledger.share("other", Some(""), "one", at(1)).await.unwrap();
    assert_eq!(ledger.shared("design").await.unwrap().as_deref(), Some("{\"layout\":2}"));
    assert_eq!(ledger.shared("other").await.unwrap().as_deref(), Some(""));
    ledger.share("design", Some("3"), "two", at(2)).await.unwrap();
    assert_eq!(ledger.shared("design").await.unwrap().as_deref(), Some("3"), "the later one holds");
    ledger.share("design", None, "one", at(3)).await.unwrap();
    assert_eq!(ledger.shared("design").await.unwrap(), None);
}

pub async fn the_last_moment_is_the_newest_of_journal_issues_and_audit(ledger: &Ledger) {
    let last = async || ledger.last_moment().await.unwrap().map(|it| it.as_millisecond());
    assert_eq!(last().await, None);
    let change = ChangeRow { number: None, written_at: at(20), changed_at: at(10), ..report(1, "one", "") };
    ledger.write_changes(std::slice::from_ref(&change)).await.unwrap();
    assert_eq!(last().await, Some(20));
    assert!(ledger.carry_change_on(change.id, ChangeState::Sent, at(30)).await.unwrap());
    assert_eq!(last().await, Some(30));
    ledger.note(&entry(40, None, None), &random(1)).await.unwrap();
    assert_eq!(last().await, Some(40));
    let issue = IssueRow {
        id: Uuid::from_u128(1),
        desk: "one".to_owned(),
        cardholder_id: 1,
        card_type: "ISIC".to_owned(),
        number: None,
        state: IssueState::Open,
        draft: None,
        begun_at: at(50),
        changed_at: at(50),
    };
    ledger.begin_issue(&issue).await.unwrap();
    assert_eq!(last().await, Some(50));
    assert!(ledger.save_issue(issue.id, "ISIC", "{}", at(60)).await.unwrap());
    assert_eq!(last().await, Some(60));
    assert!(ledger.save_issue(issue.id, "ISIC", "{}", at(5)).await.unwrap());
    ledger.note(&entry(1, None, None), &random(2)).await.unwrap();
    assert_eq!(last().await, Some(50), "whatever was written last");
}
