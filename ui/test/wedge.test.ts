// The wedge tells a scanner from a person by rhythm and decodes the physical keys, whatever the layout.
import { describe, expect, it } from 'vitest';
import { Wedge, type Key, type Verdict } from '$lib/wedge/wedge';

interface Stroke {
  code: string;
  shift?: boolean;
  alt?: boolean;
  command?: boolean;
  repeat?: boolean;
}

const down = (code: string, more: Partial<Stroke> = {}): Stroke => ({ code, ...more });

/** The physical keys of a text, as a scanner set to the US layout sends them. */
function strokes(text: string): Stroke[] {
  return [...text].flatMap((sign) => {
    if (/\d/.test(sign)) return [down(`Digit${sign}`)];
    if (/[A-Z]/.test(sign)) return [down('ShiftLeft', { shift: true }), down(`Key${sign}`, { shift: true })];
    if (/[a-z]/.test(sign)) return [down(`Key${sign.toUpperCase()}`)];
    return [down('Minus')];
  });
}

function feed(wedge: Wedge, list: Stroke[], every: number, from = 1000): Verdict[] {
  return list.map(({ code, shift = false, alt = false, command = false, repeat = false }, i) => {
    const key: Key = { type: 'keydown', code, at: from + i * every, shift, alt, command, repeat };
    return wedge.feed(key);
  });
}

const scan = (list: Stroke[], every = 8, wedge = new Wedge()): Verdict | undefined => feed(wedge, list, every).at(-1);

describe('a scan', () => {
  it('is taken whole at its closing Enter', () => {
    expect(scan([...strokes('4607001234564'), down('Enter')])).toEqual({ is: 'scanned', text: '4607001234564' });
  });

  it('may end with Tab or the numpad Enter', () => {
    for (const end of ['Tab', 'NumpadEnter']) {
      expect(scan([...strokes('0123456789'), down(end)])).toEqual({ is: 'scanned', text: '0123456789' });
    }
  });

  it('keeps capital letters from Shift', () => {
    expect(scan([...strokes('S420123456789A'), down('Enter')])).toEqual({ is: 'scanned', text: 'S420123456789A' });
  });

  it('reads a uuid with its hyphens', () => {
    const uuid = '3f0d6b1c-8a44-4f0e-9d60-1c2f7a9be001';
    expect(scan([...strokes(uuid), down('Enter')])).toEqual({ is: 'scanned', text: uuid });
  });

  it('gives digits from the digit row with and without Shift: the Czech layout types +ěščřžýáíé there', () => {
    const shifted = [...'420123456'].map((d) => down(`Digit${d}`, { shift: true }));
    expect(scan([...shifted, down('Enter')])).toEqual({ is: 'scanned', text: '420123456' });
  });

  it('reads Y and Z by their place: QWERTZ layouts exchange them', () => {
    expect(scan([...strokes('zy12345'), down('Enter')])).toEqual({ is: 'scanned', text: 'zy12345' });
  });

  it('reads the numpad', () => {
    const numpad = [...'123456'].map((d) => down(`Numpad${d}`));
    expect(scan([...numpad, down('Enter')])).toEqual({ is: 'scanned', text: '123456' });
  });

  it('follows a CapsLock that the scanner itself presses', () => {
    const keys = [down('CapsLock'), down('KeyA'), ...strokes('12345'), down('CapsLock'), down('KeyB'), down('Enter')];
    const wedge = new Wedge();
    // The first character begins the scan; CapsLock before it counts.
    expect(scan(keys, 8, wedge)).toEqual({ is: 'scanned', text: 'A12345b' });
  });

  it('does not follow a CapsLock that a person pressed before', () => {
    const wedge = new Wedge();
    feed(wedge, [down('CapsLock')], 8, 0);
    expect(feed(wedge, [...strokes('a12345'), down('Enter')], 8, 2000).at(-1)).toEqual({ is: 'scanned', text: 'a12345' });
  });

  it('reads Alt+numpad codes', () => {
    const wedge = new Wedge();
    let at = 0;
    const give = (type: Key['type'], code: string, alt: boolean): Verdict =>
      wedge.feed({ type, code, at: (at += 3), shift: false, alt, command: false, repeat: false });
    for (const sign of 'S42012') {
      give('keydown', 'AltLeft', true);
      for (const digit of String(sign.charCodeAt(0)).padStart(4, '0')) give('keydown', `Numpad${digit}`, true);
      give('keyup', 'AltLeft', false);
    }
    expect(give('keydown', 'Enter', false)).toEqual({ is: 'scanned', text: 'S42012' });
  });

  it('can follow another at once', () => {
    const wedge = new Wedge();
    feed(wedge, [...strokes('111111'), down('Enter')], 8, 0);
    expect(feed(wedge, [...strokes('222222'), down('Enter')], 8, 60).at(-1)).toEqual({ is: 'scanned', text: '222222' });
  });

  it('announces its first key, so that the field can be remembered before it changes', () => {
    expect(feed(new Wedge(), strokes('12'), 8).map((v) => v.is)).toEqual(['begun', 'running']);
  });
});

describe('what is no scan', () => {
  const never = (list: Stroke[], every: number): void => {
    expect(feed(new Wedge(), list, every).map((v) => v.is)).not.toContain('scanned');
  };

  it('a person who types, also a fast one', () => {
    never([...strokes('4607001234564'), down('Enter')], 110);
    never([...strokes('4607001234564'), down('Enter')], 45);
  });

  it('fewer than six characters', () => never([...strokes('12345'), down('Enter')], 5));
  it('no digit among them', () => never([...strokes('janikova'), down('Enter')], 5));
  it('a key that repeats while held down', () => {
    never([...Array.from({ length: 20 }, () => down('Digit1', { repeat: true })), down('Enter')], 20);
  });
  it('shortcuts', () => {
    never([...strokes('123'), down('KeyV', { command: true }), ...strokes('456'), down('Enter')], 5);
  });

  it('a burst that was broken off: its rest is judged alone', () => {
    const wedge = new Wedge();
    feed(wedge, strokes('460700'), 8, 0);
    const rest = feed(wedge, [...strokes('1234'), down('Enter')], 8, 900);
    expect(rest.at(-1)).toEqual({ is: 'nothing' });
    expect(rest[0]).toEqual({ is: 'begun' });
  });

  it('a slow typed beginning before a scan does not get into it', () => {
    const wedge = new Wedge();
    feed(wedge, strokes('jan'), 150, 0);
    expect(feed(wedge, [...strokes('987654'), down('Enter')], 8, 1000).at(-1)).toEqual({ is: 'scanned', text: '987654' });
  });
});

describe('a scan that a busy computer delivers in two halves', () => {
  it('is never taken for the second half', () => {
    const wedge = new Wedge();
    feed(wedge, strokes('590'), 8);
    const rest = feed(wedge, [...strokes('1234123457'), down('Enter')], 8, 1300);
    expect(rest.at(-1)).toEqual({ is: 'nothing' });
  });

  it('survives a short hitch whole', () => {
    const wedge = new Wedge();
    feed(wedge, strokes('590'), 8);
    const rest = feed(wedge, [...strokes('1234123457'), down('Enter')], 8, 1116);
    expect(rest.at(-1)).toEqual({ is: 'scanned', text: '5901234123457' });
  });

  it('and the next scan is taken again', () => {
    const wedge = new Wedge();
    feed(wedge, strokes('590'), 8);
    feed(wedge, [...strokes('1234123457'), down('Enter')], 8, 1300);
    const again = feed(wedge, [...strokes('5901234123457'), down('Enter')], 8, 3000);
    expect(again.at(-1)).toEqual({ is: 'scanned', text: '5901234123457' });
  });

  it('takes the second closing key of a scanner for an echo, a later one for a person', () => {
    const wedge = new Wedge();
    const key = (code: string, at: number) =>
      wedge.feed({ type: 'keydown', code, at, shift: false, alt: false, command: false, repeat: false });
    const closing = (at: number) => key('Enter', at);
    [...'123456'].forEach((digit, i) => key(`Digit${digit}`, 1000 + i * 8));
    expect(closing(1048)).toEqual({ is: 'scanned', text: '123456' });
    expect(closing(1056)).toEqual({ is: 'echo' });
    expect(closing(1400)).toEqual({ is: 'nothing' });
  });
});
