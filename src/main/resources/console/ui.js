// Small parts that all pages share: safe text, times, the list of long things, what is remembered.

import {html, nothing} from 'lit-html';
import {HIDDEN, lookAlikes} from './hints.js';
import {T} from './texts.js';

const HERE = import.meta.url;

/** Where the console is served; its files are in a folder of it. */
export const HOME = new URL('../', HERE);

const NAMES = {
  0x1b: 'escape', 0x200b: 'zero width space', 0x200d: 'zero width joiner', 0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark', 0x202a: 'left-to-right embedding', 0x202b: 'right-to-left embedding',
  0x202d: 'left-to-right override', 0x202e: 'right-to-left override', 0x2066: 'left-to-right isolate',
  0x2067: 'right-to-left isolate', 0x2069: 'pop directional isolate', 0xfeff: 'byte order mark', 0xa0: 'no-break space',
};

function escape(char) {
  const point = char.codePointAt(0);
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  const name = NAMES[point] ? `${code} ${NAMES[point]}` : code;
  return html`<span class="esc" role="img" aria-label=${name} title=${name} data-code=${code}><span hidden>${char}</span></span>`;
}

/** A text of others in one line: what nobody sees is a box with its code, a line feed too. */
export function safe(text) {
  return pieces(String(text ?? ''), [], true);
}

/** The same where there is room for letters alone. */
export const plain = text =>
  String(text ?? '').replace(HIDDEN, char => `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}`);

/** JSON as it came, with what nobody sees in the escapes of JSON. */
export const raw = value =>
  JSON.stringify(value, null, 2).replace(/[^\n\x20-\x7e]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A whole command: escapes, marks of hints, look-alike letters; a line for each line. */
export function command(text, marks = []) {
  const lines = text.split('\n');
  let start = 0;
  return lines.map((line, at) => {
    const last = at === lines.length - 1;
    const shown = pieces(line, inside(marks, start, start + line.length), false);
    start += line.length + 1;
    const feed = last ? nothing : html`<span class="esc nl" role="img" aria-label="U+000A line feed" title="U+000A line feed" data-code="↵"><span hidden>${'\n'}</span></span>`;
    return html`<span class="line">${shown}${feed}</span>`;
  });
}

const inside = (spans, from, to) =>
  spans.filter(span => span.start < to && span.end > from)
    .map(span => ({...span, start: Math.max(0, span.start - from), end: Math.min(to, span.end) - from}));

function pieces(text, marks, oneLine) {
  const alike = lookAlikes(text);
  const cuts = new Set([0, text.length]);
  for (const span of [...marks, ...alike]) {
    cuts.add(span.start);
    cuts.add(span.end);
  }
  const at = [...cuts].sort((a, b) => a - b);
  return at.slice(0, -1).map((start, i) => {
    const part = escaped(text.slice(start, at[i + 1]), oneLine);
    const mark = marks.find(span => span.start <= start && span.end > start);
    const odd = alike.some(span => span.start <= start && span.end > start);
    if (!mark && !odd) return part;
    const title = odd ? T.lookAlike : mark.text;
    return html`<span class=${odd ? 'alike' : `mark ${mark.level}`} title=${title}>${part}</span>`;
  });
}

function escaped(text, oneLine) {
  const pattern = oneLine ? new RegExp(`${HIDDEN.source}|\\n`, 'gu') : HIDDEN;
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    parts.push(text.slice(from, match.index), escape(match[0]));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

/** An argument with quotes where it needs them. */
export const quoted = word => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** Copies exactly; says so on the button. */
export function copyButton(text, label = T.copy) {
  const copy = async event => {
    const button = event.currentTarget;
    await navigator.clipboard.writeText(text);
    button.textContent = T.copied;
    setTimeout(() => (button.textContent = label), 1_500);
  };
  return html`<button type="button" class="small" data-testid="copy" @click=${copy}>${label}</button>`;
}

/** mm:ss, or h:mm:ss; never below zero. */
export function clock(ms) {
  const all = Math.max(0, Math.ceil(ms / 1000));
  const two = n => String(n).padStart(2, '0');
  const hours = Math.floor(all / 3600);
  const rest = `${two(Math.floor((all % 3600) / 60))}:${two(all % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** "12 s", "3 min", "2 h", "4 d". */
export function span(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

const FULL = new Intl.DateTimeFormat('en-GB', {dateStyle: 'medium', timeStyle: 'long'});
const SHORT = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});
export const full = ms => FULL.format(ms);
export const short = ms => SHORT.format(ms);

/** A time as a date, the whole of it on hover. */
export const when = ms => (ms ? html`<time title=${full(ms)} datetime=${new Date(ms).toISOString()}>${DAY.format(ms)}</time>` : '–');

/** "12 s ago", the whole time on hover. */
export const ago = (ms, now) =>
  ms ? html`<time title=${full(ms)} datetime=${new Date(ms).toISOString()}>${T.ago(span(now - ms))}</time>` : '–';

/** First and last eight characters of a long id. */
export const brief = id => (String(id).length > 20 ? `${String(id).slice(0, 8)}…${String(id).slice(-8)}` : String(id));

/** Remembered choices of this browser; nothing of what was asked or decided. */
export const choices = {
  get: (name, otherwise) => localStorage.getItem(`krabkrab.${name}`) ?? otherwise,
  put: (name, value) => localStorage.setItem(`krabkrab.${name}`, value),
};

/** The page's address is its state. */
export function query() {
  return Object.fromEntries(new URLSearchParams(location.search));
}

export function goTo(changes, replace = false) {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '' || value === undefined) next.delete(name);
    else next.set(name, value);
  }
  const text = next.toString();
  history[replace ? 'replaceState' : 'pushState'](null, '', location.pathname + (text ? `?${text}` : ''));
  window.dispatchEvent(new Event('popstate'));
}

/** A modal dialog that gives the focus back to where it came from; resolves when it is closed. */
export function openDialog(dialog) {
  const before = document.activeElement;
  dialog.showModal();
  dialog.addEventListener('close', () => before?.isConnected && before.focus(), {once: true});
}

/** Rows by key in a container: an element is one thing's for as long as it is there. */
export class Rows {
  #elements = new Map();
  #tag;

  constructor(tag = 'li') {
    this.#tag = tag;
  }

  /** @param draw (element, item, index) fills an element */
  show(container, items, key, draw) {
    const wanted = new Set(items.map(key));
    for (const [id, element] of this.#elements) {
      if (!wanted.has(id)) {
        element.remove();
        this.#elements.delete(id);
      }
    }
    let place = container.firstElementChild;
    items.forEach((item, index) => {
      const id = key(item);
      let element = this.#elements.get(id);
      if (!element) {
        element = document.createElement(this.#tag);
        this.#elements.set(id, element);
      }
      if (element === place) place = place.nextElementSibling;
      else container.insertBefore(element, place);
      draw(element, item, index);
    });
  }
}

/** Whether a gateway of an older release refused a method it does not have. */
export const isUnknown = error => /unknown method/.test(error?.message ?? '');

/** Words for a failed call. */
export function reason(error) {
  const details = error?.details;
  return details?.scope || details?.missingScope ? T.needs(details.scope ?? details.missingScope) : (error?.message ?? String(error));
}
