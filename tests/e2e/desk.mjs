// A clinic from its founding on: how staff come in, the administrator's settings, the front desk's day, a clinician's work on
// a request, and the person who shares.
import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { PASSWORD, keeping, press, whole } from './account.mjs'
import { MOST_BYTES, check, say, watch, weigh } from './checks.mjs'
import { ORDINARY, walk } from './walk.mjs'

/** The code that an authenticator shows (RFC 6238), worked out here anew. */
export function code (letters, at = Date.now()) {
  const bits = [...letters.replace(/\s/g, '')].map(sign => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('')
  const secret = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', secret).update(step).digest()
  const from = digest.at(-1) & 15
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

export const here = page => new URL(page.url()).pathname
export const text = page => page.locator('main').innerText()
export const problems = page => page.locator('.problems a, .govuk-error-summary a').allInnerTexts()

/** Sets up a second factor from the page that asks for it. */
export async function secondFactor (page, look) {
  if (look) await whole(page, '/second-factor to set up')
  await press(page, 'Show the picture')
  if (look) {
    await whole(page, 'the picture of a second factor')
    await page.fill('#code', '000000')
    await press(page, 'Go on')
    await whole(page, 'a wrong first code')
    await press(page, 'Show a new picture')
  }
  await page.fill('#code', code(await page.locator('.letters').innerText()))
  await press(page, 'Go on')
  if (look) await whole(page, 'recovery codes')
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'I have kept them' }).click()])
}

/** A server with Anna's account and a clinic that she runs; `work` gets her page, and how to open more. All is closed after it. */
export async function atClinic (browser, binary, work) {
  const { base, first, folder, end } = await keeping(binary)
  const pages = []
  const open = async () => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    pages.push(page)
    return page
  }
  try {
    const anna = await open()
    const outside = watch(anna.context(), base)
    await anna.goto(first)
    await anna.fill('#name', 'Anna')
    await anna.selectOption('#zone', 'Europe/London')
    await anna.selectOption('#region', 'uk')
    await anna.fill('#login', 'anna')
    await anna.fill('#password', PASSWORD)
    await press(anna, 'Make my account')
    const founded = spawnSync(binary, ['admin', 'clinic', 'Hill Street', '--zone', 'Europe/London', '--administrator', 'anna', '--region', 'uk', '--data', folder])
    say('a clinic is founded beside the running server', founded.status === 0 ? '' : founded.stderr.toString())
    await work({ anna, base, open })
    say('clinic pages: no outside request', outside)
  } finally {
    for (const page of pages) await page.context().close()
    end()
  }
}

export async function desk (browser, binary) {
  await atClinic(browser, binary, async ({ anna, base, open }) => {
    await entrance(anna, base)
    const clio = await invited(anna, base, open, 'clio', 'clinician')
    const fay = await invited(anna, base, open, 'fay', 'front desk')
    await settings(anna, base)
    await telephone(fay, base)
    await person(anna, base)
    await clinician(clio, fay, base)
    await emergency(anna, clio, base)
    await deletes(anna, base)
    for (const [who, path] of [[fay, '/clinic'], [anna, '/clinic/settings/staff'], [fay, '/clinic/requests/new'], [anna, '/share']]) {
      const bytes = await weigh(browser, await who.context().cookies(), base + path)
      say(`${path}: at most ${MOST_BYTES / 1000} kB with styles and script`, bytes > MOST_BYTES ? `${bytes} bytes` : '')
    }
  })
}

async function entrance (page, base) {
  await page.goto(`${base}/account`)
  say('the account leads to work', await page.getByRole('link', { name: 'At work' }).count() === 1 ? '' : 'no link')
  await whole(page, '/account of staff')
  await page.goto(`${base}/clinic`)
  say('no clinic without a second factor', here(page) === '/second-factor' ? '' : here(page))
  await secondFactor(page, true)
  say('the second factor leads back', here(page) === '/clinic' ? '' : here(page))
  await whole(page, '/clinic without requests')
  await page.goto(`${base}/clinics`)
  await whole(page, '/clinics')
  await page.goto(`${base}/second-factor`)
  await page.fill('#code', '000000')
  await press(page, 'Go on')
  await whole(page, '/second-factor with a wrong code')
}

export async function invited (admin, base, open, login, role) {
  await admin.goto(`${base}/clinic/settings/staff`)
  await admin.locator('section', { hasText: 'Somebody new' }).getByLabel(role).check()
  await press(admin, 'Make a link')
  if (role === 'clinician') await whole(admin, 'an invitation of staff')
  const link = await admin.inputValue('#invitation')
  const page = await open()
  await page.goto(link)
  if (role === 'clinician') await whole(page, 'joining a clinic')
  await page.fill('#login', login)
  await page.fill('#password', PASSWORD)
  await press(page, 'Make my account')
  await secondFactor(page, false)
  say(`${login} is in the clinic as ${role}`, here(page) === '/clinic' ? '' : `${here(page)} ${await text(page)}`)
  return page
}

async function settings (page, base) {
  const fill = async fields => { for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value) }
  await page.goto(`${base}/clinic/settings`)
  await whole(page, '/clinic/settings')
  await page.goto(`${base}/clinic/settings/staff`)
  await press(page, 'Give the role')
  await whole(page, '/clinic/settings/staff with an error')
  await page.goto(`${base}/clinic/settings/services`)
  await whole(page, '/clinic/settings/services without any')
  await page.goto(`${base}/clinic/settings/resources/new`)
  await press(page, 'Save')
  say('a name is asked for beside its field', (await problems(page)).length === 1 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'a new clinician with an error')
  await fill({ name: 'Clio Hill' })
  await page.selectOption('#account', { label: 'clio' })
  await press(page, 'Save')
  await page.locator('form.card').getByRole('button').click()
  await whole(page, 'hours with errors')
  for (const day of ['Monday', 'Wednesday']) await page.getByLabel(day).check()
  await fill({ from: '09:00', to: '12:30' })
  await press(page, 'Add the hours')
  say('hours are kept', (await text(page)).includes('Wednesday 09:00 to 12:30') ? '' : await text(page))
  await whole(page, 'a clinician with hours')
  await page.goto(`${base}/clinic/settings/resources`)
  await whole(page, '/clinic/settings/resources')
  await page.goto(`${base}/clinic/settings/services/new`)
  await fill({ name: 'First visit', minutes: '42' })
  await press(page, 'Save')
  await whole(page, 'a new service with errors')
  await fill({ minutes: '40' })
  await page.getByLabel('Clio Hill').check()
  await press(page, 'Save')
  say('a service is offered', (await text(page)).includes('First visit') ? '' : await text(page))
  await whole(page, '/clinic/settings/services')
  await page.goto(`${base}/clinic/closures`)
  await press(page, 'Add')
  await whole(page, '/clinic/closures with errors')
  const year = new Date().getFullYear() + 1
  await page.selectOption('#resource', { label: 'The whole clinic' })
  await fill({ from: `${year}-12-24`, to: `${year}-12-26`, reason: 'Christmas' })
  await press(page, 'Add')
  say('a closure is listed', (await text(page)).includes('The whole clinic: Christmas') ? '' : await text(page))
  await whole(page, '/clinic/closures')
}

async function telephone (page, base) {
  await page.goto(`${base}/clinic/requests/new`)
  await whole(page, 'who calls')
  await page.goto(`${base}/clinic/people/new?then=request`)
  await press(page, 'Add')
  await whole(page, 'a new person with an error')
  await page.fill('#name', 'Bob Dale')
  await page.fill('#born', '1951-03-31')
  await page.fill('#phone', '020 7946 0000')
  await press(page, 'Add')
  say('whoever is added on the telephone is asked at once', here(page) === '/clinic/requests/new' ? '' : here(page))
  await whole(page, 'a request by telephone')
  await press(page, 'Take the request')
  say('each list of danger signs must be asked', (await problems(page)).length === 3 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'a request by telephone with errors')
  await page.locator('#call_now-cold_leg').check()
  await page.fill('#complaint', 'One foot went cold and white an hour ago.')
  await press(page, 'Take the request')
  say('one sign of danger makes an emergency', (await text(page)).includes('Emergency. Call Bob Dale now') ? '' : await text(page))
  say('the front desk reads no complaint', (await text(page)).includes('cold and white') ? 'it does' : '')
  await whole(page, 'an emergency at the front desk')
  await page.goto(`${base}/clinic/people/new`)
  await page.fill('#name', 'bob dale')
  await press(page, 'Add')
  await whole(page, 'somebody of the same name')
  await page.goto(`${base}/clinic/people`)
  await whole(page, '/clinic/people')
  await page.getByRole('link', { name: 'Bob Dale' }).click()
  await whole(page, 'a contact')
  await page.goto(`${base}/clinic/settings`)
  say('the front desk sets nothing up', (await text(page)).includes('Your role does not allow this') ? '' : await text(page))
  await whole(page, 'a page for another role')
}

/** An administrator deletes somebody whom the front desk added by mistake. */
async function deletes (page, base) {
  await page.goto(`${base}/clinic/people`)
  const contact = await page.getByRole('link', { name: 'Bob Dale' }).first().getAttribute('href')
  await page.goto(`${base}${contact.split('/').slice(0, 4).join('/')}/contact`)
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Delete everything of Bob Dale' }).click()])
  say('the name to write stands beside its field', await page.locator('#name-hint').innerText() === 'Bob Dale' ? '' : await text(page))
  await whole(page, 'deleting somebody')
  await press(page, 'Delete everything')
  say('the name must be written', (await problems(page)).length === 1 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'deleting somebody with an error')
  await page.fill('#name', 'Bob Dale')
  await press(page, 'Delete everything')
  say('a receipt is given', (await text(page)).includes('Everything is deleted') ? '' : await text(page))
  await whole(page, 'the receipt of a deletion')
}

async function person (page, base) {
  await page.goto(`${base}/share`)
  await whole(page, '/share')
  await press(page, 'Share')
  await whole(page, '/share with an error')
  await page.selectOption('#clinic', { label: 'Hill Street' })
  await page.fill('#phone', '020 7946 0001')
  await page.check('#consent')
  await press(page, 'Share')
  say('the person shares', (await text(page)).includes('May look since') ? '' : await text(page))
  await walk(page, base, ORDINARY)
  await page.goto(`${base}/check/result`)
  await whole(page, 'a result that can be sent')
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Send to Hill Street' }).click()])
  await whole(page, 'sending a check')
  await page.fill('#complaint', 'My calf cramps most nights.')
  await page.fill('#wish', 'To sleep through.')
  await press(page, 'Send')
  say('the request waits', here(page) === '/requests' && (await text(page)).includes('It waits at the clinic') ? '' : await text(page))
  await whole(page, '/requests')
}

async function clinician (page, desk, base) {
  await page.goto(`${base}/clinic`)
  const first = await page.locator('.requests li').first().innerText()
  say('the emergency comes first, with its red flags', first.includes('Bob Dale') && first.includes('Emergency') && /red flag/.test(first) ? '' : first)
  await whole(page, '/clinic with requests')
  await check('a request worked on with the keyboard alone', async () => {
    await page.getByRole('link', { name: 'Anna' }).focus()
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
    return (await text(page)).includes('My calf cramps most nights.') ? '' : await text(page)
  })
  const request = page.url()
  await whole(page, 'a request before a clinician')
  await press(page, 'I take it')
  await page.fill('#note-text', 'Ask about her statin.')
  await press(page, 'Add the note')
  await press(page, 'Judge anew')
  await whole(page, 'judging anew without a reason')
  await page.getByLabel('Could not be reached').check()
  await press(page, 'Close it')
  say('closing needs its words', (await problems(page)).length === 1 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'closing without words')
  await Promise.all([page.waitForNavigation(), page.locator('.theme button:visible').click()])
  say('the Night switch comes back to the page of a form', page.url() === request ? '' : page.url())
  await desk.goto(request)
  say('the front desk reads no words of clinicians', (await text(desk)).includes('statin') ? 'it does' : '')
  await page.goto(request)
  await page.locator('#close-advised').check()
  await press(page, 'Close it')
  await whole(page, 'a closed request')
  await page.goto(`${base}/clinic`)
  await page.getByText('Show 1').click()
  await whole(page, '/clinic with a closed request')
}

async function emergency (person, clinician, base) {
  await person.goto(`${base}/share`)
  say('the person sees who looked', (await text(person)).includes('Staff of Hill Street') ? '' : await text(person))
  await whole(person, '/share with looks')
  await press(person, 'End sharing')
  await clinician.goto(`${base}/clinic`)
  await clinician.getByText('Show 1').click()
  await Promise.all([clinician.waitForNavigation(), clinician.getByRole('link', { name: 'Anna' }).click()])
  await whole(clinician, 'a request of somebody who shares no more')
  const closed = await clinician.getByRole('link', { name: 'Open the record in an emergency' }).getAttribute('href')
  await clinician.goto(base + closed.replace('/emergency', ''))
  await whole(clinician, 'a record that is closed')
  await Promise.all([clinician.waitForNavigation(), clinician.getByRole('link', { name: 'Open it in an emergency' }).click()])
  await press(clinician, 'Open the record')
  await whole(clinician, 'an emergency without a reason')
  await clinician.fill('#reason', 'Found on the floor, not answering.')
  await press(clinician, 'Open the record')
  say('the record opens, and says why', (await text(clinician)).includes('Opened in an emergency') ? '' : await text(clinician))
  await person.goto(`${base}/share`)
  say('the person reads the reason', (await text(person)).includes('Found on the floor') ? '' : await text(person))
  await whole(person, '/share after an emergency')
}
