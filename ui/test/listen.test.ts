// @vitest-environment happy-dom
// The wedge in the page: whatever field has the focus, a scan leaves nothing in it.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForScans } from '$lib/wedge/listen';

let stop: () => void;
let codes: string[];
let field: HTMLInputElement;

beforeEach(() => {
  codes = [];
  stop = listenForScans((code) => codes.push(code));
  document.body.innerHTML = '<input>';
  field = document.querySelector('input')!;
  field.focus();
});
afterEach(() => stop());

/** Presses keys as a scanner on a Russian or Czech layout would: `key` is what the layout makes of it. */
function press(list: { code: string; key: string }[], every: number): KeyboardEvent | undefined {
  let last: KeyboardEvent | undefined;
  list.forEach(({ code, key }, i) => {
    const event = new KeyboardEvent('keydown', { code, key, bubbles: true, cancelable: true });
    Object.defineProperty(event, 'timeStamp', { value: 5000 + i * every });
    document.activeElement!.dispatchEvent(event);
    // What a browser does where nobody prevents it.
    if (!event.defaultPrevented && key.length === 1 && document.activeElement === field) {
      field.setRangeText(key, field.selectionStart!, field.selectionEnd!, 'end');
      field.dispatchEvent(new Event('input', { bubbles: true }));
    }
    last = event;
  });
  return last;
}

const czech = '+ěščřžýáíé';
const ofCzech = (digits: string) =>
  [...digits].map((d) => ({ code: `Digit${d}`, key: czech[(Number(d) + 9) % 10]! }));
const enter = { code: 'Enter', key: 'Enter' };

describe('a scan into a field', () => {
  it('puts value and selection back and tells whoever follows the field', () => {
    field.value = 'Jan Novák';
    field.setSelectionRange(4, 9);
    const heard: string[] = [];
    field.addEventListener('input', () => heard.push(field.value));
    const last = press([...ofCzech('4607001234564'), enter], 8);
    expect(codes).toEqual(['4607001234564']);
    expect(field.value).toBe('Jan Novák');
    expect([field.selectionStart, field.selectionEnd]).toEqual([4, 9]);
    expect(heard.at(-1)).toBe('Jan Novák');
    expect(last?.defaultPrevented).toBe(true);
  });

  it('keeps its closing key from everybody else', () => {
    const others = vi.fn();
    field.addEventListener('keydown', (event) => event.key === 'Enter' && others());
    press([...ofCzech('123456'), enter], 8);
    expect(others).not.toHaveBeenCalled();
  });

  it('reads letters by their place on a Russian layout', () => {
    const russian = [...'фисвуа'].map((key, i) => ({ code: `Key${'ABCDEF'[i]}`, key }));
    press([...russian, { code: 'Digit7', key: '7' }, enter], 8);
    expect(codes).toEqual(['abcdef7']);
    expect(field.value).toBe('');
  });

  it('leaves what a person types where it is', () => {
    press([...ofCzech('123456'), enter], 120);
    expect(codes).toEqual([]);
    expect(field.value).toBe('+ěščřž');
  });
});
