-- What the scripts of this folder know about sessions. Each is a hash of JSON texts under 'entry:<key>'; beside them lie
-- 'updated', keys by the time of their last change, 'labels' and 'ids', which lead from a label and a session id to the
-- key, and 'rows',
-- sessions as lists show them. Included by them. Protocol 04 16, 25.1.

local prefix, key = KEYS[1], ARGV[1]
local entryKey = prefix .. 'entry:' .. key
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))

local function field(name)
  return redis.call('HGET', entryKey, name)
end

-- Gives up what leads from a label or an id to this session.
local function release(index, value)
  if value and redis.call('HGET', prefix .. index, value) == key then redis.call('HDEL', prefix .. index, value) end
end

local SHOWN = {
  'label', 'channel', 'subject', 'groupChannel', 'space', 'chatType', 'origin', 'systemSent', 'abortedLastRun',
  'thinkingLevel', 'verboseLevel', 'reasoningLevel', 'elevatedLevel', 'sendPolicy', 'inputTokens', 'outputTokens',
  'responseUsage', 'deliveryContext', 'lastChannel', 'lastTo', 'lastAccountId',
}

local function text(value)
  return value and string.sub(value, 1, 1) == '"' and value or nil
end

local function known(value)
  return value ~= 'null' and value or nil
end

local function originLabel(origin)
  local good, decoded = pcall(cjson.decode, origin or '{}')
  local label = good and type(decoded) == 'table' and decoded.label
  return type(label) == 'string' and cjson.encode(label) or nil
end

local function kind(name, chat)
  if name == 'global' or name == 'unknown' then return name end
  local group = chat == '"group"' or chat == '"channel"'
    or string.find(name, ':group:', 1, true) or string.find(name, ':channel:', 1, true)
  return group and 'group' or 'direct'
end

-- Writes a session down as lists show it, encoded, and answers that; nil when there is none. What the gateway document
-- is to add is not in it, nor the closing brace: a digit in front says whether a provider (1), a model (2) and the size of
-- a context (4) are missing.
local function remember(name)
  local flat, fields = redis.call('HGETALL', prefix .. 'entry:' .. name), {}
  for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
  if not fields.sessionId then return nil end
  local kindOf = kind(name, fields.chatType)
  local called = text(fields.displayName)
    or kindOf == 'group' and (text(fields.subject) or text(fields.groupChannel))
    or text(fields.label) or originLabel(fields.origin)
  local row = { '{"key":' .. cjson.encode(name), '"kind":"' .. kindOf .. '"' }
  local function put(member, value)
    if value then row[#row + 1] = '"' .. member .. '":' .. value end
    return value and 0 or 1
  end
  put('displayName', called)
  put('updatedAt', fields.updatedAt)
  put('sessionId', fields.sessionId)
  for _, member in ipairs(SHOWN) do put(member, fields[member]) end
  put('totalTokens', known(fields.totalTokens) or '0')
  local missing = put('modelProvider', known(fields.providerOverride) or known(fields.modelProvider))
    + 2 * put('model', known(fields.modelOverride) or known(fields.model))
    + 4 * put('contextTokens', known(fields.contextTokens))
  local encoded = missing .. table.concat(row, ',')
  redis.call('HSET', prefix .. 'rows', name, encoded)
  return encoded
end

local function touch()
  redis.call('HSET', entryKey, 'updatedAt', now)
  redis.call('ZADD', prefix .. 'updated', now, key)
  remember(key)
end
