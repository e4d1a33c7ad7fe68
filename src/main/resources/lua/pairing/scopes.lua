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

-- A number that grows with every withdrawal of a right; the clock carries it over the end of a record.
local function generation(former, time)
  return string.format('%.0f', math.max((tonumber(former) or 0) + 1, time[1] * 1000000 + time[2]))
end

-- A hash as a table, or nil when there is none.
local function load(key)
  local flat = redis.call('HGETALL', key)
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return #flat > 0 and map or nil
end
