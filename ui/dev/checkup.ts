// An example check-up to look at.
import type { CheckUp } from '../src/lib/ipc/bindings';

export const CHECK_UP: CheckUp = {
  well: false,
  findings: [
    { subject: 'smart_cards', level: 'good', what: { code: 'service_runs' } },
    { subject: 'readers', level: 'good', what: { code: 'reader', name: 'ACS ACR1252 1S CL Reader', role: 'contactless', given: null, card: true } },
    { subject: 'readers', level: 'good', what: { code: 'reader', name: 'Gemalto PC Twin Reader', role: 'either', given: null, card: false } },
    { subject: 'readers', level: 'good', what: { code: 'reader', name: 'Gemalto PC Twin Reader', role: 'either', given: null, card: false } },
    { subject: 'readers', level: 'note', what: { code: 'readers_alike', name: 'Gemalto PC Twin Reader', readers: 2 } },
    { subject: 'keyring', level: 'good', what: { code: 'keyring_works', took: 12 } },
    { subject: 'settings', level: 'good', what: { code: 'settings_read' } },
    { subject: 'ledger', level: 'good', what: { code: 'ledger_file', schema: 18, kilobytes: 51_234 } },
    { subject: 'alive', level: 'bad', what: { code: 'register_fault', fault: 'credentials', detail: null } },
    { subject: 'usos', level: 'warning', what: { code: 'register_skew', took: 80, skew: 190 } },
    { subject: 'sup', level: 'bad', what: { code: 'register_fault', fault: 'server_error', detail: '502' } },
    { subject: 'printing', level: 'note', what: { code: 'printing_none' } },
    { subject: 'display', level: 'good', what: { code: 'engine', version: '2.50.1' } },
  ],
};
