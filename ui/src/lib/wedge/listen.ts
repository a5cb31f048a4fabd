// The wedge in the page: listens before everything else, hands a scan out, and puts the focused field back to what it
// held before the scanner typed into it.
import { Wedge, type Key } from './wedge';

interface Before {
  field: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
  value: string;
  start: number | null;
  end: number | null;
}

/** Listens on the window; `scanned` gets every decoded code. Gives back how to stop. */
export function listenForScans(scanned: (code: string) => void): () => void {
  const wedge = new Wedge();
  let before: Before | null = null;

  const hear = (event: KeyboardEvent): void => {
    const verdict = wedge.feed(keyOf(event));
    if (verdict.is === 'begun') before = remember(document.activeElement);
    else if (verdict.is === 'nothing') before = null;
    else if (verdict.is === 'echo') {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    else if (verdict.is === 'scanned') {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (before) restore(before);
      before = null;
      scanned(verdict.text);
    }
  };
  window.addEventListener('keydown', hear, true);
  window.addEventListener('keyup', hear, true);
  return () => {
    window.removeEventListener('keydown', hear, true);
    window.removeEventListener('keyup', hear, true);
  };
}

function keyOf(event: KeyboardEvent): Key {
  return {
    type: event.type === 'keyup' ? 'keyup' : 'keydown',
    code: event.code,
    at: event.timeStamp,
    shift: event.shiftKey,
    alt: event.altKey,
    command: event.ctrlKey || event.metaKey,
    repeat: event.repeat,
  };
}

function remember(field: Element | null): Before | null {
  if (field instanceof HTMLSelectElement) return { field, value: field.value, start: null, end: null };
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
  return { field, value: field.value, start: field.selectionStart, end: field.selectionEnd };
}

function restore({ field, value, start, end }: Before): void {
  if (field.value !== value) {
    field.value = value;
    // Whoever follows the field has followed the scanner's characters; tell it of the way back.
    field.dispatchEvent(new Event('input', { bubbles: true }));
    if (field instanceof HTMLSelectElement) field.dispatchEvent(new Event('change', { bubbles: true }));
  }
  if (!(field instanceof HTMLSelectElement) && start !== null) field.setSelectionRange(start, end);
}
