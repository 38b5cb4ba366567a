import { define } from '../island'
import { simulator } from '../islands/simulator'

define('simulator', simulator)
