// Which nodes there are, where each is connected, and what it may be asked to do.

import {html, nothing} from 'lit-html';
import {Unanswered} from './gateway.js';
import {T} from './texts.js';
import {ago, brief, goTo, plain, query, raw, reason, safe, short, span, when} from './ui.js';

const TEXT = T.nodes;
const SETTLE_MS = 300;
const LOOK_EVERY_MS = 5_000;

export class Page {
  nodes = null;
  devices = new Map();
  policy = null;
  #timer = null;
  #readAt = 0;
  #ask = {command: '', params: '{}', answer: null};

  constructor(app) {
    this.app = app;
    this.gateway = app.gateway;
    for (const event of ['presence', 'node.pair.resolved', 'device.pair.changed', 'cluster.changed']) this.gateway.addEventListener(event, () => this.#soon());
  }

  live() {
    this.#read();
  }

  #soon() {
    if (this.app.name !== 'nodes' || document.hidden) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#read(), SETTLE_MS);
  }

  async #read() {
    if (!this.gateway.live || !this.gateway.may('operator.read')) return;
    this.#readAt = performance.now();
    try {
      const [{nodes}, pairing, config] = await Promise.all([
        this.gateway.call('node.list'),
        this.gateway.may('operator.pairing') ? this.gateway.call('device.pair.list') : {paired: []},
        this.gateway.may('operator.admin') ? this.gateway.call('config.get') : null,
      ]);
      this.#compare(nodes);
      this.devices = new Map(pairing.paired.filter(one => one.roles?.includes('node')).map(one => [one.deviceId, one]));
      this.policy = config?.config?.gateway?.nodes ?? config?.parsed?.gateway?.nodes ?? (config ? {} : null);
      this.asOfMs = this.gateway.now();
      this.error = null;
    } catch (error) {
      if (!(error instanceof Unanswered)) this.error = reason(error);
    }
    this.app.draw();
  }

  #compare(nodes) {
    const before = new Map((this.nodes ?? []).map(one => [one.nodeId, one]));
    const there = new Set(nodes.map(one => one.nodeId));
    for (const node of nodes) {
      const old = before.get(node.nodeId);
      node.goneAtMs = node.connected ? null : old?.connected ? this.gateway.now() : (old?.goneAtMs ?? null);
      node.connects = old?.connects ?? [];
      if (node.connected && node.connectedAtMs !== old?.connectedAtMs) node.connects = [...node.connects, {atMs: node.connectedAtMs, from: node.remoteIp}].slice(-10);
    }
    // One that is not listed any more stays in sight as gone.
    const lost = [...before.values()].filter(one => !there.has(one.nodeId) && one.connected);
    this.nodes = [...nodes, ...lost.map(one => ({...one, connected: false, goneAtMs: this.gateway.now()}))];
  }

  view() {
    if (!this.gateway.may('operator.read')) return html`<h1>${T.pages.nodes}</h1><p>${T.needs('operator.read')}</p>`;
    if ((!this.nodes || performance.now() - this.#readAt > LOOK_EVERY_MS) && this.gateway.live && !document.hidden) this.#read();
    const c = TEXT.columns;
    const words = (query().q ?? '').toLowerCase();
    const nodes = (this.nodes ?? []).filter(one => `${one.displayName} ${one.nodeId} ${one.platform} ${one.gatewayInstance} ${one.commands}`.toLowerCase().includes(words));
    const common = most((this.nodes ?? []).map(one => one.version));
    const open = this.nodes?.find(one => one.nodeId === query().id);
    const stale = !this.gateway.live;
    return html`<h1>${T.pages.nodes}</h1>
      ${this.error ? html`<p class="bad" role="alert">${safe(this.error)}</p>` : nothing}
      <div class="tools"><input type="search" aria-label=${T.approvals.filter} placeholder=${T.approvals.filter} .value=${query().q ?? ''} @input=${event => goTo({q: event.target.value}, true)}></div>
      <small>${this.asOfMs ? (stale ? T.shownAsOf : T.asOf)(short(this.asOfMs)) : T.loading}</small>
      ${this.nodes && !this.nodes.length ? html`<p>${TEXT.none}</p>` : html`
      <div class=${`overflow-auto ${stale ? 'stale' : ''}`} tabindex="0" role="region" aria-label=${T.pages.nodes}><table class="striped"><thead><tr><th scope="col">${c.name}</th><th scope="col">${c.state}</th><th scope="col">${c.platform}</th><th scope="col">${c.instance}</th><th scope="col">${c.address}</th><th scope="col">${c.commands}</th></tr></thead>
      <tbody>${nodes.map(one => this.#row(one, common))}</tbody></table></div>`}
      ${open ? this.#drawer(open) : nothing}`;
  }

  #row(one, common) {
    const now = this.gateway.now();
    const waits = this.app.inbox.waiting.filter(item => item.request.nodeId === one.nodeId).length;
    const last = one.connects.filter(connect => now - connect.atMs < 60_000);
    const from = [...new Set(last.map(connect => connect.from).filter(Boolean))];
    const state = this.#state(one);
    return html`<tr data-testid="node" data-id=${one.nodeId}><td><a href=${`?page=nodes&id=${one.nodeId}`} @click=${event => { event.preventDefault(); goTo({id: one.nodeId}); }}>${safe(one.displayName ?? brief(one.nodeId))}</a><br><small class="quiet" translate="no">${brief(one.nodeId)}</small>
      ${waits ? html`<br><small>${TEXT.waiting(waits)}</small>` : nothing}
      ${last.length >= 3 || from.length > 1 ? html`<br><strong class="bad">${TEXT.flaps} ${safe(from.join(', '))}</strong>` : nothing}</td>
      <td data-testid="node-state"><b>${TEXT.state[state]}</b>${one.connected && one.connectedAtMs ? html`<br><small>${TEXT.since(span(now - one.connectedAtMs))}</small>` : one.goneAtMs ? html`<br><small>${TEXT.since(span(now - one.goneAtMs))}</small>` : nothing}</td>
      <td>${safe(one.platform ?? '–')}<br><small>${safe(one.version ?? '')}${one.version && common && one.version !== common ? html` <b>${TEXT.drift}</b>` : nothing}</small></td>
      <td translate="no" data-testid="node-instance">${safe(one.gatewayInstance ?? '–')}</td><td>${safe(one.remoteIp ?? '–')}</td>
      <td>${this.#commands(one)}</td></tr>`;
  }

  #state(one) {
    if (one.connected) {
      // Its instance is known to be gone before the lease of its registration ends.
      const gone = this.app.instances && one.gatewayInstance && this.app.instances.get(one.gatewayInstance) === 'gone';
      return gone ? 'unknown' : 'connected';
    }
    return one.goneAtMs || one.paired || this.devices.has(one.nodeId) ? 'gone' : 'never';
  }

  /** Each command with why it may not be asked for, where it may not. */
  #commands(one) {
    const declared = this.devices.get(one.nodeId)?.commands ?? one.commands ?? [];
    const live = new Set(this.devices.get(one.nodeId)?.allowedCommands ?? one.commands ?? []);
    const denied = new Set(this.policy?.denyCommands ?? []);
    const wanted = (this.policy?.allowCommands ?? []).filter(name => !declared.includes(name));
    const chip = (name, why) => html`<span class=${`chip ${why ? 'medium' : ''}`} data-testid="node-command" data-command=${name} title=${why || TEXT.allowed}><code translate="no">${safe(name)}</code>${why ? html` <small>${why}</small>` : nothing}</span> `;
    return html`${declared.map(name => chip(name, denied.has(name) ? TEXT.deniedBy : live.has(name) ? '' : this.policy ? TEXT.notListed : T.pairing.blocked))}${wanted.map(name => chip(name, TEXT.notOffered))}`;
  }

  #drawer(one) {
    const device = this.devices.get(one.nodeId);
    const rename = async event => {
      event.preventDefault();
      await this.#do('node.rename', {nodeId: one.nodeId, displayName: event.target.elements.label.value});
    };
    const run = async event => {
      event.preventDefault();
      const {command, params} = event.target.elements;
      this.#ask = {command: command.value, params: params.value, answer: '…'};
      this.app.draw();
      try {
        const answer = await this.gateway.call('node.invoke', {nodeId: one.nodeId, command: command.value, params: JSON.parse(params.value || '{}'), idempotencyKey: crypto.randomUUID()}, 40_000);
        this.#ask.answer = raw(answer.payload ?? answer);
      } catch (error) {
        this.#ask.answer = reason(error);
      }
      this.app.draw();
    };
    const unpair = async event => {
      event.preventDefault();
      if (event.target.elements.typed.value === (one.displayName ?? one.nodeId)) await this.#do('device.pair.remove', {deviceId: one.nodeId});
    };
    const askable = (one.commands ?? []).filter(name => !name.startsWith('system.run') && !name.startsWith('system.execApprovals'));
    return html`<article data-testid="node-details"><header class="row"><h2>${safe(one.displayName ?? brief(one.nodeId))}</h2><span class="grow"></span><button type="button" class="small" @click=${() => goTo({id: null})}>${T.close}</button></header>
      <dl class="facts"><dt>${T.pairing.key}</dt><dd translate="no">${one.nodeId}</dd><dt>${TEXT.caps}</dt><dd>${safe((one.caps ?? []).join(', ') || '–')}</dd>
      <dt>${TEXT.permissions}</dt><dd>${Object.entries(one.permissions ?? {}).map(([name, on]) => html`<span class="chip">${safe(name)}: ${String(on)}</span> `)}</dd>
      <dt>${TEXT.columns.platform}</dt><dd>${safe([one.platform, one.deviceFamily, one.modelIdentifier, one.version].filter(Boolean).join(' · '))}</dd>
      ${device ? html`<dt>${T.pairing.columns.by}</dt><dd>${safe(device.approvedBy?.name ?? device.approvedVia ?? '')} ${when(device.approvedAtMs)}</dd><dt>${T.pairing.columns.seen}</dt><dd>${one.connected ? T.pairing.now : ago(device.lastSeenAtMs, this.gateway.now())}</dd>` : nothing}</dl>
      ${this.gateway.may('operator.write') && one.connected && askable.length ? html`<details><summary>${TEXT.ask}</summary><form @submit=${run}><label>${TEXT.askCommand}<select name="command">${askable.map(name => html`<option value=${name}>${plain(name)}</option>`)}</select></label>
        <label>${TEXT.askParams}<textarea name="params" rows="2" spellcheck="false">{}</textarea></label><button class="small">${TEXT.askRun}</button></form>
        ${this.#ask.answer ? html`<pre class="raw" translate="no" data-testid="node-answer" tabindex="0">${plain(this.#ask.answer)}</pre>` : nothing}</details>` : nothing}
      ${this.gateway.may('operator.pairing') ? html`<details><summary>${TEXT.rename} · ${TEXT.unpair}</summary>
        <form class="row" @submit=${rename}><input name="label" aria-label=${TEXT.rename} maxlength="64" value=${one.displayName ?? ''}><button class="small">${TEXT.rename}</button></form>
        <form @submit=${unpair}><label>${safe(TEXT.typeName(one.displayName ?? one.nodeId))}<input name="typed" autocomplete="off"></label><button class="small">${TEXT.unpair}</button></form></details>` : nothing}
    </article>`;
  }

  async #do(method, params) {
    try {
      await this.gateway.call(method, params);
      this.error = null;
    } catch (error) {
      this.error = reason(error);
    }
    await this.#read();
  }
}

function most(values) {
  const counts = new Map();
  for (const value of values.filter(Boolean)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
