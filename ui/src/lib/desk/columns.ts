// What the three columns show: the same rows for each register, and words for every state that a column can be in.
// Pure, apart from the language.
import type {
  AliveCard,
  Chip,
  Column,
  Enquiry,
  Finding,
  Mark,
  Register,
  Row,
  Standing,
  SupRecord,
  UsosCard,
  Level,
} from '$lib/ipc';
import { m } from '$lib/words/messages';
import { age, chipValue, day, dayAndTime, grouped, moment, money, weekday } from '$lib/words/format';
import { language } from '$lib/words/locale.svelte';
import * as say from '$lib/words/say';
import * as terms from '$lib/words/terms';

export const REGISTERS = ['alive', 'usos', 'sup'] as const satisfies readonly Register[];

/** The rows of the grid, from top to bottom. */
export const ROWS = ['name', 'kind', 'number', 'status', 'validity', 'chip', 'more'] as const;
export type CellRow = (typeof ROWS)[number];

export interface CellLine {
  text: string;
  /** The register's own term or a remark, smaller. */
  note?: string;
  /** The value as the register holds it, where the text groups or translates it. */
  raw?: string;
  standing?: Standing;
  /** This chip lies on the reader. */
  here?: boolean;
  mono?: boolean;
  quiet?: boolean;
  /** Seven flags, Monday first: days on which the card pays. */
  week?: boolean[];
}

export type Cells = Record<CellRow, CellLine[]>;

/** A way on from a state that isn't an answer. */
export type Way = 'again' | 'link' | 'settings';

export interface ColumnView {
  register: Register;
  state: Column<unknown>['state'];
  stateWord: string;
  /** What it means and what to do. */
  message: string | null;
  /** For support. */
  code: string | null;
  ways: Way[];
  cells: Cells | null;
  /** The values aren't fresh: what the desk knew before. */
  old: boolean;
  /** When it was asked. */
  at: number | null;
}

const NONE: CellLine[] = [{ text: '–', quiet: true }];

export function columnView(register: Register, enquiry: Enquiry | null, now: number): ColumnView {
  if (!enquiry) return view(register, { state: 'waiting' }, () => null, now);
  switch (register) {
    case 'alive':
      return view(register, enquiry.alive, (r) => aliveCells(r.name, r.cards[0]), now);
    case 'usos':
      return view(register, enquiry.usos, (r) => usosCells(r.name, r.card), now);
    case 'sup':
      return view(register, enquiry.sup, supCells, now);
  }
}

function view<T>(register: Register, column: Column<T>, cells: (value: T) => Cells | null, now: number): ColumnView {
  const base = { register, state: column.state, message: null, code: null, ways: [], cells: null, old: false, at: null };
  switch (column.state) {
    case 'waiting':
      return { ...base, stateWord: m.state_waiting() };
    case 'found':
      return { ...base, stateWord: m.state_found(), cells: cells(column.value), at: column.at };
    case 'not_asked': {
      const ways: Way[] = column.why === 'not_linked' ? ['link'] : column.why === 'not_set_up' ? ['settings'] : [];
      return { ...base, stateWord: say.notAskedState[column.why](), message: say.notAsked(column.why, register), ways };
    }
    case 'not_found': {
      const ways: Way[] = column.why === 'linked_card_unknown' ? ['link'] : ['again'];
      return { ...base, stateWord: m.state_not_found(), message: say.notFound[column.why](), ways, at: column.at };
    }
    case 'not_allowed': {
      const ways: Way[] = say.mendedInSettings(column.fault) ? ['again', 'settings'] : ['again'];
      const message = say.fault(column.fault, register);
      return { ...base, stateWord: m.state_not_allowed(), message, code: column.fault.detail, ways, at: column.at };
    }
    case 'unreachable': {
      const { fault, last, since } = column;
      const parts = [m.unreachable_since({ time: moment(language(), since, now) }) + '.', say.fault(fault, register)];
      if (last) parts.push(m.last_known({ age: age(language(), last.at, now) }));
      const ways: Way[] = say.mendedInSettings(fault) ? ['again', 'settings'] : ['again'];
      return {
        ...base,
        stateWord: m.state_unreachable(),
        message: parts.join(' '),
        code: fault.detail,
        ways,
        cells: last ? cells(last.value) : null,
        old: last !== null,
        at: last?.at ?? null,
      };
    }
  }
}

function range(from: string | null, to: string | null): CellLine[] {
  const l = language();
  if (to === null) return [{ text: m.valid_open(), quiet: true }];
  if (from === null) return [{ text: m.valid_until({ to: day(l, to) }), raw: to }];
  return [{ text: m.valid_range({ from: day(l, from), to: day(l, to) }), raw: `${from}/${to}` }];
}

function chipLines(chips: Chip[]): CellLine[] {
  if (chips.length === 0) return [{ text: m.chip_none(), quiet: true }];
  return chips.map(({ technology, value, here }) => ({
    text: chipValue(value),
    raw: value,
    note: terms.chipKind(technology),
    here,
    mono: true,
  }));
}

function aliveCells(name: string, card: AliveCard | undefined): Cells {
  const named: CellLine[] = [{ text: name }];
  if (!card) {
    const none: CellLine[] = [{ text: m.verdict_no_card_in_alive(), quiet: true }];
    return { name: named, kind: none, number: NONE, status: NONE, validity: NONE, chip: NONE, more: NONE };
  }
  const more: CellLine[] = [{ text: terms.aliveForm(card.form), note: card.form }];
  if (card.validToPlastic && card.validToPlastic !== card.validTo) {
    more.push({ text: m.form_plastic_to({ date: day(language(), card.validToPlastic) }) });
  }
  return {
    name: named,
    kind: [{ text: terms.aliveKind(card.cardType), raw: card.cardType }],
    number: [{ text: grouped(card.number), raw: card.number }],
    status: [{ text: say.standing[card.standing](), standing: card.standing, note: card.status }],
    validity: range(card.validFrom, card.validTo),
    chip: chipLines(card.chips),
    more,
  };
}

function usosCells(name: string, card: UsosCard): Cells {
  const more: CellLine[] = [];
  if (card.barcode) more.push({ text: m.usos_barcode({ code: card.barcode }), raw: card.barcode });
  if (card.issued) more.push({ text: m.usos_issued({ date: day(language(), card.issued) }) });
  const number = card.studentNumber ?? card.barcode;
  return {
    name: [{ text: name }],
    kind: [{ text: terms.usosKind(card.cardType), note: card.cardType, raw: card.cardType }],
    number: number ? [{ text: number, raw: number }] : NONE,
    status: [{ text: say.standing[card.standing](), standing: card.standing }],
    validity: range(null, card.expires),
    chip: chipLines(card.chips),
    more: more.length > 0 ? more : NONE,
  };
}

export function supCells(record: SupRecord): Cells {
  const l = language();
  const activation =
    record.activated === false
      ? m.sup_not_activated()
      : record.activatedOn
        ? m.sup_activated_on({ date: day(l, record.activatedOn) })
        : record.activated
          ? m.sup_activated()
          : null;
  const status: CellLine[] = [{ text: say.standing[record.standing](), standing: record.standing, note: record.status }];
  // A blocked card's role isn't known, and «blocked» has been said.
  const role = record.standing === 'blocked' ? null : terms.supStatus(record.status);
  const detail = [role, activation].filter((part) => part !== null).join(', ');
  if (detail !== '') status.push({ text: detail, quiet: true });
  const linked = day(l, new Date(record.linkedAt).toISOString().slice(0, 10));
  return {
    name: [{ text: m.sup_no_name(), quiet: true }],
    kind: [{ text: terms.supKind(record.cardType), note: record.cardType, raw: record.cardType }],
    number: record.ean ? [{ text: grouped(record.ean), raw: record.ean }] : NONE,
    status,
    validity: range(null, record.validTo),
    chip: [{ text: m.sup_no_chip({ date: linked }), quiet: true }],
    more: supMore(record),
  };
}

function supMore(record: SupRecord): CellLine[] {
  const l = language();
  const lines: CellLine[] = [];
  if (record.balance !== null) {
    const text = m.sup_balance({ money: money(l, record.balance) });
    const note = record.canTopUp === null ? undefined : m.sup_top_up({ money: money(l, record.canTopUp) });
    lines.push(note === undefined ? { text } : { text, note });
  }
  if (record.accountBalance !== null) {
    const amount = money(l, record.accountBalance);
    const text = record.accountAsOf
      ? m.sup_account({ money: amount, when: dayAndTime(l, record.accountAsOf) })
      : m.sup_account_open({ money: amount });
    lines.push({ text, quiet: true });
  }
  const limit = record.limit;
  if (limit?.unlimited) lines.push({ text: m.sup_unlimited() });
  else if (limit) {
    const parts: string[] = [];
    if (limit.amount !== null) parts.push(terms.supLimit(limit.period, money(l, limit.amount)));
    if (limit.days.length === 0) parts.push(m.sup_any_day());
    const times = limit.times.map(({ from, to }) => `${from ?? '00:00'}–${to ?? '24:00'}`).join(', ');
    parts.push(times === '' ? m.sup_any_time() : times);
    const line: CellLine = { text: parts.join(', ') };
    if (limit.days.length > 0) line.week = [1, 2, 3, 4, 5, 6, 7].map((iso) => limit.days.includes(iso));
    lines.push(line);
  }
  return lines.length > 0 ? lines : NONE;
}

/** The days of a week strip in words, for those who don't see it. */
export function weekWords(week: boolean[]): string {
  const days = week.flatMap((pays, i) => (pays ? [weekday(language(), i + 1, true)] : []));
  return m.sup_days({ days: days.join(', ') });
}

/** The gravest finding that marks a cell, if any. */
export function findingAt(enquiry: Enquiry | null, register: Register, row: Row): Finding | null {
  const isThis = (mark: Mark): boolean => mark.register === register && mark.row === row;
  return enquiry?.verdict.findings.find(({ marks }) => marks.some(isThis)) ?? null;
}

/** Two registers contradict each other; else one of them says something grave alone. */
export function bothSides({ marks }: Finding): boolean {
  return new Set(marks.map((mark) => mark.register)).size > 1;
}

/** The gravest finding that marks anything in a register's column. */
export function markOfColumn(enquiry: Enquiry | null, register: Register): Level | null {
  const hit = enquiry?.verdict.findings.find(({ marks }) => marks.some((mark) => mark.register === register));
  return hit?.level ?? null;
}
