// Example states to look at. All people and values are invented.
import type { AliveRecord, Chip, DeskState, Enquiry, Finding, SupRecord, Tray, UsosRecord } from '../src/lib/ipc/bindings';

export const now = Date.now();
const chip = (technology: string, value: string, here = false): Chip => ({ technology, value, here });
const UID = '04A2B3C4D5E680';

const alive: AliveRecord = {
  cardholderId: '1001',
  name: 'Petr Janík',
  cards: [
    {
      cardId: '1', number: 'S420123456789A', cardType: 'ISIC', form: 'DIGITAL_PLASTIC', status: 'ACTIVE', standing: 'valid',
      validFrom: '2025-09-01', validTo: '2026-12-31', validToPlastic: '2026-12-31',
      chips: [chip('CONTACTLESS_MIFARE', UID, true), chip('CONTACT_CHIP', '5A0102030C01')],
    },
    {
      cardId: '2', number: 'S420123450001B', cardType: 'ISIC', form: 'DIGITAL', status: 'CANCELLED', standing: 'cancelled',
      validFrom: '2023-09-01', validTo: '2024-12-31', validToPlastic: null, chips: [],
    },
  ],
};
const usos: UsosRecord = {
  userId: '44211',
  name: 'Petr Janík',
  card: {
    cardId: '9', cardType: 'student', studentNumber: 'ST44211', barcode: '0123456789', issued: '2025-09-15',
    expires: '2027-03-31', standing: 'valid', chips: [chip('contactless', UID, true), chip('contact', '5A0102030C01')],
  },
  others: [],
};
const sup: SupRecord = {
  idCard: '3f0d6b1c-8a44-4f0e-9d60-1c2f7a9be001', ean: '4607001234564', cardType: 'MP4', status: 'MAIN', standing: 'valid',
  validTo: '2028-01-31', activated: true, activatedOn: '2025-10-02', balance: 150_000, accountBalance: 1_240_050,
  accountAsOf: '2026-02-10 06:01', canTopUp: 1_500_000,
  limit: { unlimited: false, amount: 80_000, period: 'CDAY', days: [1, 2, 3, 4, 5], times: [{ from: '08:00', to: '20:00' }] },
  linkedAt: now - 86_400_000 * 40,
};

const finding = (level: Finding['level'], what: Finding['what'], marks: Finding['marks'] = []): Finding => ({ level, what, marks });

const base: Enquiry = {
  id: 1,
  asked: { by: 'chip', chip: { reader: 'Omnikey 5422 CL', interface: 'contactless', technology: 'mifare_desfire', uid: UID, mayRepeat: false } },
  askedAt: now - 2000,
  whole: true,
  person: {
    key: 'alive:1001', titleBefore: 'Bc.', firstName: 'Petr', lastName: 'Janík', titleAfter: null, born: '2001-04-15',
    personalId: 'ST44211', roles: ['student'], studentStatus: 'FULL_TIME', photo: { state: 'found', id: 'portrait' }, knownFrom: 'alive',
  },
  alive: { state: 'found', at: now - 2000, value: alive },
  usos: { state: 'found', at: now - 1900, value: usos },
  sup: { state: 'found', at: now - 1800, value: sup },
  studentChip: null,
  verdict: { level: 'good', findings: [finding('good', { code: 'all_agree', validTo: '2026-12-31' })] },
};

const ends = finding('warning', { code: 'ends_apart', alive: '2026-12-31', usos: '2027-03-31' }, [
  { register: 'alive', row: 'validity' },
  { register: 'usos', row: 'validity' },
]);

const long: Enquiry = {
  ...base,
  person: { ...base.person!, titleBefore: 'Mgr. et Mgr.', firstName: 'Maximiliana Aleksandra', lastName: 'Brzęczyszczykiewicz-Wiśniewska', titleAfter: 'Ph.D.', roles: ['student', 'employee'] },
  alive: { state: 'found', at: now, value: { ...alive, name: 'Maximiliana Aleksandra Brzęczyszczykiewicz-Wiśniewska', cards: [{ ...alive.cards[0]!, status: 'CANCELLED', standing: 'cancelled' }, alive.cards[1]!] } },
  usos: { state: 'found', at: now, value: { ...usos, name: 'Maximiliana Aleksandra Wiśniewska' } },
  sup: { state: 'found', at: now, value: { ...sup, status: 'TEMPORARILY_BLOCKED', standing: 'blocked' } },
  verdict: {
    level: 'bad',
    findings: [
      finding('bad', { code: 'cancelled' }, [{ register: 'alive', row: 'status' }]),
      finding('warning', { code: 'valid_there_not_here', validIn: 'usos', notIn: 'alive' }, [{ register: 'alive', row: 'status' }, { register: 'usos', row: 'status' }]),
      finding('warning', { code: 'names_apart', alive: 'Maximiliana Aleksandra Brzęczyszczykiewicz-Wiśniewska', usos: 'Maximiliana Aleksandra Wiśniewska' }, [{ register: 'alive', row: 'name' }, { register: 'usos', row: 'name' }]),
      ends,
      finding('warning', { code: 'sup_blocked' }, [{ register: 'sup', row: 'status' }]),
    ],
  },
};

const faults: Enquiry = {
  ...base,
  alive: { state: 'unreachable', since: now - 185_000, fault: { code: 'slow', detail: null }, last: { at: now - 3_600_000, value: alive } },
  usos: { state: 'not_found', at: now, why: 'no_valid_card' },
  sup: { state: 'not_allowed', at: now, fault: { code: 'token', detail: 'HTTP 401' } },
  verdict: {
    level: 'warning',
    findings: [
      finding('warning', { code: 'not_in_usos' }, [{ register: 'usos', row: 'status' }]),
      finding('warning', { code: 'without', register: 'alive' }),
      finding('warning', { code: 'without', register: 'sup' }),
      finding('note', { code: 'no_photo' }, [{ register: 'alive', row: 'photo' }]),
    ],
  },
  person: { ...base.person!, photo: { state: 'missing' } },
};

export const ENQUIRIES: Record<string, Enquiry> = {
  good: base,
  apart: { ...base, verdict: { level: 'warning', findings: [ends, finding('note', { code: 'uid_may_repeat' })] } },
  bad: long,
  faults,
  unlinked: { ...base, sup: { state: 'not_asked', why: 'not_linked' } },
  waiting: {
    ...base, whole: false, usos: { state: 'waiting' }, sup: { state: 'waiting' }, person: { ...base.person!, photo: { state: 'waiting' } },
    verdict: { level: 'waiting', findings: [finding('waiting', { code: 'asking' })] },
  },
  unknown: {
    ...base, person: null, alive: { state: 'not_found', at: now, why: 'chip_not_in_index' }, usos: { state: 'not_found', at: now, why: 'no_valid_card' },
    sup: { state: 'not_asked', why: 'nobody_known' }, verdict: { level: 'warning', findings: [finding('warning', { code: 'unknown_everywhere' })] },
  },
};

export const DESK: DeskState = {
  practice: true,
  not_open: null,
  version: '0.1.0',
  readers: { service: 'up', readers: [{ name: 'Practice reader CL', practice: true, card: false }, { name: 'Practice reader ICC', practice: true, card: false }] },
  registers: [
    { register: 'alive', state: 'ready', fault: null, since: now - 60_000 },
    { register: 'usos', state: 'trouble', fault: { code: 'slow', detail: null }, since: now - 60_000 },
    { register: 'sup', state: 'unknown', fault: null, since: now - 60_000 },
  ],
  index: { phase: 'ready', people: 12_480, cards: 15_011, freshAt: now - 42_000, fault: null },
  enquiry: null,
  preferences: { language: null, theme: 'system', volume: 60 },
  tasks: [],
  supervisor: true,
};

export const TRAY: Tray = {
  readers: [
    { name: 'Practice reader CL', interface: 'contactless', card: null },
    { name: 'Practice reader ICC', interface: 'contact', card: null },
  ],
  cards: ['Petr Janík', 'Anna Nováková', 'Oleg Smirnov', 'Zofia Wójcik', 'Tomáš Dvořák', 'Irina Petrova'].flatMap((holder, i) =>
    (['contactless', 'contact'] as const).map((side) => ({
      id: `c${i}-${side}`, physical: `p${i}`, holder, kind: 'ISIC', interface: side,
      trouble: [null, 'cancelled', 'sup_blocked', 'expired_in_alive_valid_in_usos', null, 'random_uid'][i] ?? null,
      codes: [`S42012345678${i}A`, '4607001234564'],
    })),
  ),
};
