-- include access/pairing/scopes.lua
-- Gives an approved role of a paired device a new token; the previous one is dead at once. Protocol 01c 7.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id    ARGV[2] role
-- ARGV[3]  "1" when scopes are given    ARGV[4] given scopes, sorted, joined with ","
-- ARGV[5]  scopes of the caller, joined with ","
-- ARGV[6]  id for the new token         ARGV[7] signing key for the new token
--
-- Answers {"ok", device, "1" when the role lost scopes}, {"unknown"}, {"missing", scope}, {"revoked"}

local prefix, id, role, held = KEYS[1], ARGV[1], ARGV[2], ARGV[5]
local deviceKey, token = prefix .. 'device:' .. id, 'token:' .. role .. ':'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local record = open(deviceKey)
local device = record.fields
if not has(device.roles or '', role) or not device[token .. 'jti'] then return { 'unknown' } end
local old = granted(device, role)
local scopes = ARGV[3] == '1' and ARGV[4] or old or ''

if not has(held, 'operator.admin') then
  local lacking = role == 'node' and 'operator.admin' or missing(held, scopes .. ',' .. (old or ''))
  if lacking then return { 'missing', lacking } end
end
-- A new token would be an approval nobody gave.
if not old then return { 'revoked' } end

local narrowed = missing(scopes, old)
record.put(token .. 'scopes', scopes)
record.put(token .. 'jti', ARGV[6])
record.put(token .. 'kid', ARGV[7])
record.put(token .. 'rotated', now)
record.put('scopes', grantedInAll(device))
if narrowed then
  withdraw(record, role, now)
  lose(record, role, time)
end
record.write()
return { 'ok', redis.call('HGETALL', deviceKey), narrowed and '1' or '0' }
