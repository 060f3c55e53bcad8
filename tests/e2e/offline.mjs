// The night pages in a browser: looks, scripts off, and what is logged without a network.
// Runs against crates/web/examples/serve_seeded.rs, a household in memory: CHARLEY_SEEDED names the binary.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { axeFaults, check, modes, say, sideways, watch } from './checks.mjs'

const PAGES = ['/now', '/now/call', '/bedtime', '/morning', '/phone', '/now/not-saved?what=cramp&why=nobody']
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

async function start (binary) {
  const server = spawn(binary, { stdio: ['ignore', 'pipe', 'inherit'] })
  return await new Promise((resolve, reject) => {
    let text = ''
    server.stdout.on('data', data => {
      text += data
      const ready = text.match(/Charley is ready: (http:\/\/\S+)/)
      if (!ready) return
      const value = name => text.match(new RegExp(`${name}=(\\S+)`))[1]
      resolve({ server, base: ready[1], session: value('charley_session'), device: value('charley_device') })
    })
    server.on('exit', code => reject(new Error(`the seeded server ended with ${code}`)))
  })
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

/** Waits until something holds, and gives its last value. */
async function until (read, holds, ms = 8000) {
  const end = Date.now() + ms
  let value = await read()
  while (!holds(value) && Date.now() < end) {
    await sleep(100)
    value = await read()
  }
  return value
}

export async function offline (binary) {
  const { server, base, session, device } = await start(binary)
  const cookie = (name, value) => ({ name, value, url: base })
  const diary = async () => (await (await fetch(`${base}/test/entries`)).json()).filter(row => !row.disputed)
  const kinds = async () => (await diary()).map(row => row.new.body.kind)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const open = async (cookies = [], options = {}) => {
    const context = await browser.newContext({ viewport: { width: 320, height: 640 }, ...options })
    await context.addCookies(cookies)
    return context
  }
  const ready = page => page.evaluate(() => navigator.serviceWorker.ready.then(() => true))
  const waiting = page => page.evaluate(() => window.charley.state.waiting)
  const stop = page => page.getByRole('button', { name: 'It has stopped' }).click()
  const isDone = page => page.locator('#done').waitFor({ state: 'visible' })

  // ── looks ──
  {
    const context = await open()
    const outside = watch(context, base)
    const page = await context.newPage()
    for (const path of PAGES) {
      await page.goto(base + path)
      await modes(page, path)
      await page.emulateMedia({ forcedColors: 'active' })
      say(`${path} with forced colours: axe`, await axeFaults(page))
      await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light', reducedMotion: 'reduce' })
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      say(`${path} is dim whatever the device says, and nothing moves`, [ground !== 'rgb(20, 16, 12)' && ground,
        await page.evaluate(() => document.getAnimations().length) && 'moves'])
      await page.emulateMedia({ forcedColors: null, colorScheme: null, reducedMotion: null })
      const small = await page.evaluate(() => [...document.querySelectorAll('main button, main a.go, main a.call, main label, .foot a')]
        .filter(node => node.offsetParent && node.getBoundingClientRect().height < 64).map(node => node.textContent.trim().slice(0, 30)))
      say(`${path}: targets of 64 px`, small)
      // WCAG 1.4.10: 400 % of a screen 1280 wide and 1024 high.
      await page.setViewportSize({ width: 320, height: 256 })
      say(`${path} at 400 % zoom: no sideways scroll, nothing sticks`, [await sideways(page),
        await page.evaluate(() => [...document.querySelectorAll('.bar')].some(bar => getComputedStyle(bar).position === 'sticky')) && 'the buttons cover the page'])
      await page.setViewportSize({ width: 320, height: 640 })
      const unreached = await page.evaluate(() => [...document.querySelectorAll('a[href],button,input:not([type=hidden])')].filter(node => node.offsetParent && node.tabIndex < 0).length)
      say(`${path}: all within reach of Tab`, unreached ? `${unreached} are not` : '')
    }
    say('night pages: no outside request', outside)
    await context.close()
  }

  // ── keyboard and the timer ──
  {
    const context = await open()
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(`${base}/now`)
    say('10 minutes: nothing before', await page.locator('#ten').isHidden() ? '' : 'shown at once')
    const before = page.url()
    await page.clock.fastForward('09:50')
    await page.reload()
    say('a reload goes on counting', page.url() === before ? '' : `${before} became ${page.url()}`)
    await page.clock.fastForward('00:15')
    say('at 10 minutes the signs are asked', await page.locator('#ten').isVisible() && /^10:/.test(await page.locator('#clock').innerText()) ? '' : await page.locator('#clock').innerText())
    say('at 10 minutes: axe', await axeFaults(page))
    await page.keyboard.press('Tab')
    const first = await page.evaluate(() => document.activeElement.textContent)
    say('keyboard: the first stop is a button of the page', /whom to call|stopped/.test(first) ? '' : first)
    for (let at = 0; at < 5 && !await page.evaluate(() => document.activeElement.textContent.includes('Cold')); at++) await page.keyboard.press('Tab')
    await Promise.all([page.waitForURL(/\/now\/call/), page.keyboard.press('Enter')])
    say('keyboard: the second button leads to whom to call', (await page.locator('h1:visible').innerText()).startsWith('Call') ? '' : page.url())
    await Promise.all([page.waitForURL(/\/now\?/), page.getByRole('button', { name: 'by mistake' }).click()])
    say('and back to the same cramp', /^10:/.test(await page.locator('#clock').innerText()) ? '' : await page.locator('#clock').innerText())
    await context.close()
  }

  // ── without scripts ──
  {
    const context = await open([cookie('charley_device', device)], { javaScriptEnabled: false })
    const page = await context.newPage()
    await page.goto(`${base}/now`)
    const had = (await diary()).length
    await stop(page)
    say('scripts off: saved, with Undo', (await page.locator('h1:visible').innerText()) === 'Saved. Go back to sleep.' && (await diary()).length === had + 1 ? '' : await page.locator('main').innerText())
    await page.getByRole('button', { name: 'Undo' }).click()
    say('scripts off: Undo', (await page.locator('h1:visible').innerText()) === 'Taken back.' && (await kinds()).at(-1) === 'undo' ? '' : await page.locator('main').innerText())
    await page.goBack()
    await page.goBack()
    await stop(page)
    say('scripts off: going back makes a new entry, not the old one again', (await diary()).length === had + 3 ? '' : `${(await diary()).length - had}`)
    await page.goto(`${base}/morning`)
    await page.getByRole('button', { name: 'No cramp' }).click()
    say('scripts off: the morning', (await kinds()).at(-1) === 'night' ? '' : await page.locator('main').innerText())
    await page.goto(`${base}/bedtime`)
    await page.getByLabel('I stretched').check()
    await page.getByRole('button', { name: 'Save' }).click()
    say('scripts off: bedtime', (await kinds()).at(-1) === 'exposure' ? '' : await page.locator('main').innerText())
    await context.close()
    const stranger = await open([], { javaScriptEnabled: false })
    const other = await stranger.newPage()
    await other.goto(`${base}/now`)
    await stop(other)
    say('scripts off, not paired: it says so', (await other.locator('h1:visible').innerText()) === 'This one was not saved.' ? '' : await other.locator('main').innerText())
    await stranger.close()
  }

  // ── five cramps without a network, the browser killed, the same profile again ──
  {
    const profile = mkdtempSync(join(tmpdir(), 'charley-profile-'))
    const launch = () => chromium.launchPersistentContext(profile, { executablePath, args: ['--no-sandbox'], viewport: { width: 320, height: 640 } })
    const before = (await diary()).length
    let context = await launch()
    await context.addCookies([{ ...cookie('charley_device', device), expires: Date.now() / 1000 + 86400 }])
    let page = await context.newPage()
    await page.goto(`${base}/now`)
    await ready(page)
    await page.reload()
    await context.setOffline(true)
    for (let at = 0; at < 5; at++) {
      await page.goto(`${base}/now`)
      await stop(page)
      await isDone(page)
    }
    say('offline: it says where the entry is', /waits on this phone/.test(await until(() => page.locator('#done-where').innerText(), text => text)) ? '' : await page.locator('#done').innerText())
    for (const path of ['/bedtime', '/morning', '/phone', '/now/call']) {
      await page.goto(base + path)
      say(`offline: ${path} opens`, await page.locator('h1:visible').count() && !await page.locator('#main-frame-error').count() ? '' : await page.title())
    }
    await page.goto(`${base}/phone`)
    say('offline: this phone says how many wait', /5 entries wait/.test(await until(() => page.locator('#b-state').innerText(), text => /5/.test(text))) ? '' : await page.locator('#b-state').innerText())
    const about = await context.newPage()
    const closed = await about.goto(`${base}/about`).then(() => 'opened', () => '')
    await about.close()
    say('offline: no copy of another page is kept', closed)
    const kept = await page.goto(`${base}/now`).then(() => page.evaluate(async () => {
      const paths = []
      for (const name of await caches.keys()) for (const request of await (await caches.open(name)).keys()) paths.push(new URL(request.url).pathname)
      return paths
    }))
    say('the copies are of the night pages and what they need', kept.filter(path => !/^\/(now|now\/call|bedtime|morning|phone|assets\/.+)$/.test(path)))
    // Killed, not closed: nothing gets a chance to write.
    const pid = await browserPid(profile)
    process.kill(pid, 'SIGKILL')
    await context.close().catch(() => {})
    await sleep(500)
    say('offline: nothing reached the diary yet', (await diary()).length === before ? '' : `${(await diary()).length - before}`)
    context = await launch()
    // The browser writes cookies down every half minute; this one is seconds old, so the kill took it.
    await context.addCookies([{ ...cookie('charley_device', device), expires: Date.now() / 1000 + 86400 }])
    page = await context.newPage()
    await page.goto(`${base}/now`)
    const after = await until(async () => (await diary()).length - before, count => count >= 5)
    await sleep(1000)
    say('after a kill, online again: exactly 5', after === 5 && (await diary()).length - before === 5 && await waiting(page) === 0 ? '' : `${(await diary()).length - before} arrived, ${await waiting(page)} wait`)

    // ── undo without a network ──
    const had = (await diary()).length
    await page.goto(`${base}/now`)
    await context.setOffline(true)
    await stop(page)
    await isDone(page)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back.').waitFor()
    const dropped = await waiting(page)
    await context.setOffline(false)
    await page.goto(`${base}/phone`)
    await until(() => page.locator('#b-state').innerText(), text => /Nothing waits/.test(text))
    const since = (await diary()).slice(had).map(row => row.new.body)
    const targets = since.filter(body => body.kind === 'undo').map(body => body.target)
    const standing = (await diary()).slice(had).filter(row => row.new.body.kind === 'episode' && !targets.includes(row.new.id))
    say('undo offline: the cramp does not count', standing.length || await waiting(page) ? `${standing.length} stand, ${dropped} waited` : '')

    // An entry that has arrived, undone without a network: the undo is sent after it.
    await page.goto(`${base}/now`)
    await stop(page)
    await until(() => page.locator('#done-where').innerText(), text => /in your diary/.test(text))
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Taken back.').waitFor()
    say('undo offline of what has arrived: it waits', await until(() => waiting(page), count => count === 1) === 1 ? '' : `${await waiting(page)}`)
    await context.setOffline(false)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    say('and is sent', (await until(kinds, list => list.at(-1) === 'undo')).at(-1) === 'undo' ? '' : `${(await kinds()).at(-1)}`)

    // ── a token that was revoked ──
    const count = (await diary()).length
    await fetch(`${base}/test/revoke`, { method: 'POST' })
    for (let at = 0; at < 3; at++) {
      await page.goto(`${base}/now`)
      await stop(page)
      await isDone(page)
    }
    say('revoked: it says so, and keeps the entry', /not paired/.test(await until(() => page.locator('#done-where').innerText(), text => /paired/.test(text))) ? '' : await page.locator('#done-where').innerText())
    await page.goto(`${base}/phone`)
    const told = await until(() => page.locator('#b-state').innerText(), text => /Pair it again/.test(text))
    say('revoked: this phone says how to pair again', /3 entries wait.*Pair it again/.test(told) ? '' : told)
    await modes(page, '/phone with entries that wait')
    const token = await (await fetch(`${base}/test/pair`, { method: 'POST' })).text()
    await context.addCookies([{ ...cookie('charley_device', token), expires: Date.now() / 1000 + 86400 }])
    await page.goto(`${base}/now`)
    say('revoked, then paired again: nothing was lost', await until(async () => (await diary()).length - count, sum => sum >= 3) === 3 ? '' : `${(await diary()).length - count}`)

    // ── double taps and two tabs ──
    const now = (await diary()).length
    await page.goto(`${base}/now`)
    await page.evaluate(() => { const button = document.querySelector('form[data-log] button'); button.click(); button.click() })
    await isDone(page)
    await until(async () => (await diary()).length - now, sum => sum >= 1)
    await sleep(500)
    say('a double tap is one entry', (await diary()).length - now === 1 ? '' : `${(await diary()).length - now}`)
    await context.setOffline(true)
    const second = await context.newPage()
    for (const tab of [page, second]) {
      await tab.goto(`${base}/now`)
      await stop(tab)
      await isDone(tab)
    }
    await context.setOffline(false)
    await Promise.all([page, second].map(tab => tab.evaluate(() => { for (let at = 0; at < 5; at++) window.dispatchEvent(new Event('online')) })))
    await until(async () => (await diary()).length - now, sum => sum >= 3)
    await sleep(1500)
    const all = await (await fetch(`${base}/test/entries`)).json()
    say('two tabs send at once: no duplicates, no conflict', (await diary()).length - now === 3 && all.every(row => !row.disputed) && await waiting(page) === 0 ? '' : `${(await diary()).length - now}`)

    // ── an entry that the diary refuses ──
    await second.close()
    await page.evaluate(() => window.charley.add([{ body: { kind: 'episode', minutes: 99999 } }, { body: { kind: 'episode', minutes: 2 } }]))
    await page.goto(`${base}/phone`)
    // A send that was under way in the tab that is gone is tried again in a while, or when the network comes back.
    await until(async () => {
      await page.evaluate(() => window.dispatchEvent(new Event('online')))
      return page.getByText('Could not be sent').isVisible()
    }, seen => seen)
    await until(() => waiting(page), sum => sum === 0)
    say('a refused entry stays, with the reason; the others go', (await diary()).length - now === 4 && /length in minutes/.test(await page.locator('#b-list').innerText()) ? '' : `${(await diary()).length - now} ${await page.locator('#b-list').innerText()}`)
    await modes(page, '/phone with a refused entry')
    await page.getByRole('button', { name: 'Delete' }).click()
    say('and can be deleted', await until(() => page.locator('#b-wrong').isHidden(), hidden => hidden) ? '' : 'still there')

    // ── an answer that is no receipt: the page of a hotel network ──
    await page.route('**/api/diary', route => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome</h1>' }))
    await page.goto(`${base}/morning`)
    await page.getByRole('button', { name: '2 or more' }).click()
    await isDone(page)
    await sleep(500)
    say('a page in place of a receipt loses nothing', await waiting(page) === 1 ? '' : `${await waiting(page)}`)
    await page.unroute('**/api/diary')
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await until(() => waiting(page), sum => sum === 0)
    const night = (await diary()).at(-1).new.body
    say('the morning with scripts', night.kind === 'night' && night.cramps === 'two_or_more' ? '' : JSON.stringify(night))
    await page.goto(`${base}/bedtime`)
    await page.getByLabel('I raised my legs').check()
    await page.getByLabel('I loosened the sheets').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await isDone(page)
    await modes(page, 'after saving')
    await until(() => waiting(page), sum => sum === 0)
    say('bedtime with scripts', (await diary()).slice(-2).map(row => row.new.body.what).join() === 'elevation,bedding' ? '' : JSON.stringify((await diary()).slice(-2)))
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }

  // ── the guide ──
  {
    const context = await open()
    const page = await context.newPage()
    await page.clock.install()
    await page.goto(`${base}/bedtime`)
    await page.getByRole('button', { name: 'Start' }).click()
    await page.clock.runFor(7000)
    say('the guide counts', /Hold. 1 of 3/.test(await page.locator('#g-how').innerText()) ? '' : await page.locator('#guide').innerText())
    await page.clock.runFor(175000)
    say('after three minutes it is over, and ticked', /Well done/.test(await page.locator('#g-what').innerText()) && await page.getByLabel('I stretched').isChecked() ? '' : await page.locator('#guide').innerText())
    await context.close()
  }

  // ── signed in ──
  {
    const context = await open([cookie('charley_session', session)])
    const page = await context.newPage()
    await page.goto(`${base}/morning`)
    await page.getByRole('button', { name: 'No cramp' }).click()
    await page.locator('#done-more').waitFor({ state: 'visible' })
    say('signed in: a link to the whole night', /^\/log\/night\/\d{4}-\d\d-\d\d$/.test(await page.locator('#done-more').getAttribute('href')) ? '' : 'no link')
    await context.close()
  }

  await browser.close()
  server.removeAllListeners('exit')
  server.kill()
}

/** The main process of the browser that runs on a profile. */
async function browserPid (profile) {
  const { readdirSync, readFileSync } = await import('node:fs')
  for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (line.includes(profile) && !line.includes('--type=')) return Number(pid)
    } catch {}
  }
  throw new Error('no browser runs on the profile')
}
