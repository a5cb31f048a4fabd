// Stands in for the program while looking: answers the page's commands from the example states. `#state` in the
// address chooses what is shown. Window.desk lets the one who looks send notices.
import type { Answer, CommandError, Connect, Connections, GivenRole, Hit, Intent, Issue, IssueDraft, IssueRefusal, LinkRefusal, Notice, NotOpen, Plan, Preferences, Register, StockRefusal, WorkRefusal } from '../src/lib/ipc/bindings';
import { ended, FILE, FILES, NEW_FILE, planFor, TASKS } from './file';
import { CHECK_UP } from './checkup';
import { ISSUES, judged, STOCK } from './issue';
import { DESK, ENQUIRIES, now, TRAY } from './states';

export type * from '../src/lib/ipc/bindings';

let hear: (notice: Notice) => void = () => undefined;
let connections: Connections = { alive: null, usos: null, sup: null };
let issue: Issue = ISSUES['number']!;
let tray = TRAY;
let id = 1;
let plan: Plan = planFor({ what: 'erase', pin: null });
const wish = new URLSearchParams(location.hash.slice(1));
const ok = <T>(data: T) => Promise.resolve({ status: 'ok' as const, data });
const no = <E>(error: E) => Promise.resolve({ status: 'error' as const, error });

function show(name: string): number {
  const enquiry = ENQUIRIES[name] ?? ENQUIRIES['good']!;
  id += 1;
  const mine = id;
  if (enquiry.asked.by === 'chip') hear({ about: 'tap', is: { kind: 'read', at: Date.now(), chip: enquiry.asked.chip, enquiry: mine } });
  setTimeout(() => hear({ about: 'enquiry', is: { ...enquiry, id: mine } }), 30);
  return mine;
}

const hits: Hit[] = ['Petr Janík', 'Petra Janíková', 'Jan Petřík'].map((name, i) => ({
  key: `alive:${i}`, name, born: '2001-04-15', personalId: `ST4421${i}`, cardType: i === 1 ? 'ALIVE_ID_ALUMNI' : 'ISIC', cardNumber: i === 1 ? 'CZA540000032TV' : 'S420123456789A', validTo: '2026-12-31',
}));

const calls: unknown[] = [];
Object.assign(window, { desk: { tell: (notice: Notice) => hear(notice), show, now, calls } });

export const commands = {
  deskState: () =>
    ok({ ...DESK, not_open: (wish.has('shut') ? { code: 'ledger', why: wish.get('shut') } : null) as NotOpen | null, tasks: wish.has('tasks') ? TASKS : [], practice: wish.get('practice') !== 'no', preferences: { ...DESK.preferences, language: (wish.get('lang') ?? null) as Preferences['language'], theme: (wish.get('theme') ?? 'system') as Preferences['theme'] } }),
  ask: (line: string, anyway: boolean) => {
    calls.push(['ask', line, anyway]);
    const answer: Answer =
      line === 'nobody' ? { kind: 'refused', why: { code: 'nobody' } }
      : /^\d{13}$/.test(line) && !anyway ? { kind: 'refused', why: { code: 'check_digit', expected: '4' } }
      : line === 'petr' ? { kind: 'people', hits }
      : { kind: 'enquiry', id: show('apart') };
    return ok(answer);
  },
  search: (text: string) => ok(text.startsWith('x') ? [] : hits),
  openPerson: () => ok(show('good')),
  askAgain: (register: Register) => (calls.push(['again', register]), ok(null)),
  clear: () => ok(null),
  lookUpSup: (text: string, anyway: boolean) => {
    const sup = ENQUIRIES['good']!.sup;
    if (text === '') return no<LinkRefusal>({ code: 'not_an_id' });
    if (text.startsWith('123') && !anyway) return no<LinkRefusal>({ code: 'ean_unknown' });
    return sup.state === 'found' ? ok(sup.value) : no<LinkRefusal>({ code: 'unknown_card' });
  },
  linkSup: () => (show('good'), ok(null)),
  unlinkSup: () => (show('unlinked'), ok(null)),
  tray: () => ok(tray),
  placeCard: (card: string, reader: string) => {
    tray = { ...tray, readers: tray.readers.map((r) => (r.name === reader ? { ...r, card } : r)) };
    show(card.startsWith('c1') ? 'bad' : 'good');
    return ok(tray);
  },
  takeCard: (reader: string) => {
    tray = { ...tray, readers: tray.readers.map((r) => (r.name === reader ? { ...r, card: null } : r)) };
    hear({ about: 'tap', is: { kind: 'gone', reader: 'Omnikey 5422 CL', at: Date.now() } });
    return ok(tray);
  },
  connections: () => ok(connections),
  connect: (to: Connect) => {
    if (!to.connection.base_url.startsWith('https')) return no({ field: 'base_url', code: 'not_encrypted' as const });
    connections = { ...connections, [to.register]: to.connection };
    return ok(connections);
  },
  disconnect: (register: Register) => ok((connections = { ...connections, [register]: null })),
  workOpen: () =>
    wish.get('file') === 'never' ? new Promise<never>(() => undefined)
    : wish.get('file') === 'down' ? no<WorkRefusal>({ code: 'unanswered', fault: { code: 'credentials', detail: 'HTTP 401' } })
    : ok({ ...(FILES[wish.get('file') ?? ''] ?? FILE), file: (id += 1), readAt: Date.now() }),
  workNew: () => ok(NEW_FILE),
  workCheck: (_: number, intent: Intent) => {
    const form = intent.what === 'cardholder' ? intent.form : null;
    const faults = form === null ? [] : [
      ...(form.first_name ? [] : [{ property: 'first_name', code: 'IS_BLANK_ERROR', message: null }]),
      ...(form.last_name ? [] : [{ property: 'last_name', code: 'IS_BLANK_ERROR', message: null }]),
      ...(form.email?.includes('@') ? [] : [{ property: 'email', code: 'INVALID_FORMAT_ERROR', message: null }]),
      ...(form.addresses ?? []).flatMap(({ city }, i) => (city ? [] : [{ property: `addresses[${i}].city`, code: 'IS_BLANK_ERROR', message: null }])),
    ];
    return ok({ faults, warnings: form?.birth_number ? [{ code: 'birth_number_check' as const, property: 'birth_number' }] : [] });
  },
  workPlan: (_: number, intent: Intent) => {
    calls.push(['plan', intent]);
    if (intent.what === 'cardholder' && !intent.form.last_name) return no<WorkRefusal>({ code: 'fields', faults: [{ property: 'last_name', code: 'IS_BLANK_ERROR', message: null }, { property: 'institution', code: 'ODD_ERROR', message: 'Something is odd.' }] });
    if (intent.what === 'status' && intent.status === 'RETURNED' && intent.pin !== '1234') return no<WorkRefusal>({ code: 'wrong_pin' });
    return ok((plan = planFor(intent)));
  },
  workDo: async () => {
    for (let i = 0; i < plan.steps.length; i += 1) {
      const steps = plan.steps.map((step, at) => (at < i ? { ...step, state: { is: 'done' as const } } : at === i ? { ...step, state: { is: 'running' as const } } : step));
      hear({ about: 'progress', is: { ...plan, steps } });
      await new Promise((next) => setTimeout(next, wish.get('end') === 'running' ? 60_000 : 100));
    }
    return ok(ended(plan, wish.get('end')));
  },
  issueBegin: () => {
    const how = wish.get('issue') ?? 'begun';
    return how === 'refused' ? no<IssueRefusal>({ code: 'not_kept', why: 'disk_full' }) : ok((issue = ISSUES[how] ?? issue));
  },
  issueSave: (_: string, draft: IssueDraft) => (calls.push(['save', draft]), ok((issue = judged({ ...issue, draft })))),
  issueNextNumber: () => {
    if (issue.number.left === 0) return no<IssueRefusal>({ code: 'no_numbers' });
    return ok((issue = judged({ ...issue, number: { ...issue.number, number: 'S420123456791C', left: issue.number.left - 1 } })));
  },
  issueNumber: (_: string, number: string) => {
    if (!/^S\d/.test(number)) return no<IssueRefusal>({ code: 'number', why: 'format' });
    if (number.endsWith('X')) return no<IssueRefusal>({ code: 'number', why: 'used' });
    return ok((issue = judged({ ...issue, number: { ...issue.number, number } })));
  },
  issueReadBack: (_: string, code: string | null) => {
    const chip = issue.draft.card?.smart_technologies?.find(({ value }) => code === null || value === code)?.value;
    return ok((issue = judged({ ...issue, readBack: chip ? [...issue.readBack, chip] : issue.readBack, otherChip: chip ? null : code })));
  },
  issueSpoil: (_: string, blank: boolean, number: boolean) => {
    const { draft } = issue;
    const card = { ...draft.card, smart_technologies: blank ? [] : (draft.card?.smart_technologies ?? []) };
    const spoiled = { ...issue, spoiled: issue.spoiled + (blank ? 1 : 0), readBack: [], otherChip: null, draft: { ...draft, card, lookedOver: false, printed: false } };
    return ok((issue = judged(number ? { ...spoiled, number: { ...issue.number, number: null } } : spoiled)));
  },
  issuePlan: () => {
    if (issue.next !== 'report') return no<IssueRefusal>({ code: 'missing', step: issue.next });
    const { type = '' } = issue.draft.card ?? {};
    return ok((plan = { ...planFor({ what: 'plastic', cardId: '1', form: {} }), steps: [{ act: { act: 'report', number: issue.number.number ?? '', cardType: type }, state: { is: 'waiting' } }] }));
  },
  issueDrop: () => ok(null),
  stock: () => ok({ ...STOCK, unchecked: wish.has('unchecked') }),
  stockTakeIn: (cardType: string, text: string) => {
    if (cardType === '') return no<StockRefusal>({ code: 'no_type' });
    const faults = text.split('\n').flatMap((line, i) => (/^S\d/.test(line) ? [] : [{ line: i + 1, why: line === '' ? 'empty' as const : i % 2 ? 'twice' as const : 'not_a_number' as const, before: i % 2 ? 1 : null }]));
    return faults.length > 0 ? no<StockRefusal>({ code: 'lines', faults, more: 12 }) : ok({ numbers: 1200, free: 1187 });
  },
  stockCompare: () => ok(3),
  stockGiveBack: () => ok(42),
  stockRelease: () => ok(4),
  connectLedger: (to: string) => {
    if (!to.startsWith('postgres://')) return no({ field: 'ledger', code: 'not_an_address' as const });
    return ok((connections = { ...connections, ledger: to }));
  },
  disconnectLedger: () => ok((connections = { ...connections, ledger: null })),
  planErasure: () => ok(null),
  settle: () => (hear({ about: 'tasks', is: [] }), ok(null)),
  setSupervisorPin: (old: string | null) => (old === '1234' ? ok(null) : no<WorkRefusal>({ code: 'wrong_pin' })),
  savePreferences: () => ok(null),
  doctor: () => ok(CHECK_UP),
  giveReaderRole: (reader: string, role: GivenRole | null) => (calls.push(['role', reader, role]), ok(null)),
} satisfies Record<string, (...args: never[]) => Promise<unknown>>;

export type NoTray = CommandError;

export function onHappened(cb: (notice: Notice) => void): Promise<() => void> {
  hear = cb;
  const state = wish.get('state');
  if (state) setTimeout(() => show(state), 50);
  return Promise.resolve(() => undefined);
}

/** A drawn face: nobody's. */
export function photoUrl(): string {
  return '/dev-portrait.svg';
}
