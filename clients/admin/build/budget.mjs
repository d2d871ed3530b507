// Fails the build when what a first visit must load is heavier than the budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET_KB = 400
const dist = new URL('../dist/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist)))

const seen = new Set()
function collect(key) {
  if (seen.has(key)) return
  seen.add(key)
  for (const needed of manifest[key].imports ?? []) collect(needed)
}
for (const key of ['index.html', 'src/frame/Frame.vue', 'src/parts/ListPage.vue']) if (manifest[key] || key === 'index.html') collect(key)

const weight = (file) => gzipSync(readFileSync(new URL(file, dist))).length / 1024
const scripts = [...seen].reduce((sum, key) => sum + weight(manifest[key].file), 0)
const styles = [...new Set([...seen].flatMap((key) => manifest[key].css ?? []))].reduce((sum, file) => sum + weight(file), 0)
console.log(`first visit: ${scripts.toFixed(0)} kB of scripts and ${styles.toFixed(0)} kB of styles, gzipped (budget ${BUDGET_KB} kB of scripts)`)
if (scripts > BUDGET_KB) {
  console.error(`over the budget of ${BUDGET_KB} kB`)
  process.exit(1)
}
