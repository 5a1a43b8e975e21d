import { useRef, useState, type RefObject } from 'react'
import { asProblem } from '../../api/problem'
import { useRemark } from '../../api/thread'
import type { RequestItem, WhoAmI } from '../../api/types'
import { Field } from '../../components/Field'
import { ProblemNotice } from '../../components/ProblemNotice'
import { asksFor, remarkError, roomWords, talkOf } from '../../lib/talk'
import { useUnsent } from '../../lib/unsent'
import { nameOf } from '../../lib/words'
import { unsentRemark, type Unsent } from './text'

type Props = {
  request: RequestItem
  me: WhoAmI
  field?: RefObject<HTMLTextAreaElement | null> | undefined
  begun?: (() => void) | undefined
}

export function RemarkForm({ request, me, field, begun }: Props) {
  const [{ text }, set] = useUnsent<Unsent>(unsentRemark(request.id), () => ({ text: '' }))
  const [tried, setTried] = useState(false)
  const remark = useRemark(request.id)
  const own = useRef<HTMLTextAreaElement>(null)
  const input = field ?? own
  const error = tried ? remarkError(text) : undefined
  // That it is decided is said where the text is then kept.
  const refused = remark.isError && asProblem(remark.error).status !== 409

  const send = () => {
    if (remark.isPending) return
    setTried(true)
    input.current?.focus()
    if (remarkError(text) !== undefined) return
    remark.mutate(text.trim(), {
      onSuccess: () => {
        set({ text: '' })
        setTried(false)
      },
    })
  }

  const { label, act, main } = wordsFor(me, request)
  return (
    <form
      noValidate
      className="remark-form"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <Field label={label} help={roomWords(text)} error={error}>
        {(wiring) => (
          <textarea
            {...wiring}
            ref={input}
            rows={2}
            dir="auto"
            readOnly={remark.isPending}
            value={text}
            onFocus={begun}
            onChange={(event) => set({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
              event.preventDefault()
              send()
            }}
          />
        )}
      </Field>
      {refused && <ProblemNotice error={remark.error} />}
      <p className="row">
        <button type="submit" className={`button ${main ? 'button-main' : ''}`} aria-disabled={remark.isPending}>
          {remark.isPending ? 'Sending' : act}
        </button>
        <span className="quiet small">
          <span className="remark-keys">
            <kbd>Ctrl Enter</kbd> sends.{' '}
          </span>
          Whoever asked and everybody who decides reads it.
        </span>
        <span className="visually-hidden" role="status">
          {remark.isSuccess && text === '' ? 'Sent' : ''}
        </span>
      </p>
    </form>
  )
}

/** To answer is what an asker is here for; who decides has the decision beside it. */
function wordsFor(me: WhoAmI, request: RequestItem): { label: string; act: string; main: boolean } {
  const asker = asksFor(me, request)
  if (talkOf(me, request)?.turn === 'mine') return { label: 'Your answer', act: 'Answer', main: asker }
  return { label: asker ? 'Ask those who decide' : `Ask ${nameOf(request.by)}`, act: 'Ask', main: false }
}
