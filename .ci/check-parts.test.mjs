import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { affected, check, compare } from './check-parts.mjs';

const known = JSON.parse(readFileSync(new URL('known-vulnerabilities.json', import.meta.url), 'utf8'));
const part = (group, name, version) => ({ group, name, version });
const bom = (...components) => ({ components: [part('org.signal', 'embedded-redis', '0.9.1'), ...components] });
const today = '2026-11-30';

test('versions are compared by numbers', () => {
  for (const [small, large] of [['1.5.9', '1.5.10'], ['4.2.18.Final', '4.2.19.Final'], ['2', '2.0.1'], ['1.16.0-M1', '1.16.0'],
    ['1.16.0-RC1', '1.16.0'], ['1.15.99', '1.16.0']]) {
    assert.equal(compare(small, large), -1, `${small} < ${large}`);
    assert.equal(compare(large, small), 1);
  }
  assert.equal(compare('4.2.19.Final', '4.2.19'), 0);
  assert.throws(() => compare('latest', '1'));
});

test('a range begins, and ends before the release that has the fix', () => {
  const ranges = [{ fixed: '1.15.12' }, { introduced: '1.16.0', fixed: '1.16.7' }];
  for (const bad of ['1.0', '1.15.11', '1.16.0', '1.16.6']) assert.ok(affected(bad, ranges), bad);
  for (const good of ['1.15.12', '1.15.13', '1.16.7', '1.17.0']) assert.ok(!affected(good, ranges), good);
  assert.ok(affected('99', [{ introduced: '2' }]));
});

test('a planted vulnerable part is found', () => {
  for (const planted of [part('ch.qos.logback', 'logback-classic', '1.5.32'), part('io.opentelemetry', 'opentelemetry-api', '1.55.0'),
    part('io.micrometer', 'micrometer-core', '1.15.11'), part('io.netty', 'netty-codec-http', '4.2.4.Final'),
    part('org.yaml', 'snakeyaml', '1.33')]) {
    const found = check(bom(planted), known, today);
    assert.ok(found.length > 0 && found.every(line => line.startsWith(`${planted.group}/${planted.name} ${planted.version}: CVE-`)), found.join());
  }
  assert.deepEqual(check(bom(part('ch.qos.logback', 'logback-classic', '1.5.38')), known, today), []);
});

test('an acceptance ends, needs a reason, and is taken out when nothing needs it', () => {
  assert.match(check(bom(), known, '2030-01-01').join(), /accepted until .* which is over/);
  assert.match(check({ components: [part('a', 'b', '1')] }, known, today).join(), /no part has it: remove the entry/);
  const bare = { ...known, accepted: known.accepted.map(one => ({ ...one, reason: ' ' })) };
  assert.match(check(bom(), bare, today).join(), /without a reason/);
  assert.deepEqual(check({ components: [] }, { vulnerabilities: [], accepted: [] }, today), ['the bill of materials has no parts']);
});
