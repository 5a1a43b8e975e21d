import { useState } from 'react'
import { THEMES, chooseTheme, storedTheme } from './theme'

const NAMES = { system: 'System', light: 'Light', dark: 'Dark', contrast: 'High contrast' } as const

export function ThemeSwitch() {
  const [chosen, setChosen] = useState(storedTheme)
  return (
    <label className="theme-switch">
      <span className="visually-hidden">Theme</span>
      <select
        value={chosen}
        onChange={(event) => {
          const theme = THEMES.find((name) => name === event.target.value) ?? 'system'
          chooseTheme(theme)
          setChosen(theme)
        }}
      >
        {THEMES.map((theme) => (
          <option key={theme} value={theme}>
            {NAMES[theme]}
          </option>
        ))}
      </select>
    </label>
  )
}
