// How .svelte files are compiled: runes everywhere; styles go to files of their own, since the window's content
// security policy allows no inline style.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, css: 'external' },
};
