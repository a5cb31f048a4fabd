// Enter goes on from field to field; what happens at the last one is the form's own.

/** Moves the focus to the next field of the form; false: this one was the last. */
export function advance(form: HTMLElement, from: EventTarget | null): boolean {
  const fields = [...form.querySelectorAll<HTMLElement>('input:not(:disabled), select:not(:disabled)')];
  const next = fields[fields.findIndex((field) => field === from) + 1];
  next?.focus();
  return next !== undefined;
}
