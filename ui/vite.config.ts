// How the page is built into ui/dist, from where Tauri embeds it. Everything is a file of its own (no data: URLs, no
// inline script), because the window's content security policy allows nothing else.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
    conditions: process.env['VITEST'] ? ['browser'] : undefined,
  },
  build: {
    target: 'safari18',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: { include: ['test/**/*.test.ts'], environment: 'node' },
});
