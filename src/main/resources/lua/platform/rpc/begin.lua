-- Enters a call that may run only once, or finds out how far it is.
-- KEYS[1] hash owner, params, until_ms, joined, outcome
-- ARGV[1] owner of this attempt, ARGV[2] digest of the params, ARGV[3] length of a lease in
-- milliseconds, ARGV[4] time the key outlives its lease in milliseconds
-- Returns {state, detail}: started, running (with its owner), lost (its owner is gone), differs, done
-- (with its outcome)
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'params', 'until_ms', 'outcome', 'owner')
if not known[1] then
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'params', ARGV[2], 'until_ms', now + ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[3] + ARGV[4])
  return {'started'}
end
if known[1] ~= ARGV[2] then
  return {'differs'}
end
if known[3] then
  return {'done', known[3]}
end
if tonumber(known[2]) <= now then
  return {'lost'}
end
redis.call('HSET', KEYS[1], 'joined', 1)
return {'running', known[4]}
