-- Decides a pending approval; the first one wins, and nobody at or after its expiry.
-- KEYS[1] record, KEYS[2] due list of its bucket
-- ARGV[1] id, ARGV[2] decision, ARGV[3] who decides, ARGV[4] the decider's device or '',
-- ARGV[5] ms a record outlives its end, ARGV[6] reason, ARGV[7] the decider as JSON, ARGV[8] the grant
-- of a rule or '', ARGV[9] hash of the request that was shown, or '' for any, ARGV[10] '1' when an
-- admin decides, ARGV[11] the decider's user or '', ARGV[12] what the decider goes by without either,
-- ARGV[13] why, in the decider's words, or '', ARGV[14] '1' when nobody may let run what they asked
-- for themselves, ARGV[15] device whose rights the decider decides by, or ''
-- Returns {outcome, createdAtMs, expiresAtMs, resolvedAtMs, decision, resolvedBy, request, resolver,
-- words, terms of the rule that is granted, its grant}; the outcome is 'won', 'lost' (decided before),
-- 'barred' (this decision is not offered), 'changed' (another request has the id by now), 'own' (asked
-- for by who decides), 'nobodys' (an agent asks in nobody's name, so perhaps for who decides),
-- 'expired' or 'unknown', also to whom it is not for
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local r = redis.call('HMGET', KEYS[1], 'state', 'createdAtMs', 'expiresAtMs', 'allowed', 'decision',
  'resolvedBy', 'resolvedAtMs', 'request', 'resolver', 'words', 'rule', 'grant', 'requestHash',
  'reviewers', 'device', 'user', 'turn', 'principal', 'behalf')
local function reviews()
  for _, device in ipairs(cjson.decode(r[14])) do
    if device == ARGV[4] then
      return true
    end
  end
  return false
end
local function refused(outcome, created, expires)
  return {outcome, created, expires, 0, '', '', '', '', '', '', ''}
end
local open = not r[14] or r[14] == '' or ARGV[10] == '1'
if not r[1] or not (open or reviews()) then
  return refused('unknown', 0, 0)
end
local created, expires = tonumber(r[2]), tonumber(r[3])
if ARGV[9] ~= '' and ARGV[9] ~= r[13] then
  return refused('changed', created, expires)
end
if r[1] == 'resolved' then
  return {'lost', created, expires, tonumber(r[7]), r[5], r[6], '', r[9] or '', r[10] or '',
    r[11] or '', r[12] or ''}
end
if r[1] ~= 'pending' or now >= expires then
  return refused('expired', created, expires)
end
if ARGV[14] == '1' and ARGV[2] ~= 'deny' then
  local device, user = r[15] or '', r[16] or ''
  local nameless = ARGV[4] == '' and ARGV[11] == '' and device == '' and user == ''
  -- The second device is whose agent asks.
  -- Whoever made an agent look around is not known; who could take this rule away may answer it.
  if ARGV[10] ~= '1' and r[18] == 'client:gateway-agent' and device == '' and user == ''
      and (r[19] or '') == '' then
    return refused('nobodys', created, expires)
  end
  if (ARGV[4] ~= '' and (ARGV[4] == device or ARGV[4] == r[19]))
      or (ARGV[11] ~= '' and (ARGV[11] == user or ARGV[11] == r[17]))
      or (nameless and ARGV[12] == r[18]) then
    return refused('own', created, expires)
  end
end
if not string.find(',' .. r[4] .. ',', ',' .. ARGV[2] .. ',', 1, true) then
  return refused('barred', created, expires)
end
redis.call('HSET', KEYS[1], 'state', 'resolved', 'decision', ARGV[2], 'resolvedBy', ARGV[3],
  'resolvedByDevice', ARGV[4], 'resolvedAtMs', now, 'reason', ARGV[6], 'resolver', ARGV[7],
  'words', ARGV[13], 'approver', ARGV[15] or '')
local grant = ''
if ARGV[2] == 'allow-always' and (r[11] or '') ~= '' then
  -- Whoever reads this decision stores its rule before it says a word of it.
  grant = ARGV[8]
  redis.call('HSET', KEYS[1], 'grant', grant)
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZREM', KEYS[2], ARGV[1])
return {'won', created, expires, now, ARGV[2], ARGV[3], r[8], ARGV[7], ARGV[13], r[11] or '', grant}
