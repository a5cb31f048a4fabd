// The messages: `m.verdict_expired({ register, date })` gives the sentence in the present language. English says which
// messages there are and what each needs; another language that lacks one, or has one too many, doesn't compile, and
// neither does one that forgets a value or names another.
import type { Language } from '$lib/ipc';
import { cs } from './languages/cs';
import { en } from './languages/en';
import { pl } from './languages/pl';
import { ru } from './languages/ru';
import { language } from './locale.svelte';

/** A sentence by number: `count` chooses the form, by the language's own rules. */
export type ByCount = { readonly other: string } & { readonly [Form in Intl.LDMLPluralRule]?: string };

/** What another language has to give: the same messages, each a sentence or forms by number as in English. */
export type Like<English> = { readonly [Key in keyof English]: English[Key] extends string ? string : ByCount };
export type Words = Like<typeof en>;

/** The names in braces. */
type Holes<Text> = Text extends `${string}{${infer Hole}}${infer Rest}` ? Hole | Holes<Rest> : never;
type Values<Text> = Text extends string ? Record<Holes<Text>, string | number> : { count: number };
type Message<Text> = [Text extends string ? Holes<Text> : 'count'] extends [never]
  ? () => string
  : (values: Values<Text>) => string;

type Same<A, B> = [A, B] extends [B, A] ? true : false;
type AllHoles<Text> = Holes<Text extends string ? Text : Text[keyof Text]>;
/** Messages of a language whose values in braces aren't those of the English one. */
type Astray<Own extends Words> = {
  [Key in keyof Words]: Same<AllHoles<Own[Key]>, AllHoles<(typeof en)[Key]>> extends true ? never : Key;
}[keyof Words];
const complete = <Own extends Words>(own: [Astray<Own>] extends [never] ? Own : Astray<Own>): Words => own as Words;

const languages: Readonly<Record<Language, Words>> = {
  en,
  cs: complete<typeof cs>(cs),
  pl: complete<typeof pl>(pl),
  ru: complete<typeof ru>(ru),
};

const plurals = new Map<Language, Intl.PluralRules>();

function formOf(forms: ByCount, count: number): string {
  let rules = plurals.get(language());
  if (!rules) plurals.set(language(), (rules = new Intl.PluralRules(language())));
  return forms[rules.select(count)] ?? forms.other;
}

function say(key: keyof Words, values: Record<string, string | number>): string {
  const words: string | ByCount = languages[language()][key];
  const text = typeof words === 'string' ? words : formOf(words, Number(values['count']));
  return text.replace(/\{(\w+)\}/g, (_, hole: string) => String(values[hole] ?? ''));
}

type Messages = { readonly [Key in keyof Words]: Message<(typeof en)[Key]> };

// The keys of a table aren't known to the type checker after `fromEntries`; they are English's own.
export const m = Object.fromEntries(
  (Object.keys(en) as (keyof Words)[]).map((key) => [key, (values = {}) => say(key, values)]),
) as unknown as Messages;
