"""Do your signatures equal those of the guide? Begin here: nothing else works until they do."""

import json
import pathlib
import sys

from client import Identity

vectors = json.loads((pathlib.Path(__file__).parent.parent / "vectors.json").read_text(encoding="utf-8"))
identity = Identity.of_seed(vectors["seed"])
wrong = [] if (identity.device_id, identity.public_key) == (vectors["deviceId"], vectors["publicKey"]) else ["the key"]
for case in vectors["cases"]:
    fields = {name: value for name, value in case.items() if name not in ("name", "signature")}
    if identity.signature(**fields) != case["signature"]:
        wrong.append(case["name"])
for name in wrong:
    print("wrong:", name)
if not wrong:
    print("right:", len(vectors["cases"]), "signatures")
sys.exit(1 if wrong else 0)
