-- Takes the next version of a snapshot, above every version already shown.
-- KEYS[1] the version
-- ARGV[1] version already shown
-- Returns the new version
local version = redis.call('INCR', KEYS[1])
if version <= tonumber(ARGV[1]) then
  version = tonumber(ARGV[1]) + 1
  redis.call('SET', KEYS[1], string.format('%.0f', version))
end
return version
