/** `v-input-label`: names the input within a part that does not hand a label on to it. */
export function vInputLabel(element: HTMLElement, { value }: { value: string }): void {
  element.querySelector('input')?.setAttribute('aria-label', value)
}
