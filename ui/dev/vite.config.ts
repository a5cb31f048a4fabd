// A page for looking at: the same page, with the program behind it replaced by a small host in the browser. For the
// eyes only; nothing that is delivered or tested comes from here.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const path = (to: string): string => fileURLToPath(new URL(to, import.meta.url));

export default defineConfig({
  root: path('..'),
  plugins: [svelte({ configFile: path('../svelte.config.js') })],
  resolve: {
    alias: [
      { find: '$lib/ipc', replacement: path('./host.ts') },
      { find: '$lib', replacement: path('../src/lib') },
    ],
  },
  build: { target: 'safari18', outDir: path('../node_modules/.look'), assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
