// @vitest-environment happy-dom
// The count of the day and the average time are true, or aren't shown.
import { beforeEach, describe, expect, it } from 'vitest';
import { FEWEST, LONGEST_MS, servedToday } from '$lib/desk/served';

let now = new Date('2026-11-22T09:00:00');
beforeEach(() => {
  localStorage.clear();
  now = new Date('2026-11-22T09:00:00');
});
const tally = () => servedToday(() => now);

describe('what was served today', () => {
  it('counts an enquiry once, and after a restart goes on', () => {
    const served = tally();
    served.began(1, 0);
    served.began(1, 0);
    expect(served.began(2, 0).count).toBe(2);
    expect(tally().today().count).toBe(2);
  });

  it('counts on when the desk begins anew and its enquiries count from one again', () => {
    const served = tally();
    served.began(1, 0);
    served.forget();
    expect(served.began(1, 0).count).toBe(2);
  });

  it('begins each day from nothing', () => {
    const served = tally();
    served.began(1, 0);
    now = new Date('2026-11-23T08:00:00');
    expect(served.today()).toEqual({ count: 0, average: null });
  });

  it('says an average only of enough, from a card to the next', () => {
    const served = tally();
    for (let i = 1; i <= FEWEST; i++) {
      served.began(i, 0);
      expect(served.today().average).toBeNull();
      served.ended(i * 20_000);
    }
    expect(served.today()).toEqual({ count: 3, average: 40 });
    // Nobody on the screen: nothing has ended.
    expect(served.ended(1_000_000).average).toBe(40);
  });

  it('leaves breaks out, and clocks that were set back', () => {
    const served = tally();
    [30_000, 30_000, 30_000, LONGEST_MS + 1, -5000].forEach((ms, i) => {
      served.began(i + 1, 0);
      served.ended(ms);
    });
    expect(served.today()).toEqual({ count: 5, average: 30 });
  });
});
