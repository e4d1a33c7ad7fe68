-- Reads an approval, and marks it expired when its time is over.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] ms a record outlives its end
-- Returns {nowMs, state, createdAtMs, expiresAtMs, decision, resolvedBy, resolvedAtMs, request,
-- device, reason, resolver, words, terms of its rule or '', grant of it or ''}, or only {nowMs} when
-- there is none
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'decision',
  'resolvedBy', 'resolvedAtMs', 'request', 'device', 'reason', 'resolver', 'words', 'rule', 'grant')
if not r[1] then
  return {now}
end
if r[1] == 'pending' and now >= tonumber(r[3]) then
  r[1] = 'expired'
  redis.call('HSET', KEYS[1], 'state', 'expired')
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  redis.call('ZREM', KEYS[2], ARGV[1])
end
return {now, r[1], tonumber(r[2]), tonumber(r[3]), r[4] or '', r[5] or '', tonumber(r[6] or 0),
  r[7], r[8], r[9] or '', r[10] or '', r[11] or '', r[12] or '', r[13] or ''}
