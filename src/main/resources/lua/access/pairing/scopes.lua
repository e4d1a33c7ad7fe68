-- What the scripts of this folder know about lists of scopes and roles, which are texts joined with
-- ",". Included by them; the same rules as those of auth.Scopes. Protocol 01c 6.2.

-- Whether a list names an item.
local function has(list, item)
  return string.find(',' .. list .. ',', ',' .. item .. ',', 1, true) ~= nil
end

-- Whether a list grants a scope, by name or by a wider one.
local function covers(list, scope)
  return has(list, scope)
    or (string.sub(scope, 1, 9) == 'operator.' and has(list, 'operator.admin'))
    or ((scope == 'operator.read' or scope == 'operator.talk') and has(list, 'operator.write'))
end

-- The first wanted scope that a list does not grant, or nil.
local function missing(list, wanted)
  for scope in string.gmatch(wanted, '[^,]+') do
    if not covers(list, scope) then return scope end
  end
  return nil
end

-- A list with the items of another that it lacks.
local function union(list, more)
  for item in string.gmatch(more, '[^,]+') do
    if not has(list, item) then list = list == '' and item or list .. ',' .. item end
  end
  return list
end

-- What is wanted now, and of the older scopes those that it does not include anyway.
local function widen(wanted, older)
  local kept = {}
  for scope in string.gmatch(wanted, '[^,]+') do kept[#kept + 1] = scope end
  for scope in string.gmatch(older, '[^,]+') do
    if not covers(wanted, scope) then kept[#kept + 1] = scope end
  end
  table.sort(kept)
  return table.concat(kept, ',')
end

-- The scopes a device has in a role, which are those of the role's token; nil when the role has no approval in force.
-- What it has in one role counts for no other.
local function granted(device, role)
  local token = 'token:' .. role .. ':'
  if not has(device.roles or '', role) or not device[token .. 'jti'] or device[token .. 'revoked'] then
    return nil
  end
  return device[token .. 'scopes'] or ''
end

-- The scopes a device has in all its roles together, to be shown and to be compared with what a caller holds.
local function grantedInAll(device)
  local all = ''
  for role in string.gmatch(device.roles or '', '[^,]+') do all = union(all, granted(device, role) or '') end
  return all
end

-- A number that grows with every withdrawal of a right; the clock carries it over the end of a record.
local function generation(former, time)
  return string.format('%.0f', math.max((tonumber(former) or 0) + 1, time[1] * 1000000 + time[2]))
end

-- Begins a new generation: what was let in before it in that role rests on nothing any more, what was in another one
-- stays as it is.
local function lose(record, role, time)
  local new = generation(record.fields.generation, time)
  record.put('generation', new)
  record.put('lost:' .. role, new)
end

-- A hash as a table, or nil when there is none.
local function load(key)
  local flat = redis.call('HGETALL', key)
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return #flat > 0 and map or nil
end

-- A hash to be changed: what it holds, and every change of it, to be written at once.
local function open(key)
  local fields = load(key)
  local record = { was = fields, fields = fields or {}, changes = {}, dropped = {} }

  function record.put(field, value)
    if record.fields[field] == value then return end
    record.fields[field] = value
    record.changes[field] = value
    record.dropped[field] = nil
  end

  function record.drop(field)
    if record.fields[field] == nil then return end
    record.fields[field] = nil
    record.changes[field] = nil
    record.dropped[field] = true
  end

  function record.write()
    for field in pairs(record.dropped) do redis.call('HDEL', key, field) end
    for field, value in pairs(record.changes) do redis.call('HSET', key, field, value) end
    record.changes, record.dropped = {}, {}
  end

  return record
end

-- Notes that somebody took rights of a role. Until somebody approves it again, nothing gives them back unasked; that
-- is a matter of order, not of the clock, which may stand still or step back between the two.
local function withdraw(record, role, now)
  record.put('taken:' .. role, now)
  record.drop('approved:' .. role)
end

-- What a role was given once is gone: it has to be approved anew, by somebody and from nothing.
local function take(record, role, now)
  record.put('token:' .. role .. ':scopes', '')
  record.put('token:' .. role .. ':revoked', now)
  withdraw(record, role, now)
  record.put('scopes', grantedInAll(record.fields))
end

-- Gives a device scopes in a role, beside those it has there already, and a token that says so.
local function grant(record, role, scopes, jti, kid, now)
  local device, token = record.fields, 'token:' .. role .. ':'
  local former = granted(device, role)
  if not former or missing(former, scopes) then
    record.put(token .. 'scopes', widen(scopes, former or ''))
    record.put(token .. 'jti', jti)
    record.put(token .. 'kid', kid)
    record.put(token .. (device[token .. 'created'] and 'rotated' or 'created'), now)
    record.drop(token .. 'revoked')
  end
  record.put('roles', union(device.roles or '', role))
  record.put('scopes', grantedInAll(device))
end

-- Notes who let a device in last, and begins its record when it is new.
local function approved(record, key, via, by, byName, time, now)
  if record.fields.publicKey ~= key then
    -- Another key is another device: it has nothing of what this one was given.
    for role in string.gmatch(record.fields.roles or '', '[^,]+') do take(record, role, now) end
  end
  record.put('publicKey', key)
  if not record.fields.createdAtMs then
    record.put('createdAtMs', now)
    local first = generation(nil, time)
    record.put('generation', first)
    record.put('born', first)
  end
  record.put('approvedAtMs', now)
  record.put('approvedVia', via)
  if by == '' then record.drop('approvedBy') else record.put('approvedBy', by) end
  if byName == '' then record.drop('approvedByName') else record.put('approvedByName', byName) end
end
