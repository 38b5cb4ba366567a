import { define } from '../island'
import { desk } from '../islands/desk'

define('desk', desk)
