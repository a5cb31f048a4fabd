// The inputs of each register's form: their names are the program's, so that a refusal finds its field.
import type { Connect, Connections, Register } from '$lib/ipc';
import { m } from '$lib/words/messages';

export interface Field {
  /** The program's name of the input. */
  name: string;
  label: () => string;
  /** Kept in the keyring, never shown back. */
  secret?: true;
  /** Allowed to be empty. */
  optional?: true;
  choices?: readonly string[];
  /** What stands there before anybody has typed. */
  first?: string;
}

const address: Field = { name: 'base_url', label: m.settings_base_url };
const ENCODINGS = ['base64url-nopad', 'base64', 'hex'] as const;

export const FIELDS: Readonly<Record<Register, readonly Field[]>> = {
  alive: [
    address,
    { name: 'access_key_id', label: m.settings_access_key_id },
    { name: 'secret', label: m.settings_alive_secret, secret: true },
  ],
  usos: [
    address,
    { name: 'consumer_key', label: m.settings_consumer_key },
    { name: 'secret', label: m.settings_usos_secret, secret: true },
  ],
  sup: [
    address,
    { name: 'token', label: m.settings_token, secret: true },
    { name: 'token_prefix', label: m.settings_token_prefix, optional: true, first: 'Bearer ' },
    { name: 'algorithm', label: m.settings_algorithm, choices: ['XChaCha20-Poly1305'] },
    { name: 'key', label: m.settings_key, secret: true },
    { name: 'nonce_encoding', label: m.settings_nonce_encoding, choices: ENCODINGS },
    { name: 'ciphertext_encoding', label: m.settings_ciphertext_encoding, choices: ENCODINGS },
  ],
};

export type Values = Record<string, string>;

/** What the form begins with: the kept connection without its secrets. */
export function begin(register: Register, connections: Connections): Values {
  const kept: Readonly<Record<string, unknown>> = { ...connections[register] };
  return Object.fromEntries(
    FIELDS[register].map(({ name, first }) => {
      const value = kept[name];
      return [name, typeof value === 'string' ? value : (first ?? '')];
    }),
  );
}

/** The first input that has to be filled in and isn't; a kept secret may stay empty. */
export function missing(register: Register, values: Values, kept: boolean): string | null {
  const field = FIELDS[register].find(
    ({ name, optional, secret }) => !optional && !(secret && kept) && (values[name] ?? '').trim() === '',
  );
  return field?.name ?? null;
}

/** `profile`: the agreement with ALIVE. */
export function connectOf(register: Register, values: Values, actForStudents: boolean, profile: string | null): Connect {
  const value = (name: string): string => (values[name] ?? '').trim();
  const secret = (name: string): string | null => value(name) || null;
  switch (register) {
    case 'alive': {
      const connection = { base_url: value('base_url'), access_key_id: value('access_key_id'), profile };
      return { register, connection, secret: secret('secret') };
    }
    case 'usos': {
      const connection = {
        base_url: value('base_url'),
        consumer_key: value('consumer_key'),
        act_for_students: actForStudents,
      };
      return { register, connection, secret: secret('secret') };
    }
    case 'sup': {
      const connection = {
        base_url: value('base_url'),
        // The blank after `Bearer` belongs to it.
        token_prefix: values['token_prefix'] ?? '',
        algorithm: value('algorithm'),
        nonce_encoding: value('nonce_encoding'),
        ciphertext_encoding: value('ciphertext_encoding'),
      };
      return { register, connection, token: secret('token'), key: secret('key') };
    }
  }
}
