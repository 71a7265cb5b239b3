import type { Gate, GateName } from '../../../../common/api/doctor.ts'
import type { GateValue } from '../../../../common/model/gate-value-names.ts'

/** @param open null where it cannot be told yet */
export const gate = (name: GateName, open: boolean | null, value: GateValue | null): Gate => ({
  name,
  state: open === null ? 'unknown' : open ? 'ok' : 'blocked',
  value,
})

/** A gate that keeps nobody from earning. */
export const warning = (name: GateName, fine: boolean, value: GateValue | null): Gate => ({
  name,
  state: fine ? 'ok' : 'warning',
  value,
})

/** A value that has no language: an address, a name, what the system says. */
export const plain = (text: string | null | undefined): GateValue | null =>
  text == null ? null : { code: 'plain', args: { text } }
