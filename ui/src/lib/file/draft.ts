// The drafts of the forms: whole ones, empty ones, and what becomes of the clerk's edits when the file is read anew.
// Pure.
import type {
  AddressDraft,
  CardholderDraft,
  CardUpdateDraft,
  ChipInHand,
  CustomField,
  FieldRule,
  FileCard,
  GraduationDraft,
  PersonFile,
  PlasticDraft,
  RepresentativeDraft,
  SmartTechnologyDraft,
} from '$lib/ipc';

/** With every attribute there: the program always sends all of them, though it takes drafts that leave some out. */
export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Whole<Exclude<T[Key], undefined>> }
    : T;

export type File = Whole<PersonFile>;
export type Card = Whole<FileCard>;
export type Cardholder = Whole<CardholderDraft>;
export type Address = Whole<AddressDraft>;
export type Representative = Whole<RepresentativeDraft>;
export type Graduation = Whole<GraduationDraft>;
export type Contents = Whole<CardUpdateDraft>;
export type Plastic = Whole<PlasticDraft>;
export type SmartTechnology = Whole<SmartTechnologyDraft>;
export type Custom = Whole<CustomField>;

export const whole = (file: PersonFile): File => file as File;

export function emptyAddress(used: readonly Address[]): Address {
  const types = ['REGISTERED', 'DELIVERY', 'BILLING'];
  const type = types.find((type) => used.every((address) => address.type !== type)) ?? '';
  return { type, address_line_1: '', address_line_2: '', city: '', district: '', postal_code: '', country: 'CZE' };
}

export function emptyRepresentative(): Representative {
  return {
    type: '', academic_degree_before_name: '', first_name: '', last_name: '', academic_degree_after_name: '',
    date_of_birth: '', birth_number: '', gender: '', email: '', phone_number: '', language: '', addresses: [],
  };
}

export function emptyGraduation(cardholder: string | null): Graduation {
  return {
    graduation_id: null, cardholder_id: cardholder === null ? null : Number(cardholder), faculty_name: '',
    field_of_study: '', graduation_date: '', academic_degree: '', pre_nominal_academic_degree: '',
    post_nominal_academic_degree: '',
  };
}

/** The chip on the reader, as ALIVE takes it. */
export function chipOf({ interface: side, uid }: ChipInHand): SmartTechnology {
  return { type: side === 'contact' ? 'CONTACT_CHIP' : 'CONTACTLESS_MIFARE', value: uid.toUpperCase() };
}

/** Every field of the agreement, in its order, then those on record that it doesn't name. */
export function withRules(fields: readonly Custom[], rules: readonly FieldRule[]): Custom[] {
  const known = rules.map(({ name }) => fields.find((field) => field.name === name) ?? { name, value: '' });
  return [...known, ...fields.filter(({ name }) => rules.every((rule) => rule.name !== name))].map((field) => ({ ...field }));
}

/** As they're sent: empty ones last, since ALIVE counts without them. */
export function inOrder(fields: readonly Custom[]): Custom[] {
  const empty = ({ value }: Custom): boolean => value.trim() === '';
  return [...fields.filter((field) => !empty(field)), ...fields.filter(empty)];
}

type Plain = Record<string, unknown>;
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The file has been read anew: what the clerk has changed stays, the rest is as ALIVE now says. Lists go as a whole. */
export function merged<T>(before: T, mine: T, now: T): T {
  if (isPlain(before) && isPlain(mine) && isPlain(now)) {
    const keys = Object.keys(now);
    return Object.fromEntries(keys.map((key) => [key, merged(before[key], mine[key], now[key])])) as T;
  }
  return same(before, mine) ? now : mine;
}

/** Full years on that day; null where one of the two isn't a day. */
export function ageOn(born: string, today: string): number | null {
  const day = /^(\d{4})-(\d{2}-\d{2})$/;
  const [from, to] = [day.exec(born), day.exec(today)];
  if (!from?.[1] || !from[2] || !to?.[1] || !to[2]) return null;
  return Number(to[1]) - Number(from[1]) - (to[2] < from[2] ? 1 : 0);
}

/** A day as clerks type it (`15.4.2001`, `15/04/2001`, `15. 4. 2001`) as `yyyy-MM-dd`; anything else as it is. */
export function dayTyped(text: string): string {
  const found = /^\s*(\d{1,2})\s*[./]\s*(\d{1,2})\s*[./]\s*(\d{4})\s*$/.exec(text);
  if (!found?.[1] || !found[2] || !found[3]) return text.trim();
  return `${found[3]}-${found[2].padStart(2, '0')}-${found[1].padStart(2, '0')}`;
}
