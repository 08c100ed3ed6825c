// Loaded into every thread of a server by `--require`: writes a line into the file named in
// GC_WATCH_FILE for each run of the garbage collector, when it began and how long it took.

const fs = require('node:fs')
const { PerformanceObserver, performance } = require('node:perf_hooks')

const file = fs.openSync(process.env.GC_WATCH_FILE, 'a')
/** What the monotonic clock said, in milliseconds, when this thread's own began. */
const beginningMs = Number(process.hrtime.bigint()) / 1e6 - performance.now()

new PerformanceObserver((list) => {
  const lines = list.getEntries().map(({ startTime, duration }) => {
    return `${Math.round((beginningMs + startTime) * 1000)} ${Math.round(duration * 1000)}\n`
  })
  fs.writeSync(file, lines.join(''))
}).observe({ entryTypes: ['gc'] })
