// What the scanner that types chips does to them, in words.
import type { Format, Order, Scanner, ScannerRefusal } from '$lib/ipc';
import { m } from './messages';

/** The makers' own names, which stand in a reader's sheet. */
const format: Readonly<Record<Format, () => string>> = {
  hex: m.scanner_hex,
  d13: () => '10H>13D',
  d10: () => '08H>10D',
  d5_d5: () => '08H>5.5D',
  d8: () => '06H>8D',
  d3_d5_a: () => '2.4H>3.5D (A)',
  d3_d5_b: () => '2.4H>3.5D (B)',
  d3_d5: () => '2.4H>3.5D',
};

const order: Readonly<Record<Order, () => string>> = {
  forwards: m.scanner_forwards,
  reversed: m.scanner_reversed,
  cut_reversed: m.scanner_reversed,
};

export const refusal: Readonly<Record<ScannerRefusal['code'], () => string>> = {
  no_chip: m.scanner_refused_no_chip,
  not_this_chip: m.scanner_refused_not_this_chip,
  ambiguous: m.scanner_refused_ambiguous,
  other_form: m.scanner_refused_other_form,
  bytes_missing: m.scanner_refused_bytes_missing,
  no_identity: m.scanner_refused_no_identity,
};

export function scanner(it: Scanner): string {
  const how = { format: format[it.format](), order: order[it.order](), bytes: it.bytes };
  if (it.missing.length > 0) return m.scanner_drops({ ...how, missing: it.missing.join(', ') });
  const whole = m.scanner_whole(how);
  return it.cuts_longer ? `${whole} ${m.scanner_cuts({ bytes: it.bytes })}` : whole;
}
