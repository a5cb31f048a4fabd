// The language of the page. Because it is state, every sentence follows a change at once, without loading the page
// anew.
import type { Language } from '$lib/ipc';

export const LANGUAGES: Readonly<Record<Language, string>> = {
  en: 'English',
  cs: 'Čeština',
  pl: 'Polski',
  ru: 'Русский',
};

let current = $state<Language>('en');

export function language(): Language {
  return current;
}

/** None: as the operating system says, English where it speaks none of ours. */
export function setLanguage(wish: Language | null): void {
  current = wish ?? ofSystem(typeof navigator === 'undefined' ? [] : navigator.languages);
}

export function ofSystem(wishes: readonly string[]): Language {
  for (const wish of wishes) {
    const short = wish.slice(0, 2).toLowerCase();
    if (short in LANGUAGES) return short as Language;
  }
  return 'en';
}
