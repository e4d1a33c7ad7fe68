// Connects, says with whom it speaks, and leaves. A device that is new waits until an operator lets it in.
import { Gateway, settings } from "./client.mjs";

const gateway = new Gateway(settings());
const hello = await gateway.connect();
console.log(`connected: protocol ${hello.protocol}, ${hello.features.methods.length} methods`);
console.log(`here: ${hello.snapshot.presence.length} entries of presence`);
gateway.close();
