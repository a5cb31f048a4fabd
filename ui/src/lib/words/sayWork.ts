// The sentence for every code of the work on a person's file: plans, steps, refusals, faults of fields. Typed by their
// unions, so that a new code without words is a type error.
import type { Act, Alumni, FieldFault, PastState, Reason, StepState, Task, Warning, WhyNot } from '$lib/ipc';
import type { CardAct } from '$lib/file/card.svelte';
import { lastName } from '$lib/file/faults';
import type { Refused, Tab } from '$lib/file/work.svelte';
import { m } from './messages';
import { day, grouped } from './format';
import { language } from './locale.svelte';
import * as say from './say';
import { aliveKind, cardStatus, study } from './terms';

type Words<Code extends string> = Readonly<Record<Code, () => string>>;

export const tab: Words<Tab> = { data: m.tab_data, cards: m.tab_cards, graduation: m.tab_graduation, erase: m.tab_erase };

export const cardAct: Words<CardAct> = {
  extend: m.act_extend,
  cancel: m.act_cancel_card,
  activate: m.act_activate,
  return: m.act_return,
  plastic: m.act_plastic,
  modify: m.act_modify,
};

/** What an act means, above its form. */
export const cardActText: Words<CardAct> = {
  extend: m.act_extend_text,
  cancel: m.act_cancel_card_text,
  activate: m.act_activate_text,
  return: m.act_return_text,
  plastic: m.act_plastic_text,
  modify: m.act_modify_text,
};

export const whyNot: Words<WhyNot> = {
  returned: m.why_returned,
  cancelled: m.why_cancelled,
  not_cancelled: m.why_not_cancelled,
  not_this_type: m.why_not_this_type,
  extended_by_alive: m.why_extended_by_alive,
  no_cycle: m.why_no_cycle,
  expired: m.why_expired,
  anonymised: m.why_anonymised,
  unclear: m.why_unclear,
};

export const reason: Words<Reason> = {
  lost: m.reason_lost,
  stolen: m.reason_stolen,
  damaged: m.reason_damaged,
  wrong_data: m.reason_wrong_data,
  issued_by_mistake: m.reason_issued_by_mistake,
  no_longer_entitled: m.reason_no_longer_entitled,
  found_again: m.reason_found_again,
  mistake: m.reason_mistake,
};

export const pastState: Words<PastState> = {
  done: m.past_done,
  refused: m.past_refused,
  undone: m.past_undone,
  open: m.past_open,
};

export const stepState: Words<StepState['is']> = {
  waiting: m.step_waiting,
  running: m.step_running,
  done: m.step_done,
  refused: m.step_refused,
  unknown: m.step_unknown,
  not_done: m.step_not_done,
  skipped: m.step_skipped,
  left: m.step_left,
};

export const alumni: Words<Alumni['state']> = {
  no_graduation: m.alumni_no_graduation,
  may_request: m.alumni_may_request,
  has: m.alumni_has,
  not_agreed: m.alumni_not_agreed,
};

export const task: Words<Task['task']> = {
  erase: m.task_erase,
  settle: m.task_settle,
  issue: m.task_issue,
  stock: m.task_stock,
  stock_unchecked: m.task_stock_unchecked,
  clock: m.task_clock,
};

/** The card of a step, as `ISIC S 420 …`. */
export const cardOf = (of: { number: string; cardType: string }): string => `${aliveKind(of.cardType)} ${grouped(of.number)}`.trim();

export function act(what: Act): string {
  switch (what.act) {
    case 'create_cardholder':
      return m.step_create_cardholder();
    case 'set_cardholder':
      return m.step_set_cardholder();
    case 'set_graduation':
      return m.step_set_graduation();
    case 'request_alumni':
      return m.step_request_alumni();
    case 'report':
      return m.step_report({ card: cardOf(what) });
    case 'update_card':
      return m.step_update_card({ card: cardOf(what) });
    case 'report_plastic':
      return m.step_report_plastic({ card: cardOf(what) });
    case 'extend':
      return m.step_extend({ card: cardOf(what), date: day(language(), what.validTo) });
    case 'status':
      return m.step_status({ card: cardOf(what), status: cardStatus(what.status) });
    case 'anonymise':
      return m.step_anonymise();
    case 'leave_card':
      return m.step_leave_card({ card: cardOf(what), why: whyNot[what.why]() });
    default:
      return without(what);
  }
}

export function warning(what: Warning): string {
  switch (what.code) {
    case 'birth_number_check':
      return m.warning_birth_number_check();
    case 'birth_number_day':
      return m.warning_birth_number_day();
    case 'birth_number_gender':
      return m.warning_birth_number_gender();
    case 'changed_meanwhile':
      return m.warning_changed_meanwhile();
    case 'student_status_sent':
      return m.warning_student_status_sent({ status: study(what.status) });
    case 'not_entitled':
      return m.warning_not_entitled();
    case 'extended_by_alive':
      return m.warning_extended_by_alive();
    default:
      return without(what);
  }
}

export function workRefusal(why: Refused): string {
  switch (why.code) {
    case 'unexpected':
      return m.error_unexpected();
    case 'not_set_up':
      return m.work_not_set_up();
    case 'file_gone':
      return m.work_file_gone();
    case 'record_gone':
      return m.work_record_gone();
    case 'fields':
      return m.work_fields();
    case 'nothing':
      return m.work_nothing();
    case 'not_allowed':
      return m.work_not_allowed({ why: whyNot[why.why]() });
    case 'no_alumni_card':
      return m.work_no_alumni_card();
    case 'cards_valid':
      return m.work_cards_valid();
    case 'unanswered':
      return say.fault(why.fault, 'alive');
    case 'not_kept':
      return m.work_not_kept({ why: say.ledgerTrouble[why.why]() });
    case 'keyring':
      return m.work_keyring();
    case 'plan_gone':
      return m.work_plan_gone();
    case 'changed_meanwhile':
      return m.work_changed_meanwhile();
    case 'no_pin':
      return m.work_no_pin();
    case 'wrong_pin':
      return m.work_wrong_pin();
    case 'pin_locked':
      return m.work_pin_locked({ count: why.seconds });
    case 'busy':
      return m.work_busy();
    default:
      return without(why);
  }
}

/** The codes of ALIVE that the desk has words for (the manual shows the first one and announces a list). */
export type WrongCode =
  | 'IS_BLANK_ERROR'
  | 'INVALID_FORMAT_ERROR'
  | 'INVALID_CHOICE_ERROR'
  | 'NOT_UNIQUE_ERROR'
  | 'OUT_OF_RANGE_ERROR'
  | 'IN_FUTURE_ERROR'
  | 'NOT_ALLOWED_ERROR'
  | 'REQUIRED_ERROR';

const wrong: Words<WrongCode> = {
  IS_BLANK_ERROR: m.refused_empty,
  INVALID_FORMAT_ERROR: m.wrong_format,
  INVALID_CHOICE_ERROR: m.refused_unknown_encoding,
  NOT_UNIQUE_ERROR: m.wrong_not_unique,
  OUT_OF_RANGE_ERROR: m.wrong_range,
  IN_FUTURE_ERROR: m.wrong_future,
  NOT_ALLOWED_ERROR: m.wrong_not_allowed,
  REQUIRED_ERROR: m.wrong_required,
};

/** Where a field lets the sentence say more. */
const wrongAt: Readonly<Record<string, () => string>> = {
  'INVALID_FORMAT_ERROR email': m.wrong_format_email,
  'INVALID_FORMAT_ERROR birth_number': m.wrong_format_birth_number,
  'INVALID_FORMAT_ERROR phone_number': m.wrong_format_phone_number,
  'INVALID_FORMAT_ERROR date_of_birth': m.wrong_format_day,
  'INVALID_FORMAT_ERROR graduation_date': m.wrong_format_day,
  'INVALID_FORMAT_ERROR valid_from': m.wrong_format_day,
  'INVALID_FORMAT_ERROR valid_to': m.wrong_format_day,
  'INVALID_FORMAT_ERROR valid_to_plastic': m.wrong_format_day,
  'NOT_UNIQUE_ERROR email': m.wrong_not_unique_email,
  'NOT_UNIQUE_ERROR external_id': m.wrong_not_unique_external_id,
  'NOT_UNIQUE_ERROR number': m.wrong_not_unique_number,
  'NOT_UNIQUE_ERROR type': m.wrong_not_unique_address,
  'NOT_UNIQUE_ERROR value': m.wrong_not_unique_chip,
  'OUT_OF_RANGE_ERROR grade': m.wrong_range_grade,
  'OUT_OF_RANGE_ERROR number': m.wrong_range_number,
  'OUT_OF_RANGE_ERROR valid_from': m.wrong_range_cycle,
  'OUT_OF_RANGE_ERROR valid_to': m.wrong_range_cycle,
  'OUT_OF_RANGE_ERROR valid_to_plastic': m.wrong_range_plastic,
  'OUT_OF_RANGE_ERROR date_of_birth': m.wrong_range_representative,
  'REQUIRED_ERROR legal_representatives': m.wrong_required_representative,
  'REQUIRED_ERROR pre_nominal_academic_degree': m.wrong_required_degree,
  'REQUIRED_ERROR post_nominal_academic_degree': m.wrong_required_degree,
  'REQUIRED_ERROR custom_fields': m.wrong_required_custom_fields,
};

/** What is wrong with a field. A code that the desk doesn't know is said in ALIVE's own words. */
export function fieldFault({ property, code, message }: FieldFault): string {
  const field = /^custom_fields\[/.test(property) ? 'custom_field' : lastName(property);
  if (code === 'OUT_OF_RANGE_ERROR' && field === 'custom_field') return m.wrong_range_length();
  const special = wrongAt[`${code} ${field}`];
  if (special) return special();
  if (Object.hasOwn(wrong, code)) return wrong[code as WrongCode]();
  return message ?? m.wrong_other();
}

/** For support: what stands small beneath a fault that the desk has no words of its own for. */
export function faultCode({ code }: FieldFault): string | null {
  return code === '' || Object.hasOwn(wrong, code) ? null : code;
}

/** Reached only if a code has no words: the type checker refuses that. */
function without(code: never): never {
  throw new Error(`no words for ${JSON.stringify(code)}`);
}
