import { define } from '../island'
import { wall } from '../islands/wall'

define('wall', wall)
