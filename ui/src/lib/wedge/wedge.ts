// Tells a scanner that types (keyboard wedge) from a person who types, and decodes what it typed.
//
// A scanner is known by its rhythm: at least 6 characters, on average less than 30 ms a key, closed by Enter or Tab, and a
// digit among them. It is decoded from the physical key (`code`), never from what the layout makes of it: on a Czech
// layout the digit row types +ěščřžýáíé and Y and Z change places.
//
// This is the pure core: it is fed key events with their time and knows nothing of the page.

/** A key event as far as the rhythm and the code are concerned. */
export interface Key {
  type: 'keydown' | 'keyup';
  /** Physical key, as `KeyboardEvent.code`. */
  code: string;
  /** Milliseconds, any steady origin. */
  at: number;
  shift: boolean;
  alt: boolean;
  /** Ctrl or Meta is down: a shortcut, never a scan. */
  command: boolean;
  repeat: boolean;
}

export type Verdict =
  /** Not a scan, as far as can be told. */
  | { is: 'nothing' }
  /** The first key of what may become a scan: the moment to remember what the field holds. */
  | { is: 'begun' }
  /** Goes on at a scanner's pace. */
  | { is: 'running' }
  /** The closing key of a scan: swallow it, put the field back. */
  | { is: 'scanned'; text: string }
  /** The second closing key of a scanner that sends two (CR and LF): nobody pressed it. */
  | { is: 'echo' };

export const FEWEST_CHARACTERS = 6;
export const LONGEST_AVERAGE_MS = 30;
/** A pause longer than this between two keys is a person's, or a new scan. */
export const LONGEST_PAUSE_MS = 150;
/**
 * A busy computer may deliver a scan in two halves, and half a code would be another code: what follows a scanner's run
 * of keys within this time is no scan of its own.
 */
export const TORN_WITHIN_MS = 600;

/** Nobody presses Enter this soon after a scan. */
export const ECHO_WITHIN_MS = 50;

const NOTHING: Verdict = { is: 'nothing' };
const RUNNING: Verdict = { is: 'running' };

/** Other keys of the US layout, which scanners speak unless told otherwise: plain, with Shift. */
const SIGNS: Readonly<Record<string, readonly [string, string]>> = {
  Minus: ['-', '_'],
  Equal: ['=', '+'],
  Semicolon: [';', ':'],
  Period: ['.', '>'],
  Comma: [',', '<'],
  Slash: ['/', '?'],
  Space: [' ', ' '],
  NumpadSubtract: ['-', '-'],
  NumpadDecimal: ['.', '.'],
  NumpadDivide: ['/', '/'],
};

/** The character of a physical key; none for keys that type nothing. Digits stay digits with Shift. */
export function characterOf(code: string, upper: boolean): string | null {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return upper ? letter : letter.toLowerCase();
  return SIGNS[code]?.[upper ? 1 : 0] ?? null;
}

export class Wedge {
  private text = '';
  private keys = 0;
  private from = 0;
  private last = Number.NEGATIVE_INFINITY;
  /** These keys follow the first half of a scan. */
  private torn = false;
  private closedAt = Number.NEGATIVE_INFINITY;
  /** The scanner itself switched CapsLock on. A CapsLock that was on before says nothing: the keys count. */
  private caps = false;
  /** Digits of Alt+numpad, which Windows scanners use to be free of the layout. */
  private altDigits: string | null = null;

  feed(key: Key): Verdict {
    if (key.type === 'keyup') return this.released(key);
    if (key.repeat || key.command) return this.forget();
    const pause = key.at - this.last;
    if (pause > LONGEST_PAUSE_MS) {
      const half = this.keys > 2 && (this.last - this.from) / (this.keys - 1) < LONGEST_AVERAGE_MS;
      this.forget();
      this.torn = half && pause < TORN_WITHIN_MS;
    }
    this.last = key.at;

    if (key.code === 'Enter' || key.code === 'NumpadEnter' || key.code === 'Tab') return this.close(key);
    if (/^(Shift|Alt)(Left|Right)$/.test(key.code)) {
      if (key.code.startsWith('Alt')) this.altDigits = '';
      return this.keys > 0 ? RUNNING : NOTHING;
    }
    if (key.code === 'CapsLock') {
      this.caps = !this.caps;
      return this.keys > 0 ? RUNNING : NOTHING;
    }
    const numpad = /^Numpad(\d)$/.exec(key.code)?.[1];
    if (key.alt && this.altDigits !== null && numpad !== undefined) {
      this.altDigits += numpad;
      return this.count(key.at);
    }
    const character = characterOf(key.code, key.shift !== this.caps);
    if (character === null || key.alt) return this.forget();
    this.text += character;
    return this.count(key.at);
  }

  private released(key: Key): Verdict {
    if (key.code.startsWith('Alt') && this.altDigits !== null) {
      const value = Number(this.altDigits);
      if (this.altDigits !== '' && value >= 0x20 && value < 0x7f) this.text += String.fromCharCode(value);
      this.altDigits = null;
      this.last = key.at;
    }
    return this.keys > 0 ? RUNNING : NOTHING;
  }

  private count(at: number): Verdict {
    this.keys += 1;
    if (this.keys > 1) return RUNNING;
    this.from = at;
    return { is: 'begun' };
  }

  private close(key: Key): Verdict {
    if (this.keys === 0 && key.at - this.closedAt < ECHO_WITHIN_MS) return { is: 'echo' };
    const { text, keys, from, torn } = this;
    this.forget();
    const average = (key.at - from) / keys;
    const scanned = !torn && text.length >= FEWEST_CHARACTERS && average < LONGEST_AVERAGE_MS && /\d/.test(text);
    if (scanned) this.closedAt = key.at;
    return scanned ? { is: 'scanned', text: text.trim() } : NOTHING;
  }

  private forget(): Verdict {
    this.text = '';
    this.keys = 0;
    this.caps = false;
    this.altDigits = null;
    this.torn = false;
    return NOTHING;
  }
}
