-- Claims an agent's heartbeat when it is due, was asked for or is forced. Protocol 03 21.
-- KEYS[1] prefix of all heartbeat keys
-- ARGV[1] agent, ARGV[2] interval in milliseconds, 0 for none, ARGV[3] token of the heartbeat,
-- ARGV[4] length of its lease in milliseconds, ARGV[5] reason to force it, or ""
-- Returns {go, reason}, {busy}, {off}, or {wait, milliseconds}
if redis.call('GET', KEYS[1] .. 'enabled') == '0' or ARGV[2] == '0' then
  return {'off'}
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local agent = KEYS[1] .. 'agent:' .. ARGV[1]
local known = redis.call('HMGET', agent, 'run', 'until', 'asked', 'reason', 'next', 'every')
if known[1] and tonumber(known[2]) > now then
  return {'busy'}
end
local next = known[6] == ARGV[2] and tonumber(known[5]) or nil
local asked = known[3] and tonumber(known[3]) or nil
local reason
if ARGV[5] ~= '' then
  reason = ARGV[5]
elseif asked and asked <= now then
  reason = known[4]
elseif next and next <= now then
  reason = 'interval'
end
if not reason then
  if not next then
    next = now + ARGV[2]
    redis.call('HSET', agent, 'next', next, 'every', ARGV[2])
  end
  return {'wait', (asked and math.min(asked, next) or next) - now}
end
redis.call('HDEL', agent, 'asked', 'reason')
redis.call('HSET', agent, 'run', ARGV[3], 'until', now + ARGV[4], 'next', now + ARGV[2], 'every', ARGV[2])
return {'go', reason}
