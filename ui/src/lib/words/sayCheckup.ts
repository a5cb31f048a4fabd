// The sentence for every code of the check-up: what was found, and what to do. Typed by their unions, so that a new code
// without words is a type error.
import type { Check, CheckFinding, CheckLevel, CheckSubject, ChipRefusal, GivenRole, ReaderRole, Register } from '$lib/ipc';
import { m } from './messages';
import { count } from './format';
import { language } from './locale.svelte';
import * as say from './say';

type Words<Code extends string> = Readonly<Record<Code, () => string>>;

export const level: Words<CheckLevel> = {
  good: m.level_good,
  note: m.level_note,
  warning: m.level_warning,
  bad: m.checkup_bad,
};

export const subject: Words<CheckSubject> = {
  smart_cards: m.subject_smart_cards,
  readers: m.dot_readers,
  tap: m.subject_tap,
  keyring: m.subject_keyring,
  settings: m.settings_title,
  ledger: m.subject_ledger,
  alive: () => say.registerName('alive'),
  usos: () => say.registerName('usos'),
  sup: () => say.registerName('sup'),
  printing: m.subject_printing,
  display: m.subject_display,
};

export const given: Words<GivenRole> = { contact: m.role_contact, contactless: m.role_contactless, ignore: m.role_ignore };

const readers: Readonly<Record<ReaderRole, (values: { name: string }) => string>> = {
  contact: m.check_reader_contact,
  contactless: m.check_reader_contactless,
  either: m.check_reader_either,
  sam: m.check_reader_sam,
  ignored: m.check_reader_ignored,
};

export function tapRefused(reader: string, took: number, why: ChipRefusal): string {
  const [what, todo] = say.tapRefused[why];
  return m.check_tap_refused({ reader, took, why: `${what()}. ${todo()}` });
}

export function finding({ subject, what }: CheckFinding): string {
  const register = (): Register => (subject === 'usos' || subject === 'sup' ? subject : 'alive');
  const name = (): { register: string } => ({ register: say.registerName(register()) });
  return check(what, register, name);
}

function check(what: Check, register: () => Register, name: () => { register: string }): string {
  const size = (kilobytes: number): string => count(language(), Math.round(kilobytes / 100) / 10);
  switch (what.code) {
    case 'no_answer':
      return m.check_no_answer({ seconds: what.seconds });
    case 'service_runs':
      return m.check_service_runs();
    case 'service_not_running':
      return m.check_service_not_running();
    case 'service_not_allowed':
      return m.check_service_not_allowed();
    case 'service_failed':
      return m.check_service_failed({ pcsc: what.pcsc });
    case 'no_reader':
      return m.check_no_reader();
    case 'reader':
      return readers[what.role]({ name: what.name });
    case 'readers_alike':
      return m.check_readers_alike({ name: what.name, readers: what.readers });
    case 'tap_read':
      return m.check_tap_read({ reader: what.reader, took: what.took });
    case 'tap_slow':
      return m.check_tap_slow({ reader: what.reader, took: what.took });
    case 'tap_refused':
      return tapRefused(what.reader, what.took, what.why);
    case 'tap_none':
      return m.check_tap_none({ seconds: what.seconds });
    case 'keyring_works':
      return m.check_keyring_works({ took: what.took });
    case 'keyring_gone':
      return m.check_keyring_gone();
    case 'keyring_forgets':
      return m.check_keyring_forgets();
    case 'settings_read':
      return m.check_settings_read();
    case 'settings_practice':
      return m.check_settings_practice();
    case 'settings_unreadable':
      return `${m.not_open_settings()}. ${m.not_open_settings_do()}`;
    case 'ledger_file':
      return m.check_ledger_file({ schema: what.schema, size: size(what.kilobytes) });
    case 'ledger_server': {
      const values = { schema: what.schema, size: size(what.kilobytes), took: what.took };
      return what.tls ? m.check_ledger_server(values) : m.check_ledger_server_plain(values);
    }
    case 'ledger_practice':
      return m.check_ledger_practice();
    case 'ledger_none':
      return m.check_ledger_none();
    case 'ledger_no_key':
      return m.check_ledger_no_key();
    case 'ledger_trouble':
      return say.ledgerTrouble[what.why]();
    case 'register_not_set_up':
      return m.check_register_not_set_up(name());
    case 'register_incomplete':
      return m.check_register_incomplete(name());
    case 'register_ready':
      return what.skew === null
        ? m.check_register_ready({ ...name(), took: what.took })
        : m.check_register_ready_clock({ ...name(), took: what.took, skew: what.skew });
    case 'register_skew':
      return m.check_register_skew({ ...name(), skew: what.skew });
    case 'register_fault':
      return say.fault({ code: what.fault, detail: what.detail }, register());
    case 'printing_none':
      return m.check_printing_none();
    case 'printing_no_queue':
      return m.check_printing_no_queue();
    case 'printing_queue':
      return m.check_printing_queue({ name: what.name });
    case 'printing_stopped':
      return m.check_printing_stopped({ name: what.name });
    case 'printing_unseen':
      return m.check_printing_unseen();
    case 'engine':
      return m.check_engine({ version: what.version });
    case 'no_display':
      return m.check_no_display();
    case 'no_engine':
      return m.check_no_engine();
    default:
      return without(what);
  }
}

/** The code behind a finding's code, where there is one. */
export function whyOf(what: Check): string | undefined {
  if (what.code === 'register_fault') return what.fault;
  return 'why' in what ? what.why : undefined;
}

/** Reached only if a code has no words: the type checker refuses that. */
function without(code: never): never {
  throw new Error(`no words for ${JSON.stringify(code)}`);
}
