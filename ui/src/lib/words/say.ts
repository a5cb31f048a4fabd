// The sentence for every code that the program sends. Each table is typed by its union, so that a new code without
// words is a type error; the words themselves stand in languages/.
import type {
  ChipDataFault,
  ChipRefusal,
  ChipSignature,
  CommandError,
  ConnectCode,
  Fault,
  FaultCode,
  Interface,
  LedgerTrouble,
  Level,
  LineRefusal,
  LinkRefusal,
  NotAsked,
  NotFound,
  NotOpen,
  Register,
  RegisterHealth,
  Role,
  Row,
  Standing,
  What,
} from '$lib/ipc';
import { m } from '$lib/words/messages';
import { chipValue, day } from './format';
import { language } from './locale.svelte';

type Words<Code extends string> = Readonly<Record<Code, () => string>>;

export function registerName(register: Register): string {
  if (register === 'sup') return language() === 'ru' ? 'СУП' : 'SUP';
  return register === 'alive' ? 'ALIVE' : 'USOS';
}

export const registerAbout: Words<Register> = { alive: m.about_alive, usos: m.about_usos, sup: m.about_sup };

export const level: Words<Level> = {
  waiting: m.level_waiting,
  good: m.level_good,
  note: m.level_note,
  warning: m.level_warning,
  bad: m.level_bad,
};

export const role: Words<Role> = {
  student: m.role_student,
  graduate: m.role_graduate,
  teacher: m.role_teacher,
  employee: m.role_employee,
};

export const standing: Words<Standing> = {
  valid: m.standing_valid,
  not_yet_valid: m.standing_not_yet_valid,
  expired: m.standing_expired,
  cancelled: m.standing_cancelled,
  returned: m.standing_returned,
  blocked: m.standing_blocked,
  unclear: m.standing_unclear,
};

export const row: Words<Exclude<Row, 'photo'> | 'more' | 'age'> = {
  name: m.row_name,
  kind: m.row_kind,
  number: m.row_number,
  status: m.row_status,
  validity: m.row_validity,
  chip: m.row_chip,
  more: m.row_more,
  age: m.row_age,
};

export const health: Words<RegisterHealth> = {
  not_set_up: m.health_not_set_up,
  unknown: m.health_unknown,
  ready: m.health_ready,
  trouble: m.health_trouble,
};

export const healthText: Words<RegisterHealth> = {
  not_set_up: m.health_not_set_up_text,
  unknown: m.health_unknown_text,
  ready: m.health_ready_text,
  trouble: m.health_trouble_text,
};

export const interfaceName: Words<Interface> = { contact: m.chip_contact, contactless: m.chip_contactless };

export const notFound: Words<NotFound> = {
  chip_not_in_index: m.not_found_chip_not_in_index,
  index_not_ready: m.not_found_index_not_ready,
  record_gone: m.not_found_record_gone,
  person_not_in_alive: m.not_found_person_not_in_alive,
  no_valid_card: m.not_found_no_valid_card,
  linked_card_unknown: m.not_found_linked_card_unknown,
};

export function notAsked(why: NotAsked, register: Register): string {
  const words: Words<NotAsked> = {
    not_set_up: () => m.not_asked_not_set_up({ register: registerName(register) }),
    no_chip_known: m.not_asked_no_chip_known,
    not_linked: m.not_asked_not_linked,
    nobody_known: m.not_asked_nobody_known,
  };
  return words[why]();
}

export const notAskedState: Words<NotAsked> = {
  not_set_up: m.state_not_set_up,
  no_chip_known: m.state_not_asked,
  not_linked: m.state_not_linked,
  nobody_known: m.state_not_asked,
};

const faults: Readonly<Record<FaultCode, (inputs: { register: string }) => string>> = {
  down: m.fault_down,
  slow: m.fault_slow,
  broken: m.fault_broken,
  nonsense: m.fault_nonsense,
  too_large: m.fault_too_large,
  tls: m.fault_tls,
  server_error: m.fault_server_error,
  credentials: m.fault_credentials,
  token: m.fault_token,
  rights: m.fault_rights,
  clock_skew: m.fault_clock_skew,
  refused: m.fault_refused,
};

export function fault(what: Fault, register: Register): string {
  return faults[what.code]({ register: registerName(register) });
}

/** Faults that new secrets or another address mend, not another try. */
export function mendedInSettings(what: Fault): boolean {
  return ['credentials', 'token', 'tls', 'nonsense'].includes(what.code);
}

/** What happened, and what to do about it. */
export const tapRefused: Readonly<Record<ChipRefusal, readonly [() => string, () => string]>> = {
  removed_while_reading: [m.tap_removed_while_reading, m.tap_removed_while_reading_do],
  does_not_answer: [m.tap_does_not_answer, m.tap_does_not_answer_do],
  random_uid: [m.tap_random_uid, m.tap_random_uid_do],
  cloned_uid: [m.tap_cloned_uid, m.tap_cloned_uid_do],
  no_uid: [m.tap_no_uid, m.tap_no_uid_do],
  type_b: [m.tap_type_b, m.tap_type_b_do],
  no_serial: [m.tap_no_serial, m.tap_no_serial_do],
  in_use: [m.tap_in_use, m.tap_in_use_do],
  reader_fault: [m.tap_reader_fault, m.tap_reader_fault_do],
};

/** What is the matter with the ledger, and what to do about it. */
export const ledgerTrouble: Words<LedgerTrouble> = {
  wrong_key: m.ledger_wrong_key,
  not_encrypted: m.ledger_not_encrypted,
  newer_schema: m.ledger_newer_schema,
  disk_full: m.ledger_disk_full,
  read_only: m.ledger_read_only,
  corrupt: m.ledger_corrupt,
  busy: m.ledger_busy,
  gone: m.ledger_gone,
  unsure: m.ledger_unsure,
  denied: m.ledger_denied,
  tls: m.ledger_tls,
  stock_unchecked: m.ledger_stock_unchecked,
  number_taken: m.ledger_number_taken,
  io: m.ledger_io,
  fault: m.ledger_fault,
};

const shut: Readonly<Record<Exclude<NotOpen['code'], 'ledger'>, readonly [() => string, () => string]>> = {
  keyring: [m.not_open_keyring, m.not_open_keyring_do],
  practice: [m.not_open_practice, m.not_open_practice_do],
  settings: [m.not_open_settings, m.not_open_settings_do],
};

/** Why the desk is not open, and what to do about it. */
export function notOpen(why: NotOpen): [what: string, todo: string] {
  if (why.code === 'ledger') return [m.not_open_ledger(), ledgerTrouble[why.why]()];
  const [what, todo] = shut[why.code];
  return [what(), todo()];
}

export const commandError: Words<CommandError['code']> = {
  not_open: m.error_not_open,
  index: m.error_index,
  person_gone: m.error_person_gone,
  no_tray: m.error_no_tray,
  no_such_card: m.error_no_such_card,
};

export const connectRefusal: Words<ConnectCode> = {
  empty: m.refused_empty,
  not_an_address: m.refused_not_an_address,
  not_encrypted: m.refused_not_encrypted,
  bad_key: m.refused_bad_key,
  unknown_encoding: m.refused_unknown_encoding,
  bad_profile: m.refused_bad_profile,
  open_changes: m.refused_open_changes,
  password_in_address: m.refused_password_in_address,
  database_gone: m.refused_database_gone,
  database_denied: m.refused_database_denied,
  database_tls: m.refused_database_tls,
  database_newer: m.ledger_newer_schema,
  database_fault: m.refused_database_fault,
  shared_ledger: m.refused_shared_ledger,
  keyring: m.refused_keyring,
  not_saved: m.refused_not_saved,
};

export function lineRefusal(why: LineRefusal): string {
  switch (why.code) {
    case 'empty':
      return m.line_refused_empty();
    case 'nobody':
      return m.line_refused_nobody();
    case 'check_digit':
      return m.line_refused_check_digit({ expected: why.expected });
    case 'index_not_ready':
      return m.line_refused_index_not_ready();
    default:
      return without(why);
  }
}

export function linkRefusal(why: LinkRefusal): string {
  switch (why.code) {
    case 'not_an_id':
      return m.link_refused_not_an_id();
    case 'check_digit':
      return m.link_refused_check_digit({ expected: why.expected });
    case 'ean_unknown':
      return m.link_refused_ean_unknown();
    case 'unknown_card':
      return m.link_refused_unknown_card();
    case 'taken_by':
      return m.link_refused_taken_by({ name: why.name });
    case 'not_set_up':
      return m.link_refused_not_set_up();
    case 'unanswered':
      return fault(why.fault, 'sup');
    case 'not_kept':
      return m.link_refused_not_kept({ why: ledgerTrouble[why.why]() });
    default:
      return without(why);
  }
}

/** What became of the signature on a student card's chip. */
export const chipSignature: Words<ChipSignature> = {
  valid: m.signature_valid,
  digest_differs: m.signature_digest_differs,
  wrong: m.signature_wrong,
  no_certificate: m.signature_no_certificate,
  unknown_algorithm: m.signature_unknown_algorithm,
  unsigned: m.signature_unsigned,
};

/** Why a student card's data could not be read. */
export const chipDataFault: Words<ChipDataFault> = {
  not_read: m.chip_data_not_read,
  refused: m.chip_data_refused,
  blank: m.chip_data_blank,
  damaged: m.chip_data_damaged,
};

/** The sentence of a finding. */
export function finding(what: What): string {
  const date = (iso: string) => day(language(), iso);
  switch (what.code) {
    case 'asking':
      return m.verdict_asking();
    case 'all_agree':
      return what.validTo ? m.verdict_all_agree({ date: date(what.validTo) }) : m.verdict_all_agree_open();
    case 'unknown_everywhere':
      return m.verdict_unknown_everywhere();
    case 'unknown_so_far':
      return m.verdict_unknown_so_far({ registers: what.unasked.map(registerName).join(', ') });
    case 'expired':
      return m.verdict_expired({ register: registerName(what.register), date: date(what.on) });
    case 'not_yet_valid':
      return m.verdict_not_yet_valid({ register: registerName(what.register), date: date(what.from) });
    case 'cancelled':
      return m.verdict_cancelled();
    case 'returned':
      return m.verdict_returned();
    case 'valid_there_not_here':
      return m.verdict_valid_there_not_here({
        validIn: registerName(what.validIn),
        notIn: registerName(what.notIn),
      });
    case 'ends_apart':
      return m.verdict_ends_apart({ alive: date(what.alive), usos: date(what.usos) });
    case 'names_apart':
      return m.verdict_names_apart({ alive: what.alive, usos: what.usos });
    case 'chip_of_two_people':
      return m.verdict_chip_of_two_people({ alive: what.alive, usos: what.usos });
    case 'chips_of_two_cards': {
      const chips = { alive: chipValue(what.alive), usos: chipValue(what.usos) };
      return what.interface === 'contact'
        ? m.verdict_chips_of_two_cards_contact(chips)
        : m.verdict_chips_of_two_cards_contactless(chips);
    }
    case 'plastic_expired':
      return m.verdict_plastic_expired({ on: date(what.on) });
    case 'unclear':
      return m.verdict_unclear({ register: registerName(what.register) });
    case 'student_chip_of_another':
      return m.verdict_student_chip_of_another();
    case 'student_chip_signature':
      return m.verdict_student_chip_signature({ what: chipSignature[what.signature]() });
    case 'student_chip_unread':
      return m.verdict_student_chip_unread({ what: chipDataFault[what.why]() });
    case 'student_chip_ends_apart':
      return m.verdict_student_chip_ends_apart({ chip: date(what.chip), usos: date(what.usos) });
    case 'student_chip_names_apart':
      return m.verdict_student_chip_names_apart({ chip: what.chip, usos: what.usos });
    case 'chips_lead_apart':
      return m.verdict_chips_lead_apart({ contact: what.contact, contactless: what.contactless });
    case 'chip_not_on_card':
      return m.verdict_chip_not_on_card({ register: registerName(what.register) });
    case 'not_in_alive':
      return m.verdict_not_in_alive();
    case 'no_card_in_alive':
      return m.verdict_no_card_in_alive();
    case 'not_in_usos':
      return m.verdict_not_in_usos();
    case 'alumni_card':
      return m.verdict_alumni_card();
    case 'sup_blocked':
      return m.verdict_sup_blocked();
    case 'sup_not_activated':
      return m.verdict_sup_not_activated();
    case 'sup_other_card':
      return m.verdict_sup_other_card();
    case 'without':
      return m.verdict_without({ register: registerName(what.register) });
    case 'no_photo':
      return m.verdict_no_photo();
    case 'uid_may_repeat':
      return m.verdict_uid_may_repeat();
    case 'several_people':
      return m.verdict_several_people({ count: what.count });
    default:
      return without(what);
  }
}

/** Reached only if a code has no words: the type checker refuses that. */
function without(code: never): never {
  throw new Error(`no words for ${JSON.stringify(code)}`);
}
