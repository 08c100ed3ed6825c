// What a person sees who opens the server's address: what it is, where its probes are, and how to
// ask it. Nothing of any account.

import type { Exchange, ServerReply } from './exchange.ts'

/** The page at `/`, as HTML for browsers and as text for all else. */
export function frontPage({ headers, secure }: Exchange, version: string | undefined): ServerReply {
  const name = version === undefined ? 'Copyhold' : `Copyhold ${version}`
  // The host was compared with the server's own names before.
  const url = `${secure ? 'https' : 'http'}://${String(headers.host)}`
  const isHtml = String(headers.accept ?? '').includes('text/html')
  const type = isHtml ? 'text/html' : 'text/plain'
  return {
    status: 200,
    headers: { 'content-type': `${type}; charset=utf-8`, 'x-content-type-options': 'nosniff' },
    body: isHtml ? html(name, url) : text(name, url),
  }
}

const WHAT = 'An open, self-hosted implementation of AWS Backup. This is its API.'

function text(name: string, url: string): string {
  return `${name}\n${WHAT}\n
  ${url}/readyz    whether it is ready
  ${url}/metrics   its numbers, for Prometheus\n
Ask it with the AWS command line:\n
  export AWS_ENDPOINT_URL_BACKUP=${url}
  aws backup list-backup-vaults\n`
}

function html(name: string, url: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title>
<h1>${name}</h1><p>${WHAT}</p>
<ul><li><a href="/readyz">/readyz</a> whether it is ready</li>
<li><a href="/metrics">/metrics</a> its numbers, for Prometheus</li></ul>
<p>Ask it with the AWS command line:</p>
<pre>export AWS_ENDPOINT_URL_BACKUP=${url}
aws backup list-backup-vaults</pre></html>
`
}
