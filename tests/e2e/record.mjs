// A record of the clinic: intake to hand-over, from a clinician's side and the person's. SHOTS=folder keeps a picture of every
// page, and the printed sheets.
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { press, whole } from './account.mjs'
import { MOST_BYTES, check, pdfPages, say, weigh } from './checks.mjs'
import { atClinic, here, invited, problems, secondFactor, text } from './desk.mjs'
import { ORDINARY, walk } from './walk.mjs'

const today = (ago = 0) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10)

export async function record (browser, binary) {
  await atClinic(browser, binary, async ({ anna, base, open }) => {
    await anna.goto(`${base}/clinic`)
    await secondFactor(anna, false)
    const clio = await invited(anna, base, open, 'clio', 'clinician')
    await nights(anna, base)
    await asks(anna, base)
    const place = await opens(clio, base)
    await intake(clio, place)
    await laboratory(clio, place)
    await medicines(clio, place)
    await vascular(clio, place)
    await evaluation(clio, place)
    await plan(clio, place)
    await conflict(clio, place)
    await treatments(clio, place)
    await followUp(clio, place, base)
    await handover(clio, place)
    await own(anna, base)
    for (const tab of ['', '/intake', '/laboratory', '/vascular', '/plan', '/handover']) {
      const bytes = await weigh(browser, await clio.context().cookies(), place + tab)
      // The sheets for clinicians are long: twice the weight of a page for people.
      say(`record${tab}: at most ${2 * MOST_BYTES / 1000} kB with styles and script`, bytes > 2 * MOST_BYTES ? `${bytes} bytes` : '')
    }
  })
}

/** A year of nights: a cramp of the left leg each second night until the treatment 60 days ago, and each sixth since. */
async function nights (page, base) {
  const entries = []
  for (let ago = 200; ago > 0; ago--) {
    if (ago % 11 === 0) continue
    const night = today(ago)
    const at = hour => `${today(ago - 1)}T0${hour}:10:00Z`
    const sides = [...(ago % (ago > 60 ? 2 : 6) === 0 ? ['left'] : []), ...(ago % 5 === 0 ? ['right'] : [])]
    sides.forEach((side, index) => entries.push({ at: at(2 + index), body: { kind: 'episode', start: at(2 + index), minutes: 4, side } }))
    entries.push({ at: at(7), body: { kind: 'night', night, cramps: { exactly: sides.length } } })
  }
  entries.push({ at: `${today(60)}T12:00:00Z`, body: { kind: 'change', date: today(60), what: 'Magnesium', how: 'started' } })
  const full = entries.map(entry => ({ id: randomUUID(), zone: 'Europe/London', ...entry }))
  const reply = await page.request.post(`${base}/api/diary`, { data: { entries: full }, headers: { 'sec-fetch-site': 'same-origin' } })
  say('the nights are kept', reply.ok() ? '' : `${reply.status()} ${(await reply.text()).slice(0, 400)}`)
}

async function asks (page, base) {
  await page.goto(`${base}/share`)
  await page.selectOption('#clinic', { label: 'Hill Street' })
  await page.fill('#born', '1958-02-14')
  await page.fill('#phone', '020 7946 0001')
  await page.check('#consent')
  await press(page, 'Share')
  await page.goto(`${base}/plan`)
  await whole(page, '/plan without one')
  await walk(page, base, ORDINARY)
  await page.goto(`${base}/check/result`)
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Send to Hill Street' }).click()])
  await page.fill('#complaint', 'My left calf cramps most nights. It tears, and it stays sore all the next day.')
  await page.fill('#wish', 'To sleep through, and to walk to the shop again.')
  await press(page, 'Send')
}

async function opens (page, base) {
  await page.goto(`${base}/clinic/people`)
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Anna', exact: true }).click()])
  say('the overview begins with their own words', (await text(page)).includes('It tears, and it stays sore') ? '' : await text(page))
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  await whole(page, 'a record')
  return page.url()
}

async function intake (page, place) {
  await page.goto(`${place}/intake`)
  await whole(page, 'intake')
  await page.fill('#more', 'potassium = 4 lux')
  await press(page, 'Save and evaluate')
  await whole(page, 'intake with an error')
  await page.fill('#more', '')
  await page.fill('#illnesses', 'hypertension\ntype 2 diabetes\nosteoarthritis')
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  for (const [name, value] of Object.entries({ leg_cramps: 'yes', visible_varicose_veins: 'yes', leg_swelling: 'yes' })) {
    await page.locator(`[name="${name}"]`).first().selectOption(value)
  }
  await page.locator('[name="all_clear"]').check()
  await press(page, 'Save and evaluate')
  say('intake leads to the evaluation', here(page).endsWith('/evaluation') ? '' : `${here(page)} ${await problems(page)}`)
}

async function laboratory (page, place) {
  const panel = async (date, values) => {
    await page.goto(`${place}/laboratory`)
    await page.fill('#date', date)
    for (const [id, value] of Object.entries(values)) await page.fill(`[name="v.${id}"]`, value)
    await press(page, 'Save and evaluate')
  }
  await page.goto(`${place}/laboratory`)
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  await whole(page, 'laboratory without results')
  await panel(today(90), { potassium: '4.1', sodium: '139', creatinine: '88', calcium: '2.31', albumin: '40', magnesium: '0.8' })
  await panel(today(7), { potassium: 'low', sodium: '1390' })
  say('each wrong value is named', (await problems(page)).length === 2 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'laboratory with errors')
  await panel(today(7), { potassium: '2.4', sodium: '131', creatinine: '120', calcium: '2.05', albumin: '30', magnesium: '0.5' })
  await page.goto(`${place}/laboratory`)
  say('a dangerous value is shouted', (await page.getByRole('alert').first().innerText()).includes('otassium') ? '' : await text(page))
  await whole(page, 'laboratory with a dangerous value')
  await page.fill('#text', 'Ferritin 18 ug/L (30 - 300) L\nVitamin B12 350 ng/L\nCreatinine 1.1\nSunshine 7 lux')
  await page.locator('form[enctype] [name="date"]').fill(today(2))
  await press(page, 'Look at it first')
  await whole(page, 'pasted results before they are added')
  await press(page, 'Add 2 results')
  say('pasted results are added', here(page).endsWith('/evaluation') ? '' : await text(page))
}

async function medicines (page, place) {
  await page.goto(`${place}/medicines`)
  await whole(page, 'medicines of the person')
  await page.fill('#medicines', ['bendroflumethiazide 2.5 mg', 'salbutamol inhaler', 'atorvastatin 40 mg at night', 'metformin 500 mg', 'lisinopril 10 mg', 'amlodipine', 'zzyzx drops'].join('\n'))
  await press(page, 'Save and review')
  await page.locator('[name="b0"]').selectOption('shortly_before')
  await press(page, 'Save and review')
  say('the list ends in questions', (await text(page)).includes('?') ? '' : await text(page))
  await whole(page, 'medicines, reviewed')
  await page.goto(`${place}/medicines/note`)
  await whole(page, 'a note to the prescriber')
}

async function vascular (page, place) {
  await page.goto(`${place}/vascular`)
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  await whole(page, 'vascular tests, empty')
  await page.fill('#date', today(5))
  const legs = { 'arms.left': '128', 'arms.right': '132', 'left.dp': '130', 'left.pt': '126', 'left.toe': '98', 'right.dp': '62', 'right.pt': '58', 'right.toe': '34' }
  for (const [name, value] of Object.entries(legs)) await page.fill(`[name="${name}"]`, value)
  await page.locator('[name^="left.ms."]').first().fill('1200')
  await page.locator('[name="left.class"]').selectOption({ index: 4 })
  await page.locator('[name="left.score.0"]').selectOption({ index: 2 })
  await press(page, 'Save and evaluate')
  say('half a score is no score', (await problems(page)).length === 1 ? '' : (await problems(page)).join(' | '))
  await whole(page, 'vascular tests with an error')
  for (let at = 0; at < 10; at++) await page.locator(`[name="left.score.${at}"]`).selectOption({ index: 1 + at % 4 })
  await page.locator('[name="wells.scored"]').check()
  await press(page, 'Save and evaluate')
  await page.goto(`${place}/vascular`)
  say('poor arteries bar stockings', (await text(page)).includes('Compression is barred') ? '' : await text(page))
  await whole(page, 'vascular tests, judged')
}

async function evaluation (page, place) {
  await page.goto(`${place}/evaluation?saved=vascular`)
  say('the evaluation says what changed', (await text(page)).includes('What changed since') ? '' : await text(page))
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  await whole(page, 'an evaluation')
}

async function plan (page, place) {
  await page.goto(`${place}/plan`)
  await whole(page, 'a plan, empty')
  await page.locator('#goals').evaluate(field => field.removeAttribute('required'))
  await press(page, 'Save the plan')
  await whole(page, 'a plan without a goal')
  await page.fill('#goals', 'To sleep through five nights a week\nTo walk to the shop')
  await page.fill('#advice', 'Ring us when a leg swells. Bring your night log.')
  await page.fill('#began', today(30))
  const boxes = page.locator('[name="chosen"]')
  for (let at = 0; at < Math.min(8, await boxes.count()); at++) await boxes.nth(at).check()
  await press(page, 'Save the plan')
  say('the plan is kept', (await text(page)).includes('Not signed') ? '' : (await problems(page)).join(' | '))
  await whole(page, 'a plan to sign')
  await press(page, 'Sign version 1')
  await whole(page, 'the copy for the person')
}

async function conflict (page, place) {
  const other = await page.context().newPage()
  await other.goto(`${place}/intake`)
  await page.goto(`${place}/intake`)
  await page.fill('#complaint', 'Left calf, most nights.')
  await press(page, 'Save and evaluate')
  await other.fill('#complaint', 'Right calf, since the summer.')
  await press(other, 'Save and evaluate')
  say('whoever saves second sees both', (await text(other)).includes('Yours (not saved)') ? '' : await text(other))
  await whole(other, 'two who save the same document')
  await press(other, 'Save yours as version')
  say('and saves theirs on purpose', here(other).endsWith('/evaluation') ? '' : await text(other))
  await other.close()
}

async function treatments (page, place) {
  await page.goto(`${place}/treatments`)
  await whole(page, 'treatments, none')
  await page.selectOption('#leg', 'left')
  await page.selectOption('#procedure', 'laser')
  await page.fill('#date', today(60))
  await page.fill('#note', 'Great saphenous vein')
  await press(page, 'Save')
  say('both legs are counted', (await text(page)).includes('Right leg, not treated') ? '' : await text(page))
  await whole(page, 'treatments with counts of both legs')
}

async function followUp (page, place, base) {
  await page.goto(`${base}/clinic/follow-up`)
  await whole(page, '/clinic/follow-up')
  await Promise.all([page.waitForNavigation(), page.getByRole('link', { name: 'Anna' }).first().click()])
  await page.fill('#nights', '')
  await press(page, 'Save the answers')
  await whole(page, 'a follow-up with an error')
  await page.fill('#nights', '14')
  await page.selectOption('#change', { index: 1 })
  await page.fill('#sleep', '3')
  await page.locator('#harm').check()
  await press(page, 'Save the answers')
  say('the follow-up is recorded', here(page) === '/clinic/follow-up' ? '' : (await problems(page)).join(' | '))
  await page.goto(`${base}/clinic/outcomes`)
  say('outcomes carry their denominators', (await text(page)).includes('1 of 1') ? '' : await text(page))
  await whole(page, '/clinic/outcomes')
  await page.goto(place)
  await page.locator('main details').evaluateAll(all => all.forEach(one => { one.open = true }))
  await whole(page, 'a full record')
}

/** Prints a page; it must fit on one A4. */
async function sheet (page, name) {
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true })
  say(`${name} prints on one A4`, pdfPages(pdf) === 1 ? '' : `${pdfPages(pdf)} pages`)
  if (process.env.SHOTS) writeFileSync(join(process.env.SHOTS, `${name.replace(/\W+/g, '-')}.pdf`), pdf)
}

async function handover (page, place) {
  // The longest that there is: every part overflows its bounds.
  await page.goto(`${place}/intake`)
  await page.fill('#complaint', 'My left calf cramps most nights, it tears, and it stays sore all the next day. '.repeat(12))
  await page.fill('#wish', 'To sleep through, and to walk to the shop again without fear. '.repeat(8))
  await page.fill('#illnesses', ['hypertension', 'type 2 diabetes', 'osteoarthritis', 'asthma', 'gout', 'hypothyroidism', 'chronic kidney disease', 'heart failure', 'migraine', 'glaucoma', 'eczema', 'depression'].join('\n'))
  await press(page, 'Save and evaluate')
  await page.goto(`${place}/medicines`)
  const list = ['bendroflumethiazide 2.5 mg', 'furosemide 40 mg', 'salbutamol inhaler when needed', 'salmeterol inhaler twice a day', 'atorvastatin 40 mg at night', 'lisinopril 10 mg', 'metformin 500 mg', 'raloxifene 60 mg', 'amlodipine 5 mg', 'paracetamol 1 g', 'allopurinol 100 mg', 'levothyroxine 75 micrograms', 'omeprazole 20 mg', 'sertraline 50 mg', 'latanoprost eye drops', 'senna at night', 'vitamin D 1000 units', 'a cream that somebody recommended to me on the ferry']
  await page.fill('#medicines', list.join('\n'))
  await press(page, 'Save and review')
  await page.goto(`${place}/handover`)
  say('what does not fit is counted', /and \d+ more/.test(await text(page)) ? '' : await text(page))
  await whole(page, 'a hand-over')
  await sheet(page, 'the longest hand-over of a clinic')
  await page.goto(`${place}/medicines/note`)
  await page.goto(`${place}/plan/copy`)
  await sheet(page, 'the copy of a plan')
}

async function own (page, base) {
  await page.goto(`${base}/plan`)
  say('the person reads the signed plan', (await text(page)).includes('To walk to the shop') ? '' : await text(page))
  await whole(page, '/plan')
  await page.goto(`${base}/handover`)
  await whole(page, '/handover')
  await check('own words go on the sheet', async () => {
    await page.getByText('Put your own words on it').click()
    await page.fill('#complaint', 'It tears at my calf. '.repeat(60))
    await page.fill('#wish', 'To sleep. '.repeat(60))
    await press(page, 'Put it on the sheet')
    return (await page.locator('.sheet').innerText()).includes('It tears at my calf') ? '' : await text(page)
  })
  await whole(page, '/handover with own words')
  await sheet(page, 'the hand-over of a person')
  await page.goto(`${base}/share`)
  say('the person sees who looked', (await text(page)).includes('Staff of Hill Street') ? '' : await text(page))
}
