import './styles/all.css'
import { define, defineLazy, watch } from './island'
import { age } from './islands/age'
import { clock } from './islands/clock'
import { countdown } from './islands/countdown'
import { keys } from './islands/keys'
import { live } from './islands/live'
import { sound } from './islands/sound'
import { startFrame } from './frame'

define('age', age)
define('clock', clock)
define('countdown', countdown)
define('keys', keys)
define('live', live)
define('sound', sound)
defineLazy('map', async () => (await import('./islands/map')).map)
defineLazy('curve', async () => (await import('./islands/curve')).curve)
defineLazy('desk', async () => (await import('./islands/desk')).desk)
defineLazy('wall', async () => (await import('./islands/wall')).wall)
defineLazy('timeline', async () => (await import('./islands/timeline')).timeline)
defineLazy('simulator', async () => (await import('./islands/simulator')).simulator)
defineLazy('pin', async () => (await import('./islands/pin')).pin)
defineLazy('proof', async () => (await import('./islands/proof')).proof)
defineLazy('field', async () => (await import('./islands/field')).field)
defineLazy('finger', async () => (await import('./islands/finger')).finger)

startFrame()
watch(document.documentElement)
