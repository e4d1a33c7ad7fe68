-- Decides a pending approval; the first one wins, and nobody at or after its expiry.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] decision, ARGV[3] who decides, ARGV[4] the decider's device or '',
-- ARGV[5] ms a record outlives its end, ARGV[6] reason, ARGV[7] the decider as JSON,
-- ARGV[8] hash of the request that was shown, or '' for any, ARGV[9] '1' when an admin decides,
-- ARGV[10] grant of a rule or ''
-- Returns {outcome, createdAtMs, expiresAtMs, resolvedAtMs, decision, resolvedBy, request, terms of the
-- rule that is granted, its grant}; the outcome is 'won', 'lost' (decided before), 'barred' (this decision is not offered), 'changed' (another
-- request has the id by now), 'expired' or 'unknown', also to whom it is not for
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'allowed', 'decision',
  'resolvedBy', 'resolvedAtMs', 'request', 'requestHash', 'reviewers', 'rule', 'grant')
local function reviews()
  for _, device in ipairs(cjson.decode(r[10])) do
    if device == ARGV[4] then
      return true
    end
  end
  return false
end
local open = not r[10] or r[10] == '' or ARGV[9] == '1'
if not r[1] or not (open or reviews()) then
  return {'unknown', 0, 0, 0, '', '', '', '', ''}
end
local created, expires = tonumber(r[2]), tonumber(r[3])
if ARGV[8] ~= '' and ARGV[8] ~= r[9] then
  return {'changed', created, expires, 0, '', '', '', '', ''}
end
if r[1] == 'resolved' then
  return {'lost', created, expires, tonumber(r[7]), r[5], r[6], '', r[11] or '', r[12] or ''}
end
if r[1] ~= 'pending' or now >= expires then
  return {'expired', created, expires, 0, '', '', '', '', ''}
end
if not string.find(',' .. r[4] .. ',', ',' .. ARGV[2] .. ',', 1, true) then
  return {'barred', created, expires, 0, '', '', '', '', ''}
end
redis.call('HSET', KEYS[1], 'state', 'resolved', 'decision', ARGV[2], 'resolvedBy', ARGV[3],
  'resolvedByDevice', ARGV[4], 'resolvedAtMs', now, 'reason', ARGV[6], 'resolver', ARGV[7])
local grant = ''
if ARGV[2] == 'allow-always' and (r[11] or '') ~= '' then
  -- Whoever reads this decision stores its rule before it says a word of it.
  grant = ARGV[10]
  redis.call('HSET', KEYS[1], 'grant', grant)
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZREM', KEYS[2], ARGV[1])
return {'won', created, expires, now, ARGV[2], ARGV[3], r[8], r[11] or '', grant}
