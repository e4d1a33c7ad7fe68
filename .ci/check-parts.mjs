// Looks the parts of the bill of materials up among known vulnerabilities. Needs no network: what is known stands in
// known-vulnerabilities.json beside this file, with the day it was last brought up to date.
//
//   node .ci/check-parts.mjs [target/bom.json [.ci/known-vulnerabilities.json [2026-11-30]]]
//
// Fails for a part that is affected, unless the finding is accepted with a reason and that has not ended yet; for an
// acceptance that nothing needs any more; and for files it cannot read.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const STALE_DAYS = 90;

/** Compares by numbers: 1.5.9 comes before 1.5.10, and 4.2.19.Final is 4.2.19. A pre-release comes before its release. */
export function compare(one, other) {
  const parts = text => {
    const match = /^(\d+(?:\.\d+)*)(.*)$/.exec(text);
    if (!match) throw new Error(`not a version: ${text}`);
    const early = /^[.-]?(alpha|beta|rc|cr|m\d|snapshot)/i.test(match[2]);
    return { numbers: match[1].split('.').map(Number), early };
  };
  const a = parts(one);
  const b = parts(other);
  for (let i = 0; i < Math.max(a.numbers.length, b.numbers.length); i++) {
    const difference = (a.numbers[i] ?? 0) - (b.numbers[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return (a.early ? 0 : 1) - (b.early ? 0 : 1);
}

/** Whether a version is in one of the ranges: from introduced, before fixed; without fixed, for ever. */
export function affected(version, ranges) {
  return ranges.some(range =>
    compare(version, range.introduced ?? '0') >= 0 && (range.fixed === undefined || compare(version, range.fixed) < 0));
}

function fits(pattern, name) {
  const quoted = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${quoted.join('[^/]*')}$`).test(name);
}

/** What is wrong, as lines; empty when nothing is. */
export function check(bom, known, today) {
  const problems = [];
  const used = new Set();
  const components = bom.components ?? [];
  if (components.length === 0) problems.push('the bill of materials has no parts');
  for (const part of components) {
    const name = part.group ? `${part.group}/${part.name}` : part.name;
    for (const hole of known.vulnerabilities) {
      if (!fits(hole.package, name) || !affected(part.version, hole.affected)) continue;
      const accepted = known.accepted.find(one => one.id === hole.id && fits(one.package, name));
      if (accepted) used.add(accepted);
      const fixed = hole.affected.map(range => range.fixed).filter(Boolean).join(', ') || 'no release yet';
      const what = `${name} ${part.version}: ${hole.id}, ${hole.summary} (fixed: ${fixed})`;
      if (!accepted) problems.push(what);
      else if (accepted.until < today) problems.push(`${what}; accepted until ${accepted.until}, which is over`);
    }
  }
  for (const one of known.accepted) {
    if (!one.reason?.trim() || !/^\d{4}-\d\d-\d\d$/.test(one.until ?? '')) {
      problems.push(`${one.id} is accepted without a reason and a day when that ends`);
    }
    if (!used.has(one)) problems.push(`${one.id} of ${one.package} is accepted and no part has it: remove the entry`);
  }
  return problems;
}

function main() {
  const here = dirname(fileURLToPath(import.meta.url));
  const bomFile = process.argv[2] ?? join(here, '..', 'target', 'bom.json');
  const knownFile = process.argv[3] ?? join(here, 'known-vulnerabilities.json');
  const today = process.argv[4] ?? new Date().toISOString().slice(0, 10);
  const bom = JSON.parse(readFileSync(bomFile, 'utf8'));
  const known = JSON.parse(readFileSync(knownFile, 'utf8'));
  const problems = check(bom, known, today);
  problems.forEach(problem => console.log(problem));
  const age = (Date.parse(today) - Date.parse(known.updated)) / 86_400_000;
  if (!(age <= STALE_DAYS)) {
    console.log(`WARNING: ${knownFile} was brought up to date on ${known.updated}; look for what came since`);
  }
  console.log(`${bom.components?.length ?? 0} parts, ${known.vulnerabilities.length} known vulnerabilities, ` +
    `${known.accepted.length} accepted, ${problems.length} problem(s)`);
  process.exit(problems.length === 0 ? 0 : 1);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
