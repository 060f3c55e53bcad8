// Sign-in, people, phones, data, checks and reminders, against a server that keeps records in a folder of its own.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MOST_BYTES, axeFaults, check, modes, say, watch, weigh } from './checks.mjs'
import { ORDINARY, walk } from './walk.mjs'

export const PASSWORD = 'stove paper cloud'

/** A server with records; the answer has its address, the link that it prints once, and its folder. */
export async function keeping (binary, more = []) {
  const folder = mkdtempSync(join(tmpdir(), 'charley-data-'))
  const server = spawn(binary, ['serve', '--listen', '127.0.0.1:0', '--data', folder, ...more], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const wait = what => new Promise((resolve, reject) => {
    const look = () => {
      const found = text.match(what)
      if (found) resolve(found[1])
    }
    server.stdout.on('data', look)
    server.on('exit', code => reject(new Error(`charley serve ended with ${code}`)))
    setTimeout(() => reject(new Error(`charley serve did not print ${what}`)), 60_000).unref()
    look()
  })
  server.stdout.on('data', data => { text += data })
  const base = await wait(/Charley is ready: (http:\/\/\S+)/)
  const first = await wait(/(http:\/\/\S+\/first\/\w+)/)
  return { base, first, folder, end: () => { server.removeAllListeners('exit'); server.kill(); rmSync(folder, { recursive: true, force: true }) } }
}

/** Everything that a page must hold, as it stands in the browser. */
export async function whole (page, name) {
  await modes(page, name)
}

async function type (page, name, text) {
  for (let at = 0; at < 60; at++) {
    if (await page.evaluate(what => document.activeElement?.name === what, name)) break
    await page.keyboard.press('Tab')
  }
  await page.keyboard.type(text)
}

const enter = page => Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
export const press = (page, name) => Promise.all([page.waitForNavigation(), page.getByRole('button', { name }).first().click()])

export async function account (browser, binary) {
  const { base, first, end } = await keeping(binary, ['--ntfy-url', 'https://ntfy.example', '--smtp-url', 'smtp://127.0.0.1:1', '--mail-from', 'charley@home.example'])
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'Europe/Berlin' })
  const outside = watch(context, base)
  const page = await context.newPage()
  const here = () => new URL(page.url()).pathname
  const weight = async (path, cookies = []) => {
    const bytes = await weigh(browser, cookies, base + path)
    say(`${path}: at most ${MOST_BYTES / 1000} kB with styles and script`, bytes > MOST_BYTES ? `${bytes} bytes` : '')
  }
  try {
    await page.goto(`${base}/sign-in`)
    await whole(page, 'sign-in before the first account')
    await page.goto(first)
    await whole(page, 'the first link')
    await weight(new URL(first).pathname)
    say('the zone of the device is the first choice', await page.inputValue('#zone') === 'Europe/Berlin' ? '' : await page.inputValue('#zone'))
    await type(page, 'login', 'a')
    await enter(page)
    const errors = await page.locator('.govuk-error-summary a').allInnerTexts()
    say('all that is wrong is told at once, and the summary has the focus', errors.length >= 2 && await page.evaluate(() => document.activeElement.matches('.govuk-error-summary')) ? '' : errors.join(' | '))
    await whole(page, 'the first link with errors')
    await check('the first account with the keyboard alone', async () => {
      await type(page, 'name', 'Anna')
      await page.locator('#login').fill('')
      await type(page, 'login', 'anna')
      await type(page, 'password', PASSWORD)
      await enter(page)
      return here() === '/account' ? '' : `${here()} ${await page.locator('main').innerText()}`
    })
    await whole(page, '/account')
    for (const path of ['/account/details', '/account/password', '/account/close', '/people', '/people/add', '/people/carer', '/devices', '/checks', '/checks/add', '/data', '/data/delete', '/reminders']) {
      await page.goto(base + path)
      say(`${path} opens`, here() === path ? '' : `went to ${here()}`)
      await whole(page, path)
      await weight(path, await context.cookies())
    }
    await people(page, base)
    await phones(page, base, browser)
    await page.goto(`${base}/reminders`)
    await page.fill('#evening', '21:30')
    await press(page, 'Save')
    await whole(page, '/reminders with an address to follow')
    const feed = await page.inputValue('#feed')
    const calendar = await (await page.request.get(feed)).text()
    say('the calendar is one, and neutral', calendar.startsWith('BEGIN:VCALENDAR') && calendar.includes('SUMMARY:Evening check') && !/cramp/i.test(calendar) ? '' : calendar.slice(0, 200))
    await walk(page, base, ORDINARY)
    await page.goto(`${base}/check/result`)
    say('the result of a check: axe', await axeFaults(page))
    await press(page, 'Keep this check')
    say('a check is kept', here() === '/checks' && await page.getByRole('button', { name: 'Open' }).count() === 1 ? '' : here())
    await whole(page, '/checks with one')
    await press(page, 'Open')
    say('a kept check opens again', here() === '/check/answers' ? '' : here())
    await page.goto(`${base}/data`)
    await whole(page, '/data with a list of who looked')
    await leave(page, base, here)
    say('account pages: no outside request', outside)
  } finally {
    await context.close()
    end()
  }
}

async function people (page, base) {
  await page.goto(`${base}/people/add`)
  await page.fill('#name', 'Grandma')
  await press(page, 'Add')
  say('the new person is looked at', (await page.locator('.chosen').innerText()).includes('Grandma') ? '' : 'not chosen')
  await page.goto(`${base}/people/add`)
  await press(page, 'Make a link for them')
  await whole(page, 'an invitation')
  const link = await page.inputValue('#invitation')
  const context = await page.context().browser().newContext()
  const other = await context.newPage()
  await other.goto(link)
  await whole(other, 'joining a home')
  await other.fill('#name', 'Ben')
  await other.fill('#login', 'ben')
  await other.fill('#password', PASSWORD)
  await press(other, 'Make my account')
  say('who is invited has an account', new URL(other.url()).pathname === '/account' ? '' : other.url())
  await context.close()
  await page.goto(`${base}/people/carer`)
  await page.fill('#login', 'ben')
  await press(page, 'Let them help')
  await whole(page, 'a carer without consent')
  await page.check('#consent')
  await press(page, 'Let them help')
  await whole(page, '/people with helpers')
}

async function phones (page, base, browser) {
  await page.goto(`${base}/devices`)
  say('a machine that phones can’t reach says so', (await page.locator('main').innerText()).includes('Phones can’t reach Charley yet') ? '' : 'it does not')
  await press(page, 'Pair this one')
  await whole(page, '/devices with one')
  const answer = await page.request.post(`${base}/devices/link`, { headers: { 'sec-fetch-site': 'same-origin' } })
  const link = (await answer.text()).match(/http:\/\/[^\s<"]+\/pair\/\w+/)[0]
  await page.route('**/devices/link-shown', route => answer.text().then(body => route.fulfill({ body, headers: answer.headers() })))
  await page.goto(`${base}/devices/link-shown`)
  await whole(page, 'a link for another phone')
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 320, height: 640 } })
  const phone = await context.newPage()
  await phone.goto(link)
  await phone.fill('#name', 'Anna’s phone')
  await press(phone, 'Pair')
  say('a phone is paired without scripts', (await phone.title()).startsWith('This phone is paired') ? '' : await phone.title())
  await context.close()
}

async function leave (page, base, here) {
  await page.goto(`${base}/account`)
  await press(page, 'Sign out here')
  await page.goto(`${base}/people`)
  say('after signing out one signs in first', here() === '/sign-in' ? '' : here())
  await page.fill('#login', 'anna')
  await page.fill('#password', 'not my password')
  await press(page, 'Sign in')
  await whole(page, 'a refused sign-in')
  await page.fill('#login', 'anna')
  await page.fill('#password', PASSWORD)
  await press(page, 'Sign in')
  say('signing in leads back', here() === '/people' ? '' : here())
  await page.goto(`${base}/data/delete`)
  const name = (await page.locator('h1').innerText()).replace('Delete everything of ', '')
  await page.fill('#name', name)
  await press(page, 'Delete everything')
  say('deleting gives a receipt', (await page.title()).startsWith('Everything is deleted') ? '' : await page.title())
  say('the receipt says that the list knows', (await page.locator('main').innerText()).includes('is on the list of deletions') ? '' : 'it does not')
  await whole(page, 'a receipt')
  await page.goto(`${base}/account/close`)
  say('who owns others cannot close', (await page.locator('main').innerText()).includes('Delete those records first') ? '' : 'it does not say so')
  await close(page.context().browser(), base)
}

async function close (browser, base) {
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${base}/sign-in?next=/data/delete`)
  await page.fill('#login', 'ben')
  await page.fill('#password', PASSWORD)
  await press(page, 'Sign in')
  await page.fill('#name', 'Ben')
  await press(page, 'Delete everything')
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Close the account' }).click()])
  await whole(page, 'closing an account')
  await page.fill('#login', 'ben')
  await press(page, 'Close the account')
  say('an account closes', (await page.title()).startsWith('Your account is closed') ? '' : await page.title())
  await whole(page, 'a closed account')
  await page.goto(`${base}/account`)
  say('a closed account is signed out', new URL(page.url()).pathname === '/sign-in' ? '' : page.url())
  await context.close()
}
