// @vitest-environment happy-dom
// The work on a file as the page holds it: plans, refusals that go back to their fields, edits that outlive a reading.
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FieldFault, Plan, StepState, WorkRefusal } from '$lib/ipc';
import { FILE, NEW_FILE } from '../dev/file';

const host = vi.hoisted(() => ({
  read: 0, opened: [] as string[], shown: [] as string[], plan: null as unknown, did: null as unknown, checked: { faults: [] as unknown[], warnings: [] as unknown[] }, intents: [] as unknown[], email: 'petr.janik@example.edu',
}));
vi.mock('$lib/ipc', () => {
  const ok = (data: unknown) => Promise.resolve({ status: 'ok', data });
  const read = (file: object & { form: object }) => ok({ ...structuredClone(file), file: (host.read += 1), form: { ...structuredClone(file.form), email: host.email } });
  return {
    commands: {
      workOpen: (person: string) => (host.opened.push(person), read(FILE)),
      openPerson: (person: string) => (host.shown.push(person), ok(1)),
      workNew: () => read(NEW_FILE),
      workCheck: (_: number, intent: unknown) => (host.intents.push(intent), ok(host.checked)),
      workPlan: (_: number, intent: unknown) => (host.intents.push(intent), Promise.resolve(host.plan)),
      workDo: () => Promise.resolve(host.did),
      planErasure: () => ok(null),
    },
    onHappened: () => Promise.resolve(() => undefined),
  };
});
const { Desk } = await import('$lib/desk/store.svelte');
const { Work } = await import('$lib/file/work.svelte');

const plan = (...states: StepState[]): Plan => ({
  plan: 1, person: 'alive:7', name: 'Petr Janík', steps: states.map((state) => ({ act: { act: 'set_cardholder' }, state })), differences: [], warnings: [], irreversible: false,
});
const ok = (data: unknown) => ({ status: 'ok', data });
const no = (error: WorkRefusal) => ({ status: 'error', error });
const taken: FieldFault = { property: 'email', code: 'NOT_UNIQUE_ERROR', message: 'Used.' };

async function open(person: string | null = 'alive:1001') {
  const work = new Work(new Desk(), person, 'data');
  await work.read();
  const form = work.data!;
  form.shown.add('email');
  form.shown.add('last_name');
  return { work, form };
}
const propose = ({ work, form }: Awaited<ReturnType<typeof open>>) => work.propose(form.intent!, form);

beforeEach(() => Object.assign(host, { read: 0, opened: [], shown: [], plan: ok(plan({ is: 'waiting' })), did: ok(plan({ is: 'done' })), checked: { faults: [], warnings: [] }, intents: [], email: 'petr.janik@example.edu' }));

describe('the work on a file', () => {
  it('is clean until something is typed, and again when it is typed back', async () => {
    const { work, form } = await open();
    expect(work.anyDirty).toBe(false);
    form.draft.form.last_name = 'Novák';
    expect(work.dirty.data).toBe(true);
    form.draft.form.last_name = 'Janík';
    expect(work.anyDirty).toBe(false);
  });

  it('sends custom fields with the empty ones last', async () => {
    const opened = await open();
    await propose(opened);
    expect(host.intents.at(-1)).toMatchObject({ what: 'cardholder', form: { custom_fields: [{ name: 'membership_code' }, { name: 'choir' }, { name: 'esc_number' }] } });
  });

  it('shows the plan, and reads the file anew when it has been carried out', async () => {
    const opened = await open();
    opened.form.draft.form.last_name = 'Novák';
    await propose(opened);
    expect(opened.work.plan).not.toBeNull();
    await opened.work.carryOut();
    expect(host.read).toBe(2);
    expect(opened.work.plan).toBeNull();
    expect(opened.work.said?.is).toBe('done');
    expect(opened.work.anyDirty).toBe(false);
  });

  it('brings what ALIVE refused back to its field, until that field is edited', async () => {
    const opened = await open();
    host.did = ok(plan({ is: 'refused', faults: [taken] }));
    await propose(opened);
    await opened.work.carryOut();
    expect(opened.work.plan).toBeNull();
    expect(opened.form.at('email')).toEqual([taken]);
    expect(opened.form.at('last_name')).toEqual([]);
    opened.form.changed('email');
    expect(opened.form.at('email')).toEqual([]);
  });

  it('says what names no shown field at the top', async () => {
    const opened = await open();
    host.plan = no({ code: 'fields', faults: [{ property: 'shoe_size', code: 'ODD', message: 'Odd.' }] });
    await propose(opened);
    expect(opened.form.elsewhere.map(({ property }) => property)).toEqual(['shoe_size']);
  });

  it('keeps edits when the file was read anew meanwhile, on what ALIVE says now', async () => {
    const opened = await open();
    opened.form.draft.form.last_name = 'Novák';
    host.plan = no({ code: 'file_gone' });
    host.email = 'new@example.edu';
    await propose(opened);
    expect(host.read).toBe(2);
    expect(opened.form.draft.form).toMatchObject({ last_name: 'Novák', email: 'new@example.edu' });
    expect(opened.work.dirty.data).toBe(true);
  });

  it('leaves a plan of unknown end on the screen, and reads anew on the way back', async () => {
    const opened = await open();
    host.did = ok(plan({ is: 'unknown', fault: { code: 'slow', detail: null } }));
    await propose(opened);
    await opened.work.carryOut();
    expect(opened.work.plan).not.toBeNull();
    await opened.work.carryOut();
    await opened.work.back();
    expect(opened.work.plan).toBeNull();
    expect(host.read).toBe(2);
  });

  it('goes back from a plan without reading when nothing was done', async () => {
    const opened = await open();
    await propose(opened);
    await opened.work.back();
    expect(host.read).toBe(1);
  });

  it('goes on with a person who has just come into ALIVE, on the desk too', async () => {
    const opened = await open(null);
    await propose(opened);
    await opened.work.carryOut();
    expect([host.opened, host.shown]).toEqual([['alive:7'], ['alive:7']]);
    expect(opened.work.file?.cardholderId).toBe('1001');
  });

  it('says nothing of fields that nobody has touched before the clerk goes on', async () => {
    vi.useFakeTimers();
    const { form } = await open();
    host.checked = { faults: [{ property: 'last_name', code: 'IS_BLANK_ERROR', message: null }], warnings: [] };
    form.changed('email');
    await vi.advanceTimersByTimeAsync(300);
    expect(form.faults).toEqual([]);
    form.left('last_name');
    expect(form.at('last_name')).toHaveLength(1);
    vi.useRealTimers();
  });
});
