// The work on one person's file: reading it, proposing a change, carrying the plan out, reading anew. Nothing is decided
// here; the program behind the window plans and acts.
import { commands, type FieldFault, type Intent, type Plan, type WorkRefusal } from '$lib/ipc';
import { attempt, type Desk } from '$lib/desk/store.svelte';
import { Issuing, type IssueRefused } from '$lib/issue/issuing.svelte';
import { m } from '$lib/words/messages';
import * as sayWork from '$lib/words/sayWork';
import { inOrder, whole, withRules, type Cardholder, type Custom, type File, type Graduation } from './draft';
import { renewed, type CardWork } from './card.svelte';
import { Form, type AnyForm } from './form.svelte';
import { outcome, partly, refusedFor } from './plan';

export const TABS = ['data', 'cards', 'graduation', 'erase'] as const;
export type Tab = (typeof TABS)[number];

export interface Data {
  form: Cardholder;
  /** Cards of which a new plastic card was made. */
  reprinted: string[];
}

export type Refused = WorkRefusal | { code: 'unexpected' };

/** What stands above the form: why it doesn't go on, or how the last plan ended. */
export type Said =
  | { is: 'refusal'; why: Refused }
  | { is: 'not_issued'; why: IssueRefused }
  | { is: 'done'; plan: Plan }
  | { is: 'refused'; plan: Plan; faults: FieldFault[] };

const none: readonly Custom[] = [];

export class Work {
  person = $state.raw<string | null>(null);
  file = $state.raw<File | null>(null);
  /** Why there is no file. */
  refusal = $state.raw<Refused | null>(null);
  tab = $state<Tab>('data');
  said = $state.raw<Said | null>(null);
  plan = $state.raw<Plan | null>(null);
  /** Why the plan on the screen can't be carried out. */
  planRefusal = $state.raw<Refused | null>(null);
  /** A plan is being made. */
  asking = $state(false);
  /** A plan is being carried out. */
  running = $state(false);

  data = $state.raw<Form<Data> | null>(null);
  card = $state.raw<CardWork | null>(null);
  /** The card that is being issued. */
  issuing = $state.raw<Issuing | null>(null);
  graduation = $state.raw<Form<Graduation> | null>(null);
  alumni = $state.raw<Form<{ custom_fields: Custom[] }> | null>(null);
  /** Erasing asks for the supervisor's PIN and nothing else. */
  erase = $state.raw<Form<{ pin: string }> | null>(null);

  private proposed: { again: () => Promise<void>; form: AnyForm | null } | null = null;
  private turn = 0;

  constructor(
    private desk: Desk,
    /** Whose file; null: of somebody whom nobody knows yet. */
    person: string | null,
    tab: Tab,
  ) {
    this.person = person;
    this.tab = tab;
  }

  get dirty(): Record<Tab, boolean> {
    return {
      data: this.data?.dirty ?? false,
      // A date or a reason is chosen again at once; chips and fields are not.
      cards:
        (this.card !== null && ['plastic', 'modify'].includes(this.card.act) && this.card.form.dirty) ||
        // The program keeps what is filled in; what it hasn't kept would be lost.
        (this.issuing?.unkept ?? false),
      graduation: (this.graduation?.dirty ?? false) || (this.alumni?.dirty ?? false),
      erase: false,
    };
  }

  get anyDirty(): boolean {
    return Object.values(this.dirty).some(Boolean);
  }

  /** Reads the file; edits that were begun stay. */
  async read(): Promise<void> {
    const turn = ++this.turn;
    this.refusal = null;
    const { person } = this;
    const answer = await attempt(() => (person === null ? commands.workNew() : commands.workOpen(person)));
    if (turn !== this.turn) return;
    if (answer?.status !== 'ok') {
      const why = answer?.error ?? { code: 'unexpected' as const };
      if (this.file) this.said = { is: 'refusal', why };
      else this.refusal = why;
      return;
    }
    this.take(whole(answer.data));
  }

  /** The window is closed: what still comes is about nobody. */
  close(): void {
    this.turn += 1;
    for (const form of [this.data, this.card?.form, this.issuing?.form, this.graduation, this.alumni, this.erase]) form?.stop();
  }

  private take(file: File): void {
    this.file = file;
    const { cardholderFields, cardFields } = file.rules;
    const form = { ...file.form, custom_fields: withRules(file.form.custom_fields, cardholderFields) };
    const data: Data = { form, reprinted: [] };
    if (this.data) this.data.renew(file.file, data);
    else {
      this.data = new Form(file.file, data, (draft) => draft.form.custom_fields, ({ form, reprinted }) => ({
        what: 'cardholder',
        form: { ...form, custom_fields: inOrder(form.custom_fields) },
        reprinted,
      }));
      this.data.changed('');
    }
    const fields = { custom_fields: withRules([], cardFields) };
    if (this.alumni) this.alumni.renew(file.file, fields);
    else {
      this.alumni = new Form(file.file, fields, (draft) => draft.custom_fields, ({ custom_fields }) => ({
        what: 'request_alumni',
        customFields: inOrder(custom_fields).filter(({ value }) => value.trim() !== ''),
      }));
    }
    this.erase = new Form(file.file, { pin: '' }, () => none, ({ pin }) => ({ what: 'erase', pin }));
    this.card = this.card && renewed(this.card, file);
    void this.issuing?.renew();
    const corrected = this.graduation?.draft.graduation_id;
    const now = file.graduations.find(({ graduation_id }) => graduation_id === corrected);
    if (this.graduation && corrected != null && !now) this.graduation = null;
    else if (this.graduation) this.graduation.renew(file.file, now ?? this.graduation.first);
  }

  openGraduation(draft: Graduation): void {
    if (!this.file) return;
    this.said = null;
    this.graduation = new Form(this.file.file, draft, () => none, (form) => ({ what: 'graduation', form }));
  }

  /** Asks what would be done; the plan then stands on the screen. */
  async propose(intent: Intent, form: AnyForm | null = null): Promise<void> {
    const { file } = this;
    if (!file || this.asking || this.running) return;
    this.asking = true;
    this.said = null;
    this.planRefusal = null;
    const turn = this.turn;
    const answer = await attempt(() => commands.workPlan(file.file, intent));
    this.asking = false;
    if (turn !== this.turn) return;
    this.proposed = { again: () => this.propose(form?.intent ?? intent, form), form };
    if (answer?.status === 'ok') {
      this.plan = answer.data;
      return;
    }
    this.refuse(answer?.error ?? { code: 'unexpected' }, form);
    if (answer?.error.code === 'file_gone') await this.read();
  }

  /** The same once more, on the file as it is now. */
  async proposeAgain(): Promise<void> {
    const { proposed } = this;
    this.plan = null;
    await this.read();
    await proposed?.again();
  }

  /** Begins a card for the person of this file, or takes up the one that was begun. */
  async beginIssue(): Promise<void> {
    const { file } = this;
    if (!file || this.asking || this.running || this.issuing) return;
    this.asking = true;
    this.said = null;
    const turn = this.turn;
    const answer = await attempt(() => commands.issueBegin(file.file));
    this.asking = false;
    if (turn !== this.turn) return;
    if (answer?.status === 'ok') this.issuing = new Issuing(this.desk, answer.data, file.rules.cardFields);
    else this.said = { is: 'not_issued', why: answer?.error ?? { code: 'unexpected' } };
  }

  /** Asks what the report of the issue would be; the plan then stands on the screen. */
  async report(): Promise<void> {
    const { issuing } = this;
    if (!issuing || this.asking || this.running) return;
    this.asking = true;
    this.said = null;
    this.planRefusal = null;
    const turn = this.turn;
    const plan = await issuing.plan();
    this.asking = false;
    if (turn !== this.turn) return;
    this.proposed = { again: () => this.report(), form: issuing.form };
    this.plan = plan;
  }

  private refuse(why: Refused, form: AnyForm | null): void {
    if (why.code === 'fields' && form) return form.refuse(why.faults);
    if (['wrong_pin', 'pin_locked', 'no_pin'].includes(why.code) && form?.shown.has('pin')) {
      return form.refuse([{ property: 'pin', code: '', message: sayWork.workRefusal(why) }]);
    }
    this.said = { is: 'refusal', why };
  }

  /** Carries out the plan on the screen. */
  async carryOut(): Promise<void> {
    const { plan, proposed } = this;
    if (!plan || this.running || outcome(plan) !== 'waiting') return;
    this.running = true;
    this.planRefusal = null;
    const answer = await attempt(() => commands.workDo(plan.plan));
    this.running = false;
    if (answer?.status !== 'ok') {
      this.planRefusal = answer?.error ?? { code: 'unexpected' };
      return;
    }
    this.plan = answer.data;
    const ended = outcome(answer.data);
    if (ended === 'done') await this.done(answer.data, proposed?.form ?? null);
    else if (ended === 'refused') await this.wasRefused(answer.data, proposed?.form ?? null);
  }

  private async done(plan: Plan, form: AnyForm | null): Promise<void> {
    if (this.file?.cardholderId === null && plan.person !== null) {
      // The person has just come into ALIVE: the desk shows them too, and the work goes on with their cards.
      this.person = plan.person;
      void this.desk.openPerson(plan.person);
    }
    if (form === this.data) this.data = null;
    if (form === this.graduation) this.graduation = null;
    if (form === this.alumni) this.alumni = null;
    if (form === this.card?.form) this.card = null;
    if (form === this.issuing?.form) this.issuing = null;
    await this.read();
    this.plan = null;
    this.said = { is: 'done', plan };
  }

  private async wasRefused(plan: Plan, form: AnyForm | null): Promise<void> {
    if (partly(plan)) await this.read();
    this.plan = null;
    const faults = refusedFor(plan);
    this.said = { is: 'refused', plan, faults: form ? [] : faults };
    if (form === this.issuing?.form) await this.issuing?.wasRefused(faults);
    else form?.refuse(faults);
  }

  /** Back from the plan to where it came from. */
  async back(): Promise<void> {
    const { plan } = this;
    if (!plan || this.running) return;
    const untouched = outcome(plan) === 'waiting' && this.planRefusal?.code !== 'unexpected';
    this.plan = null;
    this.planRefusal = null;
    if (!untouched) await this.read();
  }

  async planErasure(on: boolean): Promise<void> {
    const { file } = this;
    if (!file || this.asking) return;
    this.asking = true;
    const answer = await attempt(() => commands.planErasure(file.file, on));
    this.asking = false;
    if (answer?.status !== 'ok') this.said = { is: 'refusal', why: answer?.error ?? { code: 'unexpected' } };
    else this.desk.say(on ? m.erase_planned_toast() : m.erase_unplanned_toast());
    await this.read();
  }
}
