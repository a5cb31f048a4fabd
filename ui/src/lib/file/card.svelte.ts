// An act on one card while its form is open: extend, cancel or activate again, return, plastic, chips and custom fields.
import type { Reason, WhyNot } from '$lib/ipc';
import { inOrder, withRules, type Card, type Contents, type Custom, type File, type Plastic } from './draft';
import { Form } from './form.svelte';

export type CardAct = 'extend' | 'cancel' | 'activate' | 'return' | 'plastic' | 'modify';

/** The letters of the acts; cancelling and its opposite share one. */
export const ACT_KEYS: Readonly<Record<CardAct, string>> = {
  extend: 'X',
  cancel: 'A',
  activate: 'A',
  return: 'W',
  plastic: 'P',
  modify: 'M',
};

/** The letter that issues a card. */
export const ISSUE_KEY = 'I';

export interface Status {
  reason: Reason | '';
  pin: string;
}

/** The form of an act. */
export type CardWork =
  | { act: 'extend'; card: Card; form: Form<{ valid_to: string }> }
  | { act: 'cancel' | 'activate' | 'return'; card: Card; form: Form<Status> }
  | { act: 'plastic'; card: Card; form: Form<Plastic> }
  | { act: 'modify'; card: Card; form: Form<Contents> };

export const STATUS = { cancel: 'CANCELLED', activate: 'ACTIVE', return: 'RETURNED' } as const;

export const REASONS: Readonly<Record<'cancel' | 'activate' | 'return', readonly Reason[]>> = {
  cancel: ['lost', 'stolen', 'damaged', 'wrong_data', 'issued_by_mistake', 'no_longer_entitled'],
  activate: ['found_again', 'mistake'],
  return: ['issued_by_mistake', 'wrong_data', 'damaged', 'no_longer_entitled'],
};

/** Why an act isn't possible with this card; null: it is. */
export function whyNot({ can }: Card, act: CardAct): WhyNot | null {
  switch (act) {
    case 'extend':
      return can.extend;
    case 'cancel':
      return can.cancel;
    case 'activate':
      return can.reactivate;
    case 'return':
      return can.giveBack;
    case 'plastic':
      return can.plastic;
    case 'modify':
      return can.edit;
  }
}

/** The acts that a card offers, possible or not: cancelling, or where it is cancelled the opposite. */
export function actsOf(card: Card): CardAct[] {
  return ['extend', card.can.reactivate === null ? 'activate' : 'cancel', 'return', 'plastic', 'modify'];
}

const noFields = (): readonly Custom[] => [];
const fieldsOf = ({ custom_fields }: { custom_fields: Custom[] }): readonly Custom[] => custom_fields;

/** The form of an act. */
export function openAct(act: CardAct, card: Card, file: File): CardWork {
  const { cardId } = card;
  switch (act) {
    case 'extend': {
      const draft = { valid_to: card.can.extendTo[0] ?? '' };
      return { act, card, form: new Form(file.file, draft, noFields, ({ valid_to }) => ({ what: act, cardId, validTo: valid_to })) };
    }
    case 'cancel':
    case 'activate':
    case 'return': {
      const [only, ...others] = REASONS[act];
      const draft: Status = { reason: only !== undefined && others.length === 0 ? only : '', pin: '' };
      const status = STATUS[act];
      const form = new Form(file.file, draft, noFields, ({ reason, pin }) =>
        reason === '' ? null : { what: 'status', cardId, status, reason, pin: act === 'return' ? pin : null },
      );
      return { act, card, form };
    }
    case 'plastic': {
      const draft: Plastic = {
        ...contents(card, file),
        design_plastic: card.designPlastic ?? card.can.designs[0] ?? '',
        valid_to_plastic: card.validToPlastic ?? card.validTo ?? '',
      };
      return { act, card, form: new Form(file.file, draft, fieldsOf, (form) => ({ what: act, cardId, form: sent(form) })) };
    }
    case 'modify': {
      const draft = contents(card, file);
      return { act, card, form: new Form(file.file, draft, fieldsOf, (form) => ({ what: 'edit_card', cardId, form: sent(form) })) };
    }
  }
}

/** The file was read anew: the draft goes on against what ALIVE says now. Null: the card is gone. */
export function renewed(work: CardWork, file: File): CardWork | null {
  const card = file.cards.find(({ cardId }) => cardId === work.card.cardId);
  if (!card) return null;
  const opened = openAct(work.act, card, file);
  (work.form as Form<object>).renew(file.file, opened.form.first);
  return { ...work, card } as CardWork;
}

function sent<Draft extends { custom_fields: Custom[] }>(form: Draft): Draft {
  return { ...form, custom_fields: inOrder(form.custom_fields) };
}

function contents(card: Card, { rules }: File): Contents {
  return {
    smart_technologies: card.smartTechnologies.map((chip) => ({ ...chip })),
    custom_fields: withRules(card.customFields, rules.cardFields),
  };
}
