// How many instances there are, whether they are well, who is where; with the age of every fact.

import {html, nothing, svg} from 'lit-html';
import {Unanswered} from './gateway.js';
import {T} from './texts.js';
import {isUnknown, plain, reason, safe, short, span} from './ui.js';

const TEXT = T.cluster;
const STALE_MS = 3_000;
const STAYS_MS = 60_000;
const LOOK_EVERY_MS = 2_000;
const MOST_BOXES = 30;

export class Page {
  known = new Map();
  redis = null;
  asOfMs = null;
  #readAt = -Infinity;
  #reading = false;
  #sort = 'id';

  constructor(app) {
    this.app = app;
    this.gateway = app.gateway;
    this.gateway.addEventListener('cluster.changed', ({detail}) => {
      this.take(detail);
      this.app.draw();
    });
  }

  live() {
    this.#look(true);
  }

  #look(now = false) {
    const due = performance.now() - this.#readAt > LOOK_EVERY_MS;
    if (this.#reading || !this.gateway.live || document.hidden || this.app.name !== 'cluster' || !(due || now)) return;
    this.#read();
  }

  async #read() {
    this.#reading = true;
    this.#readAt = performance.now();
    try {
      this.take(await this.gateway.call('cluster.status', {}, 5_000));
      this.error = null;
    } catch (error) {
      this.absent = isUnknown(error);
      if (!(error instanceof Unanswered)) this.error = reason(error);
    }
    this.#reading = false;
    this.app.draw();
  }

  take(status) {
    this.asOfMs = this.gateway.now();
    // All times are by the clock of Redis, which need not be the gateway's.
    this.clock = {ms: status.asOfMs, at: performance.now()};
    this.redis = status.redis ?? null;
    this.leaseMs = status.leaseMs ?? 15_000;
    this.here = status.you;
    const there = new Set();
    for (const one of status.instances ?? []) {
      const {id} = one;
      there.add(id);
      this.known.set(id, {...one, operators: one.connections?.operators, nodes: one.connections?.nodes, goneAtMs: one.state === 'gone' ? (one.goneSinceMs ?? status.asOfMs) : null});
    }
    // One that is not told of any more stays in sight for a minute.
    for (const [id, one] of this.known) {
      if (!there.has(id)) {
        one.goneAtMs ??= status.asOfMs;
        if (status.asOfMs - one.goneAtMs > STAYS_MS) this.known.delete(id);
      }
    }
    this.app.instances = new Map([...this.known.values()].map(one => [one.id, this.#state(one)]));
  }

  /** Now, by the clock of what is told. */
  #now() {
    return this.clock.ms + (performance.now() - this.clock.at);
  }

  #age(one) {
    return one.asOfMs ? Math.max(0, this.#now() - one.asOfMs) : 0;
  }

  #state(one) {
    if (one.goneAtMs || one.state === 'gone' || this.#age(one) > this.leaseMs) return 'gone';
    if (one.state === 'draining') return 'draining';
    if (one.state === 'degraded') return 'degraded';
    return one.state === 'stale' || this.#age(one) > STALE_MS ? 'stale' : 'ready';
  }

  view() {
    if (!this.gateway.may('operator.read')) return html`<h1>${T.pages.cluster}</h1><p>${T.needs('operator.read')}</p>`;
    if (this.absent) return html`<h1>${T.pages.cluster}</h1><p>${TEXT.unknown}</p>`;
    this.#look();
    const all = [...this.known.values()].sort((a, b) => String(value(a, this.#sort)).localeCompare(String(value(b, this.#sort)), 'en', {numeric: true}));
    const stale = !this.gateway.live;
    const versions = new Set(all.filter(one => this.#state(one) !== 'gone').map(one => one.version).filter(Boolean));
    return html`<h1>${T.pages.cluster}</h1>
      ${this.error ? html`<p class="bad" role="alert">${safe(this.error)}</p>` : nothing}
      <p class="row"><small data-testid="as-of">${this.asOfMs ? (stale ? T.shownAsOf : T.asOf)(short(this.asOfMs)) : T.loading}</small>
        ${versions.size > 1 ? html`<strong class="chip medium" data-testid="mixed">${TEXT.mixed}: ${safe([...versions].join(', '))}</strong>` : nothing}</p>
      <div class=${stale ? 'stale' : ''}>${all.length && all.length <= MOST_BOXES ? this.#picture(all) : nothing}${this.#table(all, versions)}</div>`;
  }

  #picture(all) {
    const width = 1000;
    const columns = Math.min(3, all.length);
    const lines = Math.ceil(all.length / columns);
    const height = 110 + lines * 120;
    const box = {w: 290, h: 96};
    const at = index => ({x: (width / columns) * ((index % columns) + 0.5), y: 130 + Math.floor(index / columns) * 120});
    const redis = this.redis;
    return html`<svg class="topology" viewBox=${`0 0 ${width} ${height}`} role="img" aria-label=${TEXT.picture}>
      ${all.map((one, index) => {
        const {x, y} = at(index);
        return svg`<g class=${this.#state(one)}><line x1=${width / 2} y1="56" x2=${x} y2=${y - 10}></line></g>`;
      })}
      <g class=${redis && redis.ok === false ? 'degraded' : ''}><rect x=${width / 2 - 130} y="8" width="260" height="48" rx="8"></rect>
        <text x=${width / 2} y="28" text-anchor="middle">${plain(this.#redisWords() || TEXT.redis)}</text><text class="small" x=${width / 2} y="46" text-anchor="middle">${plain(redis?.reason)}</text></g>
      ${all.map((one, index) => this.#box(one, at(index), box))}</svg>`;
  }

  #redisWords() {
    const redis = this.redis;
    return redis ? [redis.kind === 'valkey' ? 'Valkey' : TEXT.redis, redis.version, redis.mode].filter(Boolean).join(' ') : '';
  }

  #box(one, {x, y}, {w, h}) {
    const state = this.#state(one);
    const left = x - w / 2;
    const line = (text, at, small) => svg`<text class=${small ? 'small' : ''} x=${left + 12} y=${y + at}>${plain(text)}</text>`;
    return svg`<g class=${state} data-testid="instance-box" data-id=${one.id} data-state=${state}><rect x=${left} y=${y - 10} width=${w} height=${h} rx="8"></rect>
      ${line(`${one.id}${one.id === this.here ? ` — ${TEXT.here}` : ''}`, 10)}
      ${line(this.#stateWords(one), 28)}
      ${line(`${one.operators ?? '–'} ${TEXT.columns.operators.toLowerCase()}, ${one.nodes ?? '–'} ${TEXT.columns.nodes.toLowerCase()}`, 46, true)}
      ${line([one.host, one.version, one.upSinceMs ? `${TEXT.columns.up} ${span(this.#now() - one.upSinceMs)}` : ''].filter(Boolean).join(' · '), 62, true)}
      ${line(TEXT.age(span(this.#age(one))), 78, true)}</g>`;
  }

  #stateWords(one) {
    const state = this.#state(one);
    if (state === 'draining' && one.drain) return `${TEXT.state.draining} ${one.drain.left}/${one.drain.of}`;
    if (state === 'degraded' && one.reason) return `${TEXT.state.degraded}: ${one.reason}`;
    return TEXT.state[state];
  }

  #table(all, versions) {
    const c = TEXT.columns;
    const fields = ['id', 'state', 'host', 'version', 'up', 'operators', 'nodes', 'loop', 'heap', 'outbox', 'round', 'age'];
    const sum = field => all.filter(one => this.#state(one) !== 'gone').reduce((total, one) => total + (one[field] ?? 0), 0);
    const head = field => html`<th scope="col" aria-sort=${this.#sort === field ? 'ascending' : nothing}><button type="button" class="link" @click=${() => { this.#sort = field; this.app.draw(); }}>${c[field]}</button></th>`;
    return html`<div class="overflow-auto" tabindex="0" role="region" aria-label=${T.pages.cluster}><table class="striped"><thead><tr>${fields.map(head)}</tr></thead>
      <tbody>${all.map(one => html`<tr data-testid="instance" data-id=${one.id}><td translate="no">${safe(one.id)}${one.id === this.here ? html`<br><small>${TEXT.here}</small>` : nothing}</td><td data-testid="instance-state"><b>${safe(this.#stateWords(one))}</b></td>
        <td>${safe(one.host ?? '–')}</td><td>${safe(one.version ?? '–')}${versions.size > 1 ? html` <small>${TEXT.differs}</small>` : nothing}</td><td>${one.upSinceMs ? span(this.#now() - one.upSinceMs) : '–'}</td>
        <td data-testid="operators">${one.operators ?? '–'}</td><td>${one.nodes ?? '–'}</td><td>${ms(one.eventLoopDelayMs)}</td><td>${bytes(one.heapBytes)}</td><td>${bytes(one.outboxBytes)}</td><td>${ms(one.backplaneMs)}</td>
        <td>${span(this.#age(one))}</td></tr>`)}</tbody>
      <tfoot><tr><td>${TEXT.total}</td><td></td><td></td><td></td><td></td><td data-testid="total-operators">${sum('operators')}</td><td>${sum('nodes')}</td><td></td><td>${bytes(sum('heapBytes'))}</td><td>${bytes(sum('outboxBytes'))}</td><td></td><td></td></tr></tfoot></table></div>`;
  }
}

const value = (one, field) => ({up: one.upSinceMs, loop: one.eventLoopDelayMs, heap: one.heapBytes, outbox: one.outboxBytes, round: one.backplaneMs, age: one.asOfMs})[field] ?? one[field] ?? '';
const ms = number => (number === undefined || number === null ? '–' : `${Math.round(number * 10) / 10} ms`);
const bytes = number => (number === undefined || number === null ? '–' : number < 1024 * 1024 ? `${Math.round(number / 1024)} KB` : `${Math.round(number / 1048576)} MB`);
