"""The button that copies the address of the page, with its state: on every page, in one place.

Streamlit tells a script the address without its query, and has no button that copies; so the browser
reads its own address. Nothing of the data enters the component.
"""

import streamlit as st

_HTML = """
<button type="button" title="Copies the address of this page, with all that is chosen on it">
  <svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor"
       stroke-width="2" stroke-linecap="round">
    <path d="M10 14a4.5 4.5 0 0 0 6.4 0l3-3a4.5 4.5 0 0 0-6.4-6.4l-1 1"/>
    <path d="M14 10a4.5 4.5 0 0 0-6.4 0l-3 3a4.5 4.5 0 0 0 6.4 6.4l1-1"/>
  </svg>
  <span class="label">Copy link</span>
</button>
<span class="heard" role="status"></span>
"""
_CSS = """
button {
  display: inline-flex; gap: 0.4rem; align-items: center; padding: 0.15rem 0.6rem; cursor: pointer;
  font: inherit; font-size: 0.875rem; white-space: nowrap; color: var(--st-text-color);
  background: transparent; border: 1px solid var(--st-border-color); border-radius: var(--st-base-radius);
}
.heard { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); }
"""
# A page that came over plain HTTP from another machine has no clipboard; a selection may still be copied.
_JS = """
function copySelected(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  area.style.opacity = "0";
  document.body.appendChild(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  return copied;
}

export default function ({ parentElement }) {
  const button = parentElement.querySelector("button");
  const label = parentElement.querySelector(".label");
  const heard = parentElement.querySelector(".heard");
  let timer;
  button.onclick = async () => {
    const address = window.location.href;
    let copied = true;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      copied = copySelected(address);
    }
    button.focus();
    label.textContent = heard.textContent = copied ? "Copied" : "Copy it from the address bar";
    clearTimeout(timer);
    timer = setTimeout(() => { label.textContent = "Copy link"; heard.textContent = ""; }, 4000);
  };
  return () => clearTimeout(timer);
}
"""

_button = st.components.v2.component("copy_link", html=_HTML, css=_CSS, js=_JS)


def show_copy_link() -> None:
    """Show the button."""
    _button(key="copy_link", width="content")
