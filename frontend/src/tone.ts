import type { Level } from './levels'

/** One tone per level: pitches in hertz, played in order, each 120 ms; and the seconds until it is repeated. */
export const TONES: Readonly<Record<'red' | 'orange' | 'yellow' | 'blue', { pitches: readonly number[]; repeat: number }>> = {
  red: { pitches: [880, 660, 880, 660], repeat: 4 },
  orange: { pitches: [784, 659], repeat: 8 },
  yellow: { pitches: [659], repeat: 15 },
  blue: { pitches: [523], repeat: 30 },
}

export function toneOf(level: Level): { pitches: readonly number[]; repeat: number } | undefined {
  return level === 'grey' || level === 'green' ? undefined : TONES[level]
}

let context: AudioContext | undefined

/** The page's one audio context, made at the first need. */
export function audio(): AudioContext {
  context ??= new AudioContext()
  return context
}

export function play(pitches: readonly number[], sound = audio()): void {
  pitches.forEach((pitch, index) => {
    const at = sound.currentTime + index * 0.16
    const voice = sound.createOscillator()
    const volume = sound.createGain()
    voice.type = 'triangle'
    voice.frequency.value = pitch
    volume.gain.setValueAtTime(0, at)
    volume.gain.linearRampToValueAtTime(0.28, at + 0.012)
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.15)
    voice.connect(volume).connect(sound.destination)
    voice.start(at)
    voice.stop(at + 0.16)
  })
}
