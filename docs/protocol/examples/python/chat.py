"""Says something to an agent, and prints the answer while it comes."""

import asyncio
import sys
import uuid

from client import Gateway


async def main(text):
    done = asyncio.get_running_loop().create_future()
    shown = ""

    def on_event(event, payload):
        nonlocal shown
        if event != "chat" or payload["runId"] != run:
            return
        if payload["state"] in ("delta", "final"):
            # Each carries the whole text so far: print what is new of it.
            blocks = (payload.get("message") or {}).get("content") or []
            whole = "".join(block.get("text", "") for block in blocks)
            print(whole[len(shown):], end="", flush=True)
            shown = whole
        if payload["state"] in ("final", "aborted", "error") and not done.done():
            done.set_result(payload["state"])

    run = str(uuid.uuid4())
    async with Gateway(scopes=["operator.read", "operator.write"], on_event=on_event) as gateway:
        # The key makes it safe to send it again: over another instance too it is one run.
        await gateway.request("chat.send", {"sessionKey": "main", "message": text, "idempotencyKey": run})
        state = await asyncio.wait_for(done, 120)
        print()
        return 0 if state == "final" else 1


sys.exit(asyncio.run(main(" ".join(sys.argv[1:]))))
