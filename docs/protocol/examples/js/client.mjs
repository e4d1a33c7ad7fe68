// A small client of the gateway: no dependency, Node 22 (or Node 20 with --experimental-websocket).
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const lower = (text) => text.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The key of this device, and the token the gateway gave it. One file, for its owner's eyes only. */
export class Identity {
  constructor(privateKey, file) {
    this.privateKey = privateKey;
    this.file = file;
    const spki = createPublicKey(privateKey).export({ type: "spki", format: "der" });
    this.raw = spki.subarray(spki.length - 32);
    this.deviceId = createHash("sha256").update(this.raw).digest("hex");
    this.publicKey = this.raw.toString("base64url");
    this.deviceToken = "";
  }

  static load(file) {
    if (!existsSync(file)) {
      const identity = new Identity(generateKeyPairSync("ed25519").privateKey, file);
      identity.save();
      return identity;
    }
    const stored = JSON.parse(readFileSync(file, "utf8"));
    const identity = new Identity(createPrivateKey(stored.privateKey), file);
    identity.deviceToken = stored.deviceToken ?? "";
    return identity;
  }

  static ofSeed(hex) {
    const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(hex, "hex")]);
    return new Identity(createPrivateKey({ key: der, format: "der", type: "pkcs8" }), null);
  }

  save() {
    const privateKey = this.privateKey.export({ type: "pkcs8", format: "pem" });
    writeFileSync(this.file, JSON.stringify({ privateKey, deviceToken: this.deviceToken }), { mode: 0o600 });
  }

  /** The signature of a connect request: what is signed says who asks for what, here and now. */
  signature({ clientId, clientMode, role, scopes, signedAt, token, nonce, platform, deviceFamily }) {
    const text = ["v3", this.deviceId, clientId, clientMode, role, scopes.join(","), signedAt, token, nonce,
      lower(platform), lower(deviceFamily)].join("|");
    return sign(null, Buffer.from(text, "utf8"), this.privateKey).toString("base64url");
  }
}

/** What the gateway refused: `code`, and `details.code` to decide by. The message is for people. */
export class Refused extends Error {
  constructor(error) {
    super(error.message);
    this.code = error.code;
    this.details = error.details ?? {};
    this.retryable = error.retryable === true;
    this.retryAfterMs = error.retryAfterMs;
  }
}

/** One connection at a time to any of several addresses, kept until `close`. */
export class Gateway {
  constructor({ urls, token = "", identity, role = "operator", scopes = ["operator.read"], more = {} }) {
    Object.assign(this, { urls, token, identity, role, scopes, more });
    this.handlers = new Map([["pairing", (id) => console.log(`waiting: krabkrab devices approve ${id}`)]]);
    this.pending = new Map();
    this.attempt = 0;
    this.closed = false;
  }

  on(event, handler) {
    this.handlers.set(event, handler);
    return this;
  }

  /** Resolves with hello-ok. Waits for an approval, tries the next address when one is away. */
  async connect() {
    for (;;) {
      try {
        const hello = await this.#once(this.urls[this.attempt % this.urls.length]);
        this.attempt = 0;
        return hello;
      } catch (error) {
        if (this.closed) throw error;
        if (error.code === "NOT_PAIRED" && error.details.requestId) {
          if (this.waitsFor !== error.details.requestId) this.handlers.get("pairing")?.(error.details.requestId);
          this.waitsFor = error.details.requestId;
        } else if (error instanceof Refused && !error.retryable) {
          if (error.details.code === "AUTH_DEVICE_TOKEN_MISMATCH" && this.identity.deviceToken) {
            this.identity.deviceToken = "";
            this.identity.save();
            continue;
          }
          throw error;
        }
        this.attempt++;
        const pause = error.retryAfterMs ?? Math.min(15000, 250 * 2 ** Math.min(this.attempt, 6));
        await new Promise((go) => setTimeout(go, pause * (0.5 + Math.random())));
      }
    }
  }

  /** Resolves with the payload of the answer, or rejects with {@link Refused}. */
  request(method, params = {}) {
    return new Promise((resolve, reject) => {
      const id = randomUUID();
      this.pending.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  close() {
    this.closed = true;
    this.socket?.close();
  }

  #once(url) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      let greeted = false;
      let last = new Error(`cannot reach ${url}`);
      socket.onmessage = ({ data }) => {
        const frame = JSON.parse(data);
        if (frame.event === "connect.challenge") {
          socket.send(JSON.stringify({ type: "req", id: "connect", method: "connect", params: this.#hello(frame.payload) }));
        } else if (frame.id === "connect" && !greeted) {
          if (!frame.ok) {
            last = new Refused(frame.error);
            return;
          }
          greeted = true;
          this.socket = socket;
          if (frame.payload.auth?.deviceToken && this.identity.file) {
            this.identity.deviceToken = frame.payload.auth.deviceToken;
            this.identity.save();
          }
          resolve(frame.payload);
        } else if (frame.type === "res") {
          const waiting = this.pending.get(frame.id);
          this.pending.delete(frame.id);
          if (frame.ok) waiting?.resolve(frame.payload);
          else waiting?.reject(new Refused(frame.error));
        } else if (frame.type === "event") {
          this.handlers.get(frame.event)?.(frame.payload);
        }
      };
      socket.onerror = () => {};
      socket.onclose = () => {
        if (!greeted) {
          reject(last);
          return;
        }
        // Whether a call that was under way took effect is not known: ask again with the same idempotencyKey.
        for (const { reject: end } of this.pending.values()) end(new Error("the connection ended"));
        this.pending.clear();
        if (!this.closed) this.connect().then((hello) => this.handlers.get("again")?.(hello), () => {});
      };
    });
  }

  #hello({ nonce, ts }) {
    const client = { id: this.role === "node" ? "node-host" : "gateway-client", version: "1.0.0", platform: "linux",
      mode: this.role === "node" ? "node" : "backend", displayName: "an example" };
    // The token of the device is enough once there is one; the shared secret is for the first time.
    const auth = this.identity.deviceToken ? { deviceToken: this.identity.deviceToken } : { token: this.token };
    const signed = { clientId: client.id, clientMode: client.mode, role: this.role, scopes: this.scopes, signedAt: ts,
      token: auth.deviceToken ?? auth.token, nonce, platform: client.platform, deviceFamily: "" };
    const device = { id: this.identity.deviceId, publicKey: this.identity.publicKey, signedAt: ts, nonce,
      signature: this.identity.signature(signed) };
    return { minProtocol: 3, maxProtocol: 4, client, role: this.role, scopes: this.scopes, device, auth, ...this.more };
  }
}

/** Addresses, secret and identity file of an example, from the environment. */
export function settings() {
  const { GATEWAY_URLS = "ws://127.0.0.1:18789", GATEWAY_TOKEN = "", IDENTITY = "identity.json" } = process.env;
  return { urls: GATEWAY_URLS.split(","), token: GATEWAY_TOKEN, identity: Identity.load(IDENTITY) };
}
