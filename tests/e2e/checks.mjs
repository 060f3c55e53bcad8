// What every page must hold: no accessibility fault, no sideways scroll, no outside request, little weight.
// SHOTS=folder keeps a picture of every page, at 320 and 1280 px, by day and by night.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** Most bytes of a page with its styles and script, as the browser unpacks them. */
export const MOST_BYTES = 60_000
/** No part of the tests takes longer, in seconds. */
const LONGEST_S = 400

const results = { passed: 0, failed: 0 }

/** One line per check; a fault says what it is. */
export function say (name, faults = []) {
  const list = [faults].flat().filter(Boolean)
  if (list.length) {
    results.failed++
    console.log(`FAIL  ${name}`)
    for (const fault of list.slice(0, 8)) console.log(`      ${fault}`)
  } else {
    results.passed++
    console.log(`ok    ${name}`)
  }
}

/** Runs a check that may throw, or hang. */
export async function check (name, work) {
  let clock
  const late = new Promise((resolve, reject) => {
    clock = setTimeout(() => reject(new Error(`not done within ${LONGEST_S} s`)), LONGEST_S * 1_000)
  })
  try {
    say(name, await Promise.race([work(), late]))
  } catch (error) {
    say(name, String(error.message ?? error).split('\n')[0])
  } finally {
    clearTimeout(clock)
  }
}

export function total () {
  console.log(`${results.passed} passed, ${results.failed} failed`)
  return results.failed
}

/** The rules of axe for what the browser shows now. The content policy of the pages forbids scripts from outside, so
 *  axe is run in the page by the debugger, which the policy does not bind. */
export async function axeFaults (page) {
  await page.evaluate(axe)
  const found = await page.evaluate(tags => window.axe.run(document, { runOnly: { type: 'tag', values: tags } }), TAGS)
  return found.violations.map(v => `${v.id}: ${v.help} (${v.nodes.slice(0, 2).map(n => n.target.join(' ')).join('; ')})`)
}

export const sideways = page => page.evaluate(() => {
  const over = document.documentElement.scrollWidth - window.innerWidth
  return over > 0 ? `scrolls sideways by ${over} px` : ''
})

/** Every mode of a page that is open: light and night, wide and narrow. The page is not loaded again. */
export async function modes (page, name, { axeEverywhere = true } = {}) {
  const size = page.viewportSize()
  for (const [width, height] of [[1280, 800], [320, 640]]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height })
      await page.emulateMedia({ colorScheme })
      const faults = []
      if (axeEverywhere) faults.push(...await axeFaults(page))
      if (width === 320) faults.push(await sideways(page))
      if (process.env.SHOTS) await page.screenshot({ path: shot(name, width, colorScheme), fullPage: true })
      say(`${name} at ${width} px, ${colorScheme === 'dark' ? 'night' : 'day'}: axe${width === 320 ? ' and no sideways scroll' : ''}`, faults)
    }
  }
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme: null })
}

/** Where the picture of a page is kept. */
function shot (name, width, colorScheme) {
  return join(process.env.SHOTS, `${name.replace(/\W+/g, '-')}-${width}-${colorScheme}.png`)
}

/** Watches all requests of a context; the answer lists those that leave the server. */
export function watch (context, base) {
  const outside = []
  context.on('request', request => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) outside.push(request.url())
  })
  return outside
}

/** Bytes of a page with everything it loads, in a browser that has kept nothing. */
export async function weigh (browser, cookies, address) {
  const context = await browser.newContext()
  await context.addCookies(cookies)
  const page = await context.newPage()
  let bytes = 0
  const bodies = []
  page.on('response', response => bodies.push(response.body().then(body => { bytes += body.length }, () => {})))
  await page.goto(address, { waitUntil: 'networkidle' })
  await Promise.all(bodies)
  await context.close()
  return bytes
}

/** Pages of a PDF: the page objects that Chromium writes uncompressed. */
export const pdfPages = pdf => (pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length
