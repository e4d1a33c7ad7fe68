-- Reads lines of a transcript in their order, as many as fit, and makes sure that it is still the one whose lines before
-- were read: shortening takes lines away from its beginning.
--
-- KEYS[1]  the lines    ARGV[1] how many were read    ARGV[2] SHA-1 of the last one of them, or ""
-- ARGV[3]  lines at most    ARGV[4] bytes, of which one line may be more
--
-- Answers {"changed"}, or {"ok", how many lines there are, SHA-1 of the last one answered, line, line, ...}

local lines = KEYS[1]
local read, limit, bytes = tonumber(ARGV[1]), tonumber(ARGV[3]), tonumber(ARGV[4])

local function line(at)
  return redis.call('LRANGE', lines, at, at)[1]
end

if read > 0 then
  local before = line(read - 1)
  if not before or redis.sha1hex(before) ~= ARGV[2] then return { 'changed' } end
end
local answer, size, last = { 'ok', redis.call('LLEN', lines), ARGV[2] }, 0, nil
for at = read, read + limit - 1 do
  local next = line(at)
  if not next or (last and size + #next > bytes) then break end
  answer[#answer + 1], size, last = next, size + #next, next
end
if last then answer[3] = redis.sha1hex(last) end
return answer
