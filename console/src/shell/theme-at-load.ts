import { applyTheme, storedTheme } from './theme'

// Built as a script of its own that the page's head waits for: no other theme is drawn first.
applyTheme(storedTheme())
