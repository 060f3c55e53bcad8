// The night pages. Each works without this; with it, the timer runs and what is saved is safe without a network.
(function () {
  'use strict'
  var box = window.charley
  var name = document.body.dataset.page
  function id (what) { return document.getElementById(what) }
  function two (number) { return (number < 10 ? '0' : '') + number }
  function text (what, words) { if (id(what) && id(what).textContent !== words) id(what).textContent = words }

  if ('serviceWorker' in navigator) navigator.serviceWorker.register('/sw.js').catch(function () {})

  // The day it is there, as YYYY-MM-DD, some hours ago.
  function day (hours, days) {
    var at = new Date(Date.now() - hours * 3600000)
    var options = { year: 'numeric', month: '2-digit', day: '2-digit', timeZone: (box.state && box.state.zone) || box.zone() }
    var local
    try { local = new Intl.DateTimeFormat('en-CA', options).format(at) } catch (error) { local = new Intl.DateTimeFormat('en-CA').format(at) }
    var parts = local.split('-')
    return new Date(Date.UTC(+parts[0], parts[1] - 1, parts[2] - (days || 0))).toISOString().slice(0, 10)
  }

  // ── a cramp that is counted: id and start are kept in the address, so that a reload goes on counting ──
  var cramp = null
  function begin () {
    var asked = new URLSearchParams(location.search)
    var start = Date.parse(asked.get('at'))
    var goes = asked.get('id') && start <= Date.now() && Date.now() - start < 1800000
    cramp = { id: goes ? asked.get('id') : box.uuid(), start: goes ? start : Date.now(), mono: performance.now(), over: false }
    cramp.already = Date.now() - cramp.start
    var iso = new Date(cramp.start).toISOString()
    if (name === 'now') history.replaceState(null, '', '/now?id=' + cramp.id + '&at=' + iso)
    document.querySelectorAll('[name=id]').forEach(function (field) { field.value = cramp.id })
    document.querySelectorAll('[name=at]').forEach(function (field) { field.value = iso })
  }
  // The phone's clock may be set while the page is open; the page's own clock never goes back.
  function elapsed () {
    var own = cramp.already + performance.now() - cramp.mono
    return Math.max(own, Date.now() - cramp.start)
  }
  function minutes () {
    var whole = Math.floor(elapsed() / 60000)
    return whole <= 60 ? whole || 0.5 : null
  }

  if (name === 'now') {
    begin()
    var ten = id('ten')
    var said = -1
    ten.hidden = true
    text('clock-label', 'since it began')
    var tick = function () {
      if (cramp.over) return
      var seconds = Math.floor(elapsed() / 1000)
      var minute = Math.floor(seconds / 60)
      text('clock', minute + ':' + two(seconds % 60))
      if (minute >= 10 && ten.hidden) {
        text('ten-title', 'It has lasted 10 minutes')
        id('relief').insertBefore(ten, id('relief').querySelector('.steps'))
        ten.hidden = false
        ten.scrollIntoView({ block: 'nearest' })
        text('said', '10 minutes. Is the leg cold, swollen, numb or weak? Any chest pain? Then see whom to call.')
        said = minute
      } else if ([1, 2, 5].indexOf(minute) >= 0 && said !== minute) {
        said = minute
        text('said', minute === 1 ? '1 minute' : minute + ' minutes')
      }
    }
    tick()
    setInterval(tick, 500)
    // The copy of the call page on this phone shall know the right number.
    fetch('/now/call').then(function (answer) { return answer.text() }).catch(function () {})
    // Coming back to a page that has been used begins a new cramp.
    window.addEventListener('pageshow', function (event) { if (event.persisted && cramp.over) location.replace('/now') })
  } else if (name === 'call') begin()

  if (name === 'morning') {
    box.onchange(function () {
      var night = day(0, 1)
      document.querySelector('[name=night]').value = night
      text('night-words', new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(night + 'T00:00:00Z')))
    })
  }

  // ── saving ──
  var made = []
  function entries (form, pressed) {
    if (form.dataset.log === 'episode') {
      var danger = !!form.elements.danger
      var body = { kind: 'episode' }
      if (danger) body.danger = true
      else if (minutes() !== null) body.minutes = minutes()
      return [{ id: cramp.id, at: new Date(cramp.start).toISOString(), body: body }]
    }
    if (form.dataset.log === 'night') {
      var answers = { none: { exactly: 0 }, one: { exactly: 1 }, more: 'two_or_more', unknown: 'unknown' }
      var night = { kind: 'night', night: form.elements.night.value, cramps: answers[pressed] }
      if (form.elements.by_partner.checked) night.by_partner = true
      return [{ body: night }]
    }
    return Array.from(form.querySelectorAll('[name=did]:checked')).map(function (tick) {
      return { body: { kind: 'exposure', night: day(12), what: tick.value, done: true } }
    })
  }

  var PLACES = {
    sent: 'It is in your diary.',
    waiting: 'It waits on this phone. It is sent when there is a network.',
    unpaired: 'It waits on this phone, which is not paired with a diary now. See “This phone” in the morning.',
    none: 'It stays on this phone: this Charley keeps no diary.',
    reader: 'It stays on this phone: you may not write in this diary.'
  }
  var TITLES = { episode: 'Saved. Go back to sleep.', night: 'Saved. Good morning.', exposures: 'Saved. Good night.' }

  function done (kind, night) {
    text('done-title', TITLES[kind])
    id('done-rest').hidden = kind !== 'episode'
    id('done-again').hidden = kind !== 'episode'
    box.onchange(function (state) {
      var wrong = state.wrong.some(function (entry) { return made.indexOf(entry.id) >= 0 })
      var where = state.how === 'sent' && state.waiting ? 'waiting' : state.how
      if (made.length) text('done-where', wrong ? 'The diary did not take it. It stays here: see “This phone”.' : PLACES[where])
      if (kind === 'night' && state.reads && made.length) {
        id('done-more').href = '/log/night/' + night
        id('done-more').hidden = false
      }
    })
    id('relief').hidden = true
    id('done').hidden = false
    id('done').focus()
    window.scrollTo(0, 0)
    if (cramp) {
      cramp.over = true
      history.replaceState(null, '', location.pathname)
    }
    // A browser may ask the person for this. So never in the night, only with the calm pages.
    if (kind !== 'episode') keep()
  }

  document.querySelectorAll('form[data-log]').forEach(function (form) {
    var busy = false
    var pressed = ''
    form.addEventListener('click', function (event) { pressed = event.target.value || '' })
    form.addEventListener('submit', function (event) {
      if (!box.usable()) return
      event.preventDefault()
      if (busy) return
      var list = entries(form, pressed)
      if (!list.length) return
      busy = true
      box.add(list).then(function (ids) {
        made = ids
        done(form.dataset.log, form.elements.night && form.elements.night.value)
      }, function () {
        // This browser keeps nothing (a private window): send the form as without scripts.
        if (pressed) {
          var field = document.createElement('input')
          field.type = 'hidden'
          field.name = 'cramps'
          field.value = pressed
          form.appendChild(field)
        }
        form.submit()
      })
    })
  })
  if (id('done-undo')) {
    id('done-undo').addEventListener('click', function () {
      var ids = made
      made = []
      if (!ids.length) return
      box.undo(ids).then(function () {
        text('done-title', 'Taken back.')
        text('done-where', 'It does not count any more.')
        id('done-rest').hidden = id('done-undo').hidden = id('done-more').hidden = true
        id('done').focus()
      }, function () { made = ids })
    })
  }

  // Asks the browser not to clear this phone's store. Resolves with its answer; null when it can't be asked.
  function keep () {
    if (!navigator.storage || !navigator.storage.persist) return Promise.resolve(null)
    return navigator.storage.persisted().then(function (yes) { return yes || navigator.storage.persist() }).catch(function () { return null })
  }
  box.keep = keep
})()
