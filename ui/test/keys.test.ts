// @vitest-environment happy-dom
// The keyboard rule: letters act outside text fields, with Alt everywhere, on every layout.
import { describe, expect, it, vi } from 'vitest';
import { ACT_KEYS } from '$lib/file/card.svelte';
import { Hand } from '$lib/keys/hand';
import { isLetter, pressInBlank, pressOf, takesText } from '$lib/keys/keys';
import { fits, grouped, readerFor } from '$lib/tray/groups';
import { begin, connectOf, missing } from '$lib/settings/fields';

const key = (key: string, code: string, more: Partial<KeyboardEvent> = {}) => ({
  key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more,
});

describe('keys', () => {
  it('acts on letters outside text fields only', () => {
    expect(pressOf(key('l', 'KeyL'), false)).toBe('link');
    expect(pressOf(key('l', 'KeyL'), true)).toBeNull();
    expect(pressOf(key(',', 'Comma'), true)).toBeNull();
  });
  it("opens a person's file by E, C and G, a new one by N", () => {
    const letters = [['e', 'KeyE'], ['c', 'KeyC'], ['g', 'KeyG'], ['n', 'KeyN']] as const;
    expect(letters.map(([k, code]) => pressOf(key(k, code), false))).toEqual(['edit', 'cards', 'graduation', 'new']);
    expect(letters.map(([k, code]) => pressOf(key(k, code), true))).toEqual([null, null, null, null]);
    expect(letters.map(([k, code]) => pressOf(key(k, code, { altKey: true }), true))).toEqual(['edit', 'cards', 'graduation', 'new']);
    expect(pressOf(key('у', 'KeyE'), false)).toBe('edit');
  });
  it('opens the stock of card numbers by S', () => {
    expect(pressOf(key('s', 'KeyS'), false)).toBe('stock');
    expect(pressOf(key('ы', 'KeyS'), false)).toBe('stock');
  });
  it('opens the check-up by D', () => {
    expect(pressOf(key('d', 'KeyD'), false)).toBe('checkup');
    expect(pressOf(key('в', 'KeyD'), false)).toBe('checkup');
  });
  it('acts by letters when they are let go, by signs at once', () => {
    expect((['edit', 'link', 'tray'] as const).every(isLetter)).toBe(true);
    expect((['settings', 'keys', 'line', 'escape', 'undo'] as const).some(isLetter)).toBe(false);
  });
  it('acts with Alt everywhere', () => expect(pressOf(key('t', 'KeyT', { altKey: true }), true)).toBe('tray'));
  it('leaves AltGr letters to the language', () => {
    expect(pressOf(key('ł', 'KeyL', { altKey: true }), true)).toBeNull();
    expect(pressOf(key('l', 'KeyL', { altKey: true, ctrlKey: true }), true)).toBeNull();
  });
  it('takes the place of the key on a Russian layout, the letter on a Latin one', () => {
    expect(pressOf(key('д', 'KeyL'), false)).toBe('link');
    expect(pressOf(key('.', 'Slash'), false)).toBe('line');
    expect(pressOf(key('l', 'KeyP'), false)).toBe('link');
  });
  it('finds ? and / on other layouts', () => {
    expect(pressOf(key('?', 'Comma', { shiftKey: true }), false)).toBe('keys');
    expect(pressOf(key('/', 'BracketLeft', { shiftKey: true }), false)).toBe('line');
  });
  it('keeps Ctrl+Z of a text field to the field', () => {
    expect(pressOf(key('z', 'KeyY', { ctrlKey: true }), false)).toBe('undo');
    expect(pressOf(key('z', 'KeyZ', { ctrlKey: true }), true)).toBeNull();
  });
  it('lets only / and ? act in the empty line', () => {
    expect(pressInBlank(key('/', 'Slash'))).toBe('line');
    expect(pressInBlank(key('?', 'Slash', { shiftKey: true }))).toBe('keys');
    expect(['l', 'r', 't', ','].map((letter) => pressInBlank(key(letter, '')))).toEqual([null, null, null, null]);
  });
  it('knows what takes text', () => {
    const of = (html: string) => ((document.body.innerHTML = html), takesText(document.body.firstElementChild));
    expect(['<input>', '<textarea></textarea>', '<select></select>'].map(of)).toEqual([true, true, true]);
    expect(['<input type=range>', '<input type=checkbox>', '<button></button>'].map(of)).toEqual([false, false, false]);
  });
});

describe('a hand', () => {
  const press = (hand: Hand, k: string, at: number, act?: () => void) => {
    const event = { key: k, code: `Key${k.toUpperCase()}`, timeStamp: at } as KeyboardEvent;
    const down = hand.down(event);
    if (down?.alone && act) hand.hold(event, act);
    return event;
  };
  it('acts by a letter that came alone, after it has been let go', () => {
    vi.useFakeTimers();
    const [hand, act] = [new Hand(), vi.fn()];
    const event = press(hand, 'x', 1000, act);
    vi.advanceTimersByTime(500);
    expect(act).not.toHaveBeenCalled();
    hand.up({ ...event, timeStamp: 1500, code: event.code } as KeyboardEvent);
    vi.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledOnce();
    vi.useRealTimers();
  });
  it("never acts by a scanner's letters", () => {
    vi.useFakeTimers();
    const [hand, act] = [new Hand(), vi.fn()];
    for (const [i, k] of ['a', 'x', 'w'].entries()) {
      const event = press(hand, k, 1000 + i * 20, act);
      hand.up({ ...event, code: event.code, timeStamp: 1010 + i * 20 } as KeyboardEvent);
      vi.advanceTimersByTime(10);
    }
    press(hand, '7', 1060);
    vi.advanceTimersByTime(500);
    expect(act).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

describe('the acts on a card', () => {
  it('have a letter each; only cancelling and its opposite share one', () => {
    const { cancel, activate, ...others } = ACT_KEYS;
    expect(cancel).toBe(activate);
    const letters = [cancel, ...Object.values(others)];
    expect(new Set(letters).size).toBe(letters.length);
  });
});

const side = (id: string, physical: string, way: 'contact' | 'contactless', trouble: string | null = null) => ({
  id, physical, holder: 'Tomáš Dvořák', kind: 'ISIC', interface: way, trouble, codes: ['S420123456789A'],
});
const tray = {
  readers: [
    { name: 'CL', interface: 'contactless' as const, card: null },
    { name: 'ICC', interface: 'contact' as const, card: 'b' },
  ],
  cards: [side('a', 'p1', 'contactless'), side('b', 'p1', 'contact', 'cancelled'), side('c', 'p2', 'contact')],
};

describe('the practice tray', () => {
  it('groups the chips of one piece of plastic', () => {
    const plastics = grouped(tray);
    expect(plastics.map((p) => p.cards.map((c) => c.id))).toEqual([['a', 'b'], ['c']]);
    expect(plastics[0]?.trouble).toBe('cancelled');
    expect(plastics[0]?.codes).toEqual(['S420123456789A']);
  });
  it('finds without diacritics, by any words', () => {
    const plastic = grouped(tray)[0]!;
    expect(fits(plastic, 'dvorak tomas', 'cancelled')).toBe(true);
    expect(fits(plastic, 'S4201 canc', 'cancelled')).toBe(true);
    expect(fits(plastic, 'novak', 'cancelled')).toBe(false);
  });
  it('puts a card on the reader of its kind', () => {
    expect(readerFor(tray, tray.cards[0]!)?.name).toBe('CL');
    expect(readerFor(tray, tray.cards[2]!)?.name).toBe('ICC');
  });
});

describe('a register form', () => {
  const none = { alive: null, usos: null, sup: null };
  it('asks for every input, secrets only while none is kept', () => {
    const values = begin('alive', none);
    expect(missing('alive', values, false)).toBe('base_url');
    const filled = { ...values, base_url: 'https://a', access_key_id: 'k' };
    expect(missing('alive', filled, false)).toBe('secret');
    expect(missing('alive', filled, true)).toBeNull();
  });
  it('begins without an encryption of its own', () => {
    expect(missing('sup', { ...begin('sup', none), base_url: 'https://s', token: 't' }, false)).toBe('algorithm');
  });
  it('sends no secret that was not typed, and keeps the blank after the token prefix', () => {
    const to = connectOf('sup', { ...begin('sup', none), base_url: ' https://s ' }, false, null);
    expect(to).toMatchObject({ token: null, key: null, connection: { base_url: 'https://s', token_prefix: 'Bearer ' } });
  });
});
