import { defineConfig } from 'vitest/config'
import { guide } from './guide/serve.ts'
import { paper } from './paper.ts'

const entries = ['main', 'pages/map', 'pages/desk', 'pages/wall', 'pages/incident', 'pages/curve', 'pages/simulator', 'pages/field', 'field/worker']

export default defineConfig({
  // Relative addresses: the built folder may be mounted anywhere below STATIC_URL.
  base: './',
  plugins: [guide(), paper()],
  build: {
    outDir: '../src/anshu/web/static/built',
    emptyOutDir: true,
    manifest: 'manifest.json',
    target: 'es2022',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: entries.map((entry) => `src/${entry}.ts`),
      // One shared chunk instead of a dozen crumbs.
      output: { codeSplitting: { groups: [{ name: 'shared', test: /frontend\/src\/(?!main|frame)[a-z]+\.ts$/ }] } },
    },
  },
  worker: { format: 'es' },
  test: { include: ['tests/**/*.test.ts'], environment: 'node' },
})
