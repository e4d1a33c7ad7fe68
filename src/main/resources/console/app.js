// The frame around all pages: getting in, rail, status line, keys, address, theme.

import {html, nothing, render} from 'lit-html';
import {ALL_SCOPES, Gateway, USUAL_SCOPES, Vault, missing} from './gateway.js';
import {Inbox} from './inbox.js';
import {T} from './texts.js';
import {HOME, brief, choices, clock, copyButton, goTo, openDialog, query, reason, safe, short} from './ui.js';

const ICONS = {
  approvals: 'M4 12l5 5L20 6', pairing: 'M8 12a4 4 0 118 0M3 12h5m8 0h5', nodes: 'M4 5h16v10H4zM8 19h8',
  cluster: 'M12 4v5M12 9l-6 6M12 9l6 6M4 17h4v3H4zM16 17h4v3h-4zM10 2h4v3h-4z',
};
const NEEDS = {approvals: 'operator.approvals', pairing: 'operator.pairing', nodes: 'operator.read', cluster: 'operator.read'};
const GO = {a: 'approvals', p: 'pairing', n: 'nodes', c: 'cluster'};
const LAZY = {
  pairing: () => import('./pairing.js'),
  nodes: () => import('./nodes.js'),
  cluster: () => import('./cluster.js'),
};
const PAGES = ['approvals', ...Object.keys(LAZY)];

class App {
  config = {};
  gateway = null;
  inbox = null;
  /** Devices that wait to be let in, by request id. */
  waiting = new Map();
  pages = new Map();
  #drawn = true;
  #said = [];
  #saying = false;
  #go = false;
  form = {scopes: new Set(USUAL_SCOPES), kind: 'token', shown: false, busy: false};

  async start() {
    this.root = document.getElementById('app');
    this.lone = /\/approve\/([^/]+)$/.exec(location.pathname);
    document.documentElement.dataset.density = choices.get('density', 'comfortable');
    this.#theme();
    const link = new URLSearchParams(location.hash.slice(1));
    if (location.hash) history.replaceState(null, '', location.pathname + location.search);
    this.missing = await missing();
    if (this.missing) return this.draw();
    const [vault, config] = await Promise.all([Vault.open(), this.#config()]);
    this.config = config;
    const own = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/`;
    this.gateway = new Gateway(vault, [own, ...(config.addresses ?? []).filter(address => address !== own)], browserName());
    this.inbox = new Inbox(this);
    this.#listen();
    const token = link.get('b');
    const kept = await vault.get('token');
    // Elsewhere a proxy or the gateway itself says who somebody is: no secret is typed.
    if (token) await this.gateway.start({bootstrap: token}, ALL_SCOPES);
    else if (kept?.token || config.auth === 'trusted-proxy' || config.auth === 'none') await this.gateway.start(null);
    this.draw();
  }

  async #config() {
    try {
      const answer = await fetch(new URL('config.json', HOME), {cache: 'no-cache'});
      return answer.ok ? await answer.json() : {};
    } catch {
      return {};
    }
  }

  #listen() {
    const gateway = this.gateway;
    gateway.addEventListener('state', () => this.#changed());
    gateway.addEventListener('device.pair.requested', ({detail}) => {
      this.waiting.set(detail.requestId, {...detail, state: 'waiting'});
      this.draw();
    });
    gateway.addEventListener('device.pair.resolved', ({detail}) => {
      const one = this.waiting.get(detail.requestId);
      if (one) one.state = detail.decision;
      this.draw();
    });
    window.addEventListener('popstate', () => this.draw());
    window.addEventListener('keydown', event => this.#key(event));
    document.addEventListener('visibilitychange', () => this.draw());
    setInterval(() => this.draw(), 1_000);
  }

  #changed() {
    if (this.gateway.live) {
      this.form.busy = false;
      if (this.gateway.may('operator.pairing')) this.#readWaiting();
      this.page()?.live?.();
    }
    if (this.gateway.state === 'signed-out') this.form.busy = false;
    this.draw();
  }

  async #readWaiting() {
    try {
      const {pending} = await this.gateway.call('device.pair.list');
      for (const [id, one] of this.waiting) {
        if (one.state === 'waiting' && !pending.some(p => p.requestId === id)) one.state = 'gone';
      }
      for (const one of pending) this.waiting.set(one.requestId, {...one, state: 'waiting'});
      this.draw();
    } catch {
      // The connection ended: it is read again with the next one.
    }
  }

  get name() {
    return this.lone ? 'approvals' : PAGES.includes(query().page) ? query().page : 'approvals';
  }

  page(name = this.name) {
    if (name === 'approvals') return this.inbox;
    if (!this.pages.has(name)) {
      this.pages.set(name, null);
      LAZY[name]().then(module => {
        const page = new module.Page(this);
        this.pages.set(name, page);
        if (this.gateway.live) page.live?.();
        this.draw();
      });
    }
    return this.pages.get(name);
  }

  /** Draws at the end of this turn, once. */
  draw() {
    if (!this.#drawn) return;
    this.#drawn = false;
    queueMicrotask(() => {
      this.#drawn = true;
      render(this.#view(), this.root);
      this.#title();
    });
  }

  #title() {
    const name = this.config.name ?? location.host;
    const n = this.gateway?.hello ? this.inbox.count : 0;
    const soon = n && this.inbox.soon ? '⚠ ' : '';
    const title = `${soon}${n ? `(${n}) ` : ''}${this.gateway?.hello ? T.pages[this.name] : T.signIn.title} — ${name}`;
    if (document.title !== title) document.title = title;
    if (this.badge !== n) {
      this.badge = n;
      document.querySelector('link[rel=icon]').href = icon(n > 0);
      navigator.setAppBadge?.(n).catch(() => {});
    }
  }

  /** Said by screen readers when there is a pause; at most one thing in three seconds. */
  say(text, urgent = false) {
    this.#said.push({text, urgent});
    if (!this.#saying) this.#sayNext();
  }

  #sayNext() {
    const urgent = this.#said.findIndex(said => said.urgent);
    // What nobody heard in time is told by the newest alone.
    const next = urgent >= 0 ? this.#said.splice(urgent, 1)[0] : this.#said.splice(0).pop();
    this.#saying = Boolean(next);
    if (!next) return;
    document.getElementById(next.urgent ? 'alarm' : 'say').textContent = next.text;
    setTimeout(() => this.#sayNext(), 3_000);
  }

  // Keys

  #key(event) {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      this.openPalette();
      return;
    }
    const typing = event.target.closest?.('input, textarea, select, dialog, [contenteditable]');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !this.gateway?.hello) return;
    if (this.#go) {
      this.#go = false;
      if (GO[event.key]) {
        event.preventDefault();
        this.open(GO[event.key]);
      }
      return;
    }
    if (event.key === 'g') {
      this.#go = true;
      setTimeout(() => (this.#go = false), 2_000);
    } else if (event.key === '?') {
      openDialog(document.getElementById('help'));
    } else if (event.key === '/') {
      const filter = document.querySelector('main [type=search]');
      if (filter) {
        event.preventDefault();
        filter.focus();
      }
    } else {
      this.page()?.key?.(event);
    }
  }

  open(name) {
    if (this.lone) location.assign(new URL(`./?page=${name}`, HOME));
    else goTo({page: name === 'approvals' ? null : name, id: null, tab: null, q: null});
    document.getElementById('main')?.focus({preventScroll: true});
  }

  openPalette() {
    const dialog = document.getElementById('palette');
    if (dialog && !dialog.open) {
      openDialog(dialog);
      dialog.querySelector('input').value = '';
      this.paletteText = '';
      this.draw();
    }
  }

  // Theme and rows

  #theme() {
    const wanted = choices.get('theme', 'auto');
    if (wanted === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = wanted;
  }

  #choose(name, value) {
    choices.put(name, value);
    this.#theme();
    document.documentElement.dataset.density = choices.get('density', 'comfortable');
    this.draw();
  }

  // Views

  #view() {
    if (this.missing) return this.#insecure();
    const state = this.gateway?.state;
    if (!this.gateway || state === 'connecting' && !this.gateway.hello) return html`<main class="lone" aria-busy="true"><h1>${T.product}</h1><p>${T.states.connecting}…</p></main>`;
    if (state === 'waiting') return this.#waitingScreen();
    if (state === 'removed') return this.#removedScreen();
    if (state === 'signed-out' || !this.gateway.hello) return state === 'idle' || state === 'signed-out' ? this.#signIn() : this.#unreachable();
    return this.#frame();
  }

  #insecure() {
    const s = T.secure;
    const command = 'krabkrab gateway --tls';
    return html`<main class="lone" data-testid="insecure">
      <h1>${this.missing === 'secure' ? s.title : s.ed25519Title}</h1>
      <p>${this.missing === 'secure' ? s.text : s.ed25519}</p>
      ${this.missing === 'secure' ? html`<pre translate="no">https://${location.host}/console/
http://127.0.0.1:${location.port || 18789}/console/   (on the gateway's own host)
krabkrab console   (makes a link)</pre><p>${s.tls}</p><pre translate="no">${command}</pre>` : nothing}
    </main>`;
  }

  #unreachable() {
    return html`<main class="lone"><h1>${T.product}</h1><p role="status">${this.#stateWords()}</p>
      <button type="button" @click=${() => this.gateway.retryNow()}>${T.retry}</button></main>`;
  }

  #signIn() {
    const s = T.signIn;
    const form = this.form;
    const refusal = this.gateway.refusal;
    const left = refusal?.retryAfterMs ? refusal.retryAfterMs - (this.gateway.now() - this.gateway.refusedAtMs) : 0;
    const locked = left > 0;
    const submit = event => {
      event.preventDefault();
      const value = this.root.querySelector('#secret').value;
      if (!value || locked || form.busy) return;
      form.busy = true;
      this.gateway.start({[form.kind]: value}, [...form.scopes]);
      this.draw();
    };
    const paste = async () => {
      this.root.querySelector('#secret').value = (await navigator.clipboard.readText()).trim();
    };
    return html`<main class="lone" id="main" data-testid="sign-in">
      <h1>${s.title}</h1>
      <p>${s.intro}</p>
      <pre translate="no">krabkrab console</pre>
      <form @submit=${submit} autocomplete="off">
        ${refusal ? html`<p role="alert" class="bad" data-testid="sign-in-error">${locked ? s.lockedOut(Math.ceil(left / 1000)) : safe(this.#refusalWords(refusal))}</p>` : nothing}
        <label for="secret">${s.secret}</label>
        <div role="group">
          <input id="secret" name="secret" type=${form.shown ? 'text' : 'password'} autocomplete="off" spellcheck="false" aria-describedby="secret-help" data-testid="secret">
          <button type="button" class="secondary" @click=${() => { form.shown = !form.shown; this.draw(); }}>${form.shown ? s.hide : s.show}</button>
          ${navigator.clipboard?.readText ? html`<button type="button" class="secondary" @click=${paste}>${s.paste}</button>` : nothing}
        </div>
        <small id="secret-help">${s.secretHelp}</small>
        <fieldset><legend>${s.kind}</legend>
          ${['token', 'password'].map(kind => html`<label><input type="radio" name="kind" .checked=${form.kind === kind} @change=${() => (form.kind = kind)}>${s[kind]}</label>`)}
        </fieldset>
        <details><summary>${s.rights}</summary>
          ${Object.entries(s.scopes).map(([scope, words]) => html`<label><input type="checkbox" data-scope=${scope} .checked=${form.scopes.has(scope)}
            @change=${event => form.scopes[event.target.checked ? 'add' : 'delete'](scope)}>${words} <small translate="no">${scope}</small></label>`)}
        </details>
        <button type="submit" ?disabled=${locked || form.busy} data-testid="sign-in-go">${form.busy ? s.busy : s.submit}</button>
      </form>
    </main>`;
  }

  #refusalWords(refusal) {
    const code = `${refusal.details.code ?? ''} ${refusal.details.authReason ?? ''}`;
    if (/BOOTSTRAP/i.test(code) || /bootstrap/i.test(refusal.message)) return T.signIn.used;
    if (/(TOKEN|PASSWORD)_MISMATCH/.test(code)) return `${T.signIn.wrong} (${refusal.message})`;
    return refusal.message;
  }

  #waitingScreen() {
    const w = T.waiting;
    const waiting = this.gateway.waiting;
    const command = `krabkrab devices approve ${waiting.requestId}`;
    const left = waiting.sinceMs + 300_000 - this.gateway.now();
    return html`<main class="lone" id="main" data-testid="waiting-screen">
      <h1>${w.title}</h1>
      <p role="status">${waiting.message}</p>
      <dl class="facts">
        <dt>${w.code}</dt><dd><strong class="code" data-testid="comparison-code">${waiting.comparisonCode}</strong><br><small>${w.codeHelp}</small></dd>
        <dt>${w.request}</dt><dd translate="no">${waiting.requestId}</dd>
        <dt>${w.wants}</dt><dd>${(waiting.requestedScopes ?? []).map(scope => html`${T.pairing.scopes[scope] ?? scope}<br>`)}</dd>
      </dl>
      <p>${w.how}</p>
      <pre translate="no">${command}</pre>
      <p class="row">${copyButton(command)}<button type="button" class="small" @click=${() => this.gateway.retryNow()}>${w.check}</button>
      <span>${left > 0 ? w.left(clock(left)) : w.over}</span></p>
    </main>`;
  }

  #removedScreen() {
    const again = async () => {
      await this.gateway.signOut();
      this.draw();
    };
    return html`<main class="lone" id="main" data-testid="removed"><h1>${T.removed.title}</h1><p role="alert">${T.removed.text(this.gateway.removed)}</p>
      <button type="button" @click=${again}>${T.removed.again}</button></main>`;
  }

  #stateWords() {
    const gateway = this.gateway;
    if (gateway.state === 'offline') return T.offlineSince(short(gateway.lostAtMs));
    if (gateway.state === 'reconnecting') return T.reconnectingIn(Math.max(0, Math.ceil((gateway.retryAtMs - gateway.now()) / 1000)));
    return T.states[gateway.state] ?? gateway.state;
  }

  #frame() {
    const page = this.page();
    return html`
      <a class="skip" href="#main" @click=${event => { event.preventDefault(); document.getElementById('main').focus(); }}>${T.skip}</a>
      ${this.#status()}
      <div class=${this.lone ? 'frame lone-page' : 'frame'}>
        ${this.lone ? nothing : this.#rail()}
        <main id="main" tabindex="-1" class=${`page ${this.name}`}>${page ? page.view() : html`<p aria-busy="true">${T.loading}</p>`}</main>
      </div>
      ${this.#dialogs()}`;
  }

  #rail() {
    const counts = {approvals: this.inbox.count, pairing: [...this.waiting.values()].filter(one => one.state === 'waiting').length};
    return html`<nav class="rail" aria-label="Pages"><ul>${PAGES.map(name => {
      const may = this.gateway.may(NEEDS[name]);
      const words = T.pages[name];
      const go = event => {
        event.preventDefault();
        this.open(name);
      };
      return html`<li><a href=${`?page=${name}`} data-testid=${`rail-${name}`} class=${may ? '' : 'without'} aria-current=${this.name === name ? 'page' : nothing} title=${may ? words : T.needs(NEEDS[name])} @click=${go}>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${ICONS[name]}/></svg><span>${words}</span>${counts[name] ? html`<b class="count">${counts[name]}</b>` : nothing}${may ? nothing : html`<small>${T.needs(NEEDS[name])}</small>`}</a></li>`;
    })}</ul></nav>`;
  }

  #status() {
    const gateway = this.gateway;
    const server = gateway.hello.server ?? {};
    const cluster = this.cluster;
    return html`<header class="status">
      <strong>${safe(this.config.name ?? location.host)}</strong>${this.config.namespace ? html`<span class="wide" translate="no">${safe(this.config.namespace)}</span>` : nothing}
      <span class="wide" translate="no" title=${T.instance} data-testid="served-by">${safe(server.instance ?? server.host ?? '')}</span>
      <span class=${`state ${gateway.state}`} data-testid="state">${this.#stateWords()}</span>
      ${gateway.roundTripMs === null ? nothing : html`<span class="wide">${gateway.roundTripMs} ms</span>`}
      ${cluster ? html`<span class="wide">${cluster}</span>` : nothing}
      <span class="grow"></span>
      ${gateway.lostAtMs ? html`<button type="button" class="small" @click=${() => gateway.retryNow()}>${T.retry}</button>` : nothing}
      <button type="button" class="small" aria-label=${T.help.palette} @click=${() => this.openPalette()}>⌕</button>
      <button type="button" class="small" aria-label=${T.help.title} @click=${() => openDialog(document.getElementById('help'))}>?</button>
      <button type="button" class="small who" data-testid="who" @click=${() => openDialog(document.getElementById('me'))}>${safe(this.config.user ?? browserName())}</button>
    </header>`;
  }

  #dialogs() {
    return html`${this.#help()}${this.#palette()}${this.#me()}`;
  }

  #help() {
    return html`<dialog id="help" aria-labelledby="help-title"><article><h2 id="help-title">${T.help.title}</h2>
      <dl class="facts keys">${T.help.rows.map(([key, words]) => html`<dt><kbd>${key}</kbd></dt><dd>${words}</dd>`)}</dl>
      <form method="dialog"><button>${T.close}</button></form></article></dialog>`;
  }

  #palette() {
    const text = (this.paletteText ?? '').toLowerCase();
    const found = PAGES.filter(name => T.pages[name].toLowerCase().includes(text));
    const go = name => {
      document.getElementById('palette').close();
      this.open(name);
    };
    const submit = event => {
      event.preventDefault();
      if (found.length) go(found[0]);
    };
    return html`<dialog id="palette" aria-label=${T.help.palette}><article><form @submit=${submit}><input type="search" aria-label=${T.help.palette} @input=${event => { this.paletteText = event.target.value; this.draw(); }}></form>
      <ul class="plain">${found.map(name => html`<li><button type="button" class="small" @click=${() => go(name)}>${T.pages[name]}</button></li>`)}</ul></article></dialog>`;
  }

  #me() {
    const s = T.settings;
    const pick = (name, values, otherwise) => html`<label>${name === 'theme' ? s.theme : s.density}<select @change=${event => this.#choose(name, event.target.value)}>
      ${values.map(value => html`<option value=${value} ?selected=${choices.get(name, otherwise) === value}>${s[value]}</option>`)}</select></label>`;
    const out = async event => {
      const remove = event.target.closest('article').querySelector('[name=remove]').checked;
      document.getElementById('me').close();
      if (remove) {
        try {
          await this.gateway.call('device.pair.remove', {deviceId: this.gateway.device.id});
        } catch (error) {
          this.say(reason(error), true);
        }
      }
      await this.gateway.signOut();
    };
    return html`<dialog id="me" aria-labelledby="me-title"><article><h2 id="me-title">${safe(this.config.user ?? browserName())}</h2>
      <dl class="facts"><dt>${T.signedInAs}</dt><dd translate="no">${brief(this.gateway.device?.id ?? '')}</dd><dt>${T.signIn.rights}</dt><dd translate="no">${this.gateway.scopes.join(', ')}</dd></dl>
      ${pick('theme', ['auto', 'light', 'dark'], 'auto')}${pick('density', ['comfortable', 'compact'], 'comfortable')}
      <hr><h3>${T.signOut.button}</h3><p>${T.signOut.text}</p><label><input type="checkbox" name="remove">${T.signOut.remove}</label>
      <button type="button" class="secondary" data-testid="sign-out" @click=${out}>${T.signOut.go}</button>
      <form method="dialog"><button>${T.close}</button></form></article></dialog>`;
  }
}

function icon(dot) {
  const spot = dot ? "%3Ccircle cx='25' cy='7' r='7' fill='%23ffb000'/%3E" : '';
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%23b3401f'/%3E%3Ctext x='16' y='23' font-size='20' text-anchor='middle' fill='white' font-family='sans-serif'%3EK%3C/text%3E${spot}%3C/svg%3E`;
}

/** What this device is called in lists: the browser and its system. */
function browserName() {
  const agent = navigator.userAgent;
  const browser = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrom(e|ium)\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : 'Browser';
  const system = /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Mac OS X/.test(agent) ? 'macOS' : /Windows/.test(agent) ? 'Windows' : 'Linux';
  return `${browser} on ${system}`;
}

new App().start();
