// What is on the screen, as a pure function of the notices in their order. The rule that matters: an older enquiry
// never replaces a newer one, and nothing of the last person stays beside the next one's card.
import type { ChipInHand, ChipRefusal, Enquiry, IndexState, Notice, Plan, Readers, RegisterState, Tap, Task } from '$lib/ipc';

export interface Screen {
  readers: Readers;
  registers: RegisterState[];
  index: IndexState;
  /** The highest enquiry id heard of. */
  newest: number;
  /** Enquiries up to this one have been cleared away and don't come back. */
  dropped: number;
  enquiry: Enquiry | null;
  /** The chip that was read last; shown before any register has answered. */
  tap: { chip: ChipInHand; at: number; enquiry: number } | null;
  /** A card that has been put on and isn't read yet. */
  reading: { reader: string; at: number } | null;
  refusal: { reader: string; at: number; why: ChipRefusal } | null;
  /** When the card of the person on the screen was taken away. */
  goneAt: number | null;
  /** What waits for the desk, not for a person at the counter. */
  tasks: Task[];
  /** How far the plan that is being carried out has come. */
  progress: Plan | null;
}

export const EMPTY: Screen = {
  readers: { service: 'starting', readers: [] },
  registers: [],
  index: { phase: 'not_set_up', people: 0, cards: 0, freshAt: null, fault: null },
  newest: 0,
  dropped: 0,
  enquiry: null,
  tap: null,
  reading: null,
  refusal: null,
  goneAt: null,
  tasks: [],
  progress: null,
};

export function reduce(screen: Screen, notice: Notice): Screen {
  switch (notice.about) {
    case 'readers':
      return { ...screen, readers: notice.is };
    case 'registers':
      return { ...screen, registers: notice.is };
    case 'index':
      return { ...screen, index: notice.is };
    case 'tasks':
      return { ...screen, tasks: notice.is };
    case 'progress':
      return { ...screen, progress: notice.is };
    case 'tap':
      return tapped(screen, notice.is);
    case 'enquiry':
      return answered(screen, notice.is);
  }
}

/** The screen for the next person. */
export function cleared(screen: Screen): Screen {
  return { ...screen, dropped: screen.newest, enquiry: null, tap: null, refusal: null, goneAt: null };
}

function tapped(screen: Screen, tap: Tap): Screen {
  switch (tap.kind) {
    case 'arrived':
      return { ...screen, reading: { reader: tap.reader, at: tap.at } };
    case 'read': {
      if (tap.enquiry < screen.newest || tap.enquiry <= screen.dropped) return { ...screen, reading: null };
      return {
        ...screen,
        newest: tap.enquiry,
        enquiry: screen.enquiry?.id === tap.enquiry ? screen.enquiry : null,
        tap: { chip: tap.chip, at: tap.at, enquiry: tap.enquiry },
        reading: null,
        refusal: null,
        goneAt: null,
      };
    }
    case 'refused':
      // The last person goes: nobody may take their verdict for this card's.
      return { ...cleared(screen), reading: null, refusal: { reader: tap.reader, at: tap.at, why: tap.why } };
    case 'gone': {
      const reading = screen.reading?.reader === tap.reader ? null : screen.reading;
      const goneAt = screen.tap?.chip.reader === tap.reader ? tap.at : screen.goneAt;
      return { ...screen, reading, goneAt };
    }
  }
}

function answered(screen: Screen, enquiry: Enquiry): Screen {
  if (enquiry.id < screen.newest || enquiry.id <= screen.dropped) return screen;
  if (enquiry.id === screen.newest && screen.enquiry?.id === enquiry.id) return { ...screen, enquiry };
  const tap =
    enquiry.asked.by !== 'chip'
      ? null
      : screen.tap?.enquiry === enquiry.id
        ? screen.tap
        : { chip: enquiry.asked.chip, at: enquiry.askedAt, enquiry: enquiry.id };
  const same = enquiry.id === screen.newest;
  return {
    ...screen,
    newest: enquiry.id,
    enquiry,
    tap,
    refusal: null,
    goneAt: same ? screen.goneAt : null,
  };
}
