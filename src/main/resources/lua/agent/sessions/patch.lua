-- include agent/sessions/entry.lua
-- Changes fields of a session, and makes it when there is none. Protocol 04 16.4.
--
-- KEYS[1]  prefix of all sessions    ARGV[1] key    ARGV[2] session id for a new one
-- ARGV[3]  how many fields to remove; then their names; then fields to set as name, value pairs
--
-- Answers {"ok", entry}, {"label-taken"}, {"spawner-set"}

local removed = tonumber(ARGV[3])
local changes, values = {}, {}
for i = 4 + removed, #ARGV, 2 do
  changes[#changes + 1], changes[#changes + 2] = ARGV[i], ARGV[i + 1]
  values[ARGV[i]] = ARGV[i + 1]
end

local holder = values.label and redis.call('HGET', prefix .. 'labels', values.label)
if holder and holder ~= key then return { 'label-taken' } end

local spawner = field('spawnedBy')
if spawner and values.spawnedBy and values.spawnedBy ~= spawner then return { 'spawner-set' } end

local label = field('label')
for i = 4, 3 + removed do
  if ARGV[i] == 'label' then release('labels', label) end
  redis.call('HDEL', entryKey, ARGV[i])
end
if values.label then
  if label ~= values.label then release('labels', label) end
  redis.call('HSET', prefix .. 'labels', values.label, key)
end
if not field('sessionId') then
  redis.call('HSET', entryKey, 'sessionId', ARGV[2])
  redis.call('HSET', prefix .. 'ids', ARGV[2], key)
end
if #changes > 0 then redis.call('HSET', entryKey, unpack(changes)) end
touch()
return { 'ok', redis.call('HGETALL', entryKey) }
