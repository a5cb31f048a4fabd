// Which field a fault belongs to. Pure. ALIVE names attributes as `addresses[0].city`; it may write the path in another
// way, or its last name alone.
import type { FieldFault } from '$lib/ipc';

/** `addresses[0].city`, `addresses.0.city`, `/addresses/0/city` → one spelling. */
function path(property: string): string {
  return property
    .replace(/\[([^\]]*)\]/g, '.$1')
    .replaceAll('/', '.')
    .split('.')
    .filter((part) => part !== '')
    .join('.');
}

/** The last name of a path that isn't an index. */
export function lastName(property: string): string {
  return path(property).split('.').filter((part) => !/^\d+$/.test(part)).at(-1) ?? '';
}

/** The shown field that a property means; null: none, or one of several. */
export function fieldOf(property: string, shown: Iterable<string>): string | null {
  const wanted = path(property);
  if (wanted === '') return null;
  const fields = [...shown];
  const exact = fields.find((field) => path(field) === wanted || path(field) === `${wanted}.value`);
  if (exact !== undefined) return exact;
  // `custom_fields[library_id].value` is shown as `custom_fields[library_id]`.
  const item = fields.find((field) => wanted.endsWith('.value') && path(field) === wanted.slice(0, -'.value'.length));
  if (item !== undefined) return item;
  if (wanted.includes('.')) return null;
  const alike = fields.filter((field) => lastName(field) === wanted);
  return alike.length === 1 ? (alike[0] ?? null) : null;
}

/** `custom_fields[1].value` → `custom_fields[library_id]`, from the names in the order in which they were sent. */
export function named(fault: FieldFault, fields: readonly string[]): FieldFault {
  const found = /^custom_fields\.(\d+)(?:\.|$)/.exec(path(fault.property));
  const name = found ? fields[Number(found[1])] : undefined;
  return name === undefined ? fault : { ...fault, property: `custom_fields[${name}]` };
}

/** The same fault found here and told by ALIVE is said once. */
export function once(faults: readonly FieldFault[]): FieldFault[] {
  const seen = new Set<string>();
  return faults.filter(({ property, code }) => {
    const key = `${path(property)} ${code}`;
    return !seen.has(key) && seen.add(key);
  });
}
