// How many cards and codes were served today on this computer, and how long one took on average: bare figures, kept over
// a restart; nothing personal.

const KEY = 'served';
/** Longer than this nobody is served: the clerk has gone, and the person stayed on the screen. */
export const LONGEST_MS = 10 * 60_000;
/** An average of fewer says nothing. */
export const FEWEST = 3;

export interface Today {
  count: number;
  /** Whole seconds from a card to the next one or to clearing. */
  average: number | null;
}

export interface Served {
  today(): Today;
  /** Somebody is on the screen by card or code; counted once. `at`: when it was asked. */
  began(enquiry: number, at: number): Today;
  /** They have left the screen. */
  ended(at: number): Today;
  /** The desk begins anew, and its enquiries count from one again. */
  forget(): void;
}

interface Kept {
  day: string;
  count: number;
  /** How many were timed, and their time together. */
  timed: number;
  ms: number;
}

export function servedToday(today: () => Date): Served {
  let kept = stored();
  let last: number | null = null;
  let since: number | null = null;

  const turned = (): Today => {
    const day = today().toDateString();
    if (day !== kept.day) kept = { day, count: 0, timed: 0, ms: 0 };
    return { count: kept.count, average: kept.timed < FEWEST ? null : Math.round(kept.ms / kept.timed / 1000) };
  };
  const change = (by: Partial<Kept>): Today => {
    kept = { ...kept, ...by };
    keep(kept);
    return turned();
  };
  return {
    today: turned,
    began: (enquiry, at) => {
      turned();
      if (enquiry === last) return turned();
      [last, since] = [enquiry, at];
      return change({ count: kept.count + 1 });
    },
    ended: (at) => {
      turned();
      const ms = since === null ? null : at - since;
      since = null;
      if (ms === null || ms < 0 || ms > LONGEST_MS) return turned();
      return change({ timed: kept.timed + 1, ms: kept.ms + ms });
    },
    forget: () => {
      last = null;
      since = null;
    },
  };
}

function stored(): Kept {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (value && typeof value === 'object' && 'day' in value && 'count' in value) {
      const { day, count } = value;
      const timed = 'timed' in value && typeof value.timed === 'number' ? value.timed : 0;
      const ms = 'ms' in value && typeof value.ms === 'number' ? value.ms : 0;
      if (typeof day === 'string' && typeof count === 'number') return { day, count, timed, ms };
    }
  } catch {
    // No storage, or not ours: the count begins anew.
  }
  return { day: '', count: 0, timed: 0, ms: 0 };
}

function keep(kept: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Without storage the count lasts as long as the window.
  }
}
