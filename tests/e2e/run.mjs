// Runs the whole of Charley's pages in a browser: CHARLEY_BIN=path/to/charley node run.mjs
// CHROMIUM names the browser (default /usr/bin/chromium).
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { MOST_BYTES, axeFaults, check, modes, pdfPages, say, sideways, total, watch, weigh } from './checks.mjs'
import { offline as offlineWith } from './offline.mjs'
import { account } from './account.mjs'
import { desk } from './desk.mjs'
import { record } from './record.mjs'
import { ORDINARY, fill, send, walk, walkByKeyboard } from './walk.mjs'

const binary = process.env.CHARLEY_BIN
if (!binary) {
  console.error('Set CHARLEY_BIN to the charley binary.')
  process.exit(2)
}

const server = spawn(binary, ['serve', '--memory', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
const base = await new Promise((resolve, reject) => {
  let text = ''
  server.stdout.on('data', data => {
    text += data
    const ready = text.match(/Charley is ready: (http:\/\/\S+)/)
    if (ready) resolve(ready[1].replace(/\/$/, ''))
  })
  server.on('exit', code => reject(new Error(`charley serve ended with ${code}`)))
  setTimeout(() => reject(new Error('charley serve did not say that it is ready')), 60_000).unref()
})

const port = new URL(base).port
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', `--host-resolver-rules=MAP charley.test 127.0.0.1`],
})
const here = page => new URL(page.url()).pathname
const open = (options = {}) => browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })

const READING = ['/', '/what-is-this', '/about', '/accessibility', '/foods', '/evidence', '/evidence/conditions',
  '/evidence/conditions/ordinary_cramp', '/evidence/conditions/deep_vein_thrombosis', '/evidence/rules',
  '/evidence/sources', '/evidence/sources?page=2', '/check', '/check/resume', '/clinician', '/no-such-page']
const RESULTS = ['/check/answers', '/check/result', '/check/letter', '/check/save']

async function weight (name, cookies, path) {
  await check(`${name}: at most ${MOST_BYTES / 1000} kB with styles and script`, async () => {
    const bytes = await weigh(browser, cookies, base + path)
    return bytes > MOST_BYTES ? `${bytes} bytes` : ''
  })
}

/** Colours of the device, reduced motion. */
async function otherModes (page, name) {
  await page.emulateMedia({ forcedColors: 'active' })
  say(`${name} with forced colours: axe`, await axeFaults(page))
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'reduce' })
  const moving = await page.evaluate(() => document.getAnimations().length)
  say(`${name} with reduced motion: nothing moves`, moving ? `${moving} animations` : '')
  await page.emulateMedia({ forcedColors: null, reducedMotion: null })
}

async function reading () {
  const context = await open()
  const outside = watch(context, base)
  const page = await context.newPage()
  const first = await page.request.get(`${base}/evidence/rules`)
  const rule = (await first.text()).match(/\/evidence\/rules\/[a-z0-9-]+/)[0]
  const source = (await (await page.request.get(`${base}/evidence/sources`)).text()).match(/\/evidence\/sources\/[a-z0-9-]+/)[0]
  for (const path of [...READING, rule, source]) {
    await page.goto(base + path)
    await modes(page, path)
    await weight(path, [], path)
  }
  await page.goto(base)
  await otherModes(page, '/')
  await page.goto(`${base}/clinician`)
  await otherModes(page, '/clinician')
  say('reading pages: no outside request', outside)
  await context.close()
}

async function theme () {
  const context = await open({ colorScheme: 'light' })
  const page = await context.newPage()
  await page.goto(`${base}/about`)
  await page.locator('.theme button:visible').click()
  const dark = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  say('Night switch: the same page comes back dim', here(page) === '/about' && await dark() === 'rgb(20, 16, 12)' ? '' : `${here(page)} ${await dark()}`)
  await page.goto(`${base}/foods`)
  say('Night switch: it holds', await dark() === 'rgb(20, 16, 12)' ? '' : await dark())
  await page.locator('.theme button:visible').click()
  say('Night switch: Day turns it off', await dark() === 'rgb(251, 248, 243)' ? '' : await dark())
  await context.close()
}

async function person () {
  const context = await open()
  const outside = watch(context, base)
  const page = await context.newPage()
  let seen = []
  const checked = new Set()
  await check('the whole check with scripts', async () => {
    seen = await walk(page, base, ORDINARY, async (page, path) => {
      const kind = path.startsWith('/check/q/') ? await page.locator('form.narrow').evaluate(form => `question with ${[...form.elements].map(e => e.type).filter(t => t !== 'hidden').sort().filter((t, i, all) => all.indexOf(t) === i)}`) : path
      if (checked.has(kind)) return
      checked.add(kind)
      await modes(page, path)
      await weight(path, await context.cookies(), path)
    })
    return seen.at(-1) === '/check/answers' ? '' : `ended at ${seen.at(-1)}`
  })
  const chosen = seen.filter(path => path.startsWith('/check/q/')).length - 4
  say('at most 18 chosen questions, no page twice', [chosen > 18 && `${chosen} questions`, new Set(seen).size !== seen.length && 'a page came twice'])
  for (const path of RESULTS) {
    await page.goto(base + path)
    say(`${path} opens`, here(page) === path ? '' : `went to ${here(page)}`)
    await modes(page, path)
    await weight(path, await context.cookies(), path)
  }
  await page.goto(`${base}/check/result`)
  await otherModes(page, '/check/result')
  say('one level of care on the page', await page.locator('.care').count() === 1 ? '' : `${await page.locator('.care').count()}`)
  const text = await page.locator('main').innerText()
  say('the result names a date to come back', /Come back on \w+ \d+ \w+ \d{4}/.test(text) ? '' : 'no date')
  say('numbers are hidden at first', await page.locator('details:not([open]) table').first().isVisible() ? 'shown' : '')
  say('what was not understood is shown', text.includes('zzyzx') ? '' : 'zzyzx is missing')
  say('nothing is ruled out by words', /you are fine|nothing is wrong/i.test(text) ? 'says that all is well' : '')
  const why = await page.locator('a[href^="/check/why/"]').first().getAttribute('href')
  await page.goto(base + why)
  await modes(page, '/check/why/…')
  for (const path of ['/check/result', '/check/letter']) {
    await page.goto(base + path)
    const pages = pdfPages(await page.pdf({ format: 'A4', preferCSSPageSize: true }))
    say(`${path} prints on one A4`, pages === 1 ? '' : `${pages} pages`)
  }
  await changeAndBack(page)
  await saveAndResume(page)
  say('the check: no outside request', outside)
  await context.close()
}

async function changeAndBack (page) {
  await page.goto(`${base}/check/answers`)
  await page.locator('a[href="/check/q/age?change=1"]').click()
  await page.fill('[name=typed]', '67')
  await send(page)
  say('Change leads back to the answers', here(page) === '/check/answers' && (await page.locator('main').innerText()).includes('67 years') ? '' : here(page))
  await page.goto(`${base}/check/q/sex`)
  await page.locator('.govuk-back-link').click()
  say('Back is a real link to the question before', here(page) === '/check/q/age' ? '' : here(page))
  await page.goBack()
  say('the browser’s Back works', here(page) === '/check/q/sex' ? '' : here(page))
  await page.goto(`${base}/check/q/age`)
  await page.fill('[name=typed]', '400')
  await send(page)
  const problem = await page.title()
  say('an impossible number is refused in words, and kept', [!problem.startsWith('Error:') && problem, await page.inputValue('[name=typed]') !== '400' && 'the number is gone',
    !await page.evaluate(() => document.activeElement.matches('.govuk-error-summary')) && 'the summary has no focus'])
  await modes(page, 'a question with an error')
}

async function saveAndResume (page) {
  const file = join(mkdtempSync(join(tmpdir(), 'charley-')), 'charley-answers.json')
  writeFileSync(file, await (await page.request.get(`${base}/check/answers.json`)).body())
  const saved = JSON.parse(readFileSync(file, 'utf8'))
  say('the saved file is a case file', saved.facts.every(fact => fact.name && fact.value !== undefined) ? '' : 'no facts')
  const assessed = await page.request.post(`${base}/api/assess`, { data: saved })
  say('the saved file is assessed', assessed.status() === 200 ? '' : await assessed.text())
  await page.goto(`${base}/check/save`)
  await page.getByRole('button', { name: 'Start again' }).click()
  await page.goto(`${base}/check/answers`)
  say('Start again deletes', here(page) === '/check/start' ? '' : here(page))
  await page.goto(`${base}/check/resume`)
  await page.setInputFiles('#file', file)
  await send(page)
  say('a saved file goes on where it was', here(page) === '/check/answers' ? '' : here(page))
  const bad = join(tmpdir(), 'charley-bad.json')
  writeFileSync(bad, '{"facts":[{"name":"age","value":900,"unit":"yr"}]}')
  await page.goto(`${base}/check/resume`)
  await page.setInputFiles('#file', bad)
  await send(page)
  say('a file with impossible values is refused', (await page.title()).startsWith('Error:') ? '' : await page.title())
}

async function withoutScripts () {
  const context = await open({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } })
  const page = await context.newPage()
  await check('the whole check without scripts, at 320 px', async () => {
    const seen = await walk(page, base)
    await page.goto(`${base}/check/result`)
    return seen.at(-1) === '/check/answers' && await page.locator('.care').count() === 1 ? '' : here(page)
  })
  await context.close()
}

async function keyboard () {
  const context = await open()
  const page = await context.newPage()
  await check('the whole check with the keyboard alone', async () => {
    const last = await walkByKeyboard(page, base)
    return last === '/check/answers' ? '' : last
  })
  await page.goto(`${base}/check/answers`)
  await page.keyboard.press('Tab')
  say('the first stop is the skip link', await page.evaluate(() => document.activeElement.matches('.skip')) ? '' : 'it is not')
  const hidden = await page.evaluate(() => [...document.querySelectorAll('a[href],button,input,select,textarea,summary')]
    .filter(node => node.offsetParent && node.tabIndex < 0).map(node => node.outerHTML.slice(0, 60)))
  say('nothing is out of reach of Tab', hidden)
  await context.close()
}

async function danger () {
  let context = await open()
  let page = await context.newPage()
  await check('a call-now sign stops at once', async () => {
    const seen = await walk(page, base, { ...ORDINARY, '/check/danger/call_now': { sign: ['cold_leg'] } }).catch(() => [])
    return here(page) === '/check/call' ? '' : `${here(page)} ${seen}`
  })
  say('the number is there to tap', await page.locator('a[href="tel:999"]').isVisible() ? '' : 'no tel link')
  await modes(page, '/check/call')
  await weight('/check/call', await context.cookies(), '/check/call')
  await page.goto(`${base}/check/result`)
  say('no result beside a call-now sign', here(page) === '/check/call' ? '' : here(page))
  const letter = await page.goto(`${base}/check/letter`)
  const pages = pdfPages(await page.pdf({ format: 'A4', preferCSSPageSize: true }))
  say('the page for helpers prints on one A4', letter.ok() && pages === 1 ? '' : `${pages} pages`)
  await context.close()

  context = await open()
  page = await context.newPage()
  const look = {
    ...ORDINARY,
    '/check/danger/call_now': { rest: 'not_sure' },
    '/check/danger/call_now/which': { sign: ['cold_leg'] },
    '/check/danger/call_now/look': { cold_leg: 'not_sure' },
  }
  await check('"not sure" asks one plain follow-up', async () => {
    const seen = await walk(page, base, look, async (page, path) => {
      if (/which|look/.test(path)) await modes(page, path)
    })
    return seen.includes('/check/danger/call_now/look') ? '' : seen.join(' ')
  })
  await page.goto(`${base}/check/result`)
  const word = await page.locator('.care h2').innerText()
  say('whoever stays unsure sees neither routine nor self-care', /Book a visit|Look after/.test(word) ? word : '')
  await modes(page, 'a result with an unsure sign')
  const own = pdfPages(await page.pdf({ format: 'A4', preferCSSPageSize: true }))
  say('a result with an unsure sign prints on one A4', own === 1 ? '' : `${own} pages`)
  await context.close()

  context = await open()
  page = await context.newPage()
  await page.goto(`${base}/check/country`)
  for (const path of ['/check/country', '/check/who']) if (here(page) === path && await fill(page, ORDINARY)) await send(page)
  await page.goto(`${base}/check/result`)
  say('no result before the danger check', here(page) === '/check/danger/call_now' ? '' : here(page))
  await context.close()
}

/** A person with much to tell: the heaviest result must still be light and print on one page. */
async function heavy () {
  const context = await open()
  const page = await context.newPage()
  await check('a person with much to tell', async () => {
    await walk(page, base, {
      ...ORDINARY,
      '/check/who': { who: 'other' },
      '/check/where': { place: ['left-calf', 'right-calf', 'left-heel', 'left-hollow', 'right-foot'] },
      '/check/q/age': { typed: '78' },
      '/check/danger/today': { sign: ['swollen', 'steady_pain', 'muscle'] },
      '/check/danger/past': { sign: ['clot', 'operation', 'cancer'] },
      '/check/medicines': { list: 'furosemide\namlodipine\natorvastatin\nsalmeterol\nomeprazole\nprednisolone\nmetformin\nramipril\nlithium\nquinine', complete: 'complete' },
      '/check/illnesses': { illness: ['diabetes', 'hypertension', 'heart_failure', 'chronic_kidney_disease', 'peripheral_arterial_disease'], complete: 'partial' },
    })
    return here(page) === '/check/answers' || here(page) === '/check/call' ? '' : here(page)
  })
  await page.goto(`${base}/check/result`)
  const name = `${here(page)} with much to tell`
  await modes(page, name)
  await weight(name, await context.cookies(), here(page))
  for (const path of [here(page), '/check/letter']) {
    await page.goto(base + path)
    const pages = pdfPages(await page.pdf({ format: 'A4', preferCSSPageSize: true }))
    say(`${path} with much to tell prints on one A4`, pages === 1 ? '' : `${pages} pages`)
  }
  say('it speaks of the person', (await page.locator('main').innerText()).includes('person who helps') ? '' : 'it does not')
  await context.close()
}

async function clinician () {
  const context = await open()
  const outside = watch(context, base)
  const page = await context.newPage()
  await page.goto(`${base}/clinician`)
  const start = Date.now()
  await page.keyboard.press('Tab')
  const into = async name => {
    for (let at = 0; at < 300; at++) {
      if (await page.evaluate(what => document.activeElement?.name === what, name)) return
      await page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not reach ${name}`)
  }
  await check('a case entered with the keyboard alone', async () => {
    await into('medicines')
    await page.keyboard.type('salmeterol\nfurosemide 40 mg mane\natorvastatn\nnonesuch', { delay: 20 })
    await into('illnesses')
    await page.keyboard.type('diabetes', { delay: 20 })
    await into('all_clear')
    await page.keyboard.press('Space')
    await into('age')
    await page.keyboard.type('71', { delay: 20 })
    await into('sex')
    await page.keyboard.type('f')
    for (const name of ['leg_cramps', 'calf_cramps', 'nocturnal_symptoms', 'hard_knot', 'relief_stretching']) {
      await into(name)
      await page.keyboard.type('y')
    }
    await into('lab_potassium')
    await page.keyboard.type('3.1')
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    return here(page) === '/clinician/result' ? '' : here(page)
  })
  say('entered within 90 seconds', Date.now() - start < 90_000 ? '' : `${Date.now() - start} ms`)
  await modes(page, '/clinician/result')
  await weight('/clinician/result', await context.cookies(), '/clinician/result')
  const text = await page.locator('main').innerText()
  say('a misspelt medicine is asked about, not guessed', text.includes('Did you mean?') && text.includes('atorvastatn') ? '' : 'no question')
  say('copy as plain text works without scripts', (await page.inputValue('#copy')).includes('Urgency:') ? '' : 'empty')
  await page.getByText('Override the urgency').click()
  await page.selectOption('[name=disposition]', 'same_day')
  await page.fill('[name=reason]', 'Seen by me: calf tense')
  await page.getByRole('button', { name: 'Record the override' }).click()
  const over = await page.locator('.care').innerText()
  say('an override is shown with its reason', over.includes('Get help today') && over.includes('calf tense') ? '' : over.slice(0, 80))
  const facts = JSON.parse(await (await page.request.get(`${base}/clinician/case.json`)).text()).facts
  say('an override is recorded as a fact', facts.some(fact => fact.name === 'override_disposition' && fact.value === 'same_day') ? '' : 'no fact')
  await page.goto(`${base}/clinician`)
  await page.fill('[name=lab_potassium]', '900')
  await page.locator('.bar-top .go').click()
  say('an impossible value is refused beside its name', (await page.locator('.problems').innerText()).includes('potassium') ? '' : 'no problem shown')
  say('clinician pages: no outside request', outside)
  await context.close()
}

async function network () {
  const context = await open()
  const page = await context.newPage()
  const lan = `http://charley.test:${port}`
  await check('forms work on plain http in a home network', async () => {
    await page.goto(`${lan}/check/country`)
    await fill(page, ORDINARY)
    await send(page)
    return here(page) === '/check/who' ? '' : here(page)
  })
  const headers = (await page.request.get(`${base}/check`)).headers()
  const wanted = {
    'content-security-policy': /default-src 'self'.*frame-ancestors 'none'/,
    'x-content-type-options': /nosniff/,
    'referrer-policy': /no-referrer/,
    'cache-control': /no-store/,
  }
  say('headers keep the pages closed', Object.entries(wanted).filter(([name, value]) => !value.test(headers[name] ?? '')).map(([name]) => `${name}: ${headers[name]}`))
  const foreign = await page.request.post(`${base}/check/country`, { form: { country: 'uk' }, headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } })
  say('a form of another site is refused', foreign.status() === 403 ? '' : `${foreign.status()}`)
  const large = await page.request.post(`${base}/check/country`, { form: { country: 'x'.repeat(300_000) } })
  say('a large body is refused with a page', large.status() === 413 && (await large.text()).includes('too large') ? '' : `${large.status()}`)
  const wrong = await page.request.post(`${base}/api/assess`, { data: '{"facts":[{"name":"age","value":900}]}', headers: { 'content-type': 'application/json' } })
  say('the API says what is wrong', wrong.status() === 422 && (await wrong.json()).facts[0].name === 'age' ? '' : `${wrong.status()}`)
  const schema = await (await page.request.get(`${base}/api/schema`)).json()
  say('the API gives its schema', schema.title === 'Assessment' ? '' : JSON.stringify(schema).slice(0, 60))
  const health = await (await page.request.get(`${base}/healthz`)).json()
  say('/healthz is well', health.status === 'ok' ? '' : JSON.stringify(health))
  await context.close()
}

/** The night pages, with a household in memory: see offline.mjs. */
async function offline () {
  const seeded = process.env.CHARLEY_SEEDED
  if (!seeded) return 'set CHARLEY_SEEDED to the binary of crates/web/examples/serve_seeded.rs'
  await offlineWith(seeded)
}

const parts = { reading, theme, person, withoutScripts, keyboard, danger, heavy, clinician, network, offline, account: () => account(browser, binary), desk: () => desk(browser, binary), record: () => record(browser, binary) }
const only = process.argv.slice(2)
for (const [name, part] of Object.entries(parts)) {
  if (only.length && !only.includes(name)) continue
  await check(`part "${name}" ran to its end`, part)
}
await browser.close()
server.removeAllListeners('exit')
server.kill()
process.exit(total() ? 1 : 0)
