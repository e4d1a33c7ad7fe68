-- include pairing/scopes.lua
-- Revokes the token of one role, which also withdraws the approval of that role. Protocol 01c 7.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id    ARGV[2] role
-- ARGV[3]  scopes of the caller, joined with ","
--
-- Answers {"ok", now, generation}, {"unknown"}, {"missing", scope}

local prefix, id, role, held = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local deviceKey, token = prefix .. 'device:' .. id, 'token:' .. role .. ':'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local scopes = redis.call('HGET', deviceKey, token .. 'scopes')
if not scopes then return { 'unknown' } end

if not has(held, 'operator.admin') then
  local lacking = role == 'node' and 'operator.admin' or missing(held, scopes)
  if lacking then return { 'missing', lacking } end
end

local next = generation(redis.call('HGET', deviceKey, 'generation'), time)
redis.call('HSET', deviceKey, token .. 'revoked', now, 'generation', next)
return { 'ok', now, next }
