-- Makes an instance's own lines exactly the given ones, and reads all lines.
-- KEYS[1] hash of lines, KEYS[2] presence version, KEYS[3] sorted set of live fields by key,
-- KEYS[4] sorted set of rows by their time
-- ARGV[1] instance, ARGV[2] presence version already shown, then four for each line: field,
-- presence key, encoded value without time, time in milliseconds
-- Returns {presence version, Redis milliseconds, lines changed, {field, value, ...}}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local own, changed = {}, 0
for i = 3, #ARGV, 4 do
  local field, key, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  own[field] = true
  local stored = redis.call('HGET', KEYS[1], field)
  if not stored or string.match(stored, '^%d+ (.*)$') ~= value then
    local ts = math.min(now, tonumber(ARGV[i + 3]))
    redis.call('HSET', KEYS[1], field, string.format('%.0f ', ts) .. value)
    changed = changed + 1
  end
  if key ~= '' then
    redis.call('ZADD', KEYS[3], 0, key .. '\0' .. field)
  end
end
local prefix = 'conn:' .. ARGV[1] .. '/'
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(field, 1, #prefix) == prefix and not own[field] then
    local key = string.match(field, '^conn:[^/]*/[^/]*/(.*)$')
    local entry = string.match(redis.call('HGET', KEYS[1], field), '^%d+ . (.*)$')
    redis.call('HDEL', KEYS[1], field)
    redis.call('ZREM', KEYS[3], key .. '\0' .. field)
    if redis.call('ZLEXCOUNT', KEYS[3], '[' .. key .. '\0', '(' .. key .. '\1') == 0 then
      redis.call('HSET', KEYS[1], 'row:' .. key, string.format('%.0f D ', now) .. entry)
      redis.call('ZADD', KEYS[4], now, 'row:' .. key)
    end
    changed = changed + 1
  end
end
local version = tonumber(redis.call('GET', KEYS[2]) or 0)
if changed > 0 or version < tonumber(ARGV[2]) then
  version = math.max(version, tonumber(ARGV[2])) + 1
  redis.call('SET', KEYS[2], string.format('%.0f', version))
end
return {version, now, changed, redis.call('HGETALL', KEYS[1])}
