import { define } from '../island'
import { map } from '../islands/map'

define('map', map)
