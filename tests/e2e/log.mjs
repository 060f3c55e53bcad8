// The night log and trials in a browser: LOG_BIN=../../target/debug/examples/serve_log node log.mjs
// The binary is `cargo build -p charley-web --example serve_log`: a made-up diary, and the cookie that opens it.
import { spawn } from 'node:child_process'
import { chromium } from 'playwright-core'
import { MOST_BYTES, axeFaults, check, modes, say, total, watch, weigh } from './checks.mjs'

const binary = process.env.LOG_BIN
if (!binary) {
  console.error('Set LOG_BIN to the example server serve_log.')
  process.exit(2)
}

async function serve (...args) {
  const server = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [base, cookie] = await new Promise((resolve, reject) => {
    let text = ''
    server.stdout.on('data', data => {
      text += data
      const ready = text.match(/Charley is ready: (http:\/\/\S+)/)
      const pair = text.match(/Cookie: (\w+)=(\S+)/)
      if (ready && pair) resolve([ready[1], { name: pair[1], value: pair[2], url: ready[1] }])
    })
    server.on('exit', code => reject(new Error(`serve_log ended with ${code}`)))
    setTimeout(() => reject(new Error('serve_log did not say that it is ready')), 60_000).unref()
  })
  return { server, base, cookie }
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] })
const full = await serve()
const empty = await serve('empty')
const blinded = await serve('blinded')
const open = async ({ cookie }, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  await context.addCookies([cookie])
  return context
}
const file = text => ({ name: 'nights.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })

async function pages () {
  const context = await open(full)
  const outside = watch(context, full.base)
  const page = await context.newPage()
  for (const path of ['/log', '/log?to=2026-08-01', '/log/night/2026-11-21', '/log/night/2026-11-21/cramp', '/log/past',
    '/log/change', '/log/since', '/log/since?date=2026-11-04', '/log/import']) {
    await page.goto(full.base + path)
    await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
    await modes(page, path)
    await check(`${path}: at most ${MOST_BYTES / 1000} kB`, async () => {
      const bytes = await weigh(browser, [full.cookie], full.base + path)
      return bytes > MOST_BYTES ? `${bytes} bytes` : ''
    })
  }
  await page.goto(`${full.base}/log`)
  await page.emulateMedia({ forcedColors: 'active' })
  say('/log with forced colours: axe', await axeFaults(page))
  await page.emulateMedia({ forcedColors: null })
  for (const [name, text] of [['good', 'night,cramps\n2026-05-01,1\n'], ['bad', 'night,cramps\n2027-05-01,1\n'], ['two ways', 'night,cramps\n03/04/2026,1\n']]) {
    await page.goto(`${full.base}/log/import`)
    await page.setInputFiles('#file', file(text))
    await page.locator('.govuk-button').click()
    await modes(page, `/log/import of a ${name} file`)
  }
  await page.goto(`${full.base}/log/night/2026-11-21/cramp`)
  await page.locator('.govuk-button').click()
  await modes(page, 'a cramp without a time')
  say('the log: no outside request', outside)
  await context.close()
}

/** Everything works without scripts. */
async function withoutScripts () {
  const context = await open(empty, { javaScriptEnabled: false })
  const page = await context.newPage()
  const text = () => page.locator('main').innerText()
  await page.goto(`${empty.base}/log`)
  say('an empty log says what to do', (await text()).includes('No nights yet') ? '' : 'it does not')
  await page.locator('.taps button').nth(1).click()
  say('one tap records last night', (await text()).includes('Recorded: 1 cramp.') ? '' : await text())
  await page.locator('.kept button').click()
  say('Undo takes it back', (await text()).includes('Taken back.') ? '' : await text())
  await page.locator('.kept button').click()
  say('Undo of the undo brings it back', (await text()).includes('Recorded: 1 cramp.') ? '' : await text())
  await page.goto(`${empty.base}/log/night/2026-11-22/cramp`)
  await page.fill('#time', '02:15')
  await page.fill('#minutes', '12')
  await page.locator('label[for=pain-7]').click()
  await page.locator('.govuk-button').click()
  say('a cramp is added', (await text()).includes('12 minutes; pain 7 of 10') ? '' : await text())
  await page.goto(`${empty.base}/log/import`)
  await page.setInputFiles('#file', file('night,cramps\r\n2026-11-01,2+\r\n2026-11-02,0\r\n'))
  await page.locator('.govuk-button').click()
  await page.getByRole('button', { name: 'Add 2 nights' }).click()
  say('a file is added', (await text()).includes('Saved: 2 notes.') ? '' : await text())
  await page.goto(`${empty.base}/log/since?date=2026-11-10`)
  say('before and after is not proof', (await text()).includes('Before and after is not proof.') ? '' : await text())
  await context.close()
}

/** A trial whose nights are over: look, end it, decide, and start the next, without scripts. */
async function trials () {
  const context = await open(full)
  const outside = watch(context, full.base)
  const page = await context.newPage()
  const text = () => page.locator('main').innerText()
  const look = async name => {
    await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
    await modes(page, name)
    await check(`${name}: at most ${MOST_BYTES / 1000} kB`, async () => {
      const bytes = await weigh(browser, [full.cookie], page.url())
      return bytes > MOST_BYTES ? `${bytes} bytes` : ''
    })
  }
  for (const path of ['/trial', '/trial/harm', '/trial/stop']) {
    await page.goto(full.base + path)
    await look(path)
  }
  await page.goto(`${full.base}/trial`)
  say('a trial that is over offers its answer', (await text()).includes('All nights are over') ? '' : await text())
  await page.getByRole('button', { name: 'See the answer and end the trial' }).click()
  say('the answer says what it cannot say', (await text()).includes('What it cannot say') ? '' : await text())
  await look('the answer of a trial')
  await page.getByRole('button', { name: 'Test again' }).click()
  await look('/trial/new')
  await page.locator('.remedies .go').first().click()
  await look('how much better would be worth it')
  await page.locator('input[value="0.7"]').check()
  await page.getByRole('button', { name: 'Go on' }).click()
  say('the plan keeps what is worth it', (await text()).includes('three tenths fewer') ? '' : await text())
  await look('the plan of a trial')
  await page.keyboard.press('Tab')
  await page.getByRole('button', { name: 'Seal the order and start' }).click()
  say('the first turn is announced', (await text()).includes('The first turn starts') || (await text()).includes('Tonight') ? '' : await text())
  await look('a trial that has begun')
  say('trials: no outside request', outside)
  await context.close()
}

/** Capsules that a helper prepares: every evening, the answer, and the way from the plan to the helper's sheet. */
async function capsules () {
  const context = await open(blinded)
  const outside = watch(context, blinded.base)
  const page = await context.newPage()
  const text = () => page.locator('main').innerText()
  const has = async (name, words) => say(name, (await text()).includes(words) ? '' : await text())
  const look = async name => {
    await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
    await modes(page, name)
    await check(`${name}: at most ${MOST_BYTES / 1000} kB`, async () => {
      const bytes = await weigh(browser, [blinded.cookie], page.url())
      return bytes > MOST_BYTES ? `${bytes} bytes` : ''
    })
  }
  await page.goto(`${blinded.base}/trial`)
  await has('the evening names the box', 'Tonight: box 7')
  await has('the evening asks for a guess', 'What do you think was in tonight’s capsules?')
  await look('an evening of capsules')
  await page.getByRole('button', { name: 'I don’t know' }).click()
  await has('a guess is kept', 'You said: I don’t know.')
  await page.goto(`${blinded.base}/trial/stop`)
  await page.getByRole('button', { name: 'Stop the trial' }).click()
  await has('bursts get a second answer', 'A second way to count')
  await has('the guesses are told', 'Did the dummy keep its secret?')
  await look('the answer of a blinded trial')
  await page.goto(`${blinded.base}/trial/new/magnesium_fair_test/worth`)
  await page.getByRole('button', { name: 'Go on' }).click()
  await look('who knows which nights are which')
  await page.locator('input[value="yes"]').check()
  await page.getByRole('button', { name: 'Go on' }).click()
  await look('the plan of capsules')
  await page.getByRole('button', { name: 'Seal the order and start' }).click()
  await has('the screen changes hands', 'Give this screen to your helper')
  await look('the hand-over')
  await page.getByRole('button', { name: 'I am the helper: show the sheet' }).click()
  await has('the sheet is for the helper', 'For the helper only')
  await modes(page, 'the helper’s sheet')
  await page.getByRole('link', { name: 'Hide it' }).click()
  await has('the sheet is hidden', 'The first turn starts in 8 nights')
  await page.goto(`${blinded.base}/trial/helper`)
  await has('the sheet is shown once', 'The sheet was shown already')
  await look('a sheet that was shown')
  say('capsules: no outside request', outside)
  await context.close()
}

await pages()
await trials()
await capsules()
await withoutScripts()
await browser.close()
full.server.kill()
empty.server.kill()
blinded.server.kill()
process.exit(total() ? 1 : 0)
