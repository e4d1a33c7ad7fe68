// Who waits to be let in, who was, and links that let something in without waiting.

import {html, nothing} from 'lit-html';
import {T} from './texts.js';
import {HOME, ago, brief, clock, copyButton, goTo, openDialog, query, reason, safe, when} from './ui.js';

const TEXT = T.pairing;
const LASTS_MS = 300_000;
const AGAIN_MS = 5_000;
const PAGE = 50;
const LONG_MS = 30 * 86_400_000;

export class Page {
  devices = null;
  invite = {role: 'operator', scopes: new Set(['operator.read', 'operator.approvals', 'operator.pairing']), minutes: 10, made: null};
  #shown = PAGE;
  #removing = null;

  constructor(app) {
    this.app = app;
    this.gateway = app.gateway;
    for (const event of ['device.pair.changed', 'device.pair.resolved']) this.gateway.addEventListener(event, ({detail}) => this.#changed(detail));
  }

  live() {
    if (this.gateway.may('operator.pairing')) this.#read();
  }

  #changed(detail) {
    const made = this.invite.made;
    if (made && !made.used && detail?.via === 'bootstrap') made.used = {name: detail.displayName ?? brief(detail.deviceId), atMs: this.gateway.now()};
    if (this.app.name === 'pairing') this.#read();
    else this.devices = null;
  }

  async #read() {
    if (this.reading) return;
    this.reading = true;
    try {
      const paired = [];
      let cursor;
      do {
        const page = await this.gateway.call('device.pair.list', cursor ? {cursor} : {});
        paired.push(...page.paired);
        cursor = page.nextCursor;
      } while (cursor);
      this.devices = paired;
      this.asOfMs = this.gateway.now();
      this.error = null;
    } catch (error) {
      this.error = reason(error);
    }
    this.reading = false;
    this.app.draw();
  }

  async #do(method, params) {
    try {
      const answer = await this.gateway.call(method, params);
      this.error = null;
      return answer;
    } catch (error) {
      this.error = reason(error);
      return null;
    } finally {
      this.app.draw();
      this.#read();
    }
  }

  view() {
    if (!this.gateway.may('operator.pairing')) return html`<h1>${T.pages.pairing}</h1><p data-testid="no-scope">${T.needs('operator.pairing')}</p>`;
    if (!this.devices && !this.reading && !this.error && this.gateway.live) this.#read();
    const waiting = [...this.app.waiting.values()].sort((a, b) => a.ts - b.ts);
    return html`<h1>${T.pages.pairing}</h1>
      ${this.error ? html`<p class="bad" role="alert" data-testid="pairing-error">${safe(this.error)}</p>` : nothing}
      <section aria-labelledby="p-waiting"><h2 id="p-waiting">${TEXT.waiting}</h2>
      ${waiting.length ? html`<ul class="cards">${waiting.map(one => this.#card(one))}</ul>` : html`<p>${TEXT.none}</p>`}</section>
      ${this.#inviteView()}${this.#paired()}${this.#removeDialog()}`;
  }

  // Who waits

  #card(one) {
    const left = one.ts + LASTS_MS - this.gateway.now();
    if (one.state === 'waiting' && left <= 0) one.state = 'expired';
    const open = one.state === 'waiting';
    const node = one.roles?.includes('node') || one.role === 'node';
    one.give ??= new Set(one.scopes.filter(scope => scope !== 'operator.admin' || one.scopes.length === 1));
    const grave = one.give.has('operator.admin') || (node && (one.allowedCommands ?? one.commands ?? []).includes('system.run'));
    const fits = !grave || one.typed === one.comparisonCode;
    const off = !open || !this.gateway.live || one.busy;
    return html`<li data-testid="pair-card" data-id=${one.requestId} class=${open ? '' : 'quiet'}>
      <h3>${safe(one.displayName ?? one.clientId ?? brief(one.deviceId))} <small class="chip">${node ? TEXT.kind.node : TEXT.kind.operator}</small>
        <small class="chip">${one.isRepair ? TEXT.repair : TEXT.fresh}</small></h3>
      <p><strong class="code" data-testid="pair-code">${one.comparisonCode}</strong> <small>${TEXT.code}</small></p>
      <dl class="facts">
        <dt>${T.nodes.columns.platform}</dt><dd>${safe([one.platform, one.deviceFamily, one.clientId, one.version].filter(Boolean).join(' · '))}</dd>
        <dt>${TEXT.from}</dt><dd data-testid="pair-address">${safe(one.remoteIp ?? TEXT.noAddress)}</dd>
        <dt>${TEXT.key}</dt><dd translate="no">${groups(one.deviceId)}</dd>
        ${node ? html`<dt>${TEXT.nodeDeclares}</dt><dd data-testid="pair-commands">${(one.commands ?? []).map(name => this.#command(one, name))}</dd>` : nothing}
        ${one.scopes.length ? html`<dt>${TEXT.give}</dt><dd>${one.scopes.map(scope => html`<label class=${scope === 'operator.admin' ? 'bad' : ''}><input type="checkbox" data-scope=${scope} ?disabled=${off} .checked=${one.give.has(scope)}
          @change=${event => { one.give[event.target.checked ? 'add' : 'delete'](scope); one.pressedAt = 0; this.app.draw(); }}>${TEXT.scopes[scope] ?? safe(scope)} <small translate="no">${safe(scope)}</small></label>`)}${one.give.size < one.scopes.length ? html`<small>${TEXT.narrower}</small>` : nothing}</dd>` : nothing}
      </dl>
      ${open ? html`
        ${grave ? html`<label>${TEXT.typeCode}<input inputmode="numeric" autocomplete="off" maxlength="6" data-testid="pair-typed" .value=${one.typed ?? ''} @input=${event => { one.typed = event.target.value.trim(); this.app.draw(); }}></label>` : nothing}
        <div class="buttons"><button type="button" class="outline" data-testid="pair-reject" aria-disabled=${off ? 'true' : 'false'} @click=${() => off || this.#reject(one)}>${TEXT.reject}</button>
        <button type="button" class="secondary" data-testid="pair-approve" aria-disabled=${off || !fits || (!one.give.size && one.scopes.length) ? 'true' : 'false'} @click=${() => off || !fits || this.#approve(one)}>${pressed(one) ? TEXT.approveAgain : TEXT.approve}</button>
        <span class="quiet">${TEXT.left(clock(left))}</span></div>` : html`<p data-testid="pair-became" role="status"><strong>${one.state === 'expired' ? TEXT.over : TEXT.became[one.state]}</strong></p>`}
    </li>`;
  }

  #command(one, name) {
    const passes = !one.allowedCommands || one.allowedCommands.includes(name);
    const words = TEXT.commandWords[name];
    return html`<span class=${`chip ${words && passes ? 'high' : ''}`}><code translate="no">${safe(name)}</code>${words ? ` ${words}` : ''}${passes ? '' : ` (${TEXT.blocked})`}</span> `;
  }

  async #approve(one) {
    if (!one.give.size && one.scopes.length) return;
    if (!pressed(one)) {
      one.pressedAt = performance.now();
      setTimeout(() => this.app.draw(), AGAIN_MS + 10);
      this.app.draw();
      return;
    }
    one.busy = true;
    const fewer = one.give.size < one.scopes.length ? {scopes: [...one.give]} : {};
    await this.#do('device.pair.approve', {requestId: one.requestId, ...fewer});
    one.busy = false;
    this.app.draw();
  }

  async #reject(one) {
    one.busy = true;
    await this.#do('device.pair.reject', {requestId: one.requestId});
    one.busy = false;
    this.app.draw();
  }

  // Letting something in without waiting

  #inviteView() {
    const invite = this.invite;
    const {made} = invite;
    const words = TEXT.invite;
    const left = made ? made.expiresAtMs - this.gateway.now() : 0;
    const link = made?.role === 'operator' ? `${HOME.href}#b=${made.token}` : made?.token;
    return html`<details class="invite"><summary>${words.title}</summary>
      <div class="row"><label>${words.role}<select data-testid="invite-role" @change=${event => { invite.role = event.target.value; this.app.draw(); }}>${['operator', 'node'].map(role => html`<option value=${role}>${TEXT.kind[role]}</option>`)}</select></label>
      <label>${words.minutes}<input type="number" min="1" max="1440" .value=${String(invite.minutes)} @input=${event => (invite.minutes = Number(event.target.value))}></label></div>
      ${invite.role === 'operator' ? html`<fieldset>${Object.keys(T.signIn.scopes).map(scope => html`<label><input type="checkbox" .checked=${invite.scopes.has(scope)} ?disabled=${!this.gateway.may(scope)}
        @change=${event => invite.scopes[event.target.checked ? 'add' : 'delete'](scope)}>${TEXT.scopes[scope]} <small translate="no">${scope}</small></label>`)}</fieldset>` : nothing}
      <button type="button" class="small" data-testid="invite-make" @click=${() => this.#make()}>${words.make}</button>
      ${made ? html`<div data-testid="invite-made"><p><strong>${made.role === 'operator' ? words.link : words.token}</strong> — ${words.once} ${made.used ? html`<b>${safe(words.used(made.used.name, '0 s'))}</b>` : left > 0 ? words.left(clock(left)) : words.over}</p>
        ${left > 0 && !made.used ? html`<pre translate="no" data-testid="invite-link" tabindex="0">${link}</pre>${copyButton(link)}` : nothing}</div>` : nothing}</details>`;
  }

  async #make() {
    const {role, scopes, minutes} = this.invite;
    this.invite.made = await this.#do('device.bootstrap.create', {role, ...(role === 'operator' ? {scopes: [...scopes]} : {}), ttlMs: minutes * 60_000});
    this.app.draw();
  }

  // Who is in

  #paired() {
    const words = (query().q ?? '').toLowerCase();
    const all = (this.devices ?? []).filter(one => `${name(one)} ${one.platform} ${one.roles} ${one.scopes} ${one.remoteIp} ${one.deviceId}`.toLowerCase().includes(words));
    const c = TEXT.columns;
    const stale = !this.gateway.live;
    return html`<section aria-labelledby="p-paired" class=${stale ? 'stale' : ''}><h2 id="p-paired">${TEXT.paired} <small>${this.devices?.length ?? ''}</small></h2>
      <div class="tools"><input type="search" aria-label=${T.approvals.filter} placeholder=${T.approvals.filter} .value=${query().q ?? ''} @input=${event => goTo({q: event.target.value}, true)}></div>
      <div class="overflow-auto" tabindex="0" role="region" aria-label=${TEXT.paired}><table class="striped"><thead><tr><th scope="col">${c.name}</th><th scope="col">${c.kind}</th><th scope="col">${c.platform}</th><th scope="col">${c.seen}</th><th scope="col">${c.scopes}</th><th scope="col">${c.by}</th><th scope="col">${c.actions}</th></tr></thead>
      <tbody>${all.slice(0, this.#shown).map(one => this.#device(one))}</tbody></table></div>
      ${all.length > this.#shown ? html`<button type="button" class="small" @click=${() => { this.#shown += PAGE; this.app.draw(); }}>${TEXT.more}</button>` : nothing}</section>`;
  }

  #device(one) {
    const now = this.gateway.now();
    const self = one.deviceId === this.gateway.device.id;
    const unused = !one.connected && one.lastSeenAtMs && now - one.lastSeenAtMs > LONG_MS;
    const save = async event => {
      event.preventDefault();
      await this.#do('device.pair.rename', {deviceId: one.deviceId, label: event.target.elements.label.value});
      this.renaming = null;
    };
    return html`<tr data-testid="device" data-id=${one.deviceId}><td>${this.renaming === one.deviceId
      ? html`<form class="row" @submit=${save}><input name="label" aria-label=${c('name')} maxlength="64" .value=${name(one)}><button class="small">${TEXT.save}</button></form>`
      : html`${safe(name(one))}${self ? html` <small class="chip">${TEXT.self}</small>` : nothing}<br><small class="quiet" translate="no">${brief(one.deviceId)}</small>`}</td>
      <td>${(one.roles ?? [one.role]).join(', ')}</td><td>${safe([one.platform, one.version].filter(Boolean).join(' '))}<br><small class="quiet">${safe(one.remoteIp ?? '')}</small></td>
      <td>${one.connected ? html`<b>${TEXT.now}</b>` : one.lastSeenAtMs ? ago(one.lastSeenAtMs, now) : '–'}${unused ? html`<br><small>${TEXT.unused(30)}</small>` : nothing}</td>
      <td><small>${(one.scopes ?? []).map(scope => html`<span translate="no">${safe(scope)}</span><br>`)}${(one.allowedCommands ?? []).map(command => html`<span translate="no">${safe(command)}</span> `)}</small></td>
      <td>${TEXT.via[one.approvedVia] ?? safe(one.approvedVia ?? '')}${one.approvedBy?.name ? html`<br>${safe(T.approvals.by(one.approvedBy.name))}` : nothing}<br>${when(one.approvedAtMs)}</td>
      <td><div class="row"><button type="button" class="small" data-testid="rename" @click=${() => { this.renaming = one.deviceId; this.app.draw(); }}>${TEXT.rename}</button>
      <button type="button" class="small" data-testid="remove" @click=${() => this.#askRemove(one)}>${TEXT.remove}</button></div></td></tr>`;
  }

  #askRemove(one) {
    this.#removing = one;
    this.typed = '';
    this.app.draw();
    setTimeout(() => openDialog(document.getElementById('remove')), 0);
  }

  #removeDialog() {
    const one = this.#removing;
    if (!one) return html`<dialog id="remove" aria-label=${TEXT.remove}></dialog>`;
    const self = one.deviceId === this.gateway.device.id;
    const fits = !self || this.typed === name(one);
    const go = () => {
      if (!fits) return;
      document.getElementById('remove').close();
      this.#do('device.pair.remove', {deviceId: one.deviceId});
    };
    return html`<dialog id="remove" aria-labelledby="remove-title"><article><h2 id="remove-title">${safe(TEXT.removeTitle(name(one)))}</h2><p>${TEXT.removeText}</p>
      ${self ? html`<label>${TEXT.removeSelf}<input autocomplete="off" .value=${this.typed} @input=${event => { this.typed = event.target.value; this.app.draw(); }}></label>` : nothing}
      <div class="buttons"><form method="dialog"><button class="outline">${T.cancel}</button></form><button type="button" class="secondary" data-testid="remove-go" aria-disabled=${fits ? 'false' : 'true'} @click=${go}>${TEXT.remove}</button></div></article></dialog>`;
  }
}

const c = field => TEXT.columns[field];
const name = one => one.label ?? one.displayName ?? one.clientId ?? brief(one.deviceId);
const pressed = one => one.pressedAt && performance.now() - one.pressedAt < AGAIN_MS;
const groups = id => String(id).slice(0, 32).match(/.{1,4}/g)?.join(' ') ?? id;
