-- Decides a pending approval; the first one wins, and nobody at or after its expiry.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] decision, ARGV[3] who decides, ARGV[4] the decider's device or '',
-- ARGV[5] ms a record outlives its end, ARGV[6] reason, ARGV[7] the decider as JSON, ARGV[8] the
-- decider's user or '', ARGV[9] what the decider goes by without either, ARGV[10] why, in the
-- decider's words, or '', ARGV[11] '1' when nobody may let run what they asked for themselves
-- Returns {outcome, createdAtMs, expiresAtMs, resolvedAtMs, decision, resolvedBy, request, resolver,
-- words}; the outcome is 'won', 'lost' (decided before), 'barred' (this decision is not offered),
-- 'own' (asked for by who decides), 'expired' or 'unknown'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'allowed', 'decision',
  'resolvedBy', 'resolvedAtMs', 'request', 'resolver', 'words', 'device', 'user', 'turn',
  'principal')
if not r[1] then
  return {'unknown', 0, 0, 0, '', '', '', '', ''}
end
local created, expires = tonumber(r[2]), tonumber(r[3])
if r[1] == 'resolved' then
  return {'lost', created, expires, tonumber(r[7]), r[5], r[6], '', r[9] or '', r[10] or ''}
end
if r[1] ~= 'pending' or now >= expires then
  return {'expired', created, expires, 0, '', '', '', '', ''}
end
if ARGV[11] == '1' and ARGV[2] ~= 'deny' then
  local device, user = r[11] or '', r[12] or ''
  local nameless = ARGV[4] == '' and ARGV[8] == '' and device == '' and user == ''
  if (ARGV[4] ~= '' and ARGV[4] == device)
      or (ARGV[8] ~= '' and (ARGV[8] == user or ARGV[8] == r[13]))
      or (nameless and ARGV[9] == r[14]) then
    return {'own', created, expires, 0, '', '', '', '', ''}
  end
end
if not string.find(',' .. r[4] .. ',', ',' .. ARGV[2] .. ',', 1, true) then
  return {'barred', created, expires, 0, '', '', '', '', ''}
end
redis.call('HSET', KEYS[1], 'state', 'resolved', 'decision', ARGV[2], 'resolvedBy', ARGV[3],
  'resolvedByDevice', ARGV[4], 'resolvedAtMs', now, 'reason', ARGV[6], 'resolver', ARGV[7],
  'words', ARGV[10])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZREM', KEYS[2], ARGV[1])
return {'won', created, expires, now, ARGV[2], ARGV[3], r[8], ARGV[7], ARGV[10]}
