// What stands in an agreement with ALIVE (the JSON that the university has made from its contract), for a glance at it
// before it's kept. The program reads it whole; this only counts. Pure.

export interface Summary {
  /** Types of card, in ALIVE's own terms. */
  types: string[];
  cardholderFields: string[];
  cardFields: string[];
  districts: number;
}

/** Null: not JSON, or no object. */
export function summary(text: string): Summary | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const of = value as Record<string, unknown>;
  return {
    types: texts(of['cards'], 'type'),
    cardholderFields: texts(of['cardholder_fields'], 'name'),
    cardFields: texts(of['card_fields'], 'name'),
    districts: Array.isArray(of['districts']) ? of['districts'].length : 0,
  };
}

function texts(list: unknown, key: string): string[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown) => {
    const value: unknown = typeof item === 'object' && item !== null ? (item as Record<string, unknown>)[key] : undefined;
    return typeof value === 'string' ? [value] : [];
  });
}
