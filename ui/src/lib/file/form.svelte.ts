// A form of the file while it's being filled in: the draft, what is wrong with which field, and whether anything has
// been changed. The program checks as the clerk types.
import { SvelteSet } from 'svelte/reactivity';
import { commands, type FieldFault, type Intent, type Warning } from '$lib/ipc';
import { attempt } from '$lib/desk/store.svelte';
import { inOrder, merged, same, type Custom } from './draft';
import { fieldOf, named, once } from './faults';

const CHECK_AFTER_MS = 250;

/** A form whatever its draft: what fields, groups and the frame need of it. */
export type AnyForm = Pick<
  Form<object>,
  | 'at'
  | 'attempted'
  | 'changed'
  | 'elsewhere'
  | 'intent'
  | 'left'
  | 'moved'
  | 'refusals'
  | 'refuse'
  | 'show'
  | 'shown'
  | 'warningsAt'
>;

export class Form<Draft extends object> {
  draft: Draft;
  warnings = $state.raw<Warning[]>([]);
  /** The clerk has tried to go on: what is wrong shows at every field, not only where something was typed. */
  attempted = $state(false);
  /** Counts refusals, so that the form goes to the first field each time. */
  refusals = $state(0);
  readonly shown = new SvelteSet<string>();

  protected begun: Draft = $state.raw() as Draft;
  protected checked = $state.raw<FieldFault[]>([]);
  protected refused = $state.raw<FieldFault[]>([]);
  private touched = new SvelteSet<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private turn = 0;

  constructor(
    private file: number,
    draft: Draft,
    /** Its custom fields, which are sent in an order of their own. */
    private fields: (draft: Draft) => readonly Custom[],
    /** Null: something is missing that the form itself asks for. */
    private toIntent: (draft: Draft) => Intent | null,
  ) {
    this.begun = structuredClone(draft);
    this.draft = $state(structuredClone(draft));
  }

  get dirty(): boolean {
    return !same(this.draft, this.begun);
  }

  /** What it began with: as ALIVE has it. */
  get first(): Draft {
    return this.begun;
  }

  get intent(): Intent | null {
    return this.toIntent($state.snapshot(this.draft) as Draft);
  }

  /** The file was read anew: edits stay, everything else is as ALIVE now says. */
  renew(file: number, now: Draft): void {
    this.draft = merged(this.begun, $state.snapshot(this.draft) as Draft, now);
    this.begun = structuredClone(now);
    this.file = file;
    this.changed('');
  }

  /** Something is being typed into this field. */
  changed(property: string): void {
    if (property !== '') this.refused = this.refused.filter((fault) => fieldOf(fault.property, this.shown) !== property);
    clearTimeout(this.timer);
    this.turn += 1;
    this.timer = setTimeout(() => void this.check(), CHECK_AFTER_MS);
  }

  /** The clerk has left this field. */
  left(property: string): void {
    this.touched.add(property);
  }

  /** Items of a list have moved: what was said of them may stand at the wrong one. */
  moved(list: string): void {
    const within = (property: string): boolean => property.startsWith(list);
    this.refused = this.refused.filter((fault) => !within(fault.property));
    for (const property of this.touched) if (within(property)) this.touched.delete(property);
    this.checked = this.checked.filter((fault) => !within(fault.property));
    this.changed(list);
  }

  /** What was wrong when the clerk wanted to go on. */
  refuse(faults: readonly FieldFault[]): void {
    this.attempted = true;
    this.refused = this.withNames(faults);
    this.refusals += 1;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.turn += 1;
  }

  protected async check(): Promise<void> {
    const turn = ++this.turn;
    const { file, intent } = this;
    if (intent === null) return;
    const answer = await attempt(() => commands.workCheck(file, intent));
    if (turn !== this.turn || answer?.status !== 'ok') return;
    this.checked = this.withNames(answer.data.faults);
    this.warnings = answer.data.warnings;
  }

  protected withNames(faults: readonly FieldFault[]): FieldFault[] {
    const names = inOrder(this.fields(this.draft)).map(({ name }) => name);
    return faults.map((fault) => named(fault, names));
  }

  /** What is wrong and may be said by now. */
  get faults(): FieldFault[] {
    const said = this.checked.filter(({ property }) => {
      const field = fieldOf(property, this.shown);
      return this.attempted || (field !== null && this.touched.has(field));
    });
    return once([...this.refused, ...said]);
  }

  at(property: string): FieldFault[] {
    return this.faults.filter((fault) => fieldOf(fault.property, this.shown) === property);
  }

  /** Faults that name no field of the form. */
  get elsewhere(): FieldFault[] {
    return this.faults.filter((fault) => fieldOf(fault.property, this.shown) === null);
  }

  warningsAt(property: string): Warning[] {
    return this.warnings.filter((warning) => 'property' in warning && fieldOf(warning.property, this.shown) === property);
  }

  /** For `{@attach}`: the field is on the screen for as long as its element. */
  show = (property: string) => () => {
    this.shown.add(property);
    return () => this.shown.delete(property);
  };
}
