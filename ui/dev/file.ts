// An example file to look at, with plans for what is asked of it. All people and values are invented.
import type { FileCard, Intent, PersonFile, Plan, Step, Task } from '../src/lib/ipc/bindings';
import { now } from './states';

const can = { edit: null, extend: null, plastic: null, cancel: null, giveBack: null, reactivate: 'not_cancelled' as const, extendTo: ['2027-12-31'], designs: ['ISIC-2025-A', 'ISIC-2025-JUBILEE'] };
const card = (more: Partial<FileCard>): FileCard => ({
  cardId: '1', number: 'S420123456789A', cardType: 'ISIC', form: 'DIGITAL_PLASTIC', status: 'ACTIVE', standing: 'valid',
  validFrom: '2025-09-01', validTo: '2026-12-31', validToPlastic: '2026-12-31', design: 'ISIC-2025-D', designPlastic: 'ISIC-2025-A',
  institution: ['Cvičná univerzita', 'Brno'],
  smartTechnologies: [{ type: 'CONTACTLESS_MIFARE', value: '04A2B3C4D5E680' }, { type: 'CONTACT_CHIP', value: '5A0102030C01' }],
  customFields: [{ name: 'library_id', value: 'LIB-004421' }, { name: 'old_locker', value: '17' }], can, ...more,
});

const rules: PersonFile['rules'] = {
  legalAge: 15, districts: ['Hlavní město Praha', 'Jihomoravský kraj', 'Zlínský kraj'],
  cardholderFields: [{ name: 'membership_code', mandatory: false, min: 1, max: 20 }, { name: 'esc_number', mandatory: false, min: 1, max: 40 }],
  cardFields: [{ name: 'library_id', mandatory: true, min: 1, max: 20 }, { name: 'esc_number', mandatory: false, min: 1, max: null }],
  issue: [
    { cardType: 'ISIC', forms: ['DIGITAL', 'DIGITAL_PLASTIC'], cycles: [{ validFrom: '2025-09-01', validTo: '2026-12-31' }, { validFrom: '2026-09-01', validTo: '2027-12-31' }], designs: ['ISIC-2025-A', 'ISIC-2025-JUBILEE'] },
    { cardType: 'ITIC', forms: ['DIGITAL', 'DIGITAL_PLASTIC'], cycles: [{ validFrom: '2026-01-01', validTo: '2026-12-31' }], designs: [] },
  ],
  countries: [{ alpha3: 'CZE', alpha2: 'CZ' }, { alpha3: 'SVK', alpha2: 'SK' }, { alpha3: 'POL', alpha2: 'PL' }, { alpha3: 'DEU', alpha2: 'DE' }],
};

export const FILE: PersonFile = {
  file: 1, cardholderId: '1001', name: 'Petr Janík', readAt: now - 2000, today: '2026-02-12',
  form: {
    external_id: 'UCO-44211', academic_degree_before_name: 'Bc.', first_name: 'Petr', last_name: 'Janík', academic_degree_after_name: '',
    date_of_birth: '2001-04-15', birth_number: '010415/1236', gender: 'MALE', email: 'petr.janik@example.edu', phone_number: '+420 601 000 111',
    language: 'cs', personal_id: 'ST44211', class_name: '', grade: '', roles: { student: true, graduate: false, teacher: null, employee: null },
    student_status: 'FULL_TIME',
    addresses: [{ type: 'REGISTERED', address_line_1: 'Zahradní 12', address_line_2: '', city: 'Brno', district: 'Jihomoravský kraj', postal_code: '602 00', country: 'CZE' }],
    legal_representatives: [], custom_fields: [{ name: 'membership_code', value: 'M-1' }, { name: 'choir', value: 'tenor' }],
  },
  rules,
  cards: [
    card({}),
    card({ cardId: '2', number: 'S420123450001B', form: 'DIGITAL', status: 'CANCELLED', standing: 'cancelled', validTo: '2024-12-31', validToPlastic: null, designPlastic: null, smartTechnologies: [], customFields: [], can: { ...can, edit: 'cancelled', extend: 'cancelled', plastic: 'cancelled', cancel: 'cancelled', reactivate: null, extendTo: [] } }),
    card({ cardId: '3', number: 'CZA540000032TV', cardType: 'ALIVE_ID_ALUMNI', form: 'DIGITAL', validToPlastic: null, designPlastic: null, smartTechnologies: [], customFields: [], can: { ...can, extend: 'extended_by_alive', plastic: 'not_this_type', extendTo: [] } }),
  ],
  graduations: [{ graduation_id: 1, cardholder_id: 1001, faculty_name: 'Filozofická fakulta', field_of_study: 'Historie', graduation_date: '2024-06-20', academic_degree: 'BACHELOR', pre_nominal_academic_degree: 'Bc.', post_nominal_academic_degree: '' }],
  alumni: { state: 'has', cardId: '3', number: 'CZA540000032TV', validTo: '2026-12-31' },
  erase: { bars: [{ number: 'S420123456789A', cardType: 'ISIC', validTo: '2026-12-31' }, { number: 'CZA540000032TV', cardType: 'ALIVE_ID_ALUMNI', validTo: '2026-12-31' }], from: '2027-01-01', extendedByAlive: true, planned: null, asked: null, done: false },
  history: [{ at: now - 86_400_000 * 3, endpoint: 'cards.changeStatus', state: 'done', reason: 'lost' }, { at: now - 86_400_000 * 90, endpoint: 'cardholders.set', state: 'open', reason: null }],
};

export const NEW_FILE: PersonFile = {
  ...FILE, cardholderId: null, name: '', cards: [], graduations: [], alumni: { state: 'no_graduation' }, history: [],
  erase: { bars: [], from: null, extendedByAlive: false, planned: null, asked: null, done: false },
  form: {
    external_id: '', academic_degree_before_name: '', first_name: '', last_name: '', academic_degree_after_name: '', date_of_birth: '', birth_number: '',
    gender: '', email: '', phone_number: '', language: '', personal_id: '', class_name: '', grade: '',
    roles: { student: null, graduate: null, teacher: null, employee: null }, student_status: '', addresses: [], legal_representatives: [], custom_fields: [],
  },
};

/** Other standings of the same person, by name in the address. */
export const FILES: Record<string, PersonFile> = {
  free: { ...FILE, alumni: { state: 'may_request' }, erase: { ...FILE.erase, bars: [], extendedByAlive: false, planned: now - 86_400_000 } },
  asked: { ...FILE, alumni: { state: 'no_graduation' }, graduations: [], erase: { ...FILE.erase, bars: [], asked: now - 3_600_000 } },
};

const waiting = (act: Step['act']): Step => ({ act, state: { is: 'waiting' } });

export function planFor(intent: Intent): Plan {
  const plan: Plan = { plan: 7, person: 'alive:1001', name: 'Petr Janík', steps: [], differences: [], warnings: [], irreversible: false };
  const isic = { number: 'S420123456789A', cardType: 'ISIC' };
  switch (intent.what) {
    case 'cardholder':
      plan.steps = [
        waiting({ act: 'set_cardholder' }), waiting({ act: 'update_card', ...isic }),
        waiting({ act: 'leave_card', number: 'S420123450001B', cardType: 'ISIC', why: 'cancelled' }),
        waiting({ act: 'update_card', number: 'CZA540000032TV', cardType: 'ALIVE_ID_ALUMNI' }),
      ];
      plan.differences = [
        { property: 'last_name', card: null, from: 'Janík', to: intent.form.last_name ?? '', contested: false },
        { property: 'student_status', card: null, from: 'FULL_TIME', to: 'PART_TIME', contested: false },
        { property: 'custom_fields[choir]', card: null, from: 'tenor', to: null, contested: false },
        { property: 'addresses[REGISTERED]', card: null, from: 'Zahradní 12, 602 00 Brno, Jihomoravský kraj, CZE', to: null, contested: false },
        { property: 'phone_number', card: null, from: '+420 602 222 333', to: '+420 601 000 112', contested: true },
      ];
      plan.warnings = [{ code: 'changed_meanwhile' }];
      return plan;
    case 'extend':
      return { ...plan, steps: [waiting({ act: 'extend', ...isic, validTo: intent.validTo })], differences: [{ property: 'valid_to', card: isic.number, from: '2026-12-31', to: intent.validTo, contested: false }] };
    case 'status':
      return { ...plan, irreversible: intent.status === 'RETURNED', steps: [waiting({ act: 'status', ...isic, status: intent.status })], differences: [{ property: 'status', card: isic.number, from: 'ACTIVE', to: intent.status, contested: false }] };
    case 'plastic':
      return { ...plan, steps: [waiting({ act: 'report_plastic', ...isic })] };
    case 'edit_card':
      return { ...plan, steps: [waiting({ act: 'update_card', ...isic })] };
    case 'report':
      return { ...plan, steps: [waiting({ act: 'report', number: intent.form.number ?? '', cardType: intent.form.type ?? '' })], warnings: [{ code: 'not_entitled' }] };
    case 'graduation':
      return { ...plan, steps: [waiting({ act: 'set_graduation' }), waiting({ act: 'update_card', number: 'CZA540000032TV', cardType: 'ALIVE_ID_ALUMNI' })] };
    case 'request_alumni':
      return { ...plan, steps: [waiting({ act: 'request_alumni' })], warnings: [{ code: 'extended_by_alive' }] };
    case 'erase':
      return { ...plan, irreversible: true, steps: [waiting({ act: 'anonymise' })] };
  }
}

/** How the example plan ends, chosen in the address. */
export function ended(plan: Plan, how: string | null): Plan {
  const [first, ...others] = plan.steps;
  const is = (state: Step['state']): Plan => ({ ...plan, steps: [...(first ? [{ ...first, state }] : []), ...others.map(({ act }): Step => ({ act, state: { is: 'skipped' } }))] });
  if (how === 'refused') return is({ is: 'refused', faults: [{ property: 'email', code: 'NOT_UNIQUE_ERROR', message: 'This value is already used.' }, { property: 'shoe_size', code: 'TOO_BIG_ERROR', message: 'Shoe size is too big.' }] });
  if (how === 'unknown') return is({ is: 'unknown', fault: { code: 'slow', detail: null } });
  if (how === 'not_done') return is({ is: 'not_done', fault: { code: 'down', detail: 'HTTP 503' } });
  return { ...plan, steps: plan.steps.map(({ act }) => ({ act, state: { is: act.act === 'leave_card' ? 'left' : 'done' } })) };
}

export const TASKS: Task[] = [
  { task: 'erase', key: 'alive:7', name: 'Maximiliana Brzęczyszczykiewicz', due: '2026-02-01' },
  { task: 'settle', change: 'c1', key: 'alive:1001', name: 'Petr Janík', endpoint: 'cards.issuePlastic', sent: true, at: now - 7_200_000 },
  { task: 'issue', issue: 'i1', key: 'alive:1001', name: 'Petr Janík', cardType: 'ISIC', next: 'print', at: now - 5_400_000 },
  { task: 'stock', cardType: 'ITIC', left: 12, runsOut: '2026-02-24' },
  { task: 'stock_unchecked' },
  { task: 'clock', last: now + 86_400_000 },
];
