// One request, unfolded, and the decision about it. A card is bound to the id and the hash it shows:
// what is pressed here is about that and about nothing else.

import {html, nothing, render} from 'lit-html';
import {isShell, variableLevel} from './hints.js';
import {T} from './texts.js';
import {ago, brief, clock, command, copyButton, full, openDialog, quoted, raw, reason, safe, span, when} from './ui.js';

const ARM_MS = 700;
const AGAIN_MS = 5_000;
const SLOW_MS = 3_000;
const TEXT = T.approvals;
const B = TEXT.blocks;
const DAYS = [1, 7, 30];

export class Card {
  #element = null;
  #armAt = Infinity;
  #ends = new Set();
  #read = new Set();
  #left = 0;
  #watch = null;
  #why = null;
  #preview = null;
  #days = 7;
  #sure = null;

  constructor(inbox, item) {
    this.inbox = inbox;
    this.item = item;
    this.app = inbox.app;
    this.gateway = inbox.gateway;
  }

  /** From now on it takes a moment until a press counts. */
  arm() {
    this.#armAt = performance.now() + ARM_MS;
    this.item.press = null;
    setTimeout(() => this.app.draw(), ARM_MS + 10);
  }

  get armed() {
    return performance.now() >= this.#armAt && this.gateway.live && !document.hidden;
  }

  /** Whether the ends of command and arguments were in sight. */
  get read() {
    return this.item.readToEnd ?? false;
  }

  get machine() {
    return this.inbox.nodes.get(this.item.request.nodeId)?.displayName ?? this.item.machine;
  }

  get #careful() {
    return this.item.level === 'high' || !this.item.machine;
  }

  /** What has to be typed. */
  get #word() {
    return this.item.machine ? String(this.machine) : 'allow';
  }

  draw(element) {
    const fresh = element !== this.#element;
    if (fresh) {
      this.#element = element;
      this.#watch?.disconnect();
      this.#ends.clear();
      this.arm();
    }
    const focused = element.contains(document.activeElement);
    render(this.#view(), element);
    if (fresh) this.#watchEnds(element);
    // A decided card takes its buttons away: whoever was on one stays on the card.
    if (focused && !element.contains(document.activeElement)) element.querySelector('h2')?.focus();
    if (this.#why === null && !this.item.ended) this.#readWhy();
  }

  #watchEnds(element) {
    const ends = [...element.querySelectorAll('[data-end]')];
    ends.forEach(end => this.#ends.add(end.dataset.end));
    this.#watch = new IntersectionObserver(entries => {
      for (const entry of entries) if (entry.isIntersecting && !document.hidden) this.#read.add(entry.target.dataset.end);
      if (!this.read && [...this.#ends].every(end => this.#read.has(end))) this.item.readToEnd = true;
      this.app.draw();
    });
    ends.forEach(end => this.#watch.observe(end));
  }

  #countLeft() {
    const box = this.#element?.querySelector('.command');
    if (!box) return 0;
    const line = parseFloat(getComputedStyle(box).lineHeight) || 20;
    return Math.max(0, Math.round((box.scrollHeight - box.scrollTop - box.clientHeight) / line));
  }

  async toEnd() {
    const frame = () => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    for (const end of this.#element.querySelectorAll('[data-end]')) {
      end.scrollIntoView({block: 'nearest'});
      await frame();
      await frame();
    }
  }

  async #readWhy() {
    const {sessionKey} = this.item.request;
    this.#why = [];
    if (!sessionKey || !this.gateway.has('chat.history')) return;
    if (!this.gateway.may('operator.read')) {
      this.#why = TEXT.whyNeeds('operator.read');
      return;
    }
    try {
      const {messages = []} = await this.gateway.call('chat.history', {sessionKey, limit: 4});
      const last = role => messages.findLast(message => message.role === role);
      this.#why = [last('user'), last('assistant')].filter(Boolean).map(message => ({role: message.role, text: said(message)})).filter(one => one.text);
    } catch (error) {
      this.#why = reason(error);
    }
    this.app.draw();
  }

  // Deciding

  key(event) {
    const {item} = this;
    if (event.key === 'End' || event.key === 'e') {
      event.preventDefault();
      this.toEnd();
    } else if (item.ended || item.sending || event.repeat) {
      return;
    } else if (event.key === 'y') {
      this.pressAllow(event);
    } else if (event.key === 'n') {
      this.press('deny', event);
    } else if (event.key === 'r') {
      event.preventDefault();
      item.reasoning = true;
      this.#drawThen('.reason input');
    } else if (event.key === 'v') {
      event.preventDefault();
      this.openAlways();
    }
  }

  calm() {
    this.item.press = null;
    this.item.confirming = false;
    this.arm();
    this.app.draw();
  }

  /** First press, or the second of the same within five seconds. */
  press(decision, event) {
    const {item} = this;
    event?.preventDefault?.();
    if (!this.armed || item.ended || item.sending) return;
    const now = performance.now();
    if (item.press?.decision === decision && now - item.press.at <= AGAIN_MS) {
      this.inbox.decide(item, decision);
      return;
    }
    item.press = {decision, at: now};
    setTimeout(() => this.app.draw(), AGAIN_MS + 10);
    this.app.draw();
  }

  pressAllow(event) {
    event?.preventDefault?.();
    const {item} = this;
    if (!this.armed || !this.read || item.barred || !item.request.command) return;
    if (!this.#careful) {
      this.press('allow-once', event);
      return;
    }
    item.confirming = true;
    item.press = null;
    this.#drawThen('[data-testid=confirm-cancel]');
  }

  #drawThen(selector) {
    this.app.draw();
    setTimeout(() => this.#element?.querySelector(selector)?.focus(), 0);
  }

  #confirmed(typed) {
    if (typed.trim() !== this.#word || !this.armed) return;
    this.inbox.decide(this.item, 'allow-once');
  }

  // Always

  async openAlways() {
    const {item} = this;
    this.#preview = null;
    this.#sure = null;
    this.app.draw();
    // The dialog is drawn with the card.
    setTimeout(() => openDialog(this.#element.querySelector('dialog.always')), 0);
    try {
      this.#preview = await this.gateway.call('exec.approval.rulePreview', {id: item.id});
    } catch (error) {
      this.#preview = {storable: false, reason: reason(error)};
    }
    this.app.draw();
  }

  #allowAlways() {
    if (!this.read) return;
    if (this.#sure === null || performance.now() - this.#sure > AGAIN_MS) {
      this.#sure = performance.now();
      this.app.draw();
      return;
    }
    this.#element.querySelector('dialog.always').close();
    this.inbox.staleRules();
    this.inbox.decide(this.item, 'allow-always', {grantExpiresInDays: this.#days});
  }

  #alwaysSheet() {
    const s = TEXT.sheet;
    const preview = this.#preview;
    const rule = preview?.rule;
    return html`<dialog class="always" aria-labelledby="always-title" data-testid="always-sheet"><article><h2 id="always-title">${s.title}</h2>
      ${!preview ? html`<p aria-busy="true">${T.loading}</p>` : preview.storable ? html`
        <p>${safe(s.rule(rule.agentId, rule.pattern, this.machine ?? rule.nodeId))}</p>
        <ol class="argv" data-testid="rule-argv" translate="no">${(rule.argv ?? []).map(word => html`<li>${safe(quoted(word))}</li>`)}</ol>
        ${rule.cwd ? html`<p>${s.folder} <code translate="no">${safe(rule.cwd)}</code></p>` : nothing}
        <fieldset><legend>${s.until}</legend>${DAYS.map(days => html`<label><input type="radio" name="days" .checked=${days === this.#days} @change=${() => (this.#days = days)}>${s.days(days)}</label>`)}</fieldset>
        <p>${s.would(preview.wouldHaveAllowed)} ${s.never}</p>
        ${this.read ? nothing : html`<p class="bad">${TEXT.toEndShort}</p>`}` : html`<p data-testid="always-off"><strong>${s.off}:</strong> ${safe(preview.reason)}</p>`}
      <div class="row"><form method="dialog"><button class="secondary">${T.cancel}</button></form>
      ${preview?.storable ? html`<button type="button" data-testid="always-go" aria-disabled=${this.read ? 'false' : 'true'} @click=${() => this.#allowAlways()}>${this.#sure !== null && performance.now() - this.#sure < AGAIN_MS ? s.again : s.confirm}</button>` : nothing}</div>
    </article></dialog>`;
  }

  // Views

  #view() {
    const {item} = this;
    const {request} = item;
    const text = String(request.command ?? '');
    const marks = item.hints.flatMap(hint => hint.spans.map(place => ({...place, level: hint.level, text: hint.text})));
    const block = (name, words, content) => html`<dt>${words}</dt><dd data-testid=${`f-${name}`}>${content}</dd>`;
    return html`<div class="read" tabindex="-1">
      ${this.#head()}
      ${item.changed && !item.ended ? html`<p class="bad" role="alert">${TEXT.changed}</p>` : nothing}
      <h3 class="unseen">${B.command}</h3>
      ${text ? html`<div class="command" tabindex="0" role="region" aria-label=${B.command} data-testid="command-box" dir="ltr" translate="no" @copy=${copyExactly} @scroll=${() => this.app.draw()}><code data-testid="command-text" class=${text.includes('\n') ? 'many' : ''}>${this.#commandView(text, marks)}</code><i data-end="command"></i></div>` : html`<p class="bad">${TEXT.noCommand}</p>`}
      <ul class="hints" data-testid="f-hints" aria-label=${B.hints}><li class="bare">${copyButton(text)}</li>${item.hints.map(hint => html`<li class=${hint.level} data-hint=${hint.id}>${mark(hint.level)} ${safe(hint.text)}</li>`)}</ul>
      <dl class="facts">
        ${block('argv', B.argv, this.#argv())}
        ${request.executable || request.resolvedPath ? block('executable', B.executable, html`<code translate="no">${safe(request.executable ?? request.resolvedPath)}</code>`) : block('executable', B.executable, TEXT.notResolved)}
        ${block('machine', B.machine, this.#machine())}
        ${block('cwd', B.cwd, request.cwd ? html`<code translate="no">${safe(request.cwd)}</code>` : TEXT.defaultFolder)}
        ${block('env', B.env, request.envKeys?.length ? request.envKeys.map(name => html`<code translate="no" class=${`chip ${variableLevel(name) ?? ''}`}>${safe(name)}</code> `) : TEXT.noneSet)}
        ${block('asker', B.asker, this.#asker())}
        ${block('agent', B.agent, request.agentId ? safe(request.agentId) : TEXT.unknown)}
        ${block('session', B.session, request.sessionKey ? html`<span translate="no">${safe(request.sessionKey)}</span>` : TEXT.unknown)}
        ${block('run', B.run, request.runId ? html`<span translate="no">${safe(request.runId)}</span>${request.toolCallId ? html` <small translate="no">${safe(request.toolCallId)}</small>` : nothing}` : TEXT.unknown)}
        ${block('policy', B.policy, html`${safe(TEXT.policyWords(request.security, request.ask))}<br>${request.askFallback === 'full' ? html`<strong class="bad">${TEXT.deadlineRun}</strong>` : TEXT.deadlineNot}`)}
        ${block('why', B.why, this.#whyView())}
        ${block('before', B.before, this.#before())}
        ${item.viewers.length ? block('viewers', B.looking, item.viewers.map(one => html`<span>${safe(TEXT.looking(one.label ?? one.user ?? '?', span(this.gateway.now() - one.sinceMs)))}</span><br>`)) : nothing}
      </dl>
      <details><summary>${B.raw}</summary><pre translate="no" class="raw" tabindex="0">${raw(item.wire)}</pre>${copyButton(raw(item.wire))}</details>
    </div>
    ${item.ended ? this.#ended() : this.#bar()}
    ${this.#alwaysSheet()}`;
  }

  /** Long and always the same: made once. */
  #commandView(text, marks) {
    this.shown ??= command(text, marks);
    return this.shown;
  }

  #head() {
    const {item} = this;
    const left = item.expiresAtMs - this.gateway.now();
    const all = item.expiresAtMs - item.createdAtMs;
    return html`<header class="card-head">
      <h2 tabindex="-1">${item.ended ? safe(this.inbox.endWords(item)) : html`${TEXT.on} ${this.machine ? safe(this.machine) : TEXT.noMachine}`}</h2>
      <span class="grow"></span>
      <span data-testid="f-deadline" title=${full(item.expiresAtMs)}>${item.ended ? when(item.ended.atMs) : html`<strong class=${left < 30_000 ? 'short' : ''}>${clock(left)}</strong> <progress max=${all} value=${Math.max(0, left)} aria-label=${TEXT.sort.deadline}></progress>`}</span>
      <span class="quiet" translate="no" title=${item.id}>${item.id.slice(0, 8)}</span><span class="wide">${copyButton(item.id)}</span>
    </header>`;
  }

  #argv() {
    const {argv, request} = this.item;
    if (!argv) return html`<span>${TEXT.argvUnknown}</span><i data-end="argv"></i>`;
    return html`<ol class="argv" translate="no" tabindex="0">${argv.map(word => html`<li>${safe(quoted(word))}</li>`)}<li class="end" aria-hidden="true"><i data-end="argv"></i></li></ol>
      ${isShell(argv) ? html`<p>${safe(TEXT.shellText(argv.slice(0, 2).join(' ')))}</p>` : nothing}${request.commandPreview ? html`<small translate="no">${safe(request.commandPreview)}</small>` : nothing}`;
  }

  #machine() {
    const {request} = this.item;
    if (!this.item.machine) return html`<strong class="bad">${TEXT.machineMissing}</strong>`;
    if (!request.nodeId) return html`<strong>${safe(request.nodeName ?? request.host)}</strong>${request.host === 'gateway' ? html` <span class="quiet">${TEXT.ownHost}</span>` : nothing}`;
    const node = this.inbox.nodes.get(request.nodeId);
    return html`<strong>${safe(this.machine)}</strong> <span class="quiet" translate="no" title=${request.nodeId}>${brief(request.nodeId)}</span>
      ${node ? html`<br><span class="quiet">${[node.platform, node.remoteIp, node.gatewayInstance].filter(Boolean).map(word => html`${safe(word)} · `)}${node.connected ? html`${T.nodes.since(span(this.gateway.now() - node.connectedAtMs))}` : T.nodes.state.gone}</span>` : nothing}`;
  }

  #asker() {
    const by = this.item.request.requestedBy;
    if (!by) return TEXT.unknown;
    const self = by.deviceId && by.deviceId === this.gateway.device?.id;
    return html`${safe(by.user ? `${by.label} (${by.user})` : by.label)} ${by.deviceId ? html`<span class="quiet" translate="no" title=${by.deviceId}>${brief(by.deviceId)}</span>` : nothing}
      ${self ? html`<strong data-testid="self"> ${TEXT.youAsked}</strong>` : nothing}${this.item.request.turnSourceChannel ? html`<br><span class="quiet">${safe(this.item.request.turnSourceChannel)} ${safe(this.item.request.turnSourceTo ?? '')}</span>` : nothing}`;
  }

  #whyView() {
    const why = this.#why;
    if (typeof why === 'string') return safe(why);
    return why?.length ? why.map(one => html`<p class="said"><b>${one.role === 'user' ? T.said.you : T.said.agent}:</b> ${safe(one.text.slice(0, 600))}</p>`) : TEXT.nothingSaid;
  }

  #before() {
    const {before} = this.item;
    if (!before?.length) return TEXT.firstTime;
    const denied = before.filter(one => one.decision === 'deny');
    const last = before[0];
    return html`${TEXT.beforeCount(before.length - denied.length, denied.length)}<br><span class="quiet">${TEXT.last}: ${TEXT.result[last.decision]} ${last.resolver?.label ? html`${TEXT.by('')}${safe(last.resolver.label)}` : nothing} ${when(last.resolvedAtMs)} ${last.decisionReason ? html`“${safe(last.decisionReason)}”` : nothing}</span>`;
  }

  #ended() {
    const {item} = this;
    const {ended} = item;
    const who = ended.by?.label ?? '?';
    const words = ended.status === 'expired' ? (item.request.askFallback === 'full' ? TEXT.expiredRun : TEXT.expiredNot) : ended.status === 'gone' ? TEXT.gone : this.inbox.endWords(item);
    return html`<footer class="ended-bar" data-testid="card-ended" role="status"><strong>${safe(words)}</strong> ${ended.atMs ? ago(ended.atMs, this.gateway.now()) : nothing}
      ${ended.words ? html` — “${safe(ended.words)}”` : nothing}
      ${ended.agreed ? html`<br>${safe(TEXT.agreed(who))}` : nothing}
      ${ended.tooLate ? html`<br>${safe(TEXT.tooLate(who, TEXT.result[ended.status] ?? ended.status))}` : nothing}</footer>`;
  }

  #bar() {
    const {item} = this;
    if (!this.gateway.may('operator.approvals')) return html`<footer class="bar">${TEXT.lost('operator.approvals')}</footer>`;
    const slow = item.sending && performance.now() - item.sending.at > SLOW_MS;
    return html`<footer class="bar" data-testid="decision-bar">
      ${item.error ? html`<p class="bad" role="alert" data-testid="card-error">${safe(item.error)}</p>` : nothing}
      ${slow ? html`<p class="bad" role="alert" data-testid="slow">${TEXT.unanswered} <button type="button" class="small" @click=${() => this.inbox.lookAgain(item)}>${TEXT.lookAgain}</button></p>` : nothing}
      ${item.reasoning ? html`<label class="reason">${TEXT.reasonLabel}<input maxlength="200" autocomplete="off" data-testid="reason" .value=${item.reason ?? ''} @input=${event => (item.reason = event.target.value.trim())} @keydown=${event => this.#reasonKey(event)}></label>` : nothing}
      ${item.confirming ? this.#confirm() : this.#buttons()}</footer>`;
  }

  #reasonKey(event) {
    if (event.key === 'Escape' || event.key === 'Enter') {
      event.preventDefault();
      event.target.blur();
    }
  }

  #buttons() {
    const {item} = this;
    const off = !this.gateway.live || item.sending;
    const arming = !this.armed && this.gateway.live;
    const filling = arming ? 'arming' : '';
    const pressed = item.press && performance.now() - item.press.at <= AGAIN_MS ? item.press.decision : null;
    const canAllow = !off && this.armed && this.read && !item.barred && item.request.command;
    this.#left = this.read ? 0 : this.#countLeft();
    const hint = !this.gateway.live ? TEXT.notLive : item.barred ? item.barred : !this.read ? (this.#left ? TEXT.toEnd(this.#left) : TEXT.toEndShort) : '';
    return html`<div class="buttons">
        <button type="button" class=${`deny outline ${filling}`} data-testid="deny" aria-disabled=${off || !this.armed ? 'true' : 'false'} @click=${event => this.#clickDeny(event)}>${item.sending?.decision === 'deny' ? TEXT.sending : pressed === 'deny' ? TEXT.denyAgain : TEXT.deny} <kbd>n n</kbd></button>
        ${item.barred ? nothing : html`<button type="button" class=${`allow secondary ${filling}`} data-testid="allow-once" aria-disabled=${canAllow ? 'false' : 'true'} aria-describedby="allow-hint" @click=${event => this.pressAllow(event)}>${item.sending?.decision === 'allow-once' ? TEXT.sending : pressed === 'allow-once' ? safe(TEXT.allowAgain(this.machine)) : html`${TEXT.allow} <kbd>${this.#careful ? 'y' : 'y y'}</kbd>`}</button>`}
        <button type="button" class="always-button" data-testid="always" aria-disabled=${off ? 'true' : 'false'} @click=${() => !off && this.openAlways()}>${TEXT.always} <kbd>v</kbd></button>
      </div>
      <small id="allow-hint" data-testid="allow-hint">${hint} ${item.reasoning ? nothing : html`<button type="button" class="link" @click=${() => { item.reasoning = true; this.#drawThen('.reason input'); }}>${TEXT.giveReason} <kbd>r</kbd></button>`}</small>`;
  }

  /** One click denies; the keyboard needs two presses. */
  #clickDeny(event) {
    if (event.detail === 0) this.press('deny', event);
    else if (this.armed) this.inbox.decide(this.item, 'deny');
  }

  #confirm() {
    const {item} = this;
    const first = (item.argv?.map(quoted).join(' ') ?? String(item.request.command)).slice(0, 60);
    const input = () => this.#element.querySelector('[data-testid=confirm-word]');
    return html`<section class="confirm" aria-label=${TEXT.confirm.title} data-testid="confirm">
      <p><strong>${this.machine ? safe(this.machine) : TEXT.noMachine}</strong> <code translate="no">${safe(first)}</code><br>
      <span class="quiet">${item.hints.filter(hint => hint.level !== 'low').map((hint, at) => html`${at ? ' · ' : ''}${safe(hint.text)}`)}</span></p>
      <label>${TEXT.confirm.type} <b translate="no">${safe(this.#word)}</b>
      <input autocomplete="off" spellcheck="false" data-testid="confirm-word" @input=${() => this.app.draw()} @keydown=${event => event.key === 'Enter' && event.preventDefault()}></label>
      <div class="buttons"><button type="button" class="outline" data-testid="confirm-cancel" @click=${() => this.calm()}>${T.cancel}</button>
      <button type="button" class="secondary" data-testid="confirm-allow" aria-disabled=${input()?.value.trim() === this.#word && this.gateway.live ? 'false' : 'true'} @click=${() => this.#confirmed(input().value)}>${TEXT.confirm.allow}</button></div></section>`;
  }
}

const mark = level => (level === 'high' ? '▲' : level === 'medium' ? '◆' : '●');

function said(message) {
  if (typeof message.content === 'string') return message.content;
  return (message.content ?? []).filter(part => part.type === 'text').map(part => part.text).join('\n');
}

/** The exact text goes to the clipboard, not its escapes. */
function copyExactly(event) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  event.clipboardData.setData('text/plain', selection.getRangeAt(0).cloneContents().textContent);
  event.preventDefault();
}
