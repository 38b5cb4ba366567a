import { define } from '../island'
import { field } from '../islands/field'

define('field', field)
