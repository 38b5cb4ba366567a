import { define } from '../island'
import { timeline } from '../islands/timeline'

define('timeline', timeline)
