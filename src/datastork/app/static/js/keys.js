// The keyboard. Text fields keep their keys, focused controls keep Enter and Space; the rest goes to the task, then the shell.

/** Whether keys typed here are text. */
export function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target.tagName === "INPUT" && !["button", "checkbox", "radio", "range", "color", "file", "submit"].includes(target.type);
}

const operable = (target) => target instanceof Element && target.closest("button, a[href], summary, input, [role='button'], [role='slider']");

/** "Ctrl+Enter", "Alt+s", "?", "ArrowLeft": the name of what was pressed; Cmd counts as Ctrl. */
export function named(event) {
  // with Alt some layouts give other signs: the place of the key counts
  const key = event.altKey && event.key.length === 1 ? (/^(?:Key|Digit)(.)$/.exec(event.code)?.[1].toLowerCase() ?? event.key) : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && event.key.length > 1) parts.push("Shift");
  return [...parts, key].join("+");
}

/**
 * install({screen(event) -> handled, media(event) -> handled, shell: {name: act}}): listen on the page; returns a
 * function that stops it. While a text is typed, keys with Ctrl or Alt reach the media (to play and pause), and Alt+digit
 * the screen.
 */
export function install({ screen, media, shell }) {
  const listen = (event) => {
    if (event.defaultPrevented || event.isComposing || event.key === "Unidentified") return;
    if (document.querySelector("dialog[open]")) return; // a sheet has keys of its own
    const name = named(event);
    const text = typing(event.target);
    if (text) {
      if (name === "Escape") event.target.blur();
      const asked = (/^Alt\+\d$/.test(name) && screen(event)) || (/^(Ctrl|Alt)\+/.test(name) && media(event));
      if (asked) return event.preventDefault();
      if (name !== "Ctrl+Enter" && !/^Alt\+[a-z]$/.test(name)) return;
    }
    if ((name === "Enter" || name === " ") && operable(event.target)) return;
    if (!text && screen(event)) return event.preventDefault();
    const act = shell[name] ?? (event.key.length === 1 ? shell[name.toLowerCase()] : undefined);
    if (act && !(event.repeat && act.once !== false)) {
      event.preventDefault();
      act(event);
    }
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}
