// A person's name with degrees, as it stands on a card. Pure.
import type { Cardholder } from '$lib/file/draft';

type Named = Pick<Cardholder, 'academic_degree_before_name' | 'first_name' | 'last_name' | 'academic_degree_after_name'>;

export function fullName(of: Named): string {
  const name = [of.academic_degree_before_name, of.first_name, of.last_name].filter(Boolean).join(' ');
  return of.academic_degree_after_name ? `${name}, ${of.academic_degree_after_name}` : name;
}
