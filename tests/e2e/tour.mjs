// The tour of the README, over the demonstration clinic: CHARLEY_BIN=path/to/charley node tour.mjs
// Every stop must be there; TOUR_PICTURES=folder keeps a picture of each (cargo xtask tour). CHROMIUM names the browser.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { check, pdfPages, say, total, watch } from './checks.mjs'
import { code } from './desk.mjs'

/** Largest picture, in bytes. */
const MOST_PICTURE = 150_000
const ROOT = new URL('../..', import.meta.url).pathname
const pictures = process.env.TOUR_PICTURES
const binary = process.env.CHARLEY_BIN
if (!binary) {
  console.error('Set CHARLEY_BIN to the charley binary.')
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'charley-tour-'))
const made = spawnSync(binary, ['admin', 'demo', '--data', folder], { encoding: 'utf8' })
say('charley admin demo makes the clinic', made.status === 0 ? '' : made.stderr)
const signIns = Object.fromEntries(made.stdout.split('\n').map(line => line.trim().split(/\s+/))
  .filter(words => words.length > 3 && /^demo-/.test(words.at(-3)))
  .map(words => [words.at(-3), { login: words.at(-3), password: words.at(-2), totp: words.at(-1) }]))

const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', folder], { stdio: ['ignore', 'pipe', 'inherit'] })
const base = await new Promise((resolve, reject) => {
  let text = ''
  server.stdout.on('data', data => {
    text += data
    const ready = text.match(/Charley is ready: (http:\/\/\S+)/)
    if (ready) resolve(ready[1])
  })
  server.on('exit', code => reject(new Error(`charley serve ended with ${code}`)))
  setTimeout(() => reject(new Error('charley serve did not say that it is ready')), 60_000).unref()
})
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })

const outside = []
const shown = []

async function signIn (login) {
  const context = await browser.newContext({ viewport: { width: 1040, height: 720 } })
  outside.push(watch(context, base))
  const page = await context.newPage()
  const who = signIns[login]
  await page.goto(`${base}/sign-in`)
  await page.fill('#login', who.login)
  await page.fill('#password', who.password)
  await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Sign in' }).click()])
  if (who.totp !== 'none') {
    await page.goto(`${base}/second-factor?next=%2Fclinic`)
    await page.fill('#code', code(who.totp))
    await Promise.all([page.waitForNavigation(), page.getByRole('button', { name: 'Go on' }).click()])
  }
  return page
}

/** A stop of the tour: a page with a heading and words, and its picture in the README. */
async function stop (page, name, path, heading, words = []) {
  await check(`the tour stops at ${name}`, async () => {
    const answer = path ? await page.goto(base + path) : null
    if (answer && answer.status() !== 200) return `${path}: ${answer.status()}`
    const title = await page.locator('h1').first().innerText()
    const text = await page.locator('main').innerText()
    const faults = []
    if (!heading.test(title)) faults.push(`the heading is “${title}”`)
    for (const one of words) if (!one.test(text)) faults.push(`${one} is not on the page`)
    if (/^\/clinic/.test(new URL(page.url()).pathname) && !/Everybody and everything here is made up/.test(text)) {
      faults.push('the page does not say that it is a demonstration')
    }
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' })
    shown.push(name)
    return faults
  })
}

async function person () {
  const page = await signIn('demo-person')
  await stop(page, 'nights', '/log', /Night log/, [/cramp/i])
  await stop(page, 'trial', '/trial', /./, [/walk/i])
  await stop(page, 'visits', '/visits', /Your visits/, [/Demonstration clinic/])
  await page.context().close()
}

/** Today, or the Monday after a weekend, when the clinic is closed. */
function workday () {
  const day = new Date()
  while (day.getUTCDay() % 6 === 0) day.setUTCDate(day.getUTCDate() + 1)
  return day.toISOString().slice(0, 10)
}

async function frontDesk () {
  const page = await signIn('demo-desk')
  await stop(page, 'worklist', '/clinic', /Requests/, [/Demo Person/])
  await stop(page, 'day', `/clinic/day?date=${workday()}`, /\d/, [/Demo Person/])
  await page.goto(`${base}/clinic/people`)
  const contact = await page.locator('a[href$="/contact"]').first().getAttribute('href')
  await page.goto(`${base}/clinic/book?person=${contact.split('/')[3]}`)
  await page.getByRole('link', { name: /Review/ }).first().click()
  await stop(page, 'booking', '', /Choose a time/, [/Review/, /free/])
  await page.context().close()
}

async function clinician () {
  const page = await signIn('demo-clinician')
  await page.goto(`${base}/clinic`)
  const request = await page.locator('a[href^="/clinic/requests/"]:not([href$="/new"])').first().getAttribute('href')
  await stop(page, 'request', request, /Demo Person/, [/Call|danger|flag/i])
  await page.goto(`${base}/clinic/people?find=Person+01`)
  const contact = await page.locator('li, tr').filter({ hasText: 'Demo Person 01' }).locator('a[href^="/clinic/people/"]').first().getAttribute('href')
  const record = contact.split('/').slice(0, 4).join('/')
  await stop(page, 'record', record, /Demo Person 01/, [/plan/i])
  await stop(page, 'evaluation', `${record}/evaluation`, /Evaluation/, [/likely/i])
  await stop(page, 'laboratory', `${record}/laboratory`, /Laboratory/, [/Potassium/i])
  await stop(page, 'plan', `${record}/plan/copy`, /Copy for the person/, [/What you want to reach/])
  await stop(page, 'treatments', `${record}/treatments`, /Vein treatments/, [/night/i])
  await stop(page, 'outcomes', '/clinic/outcomes', /Outcomes/, [/After 4 weeks/, /lost/i])
  await handover(page)
  await page.context().close()
}

/** The hand-over of everybody on the list is one page of A4. */
async function handover (page) {
  await page.goto(`${base}/clinic/people`)
  const all = await page.locator('a[href^="/clinic/people/"]').evaluateAll(links => links.map(link => link.getAttribute('href').split('/')[3]))
  const people = [...new Set(all)].filter(id => id?.length === 36)
  const longer = []
  for (const id of people) {
    const answer = await page.goto(`${base}/clinic/people/${id}/handover`)
    const pages = answer.status() === 200 ? pdfPages(await page.pdf({ preferCSSPageSize: true })) : 0
    if (pages !== 1) longer.push(`${id}: ${answer.status()}, ${pages} pages`)
  }
  say(`the hand-over of each of ${people.length} people is one page of A4`, people.length < 30 ? `only ${people.length} people` : longer)
}

for (const [name, part] of Object.entries({ person, frontDesk, clinician })) await check(`the tour of ${name} ran to its end`, part)
say('the tour: no outside request', outside.flat())

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
const told = [...readme.matchAll(/\]\(docs\/tour\/([a-z]+)\.png\)/g)].map(found => found[1])
say('the README has a picture of stops that are there', told.filter(name => !shown.includes(name)))
say('every stop has its picture, and none is large', shown.map(name => {
  try {
    const { size } = statSync(join(pictures ?? join(ROOT, 'docs/tour'), `${name}.png`))
    return size > MOST_PICTURE ? `${name}.png: ${size} bytes` : ''
  } catch {
    return `${name}.png is missing: cargo xtask tour makes it`
  }
}))
await browser.close()
server.removeAllListeners('exit')
server.kill()
rmSync(folder, { recursive: true, force: true })
process.exit(total() ? 1 : 0)
