-- include platform/redis/twice.lua
-- Answers its argument, twice.
-- ARGV[1] a text
return twice(ARGV[1])
