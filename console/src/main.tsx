import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App'
import './styles/tokens.css'
import './styles/base.css'
import './styles/shell.css'
import './styles/pages.css'
import './styles/parts.css'
import './styles/tables.css'
import './styles/cards.css'
import './styles/forms.css'
import './styles/overlays.css'
import './styles/text.css'
import './styles/scrolling.css'
import './styles/print.css'

const place = document.getElementById('root')
if (place) {
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
