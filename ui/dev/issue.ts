// An example card that is being issued, and an example stock. All people and values are invented.
import type { Issue, IssueDraft, IssueStep, IssueStepState, Stock, StepName } from '../src/lib/ipc/bindings';
import { now } from './states';

const CHIP = { type: 'CONTACTLESS_MIFARE', value: '04D1E2F3A4B580' };
const draft: IssueDraft = {
  card: {
    cardholder_id: 1001, type: 'ISIC', number: '', form: 'DIGITAL_PLASTIC', valid_from: '2026-09-01', valid_to: '2027-12-31', smart_technologies: [],
    custom_fields: [{ name: 'library_id', value: 'LIB-004421' }],
  },
  design: 'ISIC-2025-A', lookedOver: false, printed: false,
};
const BEGUN: Issue = {
  issue: 'i1', begunAt: now - 5_400_000, takenUp: false, draft, steps: [], next: 'person', faults: [], photo: { state: 'found', id: 'portrait' },
  number: { number: null, sent: false, left: 128, unasked: false }, readBack: [], otherChip: null, spoiled: 0, locked: false, elsewhere: false,
};

/** How far each step is, as the program would say. */
export function judged(issue: Issue): Issue {
  const card = issue.draft.card!;
  const chips = card.smart_technologies ?? [];
  const digital = card.form === 'DIGITAL';
  const missing = (is: boolean): IssueStepState => (is ? 'missing' : 'done');
  const library = (card.custom_fields ?? []).some(({ name, value }) => name === 'library_id' && value);
  const faults = [
    ...(card.type ? [] : [{ property: 'type', code: 'IS_BLANK_ERROR', message: null }]),
    ...(library ? [] : [{ property: 'custom_fields[library_id]', code: 'IS_BLANK_ERROR', message: null }]),
    ...chips.flatMap(({ type, value }, i) => [
      ...(type ? [] : [{ property: `smart_technologies[${i}].type`, code: 'IS_BLANK_ERROR', message: null }]),
      ...(value === '5A0102030C01' ? [{ property: `smart_technologies[${i}].value`, code: 'NOT_UNIQUE_ERROR', message: null }] : []),
    ]),
  ];
  const wrong = (list: string): boolean => faults.some(({ property }) => property.startsWith(list));
  const steps: IssueStep[] = [
    { step: 'person', state: 'done' },
    { step: 'portrait', state: issue.photo.state === 'found' ? 'done' : 'lacking' },
    { step: 'card', state: missing(wrong('type') || wrong('custom_fields')) },
    { step: 'number', state: missing(issue.number.number === null) },
    { step: 'chips', state: wrong('smart') ? 'missing' : chips.length > 0 ? 'done' : digital ? 'not_needed' : 'lacking' },
  ];
  const add = (step: StepName, needed: boolean, done: boolean): void => {
    const waits = steps.some(({ state }) => state === 'missing' || state === 'waits');
    steps.push({ step, state: !needed ? 'not_needed' : done ? 'done' : waits ? 'waits' : 'missing' });
  };
  add('preview', true, issue.draft.lookedOver ?? false);
  add('print', !digital, issue.draft.printed ?? false);
  add('read_back', chips.length > 0, chips.every(({ value }) => issue.readBack.includes(value ?? '')));
  add('report', true, false);
  const locked = issue.draft.printed ?? false;
  return { ...issue, faults, steps, locked, next: steps.find(({ state }) => state === 'missing')?.step ?? 'report' };
}

const at = (more: Partial<Issue>, of: Partial<IssueDraft> = {}, card: IssueDraft['card'] = {}): Issue =>
  judged({ ...BEGUN, ...more, draft: { ...draft, ...of, card: { ...draft.card, ...card } } });
const number = { number: 'S420123456790B', sent: false, left: 127, unasked: false };

/** By name in the address. */
export const ISSUES: Record<string, Issue> = {
  begun: at({}, {}, { custom_fields: [] }),
  number: at({ takenUp: true }),
  none: at({ number: { number: null, sent: false, left: 0, unasked: false }, photo: { state: 'missing' } }),
  drawn: at({ number: { ...number, sent: true, unasked: true }, elsewhere: true }),
  preview: at({ number }, {}, { smart_technologies: [CHIP] }),
  print: at({ number, spoiled: 1 }, { lookedOver: true }, { smart_technologies: [CHIP] }),
  read: at({ number }, { lookedOver: true, printed: true }, { smart_technologies: [CHIP] }),
  other: at({ number, otherChip: '04FFEEDDCCBB80', readBack: [] }, { lookedOver: true, printed: true }, { smart_technologies: [CHIP, { type: 'CONTACT_CHIP', value: '5A0102030C09' }] }),
  report: at({ number, readBack: [CHIP.value] }, { lookedOver: true, printed: true }, { smart_technologies: [CHIP] }),
};

export const STOCK: Stock = {
  unchecked: false,
  types: [
    { cardType: 'ISIC', free: 1840, leased: 150, sent: 1, used: 12_480, spoiled: 37, returned: 4, lately: 212, runsOut: '2026-10-04', low: false },
    { cardType: 'ITIC', free: 12, leased: 20, sent: 0, used: 903, spoiled: 3, returned: 0, lately: 61, runsOut: '2026-02-24', low: true },
    { cardType: 'ALIVE_STAFF', free: 0, leased: 0, sent: 0, used: 0, spoiled: 0, returned: 0, lately: 0, runsOut: null, low: false },
  ],
  desks: [{ desk: 'okienko-1', here: true, numbers: 128 }, { desk: 'studijni-2', here: false, numbers: 42 }],
};
