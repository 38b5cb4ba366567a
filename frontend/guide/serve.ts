/** Development only: wraps guide pages in the frame, expands `{% icon "name" %}`, and answers the islands with made-up data. */
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const frameFile = fileURLToPath(new URL('./_frame.html', import.meta.url))
const CENTRE = [114.25, 22.72] as const

function ring(lon: number, lat: number, radius: number, seed: number): number[][] {
  const points = Array.from({ length: 40 }, (_, index) => {
    const angle = (index / 40) * 2 * Math.PI
    const reach = radius * (1 + 0.16 * Math.sin(angle * 3 + seed) + 0.08 * Math.cos(angle * 7 + seed * 2))
    return [lon + reach * 1.35 * Math.cos(angle), lat + reach * 0.8 * Math.sin(angle)]
  })
  return [...points, points[0] ?? []]
}

const feature = (geometry: object, properties: object = {}): object => ({ type: 'Feature', geometry, properties })
const polygon = (lon: number, lat: number, radius: number, seed: number, properties: object): object => feature({ type: 'Polygon', coordinates: [ring(lon, lat, radius, seed)] }, properties)
const collection = (features: object[]): object => ({ type: 'FeatureCollection', features })
const wave = (n: number): number => { const x = Math.sin(n * 12.9898) * 43758.5453; return x - Math.floor(x) }

function line(from: number[], to: number[], bend: number): object {
  const coordinates = Array.from({ length: 24 }, (_, index) => {
    const part = index / 23
    const [x0 = 0, y0 = 0] = from
    const [x1 = 0, y1 = 0] = to
    return [x0 + (x1 - x0) * part, y0 + (y1 - y0) * part + bend * Math.sin(part * Math.PI * 1.5)]
  })
  return feature({ type: 'LineString', coordinates })
}

function points(count: number, seed: number, names: readonly string[], levels: readonly string[]): object {
  return collection(Array.from({ length: count }, (_, index) => {
    const angle = wave(index + seed) * 2 * Math.PI
    const reach = Math.sqrt(wave(index * 3 + seed)) * 0.09
    const at = [CENTRE[0] + reach * 1.3 * Math.cos(angle), CENTRE[1] + reach * 0.75 * Math.sin(angle)]
    return feature({ type: 'Point', coordinates: at }, { name: `${names[index % names.length]}${index + 1}`, level: levels[Math.floor(wave(index * 7 + seed) * levels.length)], url: '/guide/sheet.html' })
  }))
}

const [lon, lat] = CENTRE
const MOCKS: Record<string, () => object> = {
  '/map/base/districts.json': () => collection([polygon(lon, lat, 0.12, 1, { name: '安和区' })]),
  '/map/base/streets.json': () => collection([['东塘街道', -0.06, 0.03], ['南澳街道', 0.05, -0.035], ['北岭街道', 0.03, 0.045], ['西河街道', -0.05, -0.03]].map(([name, dx, dy], index) => polygon(lon + Number(dx), lat + Number(dy), 0.045, index, { name }))),
  '/map/base/roads.json': () => collection(Array.from({ length: 26 }, (_, index) => index % 2 ? line([lon - 0.15, lat - 0.09 + index * 0.0075], [lon + 0.15, lat - 0.1 + index * 0.008], 0.01 * wave(index)) : line([lon - 0.15 + index * 0.0125, lat - 0.09], [lon - 0.13 + index * 0.011, lat + 0.1], 0.006 * wave(index)))),
  '/map/base/water.json': () => collection([line([lon - 0.16, lat + 0.05], [lon + 0.16, lat - 0.06], 0.03), polygon(lon + 0.06, lat + 0.03, 0.014, 4, { name: '东塘水库' })]),
  '/map/layers.json': () => [
    { key: 'warnings.alarm', label: '未解除告警', group: '预警', url: '/map/data/alarms.json', kind: 'point', colour_by: 'level', visible: true },
    { key: 'devices.channel', label: '水位站', group: '感知', url: '/map/data/gauges.json', kind: 'point', colour_by: 'level', visible: true },
    { key: 'teams', label: '救援队伍', group: '资源', url: '/map/data/teams.json', kind: 'point', colour_by: null, visible: true },
    { key: 'shelters', label: '避难场所', group: '资源', url: '/map/data/shelters.json', kind: 'point', colour_by: null, visible: false },
    { key: 'hazards.area', label: '地灾隐患区', group: '三防', url: '/map/data/areas.json', kind: 'polygon', colour_by: 'level', visible: true },
  ],
  '/map/data/alarms.json': () => points(14, 3, ['涵洞', '下沉广场'], ['red', 'orange', 'orange', 'yellow', 'blue']),
  '/map/data/gauges.json': () => points(120, 11, ['水位站'], ['grey', 'grey', 'grey', 'grey', 'grey', 'grey', 'blue']),
  '/map/data/teams.json': () => points(16, 29, ['抢险队'], ['grey']),
  '/map/data/shelters.json': () => points(24, 41, ['避难场所'], ['grey']),
  '/map/data/areas.json': () => collection([polygon(lon - 0.055, lat + 0.035, 0.012, 3, { name: '北坡', level: 'orange', url: '/guide/sheet.html' }), polygon(lon + 0.04, lat - 0.04, 0.01, 6, { name: '南坡', level: 'yellow', url: '/guide/sheet.html' })]),
}

function series(): object {
  const end = Date.now()
  const value = (index: number): number => Math.max(0, 0.04 + 0.42 / (1 + Math.exp(-(index - 62) / 4)) + 0.012 * wave(index) - (index < 50 ? 0.03 : 0))
  const at = (index: number): [number, number] => [end - (72 - index) * 300_000, Number(value(index).toFixed(3))]
  return {
    name: '布吉路涵洞 积水深度', unit: 'm', points: Array.from({ length: 73 }, (_, index) => at(index)),
    forecast: Array.from({ length: 13 }, (_, index) => [end + index * 300_000, Number((value(72) + 0.006 * index).toFixed(3))]),
    ladder: [{ level: 'red', raise: 0.4, clear: 0.35 }, { level: 'orange', raise: 0.27, clear: 0.22 }, { level: 'yellow', raise: 0.15, clear: 0.12 }],
  }
}

function events(answer: ServerResponse): void {
  answer.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  answer.write('event: ping\ndata: {}\n\n')
  const timer = setInterval(() => answer.write('event: ping\ndata: {}\n\n'), 15_000)
  answer.on('close', () => clearInterval(timer))
}

function reply(request: IncomingMessage, answer: ServerResponse, next: () => void): void {
  const path = (request.url ?? '').split('?')[0] ?? ''
  const made = MOCKS[path] ?? (/^\/api\/channels\/[^/]+\/series$/.test(path) ? series : undefined)
  if (path === '/api/events') events(answer)
  else if (path === '/map/inside') { answer.setHeader('Content-Type', 'text/html; charset=utf-8'); answer.end('<p class="soft small">范围内 3 处风险点、2 支队伍</p>') }
  else if (made) { answer.setHeader('Content-Type', 'application/json'); answer.end(JSON.stringify(made())) }
  else next()
}

function wrap(html: string): string {
  const head = /<!-- frame (\S+) (\S+) ?(full)? -->/.exec(html)
  if (!head) return html
  const [, place = '', title = '', full = ''] = head
  return readFileSync(frameFile, 'utf8')
    .replace('{% title %}', title)
    .replace(`data-place="${place}"`, `data-place="${place}" aria-current="page"`)
    .replace('class="main"', full ? 'class="main full"' : 'class="main"')
    .replace('{% main %}', html.replace(head[0], ''))
}

export function guide(): Plugin {
  return {
    name: 'guide',
    apply: 'serve',
    configureServer: (server) => { server.middlewares.use(reply) },
    transformIndexHtml: { order: 'pre', handler: (html) => wrap(html)
      .replace(/\{% icon "([\w-]+)" %\}/g, '<svg class="icon" aria-hidden="true"><use href="/icons.svg#$1"/></svg>')
      .replace(/\{% minutes (-?\d+) %\}/g, (_, minutes: string) => new Date(Date.now() + Number(minutes) * 60_000).toISOString()) },
  }
}
