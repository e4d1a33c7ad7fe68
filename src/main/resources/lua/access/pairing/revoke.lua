-- include access/pairing/scopes.lua
-- Revokes the token of one role, which also takes the approval of that role and its scopes. Protocol 01c 7.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id    ARGV[2] role
-- ARGV[3]  scopes of the caller, joined with ","
--
-- Answers {"ok", now, generation}, {"unknown"}, {"missing", scope}

local prefix, id, role, held = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local token = 'token:' .. role .. ':'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local record = open(prefix .. 'device:' .. id)
local device = record.fields
if not has(device.roles or '', role) or not device[token .. 'jti'] then return { 'unknown' } end

if not has(held, 'operator.admin') then
  local lacking = role == 'node' and 'operator.admin' or missing(held, device[token .. 'scopes'] or '')
  if lacking then return { 'missing', lacking } end
end

take(record, role, now)
lose(record, role, time)
record.write()
return { 'ok', now, device.generation }
