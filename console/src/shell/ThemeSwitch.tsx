import { useSyncExternalStore } from 'react'
import { THEMES, THEME_NAMES, chooseTheme, onTheme, storedTheme } from './theme'

export function ThemeSwitch() {
  const chosen = useSyncExternalStore(onTheme, storedTheme)
  return (
    <label className="theme-switch">
      <span className="visually-hidden">Theme</span>
      <select
        value={chosen}
        onChange={(event) => chooseTheme(THEMES.find((name) => name === event.target.value) ?? 'system')}
      >
        {THEMES.map((theme) => (
          <option key={theme} value={theme}>
            {THEME_NAMES[theme]}{theme !== 'contrast' && ' theme'}
          </option>
        ))}
      </select>
    </label>
  )
}
