// A node: a machine that offers commands. This one answers system.which for the programs it knows.
import { Gateway, settings } from "./client.mjs";

const known = { sh: "/bin/sh", echo: "/bin/echo" };
const gateway = new Gateway({ ...settings(), role: "node", scopes: [],
  more: { caps: ["system"], commands: ["system.which"] } });

gateway.on("node.invoke.request", async ({ id, nodeId, command, paramsJSON }) => {
  const { bins = [] } = JSON.parse(paramsJSON ?? "{}");
  const answer = command === "system.which"
    ? { ok: true, payloadJSON: JSON.stringify({ bins: Object.fromEntries(bins.filter((bin) => known[bin]).map((bin) => [bin, known[bin]])) }) }
    : { ok: false, error: { code: "INVALID_REQUEST", message: `${command} is not offered` } };
  await gateway.request("node.invoke.result", { id, nodeId, ...answer });
  console.log(`answered: ${command}`);
});
gateway.on("again", () => console.log("connected again"));
await gateway.connect();
console.log("serving");
