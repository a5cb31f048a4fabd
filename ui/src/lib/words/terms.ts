// The registers' own terms, with our word where there is one. The lists are open: a register may send a term that is
// new to the desk; it is then shown as it came.
import type { ChipInHand } from '$lib/ipc';
import { m } from '$lib/words/messages';

type Terms = Readonly<Record<string, () => string>>;

function word(terms: Terms, term: string): string | null {
  return Object.hasOwn(terms, term) ? (terms[term]?.() ?? null) : null;
}

/** `ALIVE_ID_ALUMNI` → `ALIVE ID ALUMNI`: these are names, not words. */
export function aliveKind(term: string): string {
  return term.replaceAll('_', ' ');
}

const forms: Terms = { DIGITAL: m.form_digital, DIGITAL_PLASTIC: m.form_digital_plastic };
export const aliveForm = (term: string): string => word(forms, term) ?? term;

const studies: Terms = { FULL_TIME: m.study_full_time, PART_TIME: m.study_part_time };
export const study = (term: string): string => word(studies, term) ?? term;

const usosKinds: Terms = {
  student: m.usos_student,
  phd: m.usos_phd,
  staff: m.usos_staff,
  graduate: m.usos_graduate,
  academic_teacher: m.usos_academic_teacher,
};
export const usosKind = (term: string): string => word(usosKinds, term) ?? term;

const supKinds: Terms = { MLZ: m.sup_mlz, MP4: m.sup_mp4, P04: m.sup_p04, CP4: m.sup_cp4 };
export const supKind = (term: string): string => word(supKinds, term) ?? term;

const supStatuses: Terms = {
  MAIN: m.sup_main,
  ADDITIONAL: m.sup_additional,
  TEMPORARILY_BLOCKED: m.sup_temporarily_blocked,
};
export const supStatus = (term: string): string => word(supStatuses, term) ?? term;

const periods: Readonly<Record<string, (inputs: { money: string }) => string>> = {
  CDAY: m.sup_limit_day,
  CWEEK: m.sup_limit_week,
  CMONTH: m.sup_limit_month,
  CQUARTET: m.sup_limit_quarter,
  CQUARTER: m.sup_limit_quarter,
};
export function supLimit(period: string | null, money: string): string {
  const sentence = period !== null && Object.hasOwn(periods, period) ? periods[period] : undefined;
  return sentence ? sentence({ money }) : m.sup_limit_amount({ money });
}

const chips: Terms = {
  CONTACT_CHIP: m.chip_contact_short,
  contact: m.chip_contact_short,
  contactless: m.chip_contactless_short,
  CONTACTLESS_MIFARE: () => 'MIFARE',
  CONTACTLESS_EM_MARINE: m.chip_em_marine,
  CONTACTLESS_BLUETOOTH_NFC: m.chip_phone,
  MAGNETIC_STRIPE: m.chip_magnetic,
};
export const chipKind = (term: string): string => word(chips, term) ?? term;

/** `mifare_classic1k` → `MIFARE Classic 1K`. */
export function chipTechnology({ technology, interface: side }: ChipInHand): string {
  if (side === 'contact') return m.chip_contact();
  if (technology.startsWith('iso14443')) return 'ISO 14443-4';
  return technology
    .replace(/([a-z])(\d)/g, '$1_$2')
    .split('_')
    .map((part) => (part === 'mifare' || /^\d/.test(part) || part.length <= 3 ? part.toUpperCase() : capital(part)))
    .join(' ')
    .replace('Desfire', 'DESFire');
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const troubles: Terms = {
  expired_in_alive_valid_in_usos: m.trouble_expired_in_alive_valid_in_usos,
  expired_in_usos_valid_in_alive: m.trouble_expired_in_usos_valid_in_alive,
  cancelled: m.trouble_cancelled,
  two_cards: m.trouble_two_cards,
  two_chips: m.trouble_two_chips,
  unknown_chip: m.trouble_unknown_chip,
  random_uid: m.trouble_random_uid,
  cloned_uid: m.trouble_cloned_uid,
  sup_blocked: m.trouble_sup_blocked,
  sup_not_activated: m.trouble_sup_not_activated,
  sup_expired: m.trouble_sup_expired,
  no_photo: m.trouble_no_photo,
  name_changed: m.trouble_name_changed,
  four_byte_uid: m.trouble_four_byte_uid,
  alumni: m.trouble_alumni,
  no_usos_record: m.trouble_no_usos_record,
  no_alive_record: m.trouble_no_alive_record,
  dates_apart: m.trouble_dates_apart,
  dead_contact_chip: m.trouble_dead_contact_chip,
};
/** What is the matter with a practice card, in words. */
export const trouble = (code: string | null): string =>
  code === null ? m.tray_in_order() : (word(troubles, code) ?? code.replaceAll('_', ' '));

const statuses: Terms = { ACTIVE: m.status_active, CANCELLED: m.standing_cancelled, RETURNED: m.standing_returned };
export const cardStatus = (term: string): string => word(statuses, term) ?? term;

const genders: Terms = { FEMALE: m.gender_female, MALE: m.gender_male, OTHER: m.gender_other };
export const gender = (term: string): string => word(genders, term) ?? term;

const spokens: Terms = { cs: m.spoken_cs, en: m.spoken_en };
export const spoken = (term: string): string => word(spokens, term) ?? term;

const addressTypes: Terms = {
  REGISTERED: m.address_registered,
  DELIVERY: m.address_delivery,
  BILLING: m.address_billing,
};
export const addressType = (term: string): string => word(addressTypes, term) ?? term;

const representatives: Terms = {
  MOTHER: m.rep_mother,
  FATHER: m.rep_father,
  GUARDIAN: m.rep_guardian,
  GRANDMOTHER: m.rep_grandmother,
  GRANDFATHER: m.rep_grandfather,
  SISTER: m.rep_sister,
  BROTHER: m.rep_brother,
  AUNT: m.rep_aunt,
  UNCLE: m.rep_uncle,
  STEPMOTHER: m.rep_stepmother,
  STEPFATHER: m.rep_stepfather,
  FOSTER_MOTHER: m.rep_foster_mother,
  FOSTER_FATHER: m.rep_foster_father,
  GOVERNESS: m.rep_governess,
  OTHER: m.rep_other,
};
export const representativeType = (term: string): string => word(representatives, term) ?? term;

const degrees: Terms = { BACHELOR: m.degree_bachelor, MASTER: m.degree_master, DOCTORATE: m.degree_doctorate };
export const academicDegree = (term: string): string => word(degrees, term) ?? term;

/** The calls of ALIVE that change something. */
const endpoints: Terms = {
  'cardholders.set': m.endpoint_cardholders_set,
  'cardholders.setPhoto': m.endpoint_cardholders_set_photo,
  'cardholders.anonymize': m.endpoint_cardholders_anonymize,
  'graduations.set': m.endpoint_graduations_set,
  'cards.report': m.endpoint_cards_report,
  'cards.request': m.endpoint_cards_request,
  'cards.update': m.endpoint_cards_update,
  'cards.changeValidity': m.endpoint_cards_change_validity,
  'cards.changeStatus': m.endpoint_cards_change_status,
  'cards.issuePlastic': m.endpoint_cards_issue_plastic,
};
export const endpoint = (term: string): string => word(endpoints, term) ?? term;

/** Where a clerk sees whether an open change was made. */
const lookedAt: Terms = {
  'cardholders.set': m.look_at_data,
  'cardholders.setPhoto': m.look_at_photo,
  'cardholders.anonymize': m.look_at_anonymize,
  'graduations.set': m.look_at_graduations,
  'cards.report': m.look_at_report,
  'cards.request': m.look_at_request,
  'cards.update': m.look_at_card,
  'cards.changeValidity': m.look_at_validity,
  'cards.changeStatus': m.look_at_status,
  'cards.issuePlastic': m.look_at_plastic,
};
export const lookAt = (term: string): string => word(lookedAt, term) ?? m.look_at_other();

type Choices = [string, string][];
const choices = (terms: Terms): Choices => Object.keys(terms).map((term) => [term, word(terms, term) ?? term]);
export const genderChoices = (): Choices => choices(genders);
export const spokenChoices = (): Choices => choices(spokens);
export const studyChoices = (): Choices => choices(studies);
export const addressChoices = (): Choices => choices(addressTypes);
export const representativeChoices = (): Choices => choices(representatives);
export const degreeChoices = (): Choices => choices(degrees);
export const chipChoices = (): Choices => choices(chips).filter(([term]) => term === term.toUpperCase());
