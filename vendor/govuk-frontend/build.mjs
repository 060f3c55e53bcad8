// Compiles subset.scss and keeps what Charley uses: run `npm ci && npm run build` here after a new version of govuk-frontend.
// What is left out: variants we do not use, print rules (ours differ), and everything about type and fixed colours,
// because both come from Charley's own tokens. The result is committed, so nobody needs Node to build Charley.
import * as sass from 'sass'
import { readFileSync, writeFileSync } from 'node:fs'

const version = JSON.parse(readFileSync('node_modules/govuk-frontend/package.json', 'utf8')).version
const { css } = sass.compile('subset.scss', {
  style: 'compressed', loadPaths: ['.'], quietDeps: true, silenceDeprecations: ['import'], logger: sass.Logger.silent,
})

/** Splits CSS into [prelude, body] blocks; a body may hold blocks of its own. */
function blocks (text) {
  const found = []
  let depth = 0; let start = 0; let open = -1
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{' && depth++ === 0) open = at
    if (text[at] === '}' && --depth === 0) {
      found.push([text.slice(start, open).trim(), text.slice(open + 1, at)])
      start = at + 1
    }
  }
  return found
}

/** Selectors of variants and states that no Charley page has. */
const UNUSED = [
  'button--start', 'button--warning', 'button--inverse', 'button__start-icon', 'button-group', '[disabled]', ':disabled',
  'moz-focus-inner', '--small', '--inline', 'conditional', '--width-', 'input--extra-letter', 'spacing',
  'prefix', 'suffix', 'input__wrapper', 'no-border', 'card', '__row--no-actions', 'actions-list', 'fieldset__legend--',
  'fieldset__heading', 'label--', 'label-wrapper', 'js-enabled', 'frontend-supported', 'clearfix', 'link', ':root',
  'webkit-', 'multiple', 'hr', 'error-summary__list a', 'details__summary-text', '[type=number]', '--error', 'focused-element', ':not(.\\\\:focus)',
]
const KEPT = ['.govuk-back-link', '.govuk-skip-link']
/** Type, colour and focus come from Charley's own CSS. */
const OURS = /^(font.*|line-height|-(webkit|moz|ms)-.*|text-underline.*|text-decoration.*|color|background.*|border-color|outline.*|box-shadow)$/
const COLOUR = /#[0-9a-f]{3,6}|rgba\([^)]*\)|var\(--govuk-[a-z-]+, ?[^)]*\)/i

const used = selector => !selector.includes('--inverse') && !selector.includes('focused-element') && (KEPT.some(kept => selector.includes(kept)) || !UNUSED.some(unused => selector.includes(unused)))

function keep (text) {
  const merged = new Map()
  for (const [prelude, body] of blocks(text)) {
    if (prelude.startsWith('@media')) {
      if (prelude.includes('print') || prelude.includes('forced-colors') || prelude.includes('hover') || prelude.includes('screen')) continue
      const inner = keep(body)
      if (inner) merged.set(prelude, (merged.get(prelude) ?? '') + inner)
      continue
    }
    if (prelude.startsWith('@')) continue
    const selectors = prelude.split(/,(?![^(]*\))/).filter(used)
    const lines = body.split(/;(?![^(]*\))/).filter(line => {
      const name = line.slice(0, line.indexOf(':')).trim()
      return name && !OURS.test(name)
    }).map(line => line.trim().replace(/: /, ':').replace('rgba(0,0,0,0)', 'transparent').replace(COLOUR, 'currentcolor'))
    if (selectors.length && lines.length) {
      const key = selectors.join(',')
      merged.set(key, merged.has(key) ? `${merged.get(key)};${lines.join(';')}` : lines.join(';'))
    }
  }
  return [...merged].map(([prelude, body]) => `${prelude}{${body}}`).join('\n')
}

const notice = `/*! Parts of govuk-frontend ${version}, changed. MIT licence, Copyright (c) Crown Copyright (Government Digital Service): see LICENCE.txt. */`
const out = `${notice}\n${keep(css.replace(/^\uFEFF/, '').replace(/\/\*[^]*?\*\//g, ''))}\n`
writeFileSync('govuk-subset.css', out)
console.log(`govuk-subset.css: ${out.length} bytes from ${css.length}`)
