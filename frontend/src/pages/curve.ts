import { define } from '../island'
import { curve } from '../islands/curve'

define('curve', curve)
