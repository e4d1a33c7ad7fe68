// The OpenAI client library for Node against a gateway: node check.mjs <url> <token>
import assert from "node:assert/strict";
import OpenAI from "openai";

const [url, token] = process.argv.slice(2);
const deadline = Date.now() + 60_000;
while (!(await fetch(`${url}/readyz`).then((answer) => answer.ok, () => false))) {
  assert.ok(Date.now() < deadline, "the gateway does not come up");
  await new Promise((resolve) => setTimeout(resolve, 100));
}

const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
const messages = [{ role: "user", content: "hello from the client" }];

const models = await client.models.list();
assert.ok(models.data.some((model) => model.id === "openclaw:main"), "models.list names the agent");

const whole = await client.chat.completions.create({ model: "openclaw", messages });
assert.match(whole.choices[0].message.content, /hello from the client/);
assert.equal(whole.choices[0].finish_reason, "stop");
assert.ok(whole.usage.total_tokens > 0, "usage is told");

let text = "";
let reason = null;
for await (const chunk of await client.chat.completions.create({ model: "openclaw", messages, stream: true })) {
  text += chunk.choices[0]?.delta?.content ?? "";
  reason = chunk.choices[0]?.finish_reason ?? reason;
}
assert.match(text, /hello from the client/);
assert.equal(reason, "stop");

const response = await client.responses.create({ model: "openclaw", input: "hello from responses" });
assert.equal(response.status, "completed");
assert.match(response.output_text, /hello from responses/);

let streamed = "";
let completed = false;
for await (const event of await client.responses.create({ model: "openclaw", input: "hello again", stream: true })) {
  if (event.type === "response.output_text.delta") streamed += event.delta;
  if (event.type === "response.completed") completed = true;
}
assert.match(streamed, /hello again/);
assert.ok(completed, "the stream ends with response.completed");

// The built-in model calls no tools; that tools and files are taken is what is looked at here.
const tools = [{ type: "function", name: "get_weather", parameters: { type: "object" }, strict: false }];
const file = { type: "input_file", filename: "a.txt", file_data: "data:text/plain;base64,aW4gYSBmaWxl" };
const asked = await client.responses.create({
  model: "openclaw",
  tools,
  input: [{ role: "user", content: [{ type: "input_text", text: "look at this" }, file] }],
});
assert.match(asked.output_text, /in a file/);
const told = await client.responses.create({
  model: "openclaw",
  tools,
  input: [
    { type: "function_call", call_id: "c1", name: "get_weather", arguments: "{}" },
    { type: "function_call_output", call_id: "c1", output: "15 degrees" },
  ],
});
assert.match(told.output_text, /15 degrees/);
await assert.rejects(
  client.responses.create({ model: "openclaw", input: "x", tool_choice: { type: "function", name: "nothing" } }),
  (error) => error.status === 400 && /requested unknown tool: nothing/.test(error.message),
);

await assert.rejects(
  new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 }).models.list(),
  (error) => error.status === 401,
);
console.log("the OpenAI client library for Node is served: models, chat completions, responses with tools and files, both streamed too");
