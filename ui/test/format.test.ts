// Dates, ages, money and numbers as each language writes them.
import { describe, expect, it } from 'vitest';
import { age, chipValue, day, dayAndTime, grouped, money, weekday } from '$lib/words/format';

/** Intl uses several kinds of space. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatting', () => {
  it('writes days by language', () => {
    expect(day('en', '2026-12-31')).toBe('31 Dec 2026');
    expect(plain(day('cs', '2026-12-31'))).toBe('31. 12. 2026');
    expect(day('pl', '2026-12-31')).toBe('31 gru 2026');
    expect(plain(day('ru', '2026-12-31'))).toBe('31 дек. 2026');
  });
  it('gives back what is no day', () => {
    expect(day('en', 'soon')).toBe('soon');
    expect(day('en', '2026-13-45')).toBe('2026-13-45');
  });
  it("moves SUP's time to no zone", () => expect(dayAndTime('en', '2026-02-10 06:01')).toBe('10 Feb 2026 06:01'));
  it('tells how long ago, and never the future', () => {
    const now = 1_000_000_000_000;
    expect(age('en', now - 2000, now)).toBe('2 sec ago');
    expect(age('en', now - 59_400, now)).toBe('59 sec ago');
    expect(age('en', now - 3 * 60_000, now)).toBe('3 min ago');
    expect(age('en', now - 86_400_000, now)).toBe('yesterday');
    expect(age('en', now + 5000, now)).toBe('now');
    expect(age('cs', now - 2000, now)).toContain('2');
  });
  it('writes kopecks as roubles', () => {
    expect(plain(money('ru', 150_000))).toBe('1 500,00 ₽');
    expect(plain(money('cs', -5))).toContain('0,05');
  });
  it('groups card numbers and EANs, and leaves others alone', () => {
    expect(plain(grouped('S420123456789A'))).toBe('S 420 123 456 789 A');
    expect(plain(grouped('CZA540000032TV'))).toBe('CZA 540 000 032 TV');
    expect(plain(grouped('4607001234564'))).toBe('4 607001 234564');
    expect(grouped('ST44211')).toBe('ST44211');
  });
  it('groups chip values by two bytes', () => expect(plain(chipValue('04A2B3C4D5E680'))).toBe('04A2 B3C4 D5E6 80'));
  it('begins the week on Monday', () => expect([weekday('en', 1), weekday('en', 7)]).toEqual(['Mon', 'Sun']));
});
