// The person's file without its window: which field a fault belongs to, what stays of edits when the file is read anew,
// how a plan ended, and words for differences.
import { afterEach, describe, expect, it } from 'vitest';
import type { Plan, StepState } from '$lib/ipc';
import { ageOn, dayTyped, inOrder, merged, withRules, type Card } from '$lib/file/draft';
import { actsOf, whyNot } from '$lib/file/card.svelte';
import { fieldOf, lastName, named, once } from '$lib/file/faults';
import { outcome, partly, refusedFor, sorted } from '$lib/file/plan';
import { setLanguage } from '$lib/words/locale.svelte';
import { countriesByName, property, propertyValue } from '$lib/words/properties';
import { summary } from '$lib/settings/agreement';

afterEach(() => setLanguage('en'));

const SHOWN = [
  'first_name', 'email', 'roles', 'roles.student', 'addresses', 'addresses[0].city', 'addresses[1].city', 'addresses[0].postal_code',
  'legal_representatives', 'legal_representatives[0].email', 'custom_fields', 'custom_fields[library_id]', 'smart_technologies[0].value',
];

describe('a fault', () => {
  it.each([
    ['email', 'email'],
    ['addresses[1].city', 'addresses[1].city'],
    ['addresses.1.city', 'addresses[1].city'],
    ['/addresses/1/city', 'addresses[1].city'],
    ['legal_representatives[0].email', 'legal_representatives[0].email'],
    ['legal_representatives', 'legal_representatives'],
    ['roles.student', 'roles.student'],
    ['smart_technologies[0]', 'smart_technologies[0].value'],
    ['custom_fields[library_id].value', 'custom_fields[library_id]'],
  ])('of %s stands at the field %s', (told, field) => expect(fieldOf(told, SHOWN)).toBe(field));

  it('that names the last name alone stands at its field, if only one can be meant', () => {
    expect(fieldOf('postal_code', SHOWN)).toBe('addresses[0].postal_code');
    expect(fieldOf('library_id', SHOWN)).toBe('custom_fields[library_id]');
    expect(fieldOf('city', SHOWN)).toBeNull();
  });
  it('that names no shown field, or none at all, stands at none', () => {
    for (const told of ['', 'shoe_size', 'addresses[7].city']) expect(fieldOf(told, SHOWN)).toBeNull();
  });
  it('of a custom field by number is told by the name that was sent there', () => {
    const fault = { property: 'custom_fields[1].value', code: 'X', message: null };
    expect(named(fault, ['a', 'library_id']).property).toBe('custom_fields[library_id]');
    expect(named(fault, ['a']).property).toBe('custom_fields[1].value');
  });
  it('that both the desk and ALIVE found is said once', () => {
    const fault = (property: string, code: string) => ({ property, code, message: null });
    expect(once([fault('addresses[0].city', 'A'), fault('addresses.0.city', 'A'), fault('addresses[0].city', 'B')])).toHaveLength(2);
  });
  it('is known by the last name of its path', () => expect(lastName('legal_representatives[0].addresses[2].city')).toBe('city'));
});

describe('edits', () => {
  const before = { form: { first_name: 'Petr', email: 'a', roles: { student: true, teacher: null as boolean | null }, addresses: [{ city: 'Brno' }] }, reprinted: [] as string[] };
  it('stay when the file is read anew, and everything else is as ALIVE now says', () => {
    const mine = structuredClone(before);
    mine.form.first_name = 'Pavel';
    mine.form.roles.teacher = true;
    const now = structuredClone(before);
    now.form.email = 'b';
    now.form.roles.student = false;
    now.form.addresses = [{ city: 'Praha' }];
    expect(merged(before, mine, now)).toEqual({
      form: { first_name: 'Pavel', email: 'b', roles: { student: false, teacher: true }, addresses: [{ city: 'Praha' }] }, reprinted: [],
    });
  });
  it('of a list stay as a whole', () => {
    const mine = structuredClone(before);
    mine.form.addresses.push({ city: 'Zlín' });
    const now = structuredClone(before);
    now.form.addresses = [];
    expect(merged(before, mine, now).form.addresses).toEqual([{ city: 'Brno' }, { city: 'Zlín' }]);
  });
});

describe('custom fields', () => {
  const rule = (name: string) => ({ name, mandatory: false, min: 1, max: 5 });
  it('are those of the agreement, then those on record that it does not name', () => {
    const fields = withRules([{ name: 'choir', value: 'tenor' }, { name: 'b', value: '2' }], [rule('a'), rule('b')]);
    expect(fields).toEqual([{ name: 'a', value: '' }, { name: 'b', value: '2' }, { name: 'choir', value: 'tenor' }]);
  });
  it('are sent with the empty ones last, since ALIVE counts without them', () => {
    const sent = inOrder([{ name: 'a', value: ' ' }, { name: 'b', value: '2' }]);
    expect(sent.map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('a day', () => {
  it.each([['15.4.2001', '2001-04-15'], ['1. 9. 2014', '2014-09-01'], ['15/04/2001', '2001-04-15'], ['2001-04-15', '2001-04-15'], ['soon', 'soon']])(
    'typed as %s is %s', (typed, day) => expect(dayTyped(typed)).toBe(day),
  );
  it('tells the age in full years', () => {
    expect(ageOn('2011-02-13', '2026-02-12')).toBe(14);
    expect(ageOn('2011-02-12', '2026-02-12')).toBe(15);
    expect(ageOn('', '2026-02-12')).toBeNull();
  });
});

const fault = { code: 'slow' as const, detail: null };
const plan = (...states: StepState[]): Plan => ({
  plan: 1, person: null, name: 'A', steps: states.map((state) => ({ act: { act: 'anonymise' }, state })), differences: [], warnings: [], irreversible: false,
});

describe('a plan', () => {
  it.each<[Plan, ReturnType<typeof outcome>]>([
    [plan({ is: 'waiting' }, { is: 'waiting' }), 'waiting'],
    [plan({ is: 'done' }, { is: 'running' }), 'running'],
    [plan({ is: 'done' }, { is: 'waiting' }), 'running'],
    [plan({ is: 'done' }, { is: 'left' }), 'done'],
    [plan({ is: 'done' }, { is: 'refused', faults: [] }, { is: 'skipped' }), 'refused'],
    [plan({ is: 'not_done', fault }, { is: 'skipped' }), 'not_done'],
    [plan({ is: 'done' }, { is: 'unknown', fault }, { is: 'skipped' }), 'unknown'],
  ])('ends as its gravest step', (one, ended) => expect(outcome(one)).toBe(ended));

  it('is partly made when a step before was done', () => {
    expect(partly(plan({ is: 'done' }, { is: 'refused', faults: [] }))).toBe(true);
    expect(partly(plan({ is: 'refused', faults: [] }))).toBe(false);
  });
  it('gives the refusals of its steps back to the form', () => {
    const faults = [{ property: 'email', code: 'NOT_UNIQUE_ERROR', message: null }];
    expect(refusedFor(plan({ is: 'done' }, { is: 'refused', faults }))).toEqual(faults);
  });
  it('keeps what it deletes apart from what it changes and from what is contested', () => {
    const one = (property: string, to: string | null, contested = false) => ({ property, card: null, from: 'x', to, contested });
    const { lost, contested, changed } = sorted({ ...plan(), differences: [one('a', null), one('b', 'y'), one('c', 'y', true), one('d', null, true)] });
    expect([lost, contested, changed].map((list) => list.map((d) => d.property))).toEqual([['a', 'd'], ['c'], ['b']]);
  });
});

describe('a difference', () => {
  it('names the attribute in words, items of lists by what they are', () => {
    expect(property('last_name')).toBe('Surname');
    expect(property('addresses[DELIVERY].city')).toBe('Address (delivery): Town');
    expect(property('custom_fields[library_id]')).toBe('Custom field (library_id)');
    expect(property('legal_representatives[0].email')).toBe('Legal representative (1): E-mail');
    expect(property('shoe_size')).toBe('shoe_size');
  });
  it('says values as the clerk reads them', () => {
    setLanguage('cs');
    expect(propertyValue('gender', 'FEMALE')).toBe('žena');
    expect(propertyValue('roles.student', 'false')).toBe('ne');
    expect(propertyValue('valid_to', '2026-12-31')).toContain('2026');
    expect(propertyValue('smart_technologies[CONTACT_CHIP]', '5A0102030C01').replace(/\s/g, '')).toBe('5A0102030C01');
    expect(propertyValue('gender', 'NEW_VALUE')).toBe('NEW_VALUE');
    expect(propertyValue('first_name', 'MALE')).toBe('MALE');
  });
  it('names countries in the language, and those that it does not know by their code', () => {
    setLanguage('pl');
    expect(countriesByName([{ alpha3: 'CZE', alpha2: 'CZ' }, { alpha3: 'XXQ', alpha2: '??' }])).toEqual([['CZE', 'Czechy'], ['XXQ', 'XXQ']]);
  });
});

describe('the acts on a card', () => {
  const can = { edit: null, extend: null, plastic: null, cancel: null, giveBack: null, reactivate: null, extendTo: [], designs: [] };
  const card = (more: Partial<Card['can']>): Card => ({
    cardId: '1', number: 'S', cardType: 'ISIC', form: 'DIGITAL', status: 'ACTIVE', standing: 'valid', validFrom: null, validTo: null, validToPlastic: null,
    design: null, designPlastic: null, institution: [], smartTechnologies: [], customFields: [], can: { ...can, ...more },
  });
  it('offer to cancel a card, or to make a cancelled one active again', () => {
    expect(actsOf(card({ reactivate: 'not_cancelled' }))).toContain('cancel');
    expect(actsOf(card({ cancel: 'cancelled' }))).toContain('activate');
  });
  it('stay there with the reason when they are not possible', () => {
    const alumni = card({ extend: 'extended_by_alive', reactivate: 'not_cancelled' });
    expect(actsOf(alumni)).toContain('extend');
    expect(whyNot(alumni, 'extend')).toBe('extended_by_alive');
    expect(whyNot(alumni, 'return')).toBeNull();
  });
});

describe('an agreement with ALIVE', () => {
  it('is summed up by its types, fields and districts', () => {
    const text = '{"cards":[{"type":"ISIC"},{"type":"ITIC"},{}],"cardholder_fields":[{"name":"a"}],"card_fields":[],"districts":["x","y"]}';
    expect(summary(text)).toEqual({ types: ['ISIC', 'ITIC'], cardholderFields: ['a'], cardFields: [], districts: 2 });
  });
  it('is none if it is no JSON object', () => expect(['', 'x', '[]', '3', 'null'].map(summary)).toEqual([null, null, null, null, null]));
});
