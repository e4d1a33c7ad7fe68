// An approver: decides what it is asked, and what was asked before it came. Ends after one decision.
import { Gateway, settings } from "./client.mjs";

const allowed = /^echo /;
const seen = new Set();
const gateway = new Gateway({ ...settings(), scopes: ["operator.read", "operator.approvals"] });
let decided = () => {};
const first = new Promise((resolve) => (decided = resolve));

async function decide({ id, request, requestHash }) {
  if (seen.has(id)) return;
  seen.add(id);
  // Never cut, join or interpret what is shown: what runs is the argv of the request, on its node.
  const decision = allowed.test(request.command) ? "allow-once" : "deny";
  try {
    await gateway.request("exec.approval.resolve", { id, decision });
    console.log(`${decision}: ${JSON.stringify(request.command)} (${requestHash.slice(0, 8)})`);
    decided();
  } catch (error) {
    console.log(`somebody was first: ${error.message}`);
  }
}

gateway.on("exec.approval.requested", decide);
const open = async () => (await gateway.request("exec.approval.list")).forEach(decide);
gateway.on("again", open);
await gateway.connect();
console.log("looking");
await open();
await first;
gateway.close();
