-- include pairing/scopes.lua
-- Gives a role of a paired device a new token; the previous one is dead at once. Protocol 01c 7.4.
--
-- KEYS[1]  prefix of the bucket    ARGV[1] device id    ARGV[2] role
-- ARGV[3]  "1" when scopes are given    ARGV[4] given scopes, sorted, joined with ","
-- ARGV[5]  scopes of the caller, joined with ","
-- ARGV[6]  id for the new token         ARGV[7] signing key for the new token
--
-- Answers {"ok", device, "1" when the role lost scopes}, {"unknown"}, {"missing", scope}

local prefix, id, role, held = KEYS[1], ARGV[1], ARGV[2], ARGV[5]
local deviceKey, token = prefix .. 'device:' .. id, 'token:' .. role .. ':'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local device = load(deviceKey)
if not device or not has(device.roles, role) then return { 'unknown' } end

local old = device[token .. 'scopes']
local scopes = ARGV[3] == '1' and ARGV[4] or old or device.scopes

if not has(held, 'operator.admin') then
  local lacking = role == 'node' and 'operator.admin' or missing(held, scopes .. ',' .. (old or ''))
  if lacking then return { 'missing', lacking } end
end

local narrowed = old and not device[token .. 'revoked'] and missing(scopes, old)
local changes = { token .. 'scopes', scopes, token .. 'jti', ARGV[6], token .. 'kid', ARGV[7],
  token .. 'rotated', now }
if not device[token .. 'created'] then
  changes[#changes + 1] = token .. 'created'
  changes[#changes + 1] = now
end

if ARGV[3] == '1' then
  -- Given scopes become those of the device, beside what its other roles still hold.
  local all = scopes
  for other in string.gmatch(device.roles, '[^,]+') do
    local kept = other ~= role and device['token:' .. other .. ':scopes'] or ''
    for scope in string.gmatch(kept, '[^,]+') do
      if not has(all, scope) then all = all == '' and scope or all .. ',' .. scope end
    end
  end
  narrowed = narrowed or missing(all, device.scopes)
  changes[#changes + 1] = 'scopes'
  changes[#changes + 1] = all
end

if narrowed then
  changes[#changes + 1] = 'generation'
  changes[#changes + 1] = generation(device.generation, time)
end
redis.call('HSET', deviceKey, unpack(changes))
redis.call('HDEL', deviceKey, token .. 'revoked')
return { 'ok', redis.call('HGETALL', deviceKey), narrowed and '1' or '0' }
