-- include access/pairing/scopes.lua
-- Decides in one step whether a verified device may connect: checks its device token when the
-- shared secret was not right, compares role and scopes with the pairing, approves without a question or
-- keeps a pending request. Protocol 01c 6.2, 6.3, 7.2, 7.3.
--
-- KEYS[1]  prefix of the device's bucket; every key touched starts with it
-- ARGV[1]  device id           ARGV[2]  public key, stored form
-- ARGV[3]  role                ARGV[4]  effective scopes, joined with ","
-- ARGV[5]  "1": no pairing is asked of this connection
-- ARGV[6]  by what this very connection may be approved without a question; "" when somebody has to be asked,
--          "later" when it might but cannot be entered now: then nothing is changed
-- ARGV[7]  "1": the shared secret was right
-- ARGV[8]  id of the presented device token, its signature checked; "" without one
-- ARGV[9]  id for a new request    ARGV[10] id for a new token
-- ARGV[11] signing key for a new token
-- ARGV[12] life of a request in ms; "" when it must not ask
-- ARGV[13] "1": another platform or device family than the recorded one needs approval
-- ARGV[14] hash of a one-time token that is this device's; "" without one
-- ARGV[15] life left to that token in ms    ARGV[16] when it was made, in ms since 1970
-- ARGV[17] who made it, ""                  ARGV[18] the address, as it is counted
-- ARGV[19...] known facts as name, value pairs
--
-- Answers {"paired", device, approved request id or "", now}
--         {"pending", request, "1" when new, replaced id or "", reason, roles, scopes, now}
--         {"refused", reason}
--         {"later"}

local FACTS = 19
local prefix, id, publicKey, role, scopes = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local deviceKey, pendingKey = prefix .. 'device:' .. id, prefix .. 'pending:' .. id
local token = 'token:' .. role .. ':'
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local record = open(deviceKey)
local paired, device = record.was, record.fields

local function checkToken()
  if not paired or device.publicKey ~= publicKey then return 'device-not-paired' end
  if not device[token .. 'jti'] then return 'token-missing' end
  if device[token .. 'revoked'] then return 'token-revoked' end
  if device[token .. 'jti'] ~= ARGV[8] then return 'token-mismatch' end
  if missing(device[token .. 'scopes'], scopes) then return 'scope-mismatch' end
  return nil
end

local function isPinnedOtherwise(field)
  for i = FACTS, #ARGV, 2 do
    if ARGV[i] == field then
      return device[field] and string.lower(device[field]) ~= string.lower(ARGV[i + 1])
    end
  end
  return false
end

local function obstacle()
  if not paired or device.publicKey ~= publicKey then return 'not-paired' end
  if not has(device.roles or '', role) then return 'role-upgrade' end
  -- A revoked token withdraws the approval of its role.
  local held = granted(device, role)
  if not held then return 'not-paired' end
  if missing(held, scopes) then return 'scope-upgrade' end
  if ARGV[13] == '1' and (isPinnedOtherwise('platform') or isPinnedOtherwise('deviceFamily')) then
    return 'metadata-upgrade'
  end
  return nil
end

-- Whether somebody took rights of this role from the device after they were given the way they are to be given now.
local function wasTaken()
  local taken = device['taken:' .. role]
  if ARGV[14] == '' then
    return taken and not device['approved:' .. role]
  end
  local removed = redis.call('GET', prefix .. 'removed:' .. id)
  local last = math.max(tonumber(taken or '-1'), tonumber(removed or '-1'))
  return last >= tonumber(ARGV[16])
end

local function dropPending(pending)
  redis.call('DEL', pendingKey, prefix .. 'request:' .. pending.requestId)
  redis.call('ZREM', prefix .. 'pendings', id)
end

local function answersTo(pending)
  return has(pending.roles, role)
    and not missing(pending['want:' .. role] or '', scopes)
    and pending.publicKey == publicKey
end

-- A pending request that asks for no more than this connection is settled with it.
local function approveUnasked()
  local requestId = ARGV[9]
  local pending = load(pendingKey)
  if pending and pending.roles == role and not missing(scopes, pending.scopes) then
    requestId = pending.requestId
    dropPending(pending)
  end
  approved(record, publicKey, ARGV[6], ARGV[17], '', time, now)
  grant(record, role, scopes, ARGV[10], ARGV[11], now)
  redis.call('SADD', prefix .. 'devices', id)
  return requestId
end

local function keepPending(reason)
  local pending = load(pendingKey)
  local approvedRoles, approvedScopes = device.roles or '', grantedInAll(device)
  if pending and answersTo(pending) then
    local same = redis.call('HGETALL', pendingKey)
    return { 'pending', same, '0', '', reason, approvedRoles, approvedScopes, now }
  end
  if ARGV[12] == '' then return { 'refused', 'too-large' } end
  local replaced = ''
  local fields = { 'requestId', ARGV[9], 'deviceId', id, 'publicKey', publicKey, 'role', role,
    'silent', '0', 'isRepair', paired and '1' or '0', 'ts', now, 'address', ARGV[18] }
  local function add(field, value)
    fields[#fields + 1] = field
    fields[#fields + 1] = value
  end
  local roles, all, want = role, scopes, scopes
  if pending then
    replaced = pending.requestId
    dropPending(pending)
    -- Merged, not just replaced, so that two clients of one device do not displace each other
    -- for ever.
    for other in string.gmatch(pending.roles, '[^,]+') do
      if other == role then
        want = widen(scopes, pending['want:' .. other])
      else
        add('want:' .. other, pending['want:' .. other])
      end
    end
    roles = union(role, pending.roles)
    all = widen(scopes, pending.scopes)
  end
  add('want:' .. role, want)
  add('roles', roles)
  add('scopes', all)
  for i = FACTS, #ARGV, 2 do add(ARGV[i], ARGV[i + 1]) end
  redis.call('HSET', pendingKey, unpack(fields))
  redis.call('PEXPIRE', pendingKey, ARGV[12])
  redis.call('SET', prefix .. 'request:' .. ARGV[9], id, 'PX', ARGV[12])
  redis.call('ZADD', prefix .. 'pendings', now + ARGV[12], id)
  local made = redis.call('HGETALL', pendingKey)
  return { 'pending', made, '1', replaced, reason, approvedRoles, approvedScopes, now }
end

if ARGV[7] ~= '1' then
  local refusal = checkToken()
  if refusal then return { 'refused', refusal } end
  record.put(token .. 'used', now)
end

local reason = obstacle()
if reason and ARGV[6] == 'later' and ARGV[5] ~= '1' then return { 'later' } end
local spent = ARGV[14] ~= '' and prefix .. 'bootstrap:' .. ARGV[14]
if spent then
  -- Whoever was removed, revoked or narrowed since is not restored by a token made before.
  if reason and (redis.call('EXISTS', spent) == 1 or wasTaken()) then return { 'refused', 'bootstrap-spent' } end
  redis.call('SET', spent, '1', 'PX', math.max(1, tonumber(ARGV[15])))
end
if reason and ARGV[5] == '1' then return { 'paired', {}, '', now } end
if reason and (ARGV[6] == '' or wasTaken()) then
  record.write()
  return keepPending(reason)
end
local settled = reason and approveUnasked() or ''
for i = FACTS, #ARGV, 2 do record.put(ARGV[i], ARGV[i + 1]) end
record.put('role', role)
record.put('scopes', grantedInAll(device))
record.put('lastSeenAtMs', now)
record.write()
return { 'paired', redis.call('HGETALL', deviceKey), settled, now }
