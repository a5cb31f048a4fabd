// Every code has a sentence in every language, and the four languages agree with each other.
import { afterEach, describe, expect, it } from 'vitest';
import type { Act, Check, CheckFinding, ChipRefusal, FaultCode, IssueRefusal, Language, LineRefusal, LineWhy, LinkRefusal, NotAsked, NotOpen, StockRefusal, Warning, What, WorkRefusal } from '$lib/ipc';
import { setLanguage } from '$lib/words/locale.svelte';
import { cs } from '$lib/words/languages/cs';
import { en } from '$lib/words/languages/en';
import { pl } from '$lib/words/languages/pl';
import { ru } from '$lib/words/languages/ru';
import type { ByCount, Words } from '$lib/words/messages';
import * as say from '$lib/words/say';
import * as sayCheckup from '$lib/words/sayCheckup';
import * as sayIssue from '$lib/words/sayIssue';
import * as sayScanner from '$lib/words/sayScanner';
import * as sayWork from '$lib/words/sayWork';

const LANGUAGES: Language[] = ['en', 'cs', 'pl', 'ru'];
const WORDS: Record<Language, Words> = { en, cs, pl, ru };

const texts = (words: string | ByCount): string[] => (typeof words === 'string' ? [words] : Object.values(words));
const holes = (text: string): string => [...text.matchAll(/\{(\w+)\}/g)].map((hole) => hole[1]).sort().join();

afterEach(() => setLanguage('en'));

describe('the words', () => {
  it.each(LANGUAGES)('of %s are not empty, and fill in the same values as English', (language) => {
    for (const [key, words] of Object.entries<string | ByCount>(WORDS[language])) {
      for (const text of texts(words)) {
        expect(text.trim(), key).not.toBe('');
        expect(holes(text), key).toBe(holes(texts(en[key as keyof Words])[0]!));
      }
    }
  });

  it.each(LANGUAGES)('of %s have the form for every number that the language tells apart', (language) => {
    const rules = new Intl.PluralRules(language);
    const forms = new Set([0, 1, 2, 3, 5, 11, 21, 22, 25].map((count) => rules.select(count)));
    for (const [key, words] of Object.entries<string | ByCount>(WORDS[language])) {
      if (typeof words === 'string') continue;
      // `other` stands for «many» too, never for «one».
      expect('one' in words, key).toBe(forms.has('one'));
    }
  });
});

const WHATS: { [Code in What['code']]: Extract<What, { code: Code }> } = {
  asking: { code: 'asking' },
  all_agree: { code: 'all_agree', validTo: '2026-12-31' },
  unknown_everywhere: { code: 'unknown_everywhere' },
  unknown_so_far: { code: 'unknown_so_far', unasked: ['alive', 'sup'] },
  expired: { code: 'expired', register: 'usos', on: '2026-03-31' },
  not_yet_valid: { code: 'not_yet_valid', register: 'alive', from: '2026-09-01' },
  cancelled: { code: 'cancelled' },
  returned: { code: 'returned' },
  valid_there_not_here: { code: 'valid_there_not_here', validIn: 'usos', notIn: 'alive' },
  ends_apart: { code: 'ends_apart', alive: '2026-12-31', usos: '2027-03-31' },
  names_apart: { code: 'names_apart', alive: 'Nováková', usos: 'Malá' },
  chip_of_two_people: { code: 'chip_of_two_people', alive: 'A', usos: 'B' },
  chips_of_two_cards: { code: 'chips_of_two_cards', interface: 'contact', alive: 'AA', usos: 'BB' },
  plastic_expired: { code: 'plastic_expired', on: '2026-10-31' },
  unclear: { code: 'unclear', register: 'alive' },
  student_chip_of_another: { code: 'student_chip_of_another' },
  student_chip_signature: { code: 'student_chip_signature', signature: 'wrong' },
  student_chip_unread: { code: 'student_chip_unread', why: 'damaged' },
  student_chip_ends_apart: { code: 'student_chip_ends_apart', chip: '2026-03-31', usos: '2026-10-31' },
  student_chip_names_apart: { code: 'student_chip_names_apart', chip: 'Łucja Próbna', usos: 'Jan Zkouška' },
  chips_lead_apart: { code: 'chips_lead_apart', contact: 'S420500000001A', contactless: 'S420500000002A' },
  chip_not_on_card: { code: 'chip_not_on_card', register: 'alive' },
  not_in_alive: { code: 'not_in_alive' },
  no_card_in_alive: { code: 'no_card_in_alive' },
  not_in_usos: { code: 'not_in_usos' },
  alumni_card: { code: 'alumni_card' },
  sup_blocked: { code: 'sup_blocked' },
  sup_not_activated: { code: 'sup_not_activated' },
  sup_other_card: { code: 'sup_other_card' },
  without: { code: 'without', register: 'sup' },
  no_photo: { code: 'no_photo' },
  uid_may_repeat: { code: 'uid_may_repeat' },
  several_people: { code: 'several_people', count: 3 },
};
const FAULTS: Record<FaultCode, true> = {
  down: true, slow: true, broken: true, nonsense: true, too_large: true, tls: true, server_error: true,
  credentials: true, token: true, rights: true, clock_skew: true, refused: true,
};
const NOT_ASKED: Record<NotAsked, true> = { not_set_up: true, no_chip_known: true, not_linked: true, nobody_known: true };
const LINE: { [Code in LineRefusal['code']]: Extract<LineRefusal, { code: Code }> } = {
  empty: { code: 'empty' }, nobody: { code: 'nobody' }, check_digit: { code: 'check_digit', expected: '4' }, index_not_ready: { code: 'index_not_ready' },
};
const LINK: { [Code in LinkRefusal['code']]: Extract<LinkRefusal, { code: Code }> } = {
  not_an_id: { code: 'not_an_id' }, check_digit: { code: 'check_digit', expected: '4' }, ean_unknown: { code: 'ean_unknown' },
  unknown_card: { code: 'unknown_card' }, taken_by: { code: 'taken_by', name: 'Anna' }, not_set_up: { code: 'not_set_up' },
  unanswered: { code: 'unanswered', fault: { code: 'slow', detail: null } }, not_kept: { code: 'not_kept', why: 'disk_full' },
};

const WORK: { [Code in WorkRefusal['code']]: Extract<WorkRefusal, { code: Code }> } = {
  not_set_up: { code: 'not_set_up' }, file_gone: { code: 'file_gone' }, record_gone: { code: 'record_gone' }, fields: { code: 'fields', faults: [] },
  nothing: { code: 'nothing' }, not_allowed: { code: 'not_allowed', why: 'returned' }, no_alumni_card: { code: 'no_alumni_card' },
  cards_valid: { code: 'cards_valid' }, unanswered: { code: 'unanswered', fault: { code: 'slow', detail: null } }, not_kept: { code: 'not_kept', why: 'disk_full' },
  plan_gone: { code: 'plan_gone' }, changed_meanwhile: { code: 'changed_meanwhile' }, no_pin: { code: 'no_pin' }, wrong_pin: { code: 'wrong_pin' }, pin_locked: { code: 'pin_locked', seconds: 30 }, busy: { code: 'busy' }, keyring: { code: 'keyring' },
};
const of = { number: 'S420123456789A', cardType: 'ALIVE_STUDENT' };
const ACTS: { [Name in Act['act']]: Extract<Act, { act: Name }> } = {
  create_cardholder: { act: 'create_cardholder' }, set_cardholder: { act: 'set_cardholder' }, set_graduation: { act: 'set_graduation' },
  request_alumni: { act: 'request_alumni' }, report: { act: 'report', ...of }, update_card: { act: 'update_card', ...of },
  report_plastic: { act: 'report_plastic', ...of }, extend: { act: 'extend', ...of, validTo: '2026-12-31' },
  status: { act: 'status', ...of, status: 'CANCELLED' }, anonymise: { act: 'anonymise' }, leave_card: { act: 'leave_card', ...of, why: 'expired' },
};
const WARNINGS: { [Code in Warning['code']]: Extract<Warning, { code: Code }> } = {
  birth_number_check: { code: 'birth_number_check', property: 'birth_number' }, birth_number_day: { code: 'birth_number_day', property: 'birth_number' },
  birth_number_gender: { code: 'birth_number_gender', property: 'birth_number' }, changed_meanwhile: { code: 'changed_meanwhile' },
  student_status_sent: { code: 'student_status_sent', status: 'FULL_TIME' }, not_entitled: { code: 'not_entitled' }, extended_by_alive: { code: 'extended_by_alive' },
};
const NOT_OPEN: { [Code in NotOpen['code']]: Extract<NotOpen, { code: Code }> } = {
  keyring: { code: 'keyring' }, ledger: { code: 'ledger', why: 'corrupt' }, practice: { code: 'practice' }, settings: { code: 'settings' },
};
const ISSUE: { [Code in IssueRefusal['code']]: Extract<IssueRefusal, { code: Code }> } = {
  gone: { code: 'gone' }, locked: { code: 'locked' }, reporting: { code: 'reporting' }, reported: { code: 'reported' },
  missing: { code: 'missing', step: 'card' }, no_numbers: { code: 'no_numbers' },
  number: { code: 'number', why: 'used' }, no_chip: { code: 'no_chip' }, work: { code: 'work', refusal: { code: 'cards_valid' } }, not_kept: { code: 'not_kept', why: 'gone' },
};
const STOCK: { [Code in StockRefusal['code']]: Extract<StockRefusal, { code: Code }> } = {
  not_set_up: { code: 'not_set_up' }, no_type: { code: 'no_type' }, lines: { code: 'lines', faults: [], more: 0 }, out_of_range: { code: 'out_of_range', numbers: 5 },
  unanswered: { code: 'unanswered', fault: { code: 'slow', detail: null } }, not_kept: { code: 'not_kept', why: 'busy' },
};
const CHECKS: { [Code in Check['code']]: Extract<Check, { code: Code }> } = {
  no_answer: { code: 'no_answer', seconds: 10 }, service_runs: { code: 'service_runs' }, service_not_running: { code: 'service_not_running' },
  service_not_allowed: { code: 'service_not_allowed' }, service_failed: { code: 'service_failed', pcsc: '0x80100001' }, no_reader: { code: 'no_reader' },
  reader: { code: 'reader', name: 'ACR', role: 'either', given: null, card: false }, readers_alike: { code: 'readers_alike', name: 'ACR', readers: 2 },
  tap_read: { code: 'tap_read', reader: 'ACR', waited: 900, took: 30 }, tap_slow: { code: 'tap_slow', reader: 'ACR', waited: 900, took: 1300 },
  tap_refused: { code: 'tap_refused', reader: 'ACR', why: 'random_uid', took: 30 }, tap_none: { code: 'tap_none', seconds: 10 },
  keyring_works: { code: 'keyring_works', took: 5 }, keyring_gone: { code: 'keyring_gone' }, keyring_forgets: { code: 'keyring_forgets' },
  settings_read: { code: 'settings_read' }, settings_practice: { code: 'settings_practice' }, settings_unreadable: { code: 'settings_unreadable' },
  ledger_file: { code: 'ledger_file', schema: 18, kilobytes: 1500 }, ledger_server: { code: 'ledger_server', schema: 18, kilobytes: 1500, took: 9, tls: true },
  ledger_practice: { code: 'ledger_practice' }, ledger_none: { code: 'ledger_none' }, ledger_no_key: { code: 'ledger_no_key' }, ledger_trouble: { code: 'ledger_trouble', why: 'gone' },
  register_not_set_up: { code: 'register_not_set_up' }, register_incomplete: { code: 'register_incomplete' }, register_ready: { code: 'register_ready', took: 80, skew: null },
  register_skew: { code: 'register_skew', took: 80, skew: -200 }, register_fault: { code: 'register_fault', fault: 'credentials', detail: null },
  printing_none: { code: 'printing_none' }, printing_no_queue: { code: 'printing_no_queue' }, printing_queue: { code: 'printing_queue', name: 'HP' },
  printing_stopped: { code: 'printing_stopped', name: 'HP' }, printing_unseen: { code: 'printing_unseen' }, engine: { code: 'engine', version: '2.50' },
  no_display: { code: 'no_display' }, no_engine: { code: 'no_engine' },
};
const CHECKED: Check[] = [
  ...Object.values(CHECKS),
  ...(['contact', 'contactless', 'sam', 'ignored'] as const).map((role) => ({ ...CHECKS.reader, role, card: true })),
  { ...CHECKS.register_ready, skew: 2 },
  { ...CHECKS.ledger_server, tls: false },
];
const LINES: Record<LineWhy, true> = { not_a_number: true, not_a_range: true, reversed: true, twice: true, other_shape: true, known: true, too_many: true, empty: true };
const WRONG: [string, string][] = [
  ['first_name', 'IS_BLANK_ERROR'], ['first_name', 'INVALID_FORMAT_ERROR'], ['email', 'INVALID_FORMAT_ERROR'], ['date_of_birth', 'INVALID_FORMAT_ERROR'],
  ['email', 'NOT_UNIQUE_ERROR'], ['smart_technologies[0].value', 'NOT_UNIQUE_ERROR'], ['custom_fields[library_id]', 'OUT_OF_RANGE_ERROR'],
  ['addresses[1].type', 'NOT_UNIQUE_ERROR'], ['valid_to', 'OUT_OF_RANGE_ERROR'], ['number', 'OUT_OF_RANGE_ERROR'], ['date_of_birth', 'IN_FUTURE_ERROR'],
  ['type', 'NOT_ALLOWED_ERROR'], ['legal_representatives', 'REQUIRED_ERROR'], ['gender', 'INVALID_CHOICE_ERROR'],
];

/** Every sentence that a code of the program leads to, in the present language. */
function sentences(): string[] {
  return [
    ...Object.values(WHATS).map((what) => say.finding(what)),
    ...(Object.keys(FAULTS) as FaultCode[]).map((code) => say.fault({ code, detail: null }, 'usos')),
    ...(Object.keys(NOT_ASKED) as NotAsked[]).map((why) => say.notAsked(why, 'alive')),
    ...Object.values(LINE).map((why) => say.lineRefusal(why)),
    ...Object.values(LINK).map((why) => say.linkRefusal(why)),
    ...Object.values(WORK).map((why) => sayWork.workRefusal(why)),
    ...Object.values(ACTS).map((what) => sayWork.act(what)),
    ...Object.values(WARNINGS).map((what) => sayWork.warning(what)),
    ...WRONG.map(([property, code]) => sayWork.fieldFault({ property, code, message: null })),
    ...[sayWork.cardAct, sayWork.cardActText, sayWork.whyNot, sayWork.reason, sayWork.pastState, sayWork.stepState, sayWork.alumni, sayWork.task, sayIssue.step, sayIssue.stepState, sayIssue.missing, sayIssue.spoilReason, sayIssue.numberWhy, say.ledgerTrouble].flatMap((table) =>
      Object.values<() => string>(table).map((word) => word()),
    ),
    ...[[], [1, 2]].map((missing) => sayScanner.scanner({ format: 'd10', order: 'reversed', bytes: 4, missing, cuts_longer: true })),
    ...[sayScanner.refusal, say.notFound, say.commandError, say.connectRefusal, say.healthText].flatMap((table) =>
      Object.values<() => string>(table).map((word) => word()),
    ),
    ...Object.values<readonly [() => string, () => string]>(say.tapRefused).flatMap(([what, todo]) => [what(), todo()]),
    ...Object.values(NOT_OPEN).flatMap((why) => say.notOpen(why)),
    ...Object.values(ISSUE).map((why) => sayIssue.issueRefusal(why)),
    ...Object.values(STOCK).map((why) => sayIssue.stockRefusal(why)),
    ...CHECKED.map((what): CheckFinding => ({ subject: 'usos', level: 'good', what })).map((found) => sayCheckup.finding(found)),
    ...[sayCheckup.level, sayCheckup.given].flatMap((table) => Object.values<() => string>(table).map((word) => word())),
    ...(Object.keys(say.tapRefused) as ChipRefusal[]).map((why) => sayCheckup.tapRefused('ACR', 20, why)),
    ...(Object.keys(LINES) as LineWhy[]).map((why) => sayIssue.lineFault({ line: 3, why, before: 1 })),
  ];
}

describe('every code', () => {
  it.each(LANGUAGES)('has a sentence in %s, with everything filled in', (language) => {
    setLanguage(language);
    for (const sentence of sentences()) expect(sentence).not.toMatch(/^$|[{}]|undefined|null|_/);
  });

  it('is said differently in each language', () => {
    const said = LANGUAGES.map((language) => {
      setLanguage(language);
      return sentences();
    });
    const [english] = said;
    for (const other of said.slice(1)) other.forEach((sentence, i) => expect(sentence).not.toBe(english![i]));
  });

  it("of ALIVE that the desk has no words for is said in ALIVE's own", () => {
    const fault = { property: 'shoe_size', code: 'TOO_BIG_ERROR', message: 'Too big.' };
    expect(sayWork.fieldFault(fault)).toBe('Too big.');
    expect(sayWork.faultCode(fault)).toBe('TOO_BIG_ERROR');
    expect(sayWork.faultCode({ ...fault, code: 'IS_BLANK_ERROR' })).toBeNull();
  });

  it('counts people as the language does', () => {
    const in5 = (language: Language) => (setLanguage(language), say.finding({ code: 'several_people', count: 5 }));
    expect(in5('cs')).toContain('5 osobám');
    expect(in5('ru')).toContain('5 людям');
  });
});
