"""A small client of the gateway. Needs the packages websockets and cryptography."""

import asyncio
import base64
import hashlib
import json
import os
import random
import uuid

import websockets
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def lower(text):
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in text.strip())


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Identity:
    """The key of this device, and the token the gateway gave it. One file, for its owner's eyes only."""

    def __init__(self, key, path=None, device_token=""):
        self.key = key
        self.path = path
        self.device_token = device_token
        raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        self.device_id = hashlib.sha256(raw).hexdigest()
        self.public_key = base64url(raw)

    @staticmethod
    def of_seed(seed):
        return Identity(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)))

    @staticmethod
    def load(path):
        if not os.path.exists(path):
            identity = Identity(Ed25519PrivateKey.generate(), path)
            identity.save()
            return identity
        with open(path, encoding="utf-8") as file:
            stored = json.load(file)
        key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(stored["seed"]))
        return Identity(key, path, stored["deviceToken"])

    def save(self):
        seed = self.key.private_bytes(
            serialization.Encoding.Raw, serialization.PrivateFormat.Raw, serialization.NoEncryption())
        opener = lambda path, flags: os.open(path, flags, 0o600)
        with open(self.path, "w", encoding="utf-8", opener=opener) as file:
            json.dump({"seed": seed.hex(), "deviceToken": self.device_token}, file)

    def signature(self, clientId, clientMode, role, scopes, signedAt, token, nonce, platform, deviceFamily):
        """The signature of a connect request: what is signed says who asks for what, here and now."""
        text = "|".join(["v3", self.device_id, clientId, clientMode, role, ",".join(scopes), str(signedAt), token,
                         nonce, lower(platform), lower(deviceFamily)])
        return base64url(self.key.sign(text.encode("utf-8")))


class Refused(Exception):
    """What the gateway refused: code, and details["code"] to decide by. The message is for people."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.code = error["code"]
        self.details = error.get("details") or {}
        self.retryable = error.get("retryable", False)
        self.retry_after = error.get("retryAfterMs", 0) / 1000


class Gateway:
    """One connection to the first of several addresses that answers."""

    def __init__(self, scopes=("operator.read",), on_event=lambda event, payload: None, on_pairing=lambda text: print(text, flush=True)):
        self.urls = os.environ.get("GATEWAY_URLS", "ws://127.0.0.1:18789").split(",")
        self.token = os.environ.get("GATEWAY_TOKEN", "")
        self.identity = Identity.load(os.environ.get("IDENTITY", "identity.json"))
        self.scopes = list(scopes)
        self.on_event = on_event
        self.on_pairing = on_pairing
        self.pending = {}

    async def __aenter__(self):
        attempt, told = 0, None
        while True:
            try:
                self.hello = await self._once(self.urls[attempt % len(self.urls)])
                return self
            except Refused as error:
                if error.code == "NOT_PAIRED" and "requestId" in error.details:
                    if told != error.details["requestId"]:
                        told = error.details["requestId"]
                        self.on_pairing(f"waiting: krabkrab devices approve {told}")
                elif not error.retryable:
                    raise
                pause = error.retry_after or min(15, 0.25 * 2 ** attempt)
            except (OSError, websockets.WebSocketException):
                pause = min(15, 0.25 * 2 ** attempt)
            attempt += 1
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))

    async def __aexit__(self, *_):
        self.reader.cancel()
        await self.socket.close()

    async def request(self, method, params=None):
        answer = asyncio.get_running_loop().create_future()
        request_id = str(uuid.uuid4())
        self.pending[request_id] = answer
        await self.socket.send(json.dumps(
            {"type": "req", "id": request_id, "method": method, "params": params or {}}))
        return await answer

    async def _once(self, url):
        socket = await websockets.connect(url, max_size=26 * 1024 * 1024)
        try:
            challenge = json.loads(await socket.recv())["payload"]
            await socket.send(json.dumps(
                {"type": "req", "id": "connect", "method": "connect", "params": self._hello(challenge)}))
            answer = json.loads(await socket.recv())
            if not answer["ok"]:
                raise Refused(answer["error"])
        except BaseException:
            await socket.close()
            raise
        self.socket = socket
        hello = answer["payload"]
        if hello.get("auth", {}).get("deviceToken"):
            self.identity.device_token = hello["auth"]["deviceToken"]
            self.identity.save()
        self.reader = asyncio.create_task(self._read())
        return hello

    async def _read(self):
        try:
            async for text in self.socket:
                frame = json.loads(text)
                if frame["type"] == "event":
                    self.on_event(frame["event"], frame.get("payload"))
                elif frame["type"] == "res" and frame["id"] in self.pending:
                    answer = self.pending.pop(frame["id"])
                    if frame["ok"]:
                        answer.set_result(frame.get("payload"))
                    else:
                        answer.set_exception(Refused(frame["error"]))
        except websockets.WebSocketException:
            pass
        # Whether a call that was under way took effect is not known: ask again with the same idempotencyKey.
        for answer in self.pending.values():
            answer.set_exception(ConnectionError("the connection ended"))
        self.pending.clear()

    def _hello(self, challenge):
        nonce, now = challenge["nonce"], challenge["ts"]
        # The token of the device is enough once there is one; the shared secret is for the first time.
        device_token = self.identity.device_token
        auth = {"deviceToken": device_token} if device_token else {"token": self.token}
        signature = self.identity.signature(
            "gateway-client", "backend", "operator", self.scopes, now, device_token or self.token, nonce, "linux", "")
        return {
            "minProtocol": 3,
            "maxProtocol": 4,
            "client": {"id": "gateway-client", "mode": "backend", "version": "1.0.0", "platform": "linux",
                       "displayName": "an example"},
            "role": "operator",
            "scopes": self.scopes,
            "device": {"id": self.identity.device_id, "publicKey": self.identity.public_key, "signedAt": now,
                       "nonce": nonce, "signature": signature},
            "auth": auth,
        }
