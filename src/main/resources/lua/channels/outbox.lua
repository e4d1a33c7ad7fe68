-- What the scripts of the outbox know. A message is a hash under 'out:<id>': 'target', 'text' (as it is to be sent, JSON),
-- 'since', 'tries'. Ids lie in 'due' by when they are to be tried. While one is being sent, its target is in 'busy' until
-- the sender's time is over: messages to one target are sent one after the other. All times are ms of Redis time.

local prefix = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Later than what was put before it, though within the same millisecond.
local function rank()
  return now + redis.call('INCR', prefix .. 'count') % 1000 / 1000
end

local function put(id, target, text)
  local key = prefix .. 'out:' .. id
  if redis.call('EXISTS', key) == 1 or redis.call('EXISTS', prefix .. 'sent:' .. id) == 1 then return 0 end
  redis.call('HSET', key, 'target', target, 'text', text, 'since', now, 'tries', 0)
  redis.call('ZADD', prefix .. 'due', rank(), id)
  return 1
end

-- Tells everybody who was asked about an approval how it ended; once.
local function tellEnd(approval, text)
  local key = prefix .. 'asked:' .. approval
  redis.call('ZREM', prefix .. 'expiring', approval)
  local fields = redis.call('HGETALL', key)
  if #fields == 0 or redis.call('HGET', key, 'ended') then return 0 end
  redis.call('HSET', key, 'ended', '1')
  local count = 0
  for i = 1, #fields, 2 do
    if string.sub(fields[i], 1, 3) == 'to:' then
      local message = cjson.decode(fields[i + 1])
      message.text = text or redis.call('HGET', key, 'expired')
      message.buttons = nil
      local target = string.sub(fields[i], 4)
      count = count + put(approval .. ' ended ' .. target, target, cjson.encode(message))
    end
  end
  return count
end
