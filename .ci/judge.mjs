// Adds up what .ci/run produced: Maven's test reports and the conformance results.
//   node judge.mjs <known-exceptions> <reports folder>... -- <label>=<conformance json>...
// Prints a table and, alone on the last line, "N passed, N failed, N skipped".
import fs from "node:fs";
import path from "node:path";

const args = process.argv.slice(2);
const split = args.indexOf("--");
const [knownFile, ...reportFolders] = args.slice(0, split);
const conformance = args.slice(split + 1).map((a) => [a.slice(0, a.indexOf("=")), a.slice(a.indexOf("=") + 1)]);

const rows = [];
const problems = [];

function readKnown() {
  const known = new Map();
  for (const line of fs.readFileSync(knownFile, "utf8").split("\n")) {
    if (!line.trim() || line.startsWith("#")) continue;
    const cut = line.indexOf(" # ");
    if (cut < 0) problems.push(`${path.basename(knownFile)}: no reason given: ${line}`);
    known.set((cut < 0 ? line : line.slice(0, cut)).trim(), 0);
  }
  return known;
}

function readReports(folder) {
  const row = { label: path.basename(folder), pass: 0, fail: 0, skip: 0, allowed: 0 };
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((f) => /^TEST-.*\.xml$/.test(f)) : [];
  for (const file of files) {
    const suite = /<testsuite\b[^>]*>/.exec(fs.readFileSync(path.join(folder, file), "utf8"))?.[0] ?? "";
    const number = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
    const bad = number("errors") + number("failures");
    row.fail += bad;
    row.skip += number("skipped");
    row.pass += number("tests") - bad - number("skipped");
    if (bad > 0) problems.push(`${row.label}: ${file.slice(5, -4)}: ${bad} failed`);
  }
  rows.push(row);
}

function readConformance(label, file, known) {
  const row = { label, pass: 0, fail: 0, skip: 0, allowed: 0 };
  rows.push(row);
  if (!fs.existsSync(file)) {
    row.fail = 1;
    problems.push(`${label}: the runner ended without a result`);
    return;
  }
  const result = JSON.parse(fs.readFileSync(file, "utf8"));
  for (const area of Object.values(result.rows)) {
    row.pass += area.pass;
    row.skip += area.skip;
  }
  for (const failure of result.failures) {
    const name = `${failure.file} :: ${failure.name}`;
    if (known.has(name)) {
      known.set(name, known.get(name) + 1);
      row.allowed++;
    } else {
      row.fail++;
      problems.push(`${label}: ${name}`);
    }
  }
  if (row.pass === 0) {
    row.fail++;
    problems.push(`${label}: nothing passed`);
  }
}

const known = readKnown();
reportFolders.forEach(readReports);
conformance.forEach(([label, file]) => readConformance(label, file, known));

const total = { label: "total", pass: 0, fail: 0, skip: 0, allowed: 0 };
for (const row of rows) for (const key of ["pass", "fail", "skip", "allowed"]) total[key] += row[key];
const cells = (r) => [r.pass, r.fail, r.skip, r.allowed].map((n) => String(n).padStart(8)).join(" ");
console.log(`\n${"".padEnd(28)}   passed   failed  skipped  allowed`);
for (const row of [...rows, total]) console.log(`${row.label.padEnd(28)} ${cells(row)}`);
console.log("");
for (const [name, count] of known) {
  if (conformance.length > 0 && count === 0) console.log(`passes, can be removed from ${path.basename(knownFile)}: ${name}`);
}
for (const problem of problems) console.log(`FAILED ${problem}`);
console.log(`${total.pass} passed, ${total.fail} failed, ${total.skip} skipped`);
process.exitCode = problems.length > 0 || total.pass === 0 ? 1 : 0;
