// The inbox of approvals: what waits and what became of it, the list, and who decides what.

import {html, nothing, render} from 'lit-html';
import {Card} from './card.js';
import {Unanswered} from './gateway.js';
import {argvOf, hints, levelOf, machineOf} from './hints.js';
import {T} from './texts.js';
import {Rows, ago, brief, choices, clock, full, goTo, isUnknown, openDialog, plain, query, reason, safe, short, span, when} from './ui.js';

const STAYS_MS = 15_000;
const KEY_HOLDS_MS = 2_000;
const HALF_MINUTE_MS = 30_000;
const LOOK_EVERY_MS = 10_000;
const LONG_HIDDEN_MS = 300_000;
const SLOW_MS = 3_000;
const ROW_REM = {comfortable: 7, compact: 5.8};
const TEXT = T.approvals;

/** Everything about approvals; the page shows it, and counts and notices live on other pages. */
export class Inbox {
  items = new Map();
  order = [];
  fresh = [];
  picked = new Set();
  away = [];
  history = null;
  rules = null;
  nodes = new Map();
  asOfMs = null;
  #held = false;
  #movedAt = 0;
  #rows = new Rows();
  #cards = new Rows('div');
  #hiddenAt = null;
  #lookedAt = 0;
  #looked = null;
  #notices = new Map();
  #seen = new Set();
  #noViewers = false;

  constructor(app) {
    this.app = app;
    this.gateway = app.gateway;
    const gateway = this.gateway;
    gateway.addEventListener('state', () => this.#state());
    gateway.addEventListener('exec.approval.requested', ({detail}) => this.#requested(detail));
    gateway.addEventListener('exec.approval.resolved', ({detail}) => this.#resolved(detail));
    gateway.addEventListener('approval.viewers', ({detail}) => this.#viewers(detail));
    document.addEventListener('visibilitychange', () => this.#visibility());
    window.addEventListener('resize', () => this.current && this.#card().arm());
    setInterval(() => this.#tick(), 1_000);
  }

  // What waits

  get waiting() {
    return [...this.items.values()].filter(item => !item.ended);
  }

  get count() {
    return this.waiting.length;
  }

  get soon() {
    return this.waiting.some(item => !item.seen && item.expiresAtMs - this.gateway.now() <= HALF_MINUTE_MS);
  }

  get selected() {
    const lone = this.app.lone;
    return lone ? decodeURIComponent(lone[1]) : query().id;
  }

  get current() {
    return this.app.name === 'approvals' ? this.items.get(this.selected) : undefined;
  }

  #state() {
    if (!this.gateway.live) return;
    this.#looked = undefined;
    this.current && this.#card().arm();
    if (!this.gateway.may('operator.approvals')) {
      this.items.clear();
      this.order = [];
      return;
    }
    this.#read().catch(error => {
      if (!(error instanceof Unanswered)) this.error = reason(error);
      this.app.draw();
    });
  }

  /** Compares with the gateway: what came, what ended, and what became of it. */
  async #read() {
    const first = this.asOfMs === null;
    const list = await this.gateway.call('exec.approval.list');
    const there = new Set(list.map(one => one.id));
    list.forEach(one => this.#enter(one, !first));
    this.asOfMs = this.gateway.now();
    const gone = this.waiting.filter(item => !there.has(item.id));
    await Promise.all(gone.map(item => this.#askWhat(item, true)));
    await Promise.all(this.waiting.filter(item => item.sending).map(item => this.#repeat(item)));
    if (this.gateway.may('operator.read')) this.#readNodes();
    if (this.selected && !this.items.has(this.selected)) await this.#askUnknown(this.selected);
    if (first) this.ready = true;
    this.arrange(true);
    this.app.draw();
  }

  async #readNodes() {
    try {
      const {nodes} = await this.gateway.call('node.list');
      this.nodes = new Map(nodes.map(node => [node.nodeId, node]));
      this.app.draw();
    } catch {
      // The card says what the request says.
    }
  }

  #enter(wire, tell) {
    const known = this.items.get(wire.id);
    if (known && !known.ended && known.hash === wire.requestHash) {
      known.expiresAtMs = wire.expiresAtMs;
      return;
    }
    const request = wire.request ?? {};
    const item = {
      id: wire.id, hash: wire.requestHash, request, wire, createdAtMs: wire.createdAtMs, expiresAtMs: wire.expiresAtMs,
      changed: Boolean(known && !known.ended), viewers: [],
    };
    item.machine = machineOf(request);
    item.argv = argvOf(request);
    this.#judge(item);
    this.items.set(wire.id, item);
    if (tell && !known) {
      this.app.say(TEXT.announce(plain(item.machine ?? TEXT.noMachine), span(item.expiresAtMs - this.gateway.now())));
      this.#notify(item);
    }
    if (request.nodeId && this.asOfMs && !this.nodes.has(request.nodeId) && this.gateway.may('operator.read')) this.#readNodes();
  }

  #judge(item) {
    const before = this.history?.items.filter(one => one.presentation?.commandText === item.request.command);
    item.before = before;
    item.hints = hints(item.request, {device: this.gateway.device?.id, before});
    item.level = levelOf(item.hints);
  }

  #requested(wire) {
    this.#enter(wire, true);
    this.#settle();
  }

  #resolved(wire) {
    const item = this.items.get(wire.id);
    if (!item) return;
    const expired = wire.terminalReason === 'timeout';
    this.end(item, {
      status: expired ? 'expired' : wire.terminalReason ? 'cancelled' : wire.decision, decision: wire.decision, atMs: wire.ts,
      by: wire.resolver ?? {label: wire.resolvedBy}, words: wire.reason,
    });
  }

  /** What became of something that does not wait any more. */
  async #askWhat(item, whileAway) {
    try {
      const {approval} = await this.gateway.call('approval.get', {id: item.id});
      if (approval.status === 'pending') {
        item.hash = approval.requestHash;
        return approval;
      }
      this.end(item, outcome(approval), whileAway);
      return approval;
    } catch (error) {
      if (error instanceof Unanswered) throw error;
      this.end(item, {status: 'gone', atMs: this.gateway.now()}, whileAway);
      return null;
    }
  }

  async #askUnknown(id) {
    try {
      const {approval} = await this.gateway.call('approval.get', {id});
      const {presentation = {}, source = {}} = approval;
      const item = {id, hash: approval.requestHash, request: {...presentation, ...source, command: presentation.commandText}, createdAtMs: approval.createdAtMs,
        expiresAtMs: approval.expiresAtMs, wire: approval, viewers: []};
      item.machine = machineOf(item.request);
      item.argv = argvOf(item.request);
      this.#judge(item);
      this.items.set(id, item);
      if (approval.status !== 'pending') this.end(item, outcome(approval));
    } catch (error) {
      if (!(error instanceof Unanswered)) this.unknown = id;
    }
  }

  end(item, result, whileAway = false) {
    if (item.ended) return;
    const mine = item.sending;
    item.sending = null;
    item.press = null;
    item.confirming = false;
    const own = result.by?.deviceId && result.by.deviceId === this.gateway.device?.id;
    const same = mine && sameDecision(mine.decision, result.decision);
    item.ended = {...result, own, agreed: mine && !own && same, tooLate: mine && !own && !same, endedAt: performance.now()};
    this.#notices.get(item.id)?.close();
    this.#notices.delete(item.id);
    this.picked.delete(item.id);
    if (whileAway) this.away.push(item);
    else if (item.id === this.selected && !own) this.app.say(TEXT.decided(plain(this.endWords(item))));
    if (this.history) this.history.stale = true;
    this.#settle();
  }

  endWords(item) {
    const {status, own, by} = item.ended;
    const what = TEXT.result[status] ?? TEXT.gone;
    if (status === 'expired' || status === 'gone') return what;
    return own ? `${what} ${TEXT.byYou}` : by?.label ? `${what} ${TEXT.by(by.label)}` : what;
  }

  #viewers({id, viewers}) {
    const item = this.items.get(id);
    if (item) item.viewers = (viewers ?? []).filter(one => one.deviceId !== this.gateway.device?.id);
    this.app.draw();
  }

  // The order of the list

  #settle() {
    this.arrange(false);
    this.app.draw();
  }

  get #hold() {
    return this.#held || performance.now() - this.#movedAt < KEY_HOLDS_MS;
  }

  /** Puts rows in order, unless somebody's hand is on them: then what is new waits beside. */
  arrange(now) {
    const shown = new Set(this.order);
    const stays = item => !item.ended || (shown.has(item.id) && (item.id === this.selected || this.#hold || performance.now() - item.ended.endedAt < STAYS_MS));
    if (this.#hold && !now) {
      this.fresh = this.waiting.map(item => item.id).filter(id => !shown.has(id));
      return;
    }
    this.fresh = [];
    const newest = (query().sort ?? 'deadline') === 'newest';
    const by = newest ? (a, b) => b.createdAtMs - a.createdAtMs : (a, b) => a.expiresAtMs - b.expiresAtMs;
    this.order = [...this.items.values()].filter(stays).sort((a, b) => by(a, b) || (a.id < b.id ? -1 : 1)).map(item => item.id);
  }

  get #shown() {
    const wanted = matcher(query().q ?? '', this.gateway.device?.id);
    return this.order.map(id => this.items.get(id)).filter(item => item && wanted(item));
  }

  // Time

  #tick() {
    const now = this.gateway.now();
    for (const item of this.waiting) {
      const left = item.expiresAtMs - now;
      if (left <= 0 && !item.sending) {
        this.end(item, {status: 'expired', decision: 'deny', atMs: item.expiresAtMs});
      } else if (left <= HALF_MINUTE_MS && item.id === this.selected && !item.warned) {
        item.warned = true;
        this.app.say(TEXT.soon(plain(item.machine ?? TEXT.noMachine)), true);
      }
      if (item.press && performance.now() - item.press.at > 5_000) item.press = null;
    }
    if (!this.#hold && (this.fresh.length || this.order.length !== this.count)) this.arrange(false);
    this.#look();
  }

  /** Tells the others that somebody looks at this one. */
  #look() {
    if (!this.gateway.live || this.#noViewers || !this.gateway.may('operator.approvals')) return;
    const item = document.hidden ? undefined : this.current;
    const id = item && !item.ended ? item.id : null;
    if (id === this.#looked && (id === null || performance.now() - this.#lookedAt < LOOK_EVERY_MS)) return;
    if (document.hidden && id === null && !this.#looked) return;
    this.#looked = id;
    this.#lookedAt = performance.now();
    this.gateway.call('approval.view', {id}).then(({viewing}) => viewing?.forEach(one => this.#viewers(one)))
      .catch(error => (this.#noViewers = isUnknown(error)));
  }

  #visibility() {
    if (document.hidden) {
      this.#hiddenAt = this.gateway.now();
    } else {
      if (this.#hiddenAt && this.gateway.now() - this.#hiddenAt > LONG_HIDDEN_MS) {
        this.away.push(...[...this.items.values()].filter(item => item.ended && item.ended.atMs > this.#hiddenAt && !this.away.includes(item)));
      }
      this.current && this.#card().arm();
    }
    this.#look();
  }

  // Notice

  #notify(item) {
    if (!('Notification' in window) || Notification.permission !== 'granted') return;
    if (!document.hidden && this.app.name === 'approvals') return;
    const notice = new Notification(this.app.config.name ?? location.host, {
      body: TEXT.notifyBody(plain(item.machine ?? TEXT.noMachine), clock(item.expiresAtMs - this.gateway.now())), tag: item.id,
    });
    notice.onclick = () => {
      window.focus();
      goTo({page: null, id: item.id});
      notice.close();
    };
    this.#notices.set(item.id, notice);
  }

  // Deciding

  /** Sends a decision about what is shown, and nothing else. */
  async decide(item, decision, more = {}) {
    if (item.ended || item.sending || !this.gateway.live || !item.hash) return;
    const always = decision === 'allow-always';
    const params = {id: item.id, decision, requestHash: item.hash, ...(item.reason ? {reason: item.reason} : {}), ...more};
    if (!always) params.kind = 'exec';
    item.press = null;
    item.confirming = false;
    item.error = null;
    item.sending = {method: always ? 'exec.approval.resolve' : 'approval.resolve', params, decision, at: performance.now(), repeated: false};
    setTimeout(() => this.app.draw(), SLOW_MS);
    this.app.draw();
    await this.#deliver(item);
  }

  async #deliver(item) {
    const {method, params, decision} = item.sending;
    try {
      const answer = await this.gateway.call(method, params, 60_000);
      const approval = answer.approval;
      if (approval) this.end(item, {...outcome(approval), ...(answer.applied ? {by: {deviceId: this.gateway.device.id}} : {})});
      else if (answer.applied === false) await this.#askWhat(item, false);
      else this.end(item, {status: decision, decision, atMs: this.gateway.now(), by: {deviceId: this.gateway.device.id}, rule: answer.rule});
    } catch (error) {
      // Without an answer it stays on its way: the next connection asks what became of it.
      if (error instanceof Unanswered || item.ended) return;
      item.sending = null;
      await this.#refused(item, error);
    }
    this.app.draw();
  }

  async #refused(item, error) {
    const why = error.details.reason;
    if (why === 'APPROVAL_ALREADY_RESOLVED' || why === 'APPROVAL_NOT_FOUND') {
      item.sending = {decision: null};
      await this.#askWhat(item, false).catch(() => {});
      item.sending = null;
    } else if (why === 'APPROVAL_CHANGED') {
      item.error = TEXT.changed;
      const list = await this.gateway.call('exec.approval.list').catch(() => []);
      const now = list.find(one => one.id === item.id);
      if (now) {
        this.items.delete(item.id);
        this.#enter(now, false);
        const again = this.items.get(item.id);
        again.error = TEXT.changed;
        again.changed = true;
      }
    } else {
      if (why === 'APPROVAL_SELF_DECISION') item.barred = error.message;
      item.error = reason(error);
    }
  }

  /** After a lost connection: looks first, and repeats the same decision once if it still waits. */
  async #repeat(item) {
    const sent = item.sending;
    const approval = await this.#askWhat(item, false);
    if (!approval || item.ended) return;
    if (sent.repeated || approval.requestHash !== sent.params.requestHash) {
      item.sending = null;
      item.error = TEXT.unanswered;
      return;
    }
    sent.repeated = true;
    await this.#deliver(item);
  }

  lookAgain(item) {
    this.#askWhat(item, false).then(() => this.app.draw()).catch(() => {});
  }

  async denySelected() {
    const items = [...this.picked].map(id => this.items.get(id)).filter(item => item && !item.ended);
    this.picked.clear();
    for (const item of items) await this.decide(item, 'deny');
  }

  // Keys

  key(event) {
    const tab = query().tab ?? 'waiting';
    const {key} = event;
    if (tab === 'waiting' && (key === 'j' || key === 'k' || key === 'ArrowDown' || key === 'ArrowUp') && !this.app.lone) {
      event.preventDefault();
      this.#move(key === 'j' || key === 'ArrowDown' ? 1 : -1);
    } else if (key === 'Escape' && !this.app.lone) {
      const item = this.current;
      if (item?.confirming || item?.press) this.#card().calm();
      else if (this.selected) this.leave();
    } else if (key === 'x' && this.current && !this.current.ended) {
      this.pick(this.current.id);
    } else if (key === 'D' && this.picked.size) {
      openDialog(document.getElementById('bulk'));
    } else if (this.current) {
      this.#card().key(event);
    }
  }

  #move(step) {
    const items = this.#shown;
    if (!items.length) return;
    this.#movedAt = performance.now();
    const at = items.findIndex(item => item.id === this.selected);
    const next = items[at < 0 ? (step > 0 ? 0 : items.length - 1) : Math.min(items.length - 1, Math.max(0, at + step))];
    this.select(next.id);
    this.#reveal(next.id);
  }

  select(id) {
    if (id === this.selected) return;
    goTo({id, tab: null});
    this.#look();
  }

  leave() {
    const id = this.selected;
    goTo({id: null});
    this.#look();
    document.querySelector(`[data-id="${CSS.escape(id)}"] a`)?.focus({preventScroll: true});
  }

  pick(id) {
    this.picked.has(id) ? this.picked.delete(id) : this.picked.add(id);
    this.app.draw();
  }

  #card() {
    const item = this.current;
    item.card ??= new Card(this, item);
    return item.card;
  }

  // Views

  view() {
    if (!this.gateway.may('operator.approvals')) {
      return html`<h1>${T.pages.approvals}</h1><p data-testid="no-scope">${TEXT.noApprover}</p>`;
    }
    const tab = query().tab ?? 'waiting';
    // Drawn after the frame, into elements that are one thing's alone.
    queueMicrotask(() => this.after());
    if (this.app.lone) return html`<h1 class="unseen">${T.pages.approvals}</h1>${this.#detail()}`;
    return html`
      <div class=${`inbox ${tab === 'waiting' && this.selected ? 'reading' : ''} ${tab === 'waiting' ? '' : 'wide-tab'}`} data-testid=${this.ready ? 'inbox-ready' : 'inbox'}>
        <section class="list-side">
          <h1>${T.pages.approvals}</h1>
          ${this.#tabs(tab)}
          ${this.away.length ? this.#awayStrip() : nothing}
          ${tab === 'waiting' || tab === 'ended' ? this.#list(tab) : nothing}
          ${tab === 'history' ? this.#historyView() : nothing}
          ${tab === 'rules' ? this.#rulesView() : nothing}
        </section>
        ${tab === 'waiting' ? this.#detail() : nothing}
      </div>${this.#bulk()}`;
  }

  #tabs(tab) {
    const ended = [...this.items.values()].filter(item => item.ended).length;
    const counts = {waiting: this.count, ended};
    return html`<nav class="tabs" aria-label=${T.pages.approvals}>${Object.entries(TEXT.tabs).map(([name, words]) => html`
      <a href=${`?tab=${name}`} aria-current=${tab === name ? 'page' : nothing} data-testid=${`tab-${name}`}
        @click=${event => { event.preventDefault(); goTo({tab: name === 'waiting' ? null : name, id: null}); }}>${words}${counts[name] ? html` <b class="count">${counts[name]}</b>` : nothing}</a>`)}</nav>`;
  }

  #awayStrip() {
    const words = new Map();
    for (const item of this.away) words.set(this.endWords(item), (words.get(this.endWords(item)) ?? 0) + 1);
    const text = TEXT.away(this.away.length, [...words].map(([what, n]) => `${n} ${what}`).join(', '));
    return html`<p class="strip" role="status" data-testid="away">${safe(text)}
      <button type="button" class="small" @click=${() => { this.away = []; this.app.draw(); }}>${TEXT.dismiss}</button></p>`;
  }

  #list(tab) {
    const stale = !this.gateway.live;
    const ask = 'Notification' in window && Notification.permission === 'default' && (this.#seen.size || this.count);
    const q = query();
    return html`
      <div class="tools">
        <input type="search" placeholder=${TEXT.filterHelp} aria-label=${TEXT.filter} data-testid="filter" .value=${q.q ?? ''} @input=${event => goTo({q: event.target.value}, true)}>
        <select aria-label=${TEXT.sortLabel} @change=${event => { goTo({sort: event.target.value === 'deadline' ? null : event.target.value}, true); this.arrange(true); this.app.draw(); }}>
          ${Object.entries(TEXT.sort).map(([value, words]) => html`<option value=${value} ?selected=${(q.sort ?? 'deadline') === value}>${words}</option>`)}</select>
      </div>
      ${ask ? html`<p><button type="button" class="small" data-testid="notify" @click=${() => Notification.requestPermission().then(() => this.app.draw())}>${TEXT.notify}</button></p>` : nothing}
      ${this.picked.size ? html`<p><button type="button" class="small" data-testid="bulk-deny" @click=${() => openDialog(document.getElementById('bulk'))}>${TEXT.bulk(this.picked.size)}</button></p>` : nothing}
      ${this.error ? html`<p class="bad" role="alert">${safe(this.error)}</p>` : nothing}
      <p class="fresh">${this.fresh.length && tab === 'waiting' ? html`<button type="button" class="small" data-testid="fresh" @click=${() => { this.arrange(true); this.app.draw(); }}>${TEXT.more(this.fresh.length)}</button>` : nothing}
        <small data-testid="as-of">${this.asOfMs ? (stale ? T.shownAsOf : T.asOf)(short(stale ? (this.gateway.lostAtMs ?? this.asOfMs) : this.gateway.now())) : ''}</small></p>
      <div class=${`rows ${stale ? 'stale' : ''}`} data-testid="rows" tabindex="-1" @scroll=${() => this.after()}
        @pointerenter=${() => (this.#held = true)} @pointerleave=${() => { this.#held = false; }}><ul></ul></div>`;
  }

  /** Rows in sight, and the card: into elements of their own, so that none is ever another's. */
  after() {
    const box = document.querySelector('.rows');
    if (box) this.#drawRows(box);
    const host = document.querySelector('.card-host');
    if (!host) return;
    const item = this.current;
    this.#cards.show(host, item ? [item] : [], one => `${one.id} ${one.hash}`, (element, one) => {
      element.className = 'card';
      one.card ??= new Card(this, one);
      one.seen = true;
      this.#seen.add(one.id);
      one.card.draw(element);
    });
    if (item && this.history === null) this.#readHistory();
  }

  #rowHeight() {
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    return ROW_REM[choices.get('density', 'comfortable')] * rem;
  }

  #drawRows(box) {
    const ended = query().tab === 'ended';
    const items = ended ? [...this.items.values()].filter(item => item.ended).sort((a, b) => b.ended.atMs - a.ended.atMs) : this.#shown;
    const height = this.#rowHeight();
    const list = box.firstElementChild;
    list.style.height = `${items.length * height}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / height) - 6);
    const last = Math.ceil((box.scrollTop + box.clientHeight) / height) + 6;
    const shown = items.slice(first, Math.min(last, first + 50));
    this.#rows.show(list, shown, item => item.id, (element, item, at) => {
      element.style.transform = `translateY(${(first + at) * height}px)`;
      element.setAttribute('aria-setsize', items.length);
      element.setAttribute('aria-posinset', first + at + 1);
      element.dataset.testid = 'approval-row';
      element.dataset.id = item.id;
      element.className = `row ${item.level} ${item.ended ? 'ended' : ''} ${item.id === this.selected ? 'selected' : ''} ${this.#pulses(item) ? 'soon' : ''}`;
      render(this.#row(item), element);
    });
    const empty = box.parentElement.querySelector('.none');
    if (!items.length && !empty) {
      const none = document.createElement('p');
      none.className = 'none';
      box.before(none);
    }
    const none = box.parentElement.querySelector('.none');
    if (none) none.textContent = items.length || !this.ready ? '' : this.count && !ended ? TEXT.noneMatch : TEXT.none;
  }

  #pulses(item) {
    return !item.ended && !item.seen && item.expiresAtMs - this.gateway.now() <= HALF_MINUTE_MS;
  }

  #reveal(id) {
    const box = document.querySelector('.rows');
    const at = this.#shown.findIndex(item => item.id === id);
    if (!box || at < 0) return;
    const height = this.#rowHeight();
    if (at * height < box.scrollTop) box.scrollTop = at * height;
    else if ((at + 1) * height > box.scrollTop + box.clientHeight) box.scrollTop = (at + 1) * height - box.clientHeight;
  }

  #row(item) {
    const now = this.gateway.now();
    const text = String(item.request.command ?? '');
    const lines = text.split('\n');
    const more = lines.length - 2;
    const node = this.nodes.get(item.request.nodeId);
    const open = event => {
      event.preventDefault();
      this.select(item.id);
    };
    const left = item.expiresAtMs - now;
    return html`<a href=${`?id=${encodeURIComponent(item.id)}`} @click=${open} aria-current=${item.id === this.selected ? 'true' : nothing}>
      <span class="row-top">
        ${item.ended ? html`<span class="chip">${safe(this.endWords(item))}</span>` : html`${ring(left, item.expiresAtMs - item.createdAtMs)}<span class="left" title=${full(item.expiresAtMs)}>${clock(left)}</span>`}
        <span class=${`risk ${item.level}`}>${item.level === 'high' ? '▲ high' : item.level === 'medium' ? '◆ medium' : '● low'}</span>
        <span class="grow"></span>
        ${item.viewers.map(one => html`<span class="viewer" data-testid="viewer" title=${plain(one.label)}>${safe(initials(one.label))}</span>`)}
        <span class="quiet">${item.sending ? TEXT.sending : TEXT.asked(span(now - item.createdAtMs))}</span>
      </span>
      <span class="two" translate="no">${lines.slice(0, 2).map(line => html`<span class="line">${safe(line.slice(0, 300))}</span>`)}</span>
      <span class="row-end"><span class="quiet">${TEXT.on}</span> <b>${item.machine ? safe(node?.displayName ?? item.machine) : TEXT.noMachine}</b>
        <span class="quiet">${item.request.agentId ? html`· ${safe(item.request.agentId)} ` : nothing}${item.request.sessionKey ? html`· ${safe(item.request.sessionKey)}` : nothing}</span>
        ${more > 0 ? html`<span class="quiet">${TEXT.lines(more)}</span>` : text.length > 120 ? html`<span class="quiet">${TEXT.long(text.length)}</span>` : nothing}</span></a>
      ${item.ended ? nothing : html`<label class="pick"><input type="checkbox" aria-label=${TEXT.select} .checked=${this.picked.has(item.id)} @change=${() => this.pick(item.id)}></label>`}`;
  }

  #detail() {
    const id = this.selected;
    const there = this.items.has(id);
    return html`<section class="detail-side" aria-label=${TEXT.blocks.command}>
      ${id && !this.app.lone ? html`<button type="button" class="small back" @click=${() => this.leave()}>← ${TEXT.back}</button>` : nothing}
      ${!id ? html`<p class="none">${TEXT.pick}</p>` : there ? nothing : html`<p class="none" data-testid="unknown">${this.unknown === id ? TEXT.unknownId : T.loading}</p>`}
      <div class="card-host"></div></section>`;
  }

  #bulk() {
    const items = [...this.picked].map(id => this.items.get(id)).filter(Boolean);
    return html`<dialog id="bulk" aria-labelledby="bulk-title"><article><h2 id="bulk-title">${TEXT.bulkTitle(items.length)}</h2>
      <ul>${items.slice(0, 5).map(item => html`<li><code translate="no">${safe(String(item.request.command).slice(0, 200))}</code></li>`)}</ul>
      ${items.length > 5 ? html`<p>${TEXT.bulkMore(items.length - 5)}</p>` : nothing}
      <form method="dialog" class="row"><button class="secondary">${T.cancel}</button>
      <button data-testid="bulk-go" @click=${() => this.denySelected()}>${TEXT.bulk(items.length)}</button></form></article></dialog>`;
  }

  // History and rules

  async #readHistory(more = false) {
    const from = more ? this.history.next : undefined;
    this.history ??= {items: [], next: null};
    this.history.loading = true;
    try {
      const page = await this.gateway.call('approval.history', {limit: 100, ...(from ? {cursor: from} : {})});
      this.history = {items: more ? [...this.history.items, ...page.items] : page.items, next: page.nextCursor};
      this.waiting.forEach(item => this.#judge(item));
    } catch (error) {
      this.history = {items: [], next: null, error: reason(error)};
    }
    this.app.draw();
  }

  #historyView() {
    const history = this.history;
    if ((!history || history.stale) && !history?.loading) this.#readHistory();
    if (!history) return html`<p aria-busy="true">${T.loading}</p>`;
    const c = TEXT.columns;
    const words = (query().q ?? '').toLowerCase();
    const items = history.items.filter(one => JSON.stringify(one).toLowerCase().includes(words));
    return html`<div class="tools"><input type="search" aria-label=${TEXT.filter} placeholder=${TEXT.filter} .value=${query().q ?? ''} @input=${event => goTo({q: event.target.value}, true)}></div>
      ${history.error ? html`<p class="bad" role="alert">${safe(history.error)}</p>` : nothing}
      <div class="overflow-auto" tabindex="0" role="region" aria-label=${TEXT.tabs.history}><table class="striped" data-testid="history"><thead><tr><th scope="col">${c.command}</th><th scope="col">${c.what}</th><th scope="col">${c.by}</th><th scope="col">${c.when}</th><th scope="col">${c.machine}</th><th scope="col">${c.asker}</th><th scope="col">${c.reason}</th></tr></thead>
      <tbody>${items.map(one => html`<tr data-testid="history-row"><td class="long" translate="no"><code>${safe(one.presentation?.commandText)}</code></td><td>${TEXT.result[one.decision] ?? one.status}</td>
        <td>${one.resolver?.deviceId === this.gateway.device?.id ? T.approvals.byYou : safe(one.resolver?.label ?? one.resolver?.id ?? '–')}</td><td>${when(one.resolvedAtMs)}</td>
        <td>${safe(this.nodes.get(one.presentation?.nodeId)?.displayName ?? brief(one.presentation?.nodeId ?? one.presentation?.host ?? '–'))}</td><td>${safe(one.source?.agentId ?? '–')}</td><td>${safe(one.decisionReason ?? '')}</td></tr>`)}</tbody></table></div>
      ${items.length || history.loading ? nothing : html`<p>${TEXT.historyNone}</p>`}
      ${history.next ? html`<button type="button" @click=${() => this.#readHistory(true)}>${TEXT.older}</button>` : nothing}`;
  }

  async #readRules() {
    this.rules ??= {list: []};
    this.rules.loading = true;
    try {
      this.rules = {list: (await this.gateway.call('exec.approval.grants.list')).grants};
    } catch (error) {
      this.rules = {list: [], error: reason(error)};
    }
    this.app.draw();
  }

  staleRules() {
    this.rules = null;
  }

  #rulesView() {
    if (!this.rules) this.#readRules();
    const rules = this.rules;
    const c = TEXT.columns;
    const now = this.gateway.now();
    const take = rule => async () => {
      if (rule.pressedAt === undefined || performance.now() - rule.pressedAt > 5_000) {
        rule.pressedAt = performance.now();
        this.app.draw();
        return;
      }
      try {
        await this.gateway.call('exec.approval.grants.revoke', {grantId: rule.grantId});
        this.#readRules();
      } catch (error) {
        rules.error = reason(error);
        this.app.draw();
      }
    };
    return html`${rules.error ? html`<p class="bad" role="alert">${safe(rules.error)}</p>` : nothing}
      <div class="overflow-auto" tabindex="0" role="region" aria-label=${TEXT.tabs.rules}><table class="striped" data-testid="rules"><thead><tr><th scope="col">${c.rule}</th><th scope="col">${c.asker}</th><th scope="col">${c.machine}</th><th scope="col">${c.made}</th><th scope="col">${c.uses}</th><th scope="col">${c.until}</th><td></td></tr></thead>
      <tbody>${rules.list.map(rule => html`<tr data-testid="rule"><td class="long" translate="no"><code>${safe(rule.command)}</code>${rule.cwd ? html`<br><small>${TEXT.sheet.folder} ${safe(rule.cwd)}</small>` : nothing}</td>
        <td>${safe(rule.agentId)}</td><td>${safe(this.nodes.get(rule.nodeId)?.displayName ?? brief(rule.nodeId))}</td><td>${safe(rule.createdBy?.label ?? '')}<br>${when(rule.createdAtMs)}</td>
        <td>${rule.useCount}${rule.lastUsedAtMs ? html`<br><small>${ago(rule.lastUsedAtMs, now)}</small>` : nothing}</td><td>${when(rule.expiresAtMs)}</td>
        <td><button type="button" class="small" data-testid="take-back" @click=${take(rule)}>${rule.pressedAt !== undefined && performance.now() - rule.pressedAt < 5_000 ? TEXT.takeBackAgain : TEXT.takeBack}</button></td></tr>`)}</tbody></table></div>
      ${rules.list.length || rules.loading ? nothing : html`<p>${TEXT.rulesNone}</p>`}`;
  }
}

const sameDecision = (mine, theirs) => Boolean(mine) && (mine === theirs || (mine.startsWith('allow') && String(theirs).startsWith('allow')));

/** What `approval.get` and `approval.resolve` say about an ended one. */
function outcome(approval) {
  const status = approval.status === 'allowed' || approval.status === 'denied' ? approval.decision : approval.status;
  return {status, decision: approval.decision, atMs: approval.resolvedAtMs, by: approval.resolver ?? {label: approval.resolvedBy}, words: approval.decisionReason};
}

const initials = label => String(label ?? '?').split(/\s+/).map(word => word[0]).join('').slice(0, 2).toUpperCase();

function ring(left, all) {
  const share = Math.max(0, Math.min(1, left / Math.max(1, all)));
  return html`<svg class=${`ring ${left < HALF_MINUTE_MS ? 'short' : ''}`} viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="8"/><circle class="share" cx="10" cy="10" r="8" pathLength="100" stroke-dasharray=${`${Math.round(share * 100)} 100`}/></svg>`;
}

/** `agent:ops node:build risk:high mine words` as a test of an item. */
function matcher(text, device) {
  const terms = text.toLowerCase().split(/\s+/).filter(Boolean);
  return item => {
    const request = item.request;
    const fields = {
      agent: request.agentId, node: `${item.machine} ${request.nodeId}`, session: request.sessionKey, asker: request.requestedBy?.label, risk: item.level,
    };
    return terms.every(term => {
      if (term === 'mine') return request.requestedBy?.deviceId === device;
      const [, field, value] = /^(\w+):(.*)$/.exec(term) ?? [];
      return field in fields ? String(fields[field] ?? '').toLowerCase().includes(value) : String(request.command ?? '').toLowerCase().includes(term);
    });
  };
}
