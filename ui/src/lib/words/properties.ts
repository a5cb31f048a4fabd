// ALIVE's attributes and the values of its lists, in words. The lists are open: what is new to the desk is shown as it
// came.
import type { Country } from '$lib/ipc';
import { m } from './messages';
import { chipValue, day, grouped } from './format';
import { language } from './locale.svelte';
import { academicDegree, addressType, aliveForm, aliveKind, cardStatus, chipKind, gender, representativeType, spoken, study } from './terms';

const attributes = {
  external_id: m.prop_external_id,
  academic_degree_before_name: m.prop_academic_degree_before_name,
  first_name: m.prop_first_name,
  last_name: m.prop_last_name,
  academic_degree_after_name: m.prop_academic_degree_after_name,
  date_of_birth: m.prop_date_of_birth,
  birth_number: m.prop_birth_number,
  gender: m.prop_gender,
  email: m.prop_email,
  phone_number: m.prop_phone_number,
  language: m.prop_language,
  personal_id: m.prop_personal_id,
  class_name: m.prop_class_name,
  grade: m.prop_grade,
  roles: m.prop_roles,
  employee: m.role_employee,
  graduate: m.role_graduate,
  student: m.role_student,
  teacher: m.role_teacher,
  student_status: m.prop_student_status,
  addresses: m.prop_address,
  legal_representatives: m.prop_representative,
  custom_fields: m.prop_custom_field,
  smart_technologies: m.row_chip,
  type: m.prop_type,
  address_line_1: m.prop_address_line_1,
  address_line_2: m.prop_address_line_2,
  city: m.prop_city,
  district: m.prop_district,
  postal_code: m.prop_postal_code,
  country: m.prop_country,
  faculty_name: m.prop_faculty_name,
  field_of_study: m.prop_field_of_study,
  graduation_date: m.prop_graduation_date,
  academic_degree: m.prop_academic_degree,
  pre_nominal_academic_degree: m.prop_pre_nominal,
  post_nominal_academic_degree: m.prop_post_nominal,
  number: m.prop_number,
  form: m.prop_form,
  status: m.row_status,
  valid_from: m.prop_valid_from,
  valid_to: m.prop_valid_to,
  valid_to_plastic: m.prop_valid_to_plastic,
  design: m.prop_design,
  design_plastic: m.prop_design_plastic,
  value: m.prop_value,
} as const satisfies Readonly<Record<string, () => string>>;

const attribute = (name: string): string => (Object.hasOwn(attributes, name) ? attributes[name as keyof typeof attributes]() : name);

/** What an item of a list is: `DELIVERY` of the addresses, `MOTHER` of the representatives; `0` is the first one. */
function item(list: string, key: string): string {
  if (/^\d+$/.test(key)) return String(Number(key) + 1);
  if (list === 'addresses') return addressType(key);
  if (list === 'legal_representatives') return representativeType(key);
  if (list === 'smart_technologies') return chipKind(key);
  return key;
}

/** `addresses[DELIVERY].city` → «Address (delivery): city». */
export function property(path: string): string {
  const parts = path.split('.').filter((part) => part !== '');
  return parts
    .map((part) => {
      const found = /^(\w+)\[([^\]]*)\]$/.exec(part);
      if (!found?.[1] || found[2] === undefined) return attribute(part);
      return `${attribute(found[1])} (${item(found[1], found[2])})`;
    })
    .join(': ');
}

const values: Readonly<Record<string, (value: string) => string>> = {
  gender,
  language: spoken,
  student_status: study,
  academic_degree: academicDegree,
  form: aliveForm,
  status: cardStatus,
  type: aliveKind,
  number: grouped,
};

/** The value of an attribute as a clerk reads it. */
export function propertyValue(path: string, value: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return day(language(), value);
  if (path.startsWith('smart_technologies')) return chipValue(value);
  if (path.startsWith('roles')) return value === 'true' ? m.yes() : value === 'false' ? m.no() : value;
  const name = path.split('.').at(-1) ?? '';
  return Object.hasOwn(values, name) ? (values[name]?.(value) ?? value) : value;
}

/** Countries by their names in this language, in its alphabet. */
export function countriesByName(countries: readonly Country[]): [string, string][] {
  const names = new Intl.DisplayNames([language()], { type: 'region', fallback: 'code' });
  const named = countries.map(({ alpha3, alpha2 }): [string, string] => {
    try {
      return [alpha3, names.of(alpha2) ?? alpha3];
    } catch {
      // Not a code of ISO 3166.
      return [alpha3, alpha3];
    }
  });
  return named.sort(([, one], [, other]) => one.localeCompare(other, language()));
}
