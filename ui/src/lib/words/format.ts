// Dates, ages, money and numbers as each language writes them. Pure: the language is passed in.
import type { Language } from '$lib/ipc';

/** Card numbers are read in groups; the space is narrow and never breaks a line. */
const GAP = '\u202f';

/** English as Europe writes it: day before month, 24 hours. */
const tagOf = (language: Language): string => (language === 'en' ? 'en-GB' : language);

/** Making an Intl formatter is slow, using one is not. */
function kept<T>(make: (tag: string) => T): (language: Language) => T {
  const made = new Map<Language, T>();
  return (language) => {
    const known = made.get(language);
    if (known) return known;
    const fresh = make(tagOf(language));
    made.set(language, fresh);
    return fresh;
  };
}

const days = kept((l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }));
const times = kept((l) => new Intl.DateTimeFormat(l, { hour: '2-digit', minute: '2-digit', second: '2-digit' }));
const minutes = kept((l) => new Intl.DateTimeFormat(l, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' }));
const daysAndTimes = kept(
  (l) => new Intl.DateTimeFormat(l, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
);
const ages = kept((l) => new Intl.RelativeTimeFormat(l, { numeric: 'auto', style: 'short' }));
const roubles = kept(
  (l) => new Intl.NumberFormat(l, { style: 'currency', currency: 'RUB', currencyDisplay: 'narrowSymbol' }),
);
const numbers = kept((l) => new Intl.NumberFormat(l));
const weekdays = kept((l) => new Intl.DateTimeFormat(l, { weekday: 'short', timeZone: 'UTC' }));
const weekdaysLong = kept((l) => new Intl.DateTimeFormat(l, { weekday: 'long', timeZone: 'UTC' }));

/** An ISO day (`yyyy-MM-dd`) as the language writes it; anything else is given back as it is. */
export function day(language: Language, iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!match) return iso;
  const date = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? iso : days(language).format(date).replace(/\s?(г|р)\.$/u, '');
}

/** A moment: the time alone on the same day, else with the day. */
export function moment(language: Language, at: number, now: number): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return (sameDay ? times(language) : daysAndTimes(language)).format(at);
}

/** SUP's `yyyy-MM-dd HH:MM`, which names no zone and so is moved to none. */
export function dayAndTime(language: Language, text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})/.exec(text);
  if (!match?.[1] || !match[2]) return text;
  const at = new Date(`${match[1]}T${match[2]}:00Z`);
  if (Number.isNaN(at.getTime())) return text;
  return `${day(language, match[1])} ${minutes(language).format(at)}`;
}

/** How long ago: `now`, `2 sec. ago`, `yesterday`. */
export function age(language: Language, at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000));
  const format = ages(language);
  if (seconds < 60) return format.format(-seconds, 'second');
  if (seconds < 3600) return format.format(-Math.floor(seconds / 60), 'minute');
  if (seconds < 86_400) return format.format(-Math.floor(seconds / 3600), 'hour');
  return format.format(-Math.floor(seconds / 86_400), 'day');
}

/** Kopecks as roubles. */
export function money(language: Language, kopecks: number): string {
  return roubles(language).format(kopecks / 100);
}

export function count(language: Language, value: number): string {
  return numbers(language).format(value);
}

/** 1 Monday … 7 Sunday. */
export function weekday(language: Language, iso: number, long = false): string {
  // 1 January 2024 was a Monday.
  return (long ? weekdaysLong : weekdays)(language).format(Date.UTC(2024, 0, iso));
}

/** A card number or EAN in groups: `S 420 123 456 789 A`, `CZA 540 000 032 TV`, `4 607001 234564`. Others as they are. */
export function grouped(number: string): string {
  const card = /^([A-Z])(\d{3})(\d{3})(\d{3})(\d{3})([A-Z]?)$/.exec(number);
  if (card) return card.slice(1).filter(Boolean).join(GAP);
  const alive = /^([A-Z]{3})(\d{3})(\d{3})(\d{3})([A-Z]{2})$/.exec(number);
  if (alive) return alive.slice(1).join(GAP);
  const ean = /^(\d)(\d{6})(\d{6})$/.exec(number);
  if (ean) return ean.slice(1).join(GAP);
  return number;
}

/** A chip value in groups of four hexadecimal digits. */
export function chipValue(value: string): string {
  return /^[0-9A-F]+$/i.test(value) && value.length > 4 ? (value.match(/.{1,4}/g) ?? [value]).join(GAP) : value;
}
