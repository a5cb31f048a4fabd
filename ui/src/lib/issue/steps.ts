// The steps of an issue: on which one a fault stands, and where «Continue» leads. Pure.
import type { Issue, IssueStepState, StepName } from '$lib/ipc';

export const STEPS: readonly StepName[] = ['person', 'portrait', 'card', 'number', 'chips', 'preview', 'print', 'read_back', 'report'];

const CARD = ['type', 'form', 'valid_from', 'valid_to', 'custom_fields', 'design'];

/** The step with the field that a fault names: what is none of the card's own is the person's. */
export function stepOf(property: string): StepName {
  const name = /^\/?(\w+)/.exec(property)?.[1] ?? '';
  if (CARD.includes(name)) return 'card';
  if (name === 'number') return 'number';
  if (name === 'smart_technologies') return 'chips';
  return name === '' ? 'report' : 'person';
}

type Steps = Pick<Issue, 'steps' | 'next'>;

export function stateOf({ steps }: Steps, step: StepName): IssueStepState {
  return steps.find((one) => one.step === step)?.state ?? 'waits';
}

/** A step before this one can't be done without. */
export function wantsBefore(issue: Steps, step: StepName): boolean {
  return STEPS.slice(0, STEPS.indexOf(step)).some((before) => stateOf(issue, before) === 'missing');
}

/** Where the clerk goes from this step: back to what can't be done without, else to the next that isn't there. */
export function following(issue: Steps, from: StepName): StepName {
  if (wantsBefore(issue, from)) return issue.next;
  const after = STEPS.slice(STEPS.indexOf(from) + 1);
  return after.find((step) => !['done', 'not_needed'].includes(stateOf(issue, step))) ?? 'report';
}
