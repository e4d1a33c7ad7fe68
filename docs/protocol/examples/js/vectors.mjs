// Do your signatures equal those of the guide? Begin here: nothing else works until they do.
import { readFileSync } from "node:fs";
import { Identity } from "./client.mjs";

const vectors = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
const identity = Identity.ofSeed(vectors.seed);
const wrong = vectors.cases.filter((one) => identity.signature(one) !== one.signature);
if (identity.deviceId !== vectors.deviceId || identity.publicKey !== vectors.publicKey) wrong.unshift({ name: "the key itself" });
wrong.forEach(({ name }) => console.log(`wrong: ${name}`));
if (wrong.length === 0) console.log(`right: ${vectors.cases.length} signatures`);
process.exitCode = wrong.length === 0 ? 0 : 1;
