// A card that is put on a reader while a step is shown acts by itself; one that was there before doesn't.
import { untrack } from 'svelte';
import type { ChipInHand } from '$lib/ipc';
import type { Screen } from '$lib/desk/reduce';

type Tap = Screen['tap'];

/** To be called while a component is set up. */
export function onFreshTap(tap: () => Tap, then: (chip: ChipInHand) => void): void {
  let seen = untrack(tap)?.enquiry ?? 0;
  $effect(() => {
    const now = tap();
    if (!now || now.enquiry <= seen) return;
    seen = now.enquiry;
    untrack(() => then(now.chip));
  });
}
