// The screen follows the notices; the next person is never shown with anything of the last one.
import { describe, expect, it } from 'vitest';
import type { ChipInHand, Enquiry, Notice } from '$lib/ipc';
import { cleared, EMPTY, reduce, type Screen } from '$lib/desk/reduce';

const chip = (uid: string): ChipInHand => ({ reader: 'R1', interface: 'contactless', technology: 'mifare_desfire', uid, mayRepeat: false });
const read = (enquiry: number, uid = '04AABBCC'): Notice => ({ about: 'tap', is: { kind: 'read', at: enquiry * 10, chip: chip(uid), enquiry } });
const answer = (id: number, asked: Enquiry['asked'] = { by: 'chip', chip: chip('04AABBCC') }, whole = false): Notice => ({
  about: 'enquiry',
  is: {
    id, asked, askedAt: id * 10, whole, person: null,
    alive: { state: 'waiting' }, usos: { state: 'waiting' }, sup: { state: 'waiting' }, studentChip: null,
    verdict: { level: 'waiting', findings: [] },
  },
});
const run = (...notices: Notice[]): Screen => notices.reduce(reduce, EMPTY);

describe('the screen', () => {
  it('shows the chip at the tap, before any register has answered', () => {
    const screen = run(read(1, '04A2'));
    expect(screen.tap?.chip.uid).toBe('04A2');
    expect(screen.enquiry).toBeNull();
  });

  it('never lets an older enquiry replace a newer one', () => {
    const screen = run(read(1), answer(1), read(2, '04FF'), answer(1, undefined, true));
    expect(screen.enquiry).toBeNull();
    expect(screen.tap?.chip.uid).toBe('04FF');
    expect(reduce(run(answer(3)), answer(2)).enquiry?.id).toBe(3);
  });

  it('never lets an older tap replace a newer enquiry', () => {
    const screen = run(answer(5, { by: 'person', key: 'alive:1' }), read(4));
    expect(screen.enquiry?.id).toBe(5);
    expect(screen.tap).toBeNull();
  });

  it('drops the last person when the next card is read', () => {
    expect(run(read(1), answer(1), read(2)).enquiry).toBeNull();
  });

  it('takes a newer state of the same enquiry', () => {
    expect(run(read(1), answer(1), answer(1, undefined, true)).enquiry?.whole).toBe(true);
  });

  it('drops the last person when a card is refused, and late answers do not bring them back', () => {
    const screen = run(read(1), answer(1), { about: 'tap', is: { kind: 'refused', at: 9, reader: 'R1', why: 'random_uid' } }, answer(1, undefined, true));
    expect(screen.refusal?.why).toBe('random_uid');
    expect(screen.enquiry).toBeNull();
    expect(screen.tap).toBeNull();
  });

  it('forgets the refusal at the next card', () => {
    const screen = run({ about: 'tap', is: { kind: 'refused', at: 9, reader: 'R1', why: 'in_use' } }, read(1));
    expect(screen.refusal).toBeNull();
  });

  it('stays clear after clearing until somebody new is asked for', () => {
    const clear = cleared(run(read(1), answer(1)));
    expect(reduce(clear, answer(1, undefined, true)).enquiry).toBeNull();
    expect(reduce(clear, answer(2)).enquiry?.id).toBe(2);
  });

  it('keeps the person when the card is taken away, and says so', () => {
    const screen = run(read(1), answer(1), { about: 'tap', is: { kind: 'gone', reader: 'R1', at: 77 } });
    expect(screen.enquiry?.id).toBe(1);
    expect(screen.goneAt).toBe(77);
    expect(reduce(screen, read(2)).goneAt).toBeNull();
  });

  it('ignores a card taken from another reader', () => {
    expect(run(read(1), { about: 'tap', is: { kind: 'gone', reader: 'R2', at: 77 } }).goneAt).toBeNull();
  });

  it('says that a card is being read from putting on to reading or taking away', () => {
    const on: Notice = { about: 'tap', is: { kind: 'arrived', reader: 'R1', at: 1 } };
    expect(run(on).reading?.reader).toBe('R1');
    expect(run(on, read(1)).reading).toBeNull();
    expect(run(on, { about: 'tap', is: { kind: 'gone', reader: 'R1', at: 2 } }).reading).toBeNull();
  });

  it('shows no chip beside a person asked for by code', () => {
    expect(run(read(1), answer(1), answer(2, { by: 'code', code: 'S1' })).tap).toBeNull();
  });

  it('keeps the tasks and how far a plan has come, whoever is on the screen', () => {
    const tasks: Notice = { about: 'tasks', is: [{ task: 'erase', key: 'alive:1', name: 'A', due: '2026-01-01' }] };
    const progress: Notice = { about: 'progress', is: { plan: 3, person: null, name: 'A', steps: [], differences: [], warnings: [], irreversible: false } };
    const screen = cleared(run(tasks, progress, read(1)));
    expect(screen.tasks).toHaveLength(1);
    expect(screen.progress?.plan).toBe(3);
  });
});
