"""Asks whether a command may run, and waits for the answer of a person, on whichever instance that person is."""

import asyncio
import shlex
import sys
import uuid

from client import Gateway


async def main(words):
    async with Gateway(scopes=["operator.read", "operator.approvals"]) as gateway:
        approval = str(uuid.uuid4())
        # Two phases: the first answer says that it is written, so that an id survives this connection.
        asked = {"id": approval, "command": shlex.join(words), "commandArgv": words, "host": "gateway",
                 "twoPhase": True, "timeoutMs": 60000}
        accepted = await gateway.request("exec.approval.request", asked)
        print("asked:", accepted["status"], flush=True)
        answer = await gateway.request("exec.approval.waitDecision", {"id": approval})
        # No decision in time is null. It means no.
        print("decision:", answer["decision"])
        return 0 if answer["decision"] in ("allow-once", "allow-always") else 1


sys.exit(asyncio.run(main(sys.argv[1:])))
