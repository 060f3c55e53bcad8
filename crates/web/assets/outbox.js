// The outbox. An entry is written to this phone's disk first and leaves it only when the diary has said that it has it.
// An entry keeps its id through every retry, so sending it twice is harmless.
(function () {
  'use strict'
  var BATCH = 50
  var FIRST_WAIT = 4000
  var LONGEST_WAIT = 300000
  var RECEIPTS = ['stored', 'known', 'disputed', 'deleted']
  var opening = null
  var listeners = []
  var state = { how: 'waiting', waiting: 0, wrong: [], last: null, zone: null, reads: false }

  function uuid () {
    // Pages on a plain address have no randomUUID.
    if (crypto.randomUUID) return crypto.randomUUID()
    var bytes = crypto.getRandomValues(new Uint8Array(16))
    bytes[6] = (bytes[6] & 15) | 64
    bytes[8] = (bytes[8] & 63) | 128
    var hex = Array.from(bytes, function (byte) { return (byte + 256).toString(16).slice(1) }).join('')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }

  function zone () {
    try { return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC' } catch (error) { return 'UTC' }
  }

  function open () {
    if (!opening) {
      opening = new Promise(function (resolve, reject) {
        var request = indexedDB.open('charley-outbox', 1)
        request.onupgradeneeded = function () {
          request.result.createObjectStore('entries', { keyPath: 'id' })
          request.result.createObjectStore('meta')
        }
        request.onsuccess = function () {
          request.result.onclose = request.result.onversionchange = function () { request.result.close(); opening = null }
          resolve(request.result)
        }
        request.onerror = function () { reject(request.error) }
      })
      opening.catch(function () { opening = null })
    }
    return opening
  }

  // One transaction, done when it is on the disk. `work` gets the entries in order of making, the meta store, what is
  // known there, and a function that sets the result.
  function inside (work) {
    return open().then(function (db) {
      return new Promise(function (resolve, reject) {
        var result
        var tx = db.transaction(['entries', 'meta'], 'readwrite', { durability: 'strict' })
        var box = tx.objectStore('entries')
        var meta = tx.objectStore('meta')
        tx.oncomplete = function () { resolve(result) }
        tx.onabort = tx.onerror = function () { reject(tx.error) }
        meta.get('known').onsuccess = function (event) {
          var known = event.target.result || { count: 0 }
          box.getAll().onsuccess = function (found) {
            var all = found.target.result.sort(function (a, b) { return a.count - b.count })
            work(box, all, known, function (value) { result = value })
            meta.put(known, 'known')
          }
        }
      })
    })
  }

  function put (box, all, known, entry) {
    if (all.some(function (kept) { return kept.id === entry.id })) return
    known.count += 1
    box.add({ id: entry.id, at: entry.at, zone: entry.zone, body: entry.body, count: known.count, person: known.person || null, tried: false, wrong: '' })
  }

  // Entries are {body}, perhaps with id and at. Resolves with their ids once they are safe.
  function add (entries) {
    var whole = entries.map(function (entry) {
      return { id: entry.id || uuid(), at: entry.at || new Date().toISOString(), zone: zone(), body: entry.body }
    })
    return inside(function (box, all, known) {
      whole.forEach(function (entry) { put(box, all, known, entry) })
    }).then(function () {
      count().then(flush)
      return whole.map(function (entry) { return entry.id })
    })
  }

  // What never left the phone is dropped; for what may have arrived an undo is sent after it.
  function undo (ids) {
    return inside(function (box, all, known) {
      ids.forEach(function (id) {
        var kept = all.find(function (entry) { return entry.id === id })
        if (kept && !kept.tried) return box.delete(id)
        put(box, all, known, { id: uuid(), at: new Date().toISOString(), zone: zone(), body: { kind: 'undo', target: id } })
      })
    }).then(function () { count().then(flush) })
  }

  // Somebody decides about an entry that could not be sent: again, or away with it.
  function decide (id, again) {
    return inside(function (box, all, known) {
      var kept = all.find(function (entry) { return entry.id === id })
      if (!kept) return
      if (!again) return box.delete(id)
      kept.wrong = ''
      kept.person = known.person || null
      box.put(kept)
    }).then(count).then(flush)
  }

  function other (entry, known) { return entry.person && known.person && entry.person !== known.person }

  function count () {
    return inside(function (box, all, known, give) {
      state.wrong = all.filter(function (entry) { return entry.wrong || other(entry, known) }).map(function (entry) {
        return { id: entry.id, at: entry.at, body: entry.body, why: entry.wrong || 'It was made for another diary.' }
      })
      state.waiting = all.length - state.wrong.length
      state.last = known.last || null
      state.zone = known.zone || null
    }).then(tell)
  }

  function tell () { listeners.forEach(function (listener) { listener(state) }) }

  function post (body) {
    var stop = window.AbortController ? new AbortController() : null
    var timer = setTimeout(function () { if (stop) stop.abort() }, 20000)
    return fetch('/api/diary', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      signal: stop ? stop.signal : undefined
    }).then(function (response) {
      return response.json().catch(function () { return {} }).then(function (answer) { return { status: response.status, answer: answer } })
    }).finally(function () { clearTimeout(timer) })
  }

  // The next entries to send. They are marked as tried before they leave, so that an undo knows.
  function take (most) {
    return inside(function (box, all, known, give) {
      var fit = all.filter(function (entry) { return !entry.wrong && !other(entry, known) }).slice(0, most)
      fit.forEach(function (entry) { entry.tried = true; box.put(entry) })
      give({ list: fit, person: known.person })
    })
  }

  function settle (batch, change) {
    return inside(function (box, all, known) {
      var ids = batch.map(function (entry) { return entry.id })
      all.filter(function (entry) { return ids.indexOf(entry.id) >= 0 }).forEach(function (entry) { change(entry, box) })
      if (change === drop) known.last = new Date().toISOString()
    })
  }
  function drop (entry, box) { box.delete(entry.id) }
  function untry (entry, box) { entry.tried = false; box.put(entry) }

  function why (answer) {
    var fields = Array.isArray(answer.fields) ? answer.fields.map(function (field) { return field.problem }) : []
    return fields.concat(answer.error || 'The diary refused it.')[0]
  }

  // Resolves with how it went: sent, waiting (no answer), unpaired, none (no diary there).
  function round (most) {
    return take(most).then(function (taken) {
      var batch = taken.list
      if (!batch.length) return 'sent'
      var entries = batch.map(function (entry) { return { id: entry.id, at: entry.at, zone: entry.zone, body: entry.body } })
      return post({ entries: entries, person: taken.person }).then(function (reply) {
        var receipts = reply.answer.receipts
        var whole = Array.isArray(receipts) && receipts.length === batch.length && receipts.every(function (one) { return RECEIPTS.indexOf(one) >= 0 })
        // Anything but a receipt for each, such as the page of a hotel network, is no answer.
        if (reply.status === 200 && whole) return settle(batch, drop).then(function () { return round(most) })
        if (reply.status === 401) return settle(batch, untry).then(function () { return 'unpaired' })
        if (reply.status === 404) return settle(batch, untry).then(function () { return 'none' })
        if (reply.status === 409) return settle(batch, untry).then(function () { return 'waiting' })
        if ([400, 403, 413, 422].indexOf(reply.status) < 0) return 'waiting'
        // One bad entry holds back nobody: send them one by one and set the bad one aside.
        if (batch.length > 1) return settle(batch, untry).then(function () { return round(1) })
        return settle(batch, function (entry, box) {
          entry.tried = false
          entry.wrong = why(reply.answer)
          box.put(entry)
        }).then(function () { return round(most) })
      })
    })
  }

  // First asks whose diary this is now, then sends.
  function send () {
    return post({ entries: [] }).then(function (reply) {
      if (reply.status === 401) return 'unpaired'
      if (reply.status === 404) return 'none'
      if (reply.status === 403) return 'reader'
      if (reply.status !== 200 || typeof reply.answer.person !== 'string') return 'waiting'
      state.reads = reply.answer.reads === true
      return inside(function (box, all, known) {
        known.person = reply.answer.person
        known.zone = reply.answer.zone
      }).then(function () { return round(BATCH) })
    }).catch(function () { return 'waiting' })
  }

  var running = null
  var again = false
  var wait = FIRST_WAIT
  var timer = 0

  function flush () {
    if (running) {
      again = true
      return running
    }
    clearTimeout(timer)
    // One tab sends at a time. Without locks two may send the same: the ids keep it harmless.
    var locked = navigator.locks ? function () { return navigator.locks.request('charley-outbox', send) } : send
    running = Promise.resolve().then(locked).then(function (how) {
      state.how = how
    }, function () { state.how = 'waiting' }).then(count).catch(function () {}).then(function () {
      running = null
      if (again) {
        again = false
        return flush()
      }
      if (state.how === 'waiting' && state.waiting) {
        timer = setTimeout(flush, wait * (0.75 + Math.random() / 2))
        wait = Math.min(2 * wait, LONGEST_WAIT)
      } else wait = FIRST_WAIT
    })
    return running
  }

  function soon () {
    wait = FIRST_WAIT
    flush()
  }
  window.addEventListener('online', soon)
  window.addEventListener('pageshow', function (event) { if (event.persisted) soon() })
  document.addEventListener('visibilitychange', function () { if (document.visibilityState === 'visible') soon() })

  window.charley = {
    add: add,
    undo: undo,
    decide: decide,
    flush: soon,
    uuid: uuid,
    zone: zone,
    state: state,
    onchange: function (listener) { listeners.push(listener); listener(state) },
    usable: function () { return !!window.indexedDB }
  }
  if (window.indexedDB) count().then(flush, function () {})
})()
