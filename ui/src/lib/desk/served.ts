// How many cards and codes were served today on this computer: a bare count, kept over a restart; nothing personal.

const KEY = 'served';

export interface Served {
  count(): number;
  /** Counts an enquiry once. */
  add(enquiry: number): number;
}

export function servedToday(today: () => Date): Served {
  const seen = new Set<number>();
  let { day, count } = stored();

  const turn = (): void => {
    const now = dayOf(today());
    if (now !== day) [day, count] = [now, 0];
  };
  return {
    count: () => {
      turn();
      return count;
    },
    add: (enquiry) => {
      turn();
      if (!seen.has(enquiry)) {
        seen.add(enquiry);
        count += 1;
        keep(day, count);
      }
      return count;
    },
  };
}

const dayOf = (date: Date): string => date.toDateString();

function stored(): { day: string; count: number } {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? 'null');
    if (value && typeof value === 'object' && 'day' in value && 'count' in value) {
      const { day, count } = value;
      if (typeof day === 'string' && typeof count === 'number') return { day, count };
    }
  } catch {
    // No storage, or not ours: the count begins anew.
  }
  return { day: '', count: 0 };
}

function keep(day: string, count: number): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ day, count }));
  } catch {
    // Without storage the count lasts as long as the window.
  }
}
