// The sentence for every code of issuing a card and of the stock of card numbers. Typed by their unions, so that a new
// code without words is a type error.
import type { IssueStepState, LineFault, LineWhy, NumberWhy, SpoilReason, StepName, StockRefusal } from '$lib/ipc';
import type { IssueRefused } from '$lib/issue/issuing.svelte';
import { m } from './messages';
import * as say from './say';
import * as sayScanner from './sayScanner';
import * as sayWork from './sayWork';

type Words<Code extends string> = Readonly<Record<Code, () => string>>;

export const step: Words<StepName> = {
  person: m.person_title,
  portrait: m.strip_portrait,
  card: m.group_card,
  number: m.row_number,
  chips: m.chips_title,
  preview: m.strip_preview,
  print: m.strip_print,
  read_back: m.strip_read_back,
  report: m.strip_report,
};

export const stepState: Words<IssueStepState> = {
  done: m.step_done,
  missing: m.strip_missing,
  lacking: m.strip_lacking,
  not_needed: m.strip_not_needed,
  waits: m.strip_waits,
};

/** What the clerk wanted to go on without. */
export const missing: Words<StepName> = {
  person: m.missing_person,
  portrait: m.issue_portrait_none,
  card: m.missing_card,
  number: m.missing_number,
  chips: m.missing_chips,
  preview: m.missing_before,
  print: m.missing_before,
  read_back: m.missing_read_back,
  report: m.missing_before,
};

export const spoilReason: Words<SpoilReason> = {
  misprint: m.spoil_misprint,
  dead_chip: m.spoil_dead_chip,
  damaged: m.reason_damaged,
  wrong_data: m.reason_wrong_data,
  wrong_number: m.spoil_wrong_number,
  lost: m.reason_lost,
};

export const numberWhy: Words<NumberWhy> = {
  format: m.number_format,
  range: m.wrong_range_number,
  used: m.number_used,
  spoiled: m.number_spoiled,
  returned: m.number_returned,
  other_desk: m.number_other_desk,
  sent: m.number_sent,
  on_its_way: m.ledger_number_taken,
  other_type: m.number_other_type,
};

export function issueRefusal(why: IssueRefused): string {
  switch (why.code) {
    case 'unexpected':
      return m.error_unexpected();
    case 'gone':
      return m.issue_gone();
    case 'locked':
      return m.issue_locked();
    case 'reporting':
      return m.issue_reporting();
    case 'reported':
      return m.issue_reported();
    case 'missing':
      return missing[why.step]();
    case 'no_numbers':
      return m.issue_number_no_more();
    case 'number':
      return numberWhy[why.why]();
    case 'no_chip':
      return m.issue_no_chip();
    case 'scanner':
      return sayScanner.refusal[why.why]();
    case 'work':
      return sayWork.workRefusal(why.refusal);
    case 'not_kept':
      return m.issue_not_kept({ why: say.ledgerTrouble[why.why]() });
    default:
      return without(why);
  }
}

/** The code behind a refusal's code, where there is one. */
export function whyOf(why: IssueRefused): string | undefined {
  if (why.code === 'missing') return why.step;
  if (why.code === 'work') return why.refusal.code;
  return 'why' in why ? why.why : undefined;
}

export function stockRefusal(why: StockRefusal | { code: 'unexpected' }): string {
  switch (why.code) {
    case 'unexpected':
      return m.error_unexpected();
    case 'not_set_up':
      return m.work_not_set_up();
    case 'no_type':
      return m.stock_no_type();
    case 'lines':
      return m.stock_lines();
    case 'out_of_range':
      return m.stock_out_of_range({ count: why.numbers });
    case 'unanswered':
      return say.fault(why.fault, 'alive');
    case 'not_kept':
      return say.ledgerTrouble[why.why]();
    default:
      return without(why);
  }
}

export function lineFault({ line, why, before }: LineFault): string {
  const words: Words<LineWhy> = {
    not_a_number: m.line_not_a_number,
    not_a_range: m.line_not_a_range,
    reversed: m.line_reversed,
    twice: () => m.line_twice({ line: before ?? line }),
    other_shape: m.line_other_shape,
    known: m.line_known,
    too_many: m.line_too_many,
    empty: m.line_empty,
  };
  return words[why]();
}

/** Reached only if a code has no words: the type checker refuses that. */
function without(code: never): never {
  throw new Error(`no words for ${JSON.stringify(code)}`);
}
