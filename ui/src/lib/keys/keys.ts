// The keyboard rule. Letters act while no text field has the focus, with Alt always. The physical key counts where the
// layout types no Latin letter (Russian), the printed letter where it does.

/** What a key press means on the desk. */
export type Press = Letter | 'settings' | 'keys' | 'line' | 'escape' | 'undo';
export type Letter = 'link' | 'again' | 'tray' | 'edit' | 'cards' | 'graduation' | 'new' | 'stock' | 'checkup';

const LETTERS: Readonly<Record<string, Letter>> = {
  l: 'link',
  r: 'again',
  t: 'tray',
  e: 'edit',
  c: 'cards',
  g: 'graduation',
  n: 'new',
  s: 'stock',
  d: 'checkup',
};

/** The letters act when they are let go: see `Hand`. */
export function isLetter(press: Press): press is Letter {
  return (Object.values(LETTERS) as Press[]).includes(press);
}

interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** The meaning of a key; `typing`: a text field has the focus. */
export function pressOf(event: KeyPress, typing: boolean): Press | null {
  if (event.key === 'Escape') return 'escape';
  if (event.key === 'F1') return 'keys';
  // AltGr types letters of its own (Polish ł): it never acts.
  if (event.altKey) return event.ctrlKey || !/^[a-z\p{Script=Cyrillic},]$/iu.test(event.key) ? null : letterPress(event);
  if (event.ctrlKey || event.metaKey) return !typing && letterOf(event) === 'z' ? 'undo' : null;
  if (typing) return null;
  if (event.key === '?' || (event.code === 'Slash' && event.shiftKey)) return 'keys';
  if (event.key === '/' || (event.code === 'Slash' && !event.shiftKey)) return 'line';
  return letterPress(event);
}

/** In the empty line `/` and `?` act too: no name begins with them. */
export function pressInBlank(event: KeyPress): Press | null {
  const press = pressOf(event, false);
  return press === 'line' || press === 'keys' ? press : null;
}

function letterPress(event: KeyPress): Press | null {
  if (event.key === ',' || (event.code === 'Comma' && !event.shiftKey)) return 'settings';
  return LETTERS[letterOf(event)] ?? null;
}

/** The Latin letter of a key, whatever the layout; empty for any other key. */
export function letterOf({ key, code }: Pick<KeyPress, 'key' | 'code'>): string {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  return /^Key([A-Z])$/.exec(code)?.[1]?.toLowerCase() ?? '';
}

/** Does this element take text? */
export function takesText(element: Element | null): boolean {
  if (element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement) return true;
  return element instanceof HTMLInputElement && !['checkbox', 'radio', 'range', 'button'].includes(element.type);
}
