// What a plan says as a whole: how it ended, and what would be lost. Pure.
import type { Difference, FieldFault, Plan, StepState } from '$lib/ipc';

export type Outcome = 'waiting' | 'running' | 'done' | 'refused' | 'not_done' | 'unknown';

/** The gravest of its steps: what nobody knows outweighs what was refused. */
export function outcome({ steps }: Plan): Outcome {
  const some = (...states: StepState['is'][]): boolean => steps.some(({ state }) => states.includes(state.is));
  if (some('unknown')) return 'unknown';
  if (some('refused')) return 'refused';
  if (some('not_done')) return 'not_done';
  if (some('running')) return 'running';
  if (!some('waiting', 'skipped')) return 'done';
  return some('done') ? 'running' : 'waiting';
}

/** Something has been changed in ALIVE. */
export function partly({ steps }: Plan): boolean {
  return steps.some(({ state }) => state.is === 'done');
}

export function refusedFor({ steps }: Plan): FieldFault[] {
  return steps.flatMap(({ state }) => (state.is === 'refused' ? state.faults : []));
}

/** Deleted ones need a yes of their own. */
export function sorted({ differences }: Plan): { lost: Difference[]; contested: Difference[]; changed: Difference[] } {
  return {
    lost: differences.filter(({ to }) => to === null),
    contested: differences.filter(({ to, contested }) => to !== null && contested),
    changed: differences.filter(({ to, contested }) => to !== null && !contested),
  };
}
