// One connection to the gateway that mends itself, the key of this browser, and the gateway's clock.

const CLIENT = {id: 'krabkrab-control-ui', mode: 'ui', version: '1', platform: 'web'};
export const USUAL_SCOPES = ['operator.read', 'operator.approvals', 'operator.pairing'];
/** A link gives those of them that it was made with. */
export const ALL_SCOPES = [...USUAL_SCOPES, 'operator.write', 'operator.admin'];
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const ANSWER_MS = 20_000;
const CONNECT_MS = 10_000;
/** Between two looks whether somebody has let this browser in. */
const ASK_AGAIN_MS = 4_000;

/** What is missing for a device key, or null. */
export async function missing() {
  if (!window.isSecureContext || !crypto.subtle) return 'secure';
  try {
    await crypto.subtle.generateKey({name: 'Ed25519'}, false, ['sign', 'verify']);
    return null;
  } catch {
    return 'ed25519';
  }
}

/** A few values that outlive the page, in IndexedDB. */
export class Vault {
  #db;

  static async open() {
    const vault = new Vault();
    vault.#db = await done(indexedDB.open('krabkrab-console', 1), request => {
      request.onupgradeneeded = () => request.result.createObjectStore('values');
    });
    return vault;
  }

  get(name) {
    return done(this.#db.transaction('values').objectStore('values').get(name));
  }

  put(name, value) {
    return done(this.#db.transaction('values', 'readwrite').objectStore('values').put(value, name));
  }

  clear() {
    return done(this.#db.transaction('values', 'readwrite').objectStore('values').clear());
  }

  /** The value, or the one given when there is none: two tabs agree on one. */
  async keep(name, value) {
    const store = this.#db.transaction('values', 'readwrite').objectStore('values');
    const there = await done(store.get(name));
    if (there !== undefined) return there;
    await done(store.put(value, name));
    return value;
  }
}

function done(request, prepare = () => {}) {
  return new Promise((resolve, reject) => {
    prepare(request);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function deviceKey(vault) {
  const kept = await vault.get('device');
  if (kept) return kept;
  const pair = await crypto.subtle.generateKey({name: 'Ed25519'}, false, ['sign', 'verify']);
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const id = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', raw)));
  return vault.keep('device', {privateKey: pair.privateKey, publicKey: base64url(raw), id});
}

const hex = bytes => [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
const base64url = bytes =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

/** What the gateway refused. */
export class Refusal extends Error {
  constructor(error) {
    super(error?.message ?? 'refused');
    this.code = error?.code;
    this.details = error?.details ?? {};
    this.retryAfterMs = error?.retryAfterMs ?? this.details.retryAfterMs;
  }
}

/** No answer came: the request may or may not have been carried out. */
export class Unanswered extends Error {}

/**
 * States: idle, connecting, live, reconnecting, offline, draining; and those that a person ends:
 * signed-out (with `refusal`), waiting (to be paired), removed. Events: `state`, `clock`, and those
 * of the gateway by their name with the payload in `detail`.
 */
export class Gateway extends EventTarget {
  state = 'idle';
  hello = null;
  device = null;
  refusal = null;
  waiting = null;
  removed = null;
  /** Of the last answered call, in ms. */
  roundTripMs = null;
  /** When the connection was lost, gateway time. */
  lostAtMs = null;
  retryAtMs = null;
  #vault;
  #addresses;
  #address = 0;
  #secret = null;
  #scopes = USUAL_SCOPES;
  #socket = null;
  #calls = new Map();
  #lastId = 0;
  #failures = 0;
  #timer = null;
  #clock = null;
  #name;

  /** @param addresses WebSocket addresses, the own origin first */
  constructor(vault, addresses, name) {
    super();
    this.#vault = vault;
    this.#addresses = addresses;
    this.#name = name;
    window.addEventListener('online', () => this.retryNow());
    document.addEventListener('visibilitychange', () => !document.hidden && this.retryNow());
  }

  /** Milliseconds since 1970 by the gateway's clock, whatever this browser believes. */
  now() {
    return this.#clock ? this.#clock.ts + (performance.now() - this.#clock.at) : Date.now();
  }

  #tellTime(ts) {
    if (!Number.isFinite(ts)) return;
    const known = this.#clock && this.#clock.ts + (performance.now() - this.#clock.at);
    // A message is late, never early: of two estimates the later time is nearer the truth.
    if (!this.#clock || ts > known || known - ts > 1_000) {
      this.#clock = {ts, at: performance.now()};
      this.#tell('clock');
    }
  }

  get scopes() {
    return this.hello?.auth?.scopes ?? this.#scopes;
  }

  may(scope) {
    return this.scopes.includes('operator.admin') || this.scopes.includes(scope);
  }

  /** Whether the gateway has this method. */
  has(method) {
    return this.hello?.features?.methods?.includes(method) ?? false;
  }

  get live() {
    return this.state === 'live';
  }

  learn(addresses) {
    for (const address of addresses) {
      if (!this.#addresses.includes(address)) this.#addresses.push(address);
    }
  }

  /**
   * Begins; with nothing given by what this browser keeps from an earlier visit.
   *
   * @param secret {token} or {password} or {bootstrap}, or null
   */
  async start(secret, scopes) {
    this.device = await deviceKey(this.#vault);
    const kept = await this.#vault.get('token');
    this.#secret = secret;
    this.#scopes = scopes ?? (secret ? USUAL_SCOPES : (kept?.scopes ?? USUAL_SCOPES));
    this.refusal = null;
    this.waiting = null;
    this.removed = null;
    this.#failures = 0;
    this.#open();
  }

  /** Forgets key and token. */
  async signOut() {
    this.#stop();
    await this.#vault.clear();
    this.#secret = null;
    this.hello = null;
    this.device = null;
    this.#become('signed-out');
  }

  retryNow() {
    if (['reconnecting', 'offline', 'waiting'].includes(this.state)) {
      clearTimeout(this.#timer);
      this.#open();
    }
  }

  /**
   * Calls a method; fails with Refusal or Unanswered. Nothing is sent later than now.
   */
  call(method, params = {}, timeoutMs = ANSWER_MS) {
    if (!this.live) return Promise.reject(new Unanswered('not connected'));
    return this.#send(this.#socket, method, params, timeoutMs);
  }

  #send(socket, method, params, timeoutMs) {
    const id = `c${++this.#lastId}`;
    const began = performance.now();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(id);
        reject(new Unanswered(`${method}: no answer`));
      }, timeoutMs);
      this.#calls.set(id, {resolve, reject, timer, began, socket});
      socket.send(JSON.stringify({type: 'req', id, method, params}));
    });
  }

  #stop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#abandon(socket);
  }

  #open() {
    this.#stop();
    if (this.state !== 'reconnecting' && this.state !== 'waiting' && this.state !== 'offline') {
      this.#become('connecting');
    }
    let socket;
    try {
      socket = new WebSocket(this.#addresses[this.#address]);
    } catch {
      this.#again();
      return;
    }
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket, {code: 4000, reason: 'timeout'}), CONNECT_MS);
    socket.onmessage = message => this.#arrived(socket, message.data);
    socket.onclose = close => this.#lost(socket, close);
  }

  #arrived(socket, text) {
    if (socket !== this.#socket) return;
    const frame = JSON.parse(text);
    if (frame.type === 'res') {
      this.#answered(frame);
      return;
    }
    const {event, payload} = frame;
    if (event === 'connect.challenge') {
      this.#tellTime(payload.ts);
      this.#connect(socket, payload).catch(error => this.#refused(socket, error));
    } else if (event === 'tick') {
      this.#tellTime(payload?.ts);
    } else if (event === 'shutdown') {
      this.restartMs = payload?.restartExpectedMs ?? 0;
      this.#become('draining');
    }
    this.dispatchEvent(new CustomEvent(event, {detail: payload}));
  }

  #answered(frame) {
    const call = this.#calls.get(frame.id);
    if (!call) return;
    this.#calls.delete(frame.id);
    clearTimeout(call.timer);
    this.roundTripMs = Math.round(performance.now() - call.began);
    if (frame.ok) call.resolve(frame.payload ?? {});
    else call.reject(new Refusal(frame.error));
  }

  async #connect(socket, challenge) {
    const kept = await this.#vault.get('token');
    const auth = this.#auth(kept);
    const scopes = [...this.#scopes];
    const signedAt = Math.round(challenge.ts);
    const text = [
      'v3', this.device.id, CLIENT.id, CLIENT.mode, 'operator', scopes.join(','), signedAt,
      auth.token || auth.deviceToken || auth.bootstrapToken || '', challenge.nonce, CLIENT.platform, '',
    ].join('|');
    const signature = new Uint8Array(
      await crypto.subtle.sign({name: 'Ed25519'}, this.device.privateKey, new TextEncoder().encode(text)));
    if (socket !== this.#socket) return;
    const hello = await this.#send(socket, 'connect', {
      minProtocol: 4,
      maxProtocol: 4,
      client: {...CLIENT, displayName: this.#name},
      caps: ['approval-viewers'],
      role: 'operator',
      scopes,
      auth,
      device: {id: this.device.id, publicKey: this.device.publicKey, signature: base64url(signature),
               signedAt, nonce: challenge.nonce},
      locale: navigator.language,
      userAgent: navigator.userAgent,
    }, CONNECT_MS);
    if (socket !== this.#socket) return;
    await this.#welcomed(hello);
  }

  #auth(kept) {
    const secret = this.#secret;
    if (secret?.bootstrap) return {bootstrapToken: secret.bootstrap};
    if (secret?.password) return {password: secret.password};
    if (secret?.token) return {token: secret.token};
    return kept?.token ? {deviceToken: kept.token} : {};
  }

  async #welcomed(hello) {
    clearTimeout(this.#timer);
    if (hello.auth?.deviceToken) {
      await this.#vault.put('token', {token: hello.auth.deviceToken, scopes: hello.auth.scopes});
      this.#scopes = hello.auth.scopes ?? this.#scopes;
      this.#secret = null;
    }
    this.hello = hello;
    this.#failures = 0;
    this.refusal = null;
    this.waiting = null;
    this.#become('live');
    this.lostAtMs = null;
  }

  /** The handshake failed in words. */
  async #refused(socket, error) {
    if (socket !== this.#socket || !(error instanceof Refusal)) return;
    const code = error.details.code;
    if (code === 'PAIRING_REQUIRED') {
      this.waiting = {...error.details, message: error.message, sinceMs: this.waiting?.requestId === error.details.requestId
        ? this.waiting.sinceMs : this.now()};
      this.#become('waiting');
    } else if (/BUSY|UNAVAILABLE|STARTING/.test(error.code ?? '') && !/RATE/.test(code ?? '')) {
      return;
    } else {
      if (this.#secret?.bootstrap || !this.#secret) await this.#forget(code);
      this.refusal = error;
      this.refusedAtMs = this.now();
      this.#secret = null;
      this.#become('signed-out');
    }
  }

  async #forget(code) {
    if (/DEVICE_TOKEN|MISMATCH/.test(code ?? '')) await this.#vault.put('token', undefined);
  }

  #lost(socket, {code, reason}) {
    if (socket !== this.#socket) return;
    clearTimeout(this.#timer);
    this.#socket = null;
    socket.onclose = null;
    socket.close();
    this.#abandon(socket);
    if (this.state === 'signed-out') return;
    if (code === 4001) {
      this.removed = reason;
      this.#become('removed');
      return;
    }
    if (this.state === 'waiting') {
      this.#timer = setTimeout(() => this.#open(), ASK_AGAIN_MS);
      return;
    }
    this.#again(code);
  }

  #again() {
    this.lostAtMs ??= this.now();
    const drained = this.state === 'draining';
    this.#failures++;
    if (drained || this.#failures % 2 === 0) {
      this.#address = (this.#address + 1) % this.#addresses.length;
    }
    const step = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(this.#failures - 1, 10));
    const pause = drained && this.restartMs
      ? Math.random() * Math.min(this.restartMs, LONGEST_PAUSE_MS)
      : step * (0.5 + Math.random());
    this.retryAtMs = this.now() + pause;
    this.#timer = setTimeout(() => this.#open(), pause);
    this.#become(this.#failures > 4 ? 'offline' : 'reconnecting');
  }

  #abandon(socket) {
    for (const [id, call] of this.#calls) {
      if (call.socket === socket) {
        this.#calls.delete(id);
        clearTimeout(call.timer);
        call.reject(new Unanswered('the connection ended'));
      }
    }
  }

  #become(state) {
    this.state = state;
    this.#tell('state');
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(name));
  }
}
