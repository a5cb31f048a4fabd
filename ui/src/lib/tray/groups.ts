// The practice tray's cards, grouped by the piece of plastic, and searched by what the clerk sees on them.
import type { Tray, TrayCard, TrayReader } from '$lib/ipc';

export interface Plastic {
  physical: string;
  holder: string;
  kind: string;
  trouble: string | null;
  codes: string[];
  /** One card a chip: contact, contactless. */
  cards: TrayCard[];
}

export function grouped(tray: Tray): Plastic[] {
  const found = new Map<string, Plastic>();
  for (const card of tray.cards) {
    const known = found.get(card.physical);
    if (known) {
      known.cards.push(card);
      known.trouble ??= card.trouble;
      known.codes = [...new Set([...known.codes, ...card.codes])];
    } else {
      const { physical, holder, kind, trouble, codes } = card;
      found.set(physical, { physical, holder, kind, trouble, codes: [...codes], cards: [card] });
    }
  }
  return [...found.values()];
}

/** Every word of the text occurs somewhere on the card; diacritics and case don't matter. */
export function fits(plastic: Plastic, text: string, trouble: string): boolean {
  const hay = plain([plastic.holder, plastic.kind, trouble, ...plastic.codes].join(' '));
  return plain(text)
    .split(/\s+/)
    .every((word) => hay.includes(word));
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The reader that this card fits: the one it lies on, else an empty one, else one to be freed. */
export function readerFor(tray: Tray, card: TrayCard): TrayReader | null {
  const fitting = tray.readers.filter((reader) => reader.interface === card.interface);
  return fitting.find((r) => r.card === card.id) ?? fitting.find((r) => r.card === null) ?? fitting[0] ?? null;
}
