import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { affected, check, compare } from './check-parts.mjs';

const known = JSON.parse(readFileSync(new URL('known-vulnerabilities.json', import.meta.url), 'utf8'));
const part = (group, name, version) => ({ group, name, version });
/** With a part for every acceptance, as one that nothing needs is a problem. */
const bom = (...components) => ({
  components: [part('org.signal', 'embedded-redis', '0.9.1'), part('io.vertx', 'vertx-web', '5.1.6'), ...components],
});
const today = '2026-12-01';
const ID = /^(CVE-\d{4}-\d{4,}|GHSA(-[0-9a-z]{4}){3})$/;

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

test('every entry of the list can be looked up: its number, its part, where it begins and ends', () => {
  const seen = new Set();
  let before = '';
  for (const hole of known.vulnerabilities) {
    const key = `${hole.package} ${hole.id}`;
    assert.deepEqual(Object.keys(hole), ['id', 'package', 'affected', 'summary'], key);
    assert.match(hole.id, ID);
    assert.match(hole.package, /^[a-z][a-z0-9.-]*\/[a-z0-9.*-]*[a-z0-9*]$/, key);
    assert.match(hole.summary, /^[^\s].{5,99}[^\s.]$/, key);
    assert.ok(hole.affected.length > 0, key);
    let end = '0';
    for (const range of hole.affected) {
      const names = Object.keys(range);
      assert.ok(names.length > 0 && names.every(name => name === 'introduced' || name === 'fixed'), key);
      const begin = range.introduced ?? '0';
      assert.ok(compare(begin, end) >= 0, `${key}: ranges overlap or are out of order`);
      if (range.fixed === undefined) assert.equal(range, hole.affected.at(-1), `${key}: a range after one that does not end`);
      else assert.equal(compare(begin, range.fixed), -1, `${key}: ends before it begins`);
      end = range.fixed ?? begin;
    }
    assert.ok(!seen.has(key), `${key} stands there twice`);
    seen.add(key);
    assert.ok(before < key, `${key} is out of order: by package, then number`);
    before = key;
  }
  assert.match(known.updated, /^\d{4}-\d\d-\d\d$/);
  const acceptances = known.accepted.map(one => `${one.package} ${one.id}`);
  assert.equal(new Set(acceptances).size, acceptances.length);
  for (const one of acceptances) assert.ok(seen.has(one), `${one} is accepted and not in the list`);
});

test('a planted vulnerable part is found', () => {
  for (const planted of [part('ch.qos.logback', 'logback-classic', '1.5.32'), part('io.opentelemetry', 'opentelemetry-api', '1.55.0'),
    part('io.micrometer', 'micrometer-core', '1.15.11'), part('io.netty', 'netty-codec-http', '4.2.4.Final'),
    part('org.yaml', 'snakeyaml', '1.33'), part('io.vertx', 'vertx-core', '5.0.12'), part('io.vertx', 'vertx-redis-client', '5.2.2'),
    part('com.fasterxml.jackson.core', 'jackson-databind', '2.22.3'), part('io.netty', 'netty-buffer', '4.2.19.Final'),
    part('org.bouncycastle', 'bcprov-jdk18on', '1.84'), part('com.nimbusds', 'nimbus-jose-jwt', '10.0.1'),
    part('com.cronutils', 'cron-utils', '9.1.5')]) {
    const found = check(bom(planted), known, today);
    const begin = `${planted.group}/${planted.name} ${planted.version}: `;
    assert.ok(found.length > 0 && found.every(line => line.startsWith(begin) && ID.test(line.slice(begin.length).split(',')[0])), found.join());
  }
  assert.deepEqual(check(bom(part('ch.qos.logback', 'logback-classic', '1.5.38'), part('io.vertx', 'vertx-core', '5.2.3'),
    part('io.netty', 'netty-buffer', '4.2.20.Final'), part('com.fasterxml.jackson.core', 'jackson-databind', '2.22.4')), known, today), []);
});

test('an acceptance ends, needs a reason, and is taken out when nothing needs it', () => {
  assert.match(check(bom(), known, '2030-01-01').join(), /accepted until .* which is over/);
  assert.match(check({ components: [part('a', 'b', '1')] }, known, today).join(), /no part has it: remove the entry/);
  const bare = { ...known, accepted: known.accepted.map(one => ({ ...one, reason: ' ' })) };
  assert.match(check(bom(), bare, today).join(), /without a reason/);
  assert.deepEqual(check({ components: [] }, { vulnerabilities: [], accepted: [] }, today), ['the bill of materials has no parts']);
});
